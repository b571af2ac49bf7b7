// Tells this process that a case has changed, whichever process changed it. A hint: the rows are the truth.
import { CompiledQuery } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';

export interface CaseChange {
  caseId: string;
  position: string;
}

export interface CaseSignals {
  onCaseChanged(listener: (change: CaseChange) => void): () => void;
  start(): void;
  stop(): Promise<void>;
}

const channel = 'case_events';
/** While nobody can be heard, the rows are looked at. */
const pollMs = 5_000;
const firstRetryMs = 200;
const longestRetryMs = 5_000;
/** Positions are drawn before the commit: a lower one may come later. */
const overlap = 100n;

interface Seen {
  position: string;
  case_id: string;
}

const missed = `select position, case_id from case_events
  where position > $1 and created_at > now() - interval '1 hour' order by position limit 1000`;

export function createCaseSignals({
  url,
  database,
  onError = () => {},
}: {
  url: string;
  database: Database;
  onError?: (error: unknown) => void;
}): CaseSignals {
  const listeners = new Set<(change: CaseChange) => void>();
  let client: pg.Client | null = null;
  let poll: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let seen = 0n;
  let isStopped = false;
  let retryMs = firstRetryMs;

  const tell = (change: CaseChange) => {
    if (BigInt(change.position) > seen) seen = BigInt(change.position);
    for (const listener of listeners) listener(change);
  };

  async function listen(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: 'ubah-data signals', keepAlive: true });
    next.on('error', onError);
    next.on('end', lose);
    next.on('notification', ({ payload = '' }) => {
      const [position = '', caseId = ''] = payload.split(' ');
      if (caseId !== '') tell({ position, caseId });
    });
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      if (isStopped) return void (await next.end());
      client = next;
      retryMs = firstRetryMs;
      clearInterval(poll);
      // What happened while nobody listened, over the same connection.
      tellAll((await next.query<Seen>(missed, [since()])).rows);
    } catch (error) {
      onError(error);
      next.removeListener('end', lose);
      next.end().catch(() => {});
      lose();
    }
  }

  function lose(): void {
    client = null;
    if (isStopped) return;
    clearInterval(poll);
    poll = setInterval(() => void lookUp(), pollMs);
    clearTimeout(retry);
    retry = setTimeout(() => void listen(), retryMs);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }

  const since = () => String(seen > overlap ? seen - overlap : 0n);

  function tellAll(rows: readonly Seen[]): void {
    for (const { position, case_id: caseId } of rows) tell({ position, caseId });
  }

  async function lookUp(): Promise<void> {
    try {
      const { rows } = await database.run((db) => db.executeQuery<Seen>(CompiledQuery.raw(missed, [since()])));
      tellAll(rows);
    } catch (error) {
      onError(error);
    }
  }

  return {
    onCaseChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start() {
      void listen();
    },
    async stop() {
      isStopped = true;
      clearInterval(poll);
      clearTimeout(retry);
      const last = client;
      client = null;
      last?.removeListener('end', lose);
      await last?.end();
    },
  };
}
