import pg from 'pg';
import { createClient } from 'redis';
import { expect, test } from 'vitest';
import { createDatabase } from '../support/database.ts';
import { redisUrl } from '../support/redis.ts';

test('each file of tests has a database of its own, as owner and as application', async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()]);
  const owner = new pg.Client({ connectionString: one.ownerUrl });
  const stranger = new pg.Client({ connectionString: other.appUrl });
  await Promise.all([owner.connect(), stranger.connect()]);
  await owner.query('create table only_here (id text)');
  const user = await stranger.query('select current_user');
  const seen = await stranger.query("select to_regclass('only_here') as table");
  await Promise.all([owner.end(), stranger.end()]);
  await Promise.all([one.drop(), other.drop()]);

  expect(user.rows).toEqual([{ current_user: 'ubah_data_app' }]);
  expect(seen.rows).toEqual([{ table: null }]);
});

test('the Redis of the run is a real one', async () => {
  const client = await createClient({ url: redisUrl() }).connect();
  expect(await client.info('server')).toMatch(/process_id:\d+/);
  client.destroy();
});
