// Why somebody may need a person: read from what they were told, and passed on with the case.
import { z } from 'zod';
import type { Notice } from './copy/keys.ts';

export const Trouble = z.enum([
  'notMatched',
  'notUnderstood',
  'messageFailed',
  'codeNotSent',
  'codeExhausted',
  'codeLimited',
  'pinLocked',
  'pinNotSet',
  'pinForgotten',
  'valueInUse',
  'oldContactDead',
  'directoryAway',
]);
export type Trouble = z.infer<typeof Trouble>;

/** @returns null: whatever was wrong is over; undefined: the notice says nothing about it */
export function troubleOf(notice: Notice): Trouble | null | undefined {
  switch (notice.notice) {
    case 'notMatched':
    case 'codeNotSent':
    case 'codeExhausted':
    case 'pinLocked':
    case 'pinNotSet':
    case 'directoryAway':
      return notice.notice;
    case 'numberStopped':
      return 'codeNotSent';
    case 'agentOffered':
      return 'notUnderstood';
    case 'codeLimited':
    case 'sendLimited':
      return 'codeLimited';
    case 'pinLimited':
      return 'pinLocked';
    case 'forgottenPin':
      return 'pinForgotten';
    case 'oldContactNotNeeded':
      return 'oldContactDead';
    case 'changeRefused':
      return notice.reason === 'valueInUse' ? 'valueInUse' : undefined;
    case 'changeApplied':
    case 'changeHeld':
    case 'changeProcessing':
      return null;
    default:
      return undefined;
  }
}
