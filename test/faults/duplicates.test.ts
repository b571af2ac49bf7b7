// Delivered badly: the same message up to ten times at once, old ones again, through three processes. req:C3 req:H2 promise:G2
import { expect, onTestFinished, test } from 'vitest';
import { duplicates } from './support/campaigns.ts';
import { memberOf } from './support/crowd.ts';
import { createFaultWorld } from './support/fault-world.ts';
import { findBreaches } from './support/invariants.ts';
import { createParticipant } from './support/participant.ts';
import { createRandom } from './support/random.ts';
import { breachesOf, noBreach, report } from './support/tally.ts';

const timeout = 180_000;

test('a message that is delivered up to ten times at once, or again later, takes effect once', {
  timeout,
}, async () => {
  const random = createRandom();
  const tally = await duplicates(random, { people: 24, faults: 0 });
  report('duplicates', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
});

test('messages of one person in any order and all at once are all answered, and break nothing', {
  timeout,
}, async () => {
  const random = createRandom();
  const world = await createFaultWorld({ people: 2 });
  onTestFinished(world.stop);
  world.pool.push(...(await Promise.all([world.start(), world.start(), world.start()])));
  const one = createParticipant(world, memberOf(1));
  const { member } = one;
  const said = ['halo', member.nik, member.birthDate, '1', member.newEmail, 'YA', '123456', 'ULANG', 'BATAL', 'MENU'];
  for (let round = 0; round < 3; round += 1) {
    const replies = await Promise.all(random.shuffled([...said, ...said]).map((text) => one.say(text)));
    expect(replies.filter((reply) => reply === null || reply === '')).toEqual([]);
  }
  expect(await findBreaches(world)).toMatchObject(noBreach);
});
