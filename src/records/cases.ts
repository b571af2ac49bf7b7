// Cases of Care Center 165 as the conversation meets them: opened, written to, left; at most one open per conversation.
import { type Expression, type SqlBool, sql } from 'kysely';
import { controlIn } from '#machines/case.machine.ts';
import { redact } from '#machines/copy/redact.ts';
import type { Trouble } from '#machines/trouble.ts';
import type { Cases, QueuePlace, Sender, Standing } from '#src/conversation/ports.ts';
import { ofExternalDesk } from './agents.ts';
import {
  beginTimers,
  type CaseNeeds,
  killChallenges,
  moveCase,
  moveNow,
  participant,
  readCase,
  recordEvent,
  system,
} from './case-moves.ts';
import { type CaseRow, isBefore, namesOf, sealed, senderOf, standingOf } from './case-rows.ts';
import { bindCase, bindWord } from './case-words.ts';
import type { Trx } from './database.ts';
import { requestOf, toldSteps } from './desk-outbox.ts';
import { lockAll } from './locks.ts';
import { newReference } from './references.ts';
import { day, fullUntil } from './windows.ts';

export interface OpenCase {
  caseId: string;
  sender: Sender;
  participantId: string | null;
  known?: Parameters<Cases['open']>[0]['known'];
  reason: string;
  step: string;
  origin: 'participant' | 'system';
  /** somebody has to look at it, and whoever writes goes on with the bot meanwhile */
  isReview: boolean;
  /** 1 goes before 0 */
  priority: number;
  changeId: string | null;
}

export interface OpenedRow {
  caseId: string;
  ref: string;
  dueAt: Date;
  isNew: boolean;
  standing: Standing;
}

export interface StoredCases extends Cases {
  /** The same as `open`, without its limit, for what has to open a case in its own transaction. */
  openIn(trx: Trx, request: OpenCase): Promise<OpenedRow>;
}

/** What the conversation says where it knows nothing better, or where a refused value ends. */
const vague: ReadonlySet<string> = new Set<Trouble | 'requested'>(['requested', 'codeLimited']);
/** An agent who was there so recently has the parked case back at once. */
const thereSeconds = 120;
const lastLineLength = 80;
/** A code that was sent so recently may still be typed to a person. */
const codeMinutes = 15;

