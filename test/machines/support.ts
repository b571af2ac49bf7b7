// One event of every kind, and the machine's states as data, for tests that walk the whole statechart.
import type { AnyStateNode } from 'xstate';
import { initialTransition } from 'xstate';
import { conversationMachine } from '#machines/conversation.machine.ts';
import type { ConversationInput } from '#machines/conversation.setup.ts';
import { type ConversationEvent, type ParticipantEvent, Resumable } from '#machines/events.ts';
import type { Outcome } from '#machines/outcomes.ts';
import { hide } from '#src/seal.ts';

export const input: ConversationInput = {
  conversation: 'conversation-1',
  channel: 'whatsapp',
  address: 'whatsapp:+6281200000011',
  phone: '+6281200000011',
  policy: {
    identifiedIdleMinutes: 15,
    identifiedMaxMinutes: 60,
    noProgress: 5,
    offerMinutes: 10,
    pinInChat: true,
    keptNoticeMinutes: 5,
  },
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
  { type: 'answer.thisNumber' },
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
  { type: 'word.place' },
  { type: 'word.finish' },
  { type: 'word.case', word: 'MELATI BIRU 42' },
  { type: 'word.cancelCode', code: hide('K7MPQ-3XRTW') },
  { type: 'ask.releaseHeld' },
  { type: 'ask.myData' },
  { type: 'ask.changeState' },
  { type: 'ask.forgottenEmail' },
  { type: 'ask.forgottenPin' },
  { type: 'ask.codeMissing' },
  { type: 'ask.oldContactDead' },
  { type: 'ask.elsewhere', topic: 'bill' },
  { type: 'ask.isGenuine' },
  { type: 'ask.otherPerson' },
  { type: 'ask.helper' },
  { type: 'said.greeting' },
  { type: 'said.thanks' },
  { type: 'said.anger' },
  { type: 'said.wait' },
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

const inQueue = { ref: 'KC-4TMX2', dueAt: at, epoch: '7', control: 'queue' } as const;
const withAgent = { ...inQueue, control: 'agent' } as const;
const withBot = { ...inQueue, control: 'bot' } as const;

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
  { type: 'code.numberStopped', next: null },
  { type: 'code.numberStopped', next: 'whatsapp' },
  { type: 'code.right' },
  { type: 'code.wrong', triesLeft: 3 },
  { type: 'code.older', triesLeft: 3 },
  { type: 'code.expired' },
  { type: 'code.exhausted' },
  { type: 'change.applied', field: 'email', value: 's•••u@example.com', at, ref },
  { type: 'change.held', field: 'email', until: at, ref, canRelease: true },
  { type: 'held.found', changeId: 'ch-1', only: null },
  { type: 'held.found', changeId: 'ch-1', only: 'email' },
  { type: 'held.none' },
  { type: 'held.noContact' },
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
  { type: 'pin.spent' },
  { type: 'page.opened', token: '0123456789abcdef0123456789abcdef', until: at + 300_000 },
  { type: 'pin.unanswered' },
  { type: 'report.taken', ref, frozen: true, case: inQueue },
  { type: 'report.taken', ref, frozen: true, case: withAgent },
  { type: 'report.taken', ref, frozen: false, case: withBot },
  { type: 'report.nothing' },
  { type: 'case.opened', case: inQueue, isNew: true, place: 3, minutes: 12 },
  { type: 'case.opened', case: inQueue, isNew: false, place: 3, minutes: null },
  { type: 'case.opened', case: withAgent, isNew: false, place: null, minutes: null },
  { type: 'case.deferred', case: withBot, opensAt: at },
  { type: 'case.limited' },
  { type: 'case.left', case: withBot, end: 'over' },
  { type: 'case.left', case: null, end: 'over' },
  { type: 'case.left', case: withBot, end: 'review' },
  { type: 'case.left', case: withAgent, end: 'none' },
  { type: 'case.left', case: withBot, end: 'none' },
  { type: 'case.placed', place: 2, minutes: 8 },
  { type: 'word.bound', case: withBot },
  { type: 'word.unknown' },
  { type: 'word.limited' },
  { type: 'world.failed' },
];

const failed = { type: 'delivery.failed', challengeId: 'c-1', next: null } as const;

/** What enters a conversation although nobody wrote. */
export const entries: ConversationEvent[] = [
  { ...failed, why: 'destination' },
  { ...failed, why: 'unavailable' },
  { ...failed, why: 'otherWay' },
  { ...failed, why: 'lost' },
  { ...failed, why: 'stopped' },
  { ...failed, why: 'stopped', next: 'whatsapp' },
  { type: 'page.pinTyped', challengeId: 'c-1', pin: hide('135790') },
  { type: 'case.queued', case: inQueue, again: false, place: 2, minutes: 8 },
  { type: 'case.queued', case: inQueue, again: true, place: 1, minutes: null },
  { type: 'case.connected', case: withAgent, alias: 'Ratna' },
  ...Resumable.options.flatMap((step) => [
    { type: 'case.assisted', case: withBot, step } as const,
    { type: 'case.returned', case: withBot, step } as const,
  ]),
  { type: 'case.invited', case: withBot },
  { type: 'case.postponed', case: withBot, opensAt: at },
  { type: 'case.ended', case: withBot, why: 'resolved' },
  { type: 'case.ended', case: withBot, why: 'stepGoesOn' },
  { type: 'case.ended', case: withBot, why: 'reviewOver' },
  { type: 'case.reviewed', case: withBot },
  { type: 'case.reminded', what: 'parked', place: null, minutes: null },
  { type: 'case.reminded', what: 'place', place: 2, minutes: 9 },
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
