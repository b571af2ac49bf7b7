// A tap on a button or list entry, by the id we gave it.
import type { ParticipantEvent } from '../events.ts';

/** What is being asked now: the prompt, and a mark of what it is about. */
export interface Shown {
  prompt: string;
  mark: string;
}

const ANSWERS: Readonly<Record<string, ParticipantEvent>> = {
  email: { type: 'answer.field', field: 'email' },
  mobileNumber: { type: 'answer.field', field: 'mobileNumber' },
  myData: { type: 'ask.myData' },
  yes: { type: 'answer.yes' },
  no: { type: 'answer.no' },
  again: { type: 'word.again' },
  agent: { type: 'word.agent' },
  menu: { type: 'word.menu' },
  cancel: { type: 'word.cancel' },
  back: { type: 'word.back' },
  help: { type: 'word.help' },
  forgottenPin: { type: 'ask.forgottenPin' },
};
const FROM_ANY_BUBBLE = ['agent', 'menu', 'help'];
const PAYLOAD = /^([A-Za-z][A-Za-z0-9]*):([A-Za-z]+)(?::(\S{1,40}))?$/;

/** null when the payload has not our form. An answer to another prompt, or about another value, is an old one. */
export function eventOfPayload(payload: string, shown: Shown): ParticipantEvent | null {
  const [, key, answer = '', mark] = PAYLOAD.exec(payload) ?? [];
  const event = Object.hasOwn(ANSWERS, answer) ? ANSWERS[answer] : undefined;
  if (key === undefined || event === undefined) return null;
  // Where a client or a channel leaves the variable unfilled, the prompt alone decides.
  const isAboutThis = mark === undefined || mark.startsWith('{{') || mark === shown.mark;
  if ((key === shown.prompt && isAboutThis) || FROM_ANY_BUBBLE.includes(answer)) return event;
  return { type: 'answer.unclear', unclear: { reason: 'answerOld' } };
}
