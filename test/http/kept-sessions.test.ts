// What an older or newer release, a changed key or a broken Redis left in a session: the conversation goes on, or starts
// again politely; it never ends in an error. req:K1 req:D2 promise:G15
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { machineVersion } from '#machines/conversation.machine.ts';
import { openSeal } from '#src/records/lookup-key.ts';
import type { Seal } from '#src/seal.ts';
import { connectRedisSessions, type RedisSessions } from '#src/sessions/redis-sessions.ts';
import { createCrowdStore, memberOf, pin } from '../faults/support/crowd.ts';
import { isDone, questionIn } from '../faults/support/participant.ts';
import { keptGoldens } from '../support/golden.ts';
import { redisUrl } from '../support/redis.ts';
import { createWorld, eventually, type World } from '../support/world.ts';

const bytes = randomBytes(32);
const keys = [{ id: 'k1', bytes }];
const goldens = keptGoldens();
const ofNow = goldens.filter(({ version }) => version === machineVersion);
const aGolden = ofNow.find(({ state }) => state === 'prove.asking')?.stored as { version: number };

let world: World;
let seal: Seal;
let sessions: RedisSessions;
let number = 0;

beforeAll(async () => {
  const settings = { ENCRYPTION_KEYS: `k1:${bytes.toString('base64')}` };
  world = await createWorld(settings, createCrowdStore(goldens.length + 20));
  seal = await openSeal({ databaseUrl: world.database.appUrl, keys, budgetMs: 2_000 });
  sessions = await connectRedisSessions({ url: redisUrl(), seal, budgetMs: 1_000, onError: () => {} });
});
afterAll(async () => {
  await sessions.close();
  await world.stop();
});

/** Somebody whose session holds that. */
async function sleeper(conversation: unknown) {
  number += 1;
  const member = memberOf(number);
  const stored = JSON.parse(JSON.stringify(conversation).replaceAll('P-0011', member.participantId));
  const now = Date.now();
  if (typeof stored?.context?.lastAt === 'number') Object.assign(stored.context, { lastAt: now, identifiedAt: now });
  const person = world.onWhatsApp(member.mobileNumber);
  const record = { ids: [], replies: [], language: 'id', savedAt: now, conversation: stored };
  const key = seal.index('conversation', `whatsapp ${person.address}`);
  await sessions.commit(key, '', JSON.stringify(record), 3_600);
  return { member, person, key };
}

const greets = /Selamat datang/;

describe.each(ofNow)('asleep in $state', ({ stored }) => {
  test('wakes up there, and gets to the end of a change', async () => {
    const { member, person } = await sleeper(stored);
    expect(await person.say('BANTUAN')).not.toMatch(greets);
    let reply = await person.say('BATAL');
    for (let turn = 0; turn < 20 && !isDone(reply); turn += 1) {
      const answers = {
        number: member.nik,
        birthDate: member.birthDate,
        field: '1',
        value: member.newEmail,
        yes: 'YA',
        pin,
        agent: 'MENU',
        talk: 'SELESAI',
        wait: 'ULANG',
        oldContact: 'MENU',
        oldCode: 'MENU',
      };
      const asked = questionIn(reply) ?? 'agent';
      reply = await person.say(asked === 'code' ? await world.codeMailedTo(member.newEmail) : answers[asked]);
    }
    expect(reply).toMatch(/^Selesai/);
    await eventually(
      () => world.mail.mails().find(({ to }) => to === member.email) ?? undefined,
      'the notice to the old address',
    );
  });
});

const others = goldens.filter(({ version }) => version !== machineVersion);
test.each([
  ...others.map(({ version, state, stored }) => [`of version ${version} in ${state}`, stored] as const),
  ['of a newer version', { ...aGolden, version: machineVersion + 1 }],
  ['in a state that this release does not have', { ...aGolden, value: { prove: 'dreaming' } }],
  ['without a context', { ...aGolden, context: null }],
  ['of another machine', { ...aGolden, machine: 'other' }],
  ['that is a text', 'siti'],
  ['that is a list', []],
] as const)('a conversation %s is greeted anew', async (_, conversation) => {
  const { member, person } = await sleeper(conversation);
  expect(await person.say('123456')).toMatch(greets);
  expect(await person.say(member.nik)).toMatch(/tanggal lahir/);
});

test.each([
  ['altered', (value: string) => `${value.slice(0, -2)}${value.endsWith('AA') ? 'BB' : 'AA'}`],
  ['cut off', (value: string) => value.slice(0, value.length / 2)],
  ['sealed under a key that is gone', (value: string) => value.replace(' k1.', ' k0.')],
  ['moved from another version', (value: string) => value.replace(/^\S+/, '9.AAAAAAAAAAA')],
  ['without a version', () => 'nothing'],
  ['empty', () => ''],
  ['not ours at all', () => '1.x {"conversation":{}}'],
])('a session that is %s is greeted anew', async (_, change) => {
  const { member, person, key } = await sleeper(aGolden);
  await rewrite(key, change);
  expect(await person.say('123456')).toMatch(greets);
  expect(await person.say(member.nik)).toMatch(/tanggal lahir/);
});

async function rewrite(key: string, change: (value: string) => string): Promise<void> {
  const { createClient } = await import('redis');
  const client = createClient({ url: redisUrl() });
  await client.connect();
  const name = `session:${key}`;
  await client.set(name, change((await client.get(name)) ?? ''));
  client.destroy();
}
