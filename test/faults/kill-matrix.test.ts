// Killed at any failpoint in any state: nothing is lost, nothing happens twice, nobody is stuck. req:I3 req:H1 promise:G1
import { expect, test } from 'vitest';
import { runKillLane } from './support/kill-matrix.ts';
import { killPoints } from './support/kill-points.ts';
import { createRandom } from './support/random.ts';
import { breachesOf, noBreach, report } from './support/tally.ts';

const lanes = 2;
const seconds = Number(process.env.FAULT_KILL_SECONDS ?? 70);

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
  for (const { tally, struck } of runs) {
    report('kill matrix', random.seed, tally);
    expect(breachesOf(tally)).toEqual(noBreach);
    expect(struck.length).toBeGreaterThan(0.9 * tally.kills);
  }
});
