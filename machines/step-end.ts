// How a step ended that the bot runs while an agent looks on: read from what the participant is told.
import type { Notice } from './copy/keys.ts';

/** @returns null: it goes on */
export function endOfStep(notice: Notice | null): 'done' | 'stuck' | null {
  switch (notice?.notice) {
    case 'changeApplied':
    case 'changeHeld':
    case 'changeProcessing':
      return 'done';
    case 'codeExhausted':
    case 'codeLimited':
    case 'sendLimited':
    case 'pinLocked':
    case 'pinNotSet':
    case 'pinLimited':
    case 'changeRefused':
      return 'stuck';
    default:
      return null;
  }
}

/** What an agent may know of it: never a value. */
export function triesLeftIn(notice: Notice | null): number | null {
  if (notice === null) return null;
  if ('triesLeft' in notice) return notice.triesLeft;
  return 'attemptsLeft' in notice ? notice.attemptsLeft : null;
}
