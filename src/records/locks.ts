import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Trx } from './database.ts';

/**
 * Until the transaction ends, nobody else who names one of these keys gets past here: what makes "count, then insert"
 * exact when many do it at once. Always in the same order, so that two never wait for each other.
 */
export async function lockAll(trx: Trx, keys: readonly string[]): Promise<void> {
  const numbers = [...new Set(keys.map(numberOf))].sort((a, b) => (a < b ? -1 : 1)).map(String);
  await sql`select pg_advisory_xact_lock(key) from unnest(${numbers}::bigint[]) as key`.execute(trx);
}

function numberOf(key: string): bigint {
  return createHash('sha256').update(`ubah-data/lock/${key}`).digest().readBigInt64BE();
}
