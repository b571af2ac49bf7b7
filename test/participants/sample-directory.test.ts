import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, UnavailableError } from '#src/errors.ts';
import { createSampleDirectory, type SampleStore } from '#src/participants/sample-directory.ts';
import { createSampleFile, createSampleMemory } from '#src/participants/sample-file.ts';
import { samplePeople } from '#src/participants/sample-people.ts';
import { hide } from '#src/seal.ts';

const start = Date.parse('2026-11-22T02:40:00.000Z');
const hourMs = 60 * 60_000;

function movableClock() {
  let time = start;
  return { now: () => time, advance: (ms: number) => (time += ms) };
}

const change = {
  changeId: 'change-1',
  participantId: 'P-0011',
  field: 'email',
  value: 'siti.baru@example.com',
  expected: 'siti.aminah@example.com',
} as const;

describe('what is kept', () => {
  test('no PIN is readable in it', async () => {
    const store = createSampleMemory();
    const directory = await createSampleDirectory({ store, clock: { now: () => start } });
    await directory.verifyPin('P-0011', hide('135790'));
    await directory.verifyPin('P-0022', hide('975310'));
    const kept = (await store.load()) ?? '';
    const pins = samplePeople.flatMap(({ pin }) => pin ?? []);
    expect(pins).toHaveLength(4);
    for (const pin of [...pins, '975310']) expect(kept).not.toContain(pin);
  });

  test('a restart keeps values, attempts, locks and given answers', async () => {
    const store = createSampleMemory();
    const clock = movableClock();
    const before = await createSampleDirectory({ store, clock });
    const given = await before.changeContact(change);
    await before.verifyPin('P-0011', hide('000000'));
    clock.advance(hourMs);

    const after = await createSampleDirectory({ store, clock });
    expect(await after.read('P-0011')).toMatchObject({ email: change.value, pinAttemptsLeft: 4 });
    expect(await after.changeContact(change)).toEqual(given);
    expect(await after.verifyPin('P-0055', hide('000000'))).toEqual({
      result: 'locked',
      until: new Date(start + 24 * hourMs),
    });
  });

  test('Rina can use her PIN 24 hours after the first start', async () => {
    const clock = movableClock();
    const directory = await createSampleDirectory({ store: createSampleMemory(), clock });
    clock.advance(24 * hourMs - 1);
    expect((await directory.verifyPin('P-0055', hide('161803'))).result).toBe('locked');
    clock.advance(1);
    expect(await directory.verifyPin('P-0055', hide('161803'))).toEqual({ result: 'ok' });
  });

  test('a reset brings the sample data back and forgets the answers', async () => {
    const clock = movableClock();
    const directory = await createSampleDirectory({ store: createSampleMemory(), clock });
    await directory.changeContact(change);
    await directory.verifyPin('P-0011', hide('000000'));
    clock.advance(48 * hourMs);
    await directory.reset();
    expect(await directory.read('P-0011')).toMatchObject({ email: 'siti.aminah@example.com', pinAttemptsLeft: 5 });
    expect((await directory.verifyPin('P-0055', hide('161803'))).result).toBe('locked');
    expect(await directory.changeContact({ ...change, value: 'siti.lain@example.com' })).toMatchObject({
      result: 'changed',
    });
  });

  test.each(['', 'null', '{"version":2}', '{"version":1,"people":[]'])(
    'a stored text that does not fit (%s) stops the start with an instruction',
    async (text) => {
      const store: SampleStore = { load: async () => text, save: async () => {} };
      const opening = createSampleDirectory({ store, clock: { now: () => start } });
      await expect(opening).rejects.toThrow(ConfigError);
      await expect(opening).rejects.toThrow('delete it');
    },
  );

  test('what could not be stored has not happened, and the next change goes on', async () => {
    const memory = createSampleMemory();
    let full = false;
    const store: SampleStore = {
      load: memory.load,
      save: (text) => (full ? Promise.reject(new Error('disk full')) : memory.save(text)),
    };
    const directory = await createSampleDirectory({ store, clock: { now: () => start } });
    full = true;
    await expect(directory.changeContact(change)).rejects.toThrow(UnavailableError);
    expect((await directory.read('P-0011')).email).toBe('siti.aminah@example.com');
    full = false;
    expect((await directory.changeContact(change)).result).toBe('changed');
  });
});

describe('the file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sample-directory-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is empty before the first start, then holds the last text, for its owner only', async () => {
    const path = join(folder, 'directory.json');
    const file = createSampleFile(path);
    expect(await file.load()).toBeNull();
    await file.save('a longer first text');
    await file.save('second');
    expect(await file.load()).toBe('second');
    expect(await readFile(path, 'utf8')).toBe('second');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['directory.json']);
  });

  test('that cannot be read stops the start', async () => {
    await expect(createSampleFile(folder).load()).rejects.toThrow('EISDIR');
  });
});
