// What happened, append-only: each row is written in the transaction of what it records, with a keyed MAC over all of it.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Seal } from '#src/seal.ts';
import type { Trx } from './database.ts';

export type AuditEvent =
  | 'identification.matched'
  | 'identification.failed'
  | 'identification.limited'
  | 'challenge.started'
  | 'challenge.limited'
  | 'challenge.sent'
  | 'challenge.guessed'
  | 'challenge.misused'
  | 'pin.counted'
  | 'pin.checked'
  | 'pin.limited'
  | 'change.confirmed'
  | 'change.held'
  | 'change.applied'
  | 'change.refused'
  | 'change.cancelled'
  | 'change.reported'
  | 'case.opened'
  | 'case.limited'
  | 'case.left'
  | 'optOut.recorded';

export interface AuditEntry {
  /** `conversation:<keyed hash>` or `system` */
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

/** Whether the row is as it was written, under any of the keys. */
export function isGenuine(seal: Seal, row: AuditRow): boolean {
  return seal.matches(purpose, canonical(row), row.mac);
}

/** One text for one content: keys sorted at every level, the moment in milliseconds UTC. */
function canonical({ audit_id, at, actor, event, subject, refs, details }: Omit<AuditRow, 'mac'>): string {
  const sorted = (pairs: object) => Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([audit_id, at.toISOString(), actor, event, subject, sorted(refs), sorted(details)]);
}
