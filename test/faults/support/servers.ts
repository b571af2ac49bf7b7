// Private Redis and Postgres servers that can be killed, frozen and started again in the same place.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#src/simulator/embedded/free-port.ts';
import { type Leashed, startOnLeash } from '#src/simulator/embedded/leash.ts';
import { type EmbeddedPostgres, startPostgres } from '#src/simulator/embedded/postgres.ts';
import { onPath } from '#src/simulator/embedded/redis.ts';

export interface PrivateRedis {
  port: number;
  url: string;
  pid(): number;
  kill(): Promise<void>;
  restart(): Promise<void>;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** @param settings  command line settings, e.g. `['--maxmemory', '2mb']` */
export async function startPrivateRedis(settings: string[] = []): Promise<PrivateRedis> {
  const command = onPath('redis-server', 'valkey-server');
  if (command === null) throw new Error('redis-server is not on the PATH');
  const folder = mkdtempSync(join(tmpdir(), 'ubah-data-fault-redis-'));
  const port = await freePort();
  const pidFile = join(folder, 'redis.pid');
  const start = () =>
    startOnLeash({
      command: [
        command,
        ...['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--pidfile', pidFile],
        ...['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction', ...settings],
      ],
      ready: /ready to accept connections/i,
      pidFile,
    });
  let server: Leashed = await start();
  const signal = (name: NodeJS.Signals) => process.kill(server.pid, name);
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    pid: () => server.pid,
    async kill() {
      signal('SIGKILL');
      await server.stop();
    },
    async restart() {
      server = await start();
    },
    freeze: () => void signal('SIGSTOP'),
    thaw: () => void signal('SIGCONT'),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface PrivatePostgres {
  ownerUrl: string;
  appUrl: string;
  port: number;
  isAlive(): boolean;
  /** kill -9 of the postmaster and everything below it */
  crash(): Promise<void>;
  restart(): Promise<void>;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/**
 * As in production: what is acknowledged is on disk.
 * @param folder  whose end is the caller's business; left out: one of its own
 */
export async function startPrivatePostgres(place?: string): Promise<PrivatePostgres> {
  const folder = place ?? mkdtempSync(join(tmpdir(), 'ubah-data-fault-postgres-'));
  const port = await freePort();
  const start = () => startPostgres({ dataDir: folder, port, fsync: true });
  let server: EmbeddedPostgres = await start();
  const family = () => {
    const { stdout } = spawnSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' });
    return [server.pid, ...stdout.split('\n').filter(Boolean).map(Number)];
  };
  const signal = (name: NodeJS.Signals) => {
    for (const pid of family()) {
      try {
        process.kill(pid, name);
      } catch {
        // A backend that has just ended by itself.
      }
    }
  };
  return {
    ownerUrl: server.ownerUrl,
    appUrl: server.appUrl,
    port,
    async crash() {
      signal('SIGKILL');
      await server.stop();
    },
    isAlive() {
      try {
        return process.kill(server.pid, 0);
      } catch {
        return false;
      }
    },
    async restart() {
      server = await start();
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async stop() {
      await server.stop();
      if (place === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
