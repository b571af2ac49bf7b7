import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('keeper.ts', import.meta.url));

/** A process of its own that keeps an embedded server. */
export async function keep(
  kind: 'postgres' | 'redis',
  dataDir: string,
  options: SpawnOptions = {},
): Promise<{ parent: ChildProcess; ownerUrl: string; pid: number }> {
  const parent = spawn(process.execPath, [script, kind, dataDir], { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await new Promise<string>((resolve, reject) => {
    parent.stdout?.once('data', (text: Buffer) => resolve(text.toString()));
    parent.once('exit', (code) => reject(new Error(`The keeper ended with ${code}.`)));
  });
  return { parent, ...JSON.parse(said) };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
