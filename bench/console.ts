// `npm run bench:console`: the console with a full room. One process, a stream of signals for each agent, every case of a
// long queue opened by a real message, and agents who claim at once, several of them the same case.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openConnection } from './connection.ts';
import { phoneOf, publicUrl, requestOf } from './people.ts';
import { type BenchWorld, startBenchWorld } from './world.ts';

const [agentCount = 200, caseCount = 2_000, claimsEach = 4, atOnce = 20] = process.argv.slice(2).map(Number);
const writers = 16;
/** People choose among the first of the list: so many look at the same one. */
const firstOfList = 50;

interface Agent {
  cookie: string;
  csrf: string;
}

interface Took {
  won: number[];
  lost: number[];
  /** answered 503 within the budget: nothing happened, and the agent tries again */
  away: number[];
}

const world = await startBenchWorld({
  CONSOLE_AUTH: 'oidc',
  // Nobody signs in here: the sessions are made below, so the provider is never asked.
  OIDC_ISSUER: 'https://id.example.com',
  OIDC_CLIENT_ID: 'bench',
  OIDC_CLIENT_SECRET: 'bench',
  OIDC_ROLES: 'agent=agents',
  POLICY_CASE_QUEUE_SIZE: '2000',
  POLICY_CASE_MAX_OPEN: '20',
  // What would fall due while this runs is not what it measures.
  POLICY_CASE_QUEUE_NOTICE_1_MINUTES: '60',
  POLICY_CASE_QUEUE_NOTICE_2_MINUTES: '120',
  POLICY_CASE_QUEUE_MAX_MINUTES: '240',
});
try {
  console.log(`Node ${process.version}, ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores`);
  console.log(
    `${agentCount} streams, ${caseCount} open cases, ${agentCount * claimsEach} claims, ${atOnce} at once; load average ${loadavg()[0]?.toFixed(1)}\n`,
  );
  const before = await memoryOf(world);
  await openCases();
  await world.settled();
  const agents: Agent[] = [];
  for (let index = 0; index < agentCount; index += 1) agents.push(await signIn(index));
  const streams = await Promise.all(agents.map(listen));
  const ready = await memoryOf(world);

  row('', 'n', 'p50 ms', 'p95 ms', 'p99 ms');
  const cpuBefore = await metric(world, 'process_cpu_seconds_total');
  const quiet = await claims(agents);
  const cpuSeconds = (await metric(world, 'process_cpu_seconds_total')) - cpuBefore;
  const asked = quiet.won.length + quiet.lost.length + quiet.away.length;
  timing('claim won, tabs only hear', quiet.won);
  timing('claim lost, tabs only hear', quiet.lost);
  timing('told to try again', quiet.away);
  // As a browser does: a signal makes the tab fetch the list, one at a time.
  const followers = streams.map((stream, index) => follow(agents[index] as Agent, stream));
  const busy = await claims(agents);
  const after = await memoryOf(world);
  for (const follower of followers) follower.stop();
  timing('claim won, tabs fetch the list', busy.won);
  timing('claim lost, tabs fetch the list', busy.lost);
  timing('told to try again', busy.away);
  timing(
    'list of the queue',
    followers.flatMap(({ tookMs }) => tookMs),
  );
  const heard = streams.reduce((sum, stream) => sum + stream.heard(), 0);
  for (const stream of streams) stream.close();
  console.log(
    `\nmemory of the process, MB: ${before} at start, ${ready} with all streams and cases, ${after} at the end`,
  );
  console.log(`CPU of the process for each claim, ms: ${((cpuSeconds * 1000) / asked).toFixed(1)}`);
  console.log(`signals heard: ${heard}`);
} finally {
  await world.stop();
}

/** Each by a message of its own, from a phone of its own. */
async function openCases(): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      const connection = await openConnection(world.port);
      for (let person = next++; person < caseCount; person = next++) {
        // On a machine that is too busy a message meets a 503, and comes again as it would from Twilio.
        for (let tries = 0; tries < 50; tries += 1) {
          const answer = await connection.ask(requestOf(phoneOf(person), 'petugas'));
          if (answer.status === 200 && answer.body.includes('KC-')) break;
          if (answer.status !== 200 && answer.status !== 503)
            throw new Error(`a message was answered ${answer.status}`);
          await delay(100 * tries);
        }
      }
      connection.close();
    }),
  );
  const [open] = await world.query("select count(*)::int as count from cases where state = 'queued'");
  if (open?.count !== caseCount) throw new Error(`${open?.count} cases are open`);
}

