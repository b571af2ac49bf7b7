// What happens to cases by itself: timers, agents whose connection is gone, and the sweep that finds what was missed.
import { sql } from 'kysely';
import type { TimerKind } from '#src/conversation/desk-port.ts';
import { ofExternalDesk } from './agents.ts';
import { type CaseNeeds, type Move, moveCase, readCase, recordEvent, setTimer, system } from './case-moves.ts';
import type { CaseRow } from './case-rows.ts';
import type { Trx } from './database.ts';
import type { CaseTelling, JobResult } from './jobs.ts';

export interface CaseClock {
  /** Handler of the job. */
  fire(timer: { caseId: string; version: number; kind: TimerKind }): Promise<JobResult>;
  /** Agents that give no sign of life lose their cases for a while. @returns how many cases were lost */
  watchAgents(): Promise<number>;
  /** Timers whose job is missing. @returns how many there were */
  sweep(): Promise<number>;
  /** Open cases whose conversation is to stand where they do. */
  open(): Promise<string[]>;
}

/** A job is at most so late; after that the sweep does it. */
const lateSeconds = 20;
const sweepAtOnce = 200;

export function createCaseClock(needs: CaseNeeds): CaseClock {
  const { database, policy } = needs;

  async function fire(timer: { caseId: string; version: number; kind: TimerKind }): Promise<JobResult> {
    const { caseId, version, kind } = timer;
    await database.transaction(async (trx) => {
      const row = await readCase(trx, caseId, true);
      const fired = await trx
        .updateTable('case_timers')
        .set({ fired_at: sql<Date>`now()` })
        .where('case_id', '=', caseId)
        .where('version', '=', version)
        .where('kind', '=', kind)
        .where('fired_at', 'is', null)
        .where('due_at', '<=', sql<Date>`now()`)
        .returning('kind')
        .executeTakeFirst();
      if (fired === undefined || row === null || row.version !== version) return;
      await strike(trx, row, kind);
    });
    return 'done';
  }

  async function strike(trx: Trx, row: CaseRow, kind: TimerKind): Promise<void> {
    const move = (change: Omit<Move, 'doer'>) =>
      moveCase(trx, needs, row, { ...change, doer: { ...system, hats: ['timer'] } });
    const tell = async (what: CaseTelling['what']) => {
      await recordEvent(trx, row, { event: kind, doer: system });
      const { case_id: caseId, version } = row;
      await needs.jobs.send(trx, 'case.project', { caseId, version, tell: { what, id: kind } });
    };
    switch (kind) {
      case 'queueNotice1':
      case 'queueNotice2':
        return await tell('place');
      case 'queueMax':
        return void (await move({ event: 'queueMax', set: { end_reason: 'expired_no_agent' } }));
      case 'reviewMax':
        return void (await move({ event: 'reviewMax', set: { end_reason: 'expired_no_agent' } }));
      case 'hoursEnd':
        return void (await move({ event: 'hoursEnd', set: { end_reason: null } }));
      case 'hoursStart':
        return void (await move({ event: 'hoursStart' }));
      case 'offerMax':
        return void (await move({ event: 'offerMax', set: { target: null, assignee: null } }));
      case 'firstReplyReminder':
        return void (await recordEvent(trx, row, { event: kind, doer: system }));
      case 'firstReplyMax':
        if (row.first_reply_at !== null) return;
        return void (await move({ event: 'release', set: { assignee: null }, details: { why: kind } }));
      case 'grace':
        return void (await move({ event: 'grace', set: { assignee: null } }));
      case 'silentReminder':
        return (await hasAnswered(trx, row)) ? undefined : await tell('reminder');
      case 'silentPark':
        if (await hasAnswered(trx, row)) return;
        return void (await move({ event: 'park', details: { untilMinutes: null, why: kind } }));
      case 'parkMax':
        return void (await move({ event: 'parkMax', set: { end_reason: 'resolved' } }));
      case 'stepIdle': {
        const left = await idleLeft(trx, row);
        if (left > 0) return await setTimer(trx, needs, row, kind, left);
        return void (await move({ event: 'stepIdle' }));
      }
      case 'inviteMax':
        return void (await move({ event: 'inviteMax', set: { end_reason: 'expired_no_agent' } }));
      case 'wrapMax':
        return void (await move({ event: 'wrapMax' }));
    }
  }

  async function hasAnswered(trx: Trx, row: CaseRow): Promise<boolean> {
    const { rows } = await sql<{ answered: boolean }>`
      select ${row.last_in_at}::timestamptz > ${row.last_out_at}::timestamptz as answered`.execute(trx);
    return rows[0]?.answered === true;
  }

  async function idleLeft(trx: Trx, row: CaseRow): Promise<number> {
    const { rows } = await sql<{ left: number }>`select extract(epoch from
      ${row.last_in_at}::timestamptz + make_interval(mins => ${policy.case.stepIdleMinutes}) - now())::float8 as left`.execute(
      trx,
    );
    return rows[0]?.left ?? 0;
  }

  return {
    fire,

    async watchAgents() {
      const { beatSeconds, graceMinutes } = policy.case;
      const gone = await database.run((db) =>
        db
          .selectFrom('cases')
          .innerJoin('agents', 'agents.agent_id', 'cases.assignee')
          .select(['cases.case_id', 'cases.state'])
          .where((row) => row.not(ofExternalDesk))
          .where((row) =>
            row.or([
              row.and([
                row('cases.state', '=', 'connected'),
                row('agents.beat_at', '<', sql<Date>`now() - make_interval(secs => ${beatSeconds})`),
              ]),
              row.and([
                row('cases.state', '=', 'assisted'),
                row(
                  'agents.beat_at',
                  '<',
                  sql<Date>`now() - make_interval(secs => ${beatSeconds}, mins => ${graceMinutes})`,
                ),
              ]),
            ]),
          )
          .limit(sweepAtOnce)
          .execute(),
      );
      for (const { case_id: caseId } of gone) {
        await database.transaction(async (trx) => {
          const row = await readCase(trx, caseId, true);
          if (row?.state === 'connected') {
            const hasDraft = await draftExists(trx, needs, row);
            await moveCase(trx, needs, row, { event: 'loseAgent', doer: system, details: { hasDraft } });
          }
          if (row?.state === 'assisted') {
            const set = { end_reason: 'agent_left_step_running' as const };
            await moveCase(trx, needs, row, { event: 'stepUnwatched', doer: system, set });
          }
        });
      }
      return gone.length;
    },

    async sweep() {
      const late = await database.run((db) =>
        db
          .selectFrom('case_timers')
          .innerJoin('cases', (join) =>
            join.onRef('cases.case_id', '=', 'case_timers.case_id').onRef('cases.version', '=', 'case_timers.version'),
          )
          .select(['case_timers.case_id', 'case_timers.version', 'case_timers.kind'])
          .where('case_timers.fired_at', 'is', null)
          .where('case_timers.due_at', '<', sql<Date>`now() - make_interval(secs => ${lateSeconds})`)
          .where('cases.closed_at', 'is', null)
          .orderBy('case_timers.due_at')
          .limit(sweepAtOnce)
          .execute(),
      );
      for (const { case_id: caseId, version, kind } of late) await fire({ caseId, version, kind });
      return late.length;
    },

    open: async () => {
      const rows = await database.run((db) =>
        db
          .selectFrom('cases')
          .select('case_id')
          .where('closed_at', 'is', null)
          .where('conversation', 'is not', null)
          .where((row) => row.or([row('control', '<>', 'bot'), row('state', '=', 'assisted')]))
          .execute(),
      );
      return rows.map((row) => row.case_id);
    },
  };
}

async function draftExists(trx: Trx, { seal }: CaseNeeds, row: CaseRow): Promise<boolean> {
  const draftId = `${row.case_id}:${row.assignee}`;
  const draft = await trx
    .selectFrom('case_drafts')
    .select('text_sealed')
    .where('draft_id', '=', draftId)
    .executeTakeFirst();
  return draft !== undefined && seal.open(draft.text_sealed, `case_drafts.text_sealed:${draftId}`) !== '';
}
