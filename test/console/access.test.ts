// Role x route x owner, all of it: what `access.ts` allows is allowed, and nothing else is. req:G3 req:G4
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentRole } from '#src/config.ts';
import { type Reach, type Route, type RouteName, routeNames, routes } from '#src/console/access.ts';
import { createWorld, type World } from '../support/world.ts';
import { type Browser, openBrowser, query } from './browser.ts';

const keys = { agent: 'a', senior: 'senior', supervisor: 'supervisor', auditor: 'auditor', admin: 'admin' } as const;
const roles = Object.keys(keys) as AgentRole[];
const mayOf = (name: RouteName, role: AgentRole): Reach | undefined => (routes[name].may as Route['may'])[role];

let world: World;
const browsers = new Map<AgentRole, Browser>();
const agents = new Map<string, string>();
let caseId: string;
let mediaId: string;

beforeAll(async () => {
  world = await createWorld({ CONSOLE_AUTH: 'dev', POLICY_CASE_REVEALS_PER_HOUR: '20' });
  for (const role of roles) {
    const browser = openBrowser(world);
    await browser.signInAs(keys[role]);
    browsers.set(role, browser);
  }
  await openBrowser(world).signInAs('b');
  for (const { name, agent_id } of await query(world, 'select name, agent_id from agents')) {
    agents.set(String(name), String(agent_id));
  }
  const siti = world.onWhatsApp('+6281200000011');
  await siti.say('petugas');
  await siti.say({ media: [{ contentType: 'image/jpeg' }] });
  caseId = String((await query(world, 'select case_id from cases'))[0]?.case_id);
  mediaId = String(
    (await query(world, 'select message_id from case_messages where media_sealed is not null'))[0]?.message_id,
  );
});
afterAll(() => world?.stop());

const browserOf = (role: AgentRole): Browser => browsers.get(role) ?? openBrowser(world);
const idOf = (role: AgentRole): string => {
  const names = { agent: 'Petugas A', senior: 'Senior', supervisor: 'Supervisor', auditor: 'Auditor', admin: 'Admin' };
  return agents.get(names[role]) ?? '';
};

/** What the reader is to the case. */
const relations = ['mine', "a colleague's", "another team's"] as const;
type Relation = (typeof relations)[number];

const startedStates: Partial<Record<RouteName, string>> = {
  claim: 'queued',
  accept: 'offered',
  decline: 'offered',
  takeBack: 'assisted',
  dispose: 'wrapUp',
  newWord: 'drafted',
  findToInvite: 'drafted',
  invite: 'drafted',
};
const controls: Record<string, string> = { queued: 'queue', offered: 'queue', connected: 'agent' };

/** Puts the one case into the state in which that command is possible. @returns its version */
async function place(name: RouteName, role: AgentRole, relation: Relation): Promise<string> {
  const state = startedStates[name] ?? 'connected';
  const holder = relation === 'mine' ? idOf(role) : (agents.get('Petugas B') ?? '');
  const rows = await query(
    world,
    `update cases set state = $2, control = $3, assignee = $4, target = $5, team = $6, version = version + 1,
       closed_at = null, end_reason = null, epoch = nextval('case_epoch') where case_id = $1 returning version`,
    [
      caseId,
      state,
      controls[state] ?? 'bot',
      state === 'queued' || state === 'offered' ? null : holder,
      state === 'offered' ? holder : null,
      relation === "another team's" ? 'elsewhere' : 'care',
    ],
  );
  await query(world, 'delete from case_reveals');
  // Nobody's connection is lost while so many forms are tried.
  await query(world, 'update agents set beat_at = now()');
  return String(rows[0]?.version);
}

function isAllowed(reach: Reach | undefined, relation: Relation): boolean {
  switch (reach) {
    case undefined:
      return false;
    case 'own':
    case 'taken':
    case 'offered':
      return relation === 'mine';
    case 'team':
      return relation !== "another team's";
    case 'all':
    case 'yes':
      return true;
  }
}

