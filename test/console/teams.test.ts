// Teams: an admin says who is in which, each sees the queue of their own, and a case goes to another one with a reason.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';

let world: World;
const browsers = {} as Record<'a' | 'b' | 'supervisor' | 'admin', Browser>;
let caseId: string;

beforeAll(async () => {
  world = await createWorld({ CONSOLE_AUTH: 'dev' });
  for (const key of ['a', 'b', 'supervisor', 'admin'] as const) {
    browsers[key] = openBrowser(world);
    await browsers[key].signInAs(key);
  }
  await world.onWhatsApp('+6281200000011').say('petugas');
  caseId = String((await query(world, 'select case_id from cases'))[0]?.case_id);
});
afterAll(() => world?.stop());

const bima = async () =>
  String((await query(world, "select agent_id from agents where name = 'Petugas B'"))[0]?.agent_id);
const move = async (browser: Browser, team: string) =>
  browser.post(`/console/agents/${encodeURIComponent(await bima())}/team`, { team });
const sees = async (browser: Browser) =>
  (await browser.get('/console/work?view=queue')).text.includes(`case-${caseId}`);
const version = async () => String((await query(world, 'select version from cases'))[0]?.version);
const transfer = async (to: string) =>
  browsers.a.post(`/console/cases/${caseId}/transfer`, { version: await version(), to, reason: 'keluhan' });

test('an agent whom the admin puts into another team sees its queue and no longer the old one', async () => {
  expect(await sees(browsers.b)).toBe(true);
  expect((await move(browsers.supervisor, 'keluhan')).status).toBe(403);
  for (const team of ['', '  ', 'a b', '<b>', 'x'.repeat(31)])
    expect((await move(browsers.admin, team)).status).toBe(422);
  expect((await move(browsers.admin, ' Keluhan ')).status).toBe(303);
  expect(await sees(browsers.b)).toBe(false);
  expect((await browsers.b.post(`/console/cases/${caseId}/claim`, { version: await version() })).status).toBe(403);
  expect(await query(world, "select details from audit where event = 'agent.movedToTeam'")).toMatchObject([
    { details: { team: 'keluhan' } },
  ]);
});

test('the team stays at the next sign-in', async () => {
  await browsers.b.signInAs('b');
  expect(await query(world, "select team from agents where name = 'Petugas B'")).toEqual([{ team: 'keluhan' }]);
});

test('a case that is handed to another team waits there, and not where nobody is', async () => {
  await browsers.a.post(`/console/cases/${caseId}/claim`, { version: await version() });
  const page = (await browsers.a.get(`/console/work?view=mine&case=${caseId}`)).text;
  expect(page).toContain('<option value="team:keluhan">Tim keluhan</option>');
  const nowhere = await transfer('team:hukum');
  expect(nowhere.status).toBe(422);
  expect(nowhere.text).toContain('Tidak ada petugas di tim itu');
  expect((await transfer('team:keluhan')).status).toBe(303);
  expect(await sees(browsers.b)).toBe(true);
  expect(await sees(browsers.a)).toBe(false);
  // A supervisor's cases are those of the own team.
  expect((await browsers.supervisor.get(`/console/work?view=all&case=${caseId}`)).status).toBe(403);
});
