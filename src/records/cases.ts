// Cases of Care Center 165: at most one open per conversation, with what the participant writes meanwhile, redacted.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Cases, Sender } from '#src/conversation/ports.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import type { Database, Trx } from './database.ts';
import type { Hashes } from './hashes.ts';
import { lockAll } from './locks.ts';
import { redact } from './redact.ts';
import { newReference } from './references.ts';
import { day, fullUntil } from './windows.ts';

interface OpenCase {
  caseId: string;
  sender: Sender;
  participantId: string | null;
  reason: string;
  step: string;
  origin: 'participant' | 'system';
  /** 1 goes before 0 */
  priority: number;
  changeId: string | null;
}

export interface OpenedCase {
  caseId: string;
  ref: string;
  dueAt: Date;
  isNew: boolean;
}

export interface StoredCases extends Cases {
  /** The same as `open`, without its limit, for what has to open a case in its own transaction. */
  openIn(trx: Trx, request: OpenCase): Promise<OpenedCase>;
}

interface Needs {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  audit: Audit;
  policy: Policy;
}

const columns = ['case_id', 'ref', 'due_at'] as const;

export function createCases(needs: Needs): StoredCases {
  const { database, seal, hashes, audit, policy } = needs;

  async function openIn(trx: Trx, request: OpenCase): Promise<OpenedCase> {
    const { caseId, sender } = request;
    await lockAll(trx, [sender.conversation]);
    const known = await trx
      .selectFrom('cases')
      .select(columns)
      .where((row) =>
        row.or([
          row('case_id', '=', caseId),
          row.and([row('conversation', '=', sender.conversation), row('closed_at', 'is', null)]),
        ]),
      )
      // The case that this very request opened goes first, so that a repeated message hears the same.
      .orderBy(sql`case_id = ${caseId}`, 'desc')
      .executeTakeFirst();
    if (known !== undefined) {
      await raise(trx, known.case_id, request);
      return { caseId: known.case_id, ref: known.ref, dueAt: known.due_at, isNew: known.case_id === caseId };
    }
    await killChallenges(trx, sender.conversation);
    const opened = await insert(trx, needs, request);
    await note(trx, caseId, 'opened', sender, { reason: request.reason, step: request.step });
    await audit(trx, {
      actor: `conversation:${sender.conversation}`,
      event: 'case.opened',
      subject: request.participantId === null ? null : hashes.participant(request.participantId),
      refs: { caseId, ref: opened.ref },
      details: { reason: request.reason, step: request.step, origin: request.origin, priority: request.priority },
    });
    return opened;
  }

  return {
    openIn,

    open: (request) =>
      database.transaction(async (trx) => {
        const { conversation } = request.sender;
        await lockAll(trx, [conversation]);
        const isThere = await trx
          .selectFrom('cases')
          .select('case_id')
          .where((row) =>
            row.or([
              row('case_id', '=', request.caseId),
              row.and([row('conversation', '=', conversation), row('closed_at', 'is', null)]),
            ]),
          )
          .executeTakeFirst();
        const full = await fullUntil(trx, {
          table: 'cases',
          where: sql`conversation = ${conversation} and origin = 'participant'`,
          limit: policy.case.requestsPerDay,
          seconds: day,
        });
        if (isThere === undefined && full !== null) {
          const actor = `conversation:${conversation}`;
          await audit(trx, { actor, event: 'case.limited', subject: null, refs: {}, details: {} });
          return 'limited';
        }
        const { ref, dueAt, isNew } = await openIn(trx, {
          ...request,
          origin: 'participant',
          priority: 0,
          changeId: null,
        });
        return { ref, dueAt, isNew };
      }),

    async keepMessage({ sender, messageId, text, kind }) {
      await database.transaction(async (trx) => {
        const open = await trx
          .updateTable('cases')
          .set({ last_in_at: sql<Date>`now()` })
          .where('conversation', '=', sender.conversation)
          .where('closed_at', 'is', null)
          .returning('case_id')
          .executeTakeFirst();
        if (open === undefined) return;
        await trx
          .insertInto('case_messages')
          .values({
            message_id: messageId,
            case_id: open.case_id,
            kind,
            text_sealed: seal.close(redact(text), `case_messages.text_sealed:${messageId}`),
          })
          .onConflict((row) => row.column('message_id').doNothing())
          .execute();
      });
    },

    async leave({ sender, turnId }) {
      await database.transaction(async (trx) => {
        const left = await trx
          .updateTable('cases')
          .set({
            state: 'closed',
            control: 'bot',
            end_reason: 'left_queue',
            closed_at: sql<Date>`now()`,
            version: sql`version + 1`,
            epoch: sql`nextval('case_epoch')`,
          })
          .where('conversation', '=', sender.conversation)
          .where('state', '=', 'queued')
          .returning(['case_id', 'ref', 'participant'])
          .executeTakeFirst();
        if (left === undefined) return;
        await note(trx, left.case_id, 'left', sender, { turnId });
        await audit(trx, {
          actor: `conversation:${sender.conversation}`,
          event: 'case.left',
          subject: left.participant,
          refs: { caseId: left.case_id, ref: left.ref, turnId },
          details: {},
        });
      });
    },
  };
}

