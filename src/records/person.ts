// The rights of one participant over what is kept of them (UU 27/2022): a copy within 3x24 h (articles 30 and 32), and
// erasure of what no duty keeps (articles 42 to 45). Run by an operator, as the owner of the tables.
import { type Selectable, sql } from 'kysely';
import type { Seal } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import type { Database } from './database.ts';
import type { Hashes } from './hashes.ts';
import type { Tables } from './tables.ts';

export interface People {
  /** @param text  a participant id, or the reference of a change or a case. @returns their keyed hash; null: nothing is known */
  find(text: string): Promise<string | null>;
  /** Everything that is kept of them, opened. */
  export(participant: string): Promise<Copy>;
  /**
   * Erases every personal value that no open change or case needs. What limits are counted from stays: keyed hashes,
   * until the retention takes them; so does the audit, masked.
   */
  erase(participant: string): Promise<Erased>;
}

export interface Copy {
  changes: Record<string, unknown>[];
  /** that somebody used up the tries at a code or the PIN */
  warnings: Record<string, unknown>[];
  notices: Record<string, unknown>[];
  cases: Record<string, unknown>[];
  messages: Record<string, unknown>[];
  /** what was done with their data: the trail of article 32 */
  processing: Record<string, unknown>[];
}

export interface Erased {
  rows: number;
  /** references of what is still open: close it, then erase again */
  stillOpen: string[];
}

interface Needs {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  audit: Audit;
}

export function createPeople({ database, seal, hashes, audit }: Needs): People {
  /** The row without keyed hashes, and with its sealed columns opened under their plain names. */
  function opened(table: keyof Tables, key: string, row: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(row).flatMap(([column, value]) => {
        if (hashed.has(column) || value === null || value === '') return [];
        if (!column.endsWith('_sealed')) return [[column, value]];
        const text = seal.open(String(value), `${table}.${column}:${String(row[key])}`);
        return [[column.slice(0, -'_sealed'.length), text]];
      }),
    );
  }

  return {
    async find(text) {
      const participant = hashes.participant(text);
      const { rows } = await database.run((db) =>
        sql<{ participant: string }>`
          select participant from changes where ref = ${text} or participant = ${participant}
          union select participant from cases where (ref = ${text} or participant = ${participant}) and participant is not null
          union select participant from warnings where ref = ${text}
          union select subject from audit where subject = ${participant} limit 1`.execute(db),
      );
      return rows[0]?.participant ?? null;
    },

    async export(participant) {
      const copy = await database.transaction(async (trx) => {
        const changes = await trx.selectFrom('changes').selectAll().where('participant', '=', participant).execute();
        const cases = await trx.selectFrom('cases').selectAll().where('participant', '=', participant).execute();
        const warnings = await trx.selectFrom('warnings').selectAll().where('participant', '=', participant).execute();
        const notices = await trx
          .selectFrom('notices')
          .selectAll()
          .where((row) =>
            row.or([
              row('change_id', 'in', idsOr(changes.map(({ change_id }) => change_id))),
              row('warning_id', 'in', idsOr(warnings.map(({ warning_id }) => warning_id))),
            ]),
          )
          .execute();
        const messages = await trx
          .selectFrom('case_messages')
          .selectAll()
          .where('case_id', 'in', idsOr(cases.map((row) => row.case_id)))
          .execute();
        const processing = await trx
          .selectFrom('audit')
          .select(['at', 'event', 'refs', 'details'])
          .where('subject', '=', participant)
          .orderBy('at')
          .execute();
        await audit(trx, {
          actor: 'operator',
          event: 'person.exported',
          subject: participant,
          refs: {},
          details: { changes: changes.length, cases: cases.length, messages: messages.length },
        });
        return { changes, cases, warnings, notices, messages, processing };
      });
      return {
        changes: copy.changes.map((row) => opened('changes', 'change_id', row)),
        warnings: copy.warnings.map((row) => opened('warnings', 'warning_id', row)),
        notices: copy.notices.map((row) => opened('notices', 'notice_id', row)),
        cases: copy.cases.map((row) => opened('cases', 'case_id', row)),
        messages: copy.messages.map((row) => opened('case_messages', 'message_id', row)),
        processing: copy.processing,
      };
    },

    erase: (participant) =>
      database.transaction(async (trx) => {
        const { rows: open } = await sql<{ ref: string }>`
          select ref from changes where participant = ${participant} and ${isOpen}
          union all select ref from cases where participant = ${participant} and closed_at is null`.execute(trx);
        const ended = sql`select change_id from changes where participant = ${participant}
          and not ${isOpen}`;
        const closed = sql`select case_id from cases where participant = ${participant} and closed_at is not null`;
        const statements = [
          sql`update notices set to_sealed = '', letter_sealed = '' where finished_at is not null
            and (change_id in (${ended}) or case_id in (${closed})
              or warning_id in (select warning_id from warnings where participant = ${participant}))`,
          sql`update warnings set about_sealed = null where participant = ${participant} and about_sealed is not null`,
          sql`delete from case_messages where case_id in (${closed})`,
          sql`delete from case_drafts where case_id in (${closed})`,
          sql`update desk_events set body_sealed = '' where finished_at is not null and case_id in (${closed})`,
          sql`update cases set sender_sealed = null, participant_sealed = null, known_sealed = null, steps_sealed = null,
            contacts_sealed = null, last_line_sealed = null where case_id in (${closed})`,
          sql`update challenges set target = '', binding = '', code_hash = '', copy_sealed = null
            where participant = ${participant} and (killed_at is not null or expires_at < now() - interval '1 hour')`,
          sql`update changes set new_value_sealed = '', old_value_sealed = null, old_contacts_sealed = '',
            old_contacts = '{}', sender_sealed = '', participant_sealed = '' where change_id in (${ended})`,
        ];
        let rows = 0;
        for (const statement of statements) rows += Number((await statement.execute(trx)).numAffectedRows ?? 0n);
        await audit(trx, {
          actor: 'operator',
          event: 'person.erased',
          subject: participant,
          refs: {},
          details: { rows, stillOpen: open.length },
        });
        return { rows, stillOpen: open.map(({ ref }) => ref) };
      }),
  };
}

const isOpen = sql`(state not in ('applied', 'refused', 'cancelled'))`;

/** Nothing is in an empty list, and Postgres wants one that is not. */
const idsOr = (ids: string[]) => (ids.length === 0 ? [''] : ids);

type Column = { [T in keyof Tables]: keyof Selectable<Tables[T]> }[keyof Tables];
/** Keyed hashes and what only we make sense of: they say nothing to anybody. */
const hashed: ReadonlySet<string> = new Set<Column>([
  'conversation',
  'participant',
  'contact',
  'old_contacts',
  'epoch',
  'version',
]);
