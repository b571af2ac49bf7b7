// Opens a case for Care Center 165 and waits there until the participant or an agent ends it.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';

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
          reason: 'requested',
          step: context.asked,
        }),
        ...settled,
      },
      on: {
        'case.opened': [
          {
            guard: { type: 'isNewCase', params: ({ event }) => ({ isNew: event.isNew }) },
            target: 'waiting',
            actions: [
              { type: 'rememberCase', params: ({ event }) => event },
              { type: 'say', params: ({ event: { ref, dueAt } }) => ({ notice: 'caseOpened', ref, dueAt }) },
            ],
          },
          {
            target: 'waiting',
            actions: [
              { type: 'rememberCase', params: ({ event }) => event },
              { type: 'say', params: ({ event: { ref, dueAt } }) => ({ notice: 'caseIsOpen', ref, dueAt }) },
            ],
          },
        ],
        'case.limited': {
          target: '#conversation.goingOn',
          actions: { type: 'say', params: { notice: 'caseLimited' } },
        },
        'world.failed': {
          target: '#conversation.goingOn',
          actions: { type: 'say', params: { notice: 'tryAgain' } },
        },
        'turn.ranOut': {
          target: '#conversation.goingOn',
          actions: { type: 'say', params: { notice: 'tryAgain' } },
        },
      },
    },
    /** What is written here is kept with the case; the edge stores it before the turn is taken. */
    waiting: {
      tags: ['waiting', 'human'],
      meta: { prompt: 'waitForAgent', expects: 'words' },
      on: {
        'word.cancel': 'leaving',
        'turn.began': [
          {
            guard: { type: 'identityHasAged', params: ({ event }) => event },
            actions: ['letIdentityAge', { type: 'beginTurn', params: ({ event }) => event }],
          },
          { actions: { type: 'beginTurn', params: ({ event }) => event } },
        ],
        'word.menu': {
          target: '#conversation.home',
          actions: {
            type: 'say',
            params: ({ context }) => ({
              notice: 'caseIsOpen',
              ref: present(context.caseRef),
              dueAt: present(context.caseDueAt),
            }),
          },
        },
        'word.agent': {
          actions: {
            type: 'say',
            params: ({ context }) => ({
              notice: 'caseIsOpen',
              ref: present(context.caseRef),
              dueAt: present(context.caseDueAt),
            }),
          },
        },
        'answer.*': { actions: { type: 'say', params: { notice: 'messageKept' } } },
        'said.*': { actions: { type: 'say', params: { notice: 'messageKept' } } },
        'sent.media': { actions: { type: 'say', params: { notice: 'messageKept' } } },
      },
    },
    leaving: {
      tags: 'busy',
      invoke: { id: 'leaveCase', src: 'leaveCase', input: ({ context }) => turnOf(context), ...settled },
      on: {
        'case.left': {
          target: '#conversation.home',
          actions: ['forgetCase', { type: 'say', params: { notice: 'caseLeft' } }],
        },
        'world.failed': { target: 'waiting', actions: { type: 'say', params: { notice: 'tryAgain' } } },
        'turn.ranOut': { target: 'waiting', actions: { type: 'say', params: { notice: 'tryAgain' } } },
      },
    },
  },
});
