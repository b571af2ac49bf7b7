// req:G3 req:A1 The exception for whoever has lost both old contacts: off by default; two people, and nothing is let go.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';

const nik = '9901014506850001';
const newAddress = 'siti.baru@example.com';
let world: World;
let phone: Person;
let senior: Browser;
let supervisor: Browser;
let caseId: string;
let changeId: string;

/** Siti has neither her old number nor her old mailbox: a stranger's phone, the PIN, a code at the new address. */
async function held(): Promise<void> {
  phone = world.onWhatsApp('+6281277770001');
  for (const said of [`${nik} 05-06-1985`, '1', newAddress, 'ya']) await phone.say(said);
  await phone.say(await world.codeMailedTo(newAddress));
  expect(await phone.say('135790')).toMatch(/PIN cocok/);
}

async function begin(settings: Record<string, string> = { POLICY_HOLD_WITHOUT_OLD_CONTACT: 'fourEyes' }) {
  await world?.stop();
  world = await createWorld({ CONSOLE_AUTH: 'dev', ...settings });
  [senior, supervisor] = [openBrowser(world), openBrowser(world)];
  await Promise.all([senior.signInAs('senior'), supervisor.signInAs('supervisor')]);
  await held();
  changeId = String((await query(world, 'select change_id from changes'))[0]?.change_id);
}

beforeEach(async () => {
  await begin();
  caseId = String((await query(world, "select case_id from cases where reason = 'noOldContact'"))[0]?.case_id);
  await post(senior, 'claim');
});
afterEach(() => world?.stop());

const version = async () =>
  String((await query(world, 'select version from cases where case_id = $1', [caseId]))[0]?.version);
async function post(browser: Browser, name: string, fields: Record<string, string> = {}) {
  return await browser.post(`/console/cases/${caseId}/${name}`, {
    version: await version(),
    reason: 'KTP asli',
    ...fields,
  });
}
const propose = (browser = senior) => post(browser, 'propose', { changeId });
async function approve(browser = supervisor) {
  const [row] = await query(world, 'select exception_id from exceptions order by proposed_at desc');
  return await post(browser, 'approve', { exceptionId: String(row?.exception_id ?? crypto.randomUUID()) });
}
const registered = async () =>
  (await world.directory.identify({ kind: 'nik', number: nik, birthDate: '1985-06-05' }))?.email;
const state = async () => (await query(world, 'select state, reason from changes'))[0];
const hours = (count: number) => passTime(world.database.ownerUrl, count * 3_600_000);

describe('a change that no old contact has proved', () => {
  test('is applied only after two people and the whole hold, and every old contact is told all the same', async () => {
    expect((await propose()).status).toBe(303);
    expect(
      await eventually(() => world.mail.mails().find((mail) => mail.to === 'siti.aminah@example.com'), 'a notice'),
    ).toMatchObject({ text: expect.stringMatching(/BATAL/) });
    expect((await approve()).status).toBe(303);
    expect(await state()).toMatchObject({ state: 'held' });
    await hours(23);
    expect(await registered()).toBe('siti.aminah@example.com');
    await hours(2);
    await eventually(async () => ((await registered()) === newAddress ? true : undefined), 'the new address');
    const audited = await query(world, "select event, details from audit where event like 'exception.%' order by at");
    expect(audited).toMatchObject([
      { event: 'exception.proposed', details: { reason: 'KTP asli' } },
      { event: 'exception.approved', details: { value: 's•••u@example.com' } },
    ]);
  });

  test('is not applied by one person, whatever that person is by now', async () => {
    await propose();
    expect((await approve(senior)).status).toBe(403);
    await query(world, "update agents set role = 'supervisor' where name = 'Senior'");
    expect((await approve(senior)).status).toBe(403);
    expect(
      (await supervisor.post(`/console/cases/${caseId}/propose`, { version: await version(), changeId })).status,
    ).toBe(403);
    await hours(30);
    expect(await state()).toMatchObject({ state: 'held' });
    await expect(
      query(world, 'update exceptions set approved_by = proposed_by, approved_at = now()'),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('is not applied when the proposal has expired before the second person came', async () => {
    await propose();
    await query(world, "update exceptions set expires_at = now() - interval '1 second'");
    expect((await approve()).status).toBe(422);
    // Proposed anew, it can be approved.
    expect((await propose()).status).toBe(303);
    expect((await approve()).status).toBe(303);
  });

  test('can still be cancelled by an old contact after both have approved', async () => {
    await propose();
    await approve();
    expect(await world.onWhatsApp('+6281200000011').say('BATAL')).toMatch(/dibatalkan/);
    await hours(25);
    expect(await registered()).toBe('siti.aminah@example.com');
  });

  test('is cancelled when nobody has approved by the time of the law, and everybody is told', async () => {
    await hours(71);
    await eventually(async () => ((await state())?.state === 'cancelled' ? true : undefined), 'the end');
    expect(await state()).toMatchObject({ reason: 'notVouched' });
    expect(await registered()).toBe('siti.aminah@example.com');
    await eventually(() => world.mail.mails().find((mail) => /dibatalkan/.test(mail.text)), 'the letter');
  });

  test('is refused by the database, whatever the program believes', async () => {
    await expect(
      query(world, "update changes set state = 'applied', applied_at = now(), held_until = now()"),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('is approved as often a day as the policy says', async () => {
    await query(
      world,
      `insert into exceptions (exception_id, change_id, case_id, value_hash, proposed_by, approved_by, expires_at, approved_at)
       select 'e' || n, 'c' || n, $1, 'h', a.agent_id, b.agent_id, now() + interval '1 minute', now()
       from generate_series(1, 5) n, agents a, agents b where a.name = 'Senior' and b.name = 'Supervisor'`,
      [caseId],
    );
    await propose();
    const answer = await approve();
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Batas pengecualian hari ini tercapai');
  });

  test('shows what waits, masked, to the two who may act', async () => {
    const work = `/console/work?view=all&case=${caseId}`;
    const before = (await senior.get(`${work}&ask=propose&change=${changeId}`)).text;
    expect(before).toContain('Usulkan pengecualian');
    expect(before).toContain('s•••u@example.com');
    expect(before).not.toContain(newAddress);
    expect((await supervisor.get(work)).text).not.toContain('Setujui pengecualian');
    await propose();
    expect((await supervisor.get(`${work}&ask=approve&change=${changeId}`)).text).toContain('Setujui pengecualian');
    expect((await senior.get(work)).text).toContain('diusulkan oleh Senior');
  });
});

test('by default nobody has to approve anything, and nobody can', async () => {
  await begin({});
  const rows = await query(world, 'select case_id from cases');
  expect(rows).toEqual([]);
  await phone.say('petugas');
  caseId = String((await query(world, 'select case_id from cases'))[0]?.case_id);
  await post(senior, 'claim');
  expect((await senior.get(`/console/work?view=mine&case=${caseId}`)).text).not.toContain('engecualian');
  expect((await propose()).status).toBe(422);
  await hours(25);
  await eventually(async () => ((await registered()) === newAddress ? true : undefined), 'the new address');
});
