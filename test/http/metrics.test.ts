// What Prometheus reads, as a scraper on this machine and a stranger meet it, after a conversation in which much went wrong.

import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLoopback } from '#src/metrics-routes.ts';
import { createWorld, eventually, type World } from '../support/world.ts';
import { post } from './signed.ts';

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const own = /^(turn|turns|webhook|sessions|directory|outgoing|jobs)_/;

async function scrape(world: World): Promise<{ text: string; samples: Sample[]; names: string[] }> {
  const text = await (await fetch(`${world.origin}/metrics`)).text();
  const samples = [...text.matchAll(/^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value]) => ({
      name,
      labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, label]) => [key, label])),
      value: Number(value),
    }),
  );
  return { text, samples, names: [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name) };
}

async function counted(world: World, name: string, labels: Record<string, string>): Promise<number | undefined> {
  const { samples } = await scrape(world);
  return samples.find((one) => one.name === name && Object.entries(labels).every(([key, is]) => one.labels[key] === is))
    ?.value;
}

const siti = '+6281200000011';
const newEmail = 'siti.baru@example.com';
let world: World;
let code = '';

beforeAll(async () => {
  world = await createWorld();
  const phone = world.onWhatsApp(siti);
  await phone.say('halo');
  world.directoryServer.arm({ call: 'identify', when: 'before', how: { kind: 'status', status: 503 } });
  await phone.say('9901014506850001');
  await phone.say('5 Juni 1985');
  await phone.say('5 Juni 1985');
  await phone.say('email');
  await phone.say('siti.baru@');
  await phone.say(newEmail);
  await phone.say('YA');
  code = await world.codeMailedTo(newEmail);
  await phone.say(code);
  await phone.say('111111');
  await phone.say('135790');
  await post(world, { params: { Body: 'halo' }, signature: 'AAAA' });
});
afterAll(() => world.stop());

test('from this machine itself they are read without a token, as Prometheus text', async () => {
  const response = await fetch(`${world.origin}/metrics`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
});

test.each(['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'])(
  'what a proxy on this machine brought, with %s, finds nothing there',
  async (header) => {
    const response = await fetch(`${world.origin}/metrics`, { headers: { [header]: '127.0.0.1' } });
    expect(response.status).toBe(404);
  },
);

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['fe80::1', false],
  ['', false],
])('an address of %s is this machine: %s', (address, isHere) => {
  expect(isLoopback(address)).toBe(isHere);
});

