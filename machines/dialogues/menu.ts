// The menu of an identified participant: which field, or the data as they are registered.
import { conversation } from '../conversation.setup.ts';

export const menu = conversation.createStateConfig({
  initial: 'choosing',
  states: {
    choosing: {
      tags: 'waiting',
      meta: { prompt: 'chooseField', expects: 'field' },
      entry: ['noteProgress', 'forgetFinishedChange'],
      on: {
        'answer.field': {
          target: '#conversation.newValue.asking',
          actions: { type: 'chooseField', params: ({ event }) => ({ field: event.field }) },
        },
        // Another participant on the same phone, or the right number after a wrong one.
        'answer.number': {
          target: '#conversation.identify.askingBirthDate',
          actions: [
            'forgetIdentity',
            { type: 'rememberCandidate', params: ({ event }) => ({ kind: event.kind, number: event.number }) },
          ],
        },
      },
    },
  },
});
