// Two releases on the same stores: what the other one has kept is no place of ours, and nothing else is lost.
// req:K1 req:K2 promise:G15
import { expect, onTestFinished, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { deploys } from './support/campaigns.ts';
import { memberOf } from './support/crowd.ts';
import { createFaultWorld } from './support/fault-world.ts';
import { findBreaches } from './support/invariants.ts';
import { makeNextRelease } from './support/other-release.ts';
import { createParticipant, walkThrough } from './support/participant.ts';
import { createRandom } from './support/random.ts';
import { breachesOf, emptyTally, noBreach, report } from './support/tally.ts';

test('a conversation that is handed to the next release and back begins anew each time, and keeps its facts', {
  timeout: 180_000,
}, async () => {
  const next = makeNextRelease();
  onTestFinished(() => next.remove());
  const world = await createFaultWorld({ people: 1 });
  onTestFinished(() => world.stop());
  world.pool.push(await world.start());
  world.calm.push(await world.start(undefined, next.root));
  const one = createParticipant(world, memberOf(0), { withoutCode: () => passTime(world.ownerUrl, 35_000) });
  const { member } = one;
  const at = (release: 'this' | 'next') => {
    one.calm = release === 'next';
    return one;
  };
  const anew = /^Selamat datang.*NIK/s;

  expect(await at('this').say('halo')).toMatch(anew);
  expect(await at('this').say(member.nik)).toMatch(/tanggal lahir/);
  expect(await at('next').say(member.birthDate)).toMatch(anew);
  expect(await at('next').say(member.nik)).toMatch(/tanggal lahir/);
  expect(await at('this').say(member.birthDate)).toMatch(anew);
  for (const text of [member.nik, member.birthDate, '1', member.newEmail]) await at('this').say(text);
  expect(await at('this').say('YA')).toMatch(/ketik kode/i);
  const code = (await one.answerTo('Mohon ketik kode')) ?? '';
  // In the middle of the proof it is handed over, and back.
  expect(await at('next').say(code)).toMatch(anew);
  expect(await at('this').say(code)).toMatch(anew);
  expect((await walkThrough(at('this'), { first: member.nik })).done).toBe(true);
  expect(await at('next').say('terima kasih')).toMatch(/NIK/);
  // And the next release knows what was saved.
  for (const text of [member.nik, member.birthDate, '1']) await at('next').say(text);
  expect(await at('next').say(member.newEmail)).toMatch(/sudah terdaftar pada data Anda/);

  expect(breachesOf({ ...emptyTally(), ...(await findBreaches(world)) })).toEqual(noBreach);
  expect(world.ledgers.writes).toHaveLength(1);
});

test('while two releases take turns everybody gets the change they came for, once', { timeout: 240_000 }, async () => {
  const random = createRandom();
  const tally = await deploys(random, { people: 8, faults: 2 });
  report('releases', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
});