test('where a token is set, only its bearer reads them, wherever the request comes from', async () => {
  const guarded = await createWorld({ METRICS_TOKEN: 'a-token-of-the-scraper' });
  try {
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${guarded.origin}/metrics`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer a-token-of-somebody' })).toBe(401);
    expect(await status({ authorization: 'a-token-of-the-scraper' })).toBe(401);
    expect(await status({ authorization: 'Bearer a-token-of-the-scraper', 'x-forwarded-for': '10.0.0.1' })).toBe(200);
  } finally {
    await guarded.stop();
  }
});

test('each answer to a webhook is counted by its status', async () => {
  // Delivery reports come to a webhook too.
  expect(await counted(world, 'webhook_answers_total', { status: '200' })).toBeGreaterThanOrEqual(11);
  expect(await counted(world, 'webhook_answers_total', { status: '403' })).toBe(1);
});

test('each turn is counted by its notice and timed by its channel', async () => {
  const notices = ['greeting', 'directoryAway', 'unclear', 'codeSent', 'pinWrong', 'changeApplied'];
  const each = await Promise.all(notices.map((notice) => counted(world, 'turns_total', { notice })));
  expect(each).toEqual([1, 1, 1, 1, 1, 1]);
  expect(await counted(world, 'turn_duration_seconds_count', { channel: 'whatsapp' })).toBe(11);
});

test('each call to the directory is counted by what it came to', async () => {
  const calls = (call: string, outcome: string) => counted(world, 'directory_calls_total', { call, outcome });
  expect(await calls('identify', 'unavailable')).toBe(1);
  expect(await calls('identify', 'found')).toBe(1);
  expect(await calls('verifyPin', 'wrong')).toBe(1);
  expect(await calls('verifyPin', 'ok')).toBe(1);
  expect(await calls('changeContact', 'changed')).toBe(1);
  expect(await calls('changeContact', 'stale')).toBe(0);
});

test('each place that was kept is counted, and a message delivered twice at once as a conflict', async () => {
  expect(await counted(world, 'sessions_total', { outcome: 'stored' })).toBe(11);
  const params = {
    AccountSid: 'AC00000000000000000000000000000001',
    MessageSid: `SM${'0'.repeat(30)}aa`,
    From: '+6281200000077',
    To: '+6281190000165',
    Body: 'halo',
    NumMedia: '0',
  };
  await Promise.all(Array.from({ length: 8 }, () => post(world, { params })));
  expect(await counted(world, 'sessions_total', { outcome: 'stored' })).toBe(12);
  expect(await counted(world, 'sessions_total', { outcome: 'conflict' })).toBeGreaterThan(0);
});

test('mails and messages are counted by the answer of who takes them', async () => {
  const accepted = (channel: string) => counted(world, 'outgoing_messages_total', { channel, outcome: 'accepted' });
  await eventually(async () => ((await accepted('sms')) === 1 ? true : undefined), 'the notice to the old number');
  await eventually(async () => ((await accepted('mail')) ?? 0) >= 2 || undefined, 'the code and the notice by mail');
});

test('every name of ours ends in a unit or in _total, and the process and its event loop are told too', async () => {
  const { names } = await scrape(world);
  const ours = names.filter((name) => own.test(name));
  expect(ours.length).toBe(7);
  for (const name of ours) expect(name).toMatch(/^[a-z_]+_(seconds|total)$/);
  expect(names).toEqual(
    expect.arrayContaining([
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_gc_duration_seconds',
    ]),
  );
});

test('labels come from a closed set of short words', async () => {
  const { samples } = await scrape(world);
  const labels = samples.filter((one) => own.test(one.name)).flatMap((one) => Object.entries(one.labels));
  expect(new Set(labels.map(([name]) => name))).toEqual(
    new Set(['channel', 'le', 'notice', 'status', 'outcome', 'call', 'queue']),
  );
  for (const [name, value] of labels) {
    if (name === 'le') expect(value).toMatch(/^([\d.]+|\+Inf)$/);
    else if (name === 'status') expect(value).toMatch(/^[2-5]\d\d$/);
    else expect(value).toMatch(/^[A-Za-z]+(\.[a-z]+)?$/);
  }
});

test('nothing of a person is in them', async () => {
  const { text } = await scrape(world);
  const change = await eventually(
    () =>
      world.mail
        .mails()
        .flatMap((mail) => /UD-[A-Z0-9]+/.exec(mail.text) ?? [])
        .at(0),
    'a letter that names the change',
  );
  const personal = [
    siti,
    siti.slice(1),
    '9901014506850001',
    'Siti',
    'siti',
    'example.com',
    '1985',
    code,
    '135790',
    change,
  ];
  for (const value of personal) expect(text).not.toContain(value);
});

// Last, because it takes a table away.
test('a job that throws is counted by its queue', async () => {
  const failures = async () => (await counted(world, 'jobs_failed_total', { queue: 'notice.send' })) ?? -1;
  expect(await failures()).toBe(0);
  const client = new pg.Client({ connectionString: world.database.ownerUrl });
  await client.connect();
  await client.query('alter table notices rename to notices_away');
  await client.query(`insert into pgboss.job (name, data) values ('notice.send', '{"noticeId": "any"}')`);
  await client.end();
  await eventually(async () => (await failures()) > 0 || undefined, 'the failure of the job');
});
