// Half of the hold has passed: whoever missed the first letter still has time to cancel (security.md A2).
import { sql } from 'kysely';
import { withCancelCodes } from './cancel-codes.ts';
import { type ChangeRow, noticesOf } from './change-rows.ts';
import type { ChangeNeeds } from './confirm-change.ts';
import type { Trx } from './database.ts';

/** @returns between the beginning of the hold and its end; null: it is not held */
export function halfOfHold({ state, created_at: from, held_until: until }: ChangeRow): Date | null {
  return state === 'held' && until !== null ? new Date((from.getTime() + until.getTime()) / 2) : null;
}

/** Tells every old contact point again, once; nothing where the hold has ended meanwhile. */
export async function remindOfHold(trx: Trx, { seal, notices }: ChangeNeeds, changeId: string): Promise<void> {
  // Whoever cancels or settles it at the same moment goes before this or after.
  const held = await trx
    .selectFrom('changes')
    .selectAll()
    .where('change_id', '=', changeId)
    .where('state', '=', 'held')
    .where('settling_at', 'is', null)
    .where('held_until', '>', sql<Date>`now()`)
    .forUpdate()
    .executeTakeFirst();
  if (held === undefined) return;
  const before = await trx
    .selectFrom('notices')
    .select('notice_id')
    .where('change_id', '=', changeId)
    .where('letter', '=', 'holdReminder')
    .executeTakeFirst();
  if (before !== undefined) return;
  const reminders = noticesOf(seal, held, false).flatMap((notice) => {
    const { letter } = notice;
    return letter.letter === 'changeHeld' && letter.to === 'old'
      ? [{ ...notice, letter: { ...letter, letter: 'holdReminder' as const, to: letter.to } }]
      : [];
  });
  await notices.add(trx, await withCancelCodes(trx, seal, changeId, reminders));
}
