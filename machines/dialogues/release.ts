// The leg of the old channel, given after the PIN: a code at an old contact point makes a held change effective at once.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';
import { changeEnds, codeDoesNotFit, codeIsSent, codesAreLimited, codeWaitsAt, tryAgainAt } from './common.ts';

const sendCode = conversation.createStateConfig({
  tags: 'busy',
  invoke: {
    id: 'sendOldCode',
    src: 'sendOldCode',
    input: ({ context }) => ({
      ...turnOf(context),
      participantId: present(context.participantId),
      changeId: present(context.heldChangeId),
      contact: present(context.oldContact),
    }),
    ...settled,
  },
});

export const release = conversation.createStateConfig({
  initial: 'looking',
  states: {
    looking: {
      tags: 'busy',
      invoke: {
        id: 'findHeld',
        src: 'findHeld',
        input: ({ context }) => ({ ...turnOf(context), participantId: present(context.participantId) }),
        ...settled,
      },
      on: {
        'held.found': [
          {
            guard: { type: 'isOnly', params: ({ event }) => ({ only: event.only }) },
            target: 'sending',
            actions: [
              'forgetChange',
              { type: 'rememberHeld', params: ({ event }) => event },
              { type: 'chooseOldContact', params: ({ event }) => ({ field: present(event.only) }) },
            ],
          },
          {
            target: 'choosing',
            actions: ['forgetChange', { type: 'rememberHeld', params: ({ event }) => event }],
          },
        ],
        'held.none': {
          target: '#conversation.goingOn',
          actions: { type: 'say', params: { notice: 'nothingHeld' } },
        },
        ...tryAgainAt('#conversation.goingOn'),
      },
    },
    choosing: {
      tags: 'waiting',
      meta: { prompt: 'chooseOldContact', expects: 'field' },
      entry: 'noteProgress',
      on: {
        'answer.field': {
          target: 'sending',
          actions: { type: 'chooseOldContact', params: ({ event }) => ({ field: event.field }) },
        },
        'word.back': '#conversation.menu',
      },
    },
    sending: {
      ...sendCode,
      on: {
        ...codeIsSent('first'),
        ...codeWaitsAt('#conversation.menu'),
        ...tryAgainAt('#conversation.menu'),
      },
    },
    asking: {
      tags: 'waiting',
      meta: { prompt: 'askOldCode', expects: 'code' },
      entry: 'noteProgress',
      on: {
        'answer.code': 'checking',
        'word.again': 'sendingAgain',
        'word.back': '#conversation.menu',
        'delivery.failed': {
          guard: { type: 'isAwaited', params: ({ event: { challengeId } }) => ({ challengeId, is: true }) },
          target: '#conversation.menu',
          actions: { type: 'say', params: { notice: 'oldContactNotReached' } },
        },
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
        id: 'releaseHeld',
        src: 'releaseHeld',
        input: ({ context, event }) => {
          if (event.type !== 'answer.code') throw new Error('a code is checked only when one was typed');
          return {
            ...turnOf(context),
            participantId: present(context.participantId),
            changeId: present(context.heldChangeId),
            challengeId: present(context.challengeId),
            contact: present(context.oldContact),
            code: event.code,
          };
        },
        ...settled,
      },
      on: {
        ...codeDoesNotFit,
        'code.exhausted': {
          target: '#conversation.menu',
          actions: { type: 'say', params: { notice: 'codeExhausted' } },
        },
        ...codesAreLimited('codeLimited'),
        ...changeEnds,
        'change.processing': {
          target: '#conversation.confirm.processing',
          actions: [
            { type: 'rememberProcessing', params: ({ event }) => ({ changeId: event.changeId, ref: event.ref }) },
            { type: 'say', params: ({ event: { field, ref } }) => ({ notice: 'changeIsProcessing', field, ref }) },
          ],
        },
        'change.held': {
          target: '#conversation.menu',
          actions: {
            type: 'say',
            params: ({ event: { field, ref, until } }) => ({ notice: 'changeIsHeld', field, ref, until }),
          },
        },
        'change.refused': {
          target: '#conversation.menu',
          actions: {
            type: 'say',
            params: ({ event: { field, reason, ref } }) => ({ notice: 'changeRefused', field, reason, ref }),
          },
        },
        'change.none': { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'nothingHeld' } } },
        ...tryAgainAt('asking'),
      },
    },
  },
  // What the look-up and both sendings have in common.
  on: {
    'held.none': { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'nothingHeld' } } },
    'held.noContact': { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'noOldContact' } } },
    ...codesAreLimited('sendLimited'),
    'code.numberStopped': {
      target: '#conversation.menu',
      actions: { type: 'say', params: { notice: 'oldContactNotReached' } },
    },
    'code.notSent': {
      target: '#conversation.menu',
      actions: { type: 'say', params: { notice: 'oldContactNotReached' } },
    },
  },
});
