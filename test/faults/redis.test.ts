// Losing Redis costs the place in the conversation and nothing else. req:I2 req:J2 promise:G6
import { expect, onTestFinished, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { memberOf } from './support/crowd.ts';
import { createFaultWorld, type FaultWorld } from './support/fault-world.ts';
import { createParticipant, walkThrough } from './support/participant.ts';
import { commandRedis } from './support/redis-faults.ts';
import { startPrivateRedis } from './support/servers.ts';

async function worldWithRedis() {
  const redis = await startPrivateRedis();
  onTestFinished(redis.stop);
  const world = await createFaultWorld({ people: 2, redis });
  onTestFinished(world.stop);
  world.pool.push(await world.start());
  return { redis, world };
}

async function readiness(world: FaultWorld) {
  const response = await fetch(new URL('/health/ready', world.webhookUrl));
  return { status: response.status, body: await response.json() };
}

test('while Redis is frozen the webhook answers 503 in time and ready names it; then it goes on where it was', async () => {
  const { redis, world } = await worldWithRedis();
  const one = createParticipant(world, memberOf(0));
  await one.say('halo');
  redis.freeze();
  const startedAt = performance.now();
  expect(await one.say(one.member.nik)).toBeNull();
  // Twilio asked six times, and each answer came within the budget of a store that says nothing.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(await readiness(world)).toEqual({ status: 503, body: { status: 'unavailable', down: ['redis'] } });
  redis.thaw();
  expect((await walkThrough(one, { first: one.member.nik })).done).toBe(true);
});

test('a Redis that lost everything greets whoever was half-way, and the counted guesses stay counted', async () => {
  const { redis, world } = await worldWithRedis();
  const letTimePass = () => passTime(world.ownerUrl, 35_000);
  const one = createParticipant(world, memberOf(1), { codePatienceMs: 3_000, withoutCode: letTimePass });
  for (const text of ['halo', one.member.nik, one.member.birthDate, '1', one.member.newEmail, 'YA'])
    await one.say(text);
  expect(await one.say('000000')).toMatch(/4 kali|sisa 4|4/);
  await commandRedis(redis.url, 'FLUSHALL');
  expect(await one.say('000001')).toMatch(/NIK/);
  expect((await walkThrough(one)).done).toBe(true);
});
