// One event of every kind, and the machine's states as data, for tests that walk the whole statechart.
import type { AnyStateNode } from 'xstate';
import { initialTransition } from 'xstate';
import { conversationMachine } from '#machines/conversation.machine.ts';
import type { ConversationInput } from '#machines/conversation.setup.ts';
import type { ConversationEvent, ParticipantEvent } from '#machines/events.ts';
import type { Outcome } from '#machines/outcomes.ts';
import { hide } from '#src/seal.ts';

export const input: ConversationInput = {
  conversation: 'conversation-1',
  channel: 'whatsapp',
  address: 'whatsapp:+6281200000011',
  phone: '+6281200000011',
  policy: { identifiedIdleMinutes: 15, identifiedMaxMinutes: 60, noProgress: 5 },
};

export const start = () => initialTransition(conversationMachine, input)[0];

export const startedAt = Date.UTC(2026, 10, 22, 2, 0, 0);

export const participantEvents: ParticipantEvent[] = [
  { type: 'answer.number', kind: 'nik', number: '9901014506850001' },
  { type: 'answer.birthDate', birthDate: '1985-06-05' },
  { type: 'answer.field', field: 'email' },
  { type: 'answer.field', field: 'mobileNumber' },
  { type: 'answer.value', field: 'email', value: 'siti.baru@example.com', suggestion: null },
  { type: 'answer.value', field: 'email', value: 'siti@gmial.com', suggestion: 'siti@gmail.com' },
  { type: 'answer.value', field: 'mobileNumber', value: '+6281200000099', suggestion: null },
  { type: 'answer.yes' },
  { type: 'answer.no' },
  { type: 'answer.code', code: hide('123456') },
  { type: 'answer.pin', pin: hide('135790') },
  { type: 'answer.unclear', unclear: { reason: 'notUnderstood' } },
  { type: 'word.menu' },
  { type: 'word.cancel' },
  { type: 'word.back' },
  { type: 'word.again' },
  { type: 'word.help' },
  { type: 'word.agent' },
  { type: 'word.indonesian' },
  { type: 'word.english' },
  { type: 'word.notMe' },
  { type: 'ask.myData' },
  { type: 'ask.changeState' },
  { type: 'ask.forgottenEmail' },
  { type: 'ask.forgottenPin' },
  { type: 'ask.codeMissing' },
  { type: 'ask.oldContactDead' },
  { type: 'ask.elsewhere', topic: 'bill' },
  { type: 'said.greeting' },
  { type: 'said.thanks' },
  { type: 'said.anger' },
  { type: 'sent.media', media: 'image' },
];

const known = {
  name: 'S••• A•••••',
  email: 's•••h@example.com',
  mobileNumber: '0812 •••• ••11',
  segment: 'PBPU',
  membershipStatus: 'active',
};
const ref = 'UD-7K3M9Q';
const at = startedAt;

export const outcomes: Outcome[] = [
  { type: 'identify.matched', participantId: 'p-1', known },
  { type: 'identify.notMatched' },
  { type: 'value.isNew' },
  { type: 'value.isRegistered' },
  { type: 'value.isOurs' },
  { type: 'code.sent', challengeId: 'c-1', via: 'mail', destination: 's•••u@example.com', minutes: 10 },
  { type: 'code.tooSoon', seconds: 20 },
  { type: 'code.limited', until: at },
  { type: 'code.notSent', why: 'destination' },
  { type: 'code.right' },
  { type: 'code.wrong', triesLeft: 3 },
  { type: 'code.older', triesLeft: 3 },
  { type: 'code.expired' },
  { type: 'code.exhausted' },
  { type: 'change.applied', field: 'email', value: 's•••u@example.com', at, ref },
  { type: 'change.held', field: 'email', until: at, ref },
  { type: 'change.processing', changeId: 'ch-1', field: 'email', ref },
  { type: 'change.refused', field: 'email', reason: 'valueInUse', ref },
  { type: 'change.refused', field: 'email', reason: 'stale', ref },
  { type: 'change.cancelled', field: 'email', ref },
  { type: 'change.none' },
  { type: 'pin.wasCode' },
  { type: 'pin.wrong', attemptsLeft: 2 },
  { type: 'pin.locked', until: at },
  { type: 'pin.notSet' },
  { type: 'pin.limited', until: null },
  { type: 'pin.unanswered' },
  { type: 'report.taken', ref, caseRef: 'KC-4TMX2', frozen: true },
  { type: 'report.nothing' },
  { type: 'case.opened', ref: 'KC-4TMX2', dueAt: at, isNew: true },
  { type: 'case.opened', ref: 'KC-4TMX2', dueAt: at, isNew: false },
  { type: 'case.limited' },
  { type: 'case.left' },
  { type: 'world.failed' },
];

const failed = { type: 'delivery.failed', challengeId: 'c-1', next: null } as const;

/** What enters a conversation although nobody wrote. */
export const entries: ConversationEvent[] = [
  { ...failed, why: 'destination' },
  { ...failed, why: 'unavailable' },
  { ...failed, why: 'otherWay' },
  { ...failed, why: 'lost' },
];

export const allEvents: ConversationEvent[] = [...participantEvents, ...outcomes, ...entries, { type: 'turn.ranOut' }];

export function leavesOf(node: AnyStateNode = conversationMachine.root): AnyStateNode[] {
  const children = Object.values(node.states);
  return children.length === 0 ? [node] : children.flatMap((child) => leavesOf(child));
}

export const pathOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Object.entries(value as Record<string, unknown>)
        .map(([key, inner]) => `${key}.${pathOf(inner)}`)
        .join(' ');
