// What enters a conversation although nobody wrote: it is taken only where it means something. req:A6 req:I5
import { expect, test } from 'vitest';
import { transition } from 'xstate';
import { conversationMachine } from '#machines/conversation.machine.ts';
import type { ConversationEvent } from '#machines/events.ts';
import { start } from './support.ts';

const waiting = (value: Record<string, string>) =>
  conversationMachine.resolveState({
    value,
    context: {
      ...start().context,
      participantId: 'p-1',
      field: 'mobileNumber',
      newValue: '+6281377777777',
      challengeId: 'c-1',
      via: 'sms',
      destination: '0813 •••• ••77',
      lastAt: 1,
      identifiedAt: 1,
    },
  });

const failed = (challengeId: string): ConversationEvent => ({
  type: 'delivery.failed',
  challengeId,
  why: 'destination',
  next: null,
});

test('a failed code is heard of by whoever waits for that code, and by nobody else', () => {
  const asking = waiting({ prove: 'asking' });
  expect(asking.can(failed('c-1'))).toBe(true);
  expect(asking.can(failed('c-0'))).toBe(false);
  expect(waiting({ confirm: 'asking' }).can(failed('c-1'))).toBe(false);
  expect(waiting({ menu: 'choosing' }).can(failed('c-1'))).toBe(false);
});

test('nobody grows younger by it', () => {
  const asking = waiting({ prove: 'asking' });
  const entry = { type: 'entry.began', at: 2_000_000, turnId: 't-2', asked: 'askCode' } as const;
  const [began] = transition(conversationMachine, asking, entry);
  expect(began.context).toMatchObject({ lastAt: 1, identifiedAt: 1, turnId: 't-2', now: 2_000_000 });
});

test('a message that broke every turn leads to a person from wherever it was written', () => {
  for (const value of [{ identify: 'askingNumber' }, { prove: 'asking' }, { confirm: 'asking' }]) {
    const [next] = transition(conversationMachine, waiting(value), { type: 'turn.failed' });
    expect(next.value).toEqual({ agent: 'opening' });
    expect(next.context.trouble).toBe('messageFailed');
  }
});
