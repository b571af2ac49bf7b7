// The exception for whoever has lost both old contact points, where the operator wants one (`hold.withoutOldContact`):
// a senior proposes it, a supervisor approves it, and never the same person. It replaces the old contact's word and
// nothing else: PIN, the code at the new value, the whole hold and every notice stay as they are.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { redact } from '#machines/copy/redact.ts';
import type { CaseDesk, UnseenChange } from '#src/conversation/desk-port.ts';
import type { Seal } from '#src/seal.ts';
import type { At, DeskNeeds, DeskTools } from './case-desk.ts';
import { recordEvent } from './case-moves.ts';
import { type CaseRow, namesOf } from './case-rows.ts';
import { type ChangeRow, noticesOf, openChange } from './change-rows.ts';
import type { ChangeNeeds } from './confirm-change.ts';
import type { Trx } from './database.ts';
import { lockAll } from './locks.ts';
import { maskContact } from './mask-contact.ts';

const reasonLength = 200;

/** What was proposed is what is approved: another value would have another hash. */
function valueHash(seal: Seal, row: ChangeRow): string {
  const { changeId, field, newValue } = openChange(seal, row);
  return seal.index('exception', JSON.stringify([changeId, field, newValue]));
}

/** The held changes of the person of this case that wait for two people, newest first. */
async function unseen(db: Pick<Trx, 'selectFrom'>, { participant }: CaseRow): Promise<ChangeRow[]> {
  if (participant === null) return [];
  return await db
    .selectFrom('changes')
    .selectAll()
    .where('participant', '=', participant)
    .where('state', '=', 'held')
    .where('needs_eyes', '=', true)
    .where('settling_at', 'is', null)
    .orderBy('created_at', 'desc')
    .execute();
}

const isLive = sql<boolean>`approved_at is null and expires_at > now()`;

export async function unseenIn(
  db: Pick<Trx, 'selectFrom'>,
  { seal, policy }: Pick<DeskNeeds, 'seal' | 'policy'>,
  row: CaseRow,
): Promise<UnseenChange[]> {
  const changes = await unseen(db, row);
  const exceptions = await db
    .selectFrom('exceptions')
    .selectAll()
    .where('change_id', 'in', ['', ...changes.map((change) => change.change_id)])
    .where((one) => one.or([isLive, one('approved_at', 'is not', null)]))
    .orderBy('proposed_at', 'desc')
    .execute();
  const names = await namesOf(
    db,
    exceptions.flatMap(({ proposed_by, approved_by }) => [proposed_by, approved_by]),
  );
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id)?.name ?? null));
  return changes.map((change) => {
    const { changeId, ref, field, newValue, heldUntil } = openChange(seal, change);
    const exception = exceptions.find(({ change_id }) => change_id === changeId);
    return {
      changeId,
      ref,
      field,
      value: maskContact(field, newValue),
      heldUntil: heldUntil ?? change.created_at,
      cancelsAt: new Date(change.created_at.getTime() + policy.hold.applyBeforeHours * 3_600_000),
      exception:
        exception === undefined
          ? null
          : {
              exceptionId: exception.exception_id,
              proposedBy: { agentId: exception.proposed_by, name: nameOf(exception.proposed_by) ?? '' },
              expiresAt: exception.expires_at,
              approvedBy: nameOf(exception.approved_by),
            },
    };
  });
}

