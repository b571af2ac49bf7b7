// Proves that the new value is reachable: a one-time code goes there and comes back.
import { type Context, conversation, present, settled, turnOf } from '../conversation.setup.ts';
import { codeDoesNotFit, codeIsSent, codesAreLimited, codeWaitsAt, tryAgainAt } from './common.ts';

const sendCode = conversation.createStateConfig({
  tags: 'busy',
  invoke: {
    id: 'sendCode',
    src: 'sendCode',
    input: ({ context }) => ({
      ...turnOf(context),
      participantId: present(context.participantId),
      field: present(context.field),
      value: present(context.newValue),
    }),
    ...settled,
  },
});

export const prove = conversation.createStateConfig({
  initial: 'sending',
  states: {
    sending: {
      ...sendCode,
      on: {
        ...codeIsSent('first'),
        ...codeWaitsAt('#conversation.newValue.readingBack'),
        ...tryAgainAt('#conversation.newValue.readingBack'),
      },
    },
    asking: {
      tags: 'waiting',
      meta: { prompt: 'askCode', expects: 'code' },
      entry: 'noteProgress',
      on: {
        'answer.code': 'checking',
        'word.again': 'sendingAgain',
        'word.back': { target: '#conversation.newValue.asking', actions: 'forgetChallenge' },
        'answer.field': {
          target: '#conversation.newValue.asking',
          actions: { type: 'chooseField', params: ({ event }) => ({ field: event.field }) },
        },
        'answer.value': [
          {
            guard: { type: 'isOtherField', params: ({ event }) => ({ field: event.field }) },
            actions: {
              type: 'say',
              params: ({ context }) => ({ notice: 'otherField', field: present(context.field) }),
            },
          },
          {
            guard: { type: 'hasSuggestion', params: ({ event }) => ({ suggestion: event.suggestion }) },
            target: '#conversation.newValue.confirmingSuggestion',
            actions: { type: 'rememberValue', params: ({ event }) => event },
          },
          {
            target: '#conversation.newValue.checking',
            actions: { type: 'rememberValue', params: ({ event }) => event },
          },
        ],
        'delivery.failed': [
          {
            guard: {
              type: 'isAwaited',
              params: ({ event: { challengeId, why } }) => ({ challengeId, is: why === 'destination' }),
            },
            target: '#conversation.newValue.asking',
            actions: [
              'forgetChallenge',
              {
                type: 'say',
                params: ({ context }) => ({
                  notice: 'codeNotSent',
                  field: present(context.field),
                  why: 'destination',
                }),
              },
            ],
          },
          {
            guard: {
              type: 'isAwaited',
              params: ({ event: { challengeId, why } }) => ({ challengeId, is: why === 'unavailable' }),
            },
            target: '#conversation.newValue.readingBack',
            actions: [
              'forgetChallenge',
              {
                type: 'say',
                params: ({ context }) => ({
                  notice: 'codeNotSent',
                  field: present(context.field),
                  why: 'unavailable',
                }),
              },
            ],
          },
          {
            guard: {
              type: 'isAwaited',
              params: ({ event: { challengeId, why, next } }) => ({
                challengeId,
                is: why === 'stopped' && next !== null,
              }),
            },
            target: '#conversation.newValue.readingBack',
            actions: [
              'forgetChallenge',
              { type: 'say', params: ({ event }) => ({ notice: 'numberStopped', next: event.next }) },
            ],
          },
          {
            guard: {
              type: 'isAwaited',
              params: ({ event: { challengeId, why } }) => ({ challengeId, is: why === 'stopped' }),
            },
            target: '#conversation.newValue.asking',
            actions: ['forgetChallenge', { type: 'say', params: { notice: 'numberStopped', next: null } }],
          },
          {
            guard: {
              type: 'isAwaited',
              params: ({ event: { challengeId, why } }) => ({ challengeId, is: why === 'otherWay' }),
            },
            target: 'sendingOtherWay',
          },
          {
            guard: {
              type: 'isAwaited',
              params: ({ event: { challengeId, why } }) => ({ challengeId, is: why === 'lost' }),
            },
            actions: {
              type: 'say',
              params: ({ context, event }) => ({ ...codeLost({ context }), next: event.next }),
            },
          },
        ],
        'ask.codeMissing': {
          actions: {
            type: 'say',
            params: ({ context }) => ({
              notice: 'codeMissing',
              via: present(context.via),
              destination: present(context.destination),
            }),
          },
        },
      },
    },
    /** The code did not arrive by one channel, so a new one goes by another. */
    sendingOtherWay: {
      ...sendCode,
      on: {
        ...codeIsSent('otherWay'),
        'code.tooSoon': {
          target: 'asking',
          actions: {
            type: 'say',
            params: ({ context, event }) => ({ ...codeLost({ context }), seconds: event.seconds }),
          },
        },
        'world.failed': { target: 'asking', actions: { type: 'say', params: codeLost } },
        'turn.ranOut': { target: 'asking', actions: { type: 'say', params: codeLost } },
      },
    },
    sendingAgain: {
      ...sendCode,
      on: {
        ...codeIsSent('again'),
        ...codeWaitsAt('asking'),
        ...tryAgainAt('asking'),
      },
    },
    checking: {
      tags: 'busy',
      invoke: {
        id: 'checkCode',
        src: 'checkCode',
        input: ({ context, event }) => {
          if (event.type !== 'answer.code') throw new Error('a code is checked only when one was typed');
          return {
            ...turnOf(context),
            participantId: present(context.participantId),
            challengeId: present(context.challengeId),
            value: present(context.newValue),
            code: event.code,
          };
        },
        ...settled,
      },
      on: {
        'code.right': '#conversation.confirm.opening',
        ...codeDoesNotFit,
        'code.exhausted': {
          target: '#conversation.newValue.readingBack',
          actions: ['forgetChallenge', { type: 'say', params: { notice: 'codeExhausted' } }],
        },
        ...codesAreLimited('codeLimited'),
        ...tryAgainAt('asking'),
      },
    },
  },
  // What both sendings have in common.
  on: {
    ...codesAreLimited('sendLimited'),
    'code.notSent': [
      {
        guard: { type: 'canNeverReceive', params: ({ event }) => ({ why: event.why }) },
        target: '#conversation.newValue.asking',
        actions: {
          type: 'say',
          params: ({ context, event }) => ({ notice: 'codeNotSent', field: present(context.field), why: event.why }),
        },
      },
      {
        target: '#conversation.newValue.readingBack',
        actions: {
          type: 'say',
          params: ({ context, event }) => ({ notice: 'codeNotSent', field: present(context.field), why: event.why }),
        },
      },
    ],
    'code.numberStopped': [
      {
        guard: { type: 'hasOtherWay', params: ({ event }) => ({ next: event.next }) },
        target: '#conversation.newValue.readingBack',
        actions: { type: 'say', params: ({ event }) => ({ notice: 'numberStopped', next: event.next }) },
      },
      {
        target: '#conversation.newValue.asking',
        actions: { type: 'say', params: { notice: 'numberStopped', next: null } },
      },
    ],
    'value.isRegistered': {
      target: '#conversation.newValue.asking',
      actions: {
        type: 'say',
        params: ({ context }) => ({ notice: 'valueIsRegistered', field: present(context.field) }),
      },
    },
  },
});

function codeLost({ context }: { context: Context }) {
  const { via, destination } = context;
  return {
    notice: 'codeLost',
    via: present(via),
    destination: present(destination),
    next: null,
    seconds: null,
  } as const;
}
