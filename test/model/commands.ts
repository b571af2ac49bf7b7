// What can happen in the model, as plain data: fast-check makes it, shrinks it and prints it.
import fc from 'fast-check';
import { people, personas } from './people.ts';

const who = fc.nat({ max: personas.length - 1 });
const aim = fc.nat({ max: people.length - 1 });
const field = fc.constantFrom('email' as const, 'mobileNumber' as const);
const minute = 60_000;
const hour = 60 * minute;

/** What somebody writes without regard to what was asked. */
export const words = [
  'word.cancel',
  'word.cancel',
  'word.notMe',
  'ask.releaseHeld',
  'ask.releaseHeld',
  'word.again',
  'word.back',
  'word.menu',
  'ask.changeState',
  'answer.yes',
  'answer.no',
  'said.greeting',
] as const;

export const Command = fc.oneof(
  /** So many questions in a row are answered as well as this person can. */
  {
    weight: 30,
    arbitrary: fc.record({
      does: fc.constant('answers' as const),
      who,
      aim,
      field,
      wish: fc.nat({ max: 1 }),
      steps: fc.integer({ min: 1, max: 9 }),
      /** a code is typed after its life */
      late: fc.nat({ max: 9 }).map((lot) => lot === 0),
    }),
  },
  /** The held change of this conversation is asked for with a code at an old contact point. */
  { weight: 6, arbitrary: fc.record({ does: fc.constant('releases' as const), who, field, right: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ does: fc.constant('says' as const), who, word: fc.constantFrom(...words) }) },
  /** A number, a date, a field or a value where nobody asked for it. */
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constant('volunteers' as const),
      who,
      aim,
      field,
      what: fc.constantFrom('number' as const, 'birthDate' as const, 'field' as const, 'value' as const),
    }),
  },
  /** Of the codes that reached their mailboxes and phones; `old`: the last but one. */
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('types code' as const),
      who,
      which: fc.constantFrom('newest' as const, 'old' as const, 'wrong' as const, 'zeros' as const),
    }),
  },
  /** The word in the letter that an old mailbox got. */
  { weight: 3, arbitrary: fc.record({ does: fc.constant('types cancel code' as const), who, right: fc.boolean() }) },
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('types PIN' as const),
      who,
      aim,
      right: fc.boolean(),
      onPage: fc.boolean(),
    }),
  },
  /** The carrier delivers an earlier message again, the newest being 0. */
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('is delivered again' as const), who, back: fc.nat({ max: 6 }) }),
  },
  /** Two messages at once, from the same place in the conversation. */
  { weight: 3, arbitrary: fc.record({ does: fc.constant('two at once' as const), who, aim, other: who }) },
  /** The process dies, or a store is away, at the given call to the world of the turn that comes next. */
  {
    weight: 7,
    arbitrary: fc.record({
      does: fc.constant('trouble' as const),
      kind: fc.constantFrom('crash' as const, 'outage' as const, 'lost answer' as const),
      at: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('place is lost' as const), who }) },
  /** Redis comes back from an older copy. */
  { weight: 3, arbitrary: fc.record({ does: fc.constant('place is old' as const), who, back: fc.nat({ max: 5 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('time passes' as const),
      ms: fc.constantFrom(
        31_000,
        5 * minute,
        11 * minute,
        16 * minute,
        2 * hour,
        12 * hour,
        24 * hour - 1,
        24 * hour,
        8 * 24 * hour,
      ),
    }),
  },
  /** The job of every change, due or not. */
  { weight: 8, arbitrary: fc.record({ does: fc.constant('jobs run' as const) }) },
  /** The insurer changes contact data by another way. */
  { weight: 1, arbitrary: fc.record({ does: fc.constant('directory changes' as const), aim, field }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('number risk' as const), high: fc.boolean() }) },
);
export type Command = Parameters<Parameters<typeof Command.map>[0]>[0];

/** @param length  commands in a sequence, at most */
export const Sequence = (length: number) =>
  fc.record({
    smsFrom: fc.constantFrom('trust' as const, 'page' as const),
    commands: fc.array(Command, { minLength: 1, maxLength: length, size: 'max' }),
  });
