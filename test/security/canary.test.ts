// req:D3 req:D2 req:E1 promise:G7 Marked values are looked for, in twelve encodings, in whatever the product wrote down.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createClient } from 'redis';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startRedis } from '#src/simulator/embedded/redis.ts';
import { createWorld, type Person, type World } from '../support/world.ts';
import { type Canary, createScanner, encodings, type Finding, planted } from './support/canaries.ts';
import { type Marked, markedPerson, storeOf } from './support/marked-people.ts';

const flows = Number(process.env.CANARY_FLOWS ?? 200);
const atOnce = 4;

test.each(Object.keys(encodings))('the scanner finds a value in the encoding %s, and nothing in noise', (encoding) => {
  // Digits look the same in some of them.
  const long = encoding === 'url' || encoding === 'base64url' ? 'siti>>>baru~~~@example.com' : '9901014506859374';
  const canaries = [
    { kind: 'long', text: long },
    { kind: 'code', text: '840275' },
  ];
  const scan = createScanner(canaries);
  const noise = randomBytes(2_000_000);
  expect(scan('noise', noise)).toEqual([]);
  const hidden = Buffer.concat([noise, Buffer.from('"'), planted(long, encoding), Buffer.from('"')]);
  expect(scan('dump', hidden)).toContainEqual({ kind: 'long', encoding, where: 'dump' });
  expect(scan('dump', 'at 12.840275Z, f840275a')).toEqual([]);
  expect(scan('dump', '{"guess":"840275"}')).toHaveLength(1);
});

/** Everything that a flow had in its hands. */
type Marks = (kind: string, ...texts: string[]) => void;

const wrongPin = (pin: string) => String(((Number(pin) - 400_000 + 1) % 599_999) + 400_000);

/** One of the ways that people go, with what they would never want to see written down. */
async function walk(world: World, person: Marked, kind: number, mark: Marks): Promise<void> {
  const own = world.onWhatsApp(person.mobileNumber);
  const stranger = world.onWhatsApp(person.strangersNumber);
  const identify = async (who: Person, number = person.nik) => {
    await who.say(number);
    return who.say(person.birthDate);
  };
  const code = async (sent: Promise<string>) => {
    const text = await sent;
    mark('code', text);
    return text;
  };
  switch (kind) {
    case 0: {
      await identify(own);
      for (const text of ['1', person.newEmail, 'YA']) await own.say(text);
      await own.say(await code(world.codeMailedTo(person.newEmail)));
      await own.say(wrongPin(person.pin));
      mark('wrong pin', wrongPin(person.pin));
      return void (await own.say(person.pin));
    }
    case 1: {
      await identify(stranger, person.cardNumber);
      for (const text of ['2', person.newNumber, 'YA']) await stranger.say(text);
      await stranger.say(await code(world.codeSentTo(person.newNumber)));
      const reply = await stranger.say(person.pin);
      for (const [, token = ''] of reply.matchAll(/\/pin\/([\w-]+)/g)) mark('token', token);
      return void (await own.say('BATAL'));
    }
    case 2: {
      await own.say(`${person.nik} ${person.birthDate} ganti email ${person.newEmail}`);
      await own.say('YA');
      const right = await code(world.codeMailedTo(person.newEmail));
      await own.say(String((Number(right) + 1) % 1_000_000).padStart(6, '0'));
      await own.say('ULANG');
      await own.say('PETUGAS');
      await own.say(`PIN saya ${person.pin}, kode ${right}, NIK ${person.nik}`);
      return void (await own.say('MENU'));
    }
    default: {
      await stranger.say(person.nik);
      await stranger.say('1 Januari 1950');
      await stranger.say(person.nik);
      await stranger.say(person.birthDate);
      return void (await stranger.say('3'));
    }
  }
}

async function answersOf(world: World): Promise<string> {
  const paths = ['/metrics', '/nothing', '/health/ready', `/pin/${randomBytes(16).toString('base64url')}`];
  const gets = paths.map((path) => fetch(`${world.origin}${path}`).then((answer) => answer.text()));
  const forged = fetch(`${world.origin}/webhooks/twilio/messaging`, {
    method: 'POST',
    body: new URLSearchParams({ Body: 'x', From: 'y' }),
  }).then((answer) => answer.text());
  return (await Promise.all([...gets, forged])).join('\n');
}

