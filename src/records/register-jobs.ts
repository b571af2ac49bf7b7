import type { StoredChanges } from './changes.ts';
import type { JobResult, Jobs } from './jobs.ts';

/**
 * Names who does each job; without it jobs wait in their queues. Called once, after `start`.
 * @param sendNotice, recoverCode  of `notices/`
 */
export async function registerJobs({
  jobs,
  changes,
  sendNotice,
  recoverCode,
}: {
  jobs: Jobs;
  changes: StoredChanges;
  sendNotice: (noticeId: string, signal: AbortSignal) => Promise<JobResult>;
  recoverCode: (challengeId: string, signal: AbortSignal) => Promise<JobResult>;
}): Promise<void> {
  await jobs.work('code.send', ({ challengeId }, signal) => recoverCode(challengeId, signal));
  await jobs.work('notice.send', ({ noticeId }, signal) => sendNotice(noticeId, signal));
  await jobs.work('change.settle', async ({ changeId }, signal) =>
    (await changes.settleByJob(changeId, signal)) ? 'done' : 'later',
  );
}