const forms = (): Partial<Record<RouteName, Record<string, string>>> => ({
  reply: { text: 'Selamat siang' },
  note: { text: 'catatan' },
  draft: { text: 'draf' },
  transfer: { to: '', reason: 'alasan' },
  park: { minutes: '30' },
  returnToBot: { step: 'menu' },
  runStep: { step: 'menu' },
  dispose: { code: 'solved', text: '' },
  reveal: { field: 'name', reason: 'alasan' },
  media: { messageId: mediaId, index: '0', reason: 'alasan' },
  findToInvite: { number: '9901014506850001', birthDate: '1985-06-05' },
  invite: { index: '0' },
  assign: { to: agents.get('Petugas B') ?? '' },
  prioritise: { priority: '1' },
  close: { reason: 'alasan', sure: 'yes' },
  liftLock: { reason: 'alasan' },
  restore: { reason: 'alasan', changeId: '00000000-0000-4000-8000-000000000000' },
  propose: { reason: 'alasan', changeId: '00000000-0000-4000-8000-000000000000' },
  approve: { reason: 'alasan', exceptionId: '00000000-0000-4000-8000-000000000000' },
});

const ofCases = routeNames.filter((name) => routes[name].path.includes(':caseId'));
const others = routeNames.filter((name) => !ofCases.includes(name) && name !== 'work');
const isRefused = (status: number) => status === 401 || status === 403 || status === 404;

describe.each(ofCases)('%s', (name) => {
  test.each(roles.flatMap((role) => relations.map((relation) => [role, relation] as const)))(
    'by %s, where the case is %s',
    async (role, relation) => {
      const version = await place(name, role, relation);
      const path = routes[name].path.replace(':caseId', caseId);
      const answer = await browserOf(role).post(path, { version, ...forms()[name] });
      const expected = isAllowed(mayOf(name, role), relation);
      expect([answer.status, !isRefused(answer.status)]).toEqual([answer.status, expected]);
      expect(answer.status).toBeLessThan(500);
    },
  );
});

describe('reading a case', () => {
  test.each(roles.flatMap((role) => relations.map((relation) => [role, relation] as const)))(
    'by %s, where it is %s',
    async (role, relation) => {
      await place('reply', role, relation);
      const answer = await browserOf(role).get(`/console/work?view=all&case=${caseId}`);
      expect(answer.status).toBe(isAllowed(mayOf('work', role), relation) ? 200 : 403);
      expect(answer.text.includes('id="log"')).toBe(isAllowed(mayOf('work', role), relation));
    },
  );
});

describe.each(others)('%s', (name) => {
  test.each(roles)('by %s', async (role) => {
    const browser = openBrowser(world);
    await browser.signInAs(keys[role]);
    const path = routes[name].path.replace(':agentId', 'nobody');
    const answer =
      name === 'events'
        ? await statusOfStream(browser)
        : routes[name].method === 'get'
          ? await browser.get(path)
          : await browser.post(path, {
              availability: 'available',
              reason: 'other',
              team: 'care',
              key: crypto.randomUUID(),
            });
    expect([answer.status, !isRefused(answer.status)]).toEqual([answer.status, mayOf(name, role) !== undefined]);
  });
});

async function statusOfStream(browser: Browser): Promise<{ status: number }> {
  const stop = new AbortController();
  const cookie = [...browser.cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  const { status } = await fetch(`${world.origin}/console/events`, { headers: { cookie }, signal: stop.signal });
  stop.abort();
  return { status };
}

test.each(routeNames)('%s is closed to whoever is not signed in', async (name) => {
  const path = routes[name].path.replace(':caseId', caseId).replace(':agentId', 'nobody');
  const stranger = openBrowser(world);
  const answer = routes[name].method === 'get' ? await stranger.get(path) : await stranger.post(path);
  const isSentAway = answer.status === 303 && answer.headers.get('location') === '/console/sign-in';
  expect([name, answer.status, isSentAway || answer.status === 401]).toEqual([name, answer.status, true]);
});

test('no route changes anything by GET', async () => {
  for (const name of routeNames.filter((one) => routes[one].method === 'post' && !('get' in routes[one]))) {
    const path = routes[name].path.replace(':caseId', caseId).replace(':agentId', 'nobody');
    if (routeNames.some((one) => routes[one].method === 'get' && routes[one].path === routes[name].path)) continue;
    expect([name, (await browserOf('supervisor').get(path)).status]).toEqual([name, 404]);
  }
});

test('nothing here can write contact data, and nobody is found by name or NIK', () => {
  const paths = routeNames.map((name) => routes[name].path);
  expect(paths.filter((path) => /contact|participant|search|export/i.test(path))).toEqual([]);
});
