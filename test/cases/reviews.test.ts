// req:G5 What a person of Care Center 165 has to look at although nobody asked for one: nobody waits for it in the chat,
// nobody loses it by going away, and no clock of the queue ends it.
import { afterEach, describe, expect, test } from 'vitest';
import { openBrowser } from '../console/browser.ts';
import { createCrowdStore, memberOf, pin } from '../faults/support/crowd.ts';
import { eventually, type Person } from '../support/world.ts';
import { createDeskWorld, type DeskWorld, done, minutes, nextReceived } from './desk-world.ts';

let world: DeskWorld | null = null;
afterEach(async () => {
  await world?.stop();
  world = null;
});

const member = memberOf(1);

/** Somebody who has registered no contact at all asks for an e-mail address, from whatever number. */
async function held(env: Record<string, string> = {}) {
  world = await createDeskWorld(env, createCrowdStore(3, { email: null, mobileNumber: null }));
  const phone = world.onWhatsApp('+6281277771001');
  for (const text of ['halo', member.nik, member.birthDate, '1', member.newEmail, 'ya']) await phone.say(text);
  await phone.say(await world.codeMailedTo(member.newEmail));
  expect(await phone.say(pin)).toMatch(/petugas memeriksa.*Ketik \*1\*/s);
  return { at: world, phone, review: await reaches(world, 'review') };
}

/** An old contact point that has reported a change, and waits. */
async function reported() {
  world = await createDeskWorld({ POLICY_HOLD_HOURS: '0' }, createCrowdStore(3));
  const thief = world.onWhatsApp('+6281277771002');
  for (const text of ['halo', member.nik, member.birthDate, '1', member.newEmail, 'ya']) await thief.say(text);
  await thief.say(await world.codeMailedTo(member.newEmail));
  expect(await thief.say(pin)).toMatch(/^Selesai/);
  const phone = world.onWhatsApp(member.mobileNumber);
  expect(await phone.say('bukan saya')).toMatch(/Laporan Anda kami terima/);
  return { at: world, phone, review: await reaches(world, 'queued') };
}

interface Row {
  case_id: string;
  ref: string;
  state: string;
  control: string;
  end_reason: string | null;
}
const rows = (at: DeskWorld) =>
  at.query<Row>('select case_id, ref, state, control, end_reason from cases order by created_at');
const reaches = (at: DeskWorld, state: string) =>
  eventually(async () => (await rows(at)).find((row) => row.state === state), `a case that is ${state}`);

/** Everything that was to be told out of turn by then has been. */
async function quiet(at: DeskWorld): Promise<void> {
  const open = "select from pgboss.job where name in ('case.project', 'notice.send') and state < 'completed'";
  await eventually(async () => ((await at.query(open)).length === 0 ? true : undefined), 'no job');
}

async function agentTalks(at: DeskWorld, phone: Person, caseId: string) {
  const ratna = await at.agent('Ratna');
  const before = phone.received().length;
  done(await at.desk().claim(await ratna.on(caseId)));
  expect(await nextReceived(phone, before)).toMatch(/Petugas 165 - Ratna/);
  expect(await phone.say('halo')).toBe('');
  expect((await ratna.read(caseId)).timeline).toContainEqual(expect.objectContaining({ text: 'halo' }));
  return ratna;
}

