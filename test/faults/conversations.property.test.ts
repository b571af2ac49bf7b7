// Whole conversations of several people, in any order, through restarts, lost sessions and hours that pass: whatever
// they do, the rows add up. req:A1 req:I6 promise:G5 promise:G12
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSeal } from '#src/records/lookup-key.ts';
import type { Seal } from '#src/seal.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { createWorld, type Person, type World } from '../support/world.ts';
import { createCrowdStore, type Member, memberOf, pin } from './support/crowd.ts';
import { findBreaches } from './support/invariants.ts';
import { questionIn } from './support/participant.ts';
import { commandRedis } from './support/redis-faults.ts';
import { type PrivateRedis, startPrivateRedis } from './support/servers.ts';
import { noBreach } from './support/tally.ts';

const runs = Number(process.env.FAULT_PROPERTY_RUNS ?? 12);
const peopleEach = 3;
const minute = 60_000;

const words = [
  'halo',
  'MENU',
  'BATAL',
  'KEMBALI',
  'ULANG',
  'BANTUAN',
  'PETUGAS',
  'ENGLISH',
  'YA',
  'TIDAK',
  '000000',
  '?',
];

const command = fc.oneof(
  // Whoever answers what is asked gets somewhere.
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('answer' as const), who: fc.nat(peopleEach - 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('word' as const),
      who: fc.nat(peopleEach - 1),
      text: fc.constantFrom(...words),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), who: fc.nat(peopleEach - 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      // Never so long in all that rows are due to be erased.
      minutes: fc.constantFrom(-60, 1, 11, 16, 61, 25 * 60),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

interface Somebody {
  member: Member;
  person: Person;
  /** the last message and its answer; empty where the session may have been lost since */
  sid: string;
  said: string;
  reply: string;
}

let redis: PrivateRedis;
let world: World;
let seal: Seal;
const bytes = randomBytes(32);
let number = 0;
const spoken = new Map<string, string>();

beforeAll(async () => {
  redis = await startPrivateRedis();
  // Test, doubles and product share one thread here, so a busy machine must not look like a slow Redis.
  const patience = { POLICY_BUDGET_REDIS_MS: '2000', POLICY_BUDGET_POSTGRES_MS: '5000' };
  const settings = { ...patience, ENCRYPTION_KEYS: `k1:${bytes.toString('base64')}`, REDIS_URL: redis.url };
  world = await createWorld(settings, createCrowdStore(peopleEach * runs * 30));
  const keys = [{ id: 'k1', bytes }];
  seal = await openSeal({ databaseUrl: world.database.appUrl, keys, budgetMs: 2_000 });
});
afterAll(async () => {
  await world.stop();
  await redis.stop();
});

function meet(): Somebody {
  number += 1;
  const member = memberOf(number);
  // One in three is not on the registered number.
  const from = number % 3 === 0 ? `+62899100${String(number).padStart(5, '0')}` : member.mobileNumber;
  return { member, person: world.onWhatsApp(from), sid: '', said: '', reply: '' };
}

async function tell(one: Somebody, said: string): Promise<void> {
  one.sid = `SM${randomBytes(16).toString('hex')}`;
  one.said = said;
  spoken.set(one.sid, said);
  one.reply = await one.person.say(said, one.sid);
}

function answerOf({ member, reply }: Somebody): string {
  const code = () =>
    /(?<![\d-])\d{6}(?!\d)/.exec(
      world.mail
        .mails()
        .filter(({ to }) => to === member.newEmail)
        .map(({ text }) => text)
        .findLast((text) => /(?<![\d-])\d{6}(?!\d)/.test(text)) ?? '',
    )?.[0] ?? 'ULANG';
  const words = {
    field: '1',
    yes: 'YA',
    agent: 'MENU',
    talk: 'SELESAI',
    wait: 'ULANG',
    oldContact: '1',
    oldCode: 'MENU',
  };
  const answers = { ...words, birthDate: member.birthDate, pin };
  const asked = questionIn(reply);
  if (asked === undefined) return 'halo';
  if (asked === 'code') return code();
  if (asked === 'number') return member.nik;
  return asked === 'value' ? member.newEmail : answers[asked];
}

async function perform(one: Command, people: Somebody[]): Promise<void> {
  const somebody = 'who' in one ? people[one.who] : undefined;
  switch (one.kind) {
    case 'answer':
      if (somebody !== undefined) await tell(somebody, answerOf(somebody));
      return;
    case 'word':
      if (somebody !== undefined) await tell(somebody, one.text);
      return;
    case 'again': {
      if (somebody === undefined || somebody.sid === '') return;
      const again = await somebody.person.say(somebody.said, somebody.sid);
      expect(again).toBe(somebody.reply);
      return;
    }
    case 'time':
      world.sleep(one.minutes * minute);
      if (one.minutes > 0) await passTime(world.database.ownerUrl, one.minutes * minute);
      for (const other of people) other.sid = '';
      return;
    case 'flush':
      await commandRedis(redis.url, 'FLUSHALL');
      for (const other of people) other.sid = '';
      return;
    case 'restart':
      await world.restart();
      return;
  }
}

test('whatever people and the world do, no change is made without its proofs, twice, or in silence', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 60 }), async (commands) => {
      const people = Array.from({ length: peopleEach }, meet);
      for (const one of commands) await perform(one, people);
      // Nobody is stuck: each of them is still answered.
      for (const one of people) expect(await one.person.say('MENU')).not.toBe('');
    }),
    {
      numRuns: runs,
      endOnFailure: true,
      ...(process.env.FAULT_SEED === undefined ? {} : { seed: Number(process.env.FAULT_SEED) }),
    },
  );
  // What arrived and was written is looked up once no job is left: a hold may have ended with the last step.
  const witness = {
    ownerUrl: world.database.ownerUrl,
    seal,
    get ledgers() {
      return ledgersNow();
    },
  };
  expect(await findBreaches(witness)).toMatchObject(noBreach);
});

function ledgersNow() {
  const refs = world
    .onPhones()
    .map(({ statusCallback }) => new URL(statusCallback ?? 'http://none/').searchParams.get('ref') ?? '');
  const mails = world.mail.mails().map(({ messageId }) => messageId.slice(1, messageId.indexOf('@')));
  const writes = world.directoryServer
    .ledger()
    .filter(({ call, result }) => call === 'changeContact' && result === 'changed')
    .map(({ changeId, participantId }) => ({
      changeId: changeId ?? '',
      participantId: participantId ?? '',
      field: 'email',
      value: '',
    }));
  // The directory answers a repeated key with its first answer, so only the first of each is a write.
  const first = writes.filter(({ changeId }, at) => writes.findIndex((one) => one.changeId === changeId) === at);
  const none = { codes: new Map(), texts: new Map(), pinChecks: new Map() };
  return { ...none, arrivals: [...refs, ...mails], writes: first, spoken };
}
