// req:A2 req:A10 req:A12 req:A14 req:A16 When a message from the registered number is the leg of the old channel, and when not.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '#src/config.ts';
import type { NumberRisk } from '#src/conversation/ports.ts';
import { createSampleMemory } from '#src/participants/sample-file.ts';
import { createRecords } from '#src/records/create-records.ts';
import { openSeal } from '#src/records/lookup-key.ts';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';

const siti = { nik: '9901014506850001', born: '05-06-1985', number: '+6281200000011', pin: '135790' };

async function worldOf(env: Record<string, string> = {}, numberRisk?: NumberRisk): Promise<World> {
  const world = await createWorld(env, createSampleMemory(), numberRisk === undefined ? {} : { numberRisk });
  onTestFinished(() => world.stop());
  return world;
}

let mailboxes = 0;

/** Up to the question for the PIN. @returns that question */
async function upToPin(world: World, person: Person): Promise<string> {
  mailboxes += 1;
  const mailbox = `siti.${mailboxes}@example.com`;
  await person.say(`${siti.nik} ${siti.born}`);
  await person.say('menu');
  await person.say('1');
  await person.say(mailbox);
  await person.say('ya');
  return person.say(await world.codeMailedTo(mailbox));
}

async function typeOnPage(question: string, pin: string): Promise<string> {
  const link = /http:\S+\/pin\/[0-9a-f]{32}/.exec(question)?.[0] ?? '';
  const attempt = /name="attempt" value="([0-9a-f]{16})"/.exec(await (await fetch(link)).text())?.[1] ?? '';
  return (await fetch(link, { method: 'POST', body: new URLSearchParams({ pin, attempt }) })).text();
}

describe('an SMS from the registered number', () => {
  test('counts as the old channel where policy trusts the From', async () => {
    const world = await worldOf();
    const person = world.onSms(siti.number);
    await upToPin(world, person);
    expect(await person.say(siti.pin)).toMatch(/Selesai\./);
  });

  test('does not count with policy `page`: a PIN typed as a forger could type it holds the change', async () => {
    const world = await worldOf({ POLICY_PROOF_SMS_FROM: 'page' });
    const person = world.onSms(siti.number);
    await upToPin(world, person);
    expect(await person.say(siti.pin)).toMatch(/PIN cocok\. Email baru berlaku/);
    // The number that writes is no old contact point to itself.
    expect(await person.say('kode lama')).toMatch(/dikirim ke s\*\*\*h@example\.com/);
  });

  test('counts with policy `page` when the PIN comes by the page whose link went to that number', async () => {
    const world = await worldOf({ POLICY_PROOF_SMS_FROM: 'page' });
    expect(await typeOnPage(await upToPin(world, world.onSms(siti.number)), siti.pin)).toMatch(/Selesai\./);
  });

  test('never uses up the owner’s PINs with policy `page`', async () => {
    const world = await worldOf({ POLICY_PROOF_SMS_FROM: 'page' });
    const forger = world.onSms(siti.number);
    await upToPin(world, forger);
    for (const pin of ['111111', '222222', '333333']) await forger.say(pin);
    const owner = world.onWhatsApp(siti.number);
    await upToPin(world, owner);
    expect(await owner.say('111111')).toMatch(/belum cocok/);
    expect(await owner.say(siti.pin)).toMatch(/^Selesai\./);
  });

  test('by WhatsApp needs no page', async () => {
    const world = await worldOf({ POLICY_PROOF_SMS_FROM: 'page' });
    const person = world.onWhatsApp(siti.number);
    await upToPin(world, person);
    expect(await person.say(siti.pin)).toMatch(/^Selesai\./);
  });
});

describe('a number that somebody else may have taken over', () => {
  const risk = (answer: 'low' | 'high' | 'unknown'): NumberRisk => ({ of: async () => answer });

  test('vouches for nobody: its change is held, and only the old mailbox can release it', async () => {
    const world = await worldOf({}, risk('high'));
    const person = world.onWhatsApp(siti.number);
    await upToPin(world, person);
    expect(await person.say(siti.pin)).toMatch(/mulai berlaku/);
    expect(await person.say('kode lama')).toMatch(/sudah dikirim ke s•••h@example\.com/);
    expect(await person.say(await world.codeMailedTo('siti.aminah@example.com'))).toMatch(/^Selesai\./);
  });

  test.each(['low', 'unknown'] as const)('is trusted where the risk is %s', async (answer) => {
    const world = await worldOf({}, risk(answer));
    const person = world.onWhatsApp(siti.number);
    await upToPin(world, person);
    expect(await person.say(siti.pin)).toMatch(/^Selesai\./);
  });

  test('is trusted where nobody can tell, and the operator hears of it', async () => {
    const world = await worldOf({}, { of: () => Promise.reject(new Error('no answer')) });
    const person = world.onWhatsApp(siti.number);
    await upToPin(world, person);
    expect(await person.say(siti.pin)).toMatch(/^Selesai\./);
    expect(world.logged()).toMatch(/"component":"numberRisk".*"event":"actor\.failed"/);
  });
});

