// What has served its purpose goes, table by table (UU 27/2022, articles 42 to 45). Values go before their rows; what
// limits are counted from holds keyed hashes only, and stays as long as it counts.
import { type RawBuilder, sql } from 'kysely';
import type { Policy } from '#src/policy.ts';
import type { Audit } from './audit.ts';
import type { Database } from './database.ts';

export interface Retention {
  /**
   * Safe to run at any time, by several at once, and to be cut off.
   * @returns `table` -> how many rows were erased or deleted
   */
  forget(signal?: AbortSignal): Promise<Record<string, number>>;
}

interface Rule {
  table: string;
  /** left out: the row itself goes */
  erase?: RawBuilder<unknown>;
  where: RawBuilder<unknown>;
}

/** Kept for ever, or as long as the operator's own schedule says, with the reason. */
export const keptTables: Record<string, string> = {
  audit: 'evidence, masked and under keyed hashes; the schedule is the operator’s (PDP 31)',
  audit_chain: 'proves the audit',
  lookup_key: 'one row, without which nothing is found',
  cases: 'reports and lock lifts point to it; its personal columns are erased',
  case_events: 'what was done with a case, without anything that was said',
  agents: 'who answered; people who work here, not participants',
  canned_replies: 'texts of the operator',
  lock_lifts: 'a lift that is gone would lock the participant again',
};

const batch = 1_000;
const ago = (count: number, unit: 'hours' | 'days') => sql`now() - ${`${count} ${unit}`}::interval`;

/**
 * In this order: what points to a row goes before it. The application may not delete, so this runs as the owner.
 * @param database  the owner's
 */
export function createRetention({
  database,
  audit,
  policy,
}: {
  database: Database;
  audit: Audit;
  policy: Policy;
}): Retention {
  const rules = rulesOf(policy);

  async function apply({ table, erase, where }: Rule): Promise<number> {
    const at = sql.table(table);
    const rows = sql`ctid = any(array(select ctid from ${at} where ${where} limit ${batch}))`;
    const statement =
      erase === undefined ? sql`delete from ${at} where ${rows}` : sql`update ${at} set ${erase} where ${rows}`;
    const { numAffectedRows } = await database.run((db) => statement.execute(db));
    return Number(numAffectedRows ?? 0n);
  }

  return {
    async forget(signal) {
      const gone: Record<string, number> = {};
      for (const rule of rules) {
        for (let count = batch; count === batch && !signal?.aborted; ) {
          count = await apply(rule);
          if (count > 0) gone[rule.table] = (gone[rule.table] ?? 0) + count;
        }
      }
      if (Object.keys(gone).length > 0) {
        await database.transaction((trx) =>
          audit(trx, { actor: 'system', event: 'records.forgotten', subject: null, refs: {}, details: gone }),
        );
      }
      return gone;
    },
  };
}

