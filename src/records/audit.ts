// What happened, append-only: each row is written in the transaction of what it records, with a keyed MAC over all of it.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Seal } from '#src/seal.ts';
import type { Trx } from './database.ts';

/** What of a person's data an event shows or alters: after a breach they have to be told (PDP 46). */
export type Touched = 'identity' | 'contact' | 'conversation';

/** Every event there is, with what it touches. */
export const auditEvents = {
  'identification.matched': ['identity', 'contact'],
  'identification.failed': [],
  'identification.limited': [],
  'challenge.started': ['contact'],
  'challenge.limited': [],
  'challenge.sent': ['contact'],
  'challenge.undelivered': [],
  'challenge.guessed': [],
  'challenge.misused': [],
  'sending.stopped': [],
  'pin.counted': [],
  'pin.checked': [],
  'pin.limited': [],
  'warning.noted': ['contact'],
  'warning.limited': [],
  'change.confirmed': ['contact'],
  'change.held': ['contact'],
  'change.applied': ['contact'],
  'change.refused': ['contact'],
  'change.cancelled': ['contact'],
  'change.reported': ['contact'],
  'change.released': ['contact'],
  'change.approved': ['contact'],
  'exception.proposed': ['contact'],
  'exception.approved': ['contact'],
  'cancelCode.unknown': [],
  'pin.sprayed': [],
  'message.altered': [],
  'case.opened': ['conversation'],
  'case.limited': [],
  'case.left': [],
  'case.moved': [],
  'case.read': ['identity', 'contact', 'conversation'],
  'case.wroteTo': ['conversation'],
  'case.noted': [],
  'case.revealed': ['identity', 'contact'],
  'case.mediaOpened': ['conversation'],
  'case.textBlocked': [],
  'case.wordMade': [],
  'case.wordTried': [],
  'case.callerLookedUp': ['identity', 'contact'],
  'case.lockLifted': [],
  'agent.signedIn': [],
  'agent.disabled': [],
  'agent.movedToTeam': [],
  'canned.saved': [],
  'optOut.recorded': [],
  'agent.sessionBegan': [],
  'agent.sessionEnded': [],
  'notice.sent': [],
  'person.exported': ['identity', 'contact', 'conversation'],
  'person.erased': ['identity', 'contact', 'conversation'],
  'records.forgotten': [],
  'settings.changed': [],
  'lookupKey.drawn': [],
  'columns.resealed': [],
} as const satisfies Record<string, readonly Touched[]>;
export type AuditEvent = keyof typeof auditEvents;

export interface AuditEntry {
  /** `conversation:<keyed hash>`, `system`, or `operator` at a command line */
  actor: string;
  event: AuditEvent;
  /** keyed hash of the participant it is about */
  subject: string | null;
  refs: Record<string, string>;
  /** masked values only */
  details: Record<string, string | number | boolean | null>;
}

export interface AuditRow extends AuditEntry {
  audit_id: string;
  at: Date;
  mac: string;
}

export type Audit = (trx: Trx, entry: AuditEntry) => Promise<void>;

const purpose = 'audit';

export function createAudit(seal: Seal): Audit {
  return async (trx, entry) => {
    const { rows } = await sql<{ at: Date }>`select date_trunc('milliseconds', now()) as at`.execute(trx);
    const at = rows[0]?.at ?? new Date(Number.NaN);
    const row = { ...entry, audit_id: randomUUID(), at };
    await trx
      .insertInto('audit')
      .values({
        ...row,
        refs: JSON.stringify(entry.refs),
        details: JSON.stringify(entry.details),
        mac: seal.index(purpose, canonical(row)),
      })
      .execute();
  };
}

/** Whether the row is as it was written. */
export function isGenuine(seal: Seal, row: AuditRow): boolean {
  return seal.matches(purpose, canonical(row), row.mac);
}

/** One text for one content, which its MAC and its link in the chain are made of: keys sorted at every level, the moment in milliseconds UTC. */
export function canonical({ audit_id, at, actor, event, subject, refs, details }: Omit<AuditRow, 'mac'>): string {
  const sorted = (pairs: object) => Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([audit_id, at.toISOString(), actor, event, subject, sorted(refs), sorted(details)]);
}