async function tablesOf(url: string): Promise<{ name: string; text: string }[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'pgboss')`,
    );
    const texts: { name: string; text: string }[] = [];
    for (const { name } of rows) {
      const { rows: lines } = await client.query<{ line: string }>(`select t::text as line from ${name} t`);
      texts.push({ name, text: lines.map(({ line }) => line).join('\n') });
    }
    return texts;
  } finally {
    await client.end();
  }
}

/** The files of this database and the log of the whole server; null: they are not on this machine, or not ours to read. */
async function postgresFiles(url: string): Promise<string[] | null> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('checkpoint');
    const { rows } = await client.query<{ folder: string; oid: number }>(
      "select current_setting('data_directory') as folder, oid from pg_database where datname = current_database()",
    );
    const [{ folder, oid } = { folder: '', oid: 0 }] = rows;
    const folders = [join(folder, 'base', String(oid)), join(folder, 'pg_wal')];
    return folders.flatMap((one) =>
      readdirSync(one, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(one, entry.name)] : [])),
    );
  } catch {
    return null;
  } finally {
    await client.end();
  }
}

test(`${flows} flows leave none of their values in logs, tables, files, Redis, metrics or errors`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ubah-data-canary-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const redis = await startRedis({ dataDir: folder });
  if (redis === null) throw new Error('redis-server is not on the PATH');
  onTestFinished(() => redis.stop());
  const people = Array.from({ length: flows }, markedPerson);
  const world = await createWorld({ REDIS_URL: redis.url, POLICY_IDENTIFY_REPLY_GRID_MS: '0' }, storeOf(people));
  onTestFinished(() => world.stop());

  const canaries: Canary[] = [
    { kind: 'twilio token', text: world.authToken },
    { kind: 'directory token', text: world.settings.DIRECTORY_TOKEN ?? '' },
    { kind: 'encryption key', text: (world.settings.ENCRYPTION_KEYS ?? '').split(':')[1] ?? '' },
    { kind: 'redis password', text: new URL(redis.url).password },
  ];
  const mark: Marks = (kind, ...texts) => canaries.push(...texts.map((text) => ({ kind, text })));
  for (const person of people) {
    const { nik, cardNumber, birthDate, pin, email, mobileNumber, newEmail, newNumber, strangersNumber } = person;
    mark('nik', nik);
    mark('card', cardNumber);
    mark('birth date', birthDate);
    mark('pin', pin);
    mark('participant id', person.participantId);
    mark('old contact', email.replace('@example.com', ''), mobileNumber, `0${mobileNumber.slice(3)}`);
    mark('new contact', newEmail.replace('@example.com', ''), newNumber, `0${newNumber.slice(3)}`);
    mark('sender', strangersNumber);
  }
  const queue = [...people.entries()];
  const walker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, person] = next;
      await walk(world, person, index % 4, mark);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, walker));

  const scan = createScanner(canaries);
  const findings: Finding[] = [];
  let bytes = 0;
  const look = (where: string, data: string | Buffer) => {
    bytes += data.length;
    findings.push(...scan(where, data));
  };
  look('logs', world.logged());
  look('answers', await answersOf(world));
  const tables = await tablesOf(world.database.ownerUrl);
  for (const { name, text } of tables) look(`table ${name}`, text);
  // Every second flow ends in a change: else there was nothing to find.
  const changes = tables.find(({ name }) => name === 'public.changes')?.text.split('\n') ?? [];
  expect(changes).toHaveLength(people.filter((_, index) => index % 4 < 2).length);
  const adminUrl = new URL(inject('postgres').adminUrl);
  adminUrl.pathname = new URL(world.database.ownerUrl).pathname;
  const files = await postgresFiles(adminUrl.href);
  for (const file of files ?? []) if (existsSync(file)) look('files of Postgres', readFileSync(file));

  const client = createClient({ url: redis.url });
  client.on('error', () => {});
  await client.connect();
  let keys = 0;
  for await (const batch of client.scanIterator({ COUNT: 1_000 })) {
    for (const key of batch) {
      keys += 1;
      look('keys of Redis', key);
      look('values of Redis', (await client.get(key)) ?? '');
      // -1: for ever; one that has just ended says -2.
      expect([key, (await client.ttl(key)) === -1]).toEqual([key, false]);
    }
  }
  await client.sendCommand(['SAVE']);
  await client.close();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name !== 'redis.conf')
      look('files of Redis', readFileSync(join(entry.parentPath, entry.name)));
  }
  expect(keys).toBeGreaterThan(0);
  expect(findings).toEqual([]);
  process.stdout.write(
    `canaries: ${canaries.length} values x ${Object.keys(encodings).length} encodings, ${flows} flows, ${keys} keys of Redis, ${Math.round(bytes / 1e6)} MB, files of Postgres ${files === null ? 'not readable here' : files.length}, 0 found\n`,
  );
}, 1_800_000);

test('what the scan would see if a value were written down', async () => {
  const world = await createWorld();
  onTestFinished(() => world.stop());
  const person = markedPerson();
  const client = new pg.Client({ connectionString: world.database.ownerUrl });
  client.on('error', () => {});
  await client.connect();
  await client.query('insert into opt_outs values ($1, $2, $3, now())', ['sms', person.newNumber, 'stop']);
  await client.end();
  const scan = createScanner([{ kind: 'new contact', text: person.newNumber }]);
  const found = (await tablesOf(world.database.ownerUrl)).flatMap(({ name, text }) => scan(name, text));
  expect(found.map(({ where, encoding }) => [where, encoding])).toContainEqual(['public.opt_outs', 'raw']);
});
