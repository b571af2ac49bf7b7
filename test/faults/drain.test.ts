// Asked to stop under load: no request is cut, no job left half-done, gone within ten seconds. req:K2
import { expect, test } from 'vitest';
import { type Replacement, rollingRestart } from './support/campaigns.ts';
import { createRandom } from './support/random.ts';
import { breachesOf, noBreach, report } from './support/tally.ts';

test('processes that are replaced one after the other under load cut nobody off', { timeout: 180_000 }, async () => {
  const random = createRandom();
  const ends: Replacement[] = [];
  const tally = await rollingRestart(ends)(random, { people: 20, faults: 0 });
  report('drain', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
  expect(ends.length).toBeGreaterThan(0);
  expect(ends.filter(({ code, seconds }) => code !== 0 || seconds > 10)).toEqual([]);
});
