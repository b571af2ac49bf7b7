// The servers around a benchmark: the product as production starts it and its floor, a process each; the rest in the
// process of the load.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createClient } from 'redis';
import { hide } from '#src/seal.ts';
import { startDirectoryServer } from '#src/simulator/directory-server.ts';
import { freePort } from '#src/simulator/embedded/free-port.ts';
import { startMailReceiver } from '#src/simulator/embedded/mail.ts';
import { startPostgres } from '#src/simulator/embedded/postgres.ts';
import { startRedis } from '#src/simulator/embedded/redis.ts';
import { startTwilioEmulator } from '#src/simulator/twilio-emulator.ts';
import { installWithApt } from '../test/support/install.ts';
import { account, createEndlessDirectory, publicUrl } from './people.ts';

export interface BenchWorld {
  /** where the product listens */
  port: number;
  /** The code in the mail to that address, when it has come. */
  codeMailedTo(address: string): Promise<string>;
  /** bytes of the largest place in a conversation */
  recordBytes(): Promise<number>;
  /** As the owner of the database. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Resolves when no job is waiting that could run now. */
  settled(): Promise<void>;
  /** @returns its port */
  startFloor(sizes: { recordBytes: number; reply: string }): Promise<number>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

/** @param settings  beside the benchmark's own */
export async function startBenchWorld(settings: Record<string, string> = {}): Promise<BenchWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'ubah-data-bench-'));
  const endings: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(folder, endings, settings)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  folder: string,
  endings: (() => unknown)[],
  settings: Record<string, string>,
): Promise<Omit<BenchWorld, 'stop'>> {
  const redis = await bringRedis();
  endings.push(redis.stop);
  const postgres = await startPostgres({ dataDir: folder, fsync: true });
  endings.push(postgres.stop);
  const mail = await startMailReceiver();
  endings.push(mail.close);
  const directoryToken = randomBytes(24).toString('hex');
  const directory = await startDirectoryServer({ directory: createEndlessDirectory(), token: hide(directoryToken) });
  endings.push(directory.stop);
  const twilio = await startTwilioEmulator({ ...account, senders: [account.smsFrom, account.whatsappFrom] });
  endings.push(twilio.close);

  const port = await freePort();
  twilio.route(publicUrl, `http://127.0.0.1:${port}`);
  const product = startNode('src/main.ts', {
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.appUrl,
    DATABASE_OWNER_URL: postgres.ownerUrl,
    TWILIO_ACCOUNT_SID: account.accountSid,
    TWILIO_AUTH_TOKEN: account.authToken,
    TWILIO_SMS_FROM: account.smsFrom,
    TWILIO_WHATSAPP_FROM: account.whatsappFrom,
    TWILIO_API_URL: twilio.url,
    SMTP_URL: mail.url,
    MAIL_FROM: 'BPJS Kesehatan <no-reply@example.com>',
    DIRECTORY_URL: directory.url,
    DIRECTORY_TOKEN: directoryToken,
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    // What is slow here is to be measured, not given up.
    POLICY_BUDGET_REDIS_MS: '2000',
    POLICY_BUDGET_POSTGRES_MS: '5000',
    POLICY_BUDGET_TURN_MS: '10000',
    ...settings,
  });
  endings.push(() => endOf(product));
  await answers(product, `http://127.0.0.1:${port}/health/ready`);

  const client = createClient({ url: redis.url });
  await client.connect();
  endings.push(() => client.close());
  const database = new pg.Client({ connectionString: postgres.ownerUrl });
  await database.connect();
  endings.push(() => database.end());

  return {
    port,
    codeMailedTo: createCodes(mail.onMail),
    async recordBytes() {
      let largest = 0;
      for await (const keys of client.scanIterator({ MATCH: 'session:*' })) {
        for (const key of keys) largest = Math.max(largest, await client.strLen(key));
      }
      return largest;
    },
    query: async (text, values = []) => (await database.query(text, values)).rows,
    async settled() {
      for (;;) {
        const due = await database.query(
          "select 1 from pgboss.job where state < 'completed' and start_after <= now() limit 1",
        );
        if (due.rowCount === 0) return;
        await delay(50);
      }
    },
    async startFloor({ recordBytes, reply }) {
      const floorPort = await freePort();
      const floor = startNode('bench/floor.ts', {
        PORT: String(floorPort),
        REDIS_URL: redis.url,
        PUBLIC_URL: publicUrl,
        TWILIO_AUTH_TOKEN: account.authToken,
        RECORD_BYTES: String(recordBytes),
        REPLY: reply,
      });
      endings.push(() => endOf(floor));
      await answers(floor, `http://127.0.0.1:${floorPort}`);
      return floorPort;
    },
  };
}

async function bringRedis() {
  const installed = await startRedis();
  if (installed !== null) return installed;
  const otherwise = 'The benchmark needs a real Redis: put redis-server or valkey-server on the PATH.';
  installWithApt('redis-server', otherwise);
  const redis = await startRedis();
  if (redis === null) throw new Error(otherwise);
  return redis;
}

/** What it says is lost, as at a log collector that keeps up; what it complains of is shown. */
const startNode = (file: string, env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [join(root, file)], { env, stdio: ['ignore', 'ignore', 'inherit'] });

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  while (child.exitCode === null) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 503,
    );
    if (status !== 503) return;
    await delay(50);
  }
  throw new Error('a server of the benchmark did not start');
}

/** Whoever asks first waits for the mail, and the mail that comes first waits for whoever asks. */
function createCodes(onMail: (listener: (mail: { to: string; text: string }) => void) => unknown) {
  const codes = new Map<string, PromiseWithResolvers<string>>();
  const codeFor = (address: string) => {
    const known = codes.get(address) ?? Promise.withResolvers<string>();
    codes.set(address, known);
    return known;
  };
  onMail(({ to, text }) => {
    const code = /\b\d{6}\b/.exec(text)?.[0];
    if (code !== undefined) codeFor(to).resolve(code);
  });
  return (address: string) => codeFor(address).promise;
}
