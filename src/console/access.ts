// Who may go where: every route of the console, by role and by what somebody is to the case. Whatever is not here is refused.
import type { AgentRole } from '#src/config.ts';

/**
 * `yes`: it is about no case · `own`: the assignee · `offered`: whom it was offered to · `team`: every case of the own
 * team · `taken`: the same, once taken over · `all`: every case, redacted. The role is checked here, the case in the
 * transaction that touches it.
 */
export type Reach = 'yes' | 'own' | 'offered' | 'team' | 'taken' | 'all';

export interface Route {
  method: 'get' | 'post';
  path: string;
  may: Partial<Record<AgentRole, Reach>>;
}

const everybody = { agent: 'yes', senior: 'yes', supervisor: 'yes', auditor: 'yes', admin: 'yes' } as const;
const assignee = { agent: 'own', senior: 'own', supervisor: 'taken' } as const;
const supervisor = { supervisor: 'team' } as const;
const admin = { admin: 'yes' } as const;

const command = (name: string, may: Route['may']) =>
  ({ method: 'post', path: `/console/cases/:caseId/${name}`, may }) as const;

export const routes = {
  home: { method: 'get', path: '/console', may: everybody },
  work: {
    method: 'get',
    path: '/console/work',
    may: { agent: 'own', senior: 'own', supervisor: 'team', auditor: 'all' },
  },
  find: {
    method: 'post',
    path: '/console/find',
    may: { agent: 'yes', senior: 'yes', supervisor: 'yes', auditor: 'yes' },
  },
  startPage: { method: 'get', path: '/console/start', may: { senior: 'yes', supervisor: 'yes' } },
  board: {
    method: 'get',
    path: '/console/board',
    may: { agent: 'yes', senior: 'yes', supervisor: 'yes', auditor: 'yes' },
  },
  audit: { method: 'get', path: '/console/audit', may: { supervisor: 'yes', auditor: 'yes' } },
  admin: { method: 'get', path: '/console/admin', may: admin },
  events: { method: 'get', path: '/console/events', may: everybody },

  presence: { method: 'post', path: '/console/presence', may: everybody },
  stay: { method: 'post', path: '/console/stay', may: everybody },
  signOut: { method: 'post', path: '/console/sign-out', may: everybody },
  availability: {
    method: 'post',
    path: '/console/availability',
    may: { agent: 'yes', senior: 'yes', supervisor: 'yes' },
  },

  claim: command('claim', { agent: 'team', senior: 'team', supervisor: 'team' }),
  accept: command('accept', { agent: 'offered', senior: 'offered', supervisor: 'offered' }),
  decline: command('decline', { agent: 'offered', senior: 'offered', supervisor: 'offered' }),
  reply: command('reply', assignee),
  template: command('template', assignee),
  note: command('note', { agent: 'own', senior: 'own', supervisor: 'team' }),
  draft: command('draft', assignee),
  transfer: command('transfer', { agent: 'own', senior: 'own', supervisor: 'team' }),
  park: command('park', assignee),
  returnToBot: command('return', assignee),
  runStep: command('run-step', assignee),
  takeBack: command('take-back', assignee),
  resolve: command('resolve', assignee),
  dispose: command('dispose', assignee),
  reveal: command('reveal', { agent: 'own', senior: 'own', supervisor: 'team' }),
  media: command('media', { agent: 'own', senior: 'own', supervisor: 'team' }),

  start: { method: 'post', path: '/console/start', may: { senior: 'yes', supervisor: 'yes' } },
  newWord: command('word', { senior: 'own', supervisor: 'team' }),
  findToInvite: command('find', { senior: 'own', supervisor: 'taken' }),
  invite: command('invite', { senior: 'own', supervisor: 'team' }),

  takeOver: command('take-over', supervisor),
  assign: command('assign', supervisor),
  prioritise: command('prioritise', supervisor),
  close: command('close', supervisor),
  liftLock: command('lift-lock', supervisor),
  restore: command('restore', supervisor),
  propose: command('propose', { senior: 'own' }),
  approve: command('approve', supervisor),
  endSessions: {
    method: 'post',
    path: '/console/agents/:agentId/end-sessions',
    may: { supervisor: 'yes', admin: 'yes' },
  },
  disable: { method: 'post', path: '/console/agents/:agentId/disable', may: admin },
  setTeam: { method: 'post', path: '/console/agents/:agentId/team', may: admin },
  canned: { method: 'post', path: '/console/canned', may: admin },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
export const routeNames = Object.keys(routes) as RouteName[];

export const may = (role: AgentRole, name: RouteName): boolean => {
  const rights: Route['may'] = routes[name].may;
  return rights[role] !== undefined;
};
