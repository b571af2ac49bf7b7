import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Whether what Postgres acknowledged survives a crash of its machine.
 * @returns one line for each setting that is wrong, for the operator
 */
export async function checkDurability(database: Database): Promise<string[]> {
  const { rows } = await database.run((db) =>
    sql<{ fsync: string; commit: string }>`
      select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`.execute(db),
  );
  const complaints: string[] = [];
  if (rows[0]?.fsync !== 'on') complaints.push('DATABASE_URL: Postgres runs with fsync off: put fsync = on');
  if (rows[0]?.commit === 'off') {
    complaints.push('DATABASE_URL: Postgres runs with synchronous_commit off: put synchronous_commit = on');
  }
  return complaints;
}
