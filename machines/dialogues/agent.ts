// A person of Care Center 165: asked for, waited for, talked to. While somebody else has the word the bot says next to
// nothing; the edge keeps what is written with the case before the turn is taken.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';
import { caseEnded } from './case-events.ts';
import { changeIsCancelledAt, tryAgainAt } from './common.ts';

/** How leaving the queue, and ending the talk, can come out. */
const left = conversation.createStateConfig({
  on: {
    'case.left': [
      {
        guard: ({ event }) => event.end === 'review',
        target: '#conversation.home',
        actions: [
          { type: 'forgetCase', params: ({ event }) => present(event.case) },
          { type: 'noteCase', params: ({ event }) => present(event.case) },
          { type: 'say', params: ({ event }) => ({ notice: 'caseReviewed', ref: present(event.case).ref }) },
        ],
      },
      {
        guard: ({ event }) => event.end === 'over',
        target: '#conversation.home',
        actions: [
          {
            type: 'forgetCase',
            params: ({ context, event }) => ({ epoch: event.case?.epoch ?? present(context.caseEpoch) }),
          },
          { type: 'say', params: { notice: 'caseLeft' } },
        ],
      },
      // An agent was quicker.
      {
        guard: ({ event }) => event.case?.control === 'agent',
        target: '#conversation.agent.talking',
        actions: { type: 'rememberCase', params: ({ event }) => present(event.case) },
      },
      // An agent looks on: only they end that.
      { target: '#conversation.goingOn', actions: { type: 'say', params: { notice: 'nothingToCancel' } } },
    ],
  },
}).on;

const stopHeld = conversation.createStateConfig({
  tags: 'busy',
  invoke: {
    id: 'stopHeld',
    src: 'cancelHeld',
    input: ({ context }) => ({ ...turnOf(context), asOldContact: true }),
    ...settled,
  },
});

