// req:B1 req:B2 req:B4 req:H4 promise:G10
// What leaves, text by text: never one more than each limit of sending says, one after the other and 200 at once, and
// also where no sending gets an answer, so that each would be repeated.
import { describe, expect, test } from 'vitest';
import type { Policy } from '#src/policy.ts';
import {
  createWorld,
  id,
  patient,
  policy,
  somebody,
  startCode,
  stranger,
  type Try,
  type World,
} from '../records/world.ts';

/** No limit but the one that is measured. */
const many = 10_000;
const alone = (limits: Partial<Policy['send']>): Policy => ({
  ...patient,
  send: {
    ...policy.send,
    perTarget15Min: many,
    perTargetDay: many,
    perParticipantDay: many,
    perSenderDay: many,
    targetsPerSenderDay: many,
    unverifiedPerPrefix8: many,
    conversionOf: many,
    globalPerHour: many,
    globalPerDay: many,
    ...limits,
  },
});

const mailbox = (): string => `${id()}@example.com`;
const anybody = () => ({ sender: stranger(), participant: somebody().participant, target: mailbox() });
const one = stranger();
const { participant } = somebody();

interface Limit {
  name: string;
  most: number;
  /** so that these, each of whom meets this limit and no other, may have `most` texts */
  figures: (most: number) => Partial<Policy['send']>;
  asks: (nth: number) => Try;
}

const limits: Limit[] = [
  {
    name: 'one target within 15 minutes',
    most: policy.send.perTarget15Min,
    figures: (perTarget15Min) => ({ perTarget15Min }),
    asks: () => ({ ...anybody(), target: 'shared@example.com' }),
  },
  {
    name: 'one target in a day',
    most: policy.send.perTargetDay,
    figures: (perTargetDay) => ({ perTargetDay }),
    asks: () => ({ ...anybody(), target: 'shared@example.com' }),
  },
  {
    name: 'new values of one participant in a day',
    most: policy.send.perParticipantDay,
    figures: (perParticipantDay) => ({ perParticipantDay }),
    asks: () => ({ ...anybody(), participant }),
  },
  {
    name: 'whatever one sender names in a day',
    most: policy.send.perSenderDay,
    figures: (perSenderDay) => ({ perSenderDay }),
    asks: () => ({ ...anybody(), sender: one }),
  },
  {
    name: 'a block of numbers within ten minutes',
    most: policy.send.unverifiedPerPrefix8,
    figures: (unverifiedPerPrefix8) => ({ unverifiedPerPrefix8 }),
    asks: (nth) => ({ ...anybody(), target: `+62813111${String(nth).padStart(5, '0')}`, field: 'mobileNumber' }),
  },
  { name: 'everybody in an hour', most: 7, figures: (globalPerHour) => ({ globalPerHour }), asks: anybody },
  { name: 'everybody in a day', most: 7, figures: (globalPerDay) => ({ globalPerDay }), asks: anybody },
];

/** @returns how many texts leave on behalf of one that asks, where none of them gets an answer */
async function sendWithoutAnswer({ records: { challenges } }: World, challengeId: string): Promise<number> {
  const leave = async () => {
    if ((await challenges.takeForSending(challengeId)) === null) return 0;
    await challenges.sent(challengeId, { outcome: 'unknown' });
    return 1;
  };
  const first = await leave();
  if (typeof (await challenges.recover(challengeId)) === 'string') return first;
  return (await challenges.repeat(challengeId)) ? first + (await leave()) : first;
}

async function ask(world: World, request: Try): Promise<number> {
  const challengeId = id();
  const { result } = await startCode(world, { ...request, challengeId });
  return result === 'started' ? await sendWithoutAnswer(world, challengeId) : 0;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

describe.each(limits)('at most $most texts to $name leave', ({ most, figures, asks }) => {
  test('one after the other', async () => {
    const world = await createWorld({ policy: alone(figures(most)) });
    const left: number[] = [];
    for (let nth = 0; nth < 2 * most + 2; nth += 1) left.push(await ask(world, asks(nth)));
    expect(sum(left)).toBe(most);
  });

  test('200 at once', async () => {
    const world = await createWorld({ policy: alone(figures(most)) });
    const left = await Promise.all(Array.from({ length: 200 }, (_, nth) => ask(world, asks(nth))));
    // A code that a newer one kills before it leaves was counted all the same.
    expect(await world.query('select count(*)::int from code_sendings')).toEqual([{ count: most }]);
    expect(sum(left)).toBeGreaterThan(0);
    expect(sum(left)).toBeLessThanOrEqual(most);
  });
});
