// Brings every sealed column to the key that writes now, while the service runs, so that an older key can be removed.
import { sql } from 'kysely';
import { SealError } from '#src/errors.ts';
import type { Cipher } from '#src/seal.ts';
import type { Database } from './database.ts';

export interface Resealed {
  /** values that were under an older key and are under the first one now */
  resealed: number;
  /** `table.column` -> how many values no key of ours opens; they were left as they are */
  unreadable: Record<string, number>;
}

interface SealedColumn {
  table: string;
  column: string;
  /** the one column of its primary key, which its place ends with */
  key: string;
}

const batch = 500;

/**
 * @param database  of the owner, because some tables are written once by the application
 * @throws UnavailableError `unavailable`  what was done stays done; run it again
 */
export async function reseal(database: Database, cipher: Cipher): Promise<Resealed> {
  const result: Resealed = { resealed: 0, unreadable: {} };
  for (const column of await sealedColumns(database)) {
    const { resealed, unreadable } = await resealColumn(database, cipher, column);
    result.resealed += resealed;
    if (unreadable > 0) result.unreadable[`${column.table}.${column.column}`] = unreadable;
  }
  return result;
}

/** By their names, so that no table is forgotten: every column that ends in `_sealed` holds what `Cipher.close` made. */
async function sealedColumns(database: Database): Promise<SealedColumn[]> {
  const { rows } = await database.run((db) =>
    sql<SealedColumn>`
      select c.table_name as table, c.column_name as column, k.column_name as key
      from information_schema.columns c
      join information_schema.table_constraints p
        on p.table_schema = c.table_schema and p.table_name = c.table_name and p.constraint_type = 'PRIMARY KEY'
      join information_schema.key_column_usage k
        on k.constraint_schema = p.constraint_schema and k.constraint_name = p.constraint_name
      where c.table_schema = 'public' and c.column_name like '%\\_sealed'
      order by 1, 2`.execute(db),
  );
  return rows;
}

async function resealColumn(
  database: Database,
  cipher: Cipher,
  { table, column, key }: SealedColumn,
): Promise<{ resealed: number; unreadable: number }> {
  const [at, sealed, id] = [sql.table(table), sql.ref(column), sql.ref(key)];
  let resealed = 0;
  let unreadable = 0;
  let last = '';
  for (;;) {
    const { rows } = await database.run((db) =>
      sql<{ id: string; value: string }>`
        select ${id}::text as id, ${sealed} as value from ${at}
        where ${id}::text > ${last} and ${sealed} <> '' and not starts_with(${sealed}, ${`${cipher.keyId}.`})
        order by ${id}::text limit ${batch}`.execute(db),
    );
    for (const row of rows) {
      const place = `${table}.${column}:${row.id}`;
      const value = anew(cipher, row.value, place);
      if (value === null) unreadable += 1;
      else resealed += await replace(row, value);
    }
    if (rows.length < batch) return { resealed, unreadable };
    last = rows.at(-1)?.id ?? last;
  }

  /** Whoever wrote the row meanwhile used the first key, or erased it: theirs stays. */
  async function replace(row: { id: string; value: string }, value: string): Promise<number> {
    const { numAffectedRows } = await database.run((db) =>
      sql`update ${at} set ${sealed} = ${value} where ${id}::text = ${row.id} and ${sealed} = ${row.value}`.execute(db),
    );
    return Number(numAffectedRows ?? 0n);
  }
}

function anew(cipher: Cipher, value: string, place: string): string | null {
  try {
    return cipher.close(cipher.open(value, place), place);
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}
