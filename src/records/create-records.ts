// Everything that is kept in Postgres, put together.
import { sql } from 'kysely';
import type { Config } from '#src/config.ts';
import type { Directory, OptOuts } from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import { createAttempts } from './attempts.ts';
import { createAudit } from './audit.ts';
import { createCases, type StoredCases } from './cases.ts';
import { createChallenges, type StoredChallenges } from './challenges.ts';
import { createChanges, type StoredChanges } from './changes.ts';
import { type Database, openDatabase } from './database.ts';
import { createHashes } from './hashes.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createNotices, type Notices } from './notice-rows.ts';
import { createOptOuts } from './opt-outs.ts';

export interface Records {
  challenges: StoredChallenges;
  attempts: ReturnType<typeof createAttempts>;
  changes: StoredChanges;
  cases: StoredCases;
  optOuts: OptOuts;
  notices: Notices;
  jobs: Jobs;
  /** for `checkDurability`, and for tests that look at rows */
  database: Database;
  /** @throws UnavailableError `unavailable` */
  health(): Promise<void>;
  /** Jobs can be enqueued from here on; the database has been migrated before. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What went wrong beside any request: ids and names of queues, never a value. */
export type RecordsLog = (
  event: 'database.failed' | 'job.failed' | 'challenge.misused',
  fields: { error?: unknown; queue?: string; challengeId?: string },
) => void;

export function createRecords({
  config,
  seal,
  directory,
  log = () => {},
}: {
  config: Pick<Config, 'databaseUrl' | 'policy'>;
  seal: Seal;
  directory: Directory;
  log?: RecordsLog;
}): Records {
  const { databaseUrl: url, policy } = config;
  const database = openDatabase({
    url,
    budgetMs: policy.budget.postgresMs,
    onError: (error) => log('database.failed', { error }),
  });
  const jobs = createJobs({ url, onError: (problem) => log('job.failed', problem) });
  const hashes = createHashes(seal);
  const base = { database, seal, hashes, audit: createAudit(seal), jobs, policy };
  const notices = createNotices(base);
  const cases = createCases(base);
  return {
    challenges: createChallenges({ ...base, onMisuse: (challengeId) => log('challenge.misused', { challengeId }) }),
    attempts: createAttempts(base),
    changes: createChanges({ ...base, notices, cases, directory }),
    cases,
    optOuts: createOptOuts(base),
    notices,
    jobs,
    database,
    async health() {
      await database.run((db) => sql`select 1`.execute(db));
    },
    start: () => jobs.start(),
    async stop() {
      await jobs.stop();
      await database.close();
    },
  };
}
