// What leaves outside a turn: notices about a change, in its transaction, warnings, and what is said into a chat. Each has
// its job.
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Letter } from '#machines/copy/keys.ts';
import type { Channel, Language } from '#machines/vocabulary.ts';
import type { DeskNews } from '#src/conversation/external-desk.ts';
import type { ChatNotices, Fence, Sender, SendOutcome, Spoken, SpokenTemplate } from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import { recordEvent, system } from './case-moves.ts';
import type { Database, Trx } from './database.ts';
import type { TellDesk } from './desk-outbox.ts';
import type { Hashes } from './hashes.ts';
import type { Jobs } from './jobs.ts';
import { keepOptOut } from './opt-outs.ts';
import type { NoticesTable } from './tables.ts';

export type ChangeLetter = Exclude<Letter, { letter: 'code' | 'oldCode' }>;

/** What it is about, as its columns. */
type Cause = { change_id: string } | { warning_id: string } | { entry_id: string };

export interface NewNotice {
  cause: Exclude<Cause, { entry_id: string }>;
  via: 'mail' | Channel;
  to: string;
  /** the chat it goes to; null: another contact point */
  conversation: string | null;
  language: Language;
  letter: ChangeLetter;
}

export interface NoticeToSend {
  noticeId: string;
  via: 'mail' | Channel;
  to: string;
  conversation: string | null;
  language: Language;
  letter: ChangeLetter | Spoken | SpokenTemplate;
  /** sent at that time without an answer; null: not, as far as anybody knows */
  unknownSince: Date | null;
}

/** What became of a notice; `suppressed`: its recipient wants no SMS from us. */
export type NoticeOutcome = SendOutcome | { outcome: 'suppressed' };

export interface Notices extends ChatNotices {
  add(trx: Trx, notices: readonly NewNotice[]): Promise<void>;
  /** The same as `say`, in the transaction of what causes it. */
  sayIn(trx: Trx, request: Parameters<ChatNotices['say']>[0]): Promise<void>;
  /** An approved template instead of words; on WhatsApp alone. */
  sendTemplateIn(trx: Trx, request: { entryId: string; sender: Sender; template: string; fence: Fence }): Promise<void>;
  /** Claims a notice for sending; `later`: another sender has it just now; null: it has come to its end. */
  take(noticeId: string): Promise<NoticeToSend | 'later' | null>;
  /**
   * `busy` and `unknown` are tried again, and so is what our own configuration prevents: somebody will mend it.
   * @param via  how it was sent in the end
   * @returns whether it has come to its end
   */
  finish(noticeId: string, outcome: NoticeOutcome, via: 'mail' | Channel): Promise<boolean>;
}

/** Retried so long (security.md A13). */
const giveUpHours = 24;
/** A sender that has said nothing for so long is dead. */
const deadAfterSeconds = 14;
/** Waits between tries: doubled from the first to the longest, and spread over all of it (security.md H5). */
const firstWaitSeconds = 1;
const longestWaitSeconds = 60;
/** After a mistake of our own, which takes a person. */
const mendSeconds = 600;

/** "Cancelled" does not overtake "asked for": what went before to the same contact point about the same is over. */
const isNextInLine = sql<boolean>`not exists (
  select 1 from notices as before
  where before.contact = notices.contact and before.via = notices.via
    and coalesce(before.change_id, before.conversation) = coalesce(notices.change_id, notices.conversation)
    and before.created_at < notices.created_at and before.state in ('queued', 'sending'))`;

const toPlace = (noticeId: string) => `notices.to_sealed:${noticeId}`;
const letterPlace = (noticeId: string) => `notices.letter_sealed:${noticeId}`;

