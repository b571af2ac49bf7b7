// req:A5 req:A9 req:A10 req:B7 req:I2 promise:G5
// Attack bots against the whole product: what they may guess in a day is the policy, whatever is restarted, emptied or
// repeated in between; and the owner on the registered number never notices them.

import pg from 'pg';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { startPrivateRedis } from '../faults/support/servers.ts';
import { policy } from '../records/world.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

const siti = { nik: '9901014506850001', born: '05-06-1985', pin: '135790', number: '+6281200000011' };
const day = 24 * 3_600_000;

interface Ladder {
  world: World;
  /** The service starts anew, with nothing left in Redis. */
  disturb(): Promise<void>;
  pass(ms: number): Promise<void>;
  count(from: string): Promise<number>;
}

async function createLadder(): Promise<Ladder> {
  const redis = await startPrivateRedis();
  onTestFinished(redis.stop);
  const world = await createWorld({ REDIS_URL: redis.url });
  onTestFinished(world.stop);
  const owner = new pg.Client({ connectionString: world.database.ownerUrl });
  await owner.connect();
  onTestFinished(() => owner.end());
  return {
    world,
    async disturb() {
      await world.restart();
      const client = createClient({ url: redis.url });
      await client.connect();
      await client.flushAll();
      client.destroy();
    },
    async pass(ms) {
      await passTime(world.database.ownerUrl, ms);
      await world.directory.passTime(ms);
      world.sleep(ms);
    },
    async count(from) {
      const { rows } = await owner.query<{ count: number }>(`select count(*)::int as count from ${from}`);
      return rows[0]?.count ?? -1;
    },
  };
}

/** Up to the code for a new mailbox, from wherever the conversation stands. */
async function askForCode(bot: Person, mailbox: string): Promise<string> {
  let reply = '';
  for (const text of ['MENU', siti.nik, siti.born, 'email', mailbox, 'YA']) reply = await bot.say(text);
  return reply;
}

test('codes: ten wrong ones a day over every phone and channel, with restarts, an emptied Redis and 200 at once', async () => {
  const { world, disturb, pass, count } = await createLadder();
  const { failuresPerDay, triesPerChallenge } = policy.otp;
  const bots = ['+6285700000001', '+6285700000002', '+6285700000003', '+6285700000004'].flatMap((number) => [
    world.onWhatsApp(number),
    world.onSms(number),
  ]);
  const evaluated = () => count('code_attempts');
  for (const [round, bot] of bots.entries()) {
    await askForCode(bot, `thief.${round}@example.com`);
    if (round === 0) {
      // All at once, each guess a message of its own; what finds no room is answered 503 and may come again.
      await Promise.allSettled(Array.from({ length: 200 }, (_, index) => bot.say(String(100_000 + index))));
      expect(await evaluated()).toBe(triesPerChallenge);
    }
    for (let guess = 0; guess < 4; guess += 1) await bot.say(String(200_000 + guess));
    for (const text of ['ULANG', '300000', 'KIRIM ULANG', '300001']) await bot.say(text);
    if (round % 3 === 1) await disturb();
    await pass(31_000);
    expect(await evaluated()).toBeLessThanOrEqual(failuresPerDay);
  }
  expect(await evaluated()).toBe(failuresPerDay);

  await pass(day);
  const [bot] = bots;
  if (bot === undefined) throw new Error('there is no bot');
  await askForCode(bot, 'thief.tomorrow@example.com');
  await bot.say('400000');
  expect(await evaluated()).toBe(failuresPerDay + 1);
});

test('PINs of the registered number: ten wrong ones in a row, five a day, three for one code, and the eleventh is refused', async () => {
  const { world, disturb, pass } = await createLadder();
  const phone = world.onWhatsApp(siti.number);
  const asked = () => world.directoryServer.ledger().filter(({ call }) => call === 'verifyPin').length;
  const atPin = async (mailbox: string) => {
    await askForCode(phone, mailbox);
    await phone.say(await world.codeMailedTo(mailbox));
  };
  const steps: number[] = [];
  let mailboxes = 0;
  for (let today = 0; today < 3; today += 1) {
    for (let flow = 0; flow < 3; flow += 1) {
      mailboxes += 1;
      const mailbox = `siti.${mailboxes}@example.com`;
      const before = world.mail.mails().length;
      await askForCode(phone, mailbox);
      if (world.mail.mails().length === before) break;
      await phone.say(await world.codeMailedTo(mailbox));
      for (let guess = 0; guess < 5; guess += 1) {
        await phone.say(String(400_000 + guess));
        // The insurer's own lock is not what is measured here.
        await world.directory.passTime(3_600_000);
        if (guess === 1) {
          await disturb();
          await atPinAgain(phone, world, mailbox);
        }
      }
      steps.push(asked());
    }
    await pass(day);
  }
  expect(asked()).toBe(policy.pin.consecutive);
  expect(Math.max(...steps)).toBe(policy.pin.consecutive);
  await atPin('siti.last@example.com').catch(() => undefined);
  await phone.say('411111');
  expect(asked()).toBe(policy.pin.consecutive);
});

/** After its place was lost the phone begins again: a new code, if it may still have one. */
async function atPinAgain(phone: Person, world: World, mailbox: string): Promise<void> {
  await passTime(world.database.ownerUrl, 31_000);
  const before = world.mail.mails().length;
  await askForCode(phone, mailbox);
  if (world.mail.mails().length > before) await phone.say(await world.codeMailedTo(mailbox));
}

test('a stranger who spends every look-up, code, sending and PIN does not hold up the owner on the registered number', async () => {
  const { world, pass } = await createLadder();
  const strangers = Array.from({ length: 14 }, (_, index) =>
    world.onWhatsApp(`+62857000001${String(index).padStart(2, '0')}`),
  );
  // Look-ups of Siti's number with wrong dates, until nobody else may look it up.
  for (const [index, stranger] of strangers.entries()) {
    if (index < 6) continue;
    for (const text of [siti.nik, '01-01-1990', siti.nik, '02-02-1990']) await stranger.say(text);
  }
  await pass(day + 1_000);
  for (const [index, stranger] of strangers.slice(0, 6).entries()) {
    const mailbox = `thief.${index}@example.com`;
    const before = world.mail.mails().length;
    await askForCode(stranger, mailbox);
    if (world.mail.mails().length === before) continue;
    if (index < 3) {
      await stranger.say(await world.codeMailedTo(mailbox));
      for (const pin of ['111111', '222222', '333333', '444444']) await stranger.say(pin);
    } else for (let guess = 0; guess < 6; guess += 1) await stranger.say(String(500_000 + guess));
    await passTime(world.database.ownerUrl, 31_000);
  }
  const before = world.directoryServer
    .ledger()
    .filter(({ call, result }) => call === 'verifyPin' && result === 'locked');
  expect(before).toEqual([]);

  const owner = world.onWhatsApp(siti.number);
  await askForCode(owner, 'siti.baru@example.com');
  await owner.say(await world.codeMailedTo('siti.baru@example.com'));
  expect(await owner.say(siti.pin)).toMatch(/^Selesai/);
});
