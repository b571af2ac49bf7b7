// What works from everywhere and asks the world: cancelling a held change, "that was not me", the state of a change.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';

export const safety = conversation.createStateConfig({
  initial: 'cancelling',
  states: {
    /** A held change goes first; only then what is being typed. */
    cancelling: {
      tags: 'busy',
      invoke: { id: 'cancelHeld', src: 'cancelHeld', input: ({ context }) => turnOf(context), ...settled },
      on: {
        'change.cancelled': {
          target: '#conversation.home',
          actions: [
            'forgetChange',
            'forgetCandidate',
            { type: 'say', params: ({ event: { field, ref } }) => ({ notice: 'heldCancelled', field, ref }) },
          ],
        },
        'change.none': [
          {
            guard: 'hasChangeInHand',
            target: '#conversation.home',
            actions: ['forgetChange', 'forgetCandidate', { type: 'say', params: { notice: 'cancelled' } }],
          },
          { target: '#conversation.goingOn', actions: { type: 'say', params: { notice: 'nothingToCancel' } } },
        ],
      },
    },
    reporting: {
      tags: 'busy',
      invoke: { id: 'reportNotMe', src: 'reportNotMe', input: ({ context }) => turnOf(context), ...settled },
      on: {
        'report.taken': {
          target: '#conversation.home',
          actions: [
            'forgetChange',
            {
              type: 'say',
              params: ({ event: { ref, caseRef, frozen } }) => ({ notice: 'reportTaken', ref, caseRef, frozen }),
            },
          ],
        },
        'report.nothing': {
          target: '#conversation.goingOn',
          actions: { type: 'say', params: { notice: 'nothingToReport' } },
        },
      },
    },
    looking: {
      tags: 'busy',
      invoke: {
        id: 'readOpenChange',
        src: 'readChange',
        input: ({ context }) => ({ ...turnOf(context), participantId: present(context.participantId), changeId: null }),
        ...settled,
      },
      on: {
        'change.held': {
          target: '#conversation.goingOn',
          actions: {
            type: 'say',
            params: ({ event: { field, ref, until } }) => ({ notice: 'changeIsHeld', field, ref, until }),
          },
        },
        'change.processing': {
          target: '#conversation.goingOn',
          actions: {
            type: 'say',
            params: ({ event: { field, ref } }) => ({ notice: 'changeIsProcessing', field, ref }),
          },
        },
        'change.*': { target: '#conversation.goingOn', actions: { type: 'say', params: { notice: 'noOpenChange' } } },
      },
    },
  },
  on: {
    'world.failed': { target: '#conversation.goingOn', actions: { type: 'say', params: { notice: 'tryAgain' } } },
    'turn.ranOut': { target: '#conversation.goingOn', actions: { type: 'say', params: { notice: 'tryAgain' } } },
  },
});
