// What an external desk is told of cases: rows written in the transaction of what they tell, taken in order, one case at
// a time. Without such a desk nothing is written.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type CaseEventType, controlIn } from '#machines/case.machine.ts';
import type { CaseState } from '#src/conversation/desk-port.ts';
import type { DeskEvent, DeskNews, DeskNewsType, DeskOutbox, ToldStep } from '#src/conversation/external-desk.ts';
import type { StepTaken } from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import { type CaseRow, endOf, knownOf, opened, senderOf } from './case-rows.ts';
import type { Database, Trx } from './database.ts';
import type { Jobs } from './jobs.ts';

/** The hand that writes the news; those who cause them hold the row of the case locked. */
export type TellDesk = <Type extends DeskNewsType>(trx: Trx, type: Type, data: DeskNews[Type]) => Promise<void>;

const giveUpHours = 24;
/** A sender that has said nothing for so long is dead. */
const deadAfterSeconds = 14;
const longestWaitSeconds = 60;

const bodyPlace = (eventId: string) => `desk_events.body_sealed:${eventId}`;

/** @param isThere  whether there is an external desk */
export function createTellDesk({ seal, jobs, isThere }: { seal: Seal; jobs: Jobs; isThere: boolean }): TellDesk {
  return async (trx, type, data) => {
    if (!isThere) return;
    const eventId = randomUUID();
    await trx
      .insertInto('desk_events')
      .values({
        event_id: eventId,
        case_id: data.caseId,
        type,
        body_sealed: seal.close(JSON.stringify(data), bodyPlace(eventId)),
        give_up_at: sql<Date>`now() + make_interval(hours => ${giveUpHours})`,
      })
      .execute();
    await jobs.send(trx, 'desk.tell', { caseId: data.caseId });
  };
}

export function createDeskOutbox({ database, seal }: { database: Database; seal: Seal }): DeskOutbox {
  return {
    take: (caseId) =>
      database.transaction(async (trx) => {
        await trx
          .updateTable('desk_events')
          .set({ state: 'expired', finished_at: sql<Date>`now()` })
          .where('case_id', '=', caseId)
          .where('finished_at', 'is', null)
          .where('give_up_at', '<=', sql<Date>`now()`)
          .execute();
        const next = await trx
          .selectFrom('desk_events')
          .selectAll()
          .select([
            sql<boolean>`state = 'queued' and next_try_at <= now()
              or state = 'sending' and sending_at < now() - make_interval(secs => ${deadAfterSeconds})`.as('is_due'),
          ])
          .where('case_id', '=', caseId)
          .where('finished_at', 'is', null)
          .orderBy('position')
          .limit(1)
          .forUpdate()
          .executeTakeFirst();
        if (next === undefined) return null;
        if (!next.is_due) return 'later';
        await trx
          .updateTable('desk_events')
          .set({ state: 'sending', sending_at: sql<Date>`now()`, tries: next.tries + 1 })
          .where('event_id', '=', next.event_id)
          .execute();
        const { event_id: eventId, created_at, type } = next;
        const data = JSON.parse(seal.open(next.body_sealed, bodyPlace(eventId)));
        const event = { eventId, at: created_at.toISOString(), type, data } as DeskEvent;
        return { event, isRepeat: next.tries > 0 };
      }),

    async finish(eventId, outcome) {
      const again = outcome.outcome === 'later';
      const least = again ? (outcome.retryAfterMs ?? 0) / 1000 : 0;
      await database.run((db) =>
        db
          .updateTable('desk_events')
          .set({
            state: outcome.outcome === 'later' ? 'queued' : outcome.outcome,
            status: outcome.outcome === 'delivered' ? null : outcome.status,
            finished_at: again ? null : sql<Date>`now()`,
            next_try_at: sql<Date>`now() + make_interval(secs => greatest(${least}::float8,
              random() * least(${longestWaitSeconds}, 2 ^ least(tries, 20))))`,
          })
          .where('event_id', '=', eventId)
          .where('state', '=', 'sending')
          .execute(),
      );
    },
  };
}

/** Those in which somebody of the desk has the case, or is asked to. */
const isAtDesk = (state: CaseState) => controlIn(state) !== 'bot' || state === 'assisted' || state === 'review';

/** Those in which somebody is asked to have it. */
const isRequested = (state: CaseState) => state === 'queued' || state === 'review' || state === 'offered';

/** What a step of a case means to the desk. */
export async function tellMove(
  tell: TellDesk,
  trx: Trx,
  { seal, from, to, event }: { seal: Seal; from: CaseState; to: CaseRow; event: CaseEventType },
): Promise<void> {
  const { case_id: caseId } = to;
  if ((to.state === 'queued' || to.state === 'review') && !isRequested(from)) {
    await tell(trx, 'case.requested', requestOf(seal, to, { again: isAtDesk(from) }));
  }
  if (!isAtDesk(from) || isAtDesk(to.state)) return;
  const how = leavings[event];
  if (how !== undefined) await tell(trx, 'participant.left', { caseId, how });
  else {
    const endReason = to.end_reason ?? (to.state === 'offline' ? 'offline_deferred' : 'resolved');
    await tell(trx, 'case.closed', { caseId, endReason });
  }
}

const leavings: Partial<Record<CaseEventType, DeskNews['participant.left']['how']>> = {
  leave: 'left',
  finish: 'finished',
  optOut: 'optedOut',
};

export function requestOf(seal: Seal, row: CaseRow, { again }: { again: boolean }): DeskNews['case.requested'] {
  const sender = senderOf(seal, row);
  const steps = opened(seal, row, 'steps_sealed');
  return {
    caseId: row.case_id,
    ref: row.ref,
    reason: row.reason,
    step: row.step,
    channel: row.channel ?? 'sms',
    language: row.language,
    participantRef: seal.index('deskParticipant', row.conversation ?? row.case_id).slice(0, 22),
    displayName: knownOf(seal, row)?.name ?? `Peserta ••${endOf(sender) ?? '••'}`,
    windowEndsAt: row.window_ends_at?.toISOString() ?? null,
    dueAt: row.due_at.toISOString(),
    again,
    steps: steps === null ? [] : toldSteps(JSON.parse(steps)),
  };
}

export const toldSteps = (steps: readonly StepTaken[]): ToldStep[] =>
  steps.map(([at, prompt, answer, text]) => ({ at: new Date(at).toISOString(), prompt, answer, text: text ?? null }));
