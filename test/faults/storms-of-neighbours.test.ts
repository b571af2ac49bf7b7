// The network, the directory, Twilio and SMTP at their worst while people talk. req:H3 req:H4 req:H5 promise:G3 promise:G11
import { expect, test } from 'vitest';
import { badDirectory, badNetwork, badProviders } from './support/campaigns.ts';
import { createRandom } from './support/random.ts';
import { breachesOf, noBreach, report } from './support/tally.ts';

const timeout = 180_000;

test('whatever lies between us and a dependency, everybody gets the change they came for, once', {
  timeout,
}, async () => {
  const random = createRandom();
  const tally = await badNetwork(random, { people: 12, faults: 12 });
  report('network', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
});

test('a directory that fails before and after its work is written to once', { timeout }, async () => {
  const random = createRandom();
  const tally = await badDirectory(random, { people: 12, faults: 12 });
  report('directory', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
});

test('a Twilio and a mail server that refuse, break off and fall silent delay people and lose nothing', {
  timeout,
}, async () => {
  const random = createRandom();
  const tally = await badProviders(random, { people: 8, faults: 12 });
  report('providers', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
});
