// The map on one page: the order of the dialogues and the words that work at every step.
import type { ConversationInput } from './conversation.setup.ts';
import { conversation } from './conversation.setup.ts';
import { agent } from './dialogues/agent.ts';
import { caseEvents } from './dialogues/case-events.ts';
import { confirm } from './dialogues/confirm.ts';
import { identify } from './dialogues/identify.ts';
import { menu } from './dialogues/menu.ts';
import { newValue } from './dialogues/new-value.ts';
import { prove } from './dialogues/prove.ts';
import { release } from './dialogues/release.ts';
import { safety } from './dialogues/safety.ts';

/** Raised by hand when a stored snapshot of the last one no longer fits; see `test/machines/version.test.ts`. */
export const machineVersion = 2;

export const conversationMachine = conversation.createMachine({
  id: 'conversation',
  context: ({ input }: { input: ConversationInput }) => ({
    ...input,
    language: 'id',
    now: 0,
    turnId: '',
    asked: 'askNumber',
    notice: null,
    lastAt: null,
    fruitless: 0,
    offeredAt: null,
    candidate: null,
    participantId: null,
    identifiedAt: null,
    known: null,
    expectedParticipantId: null,
    field: null,
    newValue: null,
    suggestion: null,
    challengeId: null,
    via: null,
    destination: null,
    codeMinutes: 0,
    pageToken: null,
    pageUntil: null,
    heldChangeId: null,
    oldContact: null,
    changeId: null,
    changeRef: null,
    caseRef: null,
    caseDueAt: null,
    caseEpoch: null,
    keptAt: null,
    trouble: null,
  }),
  initial: 'identify',
  states: {
    identify,
    menu,
    newValue,
    prove,
    confirm,
    release,
    agent,
    safety,
    /** The menu of whoever is identified, else the first question. */
    home: {
      always: [{ guard: 'isIdentified', target: 'menu' }, { target: 'identify' }],
    },
    /** Back to the question that the participant was asked. */
    goingOn: {
      always: [
        { guard: 'awaitsBirthDate', target: 'identify.askingBirthDate' },
        { guard: { type: 'wasAsked', params: { prompt: 'askNewValue' } }, target: 'newValue.asking' },
        {
          guard: { type: 'wasAsked', params: { prompt: 'confirmSuggestion' } },
          target: 'newValue.confirmingSuggestion',
        },
        { guard: { type: 'wasAsked', params: { prompt: 'confirmNewValue' } }, target: 'newValue.readingBack' },
        { guard: { type: 'wasAsked', params: { prompt: 'askCode' } }, target: 'prove.asking' },
        { guard: { type: 'wasAsked', params: { prompt: 'askPin' } }, target: 'confirm.asking' },
        { guard: { type: 'wasAsked', params: { prompt: 'waitForResult' } }, target: 'confirm.processing' },
        { guard: { type: 'wasAsked', params: { prompt: 'chooseOldContact' } }, target: 'release.choosing' },
        { guard: { type: 'wasAsked', params: { prompt: 'askOldCode' } }, target: 'release.asking' },
        { guard: { type: 'wasAsked', params: { prompt: 'waitForAgent' } }, target: 'agent.waiting' },
        { guard: { type: 'wasAsked', params: { prompt: 'confirmLeave' } }, target: 'agent.confirmingLeave' },
        { guard: { type: 'wasAsked', params: { prompt: 'talkToAgent' } }, target: 'agent.talking' },
        { guard: { type: 'wasAsked', params: { prompt: 'confirmFinish' } }, target: 'agent.confirmingFinish' },
        { target: 'home' },
      ],
    },
  },
  on: {
    'turn.began': [
      {
        guard: { type: 'identityHasAged', params: ({ event }) => event },
        target: '.identify',
        actions: [
          { type: 'beginTurn', params: ({ event }) => event },
          'letIdentityAge',
          { type: 'say', params: { notice: 'identifyAgain' } },
        ],
      },
      { actions: { type: 'beginTurn', params: ({ event }) => event } },
    ],

    'entry.began': { actions: { type: 'beginEntry', params: ({ event }) => event } },

    'word.menu': { target: '.home' },
    'word.cancel': { target: '.safety.cancelling' },
    'word.cancelCode': { target: '.safety.cancellingByCode' },
    'word.notMe': { target: '.safety.reporting' },
    'word.agent': { target: '.agent' },
    'turn.failed': { target: '.agent', actions: 'noteFailedMessage' },
    'word.case': { target: '.agent.binding' },
    ...caseEvents,
    // The prompt alone is the answer.
    'word.again': {},
    'word.back': { actions: { type: 'say', params: { notice: 'nothingBefore' } } },
    'word.help': { actions: { type: 'say', params: ({ context }) => ({ notice: 'help', prompt: context.asked }) } },
    'word.indonesian': {
      actions: [
        { type: 'speak', params: { language: 'id' } },
        { type: 'say', params: { notice: 'languageChosen' } },
      ],
    },
    'word.english': {
      actions: [
        { type: 'speak', params: { language: 'en' } },
        { type: 'say', params: { notice: 'languageChosen' } },
      ],
    },

    'ask.releaseHeld': [
      { guard: 'isIdentified', target: '.release' },
      { actions: { type: 'say', params: { notice: 'identifyFirst' } } },
    ],
    'ask.myData': [
      {
        guard: 'isIdentified',
        actions: {
          type: 'say',
          params: ({ context }) =>
            context.known === null ? { notice: 'identifyFirst' } : { notice: 'myData', ...context.known },
        },
      },
      { actions: { type: 'say', params: { notice: 'identifyFirst' } } },
    ],
    'ask.changeState': [
      { guard: 'isIdentified', target: '.safety.looking' },
      { actions: { type: 'say', params: { notice: 'identifyFirst' } } },
    ],
    'ask.forgottenEmail': {
      actions: {
        type: 'say',
        params: ({ context }) => ({ notice: 'forgottenEmail', email: context.known?.email ?? null }),
      },
    },
    'ask.forgottenPin': { actions: { type: 'say', params: { notice: 'forgottenPin' } } },
    // Where we have sent none, it is trouble with another service.
    'ask.codeMissing': [
      {
        guard: 'awaitsCode',
        actions: { type: 'say', params: ({ context }) => ({ notice: 'help', prompt: context.asked }) },
      },
      { actions: { type: 'say', params: { notice: 'sorryForTrouble' } } },
    ],
    'ask.helper': { actions: { type: 'say', params: { notice: 'helperWelcome' } } },
    'ask.oldContactDead': { actions: { type: 'say', params: { notice: 'oldContactNotNeeded' } } },
    'ask.isGenuine': { actions: { type: 'say', params: { notice: 'aboutUs' } } },
    // The menu takes another NIK or card number.
    'ask.otherPerson': [
      { guard: 'isIdentified', target: '.home', actions: { type: 'say', params: { notice: 'dataOfOther' } } },
      { actions: { type: 'say', params: { notice: 'identifyFirst' } } },
    ],
    'ask.elsewhere': {
      actions: { type: 'say', params: ({ event }) => ({ notice: 'elsewhere', topic: event.topic }) },
    },

    'said.greeting': [{ guard: 'wasGreeted' }, { actions: { type: 'say', params: { notice: 'greetedBack' } } }],
    'said.thanks': { actions: { type: 'say', params: { notice: 'thanked' } } },
    'said.wait': { actions: { type: 'say', params: { notice: 'placeKept' } } },
    'said.anger': { actions: { type: 'say', params: { notice: 'sorryForTrouble' } } },
    'sent.media': {
      actions: { type: 'say', params: ({ event }) => ({ notice: 'mediaNotRead', media: event.media }) },
    },

    'answer.unclear': {
      actions: {
        type: 'sayUnclear',
        params: ({ context, event }) => ({
          notice: 'unclear',
          prompt: context.asked,
          unclear: event.unclear,
          field: context.field,
        }),
      },
    },
    // An answer to another question.
    'answer.*': {
      actions: {
        type: 'sayUnclear',
        params: ({ context }) => ({
          notice: 'unclear',
          prompt: context.asked,
          unclear: { reason: 'notUnderstood' },
          field: context.field,
        }),
      },
    },
    // A code typed long after it was sent; the identity has aged with it.
    'answer.code': { actions: { type: 'say', params: { notice: 'codeAgedIdentifyAgain' } } },
  },
});

export type ConversationMachine = typeof conversationMachine;
