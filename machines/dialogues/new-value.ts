// Takes the new e-mail address or mobile number and reads it back before anything is sent to it.
import { conversation, present, settled, turnOf } from '../conversation.setup.ts';

export const newValue = conversation.createStateConfig({
  initial: 'asking',
  states: {
    asking: {
      tags: 'waiting',
      meta: { prompt: 'askNewValue', expects: 'value' },
      entry: 'noteProgress',
      on: { 'word.back': '#conversation.menu' },
    },
    /** A likelier spelling is asked, never assumed. */
    confirmingSuggestion: {
      tags: 'waiting',
      meta: { prompt: 'confirmSuggestion', expects: 'confirmation' },
      entry: 'noteProgress',
      on: {
        'answer.yes': { target: 'checking', actions: 'takeSuggestion' },
        'answer.no': [
          { guard: 'isCompleteAddress', target: 'checking', actions: 'keepSpelling' },
          {
            target: 'asking',
            actions: {
              type: 'say',
              params: ({ context }) => ({
                notice: 'unclear',
                prompt: 'askNewValue',
                unclear: { reason: 'emailMalformed' },
                field: context.field,
              }),
            },
          },
        ],
        'word.back': 'asking',
      },
    },
    checking: {
      tags: 'busy',
      invoke: {
        id: 'checkValue',
        src: 'checkValue',
        input: ({ context }) => ({
          ...turnOf(context),
          participantId: present(context.participantId),
          field: present(context.field),
          value: present(context.newValue),
        }),
        ...settled,
      },
      on: {
        'value.isNew': 'readingBack',
        'value.isRegistered': {
          target: 'asking',
          actions: {
            type: 'say',
            params: ({ context }) => ({ notice: 'valueIsRegistered', field: present(context.field) }),
          },
        },
        'value.isOurs': { target: 'asking', actions: { type: 'say', params: { notice: 'valueIsOurs' } } },
        // Checked again before a code is sent.
        'world.failed': 'readingBack',
        'turn.ranOut': 'readingBack',
      },
    },
    readingBack: {
      tags: 'waiting',
      meta: { prompt: 'confirmNewValue', expects: 'confirmation' },
      entry: 'noteProgress',
      on: {
        'answer.yes': '#conversation.prove.sending',
        'answer.no': 'asking',
        'word.back': 'asking',
      },
    },
  },
  on: {
    'answer.field': {
      target: '.asking',
      actions: { type: 'chooseField', params: ({ event }) => ({ field: event.field }) },
    },
    'answer.thisNumber': [
      { guard: 'provesThisNumber', target: '.checking', actions: 'takeThisNumber' },
      {
        actions: {
          type: 'sayUnclear',
          params: ({ context }) => ({
            notice: 'unclear',
            prompt: context.asked,
            unclear: { reason: 'thisNumberUnknown' },
            field: context.field,
          }),
        },
      },
    ],
    'answer.value': [
      {
        guard: { type: 'isOtherField', params: ({ event }) => ({ field: event.field }) },
        actions: { type: 'say', params: ({ context }) => ({ notice: 'otherField', field: present(context.field) }) },
      },
      {
        guard: { type: 'hasSuggestion', params: ({ event }) => ({ suggestion: event.suggestion }) },
        target: '.confirmingSuggestion',
        actions: { type: 'rememberValue', params: ({ event }) => event },
      },
      { target: '.checking', actions: { type: 'rememberValue', params: ({ event }) => event } },
    ],
  },
});
