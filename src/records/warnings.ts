// The tries at a code or at the PIN were used up: the old contact points hear of it, because it may not have been their
// owner (security.md A13). Nobody needs a right PIN to cause this, so there is a limit on it.
import { type InsertObject, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Field } from '#machines/vocabulary.ts';
import type { Directory, Sender } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import type { Contacts } from './change-rows.ts';
import type { Database, Trx } from './database.ts';
import type { Hashes } from './hashes.ts';
import type { JobResult, Jobs } from './jobs.ts';
import { lockAll } from './locks.ts';
import { maskContact } from './mask-contact.ts';
import type { NewNotice, Notices } from './notice-rows.ts';
import { newReference } from './references.ts';
import type { Tables, WarningsTable } from './tables.ts';
import { day, fullUntil } from './windows.ts';

export interface Warning {
  /** of the guess that was the last one: noted again, it is the same warning */
  guessId: string;
  guessed: 'code' | 'pin';
  sender: Sender;
  participantId: string;
  /** where the code went, or what the PIN was to make */
  field: Field;
  value: string;
}

export interface Warnings {
  /** In the transaction in which the tries are over. */
  note(trx: Trx, warning: Warning): Promise<void>;
  /** The job: asks the directory for the contact points and writes to them, once. */
  tell(warningId: string, signal?: AbortSignal): Promise<JobResult>;
}

type WarningRow = Selectable<WarningsTable>;

interface About {
  participantId: string;
  field: Field;
  /** masked */
  value: string;
  /** who typed it, and was told in the chat */
  phone: string | null;
}

const place = (warningId: string) => `warnings.about_sealed:${warningId}`;

export function createWarnings({
  database,
  seal,
  hashes,
  audit,
  jobs,
  notices,
  directory,
  policy,
}: {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  audit: Audit;
  jobs: Jobs;
  notices: Notices;
  directory: Pick<Directory, 'read'>;
  policy: Policy;
}): Warnings {
  const find = (db: Pick<Trx, 'selectFrom'>, warningId: string) =>
    db.selectFrom('warnings').selectAll().where('warning_id', '=', warningId);
  const isFull = async (trx: Trx, where: RawBuilder<boolean>, limit: number) =>
    (await fullUntil(trx, { table: 'warnings', where, limit, seconds: day })) !== null;
  const open = ({ warning_id, about_sealed }: WarningRow): About | null =>
    about_sealed === null ? null : JSON.parse(seal.open(about_sealed, place(warning_id)));

  /** @returns its reference */
  async function insert(trx: Trx, row: Omit<InsertObject<Tables, 'warnings'>, 'ref'>): Promise<string> {
    for (;;) {
      const inserted = await trx
        .insertInto('warnings')
        .values({ ...row, ref: newReference('PK') })
        // The reference is drawn by lot: drawn twice, it is drawn again.
        .onConflict((conflict) => conflict.column('ref').doNothing())
        .returning('ref')
        .executeTakeFirst();
      if (inserted !== undefined) return inserted.ref;
    }
  }

  /** To every old contact point but the one that typed it. */
  function lettersOf(row: WarningRow, { field, value, phone }: About, contacts: Contacts): NewNotice[] {
    const { warning_id, guessed, language, ref, created_at, by_sms } = row;
    const letter = { letter: 'triesUsedUp', to: 'old', guessed, field, value, at: created_at.getTime(), ref } as const;
    const number = by_sms && contacts.mobileNumber !== phone ? contacts.mobileNumber : null;
    const recipients = [
      { via: 'mail', to: contacts.email },
      { via: 'sms', to: number },
    ] as const;
    return recipients.flatMap(({ via, to }) =>
      to === null ? [] : [{ cause: { warning_id }, via, to, conversation: null, language, letter }],
    );
  }

  return {
    async note(trx, { guessId, guessed, sender, participantId, field, value }) {
      const warningId = `${guessed}.${guessId}`;
      const participant = hashes.participant(participantId);
      const { perParticipantDay, smsPerDay } = policy.warn;
      // One key for all: the ceiling of a day is everybody's, and this is rare.
      await lockAll(trx, ['warnings']);
      if ((await find(trx, warningId).executeTakeFirst()) !== undefined) return;
      const entry = { actor: `conversation:${sender.conversation}`, subject: participant };
      if (await isFull(trx, sql`participant = ${participant}`, perParticipantDay)) {
        await audit(trx, { ...entry, event: 'warning.limited', refs: { warningId }, details: { guessed } });
        return;
      }
      const bySms = smsPerDay > 0 && !(await isFull(trx, sql`by_sms`, smsPerDay));
      const about: About = { participantId, field, value: maskContact(field, value), phone: sender.phone };
      const ref = await insert(trx, {
        warning_id: warningId,
        guessed,
        participant,
        language: sender.language,
        by_sms: bySms,
        about_sealed: seal.close(JSON.stringify(about), place(warningId)),
      });
      const details = { guessed, field, value: about.value, bySms };
      await audit(trx, { ...entry, event: 'warning.noted', refs: { warningId, ref }, details });
      await jobs.send(trx, 'warning.tell', { warningId });
    },

    async tell(warningId, signal) {
      const noted = await database.run((db) => find(db, warningId).executeTakeFirst());
      const known = noted === undefined ? null : open(noted);
      if (known === null) return 'done';
      try {
        const contacts = await directory.read(known.participantId, signal);
        await database.transaction(async (trx) => {
          const row = await find(trx, warningId).forUpdate().executeTakeFirstOrThrow();
          const about = open(row);
          if (about === null) return;
          await notices.add(trx, lettersOf(row, about, contacts));
          await trx
            .updateTable('warnings')
            .set({ about_sealed: null, told_at: sql<Date>`now()` })
            .where('warning_id', '=', warningId)
            .execute();
        });
        return 'done';
      } catch (error) {
        if (error instanceof UnavailableError) return 'later';
        throw error;
      }
    },
  };
}
