// Forgets what the product remembers, for "start over" and for time that passes. The product itself cannot: its role may
// not delete, and nothing in it wants to.
import pg from 'pg';
import { createClient, createCluster } from 'redis';

/** What the running service holds in memory, or cannot bring back. */
const kept = ['kysely_migration', 'kysely_migration_lock', 'lookup_key'];

/** Empties every table of the product and drops its waiting jobs; the schema stays. */
export async function eraseRecords(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, lock_timeout: 5_000, statement_timeout: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname = 'public' and tablename <> all($1)`,
      [kept],
    );
    const tables = rows.map((row) => row.name);
    // Upkeep comes back by itself only as long as its next run waits.
    await client.query("delete from pgboss.job where policy <> 'short'");
    if (tables.length > 0) await client.query(`truncate ${tables.join(', ')} cascade`);
  } finally {
    await client.end();
  }
}

const ofSessions = 'session:*';

/** Removes the place in every conversation. */
export async function forgetSessions(redisUrl: string): Promise<void> {
  if (redisUrl.startsWith('redis-cluster://')) {
    const nodes = redisUrl.slice('redis-cluster://'.length).split(',');
    const cluster = createCluster({ rootNodes: nodes.map((node) => ({ url: `redis://${node}` })) });
    cluster.on('error', () => {});
    await cluster.connect();
    try {
      for (const master of cluster.masters) {
        const client = await cluster.nodeClient(master);
        for await (const keys of client.scanIterator({ MATCH: ofSessions, COUNT: 1_000 })) {
          await Promise.all(keys.map((key) => cluster.del(key)));
        }
      }
    } finally {
      cluster.destroy();
    }
    return;
  }
  const client = createClient({ url: redisUrl });
  client.on('error', () => {});
  await client.connect();
  try {
    for await (const keys of client.scanIterator({ MATCH: ofSessions, COUNT: 1_000 })) {
      await Promise.all(keys.map((key) => client.del(key)));
    }
  } finally {
    client.destroy();
  }
}

/** Whether a server is on this machine: one elsewhere may hold what others need, and is never emptied from a page. */
export function isLocal(url: string): boolean {
  const hosts = url.replace(/^[a-z-]+:\/\/(?:[^@/]*@)?/i, '').split('/')[0] ?? '';
  return hosts.split(',').every((host) => /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host));
}
