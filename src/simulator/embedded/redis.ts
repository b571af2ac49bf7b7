// Redis for `npm start` and for tests: a private server where one is on the PATH, else a stand-in in this process.
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { freePort } from './free-port.ts';
import { type Leashed, startOnLeash } from './leash.ts';

export interface EmbeddedRedis {
  url: string;
  stop(): Promise<void>;
}

/** The first of these commands that is on the PATH. */
export function onPath(...names: string[]): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const files = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return (
    files.find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    }) ?? null
  );
}

/**
 * Starts a private redis-server or valkey-server on 127.0.0.1, which stops with this process, however that ends.
 * @param dataDir  keeps its data between starts, at most the last second lost; left out: nothing is kept
 * @returns null where neither is on the PATH
 */
export async function startRedis(
  options: { dataDir?: string } = {},
): Promise<(EmbeddedRedis & { pid: number }) | null> {
  const command = onPath('redis-server', 'valkey-server');
  if (command === null) return null;
  const folder =
    options.dataDir === undefined ? mkdtempSync(join(tmpdir(), 'ubah-data-redis-')) : resolve(options.dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const forget = () => {
    if (options.dataDir === undefined) rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { url, server } = await listen(command, folder, options.dataDir !== undefined);
    const stop = () => server.stop().then(forget);
    return { url, pid: server.pid, stop };
  } catch (error) {
    forget();
    throw error;
  }
}

async function listen(command: string, folder: string, isKept: boolean): Promise<{ url: string; server: Leashed }> {
  const password = randomBytes(24).toString('base64url');
  const configFile = join(folder, 'redis.conf');
  const pidFile = join(folder, 'redis.pid');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const settings = [
      'bind 127.0.0.1',
      `port ${port}`,
      `requirepass ${password}`,
      `dir ${JSON.stringify(folder)}`,
      `pidfile ${JSON.stringify(pidFile)}`,
      // Its own restarts and rewrites happen in the appendonly folder alone.
      'save ""',
      `appendonly ${isKept ? 'yes' : 'no'}`,
      'appendfsync everysec',
      // A full Redis refuses, it never throws out a session in silence.
      'maxmemory-policy noeviction',
      'daemonize no',
    ];
    writeFileSync(configFile, `${settings.join('\n')}\n`, { mode: 0o600 });
    try {
      const server = await startOnLeash({
        command: [command, configFile],
        ready: /ready to accept connections/i,
        pidFile,
      });
      return { url: `redis://:${password}@127.0.0.1:${port}`, server };
    } catch (cause) {
      const isTaken = cause instanceof Error && cause.message.includes('Address already in use');
      if (!isTaken || attempt === 3) throw cause;
    }
  }
}

/** In this process and in memory only: for a demonstration without Redis, never for tests or production. */
export async function startRedisStandIn(): Promise<EmbeddedRedis> {
  const { createRedisServer } = await import('js-redis-server');
  const standIn = await createRedisServer({ logger: { error: () => {} } });
  // Without it two pipelined commands take 44 ms.
  standIn.server.server.on('connection', (socket) => socket.setNoDelay(true));
  return { url: `redis://${standIn.host}:${standIn.port}`, stop: () => standIn.close() };
}