describe('a change of somebody without any old contact', () => {
  test('is looked at while the bot goes on; whoever asks for a person meanwhile waits for that one', async () => {
    const { at, phone, review } = await held();
    await quiet(at);
    expect(phone.received()).toEqual([]);
    expect(await phone.say('3')).toMatch(/Nama: S/);
    expect(await phone.say('petugas')).toContain(review.ref);
    expect(await rows(at)).toMatchObject([{ ref: review.ref, state: 'queued', control: 'queue' }]);
    expect(await phone.say('posisi')).toMatch(/Antrean Anda nomor 1/);
    // The wait begins where somebody begins to wait.
    const waits = 'select from cases where enqueued_at > created_at';
    expect(await at.query(waits)).toHaveLength(1);
    await agentTalks(at, phone, review.case_id);
  });

  test('gives the word to the agent who takes it, and back at the end', async () => {
    const { at, phone, review } = await held();
    const ratna = await agentTalks(at, phone, review.case_id);
    done(await at.desk().resolve(await ratna.on(review.case_id)));
    expect(await nextReceived(phone, 1)).toMatch(/Percakapan dengan petugas berakhir/);
    expect(await phone.say('3')).toMatch(/Nama: S/);
  });

  test('stands on the screen of the team, and is claimed there', async () => {
    const { at, review } = await held({ CONSOLE_AUTH: 'dev' });
    const browser = openBrowser(at);
    await browser.signInAs('a');
    const { text } = await browser.get(`/console/work?view=queue&case=${review.case_id}`);
    expect(text).toContain('Perlu diperiksa');
    expect(text).toContain('id="do-claim"');
    const [{ version = 0 } = {}] = await at.query<{ version: number }>('select version from cases');
    const claimed = await browser.post(`/console/cases/${review.case_id}/claim`, { version: String(version) });
    expect(claimed.status).toBe(303);
    expect(await rows(at)).toMatchObject([{ state: 'connected', control: 'agent' }]);
  });

  test('waits for the hours when a person is asked for outside of them', async () => {
    const { at, phone, review } = await held({ CARE_CENTER_HOURS: 'Mon-Sun 00:00-00:01' });
    expect(await phone.say('petugas')).toMatch(new RegExp(`Petugas belum dapat melayani.*${review.ref}`));
    expect(await rows(at)).toMatchObject([{ ref: review.ref, state: 'offline', control: 'bot' }]);
    expect(await phone.say('3')).toMatch(/Nama: S/);
  });

  test('is over when nobody looked until its time: the list says so, and the chat hears nothing', async () => {
    const { at, phone } = await held();
    await quiet(at);
    at.sleep(minutes(72 * 60));
    await at.passTime(minutes(72 * 60));
    expect(await reaches(at, 'expired')).toMatchObject({ end_reason: 'expired_no_agent' });
    await quiet(at);
    expect(phone.received().filter((text) => /petugas|165/i.test(text) && !/Selesai\./.test(text))).toEqual([]);
  });
});

test('whoever waits for a person comes before what is only looked at, however long that has been there', async () => {
  const { at } = await held();
  const other = at.onWhatsApp('+6281277771003');
  await other.say('halo');
  await other.say('petugas');
  const supervisor = await at.agent('Sari', 'supervisor');
  expect((await supervisor.queue()).map(({ state }) => state)).toEqual(['queued', 'review']);
  expect((await at.desk().figures(supervisor.agentId))?.now).toMatchObject({ queued: 1, review: 1 });
});

describe('a change that its owner has reported', () => {
  test.each([
    ['leaves with MENU', async (phone: Person) => (await phone.say('menu')) && (await phone.say('ya'))],
    ['says BATAL', (phone: Person) => phone.say('batal')],
    ['hears that nobody came', null],
  ] as const)('is looked at all the same when who waits for it %s', async (_how, leave) => {
    const { at, phone, review } = await reported();
    await quiet(at);
    const told = phone.received().length;
    if (leave === null) {
      at.sleep(minutes(30));
      await at.passTime(minutes(30));
    }
    const said =
      leave === null
        ? await eventually(() => phone.received().find((text) => /tetap memeriksa/.test(text)), 'the end of the queue')
        : await leave(phone);
    expect(said).toMatch(new RegExp(`tetap memeriksa laporan Anda, referensi ${review.ref}.*tidak perlu menunggu`));
    expect(await rows(at)).toMatchObject([{ ref: review.ref, state: 'review', control: 'bot', end_reason: null }]);
    expect(await phone.say('halo')).toMatch(/NIK/);
    await quiet(at);
    if (leave !== null) expect(phone.received().slice(told)).toEqual([]);
    await agentTalks(at, phone, review.case_id);
  });

  test('is not forgotten when they want no messages any more', async () => {
    const { at, phone, review } = await reported();
    await phone.say('stop');
    expect(await rows(at)).toMatchObject([{ ref: review.ref, state: 'review', end_reason: null }]);
  });

  test('is asked for again by the same word', async () => {
    const { at, phone, review } = await reported();
    await phone.say('batal');
    expect(await phone.say('bukan saya')).toMatch(/Laporan Anda kami terima/);
    expect(await rows(at)).toMatchObject([{ ref: review.ref, state: 'queued', control: 'queue' }]);
  });
});
