// Whatever the directory does with the change, the participant hears the truth, once, and it is written once. req:H3 promise:G3
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '#src/simulator/directory-server.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { ask, budi, heard, quiet, siti } from '../deliveries/people.ts';
import { policy } from '../records/world.ts';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';

const day = 24 * 3_600_000;

let world: World;
let values = 0;

beforeAll(async () => {
  // The budgets are a tenth of the real ones, so that a directory that hangs 30 s hangs long enough in a third of one.
  world = await createWorld({ POLICY_BUDGET_DIRECTORY_MS: '300' });
});
beforeEach(async () => {
  world.directoryServer.clear();
  await passTime(world.database.ownerUrl, day);
});
afterAll(() => world.stop());

const put = (when: Fault['when'], how: Fault['how']): Fault => ({ call: 'changeContact', when, how });

/** Up to the PIN, from the registered number. */
async function atThePin(person: Person, who: typeof siti): Promise<string> {
  values += 1;
  const address = `truth.${values}@example.com`;
  await person.say(`${who.number} ${who.birthDate}`);
  await person.say('1');
  await person.say(address);
  await person.say('ya');
  await person.say(await world.codeMailedTo(address));
  return address;
}

const emailOf = async (who: typeof siti) => {
  const found = await world.directory.identify({
    kind: 'nik',
    number: who.number,
    birthDate: who.birthDate.split('-').reverse().join('-'),
  });
  return found?.email;
};

const writes = () => world.directoryServer.ledger().filter(({ call }) => call === 'changeContact');
const newest = async () =>
  (await ask<{ state: string }>(world, 'select state from changes order by created_at desc limit 1'))[0]?.state;

describe.each([
  ['hangs 30 s before its work', put('before', { kind: 'delay', ms: 30_000 })],
  ['hangs 30 s after its work', put('after', { kind: 'delay', ms: 30_000 })],
])('a directory that %s', (_, fault) => {
  test('says "being processed" in time, and the result by a notice', async () => {
    const person = world.onWhatsApp(siti.phone);
    const before = person.received().length;
    const address = await atThePin(person, siti);
    world.directoryServer.arm(fault);
    const startedAt = performance.now();
    expect(await person.say('135790')).toMatch(/sedang diproses.*Hasilnya kami beri tahu di sini/s);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await passTime(world.database.ownerUrl, 10_000);
    const said = await heard(person, before + 1);
    expect(said.at(-1)).toMatch(/^Selesai\. Email Anda sekarang t/);
    expect(await emailOf(siti)).toBe(address);
    expect(new Set(writes().map(({ changeId }) => changeId)).size).toBe(1);
    await quiet(world);
    expect(person.received()).toHaveLength(before + 1);
    // Asked again, the conversation knows as well.
    expect(await person.say('menu')).toContain('Selesai');
  });
});

describe.each([
  ['answers 500 before its work', put('before', { kind: 'status', status: 500 })],
  ['answers 503 after its work', put('after', { kind: 'status', status: 503 })],
  ['breaks off before its work', put('before', { kind: 'reset' })],
  ['breaks off after its work', put('after', { kind: 'reset' })],
  ['answers nonsense after its work', put('after', { kind: 'garbage' })],
])('a directory that %s', (_, fault) => {
  test('is read back, and the truth is in the answer', async () => {
    const person = world.onWhatsApp(budi.phone);
    const before = person.received().length;
    const address = await atThePin(person, budi);
    world.directoryServer.arm(fault);
    expect(await person.say('246801')).toMatch(/^Selesai\. Email Anda sekarang t/);
    expect(await emailOf(budi)).toBe(address);
    expect(writes().length).toBe(fault.when === 'after' ? 1 : 2);
    expect(new Set(writes().map(({ changeId }) => changeId)).size).toBe(1);
    await quiet(world);
    expect(person.received()).toHaveLength(before);
  });
});

test('a directory that finds nobody because it fails costs no try: the next look-up is answered', async () => {
  const person = world.onWhatsApp('+6281370000001');
  for (let failures = 0; failures < policy.identify.perSenderDay; failures += 1) {
    // Not so many in a row that nobody is let through any more.
    await world.onWhatsApp(`+628137000001${failures}`).say(`${budi.number} ${budi.birthDate}`);
    world.directoryServer.arm({ call: 'identify', when: 'after', how: { kind: 'status', status: 503 } });
    expect(await person.say(`${siti.number} ${siti.birthDate}`)).toContain('belum dapat kami buka');
  }
  expect(await person.say(`${siti.number} ${siti.birthDate}`)).toContain('Ganti email');
});

test('a directory that is down for long: the change waits, an alarm is raised, and it is done when it is back', async () => {
  const person = world.onWhatsApp(siti.phone);
  const before = person.received().length;
  const address = await atThePin(person, siti);
  const down = Array.from({ length: 50 }, () => put('before', { kind: 'status', status: 503 }));
  world.directoryServer.arm(...down);
  expect(await person.say('135790')).toContain('sedang diproses');
  await passTime(world.database.ownerUrl, 16 * 60_000);
  await eventually(() => (world.logged().includes('"change.stuck"') ? true : undefined), 'the alarm');
  expect(await newest()).toBe('confirmed');
  world.directoryServer.clear();
  await eventually(async () => {
    await passTime(world.database.ownerUrl, 15_000);
    return (await newest()) === 'applied' ? true : undefined;
  }, 'the change');
  expect((await heard(person, before + 1)).at(-1)).toContain('Selesai');
  expect(await emailOf(siti)).toBe(address);
});

test('a second request with the same key is answered as the first and changes nothing more', async () => {
  const change = {
    changeId: 'twice-1',
    participantId: (await world.directory.identify({ kind: 'nik', number: siti.number, birthDate: '1985-06-05' }))
      ?.participantId as string,
    field: 'email' as const,
    value: 'first@example.com',
    expected: (await emailOf(siti)) ?? null,
  };
  const first = await world.directory.changeContact(change);
  await world.directory.changeContact({
    ...change,
    changeId: 'other',
    value: 'later@example.com',
    expected: 'first@example.com',
  });
  expect(await world.directory.changeContact(change)).toEqual(first);
  expect(await emailOf(siti)).toBe('later@example.com');
});
