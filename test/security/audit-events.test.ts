// req:E3 Every success, failure, lock, send, reveal and change of settings has its event, and each event is written by somebody.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { operate } from '#src/operate.ts';
import { auditEvents, createAudit } from '#src/records/audit.ts';
import { recordSettings } from '#src/records/settings-record.ts';
import { createWorld, policy } from '../records/world.ts';
import { createWorld as createProduct } from '../support/world.ts';

const textOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => ({
      file: join(entry.parentPath, entry.name),
      text: readFileSync(join(entry.parentPath, entry.name), 'utf8'),
    }));

const product = textOf('src').filter(({ file }) => !file.endsWith('records/audit.ts'));
const tests = textOf('test').filter(({ file }) => !file.endsWith('audit-events.test.ts'));

test.each(Object.keys(auditEvents))('%s is written by the product', (event) => {
  expect(product.filter(({ text }) => text.includes(`'${event}'`)).length).toBeGreaterThan(0);
});

/** Asserted in this file. */
const seenHere = [
  'lookupKey.drawn',
  'settings.changed',
  'optOut.recorded',
  'identification.failed',
  'identification.matched',
  'identification.limited',
  'person.erased',
  'columns.resealed',
];
/** What the console and the old channel do is asserted on the rows of the case and the change. */
const seenOnTheirRows = /^(agent|canned|cancelCode|case)\.|^change\.(reported|released)$|^challenge\.undelivered$/;

test('every event is seen by a test', () => {
  const missing = Object.keys(auditEvents)
    .filter((event) => !seenHere.includes(event) && !tests.some(({ text }) => text.includes(event)))
    .filter((event) => !seenOnTheirRows.test(event));
  expect(missing).toEqual([]);
});

test('every row has its time in UTC, an actor, and whom it is about, under keyed hashes', async () => {
  const world = await createProduct();
  onTestFinished(() => world.stop());
  const siti = world.onWhatsApp('+6281200000011');
  for (const text of ['9901014506850001', '1 Januari 1990', '9901014506850001', '5 Juni 1985']) await siti.say(text);
  const stranger = world.onWhatsApp('+6285700000099');
  for (let attempt = 0; attempt <= policy.identify.perSenderDay; attempt += 1) {
    for (const text of ['9901014506850001', '1 Januari 1990']) await stranger.say(text);
  }
  const around = { env: world.settings, input: () => 'P-0011' };
  await operate(['person', 'erase'], around);
  await operate(['keys', 'reseal'], around);
  const client = new pg.Client({ connectionString: world.database.ownerUrl });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query('select * from audit order by at');
  await client.end();
  expect(rows.map(({ event }) => event)).toEqual(expect.arrayContaining(seenHere));
  for (const row of rows) {
    expect(row.at).toBeInstanceOf(Date);
    expect(row.actor).toMatch(/^(system|operator|conversation:[\w-]{43})$/);
    expect(row.subject === null || /^[\w-]{43}$/.test(row.subject)).toBe(true);
  }
});

test('a figure of the policy that changes is recorded with its value, an unchanged start is not', async () => {
  const world = await createWorld();
  const audit = createAudit(world.seal);
  const start = (figures: typeof policy) =>
    world.records.database.transaction((trx) => recordSettings(trx, { audit, policy: figures }));
  await start(policy);
  await start(policy);
  await start({ ...policy, otp: { ...policy.otp, lifeSeconds: 120 } });
  await start(policy);
  const rows = await world.query<{ details: Record<string, unknown> }>(
    "select details from audit where event = 'settings.changed' order by at",
  );
  expect(rows.map(({ details }) => details['otp.lifeSeconds'])).toEqual([
    policy.otp.lifeSeconds,
    120,
    policy.otp.lifeSeconds,
  ]);
});
