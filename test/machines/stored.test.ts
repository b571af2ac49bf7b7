// req:K1 A conversation sleeps and wakes through JSON between any two messages.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { conversationMachine, machineVersion } from '#machines/conversation.machine.ts';
import { restore, store } from '#machines/stored.ts';
import { input, leavesOf, start } from './support.ts';

const waiting = leavesOf().filter((node) => node.tags.includes('waiting'));

/** `identify.askingNumber` -> `{ identify: 'askingNumber' }` */
const stateOf = (path: string[]) => ({ [path[0] as string]: path[1] as string });

const longest = {
  ...start().context,
  turnId: '00000000-0000-8000-a000-000000000000',
  now: Date.now(),
  lastAt: Date.now(),
  candidate: { kind: 'nik', number: '9901014506850001' } as const,
  participantId: 'p'.repeat(36),
  identifiedAt: Date.now(),
  known: {
    name: 'S••• A•••••',
    email: 's•••h@example.com',
    mobileNumber: '0812 •••• ••11',
    segment: 'PBPU',
    membershipStatus: 'inactive (premium)',
  },
  field: 'email' as const,
  newValue: `${'a'.repeat(52)}@example.com`,
  challengeId: '00000000-0000-8000-a000-000000000000',
  via: 'mail' as const,
  destination: 's•••h@example.com',
};

test.each(waiting.map((node) => [node.path.join('.'), node.path]))('%s wakes up where it slept', (_, path) => {
  const snapshot = conversationMachine.resolveState({ value: stateOf(path), context: longest });
  const woken = restore(JSON.parse(JSON.stringify(store(snapshot))), input);
  expect(woken?.value).toEqual(snapshot.value);
  expect(woken?.context).toEqual(snapshot.context);
});

test('a stored conversation stays under one kilobyte', () => {
  const snapshot = conversationMachine.resolveState({ value: { prove: 'asking' }, context: longest });
  expect(JSON.stringify(store(snapshot)).length).toBeLessThan(1024);
});

test('what was said in a turn is not said again in the next', () => {
  const context = { ...longest, notice: { notice: 'codeExpired' } as const };
  const snapshot = conversationMachine.resolveState({ value: { prove: 'asking' }, context });
  expect(restore(store(snapshot), input)?.context.notice).toBeNull();
});

test('a busy state is never stored', () => {
  const snapshot = conversationMachine.resolveState({ value: { prove: 'checking' }, context: longest });
  expect(() => store(snapshot)).toThrow('only at rest');
});

test.each([
  ['of another version', { version: machineVersion + 1 }],
  ['in a state that this machine does not have', { value: { prove: 'dreaming' } }],
  ['in a busy state', { value: { prove: 'checking' } }],
  ['without its context', { context: null }],
])('a conversation %s is not restored', (_, difference) => {
  const snapshot = conversationMachine.resolveState({ value: { prove: 'asking' }, context: longest });
  expect(restore({ ...store(snapshot), ...difference }, input)).toBeNull();
});

test.each([null, undefined, '', 'x', [], { machine: 'other' }])('%j is not restored and breaks nothing', (stored) => {
  expect(restore(stored, input)).toBeNull();
});

test('whoever changes the states raises the version', () => {
  const shape = waiting.map((node) => `${node.path.join('.')} ${node.meta?.prompt} ${node.meta?.expects}`).join('\n');
  const fingerprint = createHash('sha256')
    .update(`${shape}\n${Object.keys(start().context).sort()}`)
    .digest('hex');
  // Changed? A snapshot of the last release may no longer fit: raise `machineVersion`, then put the new print here.
  expect([machineVersion, fingerprint.slice(0, 16)]).toMatchInlineSnapshot(`
    [
      2,
      "94b01fa1c98fd8e5",
    ]
  `);
});
