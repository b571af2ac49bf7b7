// A directory that is slow or broken slows nobody but those who need it, and those hear it at once. req:H5 req:J2
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UnavailableError } from '#src/errors.ts';
import { createGuard } from '#src/guard.ts';
import { createHttpDirectory } from '#src/participants/http-directory.ts';
import { createSampleDirectory } from '#src/participants/sample-directory.ts';
import { createSampleMemory } from '#src/participants/sample-file.ts';
import { hide } from '#src/seal.ts';
import { type DirectoryServer, type Fault, startDirectoryServer } from '#src/simulator/directory-server.ts';
import { eventually } from '../support/world.ts';

const bySiti = { kind: 'nik', number: '9901014506850001', birthDate: '1985-06-05' } as const;
const broken: Fault = { call: 'identify', when: 'before', how: { kind: 'status', status: 500 } };
const hanging: Fault = { call: 'identify', when: 'before', how: { kind: 'delay', ms: 30_000 } };

let server: DirectoryServer;
let changes: string[];

beforeEach(async () => {
  const clock = { now: Date.now };
  const directory = await createSampleDirectory({ store: createSampleMemory(), clock });
  server = await startDirectoryServer({ directory, token: hide('t0ken') });
  changes = [];
});
afterEach(() => server.stop());

const directoryFor = ({ atOnce = 40, failures = 5, openMs = 10_000, budgetMs = 1_000 } = {}) =>
  createHttpDirectory({
    url: server.url,
    token: hide('t0ken'),
    budgetMs,
    guard: createGuard({
      ...{ dependency: 'directory', atOnce, failures, openMs },
      onChange: (state) => changes.push(state),
    }),
  });

const refused = (call: Promise<unknown>) => expect(call).rejects.toBeInstanceOf(UnavailableError);
const asked = () => server.ledger().length;

describe('the circuit', () => {
  test('opens after five failures, and then nothing is asked', async () => {
    const directory = directoryFor();
    server.arm(...Array.from({ length: 5 }, () => broken));
    for (let failures = 0; failures < 5; failures += 1) await refused(directory.identify(bySiti));
    expect(asked()).toBe(5);
    const startedAt = performance.now();
    await refused(directory.identify(bySiti));
    await refused(directory.read('P-0011'));
    expect(performance.now() - startedAt).toBeLessThan(50);
    expect(asked()).toBe(5);
    expect(changes).toEqual(['open']);
  });

  test('stays closed while answers come in between, whatever they say', async () => {
    const directory = directoryFor();
    const unknown = { ...bySiti, birthDate: '1985-06-06' };
    for (let round = 0; round < 4; round += 1) {
      server.arm(broken, broken);
      await refused(directory.identify(bySiti));
      await refused(directory.identify(bySiti));
      expect(await directory.identify(unknown)).toBeNull();
    }
    expect(changes).toEqual([]);
  });

  test('lets one call through after a while, which closes it', async () => {
    const directory = directoryFor({ failures: 2, openMs: 50 });
    server.arm(broken, broken);
    await refused(directory.identify(bySiti));
    await refused(directory.identify(bySiti));
    await eventually(async () => (await directory.identify(bySiti).catch(() => null)) ?? undefined, 'an answer');
    expect(changes).toEqual(['open', 'closed']);
  });

  test('stays open when that call fails as well', async () => {
    const directory = directoryFor({ failures: 2, openMs: 50 });
    server.arm(broken, broken, broken);
    await refused(directory.identify(bySiti));
    await refused(directory.identify(bySiti));
    await eventually(async () => {
      await refused(directory.identify(bySiti));
      return asked() === 3 ? true : undefined;
    }, 'the one call');
    expect(changes).toEqual(['open', 'open']);
  });
});

describe('calls at once', () => {
  test('are bounded: so many in flight, so many waiting, the next refused without being asked', async () => {
    const directory = directoryFor({ atOnce: 2, failures: 20, budgetMs: 400 });
    server.arm(hanging, hanging);
    const settled = await Promise.allSettled(Array.from({ length: 6 }, () => directory.identify(bySiti)));
    // Two hang and are given up, two wait for them and are answered, two find no place.
    expect(settled.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(asked()).toBe(4);
    expect(changes).toEqual([]);
  });

  test('that wait are given up by whoever waits for them', async () => {
    const directory = directoryFor({ atOnce: 1, budgetMs: 2_000 });
    server.arm(hanging);
    const giveUp = new AbortController();
    const calls = [directory.identify(bySiti, giveUp.signal), directory.identify(bySiti, giveUp.signal)];
    await eventually(() => (asked() === 1 ? true : undefined), 'the first');
    giveUp.abort();
    await Promise.all(calls.map(refused));
    expect(asked()).toBe(1);
  });
});
