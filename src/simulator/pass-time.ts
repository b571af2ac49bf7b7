// Lets time pass without waiting: whatever has a moment in the database is moved into the past.
import pg from 'pg';

/** Written once and covered by a MAC, so its moments stay; the migrator's own tables know nothing of time. */
const untouched = ['audit', 'audit_chain', 'kysely_migration', 'kysely_migration_lock'];

/**
 * Moves every moment of our tables, and of the jobs that do not run just now, into the past.
 * @param ownerUrl  the owner's, because the application may not alter everything
 */
export async function passTime(ownerUrl: string, ms: number): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    for (const { table, columns, filter } of await momentsOf(client)) {
      const moved = columns.map((column) => `${column} = ${column} - $1 * interval '1 millisecond'`).join(', ');
      await client.query(`update ${table} set ${moved} ${filter}`, [ms]);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function momentsOf(client: pg.Client): Promise<{ table: string; columns: string[]; filter: string }[]> {
  const { rows } = await client.query<{ table: string; columns: string[]; is_job: boolean }>(
    `select format('%I.%I', c.table_schema, c.table_name) as table,
       array_agg(format('%I', c.column_name)::text) as columns,
       c.table_schema = 'pgboss' as is_job
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where c.data_type = 'timestamp with time zone' and t.table_type = 'BASE TABLE'
       and ((c.table_schema = 'public' and not (c.table_name = any($1)))
         or (c.table_schema = 'pgboss' and c.table_name = 'job'))
     group by c.table_schema, c.table_name`,
    [untouched],
  );
  return rows.map(({ table, columns, is_job }) => ({
    table,
    columns,
    // A running one would look as if its worker had died.
    filter: is_job ? "where state <> 'active'" : '',
  }));
}
