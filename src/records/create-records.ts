// Everything that is kept in Postgres, put together.
import { sql } from 'kysely';
import type { Config } from '#src/config.ts';
import type { AgentSessions, CaseDesk } from '#src/conversation/desk-port.ts';
import type { DeskCalls, DeskLinks, DeskOutbox } from '#src/conversation/external-desk.ts';
import type {
  AlteredMessages,
  Deliveries,
  Directory,
  OldContacts,
  OptOuts,
  PinPages,
} from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import { createAgentSessions } from './agent-sessions.ts';
import { createAlteredMessages } from './altered-messages.ts';
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
import { createDeskCalls, createDeskLinks } from './desk-calls.ts';
import { createDeskOutbox, createTellDesk } from './desk-outbox.ts';
import { createHashes } from './hashes.ts';
import { createJobs, type Jobs } from './jobs.ts';
import { createNotices, type Notices } from './notice-rows.ts';
import { createOldContacts } from './old-contacts.ts';
import { createOptOuts } from './opt-outs.ts';
import { createPinPages } from './pin-pages.ts';
import { createRedactions, type StoredRedactions } from './redactions.ts';
import { createWarnings, type Warnings } from './warnings.ts';

export interface Records {
  challenges: StoredChallenges;
  attempts: ReturnType<typeof createAttempts>;
  changes: StoredChanges;
  cases: StoredCases;
  /** what the console does and sees; the conversation follows elsewhere */
  desk: Omit<CaseDesk, 'previewReturn'>;
  caseClock: CaseClock;
  /** of an external desk */
  deskOutbox: DeskOutbox;
  deskCalls: DeskCalls;
  deskLinks: DeskLinks;
  oldContacts: OldContacts;
  optOuts: OptOuts;
  redactions: StoredRedactions;
  alteredMessages: AlteredMessages;
  pinPages: PinPages;
  agentSessions: AgentSessions;
  deliveries: Deliveries;
  notices: Notices;
  warnings: Warnings;
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
  event:
    | 'database.failed'
    | 'job.failed'
    | 'challenge.misused'
    | 'change.stuck'
    | 'pin.sprayed'
    | 'message.altered'
    | 'sending.stopped'
    | 'sending.pumping'
    | 'sending.filtered',
  fields: { error?: unknown; queue?: string; challengeId?: string; changeId?: string; count?: number; ref?: string },
) => void;

export function createRecords({
  config,
  seal,
  directory,
  log = () => {},
}: {
  config: Pick<Config, 'databaseUrl' | 'policy'> &
    Partial<Pick<Config, 'careCenterHours' | 'timeZone' | 'brand' | 'privacyUrl' | 'desk'>> & {
      twilio?: Pick<Config['twilio'], 'smsTwoWay' | 'agentTemplates'>;
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
  const tellDesk = createTellDesk({ seal, jobs, isThere: config.desk != null });
  const base = { database, seal, hashes, audit: createAudit(seal), jobs, policy, hours, tellDesk };
  const onAltered = (ref: string) => log('message.altered', { ref });
  const notices = createNotices(base);
  const warnings = createWarnings({ ...base, notices, directory });
  const cases = createCases(base);
  const deskNeeds = {
    ...base,
    notices,
    cases,
    directory,
    brand: config.brand ?? '',
    allowedHosts: config.privacyUrl == null ? [] : [new URL(config.privacyUrl).hostname],
    smsTwoWay: config.twilio?.smsTwoWay ?? true,
    agentTemplates: config.twilio?.agentTemplates ?? { id: null, en: null },
  };
  const signals = createCaseSignals({ url, database, onError: (error) => log('database.failed', { error }) });
  return {
    challenges: createChallenges({
      ...base,
      warnings,
      onMisuse: (challengeId) => log('challenge.misused', { challengeId }),
      onSendingStopped: (challengeId) => log('sending.stopped', { challengeId }),
      onPumping: (challengeId) => log('sending.pumping', { challengeId }),
    }),
    attempts: createAttempts({ ...base, warnings, onAltered, onSprayed: (count) => log('pin.sprayed', { count }) }),
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
    deskOutbox: createDeskOutbox(base),
    deskCalls: createDeskCalls(base),
    deskLinks: createDeskLinks(base),
    oldContacts: createOldContacts({ ...base, notices, cases }),
    optOuts: createOptOuts(base),
    redactions: createRedactions(base),
    alteredMessages: createAlteredMessages({ ...base, onAltered }),
    pinPages: createPinPages(base),
    agentSessions: createAgentSessions(base),
    deliveries: createDeliveries({
      ...base,
      onPumping: (challengeId) => log('sending.pumping', { challengeId }),
      onFiltered: (count) => log('sending.filtered', { count }),
    }),
    notices,
    warnings,
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
