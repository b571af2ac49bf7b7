// Ports for servers of our own: several processes draw them at the same time.
import { randomInt } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * A free port, drawn from below those that the system gives to connections on their way out and to whoever asks for any:
 * it would give them this one before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 30_000);
    if (reserve(port) && (await isFree(port))) return port;
  }
}

const reservations = join(tmpdir(), `ubah-data-ports-${userInfo().uid}`);
/** By then whoever was given a port listens there. */
const reservedMs = 60_000;

/** @returns whether it is ours: what was given to another process is not given again before that one can listen there */
function reserve(port: number): boolean {
  const file = join(reservations, String(port));
  mkdirSync(reservations, { recursive: true });
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > reservedMs) rmSync(file, { force: true });
    return false;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
