// Who gets in: through the real code against an identity provider on another origin. req:G1
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createWorld, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';
import { type Provider, startProvider } from './provider.ts';

let provider: Provider;
let world: World;
let browser: Browser;

beforeAll(async () => {
  provider = await startProvider({ clientId: 'ubah-data', secret: 'canary-secret' });
  world = await createWorld({
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: 'ubah-data',
    OIDC_CLIENT_SECRET: 'canary-secret',
    OIDC_ROLE_CLAIM: 'groups',
    OIDC_ROLES: 'agent=165-agents; supervisor=cn=leads,dc=example',
  });
});
afterAll(async () => {
  await world?.stop();
  await provider?.stop();
});
beforeEach(() => {
  browser = openBrowser(world);
});

const ayu: JWTPayload = {
  sub: 'ayu-1',
  name: 'Ayu Canary',
  groups: ['staff', '165-agents'],
  sid: 'provider-session-1',
};

/** Follows the way through the provider up to its answer to us. */
async function toCallback(by: Browser, claims: JWTPayload): Promise<string> {
  provider.claims = claims;
  const begun = await by.get('/console/sign-in/begin');
  const back = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
  return back.headers.get('location') ?? '';
}
const signIn = async (by: Browser, claims: JWTPayload) => by.get(await toCallback(by, claims));

test('an agent whose group is mapped comes in by a page of ours, with a strict cookie', async () => {
  const answer = await signIn(browser, ayu);

  expect(answer.status).toBe(200);
  expect(answer.text).toContain('http-equiv="refresh"');
  const [cookie] = answer.headers.getSetCookie().filter((line) => line.startsWith('sid='));
  expect(cookie).toMatch(/^sid=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const work = await browser.get('/console/work');
  expect(work.status).toBe(200);
  expect(work.text).toContain('Ayu Canary');
});

test('the provider is asked with PKCE, state and nonce, and for our own address whatever Host says', async () => {
  const begun = await browser.get('/console/sign-in/begin', { host: 'evil.example' });
  const asked = new URL(begun.headers.get('location') ?? '').searchParams;

  expect(asked.get('code_challenge_method')).toBe('S256');
  expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/);
  expect(asked.get('state')).toMatch(/^[\w-]{43}$/);
  expect(asked.get('nonce')).toMatch(/^[\w-]{43}$/);
  expect(asked.get('redirect_uri')).toBe(`${world.publicUrl}/console/sign-in/callback`);
  expect(begun.headers.getSetCookie()[0]).toMatch(/^tx=[^;]+; Max-Age=600; .*HttpOnly; SameSite=Lax$/);
});

test.each([
  ['no group', { sub: 'x-1', name: 'X' }],
  ['a group that nobody mapped', { sub: 'x-2', name: 'X', groups: ['165-agents-trainees'] }],
  ['a claim in another shape', { sub: 'x-3', name: 'X', groups: { '165-agents': true } }],
])('whoever has %s stays outside', async (_title, claims) => {
  const answer = await signIn(browser, claims);

  expect(answer.status).toBe(403);
  expect(answer.text).toContain('belum punya peran');
  expect(browser.cookies.has('sid')).toBe(false);
});

test('a group name may hold blanks, commas and equal signs', async () => {
  await signIn(browser, { sub: 'lead-1', name: 'Lead', groups: 'cn=leads,dc=example' });
  expect((await browser.get('/console/audit')).status).toBe(200);
});

test('the answer of a sign-in that began in another browser is refused', async () => {
  const callback = await toCallback(browser, ayu);
  const other = openBrowser(world);
  await other.get('/console/sign-in/begin');

  expect((await other.get(callback)).status).toBe(403);
  expect((await openBrowser(world).get(callback)).status).toBe(403);
});

test('an answer counts once, also with its cookie planted again', async () => {
  const callback = await toCallback(browser, ayu);
  const transaction = browser.cookies.get('tx') ?? '';
  expect((await browser.get(callback)).status).toBe(200);

  const again = openBrowser(world);
  again.cookies.set('tx', transaction);
  expect((await again.get(callback)).status).toBe(403);
  expect(browser.cookies.has('tx')).toBe(false);
});

test('an ID token with another nonce is refused', async () => {
  const answer = await signIn(browser, { ...ayu, nonce: 'of another sign-in' });
  expect(answer.status).toBe(403);
});

test('an ID token for another client is refused', async () => {
  expect((await signIn(browser, { ...ayu, aud: 'another-client' })).status).toBe(403);
});

test('a sign-in that took longer than ten minutes begins again', async () => {
  const callback = await toCallback(browser, ayu);
  world.sleep(601_000);
  try {
    expect((await browser.get(callback)).status).toBe(403);
  } finally {
    world.sleep(-601_000);
  }
});

test('every sign-in makes a new session, and the one before in that browser ends', async () => {
  await signIn(browser, ayu);
  const before = browser.cookies.get('sid') ?? '';
  await signIn(browser, ayu);

  expect(browser.cookies.get('sid')).not.toBe(before);
  const old = openBrowser(world);
  old.cookies.set('sid', before);
  expect((await old.get('/console/work')).headers.get('location')).toBe('/console/sign-in');
});

