// Everything that is kept in Postgres, put together.
import { sql } from 'kysely';
import type { Config } from '#src/config.ts';
import type { AgentSessions, CaseDesk } from '#src/conversation/desk-port.ts';
import type { Deliveries, Directory, OldContacts, OptOuts, PinPages } from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import { createAgentSessions } from './agent-sessions.ts';
import { createAttempts } from './attempts.ts';
import { createAudit } from './audit.ts';
import { createCareHours } from './care-hours.ts';
import { type CaseClock, createCaseClock } from './case-clock.ts';
import { createDeskCommands } from './case-desk.ts';
import { createCaseSignals } from './case-signals.ts';
import { createCaseViews } from './case-views.ts';
import { createCases, type StoredCases } from './cases.ts';
import { createChallenges, type StoredChallenges } from './challenges.ts';
import { createChanges, type StoredChanges } from './changes.ts';
import { type Database, openDatabase } from './database.ts';
import { createDeliveries } from './deliveries.ts';
import { createHashes } from './hashes.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createNotices, type Notices } from './notice-rows.ts';
import { createOldContacts } from './old-contacts.ts';
import { createOptOuts } from './opt-outs.ts';
import { createPinPages } from './pin-pages.ts';
import { createRedactions, type StoredRedactions } from './redactions.ts';

export interface Records {
  challenges: StoredChallenges;
  attempts: ReturnType<typeof createAttempts>;
  changes: StoredChanges;
  cases: StoredCases;
  /** what the console does and sees; the conversation follows elsewhere */
  desk: Omit<CaseDesk, 'previewReturn'>;
  caseClock: CaseClock;
  oldContacts: OldContacts;
  optOuts: OptOuts;
  redactions: StoredRedactions;
  pinPages: PinPages;
  agentSessions: AgentSessions;
  deliveries: Deliveries;
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
  event: 'database.failed' | 'job.failed' | 'challenge.misused' | 'change.stuck' | 'pin.sprayed' | 'sending.stopped',
  fields: { error?: unknown; queue?: string; challengeId?: string; changeId?: string; count?: number },
) => void;

export function createRecords({
  config,
  seal,
  directory,
  log = () => {},
}: {
  config: Pick<Config, 'databaseUrl' | 'policy'> &
    Partial<Pick<Config, 'careCenterHours' | 'timeZone' | 'brand' | 'privacyUrl'>> & {
      twilio?: { smsTwoWay: boolean };
    };
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
  const hours = createCareHours(config.careCenterHours ?? 'always', config.timeZone ?? 'Asia/Jakarta');
  const base = { database, seal, hashes, audit: createAudit(seal), jobs, policy, hours };
  const notices = createNotices(base);
  const cases = createCases(base);
  const deskNeeds = {
    ...base,
    notices,
    directory,
    brand: config.brand ?? '',
    allowedHosts: config.privacyUrl == null ? [] : [new URL(config.privacyUrl).hostname],
    smsTwoWay: config.twilio?.smsTwoWay ?? true,
  };
  const signals = createCaseSignals({ url, database, onError: (error) => log('database.failed', { error }) });
  return {
    challenges: createChallenges({
      ...base,
      onMisuse: (challengeId) => log('challenge.misused', { challengeId }),
      onSendingStopped: (challengeId) => log('sending.stopped', { challengeId }),
    }),
    attempts: createAttempts({ ...base, onSprayed: (count) => log('pin.sprayed', { count }) }),
    changes: createChanges({
      ...base,
      notices,
      cases,
      directory,
      onStuck: (changeId) => log('change.stuck', { changeId }),
    }),
    cases,
    desk: { ...createDeskCommands(deskNeeds), ...createCaseViews(deskNeeds), onCaseChanged: signals.onCaseChanged },
    caseClock: createCaseClock(base),
    oldContacts: createOldContacts({ ...base, notices, cases }),
    optOuts: createOptOuts(base),
    redactions: createRedactions(base),
    pinPages: createPinPages(base),
    agentSessions: createAgentSessions(base),
    deliveries: createDeliveries(base),
    notices,
    jobs,
    database,
    async health() {
      await database.run((db) => sql`select 1`.execute(db));
    },
    async start() {
      await jobs.start();
      signals.start();
    },
    async stop() {
      await signals.stop();
      await jobs.stop();
      await database.close();
    },
  };
}
