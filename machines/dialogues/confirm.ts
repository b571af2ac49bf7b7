// Shows old and new value, takes the Mobile JKN PIN, and waits for the change to be saved, held or refused.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';

export const confirm = conversation.createStateConfig({
  initial: 'asking',
  states: {
    asking: {
      tags: 'waiting',
      meta: { prompt: 'askPin', expects: 'pin' },
      entry: 'noteProgress',
      on: {
        'answer.pin': 'checking',
        'word.back': { target: '#conversation.newValue.readingBack', actions: 'forgetChallenge' },
      },
    },
    checking: {
      tags: 'busy',
      invoke: {
        id: 'confirmChange',
        src: 'confirmChange',
        input: ({ context, event }) => {
          if (event.type !== 'answer.pin') throw new Error('a PIN is checked only when one was typed');
          return {
            ...turnOf(context),
            participantId: present(context.participantId),
            challengeId: present(context.challengeId),
            field: present(context.field),
            value: present(context.newValue),
            pin: event.pin,
          };
        },
        ...settled,
      },
      on: {
        'pin.wasCode': { target: 'asking', actions: { type: 'say', params: { notice: 'codeIsNotPin' } } },
        'pin.wrong': {
          target: 'asking',
          actions: { type: 'say', params: ({ event }) => ({ notice: 'pinWrong', attemptsLeft: event.attemptsLeft }) },
        },
        'pin.locked': {
          target: '#conversation.menu',
          actions: { type: 'say', params: ({ event }) => ({ notice: 'pinLocked', until: event.until }) },
        },
        'pin.notSet': { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'pinNotSet' } } },
        'pin.limited': {
          target: '#conversation.menu',
          actions: { type: 'say', params: ({ event }) => ({ notice: 'pinLimited', until: event.until }) },
        },
        'pin.unanswered': { target: 'asking', actions: { type: 'say', params: { notice: 'pinNoAnswer' } } },
        'world.failed': { target: 'asking', actions: { type: 'say', params: { notice: 'pinNoAnswer' } } },
        // The row may or may not be there; `processing` finds out.
        'turn.ranOut': {
          target: 'processing',
          actions: {
            type: 'rememberProcessing',
            params: ({ context }) => ({ changeId: context.turnId, ref: null }),
          },
        },
      },
    },
    /** The right PIN was given and the world is slow: a job goes on, its result leaves through a notice. */
    processing: {
      tags: 'waiting',
      meta: { prompt: 'waitForResult', expects: 'words' },
      on: {
        'turn.began': [
          {
            guard: { type: 'identityHasAged', params: ({ event }) => event },
            target: '#conversation.identify',
            actions: [
              { type: 'beginTurn', params: ({ event }) => event },
              'letIdentityAge',
              'forgetFinishedChange',
              { type: 'say', params: { notice: 'identifyAgain' } },
            ],
          },
          { actions: { type: 'beginTurn', params: ({ event }) => event } },
        ],
        'word.again': 'looking',
        'ask.changeState': 'looking',
        'answer.*': 'looking',
        'word.back': 'looking',
        'word.menu': 'looking',
        'said.*': 'looking',
      },
    },
    looking: {
      tags: 'busy',
      invoke: {
        id: 'readChange',
        src: 'readChange',
        input: ({ context }) => ({
          ...turnOf(context),
          participantId: present(context.participantId),
          changeId: context.changeId,
        }),
        ...settled,
      },
      on: {
        'change.none': { target: 'asking', actions: { type: 'say', params: { notice: 'pinNoAnswer' } } },
        'world.failed': { target: 'processing', actions: { type: 'say', params: { notice: 'tryAgain' } } },
        'turn.ranOut': { target: 'processing', actions: { type: 'say', params: { notice: 'tryAgain' } } },
      },
    },
  },
  // How a change ends, whoever was waiting for it.
  on: {
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
    'change.held': {
      target: '#conversation.menu',
      actions: {
        type: 'say',
        params: ({ event: { field, until, ref } }) => ({ notice: 'changeHeld', field, until, ref }),
      },
    },
    'change.processing': {
      target: '.processing',
      actions: [
        { type: 'rememberProcessing', params: ({ event }) => ({ changeId: event.changeId, ref: event.ref }) },
        { type: 'say', params: ({ event: { field, ref } }) => ({ notice: 'changeProcessing', field, ref }) },
      ],
    },
    'change.refused': [
      {
        guard: { type: 'canTryAnotherValue', params: ({ event }) => ({ reason: event.reason }) },
        target: '#conversation.newValue.asking',
        actions: {
          type: 'say',
          params: ({ event: { field, reason, ref } }) => ({ notice: 'changeRefused', field, reason, ref }),
        },
      },
      {
        target: '#conversation.menu',
        actions: {
          type: 'say',
          params: ({ event: { field, reason, ref } }) => ({ notice: 'changeRefused', field, reason, ref }),
        },
      },
    ],
    'change.cancelled': {
      target: '#conversation.menu',
      actions: { type: 'say', params: ({ event: { field, ref } }) => ({ notice: 'heldCancelled', field, ref }) },
    },
  },
});
