import type { CaseClock } from './case-clock.ts';
import type { StoredChanges } from './changes.ts';
import type { CaseTelling, JobResult, Jobs } from './jobs.ts';
import { type Redact, redactMessage } from './redactions.ts';
import type { Warnings } from './warnings.ts';

/** How soon a lost connection of an agent shows. */
const watchSeconds = 5;
const repairSeconds = 60;

/**
 * Names who does each job; without it jobs wait in their queues. Called once, after `start`.
 * @param sendNotice, recoverCode  of `notices/`
 * @param tellUndelivered, followCase  of `conversation/`
 * @param tellNews  of an external desk; null: there is none
 * @param redact  of the gateway
 */
export async function registerJobs({
  jobs,
  changes,
  warnings,
  sendNotice,
  recoverCode,
  tellUndelivered,
  redact,
  caseClock,
  followCase,
  tellNews = null,
}: {
  jobs: Jobs;
  caseClock: CaseClock;
  followCase: (caseId: string, version?: number, tell?: CaseTelling) => Promise<void>;
  tellNews?: ((caseId: string, signal: AbortSignal) => Promise<JobResult>) | null;
  changes: StoredChanges;
  warnings: Pick<Warnings, 'tell'>;
  sendNotice: (noticeId: string, signal: AbortSignal) => Promise<JobResult>;
  recoverCode: (challengeId: string, signal: AbortSignal) => Promise<JobResult>;
  tellUndelivered: (challengeId: string) => Promise<JobResult>;
  redact: Redact;
}): Promise<void> {
  await jobs.work('case.timer', caseClock.fire);
  await jobs.work('case.project', async ({ caseId, version, tell }) => {
    await followCase(caseId, version, tell);
    return 'done';
  });
  await jobs.repeat('case.watch', watchSeconds, async () => {
    await caseClock.watchAgents();
    await caseClock.sweep();
  });
  // An old replica may have brought back a place that thinks the bot has the word.
  await jobs.repeat('case.repair', repairSeconds, async (signal) => {
    for (const caseId of await caseClock.open()) {
      if (signal.aborted) return;
      await followCase(caseId);
    }
  });
  if (tellNews !== null) await jobs.work('desk.tell', ({ caseId }, signal) => tellNews(caseId, signal));
  await jobs.work('code.send', ({ challengeId }, signal) => recoverCode(challengeId, signal));
  await jobs.work('message.redact', redactMessage(redact));
  await jobs.work('code.undelivered', ({ challengeId }) => tellUndelivered(challengeId));
  await jobs.work('notice.send', ({ noticeId }, signal) => sendNotice(noticeId, signal));
  await jobs.work('warning.tell', ({ warningId }, signal) => warnings.tell(warningId, signal));
  await jobs.work('change.remind', async ({ changeId }) => {
    await changes.remindOfHold(changeId);
    return 'done';
  });
  await jobs.work('change.settle', async ({ changeId }, signal) =>
    (await changes.settleByJob(changeId, signal)) ? 'done' : 'later',
  );
}
