import { type RawBuilder, sql } from 'kysely';
import type { Trx } from './database.ts';

export const hour = 3600;
export const day = 24 * hour;

export interface Window {
  table:
    | 'case_word_tries'
    | 'code_sendings'
    | 'code_attempts'
    | 'identify_attempts'
    | 'pin_attempts'
    | 'cancel_attempts'
    | 'cases'
    | 'warnings';
  where: RawBuilder<boolean>;
  /** so many rows fit into the window */
  limit: number;
  seconds: number;
}

/**
 * Limits are counted from the rows they are about, so no restart and no lost cache refills them.
 * @returns when there is room again, by the database clock; null: there is room now
 */
export async function fullUntil(trx: Trx, { table, where, limit, seconds }: Window): Promise<Date | null> {
  const { rows } = await sql<{ until: Date }>`
    select created_at + make_interval(secs => ${seconds}) as until
    from ${sql.table(table)}
    where (${where}) and created_at > now() - make_interval(secs => ${seconds})
    order by created_at desc offset ${limit - 1} limit 1`.execute(trx);
  return rows[0]?.until ?? null;
}

/** The latest of the moments, null: none. */
export function latest(moments: readonly (Date | null)[]): Date | null {
  return moments.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
