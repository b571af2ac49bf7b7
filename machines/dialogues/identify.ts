// Finds the participant's record by NIK or card number and birth date; it proves nothing about who is writing.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';

/** How a look-up goes whatever came before it. */
const lookUp = conversation.createStateConfig({
  tags: 'busy',
  invoke: {
    id: 'findParticipant',
    src: 'findParticipant',
    input: ({ context, event }) => ({
      ...turnOf(context),
      candidate: present(context.candidate),
      birthDate: event.type === 'answer.birthDate' ? event.birthDate : '',
    }),
    ...settled,
  },
});

const isFound = conversation.createStateConfig({
  on: {
    'identify.matched': {
      target: 'resuming',
      actions: { type: 'rememberParticipant', params: ({ event }) => event },
    },
    'world.failed': {
      target: 'askingBirthDate',
      actions: { type: 'say', params: { notice: 'directoryAway' } },
    },
    'turn.ranOut': {
      target: 'askingBirthDate',
      actions: { type: 'say', params: { notice: 'directoryAway' } },
    },
  },
}).on;

export const identify = conversation.createStateConfig({
  initial: 'askingNumber',
  states: {
    askingNumber: {
      tags: 'waiting',
      meta: { prompt: 'askNumber', expects: 'number' },
      entry: 'noteProgress',
      on: {
        'answer.number': {
          target: 'askingBirthDate',
          actions: { type: 'rememberCandidate', params: ({ event }) => ({ kind: event.kind, number: event.number }) },
        },
        // The corrected date alone: the number that it belongs to is kept for one more look-up.
        'answer.birthDate': { guard: 'hasCandidate', target: 'lookingUpAgain' },
        'word.menu': { target: '#conversation.home', actions: 'forgetCandidate' },
        // Said before it was asked, e.g. "mau ganti email": kept for when it is.
        'answer.field': { actions: { type: 'chooseField', params: ({ event }) => ({ field: event.field }) } },
      },
    },
    askingBirthDate: {
      tags: 'waiting',
      meta: { prompt: 'askBirthDate', expects: 'birthDate' },
      entry: 'noteProgress',
      on: {
        'answer.birthDate': 'lookingUp',
        'answer.number': {
          target: 'askingBirthDate',
          reenter: true,
          actions: { type: 'rememberCandidate', params: ({ event }) => ({ kind: event.kind, number: event.number }) },
        },
        'answer.field': { actions: { type: 'chooseField', params: ({ event }) => ({ field: event.field }) } },
        'word.back': { target: 'askingNumber', actions: 'forgetCandidate' },
      },
    },
    lookingUp: {
      ...lookUp,
      on: {
        ...isFound,
        'identify.notMatched': { target: 'askingNumber', actions: { type: 'say', params: { notice: 'notMatched' } } },
      },
    },
    lookingUpAgain: {
      ...lookUp,
      on: {
        ...isFound,
        'identify.notMatched': {
          target: 'askingNumber',
          actions: ['forgetCandidate', { type: 'say', params: { notice: 'notMatched' } }],
        },
      },
    },
    /** Goes on where the participant was, or wanted to go. */
    resuming: {
      always: [
        { guard: 'hasHeldChange', target: '#conversation.release' },
        { guard: 'hasNewValue', target: '#conversation.newValue.readingBack' },
        { guard: 'hasField', target: '#conversation.newValue.asking' },
        { target: '#conversation.menu' },
      ],
    },
  },
});
