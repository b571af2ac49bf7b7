// req:C6 req:G2 An attachment of a participant: fetched only when somebody with a reason asks, and handed on as a file to save.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, type Person, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';

const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('a picture of a card')]);
let world: World;
let phone: Person;
let agent: Browser;
let supervisor: Browser;
let caseId: string;

beforeAll(async () => {
  world = await createWorld({ CONSOLE_AUTH: 'dev' });
  [agent, supervisor] = [openBrowser(world), openBrowser(world)];
  await Promise.all([agent.signInAs('a'), supervisor.signInAs('supervisor')]);
  phone = world.onWhatsApp('+6281200000011');
  await phone.say('petugas');
  caseId = String((await query(world, 'select case_id from cases'))[0]?.case_id);
  await agent.post(`/console/cases/${caseId}/claim`, { version: await version() });
});
afterAll(() => world?.stop());

const version = async () => String((await query(world, 'select version from cases'))[0]?.version);
const newest = async () =>
  String((await query(world, 'select message_id from case_messages order by created_at desc limit 1'))[0]?.message_id);
const send = async (contentType: string, bytes: Buffer) => {
  await phone.say({ media: [{ contentType, bytes }] });
  return await newest();
};
async function open(messageId: string, browser = agent, fields: Record<string, string> = {}) {
  const asked = { version: await version(), messageId, index: '0', reason: 'kartu peserta', ...fields };
  return await browser.post(`/console/cases/${caseId}/media`, asked);
}
const fetched = () => world.twilio.requests().filter(({ path }) => path.includes('/Media/')).length;
const audited = async () => await query(world, "select details from audit where event = 'case.mediaOpened'");

test('it is named on the page, and nothing of it is fetched before somebody asks', async () => {
  const messageId = await send('image/png', picture);
  const page = (await agent.get(`/console/work?view=mine&case=${caseId}`)).text;
  expect(page).toContain('Unduh lampiran');
  expect(page).not.toMatch(/<img|api\.twilio|Media\/ME/);
  expect(fetched()).toBe(0);
  expect(await audited()).toEqual([]);
  expect((await open(messageId, agent, { reason: ' ' })).status).toBe(422);
  expect(await audited()).toEqual([]);
});

test('it comes as a file to save that no browser shows or runs, and the audit says who and why', async () => {
  const messageId = await send('image/png', picture);
  const answer = await open(messageId);
  expect(answer.status).toBe(200);
  // The account's address, and the storage that it leads to.
  expect(fetched()).toBe(2);
  expect(answer.text).toContain('a picture of a card');
  const { headers } = answer;
  expect(headers.get('content-type')).toBe('image/png');
  expect(headers.get('content-disposition')).toBe('attachment; filename="lampiran-1.png"');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  expect(headers.get('cache-control')).toBe('no-store');
  expect(await audited()).toMatchObject([{ details: { reason: 'kartu peserta', hidden: false } }]);
});

test.each([
  ['a page', 'text/html', '<script>alert(1)</script>'],
  ['a drawing', 'image/svg+xml', '<svg onload="alert(1)"/>'],
  ['a page that is called a picture', 'image/png', '<html onload="alert(1)">'],
])('%s is not handed on, and the agent is told', async (_what, contentType, text) => {
  const answer = await open(await send(contentType, Buffer.from(text)));
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('Lampiran tidak dibuka');
  expect(answer.text).not.toContain('alert(1)');
  expect(answer.headers.get('content-disposition')).toBeNull();
});

test('what was sent while a code lived is for a supervisor alone', async () => {
  const messageId = await send('image/png', picture);
  await query(world, 'update case_messages set hidden = true where message_id = $1', [messageId]);
  expect((await open(messageId)).status).toBe(403);
  expect((await open(messageId, supervisor)).status).toBe(200);
});

test('one of another case, or of another place in the message, is not opened', async () => {
  const messageId = await send('image/png', picture);
  expect((await open(messageId, agent, { index: '1' })).status).toBe(403);
  expect((await open(crypto.randomUUID())).status).toBe(403);
  const other = openBrowser(world);
  await other.signInAs('b');
  expect((await open(messageId, other)).status).toBe(403);
});
