// Says an event in one short line, so that a table of expectations can be read and corrected without a debugger.
import type { ParticipantEvent } from '../../../machines/events.ts';
import type { Asked, Expects } from '../../../machines/understanding/asked.ts';
import { createUnderstanding } from '../../../machines/understanding/understand.ts';

/** `number`, or with the field asked about: `value/email`, `code/mobileNumber`. */
export type Step = Expects | `${'value' | 'confirmation' | 'code'}/${'email' | 'mobileNumber'}`;

export const understanding = createUnderstanding({ hide: (text) => ({ reveal: () => text }) });

export function asked(step: Step, changes: Partial<Asked> = {}): Asked {
  const [expects, field = null] = step.split('/') as [Expects, Asked['field']?];
  return { expects, field, language: 'id', today: '2026-06-15', codeDigits: 6, pinDigits: 6, ...changes };
}

export function describe(event: ParticipantEvent): string {
  switch (event.type) {
    case 'answer.number':
      return `${event.kind} ${event.number}`;
    case 'answer.birthDate':
      return event.birthDate;
    case 'answer.field':
      return `field ${event.field}`;
    case 'answer.value':
      return event.suggestion === null ? event.value : `${event.value}, or ${event.suggestion}?`;
    case 'answer.code':
      return `code ${event.code.reveal()}`;
    case 'answer.pin':
      return `pin ${event.pin.reveal()}`;
    case 'answer.unclear': {
      const { reason, ...more } = event.unclear;
      return ['unclear', reason, ...Object.values(more).flat()].join(' ');
    }
    case 'ask.elsewhere':
      return `ask.elsewhere ${event.topic}`;
    default:
      return event.type;
  }
}

export function said(text: string, step: Step): string {
  return describe(understanding.understand(text, asked(step)).event);
}
