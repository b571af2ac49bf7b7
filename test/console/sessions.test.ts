// Sessions of agents end by themselves, at a sign-out, and by others; what a page does by itself keeps nobody in. req:G1
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCookies } from '#src/console/guard.ts';
import { createWorld, eventually, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';

let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await createWorld({ CONSOLE_AUTH: 'dev' });
});
afterAll(() => world?.stop());
beforeEach(async () => {
  await query(world, 'delete from agent_sessions');
  browser = openBrowser(world);
  await browser.signInAs('a');
});

/** Moves the one session into the past, by the clock that judges it. */
const age = (column: 'seen_at' | 'created_at', seconds: number) =>
  query(world, `update agent_sessions set ${column} = ${column} - make_interval(secs => $1)`, [seconds]);
const isIn = async () => (await browser.get('/console/work')).status === 200;
const minute = 60;
const hour = 60 * minute;

describe('a session without activity', () => {
  test.each([
    [15 * minute - 2, true],
    [15 * minute, false],
    [15 * minute + 1, false],
  ])('after %d s is open: %s', async (seconds, isOpen) => {
    await age('seen_at', seconds);
    expect(await isIn()).toBe(isOpen);
  });
});

describe('a session in constant use', () => {
  test.each([
    [8 * hour - 5, true],
    [8 * hour, false],
  ])('after %d s is open: %s', async (seconds, isOpen) => {
    await age('created_at', seconds);
    expect(await isIn()).toBe(isOpen);
  });
});

test('what somebody does starts the idle time again', async () => {
  await age('seen_at', 10 * minute);
  expect(await isIn()).toBe(true);
  await age('seen_at', 10 * minute);
  expect(await isIn()).toBe(true);
});

test('neither presence nor a refreshed part nor the stream keeps anybody signed in', async () => {
  await age('seen_at', 10 * minute);
  expect((await browser.post('/console/presence')).status).toBe(204);
  expect((await browser.get('/console/work', { 'x-refresh': 'page' })).status).toBe(200);
  await firstEvents(browser, (text) => text.includes('event: session'));
  await age('seen_at', 5 * minute + 1);
  expect(await isIn()).toBe(false);
});

test('a refreshed part of an ended session is told so, not sent to the sign-in', async () => {
  await age('seen_at', 16 * minute);
  expect((await browser.get('/console/work', { 'x-refresh': 'page' })).status).toBe(401);
});

test('the stream says how long the session lasts', async () => {
  await age('seen_at', 13 * minute);
  const text = await firstEvents(browser, (seen) => seen.includes('event: session'));
  const [, seconds = ''] = /event: session\ndata: (\d+)/.exec(text) ?? [];
  expect(Number(seconds)).toBeGreaterThan(100);
  expect(Number(seconds)).toBeLessThanOrEqual(120);
  expect(text).toContain('retry: 1000');
});

test('the key that extends a session extends it', async () => {
  await age('seen_at', 14 * minute);
  expect((await browser.post('/console/stay')).status).toBe(303);
  await age('seen_at', 10 * minute);
  expect(await isIn()).toBe(true);
});

test('a supervisor ends the sessions of an agent at once', async () => {
  const supervisor = openBrowser(world);
  await supervisor.signInAs('supervisor');
  const [agent] = await query(world, "select agent_id from agents where name = 'Petugas A'");
  expect((await supervisor.post(`/console/agents/${agent?.agent_id}/end-sessions`)).status).toBe(303);
  expect(await isIn()).toBe(false);
  expect(await supervisor.get('/console/work').then(({ status }) => status)).toBe(200);
});

test('a disabled account is out at once, and does not come in again', async () => {
  const admin = openBrowser(world);
  await admin.signInAs('admin');
  const other = openBrowser(world);
  await other.signInAs('b');
  const [agent] = await query(world, "select agent_id from agents where name = 'Petugas B'");
  expect((await admin.post(`/console/agents/${agent?.agent_id}/disable`)).status).toBe(303);
  expect((await other.get('/console/work')).status).toBe(303);
  const again = await other.signInAs('b');
  expect(again.status).toBe(403);
  expect(again.text).toContain('dinonaktifkan');
});

test('a role that changed counts from the next request on', async () => {
  expect((await browser.get('/console/audit')).status).toBe(403);
  await query(world, "update agents set role = 'supervisor' where name = 'Petugas A'");
  expect((await browser.get('/console/audit')).status).toBe(200);
  await query(world, "update agents set role = 'agent' where name = 'Petugas A'");
  expect((await browser.get('/console/audit')).status).toBe(403);
});

test('a session lives through a restart of the service', async () => {
  await world.restart();
  expect(await isIn()).toBe(true);
});

test('two cookies of one name open nothing: somebody planted one', async () => {
  const sid = browser.cookies.get('sid') ?? '';
  const headers = { cookie: `sid=${sid}; sid=${'A'.repeat(43)}` };
  expect((await fetch(`${world.origin}/console/work`, { headers, redirect: 'manual' })).status).toBe(303);
});

test('beginning and end of a session are in the audit', async () => {
  await browser.post('/console/sign-out');
  const rows = await query(world, "select event from audit where event like 'agent.session%' order by at desc limit 2");
  expect(rows.map(({ event }) => event).sort()).toEqual(['agent.sessionBegan', 'agent.sessionEnded']);
});

test('over https the cookies bear the prefix that binds them to this host', () => {
  const lines: string[] = [];
  const response = {
    cookie: (name: string, _value: string, options: object) => lines.push(`${name} ${JSON.stringify(options)}`),
  };
  const cookies = createCookies('https://bot.example.id');
  cookies.set(response as never, 'sid', 'x');
  expect(lines).toEqual(
    ['__Host-sid {"httpOnly":true,"secure":true,"path":"/","sameSite":"strict"}'].map((line) =>
      expect.stringContaining(line.slice(0, -1)),
    ),
  );
  expect(cookies.read('sid=planted; __Host-sid=ours', 'sid')).toBe('ours');
});

/** Listens to the stream until it has said enough. */
async function firstEvents(by: Browser, isEnough: (text: string) => boolean): Promise<string> {
  const stop = new AbortController();
  const cookie = [...by.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(`${world.origin}/console/events`, { headers: { cookie }, signal: stop.signal });
  let text = '';
  const reading = (async () => {
    for await (const part of response.body ?? []) text += Buffer.from(part).toString();
  })().catch(() => {});
  await eventually(() => (isEnough(text) ? true : undefined), 'the event');
  stop.abort();
  await reading;
  return text;
}
