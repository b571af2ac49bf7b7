// req:A14 req:G3 "That was not me" in the console: a supervisor lets the old value come back, and types no value.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';

let world: World;
let owner: Person;
let agent: Browser;
let senior: Browser;
let supervisor: Browser;
let caseId: string;
let changeId: string;

beforeAll(async () => {
  world = await createWorld({ CONSOLE_AUTH: 'dev' });
  [agent, senior, supervisor] = [openBrowser(world), openBrowser(world), openBrowser(world)];
  await Promise.all([agent.signInAs('a'), senior.signInAs('senior'), supervisor.signInAs('supervisor')]);
  // Somebody with the phone and the PIN has made the address another one; then its owner has the phone again.
  owner = world.onWhatsApp('+6281200000011');
  for (const said of ['9901014506850001 05-06-1985', '1', 'penipu@example.com', 'ya']) await owner.say(said);
  await owner.say(await world.codeMailedTo('penipu@example.com'));
  expect(await owner.say('135790')).toMatch(/^Selesai/);
  expect(await owner.say('BUKAN SAYA')).toMatch(/UD-/);
  const [row] = await query(world, "select case_id, reason from cases where reason = 'notMe'");
  caseId = String(row?.case_id);
  changeId = String((await query(world, 'select change_id from changes'))[0]?.change_id);
});
afterAll(() => world?.stop());

const version = async () =>
  String((await query(world, 'select version from cases where case_id = $1', [caseId]))[0]?.version);
const workOf = (more = '') => `/console/work?view=all&case=${caseId}${more}`;
const approve = async (browser: Browser, fields: Record<string, string> = {}) =>
  browser.post(`/console/cases/${caseId}/restore`, {
    version: await version(),
    changeId,
    reason: 'pemilik melapor',
    ...fields,
  });
const restorations = () => query(world, 'select state, approved_by from changes where restores is not null');

describe('the return of an old value', () => {
  test('is not offered to, and not taken from, whoever is no supervisor', async () => {
    for (const browser of [agent, senior]) {
      expect((await browser.get(workOf())).text).not.toContain('data lama');
      expect((await approve(browser)).status).toBe(403);
    }
    expect(await restorations()).toEqual([]);
  });

  test('is looked at once more, with both values masked and no field for a value', async () => {
    const page = await supervisor.get(workOf());
    expect(page.text).toContain('Perubahan yang dilaporkan');
    const review = (await supervisor.get(workOf(`&ask=restore&change=${changeId}`))).text;
    const form = /<section class="review"[\s\S]*?<\/section>/.exec(review)?.[0] ?? '';
    expect(form).toMatch(/p•••u@example\.com → <b>s•••h@example\.com<\/b>/);
    const names = [...form.matchAll(/name="(\w+)"/g)].map(([, name]) => name);
    expect(names.sort()).toEqual(['changeId', 'csrf', 'key', 'reason', 'version', 'view']);
    expect(review).not.toMatch(/siti\.aminah@|penipu@/);
  });

  test('needs a reason, and a change that was reported in this very case', async () => {
    expect((await approve(supervisor, { reason: '  ' })).status).toBe(422);
    const other = await approve(supervisor, { changeId: crypto.randomUUID() });
    expect(other.status).toBe(422);
    expect(other.text).toContain('Tidak ada data lama');
    expect((await approve(supervisor, { value: 'lain@example.com', changeId: 'x' })).status).toBe(422);
    expect(await restorations()).toEqual([]);
  });

  test('is approved once, with who and why in the audit, and the participant is told', async () => {
    const before = owner.received().length;
    expect((await approve(supervisor)).status).toBe(303);
    expect((await approve(supervisor)).status).toBe(303);
    const [restoring, ...more] = await restorations();
    expect(more).toEqual([]);
    expect(restoring).toMatchObject({ state: 'approved' });
    const audited = await query(world, "select actor, details from audit where event = 'change.approved'");
    expect(audited).toMatchObject([
      { actor: `agent:${restoring?.approved_by}`, details: { reason: 'pemilik melapor', value: 's•••h@example.com' } },
    ]);
    const told = await eventually(
      () =>
        owner
          .received()
          .slice(before)
          .find((text) => /KODE LAMA/.test(text)),
      'news',
    );
    expect(told).toContain('s•••h@example.com');
    expect((await supervisor.get(workOf())).text).toContain('disetujui, menunggu kode dari kontak lama');
  });

  test('comes about by the code at that old contact point alone', async () => {
    const registered = async () =>
      (await world.directory.identify({ kind: 'nik', number: '9901014506850001', birthDate: '1985-06-05' }))?.email;
    await supervisor.post(`/console/cases/${caseId}/take-over`, { version: await version() });
    await supervisor.post(`/console/cases/${caseId}/return`, { version: await version(), step: 'menu' });
    expect(await registered()).toBe('penipu@example.com');
    expect(await owner.say('kode lama')).toMatch(/s•••h@example\.com/);
    expect(await registered()).toBe('penipu@example.com');
    expect(await owner.say(await world.codeMailedTo('siti.aminah@example.com'))).toMatch(/^Selesai/);
    expect(await registered()).toBe('siti.aminah@example.com');
  });
});
