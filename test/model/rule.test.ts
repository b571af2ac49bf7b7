// req:A1 req:A2 req:A13 req:A14 req:A16 req:H1 promise:G4
// The rule of change against owners, thieves, crashes and clocks. `npm run test:model` is the long form of the first test.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { say } from '../support/say.ts';
import { brokenGuards, guardedTwice } from './broken-guards.ts';
import { createMemoryFacts } from './memory-facts.ts';
import { modelPolicy, storedPolicy } from './policy.ts';
import { nothingReached, ruleHolds } from './property.ts';
import { storedFacts } from './stored-facts.ts';

const forEver = 600_000;
const seed = Number(process.env.SEED ?? randomInt(2 ** 31));

test(
  'nothing is changed without the PIN, the code at the new value and a leg on the old side, whatever happens in between',
  async () => {
    const sequences = 1_000;
    const reached = nothingReached();
    await fc.assert(ruleHolds({ policy: modelPolicy, makeFacts: createMemoryFacts, reached }), {
      numRuns: sequences,
      seed,
    });
    say(`the rule of change: ${sequences} sequences, seed ${seed}, ${JSON.stringify(reached)}`);
    // It was not an idle run.
    expect(reached.applied).toBeGreaterThan(sequences / 10);
    expect(reached.held).toBeGreaterThan(sequences / 10);
    expect(reached.cancelled).toBeGreaterThan(0);
    expect(reached.released).toBeGreaterThan(0);
  },
  forEver,
);

test(
  'the same holds on the real records',
  async () => {
    const sequences = Number(process.env.STORED_SEQUENCES ?? 12);
    const reached = nothingReached();
    const property = ruleHolds({
      policy: storedPolicy,
      makeFacts: storedFacts,
      isRealTime: true,
      reached,
      commands: 25,
    });
    await fc.assert(property, { numRuns: sequences, seed, endOnFailure: true });
    say(`the rule of change on Postgres: ${sequences} sequences, seed ${seed}, ${JSON.stringify(reached)}`);
  },
  forEver,
);

describe('with a guard taken away a counter-example is found, where', () => {
  test.each(brokenGuards)(
    '$name',
    async (broken) => {
      const { makeFacts = createMemoryFacts } = broken;
      const property = ruleHolds({ policy: modelPolicy, makeFacts, breakage: broken });
      const { failed, errorInstance } = await fc.check(property, { numRuns: 3_000, seed: 7, endOnFailure: true });
      expect([failed, String(errorInstance)]).toEqual([true, expect.stringContaining(broken.finds)]);
    },
    forEver,
  );
});

test.each(guardedTwice)(
  'another guard is enough where $name',
  async (broken) => {
    const { makeFacts = createMemoryFacts } = broken;
    await fc.assert(ruleHolds({ policy: modelPolicy, makeFacts, breakage: broken }), { numRuns: 150, seed });
  },
  forEver,
);
