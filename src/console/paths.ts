// Every address of the console, so that no page and no redirect spells one anew.
import type { Resumable } from '#machines/events.ts';
import type { QueueView } from '#src/conversation/desk-port.ts';

export const paths = {
  home: '/console',
  signIn: '/console/sign-in',
  /** a link, not a form: `form-action` would stop the redirect to the provider */
  begin: '/console/sign-in/begin',
  callback: '/console/sign-in/callback',
  signInAs: '/console/sign-in/as',
  signOut: '/console/sign-out',
  language: '/console/language',
  backChannelLogout: '/console/back-channel-logout',
} as const;

export interface Place {
  view: QueueView;
  caseId?: string | null;
  /** a review step that is open */
  ask?: Ask | null;
  step?: Resumable | null;
  /** the one that it is about */
  changeId?: string | null;
  /** what has just been done, for its sentence */
  done?: string | null;
}

export const asks = ['return', 'template', 'restore', 'propose', 'approve'] as const;
export type Ask = (typeof asks)[number];

/** The address of the work page at a place: ids and words of ours, nothing of a person. */
export function workUrl({ view, caseId, ask, step, changeId, done }: Place): string {
  const query = new URLSearchParams({ view });
  if (caseId) query.set('case', caseId);
  if (ask) query.set('ask', ask);
  if (step) query.set('step', step);
  if (changeId) query.set('change', changeId);
  if (done) query.set('done', done);
  return `/console/work?${query}`;
}

export const commandUrl = (caseId: string, name: string): string =>
  `/console/cases/${encodeURIComponent(caseId)}/${name}`;
