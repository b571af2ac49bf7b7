// The stores killed, frozen, flushed, full and failed over while people talk. req:I2 req:I7 req:H1 promise:G6
import { expect, test } from 'vitest';
import { postgresLoss, redisCluster, redisFailover, redisLoss } from './support/campaigns.ts';
import { createRandom } from './support/random.ts';
import { breachesOf, noBreach, report } from './support/tally.ts';

const timeout = 180_000;

test('whatever happens to Redis, everybody gets the change they came for, once', { timeout }, async () => {
  const random = createRandom();
  const tally = await redisLoss(random, { people: 12, faults: 12 });
  report('redis', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
});

test('a replica that was behind takes over, and nobody is changed twice', { timeout }, async () => {
  const random = createRandom();
  const tally = await redisFailover(random, { people: 10, faults: 1 });
  report('redis replica', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
});

test('a master of the cluster that is killed under load delays people and loses nothing', { timeout }, async () => {
  const random = createRandom();
  const tally = await redisCluster(random, { people: 12, faults: 1 });
  report('cluster', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
});

test('a Postgres that crashes, freezes and cuts its clients off loses nothing that was acknowledged', {
  timeout,
}, async () => {
  const random = createRandom();
  const tally = await postgresLoss(random, { people: 10, faults: 5 });
  report('postgres', random.seed, tally);
  expect(breachesOf(tally)).toEqual(noBreach);
});
