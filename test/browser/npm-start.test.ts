// `npm start` as a process: what it says, how it ends, and what is still there afterwards.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '#src/simulator/embedded/free-port.ts';
import { onPath } from '#src/simulator/embedded/redis.ts';

let folder: string;
let dataDir: string;
const started: Start[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ubah-data-start-'));
  dataDir = join(folder, 'data');
});

afterEach(async () => {
  for (const start of started.splice(0)) if (start.child.exitCode === null) await start.end('SIGKILL');
  // The servers on their leashes need a moment to see that we are gone.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
});

interface Start {
  child: ChildProcess;
  output(): string;
  /** of the page; rejects when it ends without one */
  page: Promise<string>;
  /** @returns the exit code */
  ended: Promise<number | null>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

function start(env: Record<string, string> = {}): Start {
  const entry = new URL('../../src/simulator/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [entry, dataDir], {
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'error', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const page = new Promise<string>((resolve, reject) => {
    const read = (text: Buffer) => {
      output += text;
      const [url] = /http:\/\/localhost:\d+\/simulator/.exec(output) ?? [];
      if (url !== undefined && output.includes('Ctrl-C')) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(output)));
  });
  page.catch(() => {});
  const made = {
    child,
    page,
    ended,
    output: () => output,
    end: (signal: NodeJS.Signals) => {
      child.kill(signal);
      return ended;
    },
  };
  started.push(made);
  return made;
}

async function write(page: string, text: string): Promise<void> {
  const { origin } = new URL(page);
  const body = new URLSearchParams({ text });
  const response = await fetch(`${page}/messages`, { method: 'POST', headers: { origin }, body });
  expect(response.status).toBe(200);
}

const shown = async (page: string) => (await fetch(page)).text();

const isGone = (pid: number) => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

test('it says where the phone is and what it brought, and ends within 10 s when told to', async () => {
  const first = start();
  const page = await first.page;
  expect(await shown(page)).toContain('Siti Aminah');
  expect(first.output()).toMatch(/Postgres +a private server, data in .*postgres\n/);
  expect(first.output()).toMatch(/Redis +a private server|Redis +a stand-in/);
  const postgres = Number.parseInt(readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);

  // A page that is open, as it would be.
  const open = await fetch(`${page}/events`);
  const at = Date.now();
  expect(await first.end('SIGTERM')).toBe(0);
  expect(Date.now() - at).toBeLessThan(10_000);
  await open.body?.cancel().catch(() => {});
  expect(isGone(postgres)).toBe(true);
}, 60_000);

test('what it made up stays the same after kill -9, and only its owner can read it', async () => {
  const first = start();
  await first.page;
  const settings = readFileSync(join(dataDir, 'settings.json'), 'utf8');
  expect(statSync(join(dataDir, 'settings.json')).mode & 0o777).toBe(0o600);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  await first.end('SIGKILL');

  const second = start();
  const page = await second.page;
  expect(readFileSync(join(dataDir, 'settings.json'), 'utf8')).toBe(settings);
  await write(page, 'halo');
  await expect.poll(() => shown(page)).toContain('Mohon ketik <strong>NIK</strong>');
}, 60_000);

test('two on one folder: the second one gets a sentence', async () => {
  await start().page;
  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.output()).toMatch(/^Another npm start is using .*data\. Stop it first.*\n$/);
}, 60_000);

test('two started at once on one fresh folder: one runs, the other gets a sentence', async () => {
  const both = [start(), start()];
  const results = await Promise.allSettled(both.map(({ page }) => page));
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.filter((one) => /^Another npm start/.test(one.output()))).toHaveLength(1);
}, 60_000);

test('a port that is taken gets a sentence, at once', async () => {
  const port = await freePort();
  const other = createServer().listen(port);
  await once(other, 'listening');
  const first = start({ PORT: String(port) });
  expect(await first.ended).toBe(1);
  expect(first.output()).toBe(`Port ${port} is taken by another program. Use another one: PORT=3000 npm start\n`);
  other.close();
}, 60_000);

test('a setting that cannot be used is named, and nothing keeps running', async () => {
  const first = start({ LOG_LEVEL: 'loud', PUBLIC_URL: 'bot.example.com' });
  expect(await first.ended).toBe(1);
  expect(first.output()).toMatch(/^PUBLIC_URL: is not valid: put /m);
  expect(first.output()).toMatch(/^LOG_LEVEL: is not valid: put /m);
}, 60_000);

test('without a Redis on the PATH it brings a stand-in, says so, and a conversation works', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['sh', 'sleep', 'chown', 'unshare', 'setpriv', 'ps']) {
    const file = onPath(name);
    if (file !== null) symlinkSync(file, join(bin, name));
  }
  const first = start({ PATH: bin });
  const page = await first.page;
  expect(first.output()).toMatch(/Redis +a stand-in in memory.*a restart costs the place in the conversation/);
  await write(page, 'halo');
  await expect.poll(() => shown(page), { timeout: 5_000 }).toContain('Mohon ketik <strong>NIK</strong>');
  await write(page, '9901014506850001');
  await expect.poll(() => shown(page), { timeout: 5_000 }).toContain('<strong>tanggal lahir</strong>');
}, 60_000);
