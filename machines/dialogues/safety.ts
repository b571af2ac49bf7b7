// What works from everywhere and asks the world: cancelling a held change, "that was not me", the state of a change.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';
import { changeIsCancelledAt, tryAgainAt } from './common.ts';

export const safety = conversation.createStateConfig({
  initial: 'cancelling',
  states: {
    /** A held change goes first; only then what is being typed. */
    cancelling: {
      tags: 'busy',
      invoke: {
        id: 'cancelHeld',
        src: 'cancelHeld',
        input: ({ context }) => ({ ...turnOf(context), asOldContact: false }),
        ...settled,
      },
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
          // A request that waits for the hours of Care Center 165.
          { guard: 'hasCase', target: '#conversation.agent.leaving' },
          { target: '#conversation.goingOn', actions: { type: 'say', params: { notice: 'nothingToCancel' } } },
        ],
      },
    },
    cancellingByCode: {
      tags: 'busy',
      invoke: {
        id: 'cancelByCode',
        src: 'cancelByCode',
        input: ({ context, event }) => {
          if (event.type !== 'word.cancelCode') throw new Error('a cancel code is looked up only when one was typed');
          return { ...turnOf(context), code: event.code };
        },
        ...settled,
      },
      on: {
        ...changeIsCancelledAt('#conversation.goingOn'),
        'change.none': {
          target: '#conversation.goingOn',
          actions: { type: 'say', params: { notice: 'cancelCodeUnknown' } },
        },
      },
    },
    reporting: {
      tags: 'busy',
      invoke: { id: 'reportNotMe', src: 'reportNotMe', input: ({ context }) => turnOf(context), ...settled },
      on: {
        'report.taken': [
          {
            guard: {
              type: 'isControl',
              params: ({
                event: {
                  case: { control },
                },
              }) => ({ control, is: 'queue' }),
            },
            target: '#conversation.agent.waiting',
            actions: [
              'forgetChange',
              { type: 'rememberCase', params: ({ event }) => event.case },
              { type: 'say', params: ({ event }) => reportTaken(event) },
            ],
          },
          {
            guard: {
              type: 'isControl',
              params: ({
                event: {
                  case: { control },
                },
              }) => ({ control, is: 'agent' }),
            },
            target: '#conversation.agent.talking',
            actions: [
              'forgetChange',
              { type: 'rememberCase', params: ({ event }) => event.case },
              { type: 'say', params: ({ event }) => reportTaken(event) },
            ],
          },
          {
            target: '#conversation.home',
            actions: [
              'forgetChange',
              { type: 'noteCase', params: ({ event }) => event.case },
              { type: 'say', params: ({ event }) => reportTaken(event) },
            ],
          },
        ],
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
    ...tryAgainAt('#conversation.goingOn'),
  },
});

function reportTaken({ ref, frozen, case: { ref: caseRef } }: { ref: string; frozen: boolean; case: { ref: string } }) {
  return { notice: 'reportTaken', ref, caseRef, frozen } as const;
}
