// A message that breaks every turn it is in: after the third time a person goes on, and everybody else is served. req:I5
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { armFailpoint } from '#src/failpoint.ts';
import { createSeal } from '#src/seal.ts';
import { connectRedisSessions } from '#src/sessions/redis-sessions.ts';
import { ask } from '../deliveries/people.ts';
import { redisUrl } from '../support/redis.ts';
import { accountSid, createWorld, eventually, type World, whatsappFrom } from '../support/world.ts';
import { post } from './signed.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const poison = {
  AccountSid: accountSid,
  MessageSid: `SM${'a'.repeat(32)}`,
  From: 'whatsapp:+6281370000666',
  To: whatsappFrom,
  Body: 'halo',
  NumMedia: '0',
};

test('it is refused twice and then set aside, with a case, once; others go on', async () => {
  onTestFinished(() => armFailpoint(null));
  for (let opens = 1; opens <= 2; opens += 1) {
    armFailpoint({ name: 'turn.afterOptOut', nth: 1, action: 'throw' });
    expect((await post(world, { params: poison })).status).toBe(503);
    expect(await world.onWhatsApp(`+62813700007${opens}`).say('halo')).toContain('NIK');
  }
  armFailpoint({ name: 'turn.afterOptOut', nth: 1, action: 'throw' });
  const answered = await post(world, { params: poison });
  expect(answered.status).toBe(200);
  const text = await answered.text();
  expect(text).toContain('Care Center 165');
  expect(await (await post(world, { params: poison })).text()).toBe(text);
  expect(await ask(world, 'select reason from cases')).toEqual([{ reason: 'messageFailed' }]);
});

test('a message that fails once because a store was away is no such thing', async () => {
  const seal = createSeal([{ id: 'k', bytes: Buffer.alloc(32, 3) }], Buffer.alloc(32, 4));
  const sessions = await connectRedisSessions({ url: redisUrl(), seal, budgetMs: 1_000, onError: () => {} });
  onTestFinished(() => sessions.close());
  const key = `poison-${Date.now()}`;
  expect(await Promise.all([1, 2, 3, 4].map(() => sessions.noteOpen(key, 'm1')))).toEqual([1, 1, 1, 1]);
  expect(await sessions.noteOpen(key, 'm2')).toBe(1);
  await eventually(async () => ((await sessions.noteOpen(key, 'm1')) === 2 ? true : undefined), 'two seconds');
  await sessions.noteFailure(key, 'm1', 2);
  expect(await sessions.noteOpen(key, 'm1')).toBe(3);
  expect(await sessions.noteOpen(key, 'm1')).toBe(3);
});
