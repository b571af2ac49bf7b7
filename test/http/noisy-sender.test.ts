// req:J4 req:C5 One sender floods the service: the flood is refused, and everybody else goes on as on a quiet day.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Policy } from '#src/policy.ts';
import { createCrowdStore, type Member, memberOf, pin } from '../faults/support/crowd.ts';
import { accountSid, createWorld, eventually, type World, whatsappFrom } from '../support/world.ts';
import { post } from './signed.ts';

const people = 4;
/** Far more than one sender may have at once, and more than fit in all. */
const flood = 40;
const atOnce = 20;
const { turnsPerSender } = Policy.shape.server.parse({});

let world: World;
beforeAll(async () => {
  world = await createWorld({ POLICY_SERVER_TURNS_AT_ONCE: String(atOnce) }, createCrowdStore(2 * people));
});
afterAll(() => world.stop());

const newSid = () => `SM${randomBytes(16).toString('hex')}`;
const messageFrom = (from: string, body: string) => ({
  ...{ AccountSid: accountSid, MessageSid: newSid(), From: `whatsapp:${from}`, To: whatsappFrom },
  ...{ Body: body, NumMedia: '0' },
});

interface Walk {
  /** of each message, once: nobody here repeats one */
  statuses: number[];
  waits: number[];
  last: string;
}

async function walk(member: Member): Promise<Walk> {
  const done: Walk = { statuses: [], waits: [], last: '' };
  const say = async (body: string) => {
    const askedAt = performance.now();
    const answer = await post(world, { params: messageFrom(member.mobileNumber, body) });
    done.last = await answer.text();
    done.waits.push(performance.now() - askedAt);
    done.statuses.push(answer.status);
  };
  for (const text of ['halo', member.nik, member.birthDate, '1', member.newEmail, 'YA']) await say(text);
  await say(await world.codeMailedTo(member.newEmail));
  await say(pin);
  return done;
}

const crowd = async (from: number) =>
  Promise.all(Array.from({ length: people }, (_, number) => walk(memberOf(from + number))));

/** Keeps so many messages of one sender on their way, until it is told to stop. */
function startFlood(from: string) {
  const statuses: number[] = [];
  let isOn = true;
  const one = async () => {
    while (isOn) {
      const answer = await post(world, { params: messageFrom(from, `pesan ${newSid()}`) });
      await answer.arrayBuffer();
      statuses.push(answer.status);
      // Client and service share one thread: whoever is refused leaves it to the others for a moment.
      if (answer.status === 503) await pause(25);
    }
  };
  const all = Promise.all(Array.from({ length: flood }, one));
  return {
    statuses,
    async stop() {
      isOn = false;
      await all;
    },
  };
}

const median = (waits: number[]) => Math.round(waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)] ?? 0);

test('a flood from one sender takes no place of anybody else, and is told to come again', async () => {
  const quiet = await crowd(0);
  const noise = startFlood('+6281377799999');
  await eventually(() => (noise.statuses.length > flood ? true : undefined), 'the flood');
  const noisy = await crowd(people).finally(noise.stop);

  for (const { statuses, last } of [...quiet, ...noisy]) {
    expect(statuses).toEqual(Array.from({ length: 8 }, () => 200));
    // Or, on a crowded machine, told that it is on its way.
    expect(last).toMatch(/Selesai\.|sedang kami proses/);
  }
  for (let number = 0; number < 2 * people; number += 1) {
    const { participantId, newEmail } = memberOf(number);
    const isSaved = async () => ((await world.directory.read(participantId)).email === newEmail ? true : undefined);
    await eventually(isSaved, 'the change');
  }
  // Never 429: Twilio would give the message up.
  expect(new Set(noise.statuses)).toEqual(new Set([200, 503]));
  const waits = (walks: Walk[]) => median(walks.flatMap((one) => one.waits));
  process.stdout.write(
    `noisy sender: ${noise.statuses.length} messages, ${noise.statuses.filter((status) => status === 503).length} refused; ` +
      `median of the others ${waits(quiet)} ms before and ${waits(noisy)} ms meanwhile (client and service in one process)\n`,
  );
}, 240_000);

test('a heap of as many as one sender may have at once is answered', async () => {
  const from = '+6281377788888';
  const heap = await Promise.all(
    Array.from({ length: 15 }, () => post(world, { params: messageFrom(from, `pesan ${newSid()}`) })),
  );
  expect(turnsPerSender).toBeGreaterThanOrEqual(15);
  expect(heap.map(({ status }) => status)).toEqual(Array.from({ length: 15 }, () => 200));
}, 240_000);
