// Brings a change to its end: the directory first, then row, audit and notices in one transaction.
import { sql } from 'kysely';
import type { ContactVerdict, Directory } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import { type ChangeRow, noticesOf, openChange } from './change-rows.ts';
import type { ChangeNeeds } from './confirm-change.ts';
import type { Database, Trx } from './database.ts';
import { maskContact } from './mask-contact.ts';

export type SettleNeeds = ChangeNeeds & {
  directory: Directory;
  /** told of a change that the directory has not taken for too long: somebody must look */
  onStuck?: (changeId: string) => void;
};

/**
 * Safe to run by several at once: the directory knows the change by its id, and only one of them finds the row unsettled.
 * @param toldBy  `turn`: whoever asked is told by the turn that runs this; `chat`: by a notice
 * @returns the row as it then is; null: there is no such change
 * @throws UnavailableError `unavailable`  the directory or Postgres; the row stays as it is, and the job tries again
 */
export async function settleChange(
  needs: SettleNeeds,
  changeId: string,
  { toldBy, signal }: { toldBy: 'turn' | 'chat'; signal?: AbortSignal | undefined },
): Promise<ChangeRow | null> {
  const { database, directory, seal } = needs;
  const due = await claim(database, changeId);
  if (due === null) return await find(database, changeId);
  await failpoint('settle.afterClaim');

  const { participantId, field, newValue: value, oldValue: expected } = openChange(seal, due);
  const verdict = await directory.changeContact({ changeId, participantId, field, value, expected }, signal);
  await failpoint('settle.afterDirectory');
  const end = await database.transaction(async (trx) => {
    const settled = await conclude(trx, needs, { due, verdict, toldBy });
    // A turn that has given up says "being processed", so the result must come from the job, by a notice.
    if (signal?.aborted) throw new UnavailableError('directory', { cause: signal.reason });
    return settled;
  });
  await failpoint('settle.afterConclude');
  return end;
}

/**
 * From here on a held change can no longer be cancelled: the directory is about to be asked, and nobody could say
 * which of the two came first.
 */
async function claim(database: Database, changeId: string): Promise<ChangeRow | null> {
  const claimed = await database.run((db) =>
    db
      .updateTable('changes')
      .set({ settling_at: sql<Date>`coalesce(settling_at, now())` })
      .where('change_id', '=', changeId)
      .where((row) =>
        row.or([
          row('state', '=', 'confirmed'),
          row.and([
            row('state', '=', 'held'),
            row('held_until', '<=', sql<Date>`now()`),
            row.or([row('needs_eyes', '=', false), row('exception_id', 'is not', null)]),
          ]),
        ]),
      )
      .returningAll()
      .executeTakeFirst(),
  );
  return claimed ?? null;
}

/** Whether the directory has been asked for so long that it is no passing trouble any more. */
export async function isStuck(
  { database, policy }: Pick<SettleNeeds, 'database' | 'policy'>,
  changeId: string,
): Promise<boolean> {
  const stuck = await database.run((db) =>
    db
      .selectFrom('changes')
      .select('change_id')
      .where('change_id', '=', changeId)
      .where('state', 'in', ['confirmed', 'held'])
      .where('settling_at', '<', sql<Date>`now() - make_interval(mins => ${policy.jobs.stuckMinutes})`)
      .executeTakeFirst(),
  );
  return stuck !== undefined;
}

export async function find(database: Database, changeId: string): Promise<ChangeRow | null> {
  const found = await database.run((db) =>
    db.selectFrom('changes').selectAll().where('change_id', '=', changeId).executeTakeFirst(),
  );
  return found ?? null;
}

async function conclude(
  trx: Trx,
  { audit, notices, seal }: SettleNeeds,
  { due, verdict, toldBy }: { due: ChangeRow; verdict: ContactVerdict; toldBy: 'turn' | 'chat' },
): Promise<ChangeRow> {
  const { change_id: changeId, ref, field } = due;
  const end =
    verdict.result === 'changed'
      ? { state: 'applied' as const, applied_at: sql<Date>`now()` }
      : { state: 'refused' as const, refused_at: sql<Date>`now()`, reason: verdict.result };
  const row = await trx
    .updateTable('changes')
    .set(end)
    .where('change_id', '=', changeId)
    .where('state', '=', due.state)
    .returningAll()
    .executeTakeFirst();
  // Somebody else has settled it meanwhile, with the same answer of the directory.
  if (row === undefined) {
    return await trx.selectFrom('changes').selectAll().where('change_id', '=', changeId).executeTakeFirstOrThrow();
  }
  await audit(trx, {
    actor: toldBy === 'turn' ? `conversation:${row.conversation}` : 'system',
    event: row.state === 'applied' ? 'change.applied' : 'change.refused',
    subject: row.participant,
    refs: { changeId, ref },
    details: { field, value: maskContact(field, openChange(seal, row).newValue), reason: row.reason },
  });
  await notices.add(trx, noticesOf(seal, row, toldBy === 'chat'));
  return row;
}