export function createNotices({
  database,
  seal,
  hashes,
  audit,
  jobs,
  tellDesk,
}: {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  audit: Audit;
  jobs: Jobs;
  tellDesk: TellDesk;
}): Notices {
  const open = (row: Selectable<NoticesTable>): NoticeToSend => ({
    noticeId: row.notice_id,
    via: row.via,
    // An agent's words never go another way than the participant's.
    conversation: row.speaker === 'agent' ? null : row.conversation,
    language: row.language,
    to: seal.open(row.to_sealed, toPlace(row.notice_id)),
    letter: JSON.parse(seal.open(row.letter_sealed, letterPlace(row.notice_id))),
    unknownSince: row.unknown_since,
  });

  async function insert(
    trx: Trx,
    {
      cause,
      via,
      to,
      conversation,
      language,
      letter,
      fence,
    }: Omit<NoticeToSend, 'noticeId' | 'unknownSince'> & { cause: Cause; fence?: Fence | undefined },
  ): Promise<void> {
    const noticeId = randomUUID();
    const added = await trx
      .insertInto('notices')
      .values({
        notice_id: noticeId,
        ...cause,
        conversation,
        letter: letter.letter,
        recipient: letter.to,
        via,
        contact: hashes.contact(to),
        language,
        to_sealed: seal.close(to, toPlace(noticeId)),
        letter_sealed: seal.close(JSON.stringify(letter), letterPlace(noticeId)),
        give_up_at: sql<Date>`now() + make_interval(hours => ${giveUpHours})`,
        case_id: fence?.caseId ?? null,
        speaker: fence?.speaker ?? null,
        epoch: fence?.epoch ?? null,
      })
      .onConflict((row) => row.doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows === 1n) await jobs.send(trx, 'notice.send', { noticeId });
  }

  async function sayIn(trx: Trx, { entryId, sender, texts, fence }: Parameters<ChatNotices['say']>[0]): Promise<void> {
    const { conversation, channel, phone, address, language } = sender;
    if (texts[channel] === '') return;
    const letter = { letter: 'spoken', to: 'chat', texts } as const;
    const where = { via: channel, to: phone ?? address, conversation, language };
    await insert(trx, { cause: { entry_id: entryId }, ...where, letter, fence });
  }

  return {
    async add(trx, notices) {
      for (const notice of notices) await insert(trx, notice);
    },

    sayIn,

    async sendTemplateIn(trx, { entryId, sender, template, fence }) {
      const { conversation, channel: via, phone, address, language } = sender;
      const letter = { letter: 'template', to: 'chat', template } as const;
      const cause = { entry_id: entryId };
      await insert(trx, { cause, via, to: phone ?? address, conversation, language, letter, fence });
    },

    say: (request) => database.transaction((trx) => sayIn(trx, request)),

    take: (noticeId) =>
      database.transaction(async (trx) => {
        await trx
          .updateTable('notices')
          .set({ state: 'expired', finished_at: sql<Date>`now()` })
          .where('notice_id', '=', noticeId)
          .where('state', 'in', ['queued', 'sending'])
          .where('give_up_at', '<=', sql<Date>`now()`)
          .execute();
        await fence(trx, { seal, tellDesk }, noticeId);
        const taken = await trx
          .updateTable('notices')
          .set({
            state: 'sending',
            sending_at: sql<Date>`now()`,
            tries: sql`tries + 1`,
            // Whether a dead sender had sent it, nobody knows.
            unknown_since: sql<Date | null>`case when state = 'sending' then coalesce(unknown_since, sending_at) else unknown_since end`,
          })
          .where('notice_id', '=', noticeId)
          .where((row) =>
            row.or([
              row.and([row('state', '=', 'queued'), row('next_try_at', '<=', sql<Date>`now()`)]),
              row.and([
                row('state', '=', 'sending'),
                row('sending_at', '<', sql<Date>`now() - make_interval(secs => ${deadAfterSeconds})`),
              ]),
            ]),
          )
          .where(isNextInLine)
          .returningAll()
          .executeTakeFirst();
        if (taken !== undefined) return open(taken);
        const left = await trx
          .selectFrom('notices')
          .select('state')
          .where('notice_id', '=', noticeId)
          .executeTakeFirst();
        return left?.state === 'sending' || left?.state === 'queued' ? 'later' : null;
      }),

    async finish(noticeId, outcome, via) {
      const isRefused = outcome.outcome === 'refused';
      const isOurs = isRefused && outcome.why === 'configuration';
      const again = outcome.outcome === 'busy' || outcome.outcome === 'unknown' || isOurs;
      const leastSeconds = outcome.outcome === 'busy' ? (outcome.retryAfterMs ?? 0) / 1000 : isOurs ? mendSeconds : 0;
      await database.transaction(async (trx) => {
        const finished = await trx
          .updateTable('notices')
          .set({
            via,
            state: again ? 'queued' : ends[outcome.outcome],
            provider_id: outcome.outcome === 'accepted' ? outcome.providerId : null,
            provider_code: isRefused ? outcome.providerCode : null,
            finished_at: again ? null : sql<Date>`now()`,
            unknown_since: outcome.outcome === 'unknown' ? sql<Date | null>`coalesce(unknown_since, sending_at)` : null,
            next_try_at: sql<Date>`now() + make_interval(secs => greatest(${leastSeconds}::float8,
              random() * least(${longestWaitSeconds}, ${firstWaitSeconds} * 2 ^ least(tries, 20))))`,
          })
          .where('notice_id', '=', noticeId)
          .where('state', '=', 'sending')
          .returning(['contact', 'change_id', 'warning_id', 'letter', 'recipient', 'case_id', 'entry_id', 'speaker'])
          .executeTakeFirst();
        if (finished !== undefined && !again) {
          const { change_id: changeId, warning_id: warningId, letter, recipient } = finished;
          await audit(trx, {
            actor: 'system',
            event: 'notice.sent',
            subject: null,
            refs: { noticeId, ...(changeId !== null && { changeId }), ...(warningId !== null && { warningId }) },
            details: { letter, recipient, via, outcome: outcome.outcome },
          });
        }
        const isLost = isRefused || outcome.outcome === 'suppressed';
        if (
          finished?.speaker === 'agent' &&
          isLost &&
          !again &&
          finished.case_id !== null &&
          finished.entry_id !== null
        ) {
          const { case_id, entry_id } = finished;
          await tellReturned(trx, tellDesk, { case_id, entry_id }, 'refused');
        }
        if (finished === undefined || !isRefused || outcome.why !== 'optedOut' || via === 'mail') return;
        await keepOptOut(trx, { channel: via, contact: finished.contact, action: 'stop' });
      });
      return !again;
    },
  };
}

