// Whoever knows a PIN could ask, value by value, what others have registered (security.md B6).
import { sql } from 'kysely';
import type { Policy } from '#src/policy.ts';
import type { Trx } from './database.ts';
import { day } from './windows.ts';

/**
 * A change whose end is not known yet may be refused in any moment, so it takes up a place like a refused one.
 * @returns when another new value is possible, at the earliest; null: now
 */
export async function newValueFrom(trx: Trx, { change }: Policy, participant: string): Promise<Date | null> {
  const { rows } = await sql<{ until: Date }>`
    select coalesce(refused_at, held_until, now()) + make_interval(secs => ${day}) as until from changes
    where participant = ${participant} and (state in ('confirmed', 'held') or (
      state = 'refused' and reason = 'valueInUse' and refused_at > now() - make_interval(secs => ${day})))
    order by until desc offset ${change.valueInUsePerDay - 1} limit 1`.execute(trx);
  return rows[0]?.until ?? null;
}
