// req:F1 req:F3 req:D5 What operators do at a command line: prove the audit, one change, one breach; one person's rights.
import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { operate } from '#src/operate.ts';
import type { Evidence } from '#src/records/evidence.ts';
import { createWorld, eventually, type World } from '../support/world.ts';

async function changed(): Promise<{
  world: World;
  ref: string;
  run: (line: string, input?: string) => ReturnType<typeof operate>;
}> {
  const world = await createWorld();
  onTestFinished(() => world.stop());
  const siti = world.onWhatsApp('+6281200000011');
  for (const text of ['9901014506850001', '5 Juni 1985', '1', 'siti.baru@example.com', 'YA']) await siti.say(text);
  await siti.say(await world.codeMailedTo('siti.baru@example.com'));
  const [ref = ''] = /UD-\w+/.exec(await siti.say('135790')) ?? [];
  await eventually(() => (world.mail.mails().length >= 3 ? true : undefined), 'the notices');
  const run = (line: string, input = '') => operate(line.split(' '), { env: world.settings, input: () => input });
  return { world, ref, run };
}

test('the evidence for one change names each proof with its time, masked, and says that it is genuine', async () => {
  const { run, ref } = await changed();
  const proved = await eventually(async () => {
    const { text, code } = await run(`audit evidence ${ref}`);
    const evidence: Evidence = JSON.parse(text);
    return code === 0 && evidence.noticesSent === 3 ? evidence : undefined;
  }, 'all notices in the evidence');
  expect(proved.trail.every((entry) => entry.genuine)).toBe(true);
  expect(proved.trail.map(({ event }) => event)).toEqual([
    'identification.matched',
    'challenge.started',
    'challenge.sent',
    'challenge.guessed',
    'pin.counted',
    'pin.checked',
    'change.confirmed',
    'change.applied',
    'notice.sent',
    'notice.sent',
    'notice.sent',
  ]);
  const { identified, newValue, pin, oldChannel, held, applied } = proved.proofs;
  expect([identified, newValue, pin, oldChannel, applied].every((moment) => moment !== null)).toBe(true);
  expect(held).toBeNull();
  const text = JSON.stringify(proved);
  for (const value of [
    'siti.baru@example.com',
    'siti.aminah@example.com',
    '6281200000011',
    '9901014506850001',
    '135790',
  ]) {
    expect(text).not.toContain(value);
  }
  expect(await run('audit evidence UD-NOBODY')).toEqual({ text: 'null', code: 1 });
});

test('a breach names who was touched between two moments, and of what', async () => {
  const { run } = await changed();
  const until = new Date(Date.now() + 60_000).toISOString();
  const { text } = await run(`audit touched 2020-01-01T00:00:00Z ${until}`);
  expect(JSON.parse(text)).toEqual([
    expect.objectContaining({
      participantId: 'P-0011',
      touched: ['contact', 'identity'],
      fields: ['email'],
      actors: expect.any(Number),
    }),
  ]);
  expect(JSON.parse((await run('audit touched 2020-01-01T00:00:00Z 2020-02-01T00:00:00Z')).text)).toEqual([]);
  expect(await run('audit touched yesterday')).toEqual({ text: expect.stringContaining('is no moment'), code: 1 });
});

test('a whole audit ends well, a broken one names its first link and ends with 1', async () => {
  const { run, world } = await changed();
  const line = await eventually(async () => {
    const { text } = await run('audit verify');
    return JSON.parse(text).links > 0 ? text : undefined;
  }, 'a chain');
  expect(JSON.parse(line)).toMatchObject({ broken: null });
  const owner = new pg.Client({ connectionString: world.database.ownerUrl });
  owner.on('error', () => {});
  await owner.connect();
  await owner.query(
    "update audit set actor = 'nobody' where audit_id = (select audit_id from audit_chain where position = 1)",
  );
  await owner.end();
  const broken = await run('audit verify');
  expect(broken.code).toBe(1);
  expect(JSON.parse(broken.text).broken).toMatchObject({ position: 1, what: 'rowIsAltered' });
  expect(await run('audit verify 12')).toEqual({ text: expect.stringContaining('is no anchor'), code: 1 });
});

test('a person is named on standard input, never in an argument', async () => {
  const { run, ref } = await changed();
  const copy = await run('person export', `${ref}\n`);
  expect(copy.code).toBe(0);
  expect(copy.text).toContain('siti.baru@example.com');
  expect(await run(`person export ${ref}`)).toEqual({ text: 'null', code: 1 });
  expect(JSON.parse((await run('person erase', 'P-0011')).text)).toMatchObject({ stillOpen: [] });
  expect((await run('person export', ref)).text).not.toContain('siti.baru@example.com');
});

test('keys are resealed by one command, which says what is left', async () => {
  const { run } = await changed();
  expect(await run('keys reseal')).toEqual({ text: JSON.stringify({ resealed: 0, unreadable: {} }, null, 2), code: 0 });
});

test('as a program it says what it can do, and which setting is missing', () => {
  const program = (...args: string[]) =>
    spawnSync('node_modules/.bin/node', ['src/operate.ts', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
      input: '',
    });
  const usage = program('audit', 'nothing');
  expect(usage.status).toBe(1);
  expect(usage.stdout).toContain('npm run audit -- verify');
  const unset = program('audit', 'verify');
  expect(unset.status).toBe(1);
  expect(unset.stdout).toContain('ENCRYPTION_KEYS: is missing');
});
