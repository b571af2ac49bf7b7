// Jobs on pg-boss: enqueued in the transaction of the row they serve, at least once, so every handler is safe to repeat.
// They carry ids and nothing else: finished jobs stay in the database for a week.
import { fromKysely, PgBoss } from 'pg-boss';
import type { Trx } from './database.ts';

export interface JobData {
  /** sends a code that the turn did not send, and clears what is left of it */
  'code.send': { challengeId: string };
  /** brings a confirmed or held change to its end */
  'change.settle': { changeId: string };
  'notice.send': { noticeId: string };
}
export type QueueName = keyof JobData;

/** `later`: run it again, after a wait that grows from 1 to 60 s. Throwing does the same, and is logged. */
export type JobResult = 'done' | 'later';

export interface Jobs {
  /** @param startAfter  seconds from now, or a moment of the database clock */
  send<Q extends QueueName>(
    trx: Trx,
    queue: Q,
    data: JobData[Q],
    options?: { startAfter?: number | Date },
  ): Promise<void>;
  work<Q extends QueueName>(
    queue: Q,
    handler: (data: JobData[Q], signal: AbortSignal) => Promise<JobResult>,
  ): Promise<void>;
  start(): Promise<void>;
  /** Waits for running handlers, at most `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

export type JobLog = (problem: { queue?: string; error: unknown }) => void;

export const queueNames: readonly QueueName[] = ['code.send', 'change.settle', 'notice.send'];
/** Where jobs end that failed for days: somebody has to look at them. */
export const deadLetters = 'dead.letter';

/**
 * A job whose worker was killed runs again within 30 s: 20 of expiry and two rounds of supervision.
 * 5,000 retries, most of them 60 s apart, last longer than the 3x24 h in which a change must be done.
 */
export const queueOptions = {
  expireInSeconds: 20,
  retryLimit: 5_000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  notify: true,
} as const;

const schema = 'pgboss';
const superviseSeconds = 3;
const pollSeconds = 1;
const workersPerQueue = 2;

export function createJobs({ url, onError = () => {} }: { url: string; onError?: JobLog }): Jobs {
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'ubah-data jobs',
    schema,
    max: 3,
    // The owner has made the schema; the application's role may not.
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    useListenNotify: true,
  });
  boss.on('error', (error) => onError({ error }));

  return {
    async send(trx, queue, data, { startAfter } = {}) {
      await boss.send(queue, data, { db: fromKysely(trx), ...(startAfter === undefined ? {} : { startAfter }) });
    },
    async work<Q extends QueueName>(queue: Q, handler: (data: JobData[Q], signal: AbortSignal) => Promise<JobResult>) {
      const options = {
        pollingIntervalSeconds: pollSeconds,
        notifyPollingIntervalSeconds: pollSeconds,
        localConcurrency: workersPerQueue,
      };
      await boss.work<JobData[Q]>(queue, options, async (batch) => {
        for (const job of batch) {
          const result = await handler(job.data, job.signal).catch((error: unknown) => {
            onError({ queue, error });
            return 'later' as const;
          });
          // pg-boss keeps the error with the job, so it gets one that says nothing.
          if (result === 'later') throw new JobLaterError();
        }
      });
    },
    async start() {
      await boss.start();
    },
    async stop(graceMs = 8_000) {
      await boss.stop({ graceful: true, timeout: graceMs });
    },
  };
}

class JobLaterError extends Error {
  constructor() {
    super('later');
    this.stack = '';
  }
}

/** Creates or updates the schema and the queues; run by the owner, safe to repeat. */
export async function migrateJobs(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, schema, max: 1, supervise: false, schedule: false });
  const failures: Error[] = [];
  boss.on('error', (error) => failures.push(error));
  await boss.start();
  try {
    await boss.createQueue(deadLetters);
    for (const name of queueNames) {
      await boss.createQueue(name, { ...queueOptions, deadLetter: deadLetters });
      await boss.updateQueue(name, { ...queueOptions, deadLetter: deadLetters });
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  if (failures[0] !== undefined) throw failures[0];
}
