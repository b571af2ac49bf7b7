// What was kept and its answer lost: whoever says it again hears what became of it. req:H1 req:C3
import { randomBytes, randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSeal } from '#src/records/lookup-key.ts';
import { createCrowdStore, memberOf, pin } from '../faults/support/crowd.ts';
import { redisUrl } from '../support/redis.ts';
import { createWorld, type World } from '../support/world.ts';

const bytes = randomBytes(32);
let world: World;
let nameOf: (address: string) => string;
const redis = createClient({ url: redisUrl() });

beforeAll(async () => {
  await redis.connect();
  world = await createWorld({ ENCRYPTION_KEYS: `k1:${bytes.toString('base64')}` }, createCrowdStore(10));
  const keys = [{ id: 'k1', bytes }];
  const seal = await openSeal({ databaseUrl: world.database.appUrl, keys, budgetMs: 2_000 });
  nameOf = (address) => `session:${seal.index('conversation', `whatsapp ${address}`)}`;
});
afterAll(async () => {
  redis.destroy();
  await world.stop();
});

/** Somebody who is asked for the PIN, and how to put the session back to that moment. */
async function askedForPin(number: number) {
  const member = memberOf(number);
  const person = world.onWhatsApp(member.mobileNumber);
  for (const said of ['halo', member.nik, member.birthDate, '1', member.newEmail, 'YA']) await person.say(said);
  expect(await person.say(await world.codeMailedTo(member.newEmail))).toMatch(/PIN Mobile JKN/);
  const name = nameOf(person.address);
  const before = (await redis.get(name)) ?? '';
  return { member, person, forgetLastTurn: () => redis.set(name, before) };
}

test('a PIN that is typed again, because its answer never came, finds the change that it made', async () => {
  const { person, forgetLastTurn } = await askedForPin(1);
  const saved = await person.say(pin);
  expect(saved).toMatch(/^Selesai/);
  await forgetLastTurn();
  expect(await person.say(pin)).toBe(saved);
});

test('the same message again, after its place was lost, is answered with the same words', async () => {
  const { person, forgetLastTurn } = await askedForPin(2);
  const sid = `SM${randomUUID().replaceAll('-', '')}`;
  const saved = await person.say(pin, sid);
  await forgetLastTurn();
  expect(await person.say(pin, sid)).toBe(saved);
});

test('a wrong PIN that is delivered again costs one try', async () => {
  const { member, person, forgetLastTurn } = await askedForPin(3);
  const sid = `SM${randomUUID().replaceAll('-', '')}`;
  const first = await person.say('000001', sid);
  await forgetLastTurn();
  expect(await person.say('000001', sid)).not.toMatch(/^Selesai/);
  expect(first).not.toMatch(/^Selesai/);
  const { pinAttemptsLeft } = await world.directory.read(member.participantId);
  expect(pinAttemptsLeft).toBe(4);
});

test('the same PIN message ten times at once is one change and one answer', async () => {
  const { member, person } = await askedForPin(4);
  const sid = `SM${randomUUID().replaceAll('-', '')}`;
  const replies = await Promise.all(Array.from({ length: 10 }, () => person.say(pin, sid)));
  expect(new Set(replies).size).toBe(1);
  expect(replies[0]).toMatch(/^Selesai/);
  expect((await world.directory.read(member.participantId)).email).toBe(member.newEmail);
});
