// Bounded everywhere: what does not fit is refused at once, what hangs is given up, what ends does so politely.
// req:C5 req:J2 req:J3 req:K2
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { sign } from '#src/simulator/twilio-wire.ts';
import { siti } from '../deliveries/people.ts';
import { startFaultProxy } from '../faults/support/fault-proxy.ts';
import { createDatabase } from '../support/database.ts';
import { redisUrl } from '../support/redis.ts';
import { accountSid, createWorld, eventually, type World, whatsappFrom } from '../support/world.ts';
import { messaging, post } from './signed.ts';

async function worldWith(env: Record<string, string> = {}): Promise<World> {
  const world = await createWorld(env);
  onTestFinished(() => world.stop());
  return world;
}

let sids = 0;
const messageOf = (from: string, body: string, sid?: string) => {
  sids += 1;
  return {
    AccountSid: accountSid,
    MessageSid: sid ?? `SM${String(sids).padStart(32, '0')}`,
    From: `whatsapp:${from}`,
    To: whatsappFrom,
    Body: body,
    NumMedia: '0',
  };
};
const somebody = (n: number) => `+6281370${String(n).padStart(6, '0')}`;

const ready = async (world: World) => {
  const response = await fetch(`${world.origin}/health/ready`);
  return { status: response.status, down: ((await response.json()) as { down: string[] }).down };
};

test('more turns at once than fit are refused with 503 at once, and the others are answered', async () => {
  const world = await worldWith({ POLICY_SERVER_TURNS_AT_ONCE: '4' });
  const asked = `${siti.number} ${siti.birthDate}`;
  world.directoryServer.arm(
    ...Array.from({ length: 4 }, () => ({
      call: 'identify' as const,
      when: 'before' as const,
      how: { kind: 'delay' as const, ms: 700 },
    })),
  );
  const slow = [1, 2, 3, 4].map((n) => post(world, { params: messageOf(somebody(n), asked) }));
  await eventually(() => (world.directoryServer.ledger().length === 4 ? true : undefined), 'four slow turns');
  const startedAt = performance.now();
  const refused = await post(world, { params: messageOf(somebody(5), 'halo') });
  expect(refused.status).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(300);
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await post(world, { params: messageOf(somebody(5), 'halo') })).status).toBe(200);
});

test('a hanging directory slows nobody who does not need it, and after five failures nobody at all', async () => {
  const world = await worldWith({ POLICY_BUDGET_DIRECTORY_MS: '500' });
  world.directoryServer.arm(
    ...Array.from({ length: 5 }, () => ({
      call: 'identify' as const,
      when: 'before' as const,
      how: { kind: 'delay' as const, ms: 30_000 },
    })),
  );
  const hanging = [1, 2, 3, 4, 5].map((n) => world.onWhatsApp(somebody(n)).say(`${siti.number} ${siti.birthDate}`));
  await eventually(() => (world.directoryServer.ledger().length === 5 ? true : undefined), 'five hanging turns');
  const startedAt = performance.now();
  await world.onWhatsApp(somebody(6)).say('halo');
  expect(performance.now() - startedAt).toBeLessThan(400);
  for (const reply of await Promise.all(hanging)) expect(reply).toContain('belum dapat kami buka');

  const openAt = performance.now();
  expect(await world.onWhatsApp(somebody(7)).say(`${siti.number} ${siti.birthDate}`)).toContain(
    'belum dapat kami buka',
  );
  expect(performance.now() - openAt).toBeLessThan(400);
  expect(world.logged()).toContain('"directory.circuit"');
});

test('a frozen Postgres: 503 within ten seconds, named by readiness, and back by itself', async () => {
  const database = await createDatabase();
  const target = new URL(database.appUrl);
  const proxy = await startFaultProxy(() => ({ host: target.hostname, port: Number(target.port) }));
  onTestFinished(() => proxy.close());
  const through = new URL(database.appUrl);
  through.port = String(proxy.port);
  const world = await worldWith({ DATABASE_URL: through.href, DATABASE_OWNER_URL: database.ownerUrl });
  await world.onWhatsApp(somebody(1)).say('halo');
  await proxy.set({ kind: 'hang' });
  const startedAt = performance.now();
  const [answered, readiness] = await Promise.all([
    post(world, { params: messageOf(somebody(2), 'halo') }),
    ready(world),
  ]);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(answered.status).toBe(503);
  expect(readiness).toEqual({ status: 503, down: ['postgres'] });
  await proxy.set(null);
  proxy.cut();
  await eventually(async () => ((await ready(world)).status === 200 ? true : undefined), 'readiness');
  expect((await post(world, { params: messageOf(somebody(2), 'halo') })).status).toBe(200);
}, 40_000);

