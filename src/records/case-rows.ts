// A case as its row, and what of it is shown: sealed columns opened, everybody's contact values masked.
import { type Selectable, sql } from 'kysely';
import { showMobile } from '#machines/copy/masking.ts';
import type { CaseSummary } from '#src/conversation/desk-port.ts';
import type { KnownPerson, Sender, Standing } from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import type { Trx } from './database.ts';
import type { CasesTable } from './tables.ts';

export type CaseRow = Selectable<CasesTable>;

type Sealed =
  | 'sender_sealed'
  | 'participant_sealed'
  | 'known_sealed'
  | 'steps_sealed'
  | 'contacts_sealed'
  | 'last_line_sealed';
const place = (column: Sealed, caseId: string) => `cases.${column}:${caseId}`;

export const sealed = (seal: Seal, column: Sealed, caseId: string, text: string): string =>
  seal.close(text, place(column, caseId));

/** @throws SealError `seal`  the row was altered, or no key of ours opens it */
export function opened(seal: Seal, row: CaseRow, column: Sealed): string | null {
  const text = row[column];
  return text === null ? null : seal.open(text, place(column, row.case_id));
}

/** Whom the bot speaks to there; null: a caller who has not written yet. */
export function senderOf(seal: Seal, row: CaseRow): Sender | null {
  const who = opened(seal, row, 'sender_sealed');
  if (who === null || row.conversation === null || row.channel === null) return null;
  const { address, phone }: Pick<Sender, 'address' | 'phone'> = JSON.parse(who);
  return { conversation: row.conversation, channel: row.channel, address, phone, language: row.language };
}

export function knownOf(seal: Seal, row: CaseRow): KnownPerson | null {
  const known = opened(seal, row, 'known_sealed');
  return known === null ? null : JSON.parse(known);
}

export function standingOf(row: CaseRow, alias: string | null): Standing {
  return {
    caseId: row.case_id,
    ref: row.ref,
    state: row.state,
    control: row.control,
    epoch: row.epoch,
    version: row.version,
    dueAt: row.due_at,
    step: row.bot_step,
    endReason: row.end_reason,
    alias,
  };
}

/** How many of the same team and priority wait before it. */
export const isBefore = (
  row: CaseRow,
) => sql<boolean>`state = 'queued' and team = ${row.team} and case_id <> ${row.case_id}
  and (priority > ${row.priority} or (priority = ${row.priority} and enqueued_at < ${row.enqueued_at}))`;

export interface NamedAgent {
  agent_id: string;
  name: string;
  alias: string;
}

export async function namesOf(
  trx: Pick<Trx, 'selectFrom'>,
  ids: readonly (string | null)[],
): Promise<Map<string, NamedAgent>> {
  const known = [...new Set(ids.filter((id) => id !== null))];
  if (known.length === 0) return new Map();
  const rows = await trx
    .selectFrom('agents')
    .select(['agent_id', 'name', 'alias'])
    .where('agent_id', 'in', known)
    .execute();
  return new Map(rows.map((row) => [row.agent_id, row]));
}

export function summaryOf(seal: Seal, row: CaseRow, names: Map<string, NamedAgent>, now: Date): CaseSummary {
  const assignee = row.assignee === null ? undefined : names.get(row.assignee);
  const waitedUntil = row.claimed_at ?? row.closed_at ?? now;
  return {
    caseId: row.case_id,
    ref: row.ref,
    version: row.version,
    state: row.state,
    control: row.control,
    origin: row.origin,
    reason: row.reason,
    step: row.step,
    channel: row.channel,
    language: row.language,
    team: row.team,
    priority: row.priority,
    assignee:
      assignee === undefined ? null : { agentId: assignee.agent_id, name: assignee.name, alias: assignee.alias },
    name: knownOf(seal, row)?.name ?? null,
    enqueuedAt: row.enqueued_at,
    claimedAt: row.claimed_at,
    firstReplyAt: row.first_reply_at,
    lastInAt: row.last_in_at,
    lastOutAt: row.last_out_at,
    windowEndsAt: row.window_ends_at,
    nextTimer: row.timer_kind === null || row.timer_at === null ? null : { kind: row.timer_kind, at: row.timer_at },
    dueAt: row.due_at,
    closedAt: row.closed_at,
    endReason: row.end_reason,
    disposition: row.disposition,
    unread: row.unread,
    lastLine: opened(seal, row, 'last_line_sealed'),
    waitedSeconds: Math.max(
      0,
      Math.round((waitedUntil.getTime() - (row.enqueued_at ?? row.created_at).getTime()) / 1000),
    ),
  };
}

/** The last two digits of a number, as a caller is asked to confirm them. */
export function endOf(sender: Sender | null): string | null {
  return sender?.phone == null ? null : showMobile(sender.phone).replace(/\D/g, '').slice(-2);
}
