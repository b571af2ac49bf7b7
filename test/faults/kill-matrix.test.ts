// Killed at any failpoint in any state: nothing is lost, nothing happens twice, nobody is stuck. req:I3 req:H1 promise:G1
import { expect, test } from 'vitest';
import { runKillLane } from './support/kill-matrix.ts';
import { killPoints } from './support/kill-points.ts';
import { createRandom } from './support/random.ts';
import { breachesOf, noBreach, report } from './support/tally.ts';

const lanes = 2;
const seconds = Number(process.env.FAULT_KILL_SECONDS ?? 45);

test('a process that is killed at a failpoint costs nobody anything', { timeout: 600_000 }, async () => {
  const random = createRandom();
  const until = Date.now() + seconds * 1_000;
  const points = random.shuffled(killPoints);
  const runs = await Promise.all(
    Array.from({ length: lanes }, (_, lane) =>
      runKillLane(
        points.filter((__, index) => index % lanes === lane),
        () => Date.now() > until,
      ),
    ),
  );
  for (const { tally, missed } of runs) {
    report('kill matrix', random.seed, tally);
    expect(breachesOf(tally)).toEqual(noBreach);
    // On a crowded machine the job of another process may be quicker than the turn that was to die.
    expect(missed.slice(Math.ceil(tally.conversations / 10))).toEqual([]);
  }
});
