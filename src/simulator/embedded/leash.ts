// A server of our own that never outlives us: a pipe is its leash, and the end of the pipe stops it.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Leashed {
  /** the server itself, for tests that kill or freeze it */
  pid: number;
  /** Asks it to stop, kills it after 3 s; resolves when it is gone. May be called twice. */
  stop(): Promise<void>;
}

// The pipe ends when we stop the server and when we die, even of SIGKILL. A frozen server takes no INT, hence the KILL.
const leash = `
exec 3<&0
"$@" 3<&- </dev/null >&2 &
server=$!
echo $server
{ read -r _ <&3; kill -INT $server; n=0; while [ $n -lt 30 ]; do sleep 0.1; n=$((n+1)); done; kill -KILL $server; } >/dev/null 2>&1 &
reader=$!
exec 3<&-
wait $server
status=$?
kill -KILL $reader 2>/dev/null
exit $status`;

const startWithinMs = 30_000;
const leaveWithinMs = 4_000;

/**
 * Starts a server on a leash and waits until it says that it is ready.
 * @param prefix  what runs it as somebody else, if anything
 * @param ready  in its output
 * @param pidFile  where the server keeps its process id: an earlier one that is still leaving is waited for
 * @throws Error with the last lines of its output
 */
export async function startOnLeash(server: {
  prefix?: readonly string[];
  command: readonly [string, ...string[]];
  ready: RegExp;
  pidFile: string;
}): Promise<Leashed> {
  await earlierOneLeft(server.pidFile, basename(server.command[0]));

  const [file = 'sh', ...rest] = [...(server.prefix ?? []), 'sh', '-c', leash, 'sh', ...server.command];
  // Its own session: a Ctrl-C in the terminal is for us, who then stop it in our own order.
  const child = spawn(file, rest, { stdio: 'pipe', detached: true, env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } });
  let output = '';
  let pid = 0;
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve();
    });
    child.once('exit', () => resolve());
  });
  const saidAll = new Promise((resolve) => child.once('close', resolve));
  const isReady = new Promise<true>((resolve) => {
    const look = () => {
      if (pid > 0 && server.ready.test(output)) resolve(true);
    };
    child.stdout.once('data', (line: Buffer) => {
      pid = Number(line);
      look();
    });
    child.stderr.on('data', (text: Buffer) => {
      output = `${output}${text}`.slice(-4_000);
      look();
    });
  });
  // Where the server is gone already, the pipe is too.
  child.stdin.on('error', () => {});
  const stop = () => {
    child.ref();
    child.stdin.end();
    return gone;
  };

  const started = await Promise.race([isReady, gone, delay(startWithinMs, undefined, { ref: false })]);
  if (!started) {
    await stop();
    await Promise.race([saidAll, delay(500, undefined, { ref: false })]);
    throw new Error(`${basename(server.command[0])} did not start:\n${output.trim()}`);
  }
  child.stderr.removeAllListeners('data').resume();
  // It must not keep alive a process that has nothing else to do.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
  return { pid, stop };
}

async function earlierOneLeft(pidFile: string, name: string): Promise<void> {
  const pid = readPid(pidFile);
  if (pid === null) return;
  const patienceEndsAt = Date.now() + leaveWithinMs;
  while (isRunning(pid, name)) {
    if (Date.now() > patienceEndsAt) {
      throw new Error(`${name} of another run (process ${pid}) uses the same folder: stop that run first.`);
    }
    await delay(20);
  }
  // After a restart of the machine the number may belong to anybody, and the server would refuse to start.
  if (readPid(pidFile) === pid) rmSync(pidFile, { force: true });
}

function readPid(file: string): number | null {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || null;
  } catch {
    return null;
  }
}

function isRunning(pid: number, name: string): boolean {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.includes(name) ?? false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name);
  } catch {
    return false;
  }
}