export function makeExceptions(
  needs: DeskNeeds,
  { command, may, refusal, done }: DeskTools,
): Pick<CaseDesk, 'proposeException' | 'approveException'> {
  const { seal, audit, jobs, policy } = needs;
  const { exceptionMinutes, exceptionsPerDay } = policy.hold;
  const reasonOf = ({ reason }: { reason: string }) =>
    redact(reason.trim().slice(0, reasonLength), { codeLived: true });

  async function note(
    { trx, row, doer, command: { idempotencyKey } }: At,
    change: ChangeRow,
    event: 'exception.proposed' | 'exception.approved',
    { exceptionId, reason }: { exceptionId: string; reason: string },
  ): Promise<void> {
    const { field, newValue } = openChange(seal, change);
    const named = event === 'exception.proposed' ? 'exceptionProposed' : 'exceptionApproved';
    await recordEvent(trx, row, { event: named, doer, details: { field, ref: change.ref }, idempotencyKey });
    await audit(trx, {
      actor: doer.actor,
      event,
      subject: change.participant,
      refs: { changeId: change.change_id, ref: change.ref, caseId: row.case_id, exceptionId },
      details: { field, value: maskContact(field, newValue), reason },
    });
  }

  return {
    proposeException: (given) =>
      command(given, async (at) => {
        if (!may(at, 'propose')) return refusal(at, 'propose');
        const { trx, row, agent } = at;
        const reason = reasonOf(given);
        if (reason === '') return { result: 'invalid', why: 'noReason' };
        await lockAll(trx, [given.changeId]);
        const change = (await unseen(trx, row)).find(({ change_id }) => change_id === given.changeId);
        if (change === undefined || change.exception_id !== null)
          return { result: 'invalid', why: 'nothingToVouchFor' };
        const known = await trx
          .selectFrom('exceptions')
          .select('exception_id')
          .where('change_id', '=', change.change_id)
          .where(isLive)
          .executeTakeFirst();
        if (known !== undefined) return { result: 'invalid', why: 'alreadyProposed' };
        const exceptionId = randomUUID();
        await trx
          .insertInto('exceptions')
          .values({
            exception_id: exceptionId,
            change_id: change.change_id,
            case_id: row.case_id,
            value_hash: valueHash(seal, change),
            proposed_by: agent.agent_id,
            expires_at: sql<Date>`now() + make_interval(mins => ${exceptionMinutes})`,
          })
          .execute();
        await note(at, change, 'exception.proposed', { exceptionId, reason });
        return await done(trx, row);
      }),

    approveException: (given) =>
      command(given, async (at) => {
        if (!may(at, 'approve')) return refusal(at, 'approve');
        const { trx, row, agent } = at;
        const reason = reasonOf(given);
        if (reason === '') return { result: 'invalid', why: 'noReason' };
        // One after the other, so that the day's count holds.
        await lockAll(trx, ['exceptions']);
        const exception = await trx
          .selectFrom('exceptions')
          .selectAll()
          .where('exception_id', '=', given.exceptionId)
          .where(isLive)
          .forUpdate()
          .executeTakeFirst();
        const change = (await unseen(trx, row)).find(({ change_id }) => change_id === exception?.change_id);
        if (exception === undefined || change === undefined || change.exception_id !== null) {
          return { result: 'invalid', why: 'nothingToVouchFor' };
        }
        if (exception.proposed_by === agent.agent_id) return { result: 'forbidden' };
        if (exception.value_hash !== valueHash(seal, change)) return { result: 'invalid', why: 'nothingToVouchFor' };
        const { count } = await trx
          .selectFrom('exceptions')
          .select((all) => all.fn.countAll<string>().as('count'))
          .where('approved_at', '>', sql<Date>`now() - interval '24 hours'`)
          .executeTakeFirstOrThrow();
        if (Number(count) >= exceptionsPerDay) return { result: 'invalid', why: 'exceptionsUsedUp' };
        const { exception_id: exceptionId } = exception;
        await trx
          .updateTable('exceptions')
          .set({ approved_by: agent.agent_id, approved_at: sql<Date>`now()` })
          .where('exception_id', '=', exceptionId)
          .execute();
        await trx
          .updateTable('changes')
          .set({ exception_id: exceptionId })
          .where('change_id', '=', change.change_id)
          .where('state', '=', 'held')
          .execute();
        await note(at, change, 'exception.approved', { exceptionId, reason });
        const { change_id: changeId, held_until: heldUntil } = change;
        await jobs.send(trx, 'change.settle', { changeId }, { startAfter: heldUntil ?? new Date() });
        return await done(trx, row);
      }),
  };
}

/**
 * The hold is over and nobody has vouched: it waits on until the law's time is up, then it is cancelled and everybody told.
 * @returns false: it may be settled now
 */
export async function waitsForEyes(trx: Trx, needs: ChangeNeeds, changeId: string): Promise<boolean> {
  const { seal, audit, jobs, notices, policy } = needs;
  const row = await trx
    .selectFrom('changes')
    .selectAll()
    .select(sql<Date>`created_at + make_interval(hours => ${policy.hold.applyBeforeHours})`.as('deadline'))
    .select(sql<boolean>`created_at + make_interval(hours => ${policy.hold.applyBeforeHours}) <= now()`.as('is_late'))
    .where('change_id', '=', changeId)
    .where('state', '=', 'held')
    .where('needs_eyes', '=', true)
    .where('exception_id', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return false;
  if (!row.is_late) {
    await jobs.send(trx, 'change.settle', { changeId }, { startAfter: row.deadline });
    return true;
  }
  const cancelled = await trx
    .updateTable('changes')
    .set({ state: 'cancelled', cancelled_at: sql<Date>`now()`, reason: 'notVouched' })
    .where('change_id', '=', changeId)
    .returningAll()
    .executeTakeFirstOrThrow();
  const { ref, field, reason, participant } = cancelled;
  await audit(trx, {
    actor: 'system',
    event: 'change.cancelled',
    subject: participant,
    refs: { changeId, ref },
    details: { field, value: maskContact(field, openChange(seal, cancelled).newValue), reason },
  });
  await notices.add(trx, noticesOf(seal, cancelled, true));
  return true;
}