export function createCases(needs: CaseNeeds): StoredCases {
  const { database, seal, hashes, audit, policy } = needs;
  const { reopenMinutes, queueSize } = policy.case;

  async function openIn(trx: Trx, request: OpenCase): Promise<OpenedRow> {
    const { caseId, sender } = request;
    await lockAll(trx, [sender.conversation]);
    const known = await find(trx, sender.conversation, caseId);
    if (known !== null) {
      const raised = (await raise(trx, known, request)) ?? known;
      const row = request.isReview || raised.state !== 'review' ? raised : await ask(trx, raised, request);
      return { ...outlined(row), isNew: row.case_id === caseId, standing: await standing(trx, row) };
    }
    const row = await insert(trx, request);
    // Where nobody is there now, the bot goes on and so does its code.
    if (row.control !== 'bot') await killChallenges(trx, sender.conversation);
    await recordEvent(trx, row, {
      event: 'opened',
      doer: participant(sender.conversation),
      details: { reason: request.reason, step: request.step, state: row.state },
    });
    await audit(trx, {
      actor: `conversation:${sender.conversation}`,
      event: 'case.opened',
      subject: row.participant,
      refs: { caseId, ref: row.ref },
      details: { reason: request.reason, step: request.step, origin: request.origin, priority: request.priority },
    });
    if (row.state !== 'offline') await needs.tellDesk(trx, 'case.requested', requestOf(seal, row, { again: false }));
    // Whoever asked hears it in the turn that opened it.
    if (request.origin === 'system') {
      await needs.jobs.send(trx, 'case.project', { caseId, version: row.version }, { startAfter: 2 });
    }
    return { ...outlined(row), isNew: true, standing: standingOf(row, null) };
  }

  async function insert(trx: Trx, request: OpenCase): Promise<CaseRow> {
    const { caseId, sender, participantId } = request;
    const state = request.isReview ? 'review' : (await hasQueue(trx)) ? 'queued' : 'offline';
    const close = (column: Parameters<typeof sealed>[1], text: string) => sealed(seal, column, caseId, text);
    for (;;) {
      const row = await trx
        .insertInto('cases')
        .values({
          case_id: caseId,
          ref: newReference('KC'),
          conversation: sender.conversation,
          channel: sender.channel,
          language: sender.language,
          sender_sealed: close('sender_sealed', JSON.stringify({ address: sender.address, phone: sender.phone })),
          participant: participantId === null ? null : hashes.participant(participantId),
          participant_sealed: participantId === null ? null : close('participant_sealed', participantId),
          known_sealed: request.known == null ? null : close('known_sealed', JSON.stringify(request.known)),
          origin: request.origin,
          reason: request.reason,
          step: request.step,
          state,
          control: controlIn(state),
          epoch: sql<string>`nextval('case_epoch')`,
          priority: request.priority,
          change_id: request.changeId,
          reopens: sql<string | null>`(select case_id from cases where conversation = ${sender.conversation}
            and origin <> 'call' and closed_at > now() - make_interval(mins => ${reopenMinutes})
            order by closed_at desc limit 1)`,
          enqueued_at: state === 'review' ? null : sql<Date>`now()`,
          last_in_at: sql<Date>`now()`,
          window_ends_at: sender.channel === 'whatsapp' ? sql<Date>`now() + interval '24 hours'` : null,
          due_at: sql<Date>`now() + make_interval(hours => ${policy.case.dueHours})`,
        })
        // The reference is drawn by lot: drawn twice, it is drawn again.
        .onConflict((conflict) => conflict.column('ref').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row !== undefined) return await beginTimers(trx, needs, row);
    }
  }

  /** Somebody is there, and there is room to wait. */
  async function hasQueue(trx: Trx): Promise<boolean> {
    const { rows } = await sql<{ now: Date; waiting: number }>`
      select now() as now, count(*)::int as waiting from cases where state = 'queued'`.execute(trx);
    const { now = new Date(), waiting = 0 } = rows[0] ?? {};
    return needs.hours(now).isOpen && waiting < queueSize;
  }

  /** What was to be looked at in any case is asked for in the chat now. */
  async function ask(trx: Trx, row: CaseRow, { sender, reason }: OpenCase): Promise<CaseRow> {
    const moved = await moveCase(trx, needs, row, {
      event: (await hasQueue(trx)) ? 'ask' : 'askLater',
      doer: participant(sender.conversation),
      details: { reason },
    });
    return moved.result === 'moved' ? moved.row : row;
  }

  /** An open case learns why it has become more pressing. */
  async function raise(trx: Trx, row: CaseRow, request: OpenCase): Promise<CaseRow | null> {
    if (request.priority <= row.priority) return null;
    const moved = await moveCase(trx, needs, row, {
      event: 'prioritise',
      doer: { ...system, hats: ['supervisor'] },
      set: { priority: request.priority, change_id: row.change_id ?? request.changeId },
      details: { reason: request.reason },
    });
    return moved.result === 'moved' ? moved.row : null;
  }

  /**
   * A value that somebody else has is refused without saying so, perhaps by a job long after the turn, and at last
   * with a limit: whoever helps is told what it is about (security.md B6).
   */
  async function refusedLately(trx: Trx, { sender, reason }: Parameters<Cases['open']>[0]): Promise<string | null> {
    if (!vague.has(reason)) return null;
    const last = await trx
      .selectFrom('changes')
      .select(['state', 'reason'])
      .where('conversation', '=', sender.conversation)
      .where(sql<boolean>`coalesce(refused_at, created_at) > now() - make_interval(secs => ${day})`)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return last?.state === 'refused' && last.reason === 'valueInUse' ? last.reason : null;
  }

  async function standing(db: Pick<Trx, 'selectFrom'>, row: CaseRow): Promise<Standing> {
    const names = await namesOf(db, [row.assignee]);
    return standingOf(row, row.assignee === null ? null : (names.get(row.assignee)?.alias ?? null));
  }

  async function placeOf(db: Pick<Trx, 'selectFrom'>, row: CaseRow): Promise<QueuePlace | null> {
    if (row.state !== 'queued') return null;
    const { before } = await db
      .selectFrom('cases')
      .select((count) => count.fn.countAll<string>().as('before'))
      .where(isBefore(row) as Expression<SqlBool>)
      .executeTakeFirstOrThrow();
    const { pace } = await db
      .selectFrom('cases')
      // How long the last ones waited for each that was before them, roughly: the rate of claims of the last hour.
      .select(sql<number | null>`extract(epoch from (now() - min(claimed_at))) / nullif(count(*), 0)`.as('pace'))
      .where('team', '=', row.team)
      .where('claimed_at', '>', sql<Date>`now() - interval '1 hour'`)
      .executeTakeFirstOrThrow();
    const place = Number(before) + 1;
    return { place, minutes: pace === null ? null : Math.max(1, Math.ceil((place * Number(pace)) / 60)) };
  }

  return {
    openIn,

    open: (request) =>
      database.transaction(async (trx) => {
        const { conversation } = request.sender;
        await lockAll(trx, [conversation]);
        const known = await find(trx, conversation, request.caseId);
        const full = await fullUntil(trx, {
          table: 'cases',
          where: sql`conversation = ${conversation} and origin = 'participant'`,
          limit: policy.case.requestsPerDay,
          seconds: day,
        });
        if (known === null && full !== null) {
          const actor = `conversation:${conversation}`;
          await audit(trx, { actor, event: 'case.limited', subject: null, refs: {}, details: {} });
          return { result: 'limited' };
        }
        const reason = (await refusedLately(trx, request)) ?? request.reason;
        const opened = await openIn(trx, {
          ...request,
          reason,
          origin: 'participant',
          isReview: false,
          priority: 0,
          changeId: null,
        });
        const row = await readCase(trx, opened.caseId);
        return {
          result: 'opened',
          standing: opened.standing,
          isNew: opened.isNew,
          place: row === null ? null : await placeOf(trx, row),
          opensAt: row?.state === 'offline' ? row.timer_at : null,
        };
      }),

    standing: (conversation) =>
      database.run(async (db) => {
        const row = await newest(db, conversation);
        return row === null ? null : standing(db, row);
      }),

    place: (conversation) =>
      database.run(async (db) => {
        const row = await find(db, conversation, null);
        return row === null ? null : placeOf(db, row);
      }),

    projection: (caseId) =>
      database.run(async (db) => {
        const asked = await db
          .selectFrom('cases')
          .select('conversation')
          .where('case_id', '=', caseId)
          .executeTakeFirst();
        const row = asked?.conversation == null ? null : await newest(db, asked.conversation);
        const sender = row === null ? null : senderOf(seal, row);
        if (row === null || sender === null) return null;
        return {
          sender,
          heardAt: row.last_in_at ?? row.created_at,
          standing: await standing(db, row),
          place: await placeOf(db, row),
          opensAt: row.state === 'offline' ? row.timer_at : null,
          wasClaimed: row.claimed_at !== null,
          isReview: row.origin === 'system' && row.claimed_at === null,
        };
      }),

    keepMessage: ({ sender, messageId, text, kind, media, secretAsked }) =>
      database.transaction(async (trx) => {
        const row = await trx
          .selectFrom('cases')
          .selectAll()
          .where('conversation', '=', sender.conversation)
          .where('closed_at', 'is', null)
          .forUpdate()
          .executeTakeFirst();
        if (row === undefined) return null;
        // Whoever was invited by their own number has come.
        if (row.state === 'invited') return standing(trx, (await bindCase(trx, needs, row, sender)) ?? row);
        if (row.control === 'bot' && row.state !== 'assisted') return standing(trx, row);
        const codeLived = secretAsked || (await codeWasSent(trx, sender.conversation));
        const kept = kind === 'location' ? text : redact(text, { codeLived });
        const added = await trx
          .insertInto('case_messages')
          .values({
            message_id: messageId,
            case_id: row.case_id,
            kind,
            text_sealed: seal.close(kept, `case_messages.text_sealed:${messageId}`),
            media_sealed:
              media.length === 0 ? null : seal.close(JSON.stringify(media), `case_messages.media_sealed:${messageId}`),
            hidden: media.length > 0 && codeLived,
            agent: null,
          })
          .onConflict((conflict) => conflict.column('message_id').doNothing())
          .executeTakeFirst();
        if (added.numInsertedOrUpdatedRows === 0n) return standing(trx, row);
        const line = kept === '' ? `[${kind}]` : kept.slice(0, lastLineLength);
        const written = await trx
          .updateTable('cases')
          .set({
            last_in_at: sql<Date>`now()`,
            unread: sql<number>`unread + 1`,
            last_line_sealed: sealed(seal, 'last_line_sealed', row.case_id, line),
            ...(sender.channel === 'whatsapp' ? { window_ends_at: sql<Date>`now() + interval '24 hours'` } : {}),
          })
          .where('case_id', '=', row.case_id)
          .returningAll()
          .executeTakeFirstOrThrow();
        await recordEvent(trx, written, { event: 'wrote', doer: participant(sender.conversation), details: { kind } });
        await needs.tellDesk(trx, 'message.received', {
          caseId: row.case_id,
          messageId,
          kind,
          text: kept,
          media: media.map(({ kind, contentType }) => ({ kind, contentType })),
          windowEndsAt: written.window_ends_at?.toISOString() ?? null,
        });
        return standing(trx, written.state === 'parked' ? await unpark(trx, written) : written);
      }),

    async keepSteps(caseId, steps) {
      if (steps.length === 0) return;
      await database.transaction(async (trx) => {
        const kept = await trx
          .updateTable('cases')
          .set({ steps_sealed: sealed(seal, 'steps_sealed', caseId, JSON.stringify(steps)) })
          .where('case_id', '=', caseId)
          .where('steps_sealed', 'is', null)
          .returning('control')
          .executeTakeFirst();
        // A request that waits for the opening hours will bring them along.
        if (kept === undefined || kept.control === 'bot') return;
        await needs.tellDesk(trx, 'case.steps', { caseId, steps: toldSteps(steps) });
      });
    },

    leave: ({ sender, turnId, event }) =>
      database.transaction(async (trx) => {
        const before = await find(trx, sender.conversation, null);
        if (before === null) return null;
        const row = await moveNow(trx, needs, before.case_id, () => ({
          event,
          doer: participant(sender.conversation),
          set: event === 'leave' ? { end_reason: 'left_queue' } : { end_reason: 'resolved' },
          details: { turnId },
        }));
        return standing(trx, row ?? before);
      }),

    async wasMovedBy(caseId, turnId) {
      const moved = await database.run((db) =>
        db
          .selectFrom('case_events')
          .select('event_id')
          .where('case_id', '=', caseId)
          .where(sql<boolean>`details ->> 'turnId' = ${turnId}`)
          .limit(1)
          .executeTakeFirst(),
      );
      return moved !== undefined;
    },

    noteStep: ({ sender, turnId, prompt, notice, triesLeft, ended, identified }) =>
      database.transaction(async (trx) => {
        const row = await find(trx, sender.conversation, null, true);
        if (row?.state !== 'assisted') return row === null ? null : standing(trx, row);
        if (row.known_sealed === null && identified !== null) await identify(trx, row, identified);
        const messageId = `${turnId}.step`;
        await trx
          .insertInto('case_messages')
          .values({
            message_id: messageId,
            case_id: row.case_id,
            kind: 'step',
            speaker: 'bot',
            agent: null,
            media_sealed: null,
            text_sealed: seal.close(
              JSON.stringify({ prompt, notice, triesLeft }),
              `case_messages.text_sealed:${messageId}`,
            ),
          })
          .onConflict((conflict) => conflict.column('message_id').doNothing())
          .execute();
        await recordEvent(trx, row, { event: 'stepped', doer: participant(sender.conversation), details: { prompt } });
        if (ended === null) return standing(trx, row);
        const moved = await moveCase(trx, needs, row, {
          event: 'stepEnded',
          doer: { ...system, hats: ['machine'] },
          details: { result: ended, notice, turnId },
        });
        return standing(trx, moved.result === 'moved' ? moved.row : row);
      }),

    bindWord: (request) => database.transaction((trx) => bindWord(trx, needs, request)),

    async optOut({ conversation }) {
      await database.transaction(async (trx) => {
        const open = await find(trx, conversation, null);
        if (open === null) return;
        await moveNow(trx, needs, open.case_id, () => ({
          event: 'optOut',
          doer: participant(conversation),
          set: { end_reason: 'opted_out' },
        }));
      });
    },
  };

  /** Shown to the agent because the chat has earned it, not because anybody said so. */
  async function identify(
    trx: Trx,
    { case_id: caseId }: CaseRow,
    { participantId, known }: NonNullable<Parameters<Cases['noteStep']>[0]['identified']>,
  ): Promise<void> {
    await trx
      .updateTable('cases')
      .set({
        participant: hashes.participant(participantId),
        participant_sealed: sealed(seal, 'participant_sealed', caseId, participantId),
        known_sealed: sealed(seal, 'known_sealed', caseId, JSON.stringify(known)),
      })
      .where('case_id', '=', caseId)
      .execute();
  }

  /** Whoever waits for the participant has them back; where the agent has gone, somebody else. */
  async function unpark(trx: Trx, row: CaseRow): Promise<CaseRow> {
    const { rows } = await sql<{ there: boolean }>`
      select exists(select from agents where agent_id = ${row.assignee} and disabled_at is null
        and (${ofExternalDesk} or beat_at > now() - make_interval(secs => ${thereSeconds}))) as there`.execute(trx);
    const isThere = rows[0]?.there === true;
    const moved = await moveCase(trx, needs, row, {
      event: isThere ? 'inbound' : 'inboundAway',
      doer: participant(row.conversation ?? ''),
      set: isThere ? {} : { assignee: null },
    });
    return moved.result === 'moved' ? moved.row : row;
  }
}

