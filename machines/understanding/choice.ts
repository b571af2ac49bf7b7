// A tap on a button or list entry, by the id we gave it.
import type { ParticipantEvent } from '../events.ts';

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
};
const FROM_ANY_BUBBLE = ['agent', 'menu', 'help'];
const PAYLOAD = /^([A-Za-z][A-Za-z0-9]*):([A-Za-z]+)$/;

/** null when the payload has not our form. An answer to another prompt than the one at hand is an old one. */
export function eventOfPayload(payload: string, promptKey: string): ParticipantEvent | null {
  const [, key, answer = ''] = PAYLOAD.exec(payload) ?? [];
  const event = Object.hasOwn(ANSWERS, answer) ? ANSWERS[answer] : undefined;
  if (key === undefined || event === undefined) return null;
  if (key === promptKey || FROM_ANY_BUBBLE.includes(answer)) return event;
  return { type: 'answer.unclear', unclear: { reason: 'answerOld' } };
}
