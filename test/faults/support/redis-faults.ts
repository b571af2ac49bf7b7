// What is done to a private Redis, and to those who wait for it.
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'redis';
import type { Random } from './random.ts';
import { type PrivateRedis, startPrivateRedis } from './servers.ts';

export async function commandRedis(url: string, ...command: string[]): Promise<unknown> {
  const client = createClient({ url, socket: { connectTimeout: 2_000, reconnectStrategy: false } });
  client.on('error', () => {});
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

export const redisFaults = {
  /** everything is gone */
  async flush(redis: PrivateRedis) {
    await commandRedis(redis.url, 'FLUSHALL');
  },
  /** and comes back empty */
  async kill(redis: PrivateRedis, random: Random) {
    await redis.kill();
    await pause(random.below(700));
    await redis.restart();
  },
  /** takes commands and says nothing */
  async freeze(redis: PrivateRedis, random: Random) {
    redis.freeze();
    await pause(200 + random.below(1_300));
    redis.thaw();
  },
  /** reads, and refuses every write */
  async full(redis: PrivateRedis, random: Random) {
    await commandRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '1');
    await pause(200 + random.below(800));
    await commandRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '0');
  },
  /** forgets its scripts */
  async forgetScripts(redis: PrivateRedis) {
    await commandRedis(redis.url, 'SCRIPT', 'FLUSH');
  },
  /** cuts everybody off */
  async cutClients(redis: PrivateRedis) {
    await commandRedis(redis.url, 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  },
} satisfies Record<string, (redis: PrivateRedis, random: Random) => Promise<void>>;

/** A replica that stops listening to its master, so that it is behind when it takes over. */
export async function startReplicaOf(master: PrivateRedis): Promise<PrivateRedis & { promote(): Promise<void> }> {
  const replica = await startPrivateRedis(['--replicaof', '127.0.0.1', String(master.port)]);
  for (;;) {
    const info = String(await commandRedis(replica.url, 'INFO', 'replication'));
    if (info.includes('master_link_status:up')) break;
    await pause(50);
  }
  return {
    ...replica,
    async promote() {
      await commandRedis(replica.url, 'REPLICAOF', 'NO', 'ONE');
    },
  };
}
