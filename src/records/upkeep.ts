// What happens by itself, with nobody writing: the audit is chained and anchored, and what has served its purpose goes.
import type { Config } from '#src/config.ts';
import type { Seal } from '#src/seal.ts';
import { createAudit } from './audit.ts';
import { createAuditChain } from './audit-chain.ts';
import { type Database, openDatabase } from './database.ts';
import type { Jobs } from './jobs.ts';
import type { StoredRedactions } from './redactions.ts';
import { createRetention } from './retention.ts';
import { recordSettings } from './settings-record.ts';

/** security.md F1: within 60 s; half of it leaves room for a run that fails */
const chainSeconds = 30;
/** security.md F1 */
const anchorSeconds = 300;
const forgetSeconds = 3_600;
/** For one statement of many rows that nobody waits for. */
const budgetMs = 15_000;

const redactionSeconds = 60;

export interface UpkeepLog {
  info(event: 'audit.anchored', fields: { count: number; ref: string }): void;
  error(event: 'redaction.late', fields: { count: number }): void;
}

/**
 * Called once, after `Jobs.start`.
 * @param config.databaseOwnerUrl  deletes, which the application may not
 */
export async function startUpkeep({
  config,
  seal,
  database,
  jobs,
  redactions,
  log,
}: {
  config: Pick<Config, 'databaseOwnerUrl' | 'policy'>;
  seal: Seal;
  database: Database;
  jobs: Jobs;
  redactions: StoredRedactions;
  log: UpkeepLog;
}): Promise<{ stop(): Promise<void> }> {
  const { policy } = config;
  const audit = createAudit(seal);
  const auditChain = createAuditChain({ database, seal });
  const owner = openDatabase({ url: config.databaseOwnerUrl, budgetMs, maxConnections: 1 });
  const retention = createRetention({ database: owner, audit, policy });
  await database.transaction((trx) => recordSettings(trx, { audit, policy }));

  await jobs.repeat('audit.chain', chainSeconds, async () => {
    await auditChain.extend();
  });
  // Whoever can write to the database cannot write to the log stream: kept there, the head shows a chain that was cut.
  await jobs.repeat('audit.anchor', anchorSeconds, async () => {
    const head = await auditChain.head();
    if (head !== null) log.info('audit.anchored', { count: head.position, ref: head.hash });
  });
  await jobs.repeat('records.forget', forgetSeconds, async (signal) => {
    await retention.forget(signal);
  });
  await jobs.repeat('redaction.watch', redactionSeconds, async () => {
    const count = await redactions.late(policy.redact.alarmMinutes);
    if (count > 0) log.error('redaction.late', { count });
  });
  return { stop: () => owner.close() };
}
