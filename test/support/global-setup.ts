// One Redis and one Postgres for the whole run; both end with it, even when it is killed.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '#src/simulator/embedded/postgres.ts';
import { startRedis } from '#src/simulator/embedded/redis.ts';
import { createTemplate, type PostgresAddress } from './database.ts';
import { installWithApt } from './install.ts';

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string;
    postgres: PostgresAddress;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = runFolder();
  const endings: (() => Promise<void>)[] = [];
  const teardown = async () => {
    for (const end of endings.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const redis = await findRedis(join(folder, 'redis'));
    endings.push(redis.stop);
    project.provide('redisUrl', redis.url);

    const postgres = await findPostgres(join(folder, 'postgres'));
    endings.push(postgres.stop);
    const template = await createTemplate(postgres);
    endings.push(template.drop);
    project.provide('postgres', template.address);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

const prefix = 'ubah-data-test-';

/** A killed run stops its servers but leaves its folders: the next run removes them. */
function runFolder(): string {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    try {
      if (isOver(Number.parseInt(name.slice(prefix.length), 10))) rmSync(join(tmpdir(), name), { recursive: true });
    } catch {
      // Another user's, or another run was quicker.
    }
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

function isOver(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

async function findRedis(dataDir: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const url = process.env.REDIS_URL;
  if (url) return { url, stop: async () => {} };
  const installed = await startRedis({ dataDir });
  if (installed !== null) return installed;
  installWithApt(
    'redis-server',
    'The tests need a real Redis: put redis-server or valkey-server on the PATH (Debian: apt-get install redis-server; macOS: brew install redis), or set REDIS_URL.',
  );
  const redis = await startRedis({ dataDir });
  if (redis === null) throw new Error('redis-server was installed, but is not on the PATH.');
  return redis;
}

async function findPostgres(dataDir: string): Promise<Omit<PostgresAddress, 'template'> & { stop(): Promise<void> }> {
  const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl } = process.env;
  if (!appUrl) return startPostgres({ dataDir, fsync: false });
  if (!ownerUrl) {
    throw new Error(
      'The tests need two roles of your Postgres: set DATABASE_OWNER_URL, a role that may create databases, beside DATABASE_URL, or unset both for an embedded one.',
    );
  }
  return { adminUrl: ownerUrl, ownerUrl, appUrl, stop: async () => {} };
}
