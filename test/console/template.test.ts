// After WhatsApp's 24 hours: the composer says what is still possible, and an approved template asks for an answer.
import { afterEach, describe, expect, test } from 'vitest';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';

const template = `HX${'a'.repeat(32)}`;
let world: World;
let agent: Browser;
let phone: Person;
let caseId: string;

afterEach(() => world?.stop());

async function begin(settings: Record<string, string> = {}): Promise<void> {
  world = await createWorld({ CONSOLE_AUTH: 'dev', ...settings });
  agent = openBrowser(world);
  await agent.signInAs('a');
  phone = world.onWhatsApp('+6281200000011');
  await phone.say('petugas');
  caseId = String((await query(world, 'select case_id from cases'))[0]?.case_id);
  await post('claim');
  await eventually(() => phone.received().find((text) => text.includes('Ayu')), 'who has the case');
}
const version = async () => String((await query(world, 'select version from cases'))[0]?.version);
const post = async (name: string, fields: Record<string, string> = {}) =>
  await agent.post(`/console/cases/${caseId}/${name}`, { version: await version(), ...fields });
/** A day has gone by since the participant wrote, for Twilio too. */
async function aDayLater(): Promise<void> {
  world.twilio.advance(25 * 3_600_000);
  await query(
    world,
    "update cases set window_ends_at = now() - interval '1 second', last_in_at = last_in_at - interval '25 hours'",
  );
}
const page = () => agent.get(`/console/work?view=mine&case=${caseId}`);
const sent = () => world.twilio.messages().filter(({ contentSid }) => contentSid === template);

describe('with an approved template', () => {
  test('it leaves once, and the answer opens the window for the same agent', async () => {
    await begin({ TEMPLATE_NOTICE_AGENT_ID: template });
    await aDayLater();
    const closed = (await page()).text;
    expect(closed).toContain('Jendela 24 jam WhatsApp sudah tertutup');
    expect(closed).not.toContain('id="reply"');
    expect((await agent.get(`/console/work?view=mine&case=${caseId}&ask=template`)).text).toContain(
      'Peserta menerima templat yang disetujui',
    );
    const late = await post('reply', { text: 'Selamat siang' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Teks Anda tetap di sini');

    expect((await post('template')).status).toBe(303);
    const message = await eventually(() => sent()[0], 'the template');
    expect(message).toMatchObject({ to: 'whatsapp:+6281200000011', contentVariables: {} });
    expect((await page()).text).toContain('Templat: ada balasan petugas');
    const again = await post('template');
    expect(again.status).toBe(422);
    expect(again.text).toContain('peserta belum membalas');

    expect(await phone.say('YA')).toBe('');
    expect((await page()).text).toContain('id="reply"');
    expect((await post('reply', { text: 'Selamat siang, saya lanjutkan.' })).status).toBe(303);
    await eventually(() => phone.received().find((text) => text.includes('saya lanjutkan')), 'the reply');
    expect(sent()).toHaveLength(1);
    expect(await query(world, "select details from audit where event = 'case.wroteTo' order by at")).toMatchObject([
      { details: { template } },
      { details: { length: 30 } },
    ]);
  });

  test('it does not leave while free text would arrive, nor in a language without one, nor from somebody else', async () => {
    await begin({ TEMPLATE_NOTICE_AGENT_EN: template });
    expect((await post('template')).status).toBe(422);
    await aDayLater();
    expect((await post('template')).text).toContain('Belum ada templat yang disetujui');
    await query(world, "update cases set language = 'en', window_ends_at = now() + interval '1 hour'");
    expect((await post('template')).text).toContain('masih terbuka');
    const other = openBrowser(world);
    await other.signInAs('b');
    expect((await other.post(`/console/cases/${caseId}/template`, { version: await version() })).status).toBe(403);
    expect(sent()).toEqual([]);
  });

  test('it does not leave after somebody else has got the word', async () => {
    await begin({ TEMPLATE_NOTICE_AGENT_ID: template });
    await aDayLater();
    world.twilio.arm({ kind: 'refuse', code: 20429, retryAfterSeconds: 1 }, { times: 100 });
    await post('template');
    await eventually(() => world.twilio.requests().find(({ params }) => params.ContentSid === template), 'one try');
    const supervisor = openBrowser(world);
    await supervisor.signInAs('supervisor');
    expect((await supervisor.post(`/console/cases/${caseId}/take-over`, { version: await version() })).status).toBe(
      303,
    );
    await eventually(
      async () => (await query(world, "select 1 from notices where letter = 'template' and state = 'returned'"))[0],
      'the fence',
    );
    expect(sent()).toEqual([]);
  });
});

test('without one the composer says what is possible, and offers nothing that is not', async () => {
  await begin();
  await aDayLater();
  const closed = (await page()).text;
  expect(closed).toContain('Templat yang disetujui belum diatur operator');
  expect(closed).not.toContain('ask=template');
  expect((await agent.get(`/console/work?view=mine&case=${caseId}&ask=template`)).text).not.toContain(
    'Peserta menerima',
  );
  expect((await post('template')).status).toBe(422);
});
