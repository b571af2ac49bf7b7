// What stands before every route: forms of other pages are refused, and nothing of the page comes from elsewhere. req:G4
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { promptKeys } from '#machines/copy/keys.ts';
import { Trouble } from '#machines/trouble.ts';
import { routeNames, routes } from '#src/console/access.ts';
import { languages } from '#src/console/words/words.ts';
import { createWorld, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';

let world: World;
let supervisor: Browser;
beforeAll(async () => {
  world = await createWorld({ CONSOLE_AUTH: 'dev' });
  await world.onWhatsApp('+6281200000011').say('petugas');
  supervisor = openBrowser(world);
  await supervisor.signInAs('supervisor');
});
afterAll(() => world?.stop());

const posts = routeNames.filter((name) => routes[name].method === 'post');
const pathOf = (name: (typeof posts)[number]) => routes[name].path.replace(/:\w+/, 'any');
const noSite = { 'sec-fetch-site': '' };

describe('a form is refused when it comes from', () => {
  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a typed address', { 'sec-fetch-site': 'none' }],
    ['an old browser on another origin', { ...noSite, origin: 'https://evil.example' }],
    ['an old browser with an opaque origin', { ...noSite, origin: 'null' }],
  ])('%s', async (_title, headers) => {
    for (const name of posts) {
      expect([name, (await supervisor.post(pathOf(name), {}, headers)).status]).toEqual([name, 403]);
    }
    expect((await supervisor.post('/console/sign-in/as', { who: 'admin' }, headers)).status).toBe(403);
  });
});

test('a form without its token, or with the token of another session, is refused', async () => {
  const other = openBrowser(world);
  await other.signInAs('supervisor');
  const foreign = /name="csrf" value="([^"]+)"/.exec((await other.get('/console/work')).text)?.[1] ?? '';
  for (const csrf of ['', 'x', foreign]) {
    for (const name of posts) {
      expect([name, (await supervisor.post(pathOf(name), { csrf })).status]).toEqual([name, 403]);
    }
  }
  expect((await supervisor.get('/console/work')).status).toBe(200);
});

test('a form with its token twice is refused', async () => {
  await supervisor.get('/console/work');
  const cookie = [...supervisor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const body = 'csrf=a&csrf=b';
  const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
  expect((await fetch(`${world.origin}/console/presence`, { method: 'POST', body, headers })).status).toBe(403);
});

test('an old browser on our own origin is served', async () => {
  const answer = await supervisor.post('/console/presence', {}, { 'sec-fetch-site': '', origin: world.publicUrl });
  // An empty header is one that was sent.
  expect(answer.status).toBe(403);
  const cookie = [...supervisor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const token = /name="csrf" value="([^"]+)"/.exec((await supervisor.get('/console/work')).text)?.[1] ?? '';
  const old = await fetch(`${world.origin}/console/presence`, {
    method: 'POST',
    body: new URLSearchParams({ csrf: token }),
    headers: { cookie, origin: world.publicUrl },
  });
  expect(old.status).toBe(204);
});

test.each(['/console', '/console/work', '/console/sign-in', '/console/nothing', '/console/console.css'])(
  '%s bears every protecting header',
  async (path) => {
    const { headers } = await supervisor.get(path);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
  },
);

test('what is posted twice with one key is done once', async () => {
  const [row] = await query(world, 'select case_id, version from cases');
  const path = `/console/cases/${row?.case_id}/take-over`;
  const fields = { version: String(row?.version), key: crypto.randomUUID() };
  expect((await supervisor.post(path, fields)).status).toBe(303);
  expect((await supervisor.post(path, fields)).status).toBe(303);
  expect(await query(world, "select 1 from case_events where event = 'takeOver'")).toHaveLength(1);
});

test('a form that acts on an old version is refused with a sentence', async () => {
  const [row] = await query(world, 'select case_id from cases');
  const answer = await supervisor.post(`/console/cases/${row?.case_id}/resolve`, { version: '1' });
  expect(answer.status).toBe(409);
  expect(answer.text).toContain('berubah sejak Anda melihatnya');
});

test('a reply that asks for a PIN is refused at its field, and what was typed stays', async () => {
  const [row] = await query(world, 'select case_id, version from cases');
  const answer = await supervisor.post(`/console/cases/${row?.case_id}/reply`, {
    version: String(row?.version),
    text: 'Tolong kirim PIN Anda <b>',
  });
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('Jangan meminta kode, PIN, atau sandi');
  expect(answer.text).toMatch(/aria-describedby="reply-hint problems" aria-invalid="true"/);
  expect(answer.text).toContain('Tolong kirim PIN Anda &lt;b&gt;');
});

test('a draft by SMS is told what it will cost', async () => {
  await world.onSms('+6281200000099').say('petugas');
  const [row] = await query(world, "select case_id, version from cases where channel = 'sms'");
  await supervisor.post(`/console/cases/${row?.case_id}/take-over`, { version: String(row?.version) });
  const saved = await supervisor.post(`/console/cases/${row?.case_id}/draft`, { text: 'Selamat siang 😀' });
  expect(saved.status).toBe(200);
  expect(saved.text).toMatch(/^Draf tersimpan · 1 segmen SMS · .*😀$/u);
});

test('the other language is one press away, and stays', async () => {
  const reader = openBrowser(world);
  await reader.post('/console/language', { language: 'en' });
  expect((await reader.get('/console/sign-in')).text).toContain('<html lang="en">');
  await reader.signInAs('a');
  expect((await reader.get('/console/work')).text).toContain('Nobody is waiting');
});

test.each(Object.entries(languages))('every reason and every step has words in %s', (_code, words) => {
  expect(Trouble.options.filter((key) => words.reasons[key] === undefined)).toEqual([]);
  expect(promptKeys.filter((key) => words.steps[key] === undefined)).toEqual([]);
});

test('every label of one language is there in the other', () => {
  const shape = (value: unknown, path = ''): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`))
      : [path];
  expect(shape(languages.en)).toEqual(shape(languages.id));
});

test('the page loads nothing from elsewhere and bears no style or script of its own', async () => {
  const folder = join(import.meta.dirname, '../../src/console');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|js|css|svg)$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  expect(sources).not.toMatch(/\sstyle="|\son\w+="|<style|javascript:|innerHTML|insertAdjacentHTML|\beval\(/);
  expect(sources).not.toMatch(/(src|href)="https?:|url\(/);
  expect(sources).not.toMatch(/localStorage|sessionStorage/);
});