async function signIn(index: number): Promise<Agent> {
  const [token, agentId] = [randomBytes(32).toString('base64url'), `bench-${index}`];
  await world.query(`insert into agents (agent_id, name, alias, role, team) values ($1, $1, 'Ayu', 'agent', 'care')`, [
    agentId,
  ]);
  await world.query('insert into agent_sessions (session_hash, agent_id) values ($1, $2)', [
    createHash('sha256').update(token).digest('base64url'),
    agentId,
  ]);
  const cookie = `__Host-sid=${token}`;
  const page = await (await ask('/console/work?view=mine', cookie)).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1];
  if (csrf === undefined) throw new Error('nobody is signed in');
  return { cookie, csrf };
}

function ask(path: string, cookie: string, init: RequestInit = {}): Promise<Response> {
  const headers = { cookie, 'sec-fetch-site': 'same-origin', origin: publicUrl, ...init.headers };
  return fetch(`http://127.0.0.1:${world.port}${path}`, { ...init, headers, redirect: 'manual' });
}

interface Stream {
  heard(): number;
  /** Resolves at the next signal. */
  next(): Promise<void>;
  close(): void;
}

async function listen({ cookie }: Agent): Promise<Stream> {
  const stop = new AbortController();
  const response = await ask('/console/events', cookie, { signal: stop.signal });
  if (response.status !== 200 || response.body === null) throw new Error(`a stream was answered ${response.status}`);
  let heard = 0;
  let signal = Promise.withResolvers<void>();
  const read = async (body: ReadableStream<Uint8Array>) => {
    for await (const part of body) {
      if (!Buffer.from(part).includes('event: changed')) continue;
      heard += 1;
      signal.resolve();
      signal = Promise.withResolvers<void>();
    }
  };
  read(response.body).catch(() => {});
  return { heard: () => heard, next: () => signal.promise, close: () => stop.abort() };
}

interface Follower {
  tookMs: number[];
  stop(): void;
}

function follow({ cookie }: Agent, stream: Stream): Follower {
  const tookMs: number[] = [];
  let isStopped = false;
  const run = async () => {
    while (!isStopped) {
      await stream.next();
      const askedAt = performance.now();
      const page = await ask('/console/work?view=queue', cookie, { headers: { 'x-refresh': 'list' } });
      await page.text();
      tookMs.push(performance.now() - askedAt);
    }
  };
  run().catch(() => {});
  return {
    tookMs,
    stop() {
      isStopped = true;
    },
  };
}

/** So many agents at once, each as many cases as are its share, one after the other; whoever is too late takes another. */
async function claims(agents: readonly Agent[]): Promise<Took> {
  const rows = await world.query("select case_id, version from cases where state = 'queued' order by enqueued_at");
  const queue = rows.map((one) => ({ caseId: String(one.case_id), version: String(one.version) }));
  const took: Took = { won: [], lost: [], away: [] };
  const share = Math.max(1, Math.floor(claimsEach / 2));

  const claim = async ({ cookie, csrf }: Agent): Promise<boolean> => {
    const chosen = queue[Math.floor(Math.random() * Math.min(firstOfList, queue.length))];
    if (chosen === undefined) return true;
    const askedAt = performance.now();
    const answer = await ask(`/console/cases/${chosen.caseId}/claim`, cookie, {
      method: 'POST',
      body: new URLSearchParams({ csrf, key: randomUUID(), version: chosen.version, view: 'mine' }),
    });
    await answer.arrayBuffer();
    const tookMs = performance.now() - askedAt;
    if (answer.status === 503) {
      took.away.push(tookMs);
      return false;
    }
    if (![303, 403, 409].includes(answer.status)) throw new Error(`a claim was answered ${answer.status}`);
    const isWon = answer.status === 303;
    (isWon ? took.won : took.lost).push(tookMs);
    // The signal tells everybody that this row has gone.
    const gone = queue.indexOf(chosen);
    if (gone >= 0) queue.splice(gone, 1);
    return isWon;
  };

  const waiting = agents.flatMap((agent) => Array.from({ length: share }, () => agent));
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let agent = waiting.shift(); agent !== undefined; agent = waiting.shift()) {
        while (!(await claim(agent))) await delay(0);
      }
    }),
  );
  return took;
}

async function metric({ port }: BenchWorld, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

async function memoryOf(of: BenchWorld): Promise<number> {
  return Math.round((await metric(of, 'process_resident_memory_bytes')) / 1_048_576);
}

function timing(name: string, tookMs: number[]): void {
  const sorted = tookMs.toSorted((one, other) => one - other);
  const at = (quantile: number) => (sorted[Math.floor((sorted.length - 1) * quantile)] ?? 0).toFixed(1);
  row(name, String(sorted.length), at(0.5), at(0.95), at(0.99));
}

function row(...cells: string[]): void {
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(10))).join(''));
}
