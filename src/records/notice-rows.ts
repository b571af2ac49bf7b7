// Notices about changes to the contact points they concern: rows in the transaction of the change, each with its job.
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Letter } from '#machines/copy/keys.ts';
import type { Channel, Language } from '#machines/vocabulary.ts';
import type { SendOutcome } from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import type { Database, Trx } from './database.ts';
import type { Hashes } from './hashes.ts';
import type { Jobs } from './jobs.ts';
import type { NoticesTable } from './tables.ts';

export type ChangeLetter = Exclude<Letter, { letter: 'code' }>;

export interface NewNotice {
  changeId: string;
  via: 'mail' | Channel;
  to: string;
  language: Language;
  letter: ChangeLetter;
}

export interface NoticeToSend {
  noticeId: string;
  via: 'mail' | Channel;
  to: string;
  language: Language;
  letter: ChangeLetter;
}

/** What became of a notice; `suppressed`: its recipient wants no SMS from us. */
export type NoticeOutcome = SendOutcome | { outcome: 'suppressed' };

export interface Notices {
  add(trx: Trx, notices: readonly NewNotice[]): Promise<void>;
  /** Claims a notice for sending; `later`: another sender has it just now; null: it has come to its end. */
  take(noticeId: string): Promise<NoticeToSend | 'later' | null>;
  /** @returns whether it has come to its end; `busy` and `unknown` are tried again */
  finish(noticeId: string, outcome: NoticeOutcome): Promise<boolean>;
}

/** Retried so long (security.md A13). */
const giveUpHours = 24;
/** A sender that has said nothing for so long is dead. */
const deadAfterSeconds = 30;

const toPlace = (noticeId: string) => `notices.to_sealed:${noticeId}`;
const letterPlace = (noticeId: string) => `notices.letter_sealed:${noticeId}`;

export function createNotices({
  database,
  seal,
  hashes,
  jobs,
}: {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  jobs: Jobs;
}): Notices {
  const open = ({ notice_id: noticeId, via, language, to_sealed, letter_sealed }: Selectable<NoticesTable>) => ({
    noticeId,
    via,
    language,
    to: seal.open(to_sealed, toPlace(noticeId)),
    letter: JSON.parse(seal.open(letter_sealed, letterPlace(noticeId))) as ChangeLetter,
  });

  return {
    async add(trx, notices) {
      for (const { changeId, via, to, language, letter } of notices) {
        const noticeId = randomUUID();
        const added = await trx
          .insertInto('notices')
          .values({
            notice_id: noticeId,
            change_id: changeId,
            letter: letter.letter,
            recipient: letter.to,
            via,
            contact: hashes.contact(to),
            language,
            to_sealed: seal.close(to, toPlace(noticeId)),
            letter_sealed: seal.close(JSON.stringify(letter), letterPlace(noticeId)),
            give_up_at: sql<Date>`now() + make_interval(hours => ${giveUpHours})`,
          })
          .onConflict((row) => row.columns(['change_id', 'letter', 'recipient', 'contact']).doNothing())
          .executeTakeFirst();
        if (added.numInsertedOrUpdatedRows === 1n) await jobs.send(trx, 'notice.send', { noticeId });
      }
    },

    take: (noticeId) =>
      database.transaction(async (trx) => {
        await trx
          .updateTable('notices')
          .set({ state: 'expired', finished_at: sql<Date>`now()` })
          .where('notice_id', '=', noticeId)
          .where('state', 'in', ['queued', 'sending'])
          .where('give_up_at', '<=', sql<Date>`now()`)
          .execute();
        const taken = await trx
          .updateTable('notices')
          .set({ state: 'sending', sending_at: sql<Date>`now()`, tries: sql`tries + 1` })
          .where('notice_id', '=', noticeId)
          .where((row) =>
            row.or([
              row('state', '=', 'queued'),
              row.and([
                row('state', '=', 'sending'),
                row('sending_at', '<', sql<Date>`now() - make_interval(secs => ${deadAfterSeconds})`),
              ]),
            ]),
          )
          .returningAll()
          .executeTakeFirst();
        if (taken !== undefined) return open(taken);
        const left = await trx
          .selectFrom('notices')
          .select('state')
          .where('notice_id', '=', noticeId)
          .executeTakeFirst();
        return left?.state === 'sending' ? 'later' : null;
      }),

    async finish(noticeId, outcome) {
      const again = outcome.outcome === 'busy' || outcome.outcome === 'unknown';
      const ends = {
        accepted: 'accepted',
        refused: 'failed',
        suppressed: 'suppressed',
        busy: 'queued',
        unknown: 'queued',
      };
      await database.run((db) =>
        db
          .updateTable('notices')
          .set({
            state: ends[outcome.outcome] as NoticesTable['state']['__update__'],
            provider_id: outcome.outcome === 'accepted' ? outcome.providerId : null,
            provider_code: outcome.outcome === 'refused' ? outcome.providerCode : null,
            finished_at: again ? null : sql<Date>`now()`,
          })
          .where('notice_id', '=', noticeId)
          .where('state', '=', 'sending')
          .execute(),
      );
      return !again;
    },
  };
}