describe('wrong PINs', () => {
  test('name the smaller of what the directory and this flow leave; after the last one the way on', async () => {
    const world = await worldOf();
    const person = world.onWhatsApp(siti.number);
    await upToPin(world, person);
    expect(await person.say('111111')).toMatch(/sisa 2 kali/);
    expect(await person.say('222222')).toMatch(/sisa 1 kali.*Ketik \*PETUGAS\*/);
    expect(await person.say('333333')).toMatch(
      /tidak dapat dicoba lagi dengan kode tadi.*Ketik \*YA\* agar kode dikirim/s,
    );
  });

  test('of strangers, all at once, leave the directory’s last try to the owner', async () => {
    const world = await worldOf();
    const strangers = ['+6281277770001', '+6281277770002', '+6281277770003', '+6281277770004', '+6281277770005'].map(
      (number) => world.onWhatsApp(number),
    );
    for (const person of strangers) await upToPin(world, person);
    await Promise.all(strangers.map((person, at) => person.say(String(at + 1).repeat(6))));
    const owner = world.onWhatsApp(siti.number);
    await upToPin(world, owner);
    expect(await owner.say(siti.pin)).toMatch(/^Selesai\./);
  });

  test('of one message, delivered ten times at once, cost one try, here and at the directory', async () => {
    const world = await worldOf();
    const person = world.onWhatsApp(siti.number);
    await upToPin(world, person);
    const sid = `SM${'0'.repeat(30)}ab`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => person.say('111111', sid)));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/sisa 2 kali/);
    const participant = await world.directory.identify({ kind: 'nik', number: siti.nik, birthDate: '1985-06-05' });
    expect(participant?.pinAttemptsLeft).toBe(4);
  });

  test('on several participants from one sender take its trust away, and raise an alarm', async () => {
    const world = await worldOf({ POLICY_SPRAY_PARTICIPANTS_PER_SENDER_DAY: '1' });
    const person = world.onWhatsApp(siti.number);
    await upToPin(world, person);
    await person.say('111111');
    expect(await person.say(siti.pin)).toMatch(/mulai berlaku/);
    expect(world.logged()).toMatch(/"level":"warn".*"count":1.*"event":"pin\.sprayed"/);
  });
});

test('“that was not me”: a supervisor approves, a code to the old mailbox brings the old address back', async () => {
  const key = `k1:${randomBytes(32).toString('base64')}`;
  const world = await worldOf({ POLICY_HOLD_HOURS: '0', ENCRYPTION_KEYS: key });
  const registered = async () =>
    (await world.directory.identify({ kind: 'nik', number: siti.nik, birthDate: '1985-06-05' }))?.email;
  const attacker = world.onWhatsApp('+6281277770001');
  await upToPin(world, attacker);
  expect(await attacker.say(siti.pin)).toMatch(/^Selesai\./);
  expect(await registered()).not.toBe('siti.aminah@example.com');

  const victim = world.onWhatsApp(siti.number);
  expect(await victim.say('bukan saya')).toMatch(/Laporan Anda kami terima/);
  await approveOnly(world, key);
  await eventually(() => victim.received().find((text) => /menyetujui.*KODE LAMA/.test(text)), 'the approval');
  expect(await registered()).not.toBe('siti.aminah@example.com');

  // Out of the queue: beside a person the bot says nothing.
  await victim.say('menu');
  await victim.say('ya');
  await victim.say(`${siti.nik} ${siti.born}`);
  expect(await victim.say('kode lama')).toMatch(/sudah dikirim ke s•••h@example\.com/);
  const restored = await victim.say(await world.codeMailedTo('siti.aminah@example.com'));
  expect(restored).toMatch(/^Selesai\. Email Anda sekarang s•••h@example\.com/);
  expect(await registered()).toBe('siti.aminah@example.com');
});

/** What the console does for a supervisor: approves the only change there is. */
async function approveOnly({ database: { appUrl, ownerUrl }, directory }: World, key: string): Promise<void> {
  const config = readConfig({ ...settings, DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, ENCRYPTION_KEYS: key });
  const seal = await openSeal({ databaseUrl: appUrl, keys: config.encryptionKeys, budgetMs: 2_000 });
  const records = createRecords({ config, seal, directory });
  const client = new pg.Client({ connectionString: ownerUrl });
  await Promise.all([client.connect(), records.start()]);
  try {
    const { rows } = await client.query<{ change_id: string }>('select change_id from changes');
    const changeId = rows[0]?.change_id ?? '';
    expect(
      await records.changes.restoreOldValue({ changeId, supervisor: 'agent-7', reason: 'reported' }),
    ).toMatchObject({
      state: 'approved',
    });
  } finally {
    await Promise.all([client.end(), records.stop()]);
  }
}

const settings = {
  PUBLIC_URL: 'http://localhost:3000',
  REDIS_URL: 'redis://localhost:6379',
  TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
  TWILIO_AUTH_TOKEN: 'unused',
  TWILIO_SMS_FROM: '+6281190000165',
  SMTP_URL: 'smtp://localhost:25',
  MAIL_FROM: 'no-reply@example.com',
  DIRECTORY_URL: 'http://localhost:1',
  DIRECTORY_TOKEN: 'unused',
};