async function insert(trx: Trx, { seal, hashes, policy }: Needs, request: OpenCase): Promise<OpenedCase> {
  const { caseId, sender, participantId } = request;
  const place = (column: string) => `cases.${column}:${caseId}`;
  for (;;) {
    const opened = await trx
      .insertInto('cases')
      .values({
        case_id: caseId,
        ref: newReference('KC'),
        conversation: sender.conversation,
        channel: sender.channel,
        language: sender.language,
        sender_sealed: seal.close(
          JSON.stringify({ address: sender.address, phone: sender.phone }),
          place('sender_sealed'),
        ),
        participant: participantId === null ? null : hashes.participant(participantId),
        participant_sealed: participantId === null ? null : seal.close(participantId, place('participant_sealed')),
        origin: request.origin,
        reason: request.reason,
        step: request.step,
        state: 'queued',
        control: 'queue',
        epoch: sql<string>`nextval('case_epoch')`,
        priority: request.priority,
        change_id: request.changeId,
        due_at: sql<Date>`now() + make_interval(hours => ${policy.case.dueHours})`,
      })
      // The reference is drawn by lot: drawn twice, it is drawn again.
      .onConflict((row) => row.column('ref').doNothing())
      .returning(columns)
      .executeTakeFirst();
    if (opened !== undefined) return { caseId, ref: opened.ref, dueAt: opened.due_at, isNew: true };
  }
}

/** An open case learns why it has become more pressing. */
async function raise(trx: Trx, caseId: string, { sender, reason, priority, changeId }: OpenCase): Promise<void> {
  if (priority === 0) return;
  const raised = await trx
    .updateTable('cases')
    .set({ priority, version: sql`version + 1`, change_id: sql`coalesce(change_id, ${changeId})` })
    .where('case_id', '=', caseId)
    .where('priority', '<', priority)
    .executeTakeFirst();
  if (raised.numUpdatedRows === 1n) await note(trx, caseId, 'raised', sender, { reason, changeId });
}

/** Whoever hands over to a person starts the step again afterwards: no code and no proof lives on beside it. */
async function killChallenges(trx: Trx, conversation: string): Promise<void> {
  await trx
    .updateTable('challenges')
    .set({ killed_at: sql<Date>`now()`, killed_why: 'case', copy_sealed: null })
    .where('conversation', '=', conversation)
    .where('killed_at', 'is', null)
    .execute();
}

async function note(
  trx: Trx,
  caseId: string,
  event: string,
  sender: Sender,
  details: Record<string, string | null>,
): Promise<void> {
  await trx
    .insertInto('case_events')
    .values({
      event_id: randomUUID(),
      case_id: caseId,
      event,
      actor: `conversation:${sender.conversation}`,
      details: JSON.stringify(details),
    })
    .execute();
}