test('a session that was chosen by somebody else is not taken over by the sign-in', async () => {
  browser.cookies.set('sid', 'A'.repeat(43));
  await signIn(browser, ayu);
  expect(browser.cookies.get('sid')).not.toBe('A'.repeat(43));
});

test('sign-out ends the session, clears the browser, and offers to sign out at the provider without naming anybody', async () => {
  await signIn(browser, ayu);
  await browser.get('/console/work');
  const sid = browser.cookies.get('sid') ?? '';
  const answer = await browser.post('/console/sign-out');

  expect(answer.status).toBe(200);
  expect(answer.headers.get('clear-site-data')).toBe('"cookies", "storage"');
  const [, link = ''] = /href="([^"]*\/logout[^"]*)"/.exec(answer.text) ?? [];
  expect(link).toContain(encodeURIComponent(`${world.publicUrl}/console/sign-in`));
  expect(link).not.toContain('id_token_hint');
  browser.cookies.set('sid', sid);
  expect((await browser.get('/console/work')).headers.get('location')).toBe('/console/sign-in');
});

const logoutClaims = (more: JWTPayload = {}): JWTPayload => ({
  jti: 'one',
  exp: Math.floor(Date.now() / 1000) + 60,
  events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  ...more,
});
const backChannel = (token: string) =>
  fetch(`${world.origin}/console/back-channel-logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  });

test('the provider ends one of its sessions, and no other', async () => {
  const other = openBrowser(world);
  await signIn(browser, { ...ayu, sid: 'ended-one' });
  await signIn(other, { ...ayu, sid: 'other-one' });

  const answer = await backChannel(await provider.sign(logoutClaims({ sid: 'ended-one' })));

  expect(answer.status).toBe(200);
  expect((await browser.get('/console/work')).status).toBe(303);
  expect((await other.get('/console/work')).status).toBe(200);
});

test('the provider ends everything of a person', async () => {
  await signIn(browser, { ...ayu, sub: 'leaver' });
  expect((await backChannel(await provider.sign(logoutClaims({ sub: 'leaver' })))).status).toBe(200);
  expect((await browser.get('/console/work')).status).toBe(303);
});

test.each<[string, () => Promise<string>]>([
  ['signed by another key', () => provider.sign(logoutClaims({ sub: 'ayu-1' }), 'foreign')],
  ['for another client', () => provider.sign(logoutClaims({ sub: 'ayu-1', aud: 'other' }))],
  ['of yesterday', () => provider.sign(logoutClaims({ sub: 'ayu-1', iat: Math.floor(Date.now() / 1000) - 86_400 }))],
  ['that is an ID token', () => provider.sign({ sub: 'ayu-1', exp: Math.floor(Date.now() / 1000) + 60 })],
  ['with a nonce', () => provider.sign(logoutClaims({ sub: 'ayu-1', nonce: 'x' }))],
  ['that names nobody', () => provider.sign(logoutClaims())],
  ['that is none', async () => 'a.b.c'],
])('a logout token %s ends nothing', async (_title, make) => {
  await signIn(browser, ayu);
  expect((await backChannel(await make())).status).toBe(400);
  expect((await browser.get('/console/work')).status).toBe(200);
});

test('there is no development login beside the identity provider', async () => {
  expect((await browser.post('/console/sign-in/as', { who: 'supervisor' })).status).toBe(404);
  expect((await browser.get('/console/sign-in')).text).not.toContain('Petugas A');
});

test('neither tokens nor names nor secrets reach the log or the store in clear', async () => {
  await signIn(browser, ayu);
  const sid = browser.cookies.get('sid') ?? 'none';
  for (const secret of ['canary-access-token', 'canary-secret', 'Ayu Canary', sid]) {
    expect(world.logged()).not.toContain(secret);
  }
  const rows = await query(world, 'select * from agent_sessions');
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(sid);
});

test('a provider that is away is no outage of the console: the page says so', async () => {
  const away = await createWorld({
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_ID: 'a',
    OIDC_CLIENT_SECRET: 'b',
    OIDC_ROLES: 'agent=a',
  });
  try {
    const answer = await openBrowser(away).get('/console/sign-in/begin');
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('Penyedia identitas sedang tidak menjawab');
  } finally {
    await away.stop();
  }
});

test('without settings the console is closed and names what is missing', async () => {
  const closed = await createWorld();
  try {
    for (const path of ['/console', '/console/work', '/console/sign-in', '/console/events']) {
      const answer = await openBrowser(closed).get(path);
      expect([path, answer.status]).toEqual([path, 503]);
      for (const name of ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLES']) {
        expect(answer.text).toContain(name);
      }
    }
    expect(
      closed
        .logged()
        .split('\n')
        .filter((line) => line.includes('console.closed')),
    ).toHaveLength(1);
  } finally {
    await closed.stop();
  }
});