const outlined = (row: CaseRow) => ({ caseId: row.case_id, ref: row.ref, dueAt: row.due_at });

async function newest(db: Pick<Trx, 'selectFrom'>, conversation: string): Promise<CaseRow | null> {
  const row = await db
    .selectFrom('cases')
    .selectAll()
    .where('conversation', '=', conversation)
    .orderBy(sql`closed_at is null`, 'desc')
    .orderBy('epoch', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The open case goes before the one of that id, unless this very request opened it: a repeated message hears the same. */
async function find(
  db: Pick<Trx, 'selectFrom'>,
  conversation: string,
  caseId: string | null,
  lock = false,
): Promise<CaseRow | null> {
  const query = db
    .selectFrom('cases')
    .selectAll()
    .where((row) =>
      row.or([
        row.and([row('conversation', '=', conversation), row('closed_at', 'is', null)]),
        ...(caseId === null ? [] : [row.and([row('case_id', '=', caseId), row('conversation', '=', conversation)])]),
      ]),
    )
    .orderBy(sql`closed_at is null`, 'desc')
    .limit(1);
  return (await (lock ? query.forUpdate() : query).executeTakeFirst()) ?? null;
}

async function codeWasSent(trx: Trx, conversation: string): Promise<boolean> {
  const { rows } = await sql<{ sent: boolean }>`
    select exists(select from challenges where conversation = ${conversation}
      and created_at > now() - make_interval(mins => ${codeMinutes})) as sent`.execute(trx);
  return rows[0]?.sent === true;
}
