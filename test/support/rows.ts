// What is in a database, as its owner sees it.
import pg from 'pg';

export async function rowsOf<T extends pg.QueryResultRow>(ownerUrl: string, text: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}
