// Jobs finish what a killed process left, within 30 s of the restart. req:I4 promise:G3
import { expect, test } from 'vitest';
import { fewJobPoints, killJob } from './support/job-points.ts';
import { breachesOf, noBreach } from './support/tally.ts';

test.concurrent.each(fewJobPoints)(
  'a process that dies at $armed of $cause.name is made up for',
  { timeout: 180_000 },
  async (point) => {
    const { tally, died, finishedAfterMs } = await killJob(point);
    expect(breachesOf(tally)).toEqual(noBreach);
    expect(died).toBe(true);
    expect(finishedAfterMs).toBeLessThan(30_000);
  },
);