function rulesOf({ keep, ids }: Policy): Rule[] {
  const counted = ago(ids.keepDays, 'days');
  const transcript = ago(keep.transcriptDays, 'days');
  const ended = sql`coalesce(applied_at, refused_at, cancelled_at)`;
  const ofClosedCase = sql`case_id in (select case_id from cases where closed_at < ${transcript})`;
  // A failure counts until the next success, however long ago it was: 30 in a row stay 30 in a row.
  const hasServed = (table: string, success: string, others: string[], isOfOne = sql`true`) => sql`
    created_at < ${counted} and (verdict = ${success} or verdict = any(${others}) or exists (
    select from ${sql.table(table)} later where later.participant = ${sql.ref(`${table}.participant`)}
      and later.from_registered = ${sql.ref(`${table}.from_registered`)} and later.verdict = ${success}
      and later.created_at > ${sql.ref(`${table}.created_at`)} and ${isOfOne}))`;
  const isOfOnePurpose = sql`(select purpose from challenges c where c.challenge_id = later.challenge_id)
    = (select purpose from challenges c where c.challenge_id = code_attempts.challenge_id)`;

  return [
    {
      table: 'challenges',
      erase: sql`target = '', binding = '', code_hash = '', copy_sealed = null`,
      // One that was sent again counts from then on.
      where: sql`coalesce(repeated_at, created_at) < ${ago(keep.challengeHours, 'hours')} and target <> ''`,
    },
    {
      table: 'changes',
      erase: sql`new_value_sealed = ''`,
      where: sql`state in ('refused', 'cancelled') and new_value_sealed <> ''
        and ${ended} < ${ago(keep.valueHours, 'hours')}`,
    },
    {
      table: 'changes',
      erase: sql`new_value_sealed = '', old_value_sealed = null, old_contacts_sealed = '', old_contacts = '{}', sender_sealed = ''`,
      where: sql`old_contacts_sealed <> '' and ${ended} < ${ago(keep.oldContactDays, 'days')}`,
    },
    {
      table: 'notices',
      erase: sql`to_sealed = '', letter_sealed = ''`,
      where: sql`to_sealed <> '' and finished_at < ${ago(keep.valueHours, 'hours')}`,
    },
    { table: 'notices', where: sql`finished_at < ${counted}` },
    {
      table: 'warnings',
      // The directory has not answered for longer than a letter is tried.
      erase: sql`about_sealed = null`,
      where: sql`about_sealed is not null and created_at < ${ago(keep.valueHours, 'hours')}`,
    },
    {
      table: 'warnings',
      where: sql`created_at < ${counted}
        and not exists (select from notices n where n.warning_id = warnings.warning_id)`,
    },
    { table: 'deliveries', where: sql`changed_at < ${counted}` },

    {
      table: 'desk_events',
      erase: sql`body_sealed = ''`,
      where: sql`body_sealed <> '' and finished_at < ${ago(keep.valueHours, 'hours')}`,
    },
    { table: 'desk_events', where: sql`finished_at < ${counted}` },
    { table: 'desk_calls', where: sql`created_at < ${counted}` },
    { table: 'desk_links', where: ofClosedCase },

    { table: 'case_messages', where: ofClosedCase },
    { table: 'case_drafts', where: ofClosedCase },
    { table: 'case_words', where: ofClosedCase },
    { table: 'case_word_tries', where: sql`created_at < ${counted}` },
    { table: 'case_timers', where: ofClosedCase },
    { table: 'case_reveals', where: sql`created_at < ${counted}` },
    {
      table: 'cases',
      erase: sql`sender_sealed = null, participant_sealed = null, known_sealed = null, steps_sealed = null,
        contacts_sealed = null, last_line_sealed = null`,
      where: sql`closed_at < ${transcript} and coalesce(sender_sealed, participant_sealed, known_sealed, steps_sealed,
        contacts_sealed, last_line_sealed) is not null`,
    },

    { table: 'cancel_attempts', where: sql`created_at < ${counted}` },
    { table: 'agent_sessions', where: sql`created_at < ${counted}` },
    { table: 'pin_pages', where: sql`expires_at < ${ago(keep.challengeHours, 'hours')}` },
    {
      table: 'cancel_codes',
      where: sql`created_at < ${ago(keep.challengeHours, 'hours')} and not exists (
        select from changes c where c.change_id = cancel_codes.change_id and c.state = 'held')`,
    },
    { table: 'identify_attempts', where: sql`created_at < ${counted}` },
    { table: 'pin_attempts', where: hasServed('pin_attempts', 'ok', ['locked', 'notSet', 'withheld']) },
    { table: 'code_attempts', where: hasServed('code_attempts', 'right', ['expired'], isOfOnePurpose) },
    {
      table: 'changes',
      where: sql`${ended} < ${counted}
        and not exists (select from changes later where later.restores = changes.change_id)
        and not exists (select from notices n where n.change_id = changes.change_id)
        and not exists (select from cases c where c.change_id = changes.change_id)`,
    },
    {
      table: 'exceptions',
      where: sql`proposed_at < ${counted}
        and not exists (select from changes c where c.change_id = exceptions.change_id)`,
    },
    {
      table: 'challenges',
      where: sql`created_at < ${counted}
        and not exists (select from code_attempts a where a.challenge_id = challenges.challenge_id)
        and not exists (select from changes c where c.challenge_id = challenges.challenge_id)`,
    },
    { table: 'opt_outs', where: sql`action = 'start' and changed_at < ${counted}` },
  ];
}