export const agent = conversation.createStateConfig({
  initial: 'opening',
  states: {
    opening: {
      tags: 'busy',
      invoke: {
        id: 'openCase',
        src: 'openCase',
        input: ({ context }) => ({
          ...turnOf(context),
          participantId: context.participantId,
          known: context.known,
          reason: context.trouble ?? 'requested',
          step: context.asked,
        }),
        ...settled,
      },
      on: {
        'case.opened': [
          {
            guard: {
              type: 'isControl',
              params: ({
                event: {
                  case: { control },
                },
              }) => ({ control, is: 'agent' }),
            },
            target: 'talking',
            actions: [
              { type: 'rememberCase', params: ({ event }) => event.case },
              {
                type: 'say',
                params: ({
                  event: {
                    case: { ref, dueAt },
                  },
                }) => ({ notice: 'caseIsOpen', ref, dueAt }),
              },
            ],
          },
          {
            guard: { type: 'isNewCase', params: ({ event }) => ({ isNew: event.isNew }) },
            target: 'waiting',
            actions: [
              { type: 'rememberCase', params: ({ event }) => event.case },
              {
                type: 'say',
                params: ({
                  event: {
                    place,
                    minutes,
                    case: { ref, dueAt },
                  },
                }) => ({
                  notice: 'caseOpened',
                  ref,
                  dueAt,
                  place,
                  minutes,
                }),
              },
            ],
          },
          {
            target: 'waiting',
            actions: [
              { type: 'rememberCase', params: ({ event }) => event.case },
              {
                type: 'say',
                params: ({
                  event: {
                    case: { ref, dueAt },
                  },
                }) => ({ notice: 'caseIsOpen', ref, dueAt }),
              },
            ],
          },
        ],
        // The code that is on its way stays good: nobody else has the word.
        'case.deferred': {
          target: '#conversation.goingOn',
          actions: [
            { type: 'noteCase', params: ({ event }) => event.case },
            {
              type: 'say',
              params: ({
                event: {
                  opensAt,
                  case: { ref },
                },
              }) => ({ notice: 'caseDeferred', ref, opensAt }),
            },
          ],
        },
        'case.limited': {
          target: '#conversation.goingOn',
          actions: { type: 'say', params: { notice: 'caseLimited' } },
        },
        ...tryAgainAt('#conversation.goingOn'),
      },
    },
    waiting: {
      tags: ['waiting', 'human'],
      meta: { prompt: 'waitForAgent', expects: 'words' },
      on: {
        'word.menu': 'confirmingLeave',
        'word.cancel': 'stopping',
        'word.agent': 'looking',
        'word.again': 'looking',
        'word.place': 'looking',
        'word.finish': 'confirmingLeave',
        'word.back': { actions: 'sayKept' },
        'ask.*': { actions: 'sayKept' },
        'answer.*': { actions: 'sayKept' },
        'said.*': { actions: 'sayKept' },
        'sent.media': { actions: 'sayKept' },
      },
    },
    confirmingLeave: {
      tags: ['waiting', 'human'],
      meta: { prompt: 'confirmLeave', expects: 'confirmation' },
      on: {
        'answer.yes': 'leaving',
        'word.menu': 'leaving',
        'word.cancel': 'stopping',
        'word.finish': 'leaving',
        'answer.no': 'looking',
        'word.agent': 'looking',
        'word.again': {},
        'word.place': 'looking',
        'word.back': 'looking',
        'ask.*': { target: 'waiting', actions: 'sayKept' },
        'answer.*': { target: 'waiting', actions: 'sayKept' },
        'said.*': { target: 'waiting', actions: 'sayKept' },
        'sent.media': { target: 'waiting', actions: 'sayKept' },
      },
    },
    looking: {
      tags: 'busy',
      invoke: { id: 'readPlace', src: 'readPlace', input: ({ context }) => turnOf(context), ...settled },
      on: {
        'case.placed': {
          target: 'waiting',
          actions: {
            type: 'say',
            params: ({ context, event: { place, minutes } }) => ({
              notice: 'casePlace',
              ref: present(context.caseRef),
              place,
              minutes,
            }),
          },
        },
        ...tryAgainAt('waiting'),
      },
    },
    /** An old contact point stops a held change before anything else, also from the queue; nobody else means that here. */
    stopping: {
      ...stopHeld,
      on: {
        ...changeIsCancelledAt('waiting'),
        'change.none': 'leaving',
        ...tryAgainAt('waiting'),
      },
    },
    leaving: {
      tags: 'busy',
      invoke: {
        id: 'leaveCase',
        src: 'leaveCase',
        input: ({ context }) => ({ ...turnOf(context), event: 'leave' as const }),
        ...settled,
      },
      on: {
        ...left,
        ...tryAgainAt('waiting'),
      },
    },

    /** An agent has the word. The one thing that the bot may ask is whether the talk is over. */
    talking: {
      tags: ['waiting', 'human'],
      meta: { prompt: 'talkToAgent', expects: 'words' },
      on: {
        'word.menu': 'confirmingFinish',
        'word.finish': 'confirmingFinish',
        'word.notMe': '#conversation.safety.reporting',
        'word.cancel': 'stoppingBeside',
        'word.cancelCode': '#conversation.safety.cancellingByCode',
        'word.*': {},
        'ask.*': {},
        'answer.*': {},
        'said.*': {},
        'sent.*': {},
      },
    },
    confirmingFinish: {
      tags: ['waiting', 'human'],
      meta: { prompt: 'confirmFinish', expects: 'confirmation' },
      on: {
        'answer.yes': 'finishing',
        'word.menu': 'finishing',
        'word.finish': 'finishing',
        'word.notMe': '#conversation.safety.reporting',
        'word.cancel': 'stoppingBeside',
        'word.cancelCode': '#conversation.safety.cancellingByCode',
        'word.*': 'talking',
        'ask.*': 'talking',
        'answer.*': 'talking',
        'said.*': 'talking',
        'sent.*': 'talking',
      },
    },
    /** The same beside an agent, who reads the word as well; where there is nothing to stop it is theirs alone. */
    stoppingBeside: {
      ...stopHeld,
      on: {
        ...changeIsCancelledAt('talking'),
        'change.none': 'talking',
        ...tryAgainAt('talking'),
      },
    },
    finishing: {
      tags: 'busy',
      invoke: {
        id: 'finishCase',
        src: 'leaveCase',
        input: ({ context }) => ({ ...turnOf(context), event: 'finish' as const }),
        ...settled,
      },
      on: {
        ...left,
        ...tryAgainAt('talking'),
      },
    },

    /** A word that an agent read out on the phone links the call to this chat, and proves nothing. */
    binding: {
      tags: 'busy',
      invoke: {
        id: 'bindWord',
        src: 'bindWord',
        input: ({ context, event }) => ({ ...turnOf(context), word: event.type === 'word.case' ? event.word : '' }),
        ...settled,
      },
      on: {
        'word.bound': {
          target: '#conversation.identify',
          actions: [
            { type: 'rememberCase', params: ({ event }) => event.case },
            'forgetIdentity',
            { type: 'say', params: ({ event }) => ({ notice: 'agentAssists', ref: event.case.ref }) },
          ],
        },
        'word.unknown': {
          target: '#conversation.goingOn',
          actions: { type: 'say', params: { notice: 'wordUnknown' } },
        },
        'word.limited': {
          target: '#conversation.goingOn',
          actions: { type: 'say', params: { notice: 'wordLimited' } },
        },
        ...tryAgainAt('#conversation.goingOn'),
      },
    },
  },
  on: {
    // An old identity is let go without leaving the person.
    'turn.began': [
      {
        guard: { type: 'identityHasAged', params: ({ event }) => event },
        actions: [
          { type: 'beginTurn', params: ({ event }) => event },
          'letIdentityAge',
          { type: 'keepAsked', params: ({ event }) => event },
        ],
      },
      { actions: { type: 'beginTurn', params: ({ event }) => event } },
    ],
    'case.reviewed': {
      target: '#conversation.home',
      actions: [
        { type: 'forgetCase', params: ({ event }) => event.case },
        { type: 'noteCase', params: ({ event }) => event.case },
        { type: 'say', params: ({ event }) => ({ notice: 'caseReviewed', ref: event.case.ref }) },
      ],
    },
    'case.ended': {
      target: '#conversation.home',
      actions: [
        { type: 'forgetCase', params: ({ event }) => event.case },
        { type: 'say', params: ({ event }) => caseEnded(event) },
      ],
    },
  },
});
