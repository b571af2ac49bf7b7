// Shows old and new value, takes the Mobile JKN PIN on a page or in the chat, and waits for the change to be saved, held or refused.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';
import { changeEnds, tryAgainAt } from './common.ts';

export const confirm = conversation.createStateConfig({
  initial: 'opening',
  states: {
    /** A page for the PIN; where it cannot be made, the chat goes on without one. */
    opening: {
      tags: 'busy',
      invoke: {
        id: 'openPinPage',
        src: 'openPinPage',
        input: ({ context }) => ({ ...turnOf(context), challengeId: present(context.challengeId) }),
        ...settled,
      },
      on: {
        'page.opened': { target: 'asking', actions: { type: 'rememberPage', params: ({ event }) => event } },
        'world.failed': { target: 'asking', actions: 'forgetPage' },
        'turn.ranOut': { target: 'asking', actions: 'forgetPage' },
      },
    },
    asking: {
      tags: 'waiting',
      meta: { prompt: 'askPin', expects: 'pin' },
      entry: 'noteProgress',
      on: {
        'page.pinTyped': {
          guard: { type: 'isOpenPage', params: ({ event }) => ({ challengeId: event.challengeId }) },
          target: 'checking',
        },
        'answer.pin': [
          { guard: 'mayTypePin', target: 'checking' },
          { actions: { type: 'say', params: { notice: 'pinOnPageOnly' } } },
        ],
        'word.again': 'opening',
        'answer.field': {
          target: '#conversation.newValue.asking',
          actions: { type: 'chooseField', params: ({ event }) => ({ field: event.field }) },
        },
        'word.back': { target: '#conversation.newValue.readingBack', actions: 'forgetChallenge' },
      },
    },
    checking: {
      tags: 'busy',
      invoke: {
        id: 'confirmChange',
        src: 'confirmChange',
        input: ({ context, event }) => {
          const onPage = event.type === 'page.pinTyped';
          if (!onPage && event.type !== 'answer.pin') throw new Error('a PIN is checked only when one was typed');
          return {
            ...turnOf(context),
            participantId: present(context.participantId),
            challengeId: present(context.challengeId),
            field: present(context.field),
            value: present(context.newValue),
            pin: event.pin,
            onPage,
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
        'pin.spent': {
          target: '#conversation.newValue.readingBack',
          actions: ['forgetChallenge', { type: 'say', params: { notice: 'pinSpent' } }],
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
        'change.none': [
          {
            guard: 'hasNewValue',
            target: 'asking',
            actions: { type: 'say', params: { notice: 'pinNoAnswer' } },
          },
          { target: '#conversation.menu', actions: { type: 'say', params: { notice: 'noOpenChange' } } },
        ],
        ...tryAgainAt('processing'),
      },
    },
  },
  // How a change ends, whoever was waiting for it.
  on: {
    ...changeEnds,
    'change.held': {
      target: '#conversation.menu',
      actions: {
        type: 'say',
        params: ({ context: { known }, event: { field, until, ref, canRelease } }) => ({
          notice: 'changeHeld',
          field,
          until,
          ref,
          canRelease,
          hasOldContact: known === null || known.email !== null || known.mobileNumber !== null,
        }),
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
  },
});