test('a frozen Redis: 503 at once, named by readiness, and back by itself', async () => {
  const target = new URL(redisUrl());
  const proxy = await startFaultProxy(() => ({ host: target.hostname, port: Number(target.port) }));
  onTestFinished(() => proxy.close());
  const through = new URL(redisUrl());
  through.port = String(proxy.port);
  const world = await worldWith({ REDIS_URL: through.href, POLICY_BUDGET_REDIS_MS: '250' });
  await world.onWhatsApp(somebody(1)).say('halo');
  await proxy.set({ kind: 'hang' });
  const startedAt = performance.now();
  expect((await post(world, { params: messageOf(somebody(1), 'halo') })).status).toBe(503);
  // Without a deadline of our own a command that was written to a frozen Redis never ends.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(await ready(world)).toEqual({ status: 503, down: ['redis'] });
  await proxy.set(null);
  proxy.cut();
  await eventually(async () => ((await ready(world)).status === 200 ? true : undefined), 'readiness');
  expect(await world.onWhatsApp(somebody(1)).say('halo')).not.toBe('');
});

test('wrong credentials at Twilio are named by readiness until they are right again', async () => {
  const world = await worldWith();
  const person = world.onWhatsApp(siti.phone);
  await person.say(`${siti.number} ${siti.birthDate}`);
  await person.say('2');
  await person.say('081370001234');
  expect(await ready(world)).toEqual({ status: 200, down: [] });
  world.twilio.arm({ kind: 'refuse', code: 20003 });
  world.twilio.arm({ kind: 'refuse', code: 20003 }, { on: 'fetch' });
  expect(await person.say('ya')).toContain('belum dapat kami kirim');
  expect(await ready(world)).toEqual({ status: 503, down: ['twilio'] });
  expect(await ready(world)).toEqual({ status: 200, down: [] });
  expect(world.logged()).toMatch(/"level":"error".*"twilio.misconfigured"|"twilio.misconfigured".*"level":"error"/);
});

test('asked to stop, it ends the turn that runs, closes what is open, and takes nothing more', async () => {
  const world = await createWorld();
  const person = world.onWhatsApp(siti.phone);
  await person.say(`${siti.number} ${siti.birthDate}`);
  await person.say('1');
  await person.say('siti.baru@example.com');
  await person.say('ya');
  await person.say(await world.codeMailedTo('siti.baru@example.com'));
  world.directoryServer.arm({ call: 'verifyPin', when: 'before', how: { kind: 'delay', ms: 1_500 } });

  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const params = messageOf(siti.phone, '135790');
  const turn = postOn(agent, world, params);
  await eventually(
    () => (world.directoryServer.ledger().some(({ call }) => call === 'verifyPin') ? true : undefined),
    'the turn',
  );
  const idle = connect(Number(new URL(world.origin).port), 'localhost');
  const idleClosed = new Promise((resolve) => idle.once('close', resolve));
  await new Promise((resolve) => idle.once('connect', resolve));

  const startedAt = performance.now();
  const stopped = world.stop();
  await expect(fetch(`${world.origin}/health/live`)).rejects.toThrow();
  const answer = await turn;
  expect(answer).toMatchObject({ status: 200, connection: 'close' });
  // What it wrote down it wrote down whole: the row, its notices and their jobs.
  expect(answer.text).toContain('Selesai');
  await idleClosed;
  await stopped;
  expect(performance.now() - startedAt).toBeLessThan(10_000);
}, 30_000);

function postOn(agent: Agent, world: World, params: Record<string, string>) {
  return new Promise<{ status: number; connection: string | undefined; text: string }>((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': sign(world.authToken, `${world.publicUrl}${messaging}`, params),
    };
    const call = request(`${world.origin}${messaging}`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, connection: response.headers.connection, text }),
      );
    });
    call.on('error', reject);
    call.end(new URLSearchParams(params).toString());
  });
}
