// A copy of the tree and a process that runs tests in it: what is broken there is never broken here.
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Answer, Run } from './runner.ts';

export const root = resolve(import.meta.dirname, '../..');

export interface Bench {
  /**
   * @param limitMs  a change may make a loop without an end: after that it is noticed
   * @returns how many tests passed; 0 where any failed, or was in trouble thrice
   */
  run(change: { file: string; text: string }, tests: readonly string[], limitMs: number): Promise<number>;
  /** A process of its own for the next file: nothing that was changed before is remembered. */
  begin(): void;
  remove(): void;
}

const copied = /^(src|machines|test|data|docs|package\.json|vitest|tsconfig)/;

export function createBench(): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'ubah-data-mutants-'));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const file of listed.split('\n').filter((name) => copied.test(name) && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));

  let runner: ChildProcess | null = null;
  async function start(): Promise<ChildProcess> {
    const child = fork(join(import.meta.dirname, 'runner.ts'), {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return child;
  }
  /** Its workers and servers are of its group. */
  function end(): void {
    if (runner?.pid !== undefined) process.kill(-runner.pid, 'SIGKILL');
    runner = null;
  }

  async function ask(run: Run, limitMs: number): Promise<Answer> {
    runner ??= await start();
    const over = new AbortController();
    const late = setTimeout(() => over.abort(), limitMs);
    try {
      runner.send(run);
      const [answer] = await once(runner, 'message', { signal: over.signal });
      return answer;
    } catch {
      end();
      return 'failed';
    } finally {
      clearTimeout(late);
    }
  }

  return {
    async run({ file, text }, tests, limitMs) {
      const path = join(folder, file);
      const original = readFileSync(path);
      writeFileSync(path, text);
      try {
        for (let round = 1; round <= 3; round += 1) {
          const answer = await ask({ changed: path, tests: [...tests] }, limitMs);
          if (answer !== 'trouble') return answer === 'failed' ? 0 : answer.passed;
        }
        return 0;
      } finally {
        writeFileSync(path, original);
      }
    },
    begin: end,
    remove() {
      end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
