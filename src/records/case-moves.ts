// Every step of a case is one conditional UPDATE; its event, its audit, its timers and the job that tells the
// conversation are written in the same transaction.
import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { type CaseEventType, type CaseHat, controlIn, hasEnded, stepCase } from '#machines/case.machine.ts';
import type { TimerKind } from '#src/conversation/desk-port.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Audit, AuditEvent } from './audit.ts';
import type { Opening } from './care-hours.ts';
import type { CaseRow } from './case-rows.ts';
import type { Database, Trx } from './database.ts';
import { type TellDesk, tellMove } from './desk-outbox.ts';
import type { Hashes } from './hashes.ts';
import type { Jobs } from './jobs.ts';
import type { CasesTable } from './tables.ts';

export interface CaseNeeds {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  audit: Audit;
  jobs: Jobs;
  policy: Policy;
  hours: (at: Date) => Opening;
  tellDesk: TellDesk;
}

export interface Doer {
  /** `agent:<id>`, `conversation:<keyed hash>` or `system` */
  actor: string;
  agentId: string | null;
  hats: readonly CaseHat[];
}

export const system: Doer = { actor: 'system', agentId: null, hats: ['system', 'timer', 'machine'] };
export const participant = (conversation: string): Doer => ({
  actor: `conversation:${conversation}`,
  agentId: null,
  hats: ['participant', 'machine'],
});

/** What a participant's own message moves, its turn tells; a job that was quicker would leave the message without sense. */
const isInTurn = ({ hats }: Doer) => hats.every((hat) => hat === 'participant' || hat === 'machine');
/** No turn lasts longer; after it the job looks. */
const turnSeconds = 10;

type Updates = { [Column in keyof CasesTable]?: CaseRow[Column] | RawBuilder<unknown> };

export interface Move {
  event: CaseEventType;
  doer: Doer;
  /** what else changes with it */
  set?: Updates;
  /** for case_events and the audit: never a personal value */
  details?: Record<string, string | number | boolean | null>;
  idempotencyKey?: string | null;
  audit?: AuditEvent;
}

export type Moved = { result: 'moved'; row: CaseRow } | { result: 'illegal' } | { result: 'conflict' };

/**
 * @param row  as it was read in this transaction; where it has changed since, nothing happens
 */
export async function moveCase(trx: Trx, needs: CaseNeeds, row: CaseRow, move: Move): Promise<Moved> {
  const { event, doer, set = {}, details = {}, idempotencyKey = null } = move;
  const state = stepCase(row.state, { type: event, hats: doer.hats, mustBeSeen: row.origin === 'system' });
  if (state === null) return { result: 'illegal' };
  const control = controlIn(state);
  const isEnd = hasEnded(state);
  const assignee = 'assignee' in set ? set.assignee : row.assignee;
  const speakerChanges = control !== row.control || assignee !== row.assignee;
  const timers =
    state === row.state && event !== 'takeOver'
      ? null
      : timersIn(needs, { ...row, state }, await clockOf(trx), details);

  const moved = await trx
    .updateTable('cases')
    .set({
      ...(set as object),
      // Whoever let it go has not ended it, and waits no longer.
      ...(state === 'review' ? { end_reason: null, target: null, enqueued_at: null } : {}),
      ...(state === 'queued' || state === 'offline' ? { enqueued_at: sql<Date>`coalesce(enqueued_at, now())` } : {}),
      state,
      control,
      version: sql<number>`version + 1`,
      ...(speakerChanges ? { epoch: sql<string>`nextval('case_epoch')` } : {}),
      ...(isEnd && row.closed_at === null ? { closed_at: sql<Date>`now()` } : {}),
      ...(timers === null ? {} : nextOf(timers)),
    })
    .where('case_id', '=', row.case_id)
    .where('version', '=', row.version)
    .where('state', '=', row.state)
    .where('assignee', row.assignee === null ? 'is' : '=', row.assignee)
    .returningAll()
    .executeTakeFirst();
  if (moved === undefined) return { result: 'conflict' };

  if (control !== 'bot' && row.control === 'bot' && row.conversation !== null)
    await killChallenges(trx, row.conversation);
  if (timers === null) await keepTimers(trx, needs, row, moved.version);
  for (const { kind, seconds } of timers ?? []) await setTimer(trx, needs, moved, kind, seconds);
  await recordEvent(trx, moved, { event, doer, details: { from: row.state, to: state, ...details }, idempotencyKey });
  await needs.audit(trx, {
    actor: doer.actor,
    event: move.audit ?? 'case.moved',
    subject: row.participant,
    refs: { caseId: row.case_id, ref: row.ref },
    details: { event, from: row.state, to: state, ...details },
  });
  await tellMove(needs.tellDesk, trx, { seal: needs.seal, from: row.state, to: moved, event });
  if (moved.conversation !== null && (speakerChanges || moved.bot_step !== row.bot_step || event === 'invite')) {
    const projection = { caseId: row.case_id, version: moved.version };
    await needs.jobs.send(trx, 'case.project', projection, isInTurn(doer) ? { startAfter: turnSeconds } : {});
  }
  return { result: 'moved', row: moved };
}

