// How jobs are worked off when many come at once, as on the morning after an outage.
import { onTestFinished, test } from 'vitest';
import { openDatabase } from '#src/records/database.ts';
import { createJobs } from '#src/records/jobs.ts';
import { createDatabase } from '../support/database.ts';
import { eventually } from '../support/world.ts';

test('a backlog of a hundred jobs is worked off without a wait between them, the failed ones again', async () => {
  const { appUrl, drop } = await createDatabase();
  const database = openDatabase({ url: appUrl, budgetMs: 5_000, onError: () => {} });
  const jobs = createJobs({ url: appUrl });
  onTestFinished(async () => {
    await jobs.stop();
    await database.close();
    await drop();
  });
  await jobs.start();
  const names = Array.from({ length: 100 }, (_, index) => `notice-${index}`);
  await database.transaction(async (trx) => {
    for (const noticeId of names) await jobs.send(trx, 'notice.send', { noticeId });
  });

  const runs: string[] = [];
  await jobs.work('notice.send', async ({ noticeId }) => {
    runs.push(noticeId);
    const isFirst = runs.filter((one) => one === noticeId).length === 1;
    if (noticeId === 'notice-7' && isFirst) throw new Error('not today');
    return noticeId === 'notice-8' && isFirst ? 'later' : 'done';
  });
  await eventually(() => new Set(runs).size === names.length || undefined, 'every job');
  await eventually(() => runs.length === names.length + 2 || undefined, 'the two that failed once more');
});
