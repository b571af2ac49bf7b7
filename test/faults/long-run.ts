// Each campaign again and again for its share of FAULT_MINUTES (default 12); what was counted goes into docs/reliability.md.
import { afterAll, afterEach, expect, test } from 'vitest';
import {
  badDirectory,
  badNetwork,
  badProviders,
  type Campaign,
  deploys,
  duplicates,
  fullDisk,
  killStorm,
  postgresLoss,
  type Replacement,
  redisCluster,
  redisFailover,
  redisLoss,
  rollingRestart,
} from './support/campaigns.ts';
import { type JobKill, jobPoints, killJob } from './support/job-points.ts';
import { runKillLane } from './support/kill-matrix.ts';
import { killPoints } from './support/kill-points.ts';
import { createRandom } from './support/random.ts';
import { type Row, writeReport } from './support/reliability-report.ts';
import { mountSmallDisk } from './support/small-disk.ts';
import { addTally, breachesOf, emptyTally, noBreach, report } from './support/tally.ts';

const minutes = Number(process.env.FAULT_MINUTES ?? 12);
const random = createRandom();
const rows: Row[] = [];
const ends: Replacement[] = [];

const disk = mountSmallDisk(220);

// After each, so that a run that is broken off leaves what it has.
afterEach(() => {
  if (rows.length > 0) writeReport(rows, { minutes, seed: random.seed });
});
afterAll(() => disk?.unmount());

const until = (share: number) => Date.now() + minutes * 60_000 * share;

test('kill matrix', async () => {
  const end = until(0.33);
  const points = random.shuffled(killPoints);
  const lanes = [0, 1].map((lane) =>
    runKillLane(
      points.filter((_, index) => index % 2 === lane),
      () => Date.now() > end,
    ),
  );
  const tally = emptyTally();
  const struck = new Set<string>();
  for (const lane of await Promise.all(lanes)) {
    addTally(tally, lane.tally);
    for (const { armed, scene, at } of lane.struck) struck.add(`${armed} ${scene.name} ${at}`);
  }
  report('kill matrix', random.seed, tally);
  rows.push({ campaign: `killed at ${struck.size} of ${killPoints.length} failpoint x state pairs`, tally });
  expect(breachesOf(tally)).toEqual(noBreach);
});

test('jobs of a killed process', async () => {
  const kills: JobKill[] = [];
  const left = [...jobPoints];
  const lane = async () => {
    for (let point = left.shift(); point !== undefined; point = left.shift()) kills.push(await killJob(point));
  };
  await Promise.all([lane(), lane(), lane()]);
  const tally = emptyTally();
  for (const kill of kills) addTally(tally, kill.tally);
  tally.settledAfterMs = Math.round(Math.max(...kills.map(({ finishedAfterMs }) => finishedAfterMs)));
  report('killed jobs', random.seed, tally);
  rows.push({ campaign: 'killed in a job, restarted alone', tally });
  expect(breachesOf(tally)).toEqual(noBreach);
});

const campaigns: [name: string, campaign: Campaign, share: number, people: number, faults: number][] = [
  ['processes killed under load at random failpoints', killStorm, 0.1, 30, 15],
  ['each message up to 10 times at once, old ones again, 3 processes', duplicates, 0.08, 30, 0],
  ['Redis flushed, killed, frozen, full, cut off', redisLoss, 0.07, 20, 20],
  ['a Redis replica half a second behind takes over', redisFailover, 0.04, 10, 1],
  ['one master of a Redis Cluster killed', redisCluster, 0.04, 12, 1],
  ['Postgres crashed (kill -9), frozen, cut off', postgresLoss, 0.07, 10, 6],
  ['seven toxics before five dependencies', badNetwork, 0.08, 20, 20],
  ['directory fails before and after its work', badDirectory, 0.04, 20, 20],
  ['Twilio and SMTP refuse, break off, fall silent', badProviders, 0.04, 10, 15],
  ['processes replaced by SIGTERM under load', rollingRestart(ends), 0.04, 30, 0],
  ['this release and the next side by side, there and back', deploys, 0.04, 20, 6],
  ...(disk === null
    ? []
    : [['the disk under Postgres is full', fullDisk(disk), 0.03, 8, 4] as [string, Campaign, number, number, number]]),
];

test.each(campaigns)('%s', async (campaign, run, share, people, faults) => {
  const end = until(share);
  const tally = emptyTally();
  do addTally(tally, await run(random, { people, faults }));
  while (Date.now() < end);
  report(campaign, random.seed, tally);
  rows.push({ campaign, tally });
  expect(breachesOf(tally)).toEqual(noBreach);
});

test('whoever was asked to stop was gone in time', () => {
  expect(ends.filter(({ code, seconds }) => code !== 0 || seconds > 10)).toEqual([]);
});
