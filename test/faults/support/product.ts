// The product as operators run it: a process of its own, which can be killed, frozen and asked to stop.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const thisRelease = resolve(import.meta.dirname, '../../..');
// A busy machine is no fault of the product.
const startWithinMs = 120_000;

export interface Product {
  port: number;
  /** null while it runs */
  ended(): { code: number | null; signal: NodeJS.Signals | null } | null;
  /** resolves when it is gone, however that came */
  gone: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** what it printed last */
  output(): string;
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
}

/**
 * @param release  the folder of its code
 * @returns once it listens
 * @throws Error with its last output
 */
export async function startProduct(env: Record<string, string>, release = thisRelease): Promise<Product> {
  const child = spawn(join(thisRelease, 'node_modules/.bin/node'), ['src/main.ts'], {
    cwd: release,
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: join(tmpdir(), 'ubah-data-fault-cache'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let end: { code: number | null; signal: NodeJS.Signals | null } | null = null;
  const gone = once(child, 'exit').then(([code, signal]) => {
    end = { code, signal };
    return end;
  });
  const started = new Promise<true>((isUp) => {
    const read = (text: Buffer) => {
      output = `${output}${text}`.slice(-20_000);
      if (output.includes('service.started')) isUp(true);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
  });
  const late = AbortSignal.timeout(startWithinMs);
  const isLate = new Promise<null>((resolve) => {
    late.onabort = () => resolve(null);
  });
  const first = await Promise.race([started, gone, isLate]);
  // One that was to kill itself may meet its failpoint in a job before it listens.
  const struck = env.FAILPOINT !== undefined && first !== null && first !== true && first.signal === 'SIGKILL';
  if (first !== true && !struck) {
    child.kill('SIGKILL');
    throw new Error(`the product did not start:\n${output}`);
  }
  return {
    port: Number(env.PORT),
    gone,
    ended: () => end,
    output: () => output,
    signal: (name) => void child.kill(name),
  };
}