/**
 * Whoever has lost the word says nothing more: compared with the case in the same transaction in which the row is
 * claimed. What was on its way to the provider already is past this.
 */
async function fence(
  trx: Trx,
  { seal, tellDesk }: { seal: Seal; tellDesk: TellDesk },
  noticeId: string,
): Promise<void> {
  const late = sql<boolean>`c.epoch <> notices.epoch`;
  const windowClosed = sql<boolean>`notices.speaker = 'agent' and notices.via = 'whatsapp'
    and notices.letter <> 'template' and c.window_ends_at <= now()`;
  const { rows } = await sql<{
    case_id: string;
    state: string;
    speaker: string;
    entry_id: string;
    provider_code: 'epoch' | 'window';
  }>`
    update notices set finished_at = now(),
      state = case when notices.speaker = 'agent' then 'returned' else 'dropped' end,
      provider_code = case when ${late} then 'epoch' else 'window' end
    from cases c
    where notices.notice_id = ${noticeId} and notices.state = 'queued' and notices.speaker is not null
      and c.case_id = notices.case_id and (${late} or (${windowClosed}))
    returning notices.case_id, notices.state, notices.speaker, notices.entry_id, notices.provider_code`.execute(trx);
  const [fenced] = rows;
  if (fenced === undefined) return;
  if (fenced.speaker === 'agent') {
    await backToDraft(trx, seal, fenced.entry_id);
    await tellReturned(trx, tellDesk, fenced, fenced.provider_code);
  }
  await recordEvent(trx, fenced, { event: fenced.state, doer: system });
}

/** An external desk hears that a message it was told to be taken has not left. */
async function tellReturned(
  trx: Trx,
  tellDesk: TellDesk,
  { case_id: caseId, entry_id: messageId }: { case_id: string; entry_id: string },
  why: DeskNews['message.returned']['why'],
): Promise<void> {
  const { rows } = await sql<{ call_id: string }>`select idempotency_key as call_id from case_events
    where case_id = ${caseId} and event = 'sent' and details->>'messageId' = ${messageId}`.execute(trx);
  const [sent] = rows;
  if (sent !== undefined) await tellDesk(trx, 'message.returned', { caseId, callId: sent.call_id, why });
}

/** What did not leave is not typed again; a newer draft goes before it. */
async function backToDraft(trx: Trx, seal: Seal, messageId: string): Promise<void> {
  const message = await trx
    .selectFrom('case_messages')
    .innerJoin('cases', 'cases.case_id', 'case_messages.case_id')
    .select(['case_messages.case_id', 'case_messages.agent', 'case_messages.text_sealed', 'cases.version'])
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  if (message?.agent == null) return;
  const { case_id, agent, version } = message;
  const draftId = `${case_id}:${agent}`;
  const place = `case_drafts.text_sealed:${draftId}`;
  const draft = await trx
    .selectFrom('case_drafts')
    .select('text_sealed')
    .where('draft_id', '=', draftId)
    .executeTakeFirst();
  if (draft !== undefined && seal.open(draft.text_sealed, place) !== '') return;
  const text = seal.open(message.text_sealed, `case_messages.text_sealed:${messageId}`);
  const back = { version, text_sealed: seal.close(text, place), saved_at: sql<Date>`now()` };
  await trx
    .insertInto('case_drafts')
    .values({ draft_id: draftId, case_id, agent, ...back })
    .onConflict((known) => known.column('draft_id').doUpdateSet(back))
    .execute();
}

const ends = {
  accepted: 'accepted',
  refused: 'failed',
  suppressed: 'suppressed',
  busy: 'queued',
  unknown: 'queued',
} as const satisfies Record<NoticeOutcome['outcome'], string>;
