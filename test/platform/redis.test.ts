import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { onPath, startRedis, startRedisStandIn } from '#src/simulator/embedded/redis.ts';
import { isAlive, keep } from './keep.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), `ubah-data-test-${process.pid}-`));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function started(dataDir?: string) {
  const redis = await startRedis(dataDir === undefined ? {} : { dataDir });
  if (redis === null) throw new Error('No Redis on the PATH.');
  return redis;
}
const open = (url: string) =>
  createClient({ url, socket: { reconnectStrategy: false } })
    .on('error', () => {})
    .connect();

const isInstalled = onPath('redis-server', 'valkey-server') !== null;

describe.runIf(isInstalled)('the private Redis', () => {
  test('keeps its data from one start to the next', async () => {
    const first = await started(folder);
    const before = await open(first.url);
    await before.set('place', 'here', { expiration: { type: 'EX', value: 3600 } });
    before.destroy();
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await started(folder);
    const after = await open(second.url);
    const place = await after.get('place');
    after.destroy();
    await second.stop();
    expect(place).toBe('here');
  });

  test('refuses rather than throws out a session, and writes every second', async () => {
    const redis = await started(folder);
    const client = await open(redis.url);
    const settings = await client.configGet(['maxmemory-policy', 'appendonly', 'appendfsync', 'bind']);
    client.destroy();
    await redis.stop();
    expect(settings).toEqual({
      'maxmemory-policy': 'noeviction',
      appendonly: 'yes',
      appendfsync: 'everysec',
      bind: '127.0.0.1',
    });
  });

  test('lets nobody in without the password, and keeps that from other users', async () => {
    const redis = await started(folder);
    const without = new URL(redis.url);
    without.password = '';
    await expect(open(without.href)).rejects.toThrow('NOAUTH');
    await redis.stop();
    expect(statSync(join(folder, 'redis.conf')).mode & 0o077).toBe(0);
  });

  test('goes away when its parent is killed, and starts again at once', async () => {
    const { parent, pid } = await keep('redis', folder);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    const next = await started(folder);
    expect(isAlive(pid)).toBe(false);
    await next.stop();
  });

  test('stops even when it is frozen', async () => {
    const redis = await started();
    process.kill(redis.pid, 'SIGSTOP');
    await redis.stop();
    expect(isAlive(redis.pid)).toBe(false);
  });
});

test('where no Redis is on the PATH there is none', async () => {
  vi.stubEnv('PATH', folder);
  expect(await startRedis({ dataDir: folder })).toBeNull();
});

describe('the stand-in', () => {
  const compareAndSet = `
    if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    return 1`;

  test('runs a compare-and-set script with an expiry', async () => {
    const redis = await startRedisStandIn();
    const client = await open(redis.url);
    const run = (expected: string, next: string) =>
      client.eval(compareAndSet, { keys: ['key'], arguments: [expected, next, '60000'] });
    const outcomes = [await run('', 'one'), await run('', 'two'), await run('one', 'two')];
    const value = await client.get('key');
    const leftMs = await client.pTTL('key');
    client.destroy();
    await redis.stop();
    expect({ outcomes, value }).toEqual({ outcomes: [1, 0, 1], value: 'two' });
    expect(leftMs).toBeGreaterThan(50_000);
  });

  test('answers commands of one tick without waiting for the network to collect them', async () => {
    const redis = await startRedisStandIn();
    const client = await open(redis.url);
    const startedAt = performance.now();
    for (let round = 0; round < 20; round++) await Promise.all([client.get('a'), client.get('b')]);
    const tookMs = performance.now() - startedAt;
    client.destroy();
    await redis.stop();
    expect(tookMs).toBeLessThan(20 * 40);
  });
});
