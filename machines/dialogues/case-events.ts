// What Care Center 165 does with a case, wherever the conversation is: the word goes to a person and comes back.
import { conversation } from '../conversation.setup.ts';
import type { CaseEvent, Resumable } from '../events.ts';

type CaseEnd = Extract<CaseEvent, { type: 'case.ended' }>;

const needsIdentity: readonly Resumable[] = ['chooseField', 'newValue'];

/** Ends of a case that change nothing for whoever writes. */
const isUnheard: readonly CaseEnd['why'][] = ['stepGoesOn', 'reviewOver'];

/** `case.assisted` and `case.returned` differ in what is said and kept; the way is the same. */
const fragment = conversation.createStateConfig({
  on: {
    'case.queued': [
      {
        guard: ({ event }) => event.again,
        target: '#conversation.agent.waiting',
        actions: [
          { type: 'rememberCase', params: ({ event }) => event.case },
          { type: 'say', params: ({ event: { place } }) => ({ notice: 'caseQueuedAgain', place }) },
        ],
      },
      {
        target: '#conversation.agent.waiting',
        actions: [
          { type: 'rememberCase', params: ({ event }) => event.case },
          {
            type: 'say',
            params: ({
              event: {
                place,
                minutes,
                case: { ref },
              },
            }) => ({ notice: 'casePlace', ref, place, minutes }),
          },
        ],
      },
    ],
    'case.connected': {
      target: '#conversation.agent.talking',
      actions: [
        { type: 'rememberCase', params: ({ event }) => event.case },
        { type: 'say', params: ({ event: { alias } }) => ({ notice: 'agentConnected', alias }) },
      ],
    },
    'case.assisted': [
      {
        guard: { type: 'canResumeValue', params: ({ event: { step } }) => ({ step, kept: true }) },
        target: '#conversation.newValue.readingBack',
        actions: [
          { type: 'rememberCase', params: ({ event }) => event.case },
          { type: 'say', params: ({ event }) => ({ notice: 'agentAssists', ref: event.case.ref }) },
        ],
      },
      {
        guard: { type: 'canResumeValue', params: ({ event: { step } }) => ({ step, kept: false }) },
        target: '#conversation.newValue.asking',
        actions: [
          { type: 'rememberCase', params: ({ event }) => event.case },
          { type: 'say', params: ({ event }) => ({ notice: 'agentAssists', ref: event.case.ref }) },
        ],
      },
      {
        guard: { type: 'canResume', params: ({ event: { step } }) => ({ step, is: needsIdentity }) },
        target: '#conversation.menu',
        actions: [
          { type: 'rememberCase', params: ({ event }) => event.case },
          { type: 'say', params: ({ event }) => ({ notice: 'agentAssists', ref: event.case.ref }) },
        ],
      },
      {
        guard: { type: 'isStep', params: ({ event: { step } }) => ({ step, is: ['menu'] }) },
        target: '#conversation.home',
        actions: [
          { type: 'rememberCase', params: ({ event }) => event.case },
          { type: 'say', params: ({ event }) => ({ notice: 'agentAssists', ref: event.case.ref }) },
        ],
      },
      {
        target: '#conversation.identify',
        actions: [
          { type: 'rememberCase', params: ({ event }) => event.case },
          'letIdentityAge',
          { type: 'say', params: ({ event }) => ({ notice: 'agentAssists', ref: event.case.ref }) },
        ],
      },
    ],
    'case.returned': [
      {
        guard: { type: 'canResumeValue', params: ({ event: { step } }) => ({ step, kept: true }) },
        target: '#conversation.newValue.readingBack',
        actions: [
          { type: 'forgetCase', params: ({ event }) => event.case },
          { type: 'say', params: { notice: 'agentReturned' } },
        ],
      },
      {
        guard: { type: 'canResumeValue', params: ({ event: { step } }) => ({ step, kept: false }) },
        target: '#conversation.newValue.asking',
        actions: [
          { type: 'forgetCase', params: ({ event }) => event.case },
          { type: 'say', params: { notice: 'agentReturned' } },
        ],
      },
      {
        guard: { type: 'canResume', params: ({ event: { step } }) => ({ step, is: needsIdentity }) },
        target: '#conversation.menu',
        actions: [
          { type: 'forgetCase', params: ({ event }) => event.case },
          { type: 'say', params: { notice: 'agentReturned' } },
        ],
      },
      {
        guard: { type: 'isStep', params: ({ event: { step } }) => ({ step, is: ['menu'] }) },
        target: '#conversation.home',
        actions: [
          { type: 'forgetCase', params: ({ event }) => event.case },
          { type: 'say', params: { notice: 'agentReturned' } },
        ],
      },
      {
        target: '#conversation.identify',
        actions: [
          { type: 'forgetCase', params: ({ event }) => event.case },
          'letIdentityAge',
          { type: 'say', params: { notice: 'agentReturned' } },
        ],
      },
    ],
    'case.invited': {
      actions: [
        { type: 'noteCase', params: ({ event }) => event.case },
        { type: 'say', params: ({ event }) => ({ notice: 'callerInvited', ref: event.case.ref }) },
      ],
    },
    'case.postponed': {
      target: '#conversation.home',
      actions: [
        { type: 'rememberCase', params: ({ event }) => event.case },
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
    'case.reviewed': { actions: { type: 'noteCase', params: ({ event }) => event.case } },
    'case.ended': [
      // The participant heard it, or never left the bot.
      {
        guard: ({ context, event }) => context.caseRef === null || isUnheard.includes(event.why),
        actions: { type: 'forgetCase', params: ({ event }) => event.case },
      },
      {
        target: '#conversation.home',
        actions: [
          { type: 'forgetCase', params: ({ event }) => event.case },
          { type: 'say', params: ({ event }) => caseEnded(event) },
        ],
      },
    ],
    'case.reminded': {
      guard: 'hasCase',
      actions: {
        type: 'say',
        params: ({ context, event: { what, place, minutes } }) =>
          what === 'place'
            ? { notice: 'casePlace', ref: context.caseRef ?? '', place, minutes }
            : { notice: 'agentWaits', what },
      },
    },
  },
});

export const caseEvents = fragment.on;

export function caseEnded({ why, case: { ref } }: CaseEnd) {
  const said = { stepGoesOn: 'resolved', reviewOver: 'closed' } as const;
  return { notice: 'caseEnded', ref, why: why === 'stepGoesOn' || why === 'reviewOver' ? said[why] : why } as const;
}
