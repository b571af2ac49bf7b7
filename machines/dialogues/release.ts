// The leg of the old channel, given after the PIN: a code at an old contact point makes a held change effective at once.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';

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
        'world.failed': { target: '#conversation.goingOn', actions: { type: 'say', params: { notice: 'tryAgain' } } },
        'turn.ranOut': { target: '#conversation.goingOn', actions: { type: 'say', params: { notice: 'tryAgain' } } },
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
        'code.sent': {
          target: 'asking',
          actions: [
            { type: 'rememberChallenge', params: ({ event }) => event },
            {
              type: 'say',
              params: ({ event: { via, destination, minutes } }) => ({
                notice: 'codeSent',
                via,
                destination,
                minutes,
                again: false,
              }),
            },
          ],
        },
        'code.tooSoon': {
          target: '#conversation.menu',
          actions: { type: 'say', params: ({ event }) => ({ notice: 'resendWait', seconds: event.seconds }) },
        },
        'world.failed': { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'tryAgain' } } },
        'turn.ranOut': { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'tryAgain' } } },
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
        'code.sent': {
          target: 'asking',
          actions: [
            { type: 'rememberChallenge', params: ({ event }) => event },
            {
              type: 'say',
              params: ({ event: { via, destination, minutes } }) => ({
                notice: 'codeSent',
                via,
                destination,
                minutes,
                again: true,
              }),
            },
          ],
        },
        'code.tooSoon': {
          target: 'asking',
          actions: { type: 'say', params: ({ event }) => ({ notice: 'resendWait', seconds: event.seconds }) },
        },
        'world.failed': { target: 'asking', actions: { type: 'say', params: { notice: 'tryAgain' } } },
        'turn.ranOut': { target: 'asking', actions: { type: 'say', params: { notice: 'tryAgain' } } },
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
        'code.wrong': {
          target: 'asking',
          actions: { type: 'say', params: ({ event }) => ({ notice: 'codeWrong', triesLeft: event.triesLeft }) },
        },
        'code.older': {
          target: 'asking',
          actions: { type: 'say', params: ({ event }) => ({ notice: 'codeOlder', triesLeft: event.triesLeft }) },
        },
        'code.expired': { target: 'asking', actions: { type: 'say', params: { notice: 'codeExpired' } } },
        'code.exhausted': {
          target: '#conversation.menu',
          actions: { type: 'say', params: { notice: 'codeExhausted' } },
        },
        'code.limited': {
          target: '#conversation.menu',
          actions: { type: 'say', params: ({ event }) => ({ notice: 'codeLimited', until: event.until }) },
        },
        'change.applied': {
          target: '#conversation.menu',
          actions: [
            { type: 'showAsRegistered', params: ({ event }) => ({ field: event.field, value: event.value }) },
            {
              type: 'say',
              params: ({ event: { field, value, at, ref } }) => ({ notice: 'changeApplied', field, value, at, ref }),
            },
          ],
        },
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
        'change.cancelled': {
          target: '#conversation.menu',
          actions: { type: 'say', params: ({ event: { field, ref } }) => ({ notice: 'heldCancelled', field, ref }) },
        },
        'change.none': { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'nothingHeld' } } },
        'world.failed': { target: 'asking', actions: { type: 'say', params: { notice: 'tryAgain' } } },
        'turn.ranOut': { target: 'asking', actions: { type: 'say', params: { notice: 'tryAgain' } } },
      },
    },
  },
  // What the look-up and both sendings have in common.
  on: {
    'held.none': { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'nothingHeld' } } },
    'held.noContact': { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'noOldContact' } } },
    'code.limited': {
      target: '#conversation.menu',
      actions: { type: 'say', params: ({ event }) => ({ notice: 'sendLimited', until: event.until }) },
    },
    'code.notSent': {
      target: '#conversation.menu',
      actions: { type: 'say', params: { notice: 'oldContactNotReached' } },
    },
  },
});
