// req:G2 A case is found by its reference or its case word, by whoever may read it; nobody is found by a name or a number.
// And what belongs to another case of the same agent is asked about before it leaves.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';

let world: World;
let siti: Person;
let agent: Browser;
let colleague: Browser;
let senior: Browser;
let supervisor: Browser;
let ref: string;
let caseId: string;

const versionOf = async (id: string) =>
  String((await query(world, 'select version from cases where case_id = $1', [id]))[0]?.version);
const post = async (browser: Browser, id: string, name: string, fields: Record<string, string> = {}) =>
  await browser.post(`/console/cases/${id}/${name}`, { version: await versionOf(id), ...fields });
const find = (browser: Browser, text: string) => browser.post('/console/find', { text });
const places = (id: string) => (location: string | null) =>
  new URL(location ?? '', world.origin).searchParams.get('case') === id;

beforeAll(async () => {
  world = await createWorld({ CONSOLE_AUTH: 'dev' });
  [agent, colleague, senior, supervisor] = Array.from({ length: 4 }, () => openBrowser(world)) as [
    Browser,
    Browser,
    Browser,
    Browser,
  ];
  await Promise.all([
    agent.signInAs('a'),
    colleague.signInAs('b'),
    senior.signInAs('senior'),
    supervisor.signInAs('supervisor'),
  ]);
  siti = world.onWhatsApp('+6281200000011');
  for (const said of ['9901014506850001 05-06-1985', 'petugas']) await siti.say(said);
  const [row] = await query(world, 'select case_id, ref from cases');
  [caseId, ref] = [String(row?.case_id), String(row?.ref)];
});
afterAll(() => world?.stop());

test('a queue that is longer than a hundred shows its first hundred, says so, and the others are found', async () => {
  await query(
    world,
    `insert into cases select (jsonb_populate_record(c, jsonb_build_object('case_id', 'long-' || n,
      'ref', 'KC-XYZ' || translate(n::text, '01', 'AB'), 'conversation', 'long-' || n, 'enqueued_at', now(), 'sender_sealed', null, 'participant_sealed', null,
      'known_sealed', null, 'steps_sealed', null, 'contacts_sealed', null, 'last_line_sealed', null))).*
      from cases c, generate_series(100, 210) n where c.case_id = $1`,
    [caseId],
  );
  const page = (await agent.get('/console/work?view=queue')).text;
  expect(page.match(/<li id="case-/g)).toHaveLength(100);
  expect(page).toContain('100 pertama dari 112 kasus');
  expect((await find(agent, 'KC-XYZ2BA')).status).toBe(303);
  await query(world, "delete from cases where case_id like 'long-%'");
  expect((await agent.get('/console/work?view=queue')).text).not.toContain('pertama dari');
});

describe('a case is found', () => {
  test('by its reference, in whatever letters, while it waits in the queue of the team', async () => {
    for (const text of [ref, ` ${ref.toLowerCase()} `, ref.replace('KC-', '')]) {
      const answer = await find(colleague, text);
      expect([answer.status, places(caseId)(answer.headers.get('location'))]).toEqual([303, true]);
    }
  });

  test('by whoever holds it and by a supervisor, and no more by others', async () => {
    await post(agent, caseId, 'claim');
    expect((await find(agent, ref)).status).toBe(303);
    expect((await find(supervisor, ref)).status).toBe(303);
    const refused = await find(colleague, ref);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Tidak ada kasus dengan rujukan');
    // Not even that there is one.
    const words = (text: string) => text.replace(/value="[^"]+"|<time.*?<\/time>/g, '');
    expect(words((await find(colleague, 'KC-AAAAAA')).text)).toBe(words(refused.text));
  });

  test('by the case word that was read out, by whoever made it', async () => {
    await senior.post('/console/start', { reason: 'other' });
    const [row] = await query(world, "select case_id from cases where origin = 'call'");
    const id = String(row?.case_id);
    const word = /KASUS ([A-Z]+ [A-Z]+ \d+)/.exec((await post(senior, id, 'word')).text)?.[1] ?? '';
    for (const text of [word, `kasus ${word.toLowerCase()}`]) {
      const answer = await find(senior, text);
      expect([answer.status, places(id)(answer.headers.get('location'))]).toEqual([303, true]);
      expect(answer.headers.get('location')).not.toContain(word.split(' ')[0]);
    }
    expect((await find(agent, word)).status).toBe(422);
    await query(world, 'update case_words set expires_at = now()');
    expect((await find(senior, word)).status).toBe(422);
  });

  test.each([
    'Siti Aminah',
    'S••• A•••••',
    '9901014506850001',
    '0009900000011',
    '+6281200000011',
    'siti.aminah@example.com',
    '%',
    "' or 1=1 --",
    ' ',
  ])('never by %j', async (text) => {
    for (const browser of [agent, supervisor]) expect((await find(browser, text)).status).toBe(422);
  });
});

describe('what belongs to another case of the same agent', () => {
  let budiCase: string;
  beforeAll(async () => {
    const budi = world.onWhatsApp('+6281200000022');
    for (const said of ['9901011708790002 17-08-1979', 'petugas']) await budi.say(said);
    budiCase = String((await query(world, "select case_id from cases where state = 'queued'"))[0]?.case_id);
    await post(agent, budiCase, 'claim');
  });

  test.each([
    ['a name', 'Selamat siang Ibu Siti Aminah', 'Siti Aminah'],
    ['a reference', 'Untuk kasus REF kami periksa', 'REF'],
  ])('%s is asked about, and leaves only once more', async (_what, said, found) => {
    const text = said.replace('REF', ref);
    const warned = await post(agent, budiCase, 'reply', { text });
    expect(warned.status).toBe(422);
    expect(warned.text).toContain('Ini milik peserta dari kasus Anda yang lain');
    expect(warned.text).toContain(found.replace('REF', ref));
    expect(warned.text).toContain('name="sure"');
    expect((await post(agent, budiCase, 'reply', { text, sure: 'yes' })).status).toBe(303);
    const phone = world.onWhatsApp('+6281200000022');
    await eventually(() => phone.received().find((one) => one.includes(text)), 'the reply');
  });

  test('in its own case it leaves at once, and being sure lifts no other rule', async () => {
    expect((await post(agent, caseId, 'reply', { text: 'Selamat siang Ibu Siti Aminah' })).status).toBe(303);
    const blocked = await post(agent, budiCase, 'reply', { text: 'Ibu Siti Aminah, kirim PIN Anda', sure: 'yes' });
    expect(blocked.status).toBe(422);
    expect(blocked.text).toContain('Jangan meminta kode, PIN, atau sandi');
  });
});
