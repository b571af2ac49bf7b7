// Jobs on pg-boss: enqueued in the transaction of the row they serve, at least once, so every handler is safe to repeat.
// They carry ids and nothing else: finished jobs stay in the database for a week.
import { fromKysely, type Job, PgBoss } from 'pg-boss';
import type { TimerKind } from '#src/conversation/desk-port.ts';
import type { Trx } from './database.ts';

export interface JobData {
  /** sends a code that the turn did not send, and clears what is left of it */
  'code.send': { challengeId: string };
  /** brings a confirmed or held change to its end */
  'change.settle': { changeId: string };
  /** tells the old contact points again, at half of the hold */
  'change.remind': { changeId: string };
  'notice.send': { noticeId: string };
  /** finds the contact points that have to be warned */
  'warning.tell': { warningId: string };
  /** tells the conversation that waits for it */
  'code.undelivered': { challengeId: string };
  /** empties the gateway's copy */
  'message.redact': { messageId: string };
  /** something of a case that happens by itself; another version is void */
  'case.timer': { caseId: string; version: number; kind: TimerKind };
  /** brings the conversation to where its case stands */
  'case.project': { caseId: string; version: number; tell?: CaseTelling };
  /** tells an external desk what has happened to that case */
  'desk.tell': { caseId: string };
}

/** What is told although nobody's word changes; `id`: of several within one version. */
export interface CaseTelling {
  what: 'place' | 'parked' | 'reminder';
  id: string;
}
export type QueueName = keyof JobData;

/** What comes back by itself, whoever runs. */
export type UpkeepName =
  | 'audit.chain'
  | 'audit.anchor'
  | 'records.forget'
  | 'redaction.watch'
  | 'case.watch'
  | 'case.repair';

/** `later`: run it again, after a wait that grows from 1 to 60 s. Throwing does the same, and is logged. */
export type JobResult = 'done' | 'later';

export interface Jobs {
  /**
   * @param db  the transaction of the row that it serves
   * @param startAfter  seconds from now, or a moment of the database clock
   */
  send<Q extends QueueName>(
    db: Pick<Trx, 'executeQuery'>,
    queue: Q,
    data: JobData[Q],
    options?: { startAfter?: number | Date },
  ): Promise<void>;
  work<Q extends QueueName>(
    queue: Q,
    handler: (data: JobData[Q], signal: AbortSignal) => Promise<JobResult>,
  ): Promise<void>;
  /**
   * Runs it now, and again so long after each run; what it throws is logged, and the next run comes all the same. Two
   * processes may be at it at once.
   */
  repeat(queue: UpkeepName, everySeconds: number, handler: (signal: AbortSignal) => Promise<void>): Promise<void>;
  start(): Promise<void>;
  /** Takes no more jobs and waits for running handlers, at most `graceMs`; `send` still works, for the turns that run. */
  rest(graceMs: number): Promise<void>;
  /** Waits for running handlers, at most `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

export type JobLog = (problem: { queue?: string; error: unknown }) => void;

export const queueNames: readonly QueueName[] = [
  'code.send',
  'change.settle',
  'change.remind',
  'notice.send',
  'warning.tell',
  'code.undelivered',
  'case.timer',
  'case.project',
  'desk.tell',
  'message.redact',
];
export const upkeepNames: readonly UpkeepName[] = [
  'audit.chain',
  'audit.anchor',
  'records.forget',
  'redaction.watch',
  'case.watch',
  'case.repair',
];
/** Where jobs end that failed for days: somebody has to look at them. */
export const deadLetters = 'dead.letter';

/**
 * A job whose worker was killed runs again within 30 s: 15 of expiry, more than any provider may take, and two rounds of
 * supervision.
 * 5,000 retries, most of them 60 s apart, last longer than the 3x24 h in which a change must be done.
 */
export const queueOptions = {
  expireInSeconds: 15,
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
const jobsAtOnce = 5;

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
    async send(db, queue, data, { startAfter } = {}) {
      await boss.send(queue, data, { db: fromKysely(db), ...(startAfter === undefined ? {} : { startAfter }) });
    },
    async work<Q extends QueueName>(queue: Q, handler: (data: JobData[Q], signal: AbortSignal) => Promise<JobResult>) {
      const options = {
        pollingIntervalSeconds: pollSeconds,
        notifyPollingIntervalSeconds: pollSeconds,
        localConcurrency: workersPerQueue,
        batchSize: jobsAtOnce,
        // Else a worker waits for the next poll after each job of a backlog: two jobs a second.
        burstWhenBatchFull: true,
        perJobResults: true,
      } as const;
      // What went wrong is logged here; pg-boss would keep it with the job.
      const run = async ({ id, data, signal }: Job<JobData[Q]>) => {
        const result = await handler(data, signal).catch((error: unknown) => onError({ queue, error }));
        return { id, status: result === 'done' ? ('completed' as const) : ('failed' as const) };
      };
      await boss.work(queue, options, (batch: Job<JobData[Q]>[]) => Promise.all(batch.map(run)));
    },
    async repeat(queue, everySeconds, handler) {
      await boss.work(
        queue,
        { pollingIntervalSeconds: pollSeconds, notifyPollingIntervalSeconds: pollSeconds },
        async (batch) => {
          for (const { signal } of batch) {
            await handler(signal).catch((error: unknown) => onError({ queue, error }));
            await boss.send(queue, {}, { startAfter: everySeconds });
          }
        },
      );
      await boss.send(queue, {});
    },
    async start() {
      await boss.start();
    },
    async rest(graceMs) {
      await boss.stop({ graceful: true, timeout: graceMs, close: false });
    },
    async stop(graceMs = 8_000) {
      await boss.stop({ graceful: true, timeout: graceMs });
    },
  };
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
    for (const name of upkeepNames) {
      // At most one of a queue waits, however many processes ask for it.
      await boss.createQueue(name, { ...queueOptions, policy: 'short' });
      await boss.updateQueue(name, queueOptions);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  if (failures[0] !== undefined) throw failures[0];
}
