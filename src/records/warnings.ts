// The tries at a code or at the PIN were used up: the old contact points hear of it, because it may not have been their
// owner (security.md A13). Nobody needs a right PIN to cause this, so there is a limit on it.
import { sql } from 'kysely';
import type { Field } from '#machines/vocabulary.ts';
import type { Directory, Sender } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import type { Database, Trx } from './database.ts';
import type { Hashes } from './hashes.ts';
import type { JobResult, Jobs } from './jobs.ts';
import { lockAll } from './locks.ts';
import { maskContact } from './mask-contact.ts';
import type { NewNotice, Notices } from './notice-rows.ts';
import { newReference } from './references.ts';
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

interface About {
  participantId: string;
  field: Field;
  /** masked */
  value: string;
  /** who typed it, and was told in the chat */
  phone: string | null;
  at: number;
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
  return {
    async note(trx, { guessId, guessed, sender, participantId, field, value }) {
      const warningId = `${guessed}.${guessId}`;
      const participant = hashes.participant(participantId);
      // One key for all: the ceiling of a day is everybody's, and this is rare.
      await lockAll(trx, ['warnings']);
      const isFull = async (where: ReturnType<typeof sql<boolean>>, limit: number) =>
        (await fullUntil(trx, { table: 'warnings', where, limit, seconds: day })) !== null;
      const entry = { actor: `conversation:${sender.conversation}`, subject: participant };
      if (await isFull(sql`participant = ${participant}`, policy.warn.perParticipantDay)) {
        await audit(trx, { ...entry, event: 'warning.limited', refs: { warningId }, details: { guessed } });
        return;
      }
      const bySms = policy.warn.smsPerDay > 0 && !(await isFull(sql`by_sms`, policy.warn.smsPerDay));
      const masked = maskContact(field, value);
      const about: About = { participantId, field, value: masked, phone: sender.phone, at: Date.now() };
      const ref = newReference('PK');
      const added = await trx
        .insertInto('warnings')
        .values({
          warning_id: warningId,
          ref,
          guessed,
          participant,
          language: sender.language,
          by_sms: bySms,
          about_sealed: seal.close(JSON.stringify(about), place(warningId)),
        })
        .onConflict((row) => row.doNothing())
        .executeTakeFirst();
      if (added.numInsertedOrUpdatedRows !== 1n) return;
      const details = { guessed, field, value: masked, bySms };
      await audit(trx, { ...entry, event: 'warning.noted', refs: { warningId, ref }, details });
      await jobs.send(trx, 'warning.tell', { warningId });
    },

    async tell(warningId, signal) {
      const find = (db: Pick<Trx, 'selectFrom'>) =>
        db.selectFrom('warnings').selectAll().where('warning_id', '=', warningId).where('about_sealed', 'is not', null);
      const open = (sealed: string | null): About => JSON.parse(seal.open(sealed ?? '', place(warningId)));
      const noted = await database.run((db) => find(db).executeTakeFirst());
      if (noted === undefined) return 'done';
      const { participantId } = open(noted.about_sealed);
      try {
        const { email, mobileNumber } = await directory.read(participantId, signal);
        await database.transaction(async (trx) => {
          const row = await find(trx).forUpdate().executeTakeFirst();
          if (row === undefined) return;
          const { field, value, phone, at } = open(row.about_sealed);
          const { guessed, language, ref } = row;
          const letter = { letter: 'triesUsedUp', to: 'old', guessed, field, value, at, ref } as const;
          const to = (via: NewNotice['via'], contact: string | null): NewNotice[] =>
            contact === null
              ? []
              : [{ cause: { warning_id: warningId }, via, to: contact, conversation: null, language, letter }];
          await notices.add(trx, [
            ...to('mail', email),
            ...(row.by_sms && mobileNumber !== phone ? to('sms', mobileNumber) : []),
          ]);
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