/** What happens by itself in the state that a new case begins in. */
export async function beginTimers(trx: Trx, needs: CaseNeeds, row: CaseRow): Promise<CaseRow> {
  const timers = timersIn(needs, row, await clockOf(trx), {});
  for (const { kind, seconds } of timers) await setTimer(trx, needs, row, kind, seconds);
  return await trx
    .updateTable('cases')
    .set(nextOf(timers))
    .where('case_id', '=', row.case_id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Reads the row and moves it, again where somebody was quicker; for whoever saw no version. */
export async function moveNow(
  trx: Trx,
  needs: CaseNeeds,
  caseId: string,
  moveOf: (row: CaseRow) => Move | null,
): Promise<CaseRow | null> {
  const row = await readCase(trx, caseId, true);
  const move = row === null ? null : moveOf(row);
  if (row === null || move === null) return null;
  const moved = await moveCase(trx, needs, row, move);
  return moved.result === 'moved' ? moved.row : null;
}

/** @param lock  nobody else changes it until the transaction ends */
export async function readCase(trx: Trx, caseId: string, lock = false): Promise<CaseRow | null> {
  const query = trx.selectFrom('cases').selectAll().where('case_id', '=', caseId);
  return (await (lock ? query.forUpdate() : query).executeTakeFirst()) ?? null;
}

/** @returns the position of the event, which the screens hear of */
export async function recordEvent(
  trx: Trx,
  row: { case_id: string; version?: number },
  {
    event,
    doer,
    details = {},
    idempotencyKey = null,
  }: {
    event: string;
    doer: Doer;
    details?: Record<string, string | number | boolean | null>;
    idempotencyKey?: string | null;
  },
): Promise<string> {
  const { position } = await trx
    .insertInto('case_events')
    .values({
      event_id: randomUUID(),
      case_id: row.case_id,
      event,
      actor: doer.actor,
      agent: doer.agentId,
      details: JSON.stringify(details),
      version: row.version ?? null,
      idempotency_key: idempotencyKey,
    })
    .returning('position')
    .executeTakeFirstOrThrow();
  await sql`select pg_notify('case_events', ${`${position} ${row.case_id}`})`.execute(trx);
  return position;
}

/** Whoever hands over to a person starts the step again afterwards: no code and no proof lives on beside it. */
export async function killChallenges(trx: Trx, conversation: string): Promise<void> {
  await trx
    .updateTable('challenges')
    .set({ killed_at: sql<Date>`now()`, killed_why: 'case', copy_sealed: null })
    .where('conversation', '=', conversation)
    .where('killed_at', 'is', null)
    .execute();
}

/** Those that change the state; the others only remind. */
const decides: ReadonlySet<TimerKind> = new Set<TimerKind>([
  'queueMax',
  'reviewMax',
  'hoursEnd',
  'hoursStart',
  'offerMax',
  'firstReplyMax',
  'grace',
  'silentPark',
  'parkMax',
  'stepIdle',
  'inviteMax',
  'wrapMax',
]);

interface Timer {
  kind: TimerKind;
  /** from now */
  seconds: number;
}

/** The one that the screen shows. */
function nextOf(timers: readonly Timer[]) {
  const next = timers.filter(({ kind }) => decides.has(kind)).sort((a, b) => a.seconds - b.seconds)[0];
  return {
    timer_kind: next?.kind ?? null,
    timer_at: next === undefined ? null : sql<Date>`now() + make_interval(secs => ${next.seconds})`,
  };
}

async function clockOf(trx: Trx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(trx);
  return rows[0]?.now ?? new Date();
}

/** What happens by itself in the state that a case is about to enter. */
function timersIn(
  { policy, hours }: CaseNeeds,
  row: CaseRow,
  now: Date,
  details: NonNullable<Move['details']>,
): Timer[] {
  const figures = policy.case;
  const minutes = (kind: TimerKind, count: number): Timer => ({ kind, seconds: count * 60 });
  switch (row.state) {
    case 'queued': {
      const since = row.enqueued_at === null ? 0 : (now.getTime() - row.enqueued_at.getTime()) / 1000;
      const notices = [
        minutes('queueNotice1', figures.queueNotice1Minutes),
        minutes('queueNotice2', figures.queueNotice2Minutes),
      ]
        .map(({ kind, seconds }) => ({ kind, seconds: seconds - since }))
        .filter(({ seconds }) => seconds > 0);
      const { isOpen, seconds: left } = hours(now);
      const closes: Timer[] =
        isOpen && left !== null && left < figures.queueMaxMinutes * 60 ? [{ kind: 'hoursEnd', seconds: left }] : [];
      return [...notices, minutes('queueMax', figures.queueMaxMinutes), ...closes];
    }
    case 'review':
      return [reviewEnd(row.due_at, now)];
    case 'offered':
      return [{ kind: 'offerMax', seconds: figures.offerSeconds }];
    case 'connected':
      return row.first_reply_at === null
        ? [
            minutes('firstReplyReminder', figures.firstReplyReminderMinutes),
            minutes('firstReplyMax', figures.firstReplyMaxMinutes),
          ]
        : [];
    case 'lost':
      return [minutes('grace', details.hasDraft === true ? figures.graceWithDraftMinutes : figures.graceMinutes)];
    case 'parked': {
      const until = details.untilMinutes;
      return [minutes('parkMax', Math.min(typeof until === 'number' ? until : Infinity, figures.parkMaxHours * 60))];
    }
    case 'assisted':
      return [minutes('stepIdle', figures.stepIdleMinutes)];
    case 'wrapUp':
      return [minutes('wrapMax', figures.wrapMinutes)];
    case 'offline': {
      const opening = hours(now);
      // Open and full: looked at again after a while.
      return [{ kind: 'hoursStart', seconds: opening.isOpen ? fullRetrySeconds : (opening.seconds ?? weekSeconds) }];
    }
    case 'invited':
      return [minutes('inviteMax', figures.inviteMinutes)];
    case 'drafted':
    case 'expired':
    case 'closed':
      return [];
  }
}

/** Until the time by which it was to be settled, and no longer. */
const reviewEnd = (dueAt: Date, now: Date): Timer => ({
  kind: 'reviewMax',
  seconds: Math.max(60, (dueAt.getTime() - now.getTime()) / 1000),
});

const fullRetrySeconds = 900;
const weekSeconds = 7 * 24 * 3600;

/** Sets it, or puts it off where it is set already. */
export async function setTimer(
  trx: Trx,
  { jobs }: CaseNeeds,
  { case_id: caseId, version }: Pick<CaseRow, 'case_id' | 'version'>,
  kind: TimerKind,
  seconds: number,
): Promise<void> {
  const due = sql<Date>`now() + make_interval(secs => ${seconds})`;
  await trx
    .insertInto('case_timers')
    .values({ case_id: caseId, version, kind, due_at: due, fired_at: null })
    .onConflict((row) => row.columns(['case_id', 'version', 'kind']).doUpdateSet({ due_at: due, fired_at: null }))
    .execute();
  await jobs.send(trx, 'case.timer', { caseId, version, kind }, { startAfter: Math.max(1, Math.ceil(seconds)) });
}

/** What leaves the state as it is raises the version all the same: its timers go on under the new one. */
async function keepTimers(trx: Trx, { jobs }: CaseNeeds, row: CaseRow, version: number): Promise<void> {
  const running = await trx
    .insertInto('case_timers')
    .columns(['case_id', 'version', 'kind', 'due_at', 'fired_at'])
    .expression((from) =>
      from
        .selectFrom('case_timers')
        .select(['case_id', sql<number>`${version}`.as('version'), 'kind', 'due_at', 'fired_at'])
        .where('case_id', '=', row.case_id)
        .where('version', '=', row.version)
        .where('fired_at', 'is', null),
    )
    .returning(['kind', 'due_at'])
    .execute();
  for (const { kind, due_at } of running) {
    await jobs.send(trx, 'case.timer', { caseId: row.case_id, version, kind }, { startAfter: due_at });
  }
}
