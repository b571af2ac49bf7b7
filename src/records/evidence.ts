// What the audit answers: how one change came about, and whose data was touched between two moments.
import { sql } from 'kysely';
import { SealError } from '#src/errors.ts';
import type { Seal } from '#src/seal.ts';
import { type AuditRow, auditEvents, isGenuine, type Touched } from './audit.ts';
import type { Database } from './database.ts';

export interface TrailEntry extends AuditRow {
  /** in the chain; null: not chained yet */
  position: number | null;
  /** as it was written */
  genuine: boolean;
}

/** From the audit alone, so it can be told when the rows themselves have gone. Every value is masked. */
export interface Evidence {
  ref: string;
  /** oldest first */
  trail: TrailEntry[];
  proofs: {
    identified: Date | null;
    newValue: Date | null;
    pin: Date | null;
    oldChannel: Date | null;
    /** it was held, and not cancelled */
    held: Date | null;
    applied: Date | null;
  };
  /** to how many contact points a notice left */
  noticesSent: number;
}

export interface TouchedPerson {
  /** keyed hash of the participant */
  subject: string;
  /** null: what it was known by has gone */
  participantId: string | null;
  touched: Touched[];
  /** of the contact data */
  fields: string[];
  events: number;
  actors: number;
  first: Date;
  last: Date;
}

type Found = AuditRow & { position: string | null };

/** What ties the rows of one change together. */
const ties = ['changeId', 'challengeId', 'caseId', 'attemptId'] as const;
const identifiedHours = 1;

/** @returns null: no change or case has that reference */
export async function evidenceOf(database: Database, seal: Seal, ref: string): Promise<Evidence | null> {
  const found = new Map<string, Found>();
  const known = new Set<string>();
  for (let rows = await byRef(database, ref); rows.length > 0; ) {
    for (const row of rows) found.set(row.audit_id, row);
    const ids = rows.flatMap((row) => ties.flatMap((tie) => row.refs[tie] ?? [])).filter((id) => !known.has(id));
    for (const id of ids) known.add(id);
    rows = ids.length === 0 ? [] : await byIds(database, ids);
  }
  if (found.size === 0) return null;
  for (const row of await identifications(database, [...found.values()])) found.set(row.audit_id, row);

  const trail = [...found.values()]
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ position, ...row }) => ({
      ...row,
      position: position === null ? null : Number(position),
      genuine: isGenuine(seal, row),
    }));
  const when = (test: (row: AuditRow) => boolean) => trail.find((row) => row.genuine && test(row))?.at ?? null;
  const cancelled = when(({ event }) => event === 'change.cancelled');
  return {
    ref,
    trail,
    proofs: {
      identified: when(({ event }) => event === 'identification.matched'),
      newValue: when(({ event, details }) => event === 'challenge.guessed' && details.verdict === 'right'),
      pin: when(({ event, details }) => event === 'pin.checked' && details.verdict === 'ok'),
      oldChannel: when(({ event, details }) => event.startsWith('change.') && details.oldChannelProved === true),
      held: cancelled === null ? when(({ event }) => event === 'change.held') : null,
      applied: when(({ event }) => event === 'change.applied'),
    },
    noticesSent: trail.filter(({ event, details }) => event === 'notice.sent' && details.outcome === 'accepted').length,
  };
}

const columns = sql`a.audit_id, a.at, a.actor, a.event, a.subject, a.refs, a.details, a.mac, c.position`;
const rows = sql`audit a left join audit_chain c on c.audit_id = a.audit_id`;

async function byRef(database: Database, ref: string): Promise<Found[]> {
  const found = await database.run((db) =>
    sql<Found>`select ${columns} from ${rows} where a.refs ->> 'ref' = ${ref}`.execute(db),
  );
  return found.rows;
}

async function byIds(database: Database, ids: string[]): Promise<Found[]> {
  const isTied = sql.join(
    ties.map((tie) => sql`a.refs ->> ${tie} = any(${ids})`),
    sql` or `,
  );
  const found = await database.run((db) => sql<Found>`select ${columns} from ${rows} where ${isTied}`.execute(db));
  return found.rows;
}

/** The look-ups of that person in that conversation, shortly before: they bear no id of the change. */
async function identifications(database: Database, trail: Found[]): Promise<Found[]> {
  const { rows: matched } = await database.run((db) =>
    sql<Found>`
      select ${columns} from ${rows}
      where a.event = 'identification.matched' and a.actor = any(${trail.map((row) => row.actor)})
        and a.subject = any(${trail.flatMap((row) => row.subject ?? [])})
        and a.at between ${new Date(Math.min(...trail.map((row) => row.at.getTime())))}::timestamptz
          - make_interval(hours => ${identifiedHours})
          and ${new Date(Math.max(...trail.map((row) => row.at.getTime())))}::timestamptz`.execute(db),
  );
  return matched;
}

/**
 * Who has to be told after a breach, and of what (PDP 46).
 * @param from, until  the first inclusive
 */
export async function touchedBetween(
  database: Database,
  seal: Seal,
  { from, until }: { from: Date; until: Date },
): Promise<TouchedPerson[]> {
  const touching = Object.entries(auditEvents).flatMap(([event, touched]) => (touched.length > 0 ? [event] : []));
  const found = await database.run((db) =>
    sql<Omit<TouchedPerson, 'participantId' | 'touched'> & { names: (keyof typeof auditEvents)[] } & SealedIds>`
      with touched as (
        select subject, array_agg(distinct event) as names,
          coalesce(array_agg(distinct details ->> 'field') filter (where details ->> 'field' is not null), '{}') as fields,
          count(*)::int as events, count(distinct actor)::int as actors, min(at) as first, max(at) as last
        from audit where at >= ${from} and at < ${until} and subject is not null and event = any(${touching})
        group by subject)
      select t.*, c.change_id, c.participant_sealed from touched t left join lateral (
        select change_id, participant_sealed from changes
        where participant = t.subject and participant_sealed <> '' limit 1) c on true
      order by subject`.execute(db),
  );
  return found.rows.map(({ names, change_id, participant_sealed, ...person }) => ({
    ...person,
    participantId: participantIdOf(seal, { change_id, participant_sealed }),
    touched: [...new Set(names.flatMap((name): readonly Touched[] => auditEvents[name]))].sort(),
  }));
}

interface SealedIds {
  change_id: string | null;
  participant_sealed: string | null;
}

function participantIdOf(seal: Seal, { change_id, participant_sealed }: SealedIds): string | null {
  if (change_id === null || participant_sealed === null) return null;
  try {
    return seal.open(participant_sealed, `changes.participant_sealed:${change_id}`);
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
