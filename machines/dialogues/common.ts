// What the dialogues' transitions have in common: the same outcome leads to the same words, wherever it happens.
import { conversation } from '../conversation.setup.ts';

/** The world did not do it, or not in time: said so, and on at that state. */
export const tryAgainAt = (target: string) =>
  conversation.createStateConfig({
    on: {
      'world.failed': { target, actions: { type: 'say', params: { notice: 'tryAgain' } } },
      'turn.ranOut': { target, actions: { type: 'say', params: { notice: 'tryAgain' } } },
    },
  }).on;

/** A code is on its way, and is asked for. */
export const codeIsSent = (how: 'first' | 'again' | 'otherWay') =>
  conversation.createStateConfig({
    on: {
      'code.sent': {
        target: 'asking',
        actions: [
          { type: 'rememberChallenge', params: ({ event }) => event },
          {
            type: 'say',
            params: ({ event: { via, destination, minutes } }) =>
              how === 'otherWay'
                ? { notice: 'codeSentOtherWay', via, destination, minutes }
                : { notice: 'codeSent', via, destination, minutes, again: how === 'again' },
          },
        ],
      },
    },
  }).on;

/** Another code was asked for too soon after the last. */
export const codeWaitsAt = (target: string) =>
  conversation.createStateConfig({
    on: {
      'code.tooSoon': {
        target,
        actions: { type: 'say', params: ({ event }) => ({ notice: 'resendWait', seconds: event.seconds }) },
      },
    },
  }).on;

/** A code was typed that does not fit, and another may be. */
export const codeDoesNotFit = conversation.createStateConfig({
  on: {
    'code.wrong': {
      target: 'asking',
      actions: { type: 'say', params: ({ event }) => ({ notice: 'codeWrong', triesLeft: event.triesLeft }) },
    },
    'code.older': {
      target: 'asking',
      actions: { type: 'say', params: ({ event }) => ({ notice: 'codeOlder', triesLeft: event.triesLeft }) },
    },
    'code.expired': { target: 'asking', actions: { type: 'say', params: { notice: 'codeExpired' } } },
  },
}).on;

/** Codes were tried too often. */
export const codesAreLimited = (notice: 'codeLimited' | 'sendLimited') =>
  conversation.createStateConfig({
    on: {
      'code.limited': {
        target: '#conversation.menu',
        actions: { type: 'say', params: ({ event }) => ({ notice, until: event.until }) },
      },
    },
  }).on;

/** A held change was stopped. */
export const changeIsCancelledAt = (target: string) =>
  conversation.createStateConfig({
    on: {
      'change.cancelled': {
        target,
        actions: { type: 'say', params: ({ event: { field, ref } }) => ({ notice: 'heldCancelled', field, ref }) },
      },
    },
  }).on;

/** The change is in the directory, or was stopped by an old contact point. */
export const changeEnds = conversation.createStateConfig({
  on: {
    'change.applied': {
      target: '#conversation.menu',
      actions: [
        { type: 'showAsRegistered', params: ({ event }) => ({ field: event.field, value: event.value }) },
        {
          type: 'say',
          params: ({ event: { field, value, at, ref } }) => ({ notice: 'changeApplied', field, value, at, ref }),
        },
      ],
    },
    ...changeIsCancelledAt('#conversation.menu'),
  },
}).on;
