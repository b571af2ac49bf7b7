// The campaigns: each makes its own world, does one kind of thing to it, and says what it found. The short tests run
// them small, `npm run test:faults` long.
import { setTimeout as pause } from 'node:timers/promises';
import { startCluster } from './cluster.ts';
import type { Toxic } from './fault-proxy.ts';
import { createFaultWorld, type Dependency, type FaultWorld, type Surroundings } from './fault-world.ts';
import { makeNextRelease } from './other-release.ts';
import { thisRelease } from './product.ts';
import type { Random } from './random.ts';
import { redisFaults, startReplicaOf } from './redis-faults.ts';
import { startPrivatePostgres, startPrivateRedis } from './servers.ts';
import type { SmallDisk } from './small-disk.ts';
import { runStorm, type Storm } from './storm.ts';
import type { Tally } from './tally.ts';

export interface Size {
  people: number;
  faults: number;
}

export type Campaign = (random: Random, size: Size) => Promise<Tally>;

/** Whatever was started last stops first, also after a failure. */
async function within<T>(work: (later: (stop: () => Promise<void>) => void) => Promise<T>): Promise<T> {
  const stops: (() => Promise<void>)[] = [];
  try {
    return await work((stop) => stops.unshift(stop));
  } finally {
    for (const stop of stops) await stop();
  }
}

async function startWorld(later: (stop: () => Promise<void>) => void, around: Surroundings, processes: number) {
  const world = await createFaultWorld(around);
  later(world.stop);
  for (let started = 0; started < processes; started += 1) world.pool.push(await world.start());
  return world;
}

const ordinary = { atOnce: 4, thinkMs: 100 };

export const duplicates: Campaign = (random, { people }) =>
  within(async (later) => {
    const world = await startWorld(later, { people }, 3);
    const copies = () => (random.chance(0.5) ? random.below(10) : 0);
    return await runStorm({ world, random, people, atOnce: 4, copies, replays: true });
  });

export const redisLoss: Campaign = (random, { people, faults }) =>
  within(async (later) => {
    const redis = await startPrivateRedis();
    later(redis.stop);
    const world = await startWorld(later, { people, redis }, 2);
    const kinds = Object.values(redisFaults);
    const disturb = () => random.pick(kinds)(redis, random);
    return await runStorm({ ...ordinary, world, random, people, disturb, mostFaults: faults, calmMs: 150 });
  });

/** The replica stopped listening half a second before its master died. */
export const redisFailover: Campaign = (random, { people }) =>
  within(async (later) => {
    const master = await startPrivateRedis();
    later(master.stop);
    const replica = await startReplicaOf(master);
    later(replica.stop);
    const chosen = { port: master.port };
    const world = await startWorld(later, { people, redis: chosen }, 2);
    const failOver = async () => {
      replica.freeze();
      await pause(500);
      await master.kill();
      replica.thaw();
      await replica.promote();
      chosen.port = replica.port;
      world.proxies.redis.cut();
    };
    return await runStorm({ ...ordinary, world, random, people, disturb: failOver, mostFaults: 1, calmMs: 600 });
  });

export const redisCluster: Campaign = (random, { people }) =>
  within(async (later) => {
    const cluster = await startCluster();
    later(cluster.stop);
    const world = await startWorld(later, { people, redisUrl: cluster.url }, 1);
    const disturb = () => random.pick(cluster.masters).kill();
    return await runStorm({ ...ordinary, world, random, people, disturb, mostFaults: 1, calmMs: 500, thinkMs: 300 });
  });

export const postgresLoss: Campaign = (random, { people, faults }) =>
  within(async (later) => {
    const postgres = await startPrivatePostgres();
    later(postgres.stop);
    const world = await startWorld(later, { people, postgres }, 2);
    const kinds: (() => Promise<void>)[] = [
      async () => {
        await postgres.crash();
        await pause(random.below(500));
        await postgres.restart();
      },
      async () => {
        postgres.freeze();
        await pause(200 + random.below(2_500));
        postgres.thaw();
      },
      async () => world.proxies.postgres.cut(),
    ];
    const disturb = () => random.pick(kinds)();
    return await runStorm({ ...ordinary, world, random, people, disturb, mostFaults: faults, calmMs: 300 });
  });

/** The disk of Postgres is full, and has room again. @param disk  with a few hundred megabytes */
export const fullDisk =
  (disk: SmallDisk): Campaign =>
  (random, { people, faults }) =>
    within(async (later) => {
      const postgres = await startPrivatePostgres(disk.folder);
      later(postgres.stop);
      const world = await startWorld(later, { people, postgres }, 2);
      const disturb = async () => {
        disk.fill();
        await pause(500 + random.below(1_500));
        disk.free();
        // A Postgres that cannot write its log ends itself; its supervisor starts it again.
        await pause(200);
        if (!postgres.isAlive()) await postgres.restart();
      };
      return await runStorm({ ...ordinary, world, random, people, disturb, mostFaults: faults, calmMs: 300 });
    });

const toxics: Toxic[] = [
  { kind: 'latency', ms: 300 },
  { kind: 'hang' },
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'slice', bytes: 7, ms: 2 },
  { kind: 'limit', bytes: 40 },
  { kind: 'down' },
];
const dependencies: Dependency[] = ['redis', 'postgres', 'directory', 'smtp', 'twilio'];

export const badNetwork: Campaign = (random, { people, faults }) =>
  within(async (later) => {
    const world = await startWorld(later, { people }, 2);
    const disturb = async () => {
      const proxy = world.proxies[random.pick(dependencies)];
      await proxy.set(random.pick(toxics));
      await pause(300 + random.below(1_200));
      await proxy.set(null);
    };
    return await runStorm({ ...ordinary, world, random, people, disturb, mostFaults: faults, calmMs: 200 });
  });

export const badDirectory: Campaign = (random, { people, faults }) =>
  within(async (later) => {
    const world = await startWorld(later, { people }, 2);
    return await runStorm({
      ...ordinary,
      ...{ world, random, people, mostFaults: 4 * faults, calmMs: 10 },
      disturb: () => confuse(world, random),
    });
  });

async function confuse({ directoryServer }: FaultWorld, random: Random): Promise<void> {
  const call = random.pick(['identify', 'read', 'verifyPin', 'changeContact', 'changeContact'] as const);
  const when = random.pick(['before', 'after'] as const);
  const how = random.pick([
    { kind: 'status', status: 500 },
    { kind: 'reset' },
    { kind: 'garbage' },
    { kind: 'delay', ms: 700 },
  ] as const);
  directoryServer.arm({ call, when, how });
  await pause(20);
}

export const badProviders: Campaign = (random, { people, faults }) =>
  within(async (later) => {
    const env = { POLICY_BUDGET_TWILIO_MS: '700', POLICY_BUDGET_SMTP_MS: '700' };
    const world = await startWorld(later, { people, env }, 2);
    const disturb = async () => {
      const accepts = random.chance(0.5);
      const kinds = [
        { kind: 'refuse', code: 20429, retryAfterSeconds: 1 },
        { kind: 'refuse', code: 20500 },
        { kind: 'html', status: 503, accepts },
        { kind: 'reset', accepts },
        { kind: 'silence', accepts },
      ] as const;
      world.twilio.arm(random.pick(kinds));
      world.mail.fail(random.pick(['defer', 'hang', null, null] as const));
      await pause(100);
      world.mail.fail(null);
    };
    return await runStorm({ ...ordinary, world, random, people, disturb, mostFaults: faults, calmMs: 100, atOnce: 8 });
  });

/** Each process is armed with a failpoint of the storm's choice, and replaced when it has died of it. */
export const killStorm: Campaign = (random, { people, faults }) =>
  within(async (later) => {
    const { failpoints } = await import('#src/failpoint.ts');
    const world = await startWorld(later, { people }, 1);
    let kills = 0;
    const disturb = async () => {
      const doomed = await world.start(`${random.pick(failpoints)}:${1 + random.below(4)}:kill`);
      world.pool.push(doomed);
      await Promise.race([doomed.gone, pause(1_500)]);
      doomed.signal('SIGKILL');
      await doomed.gone;
      world.pool.splice(world.pool.indexOf(doomed), 1);
      kills += 1;
    };
    const storm: Storm = { ...ordinary, world, random, people, disturb, mostFaults: faults, calmMs: 10, thinkMs: 200 };
    return { ...(await runStorm({ ...storm, copies: () => (random.chance(0.1) ? 2 : 0) })), kills };
  });

/** This release and the next one on the same stores, there and back: each forgets the places that the other has kept. */
export const deploys: Campaign = (random, { people, faults }) =>
  within(async (later) => {
    const next = makeNextRelease();
    later(next.remove);
    const world = await startWorld(later, { people }, 1);
    let isNext = false;
    const deploy = async () => {
      isNext = !isNext;
      const fresh = await world.start(undefined, isNext ? next.root : thisRelease);
      world.pool.push(fresh);
      await pause(random.below(2_500));
      const [old] = world.pool.splice(0, 1);
      old?.signal('SIGTERM');
      await old?.gone;
    };
    return await runStorm({ ...ordinary, world, random, people, disturb: deploy, mostFaults: faults, thinkMs: 300 });
  });

export interface Replacement {
  code: number | null;
  seconds: number;
}

export const rollingRestart =
  (ends: Replacement[]): Campaign =>
  (random, { people }) =>
    within(async (later) => {
      const world = await startWorld(later, { people }, 2);
      const replace = async () => {
        const fresh = await world.start();
        const [old] = world.pool.splice(0, 1, fresh);
        if (old === undefined) return;
        const askedAt = performance.now();
        old.signal('SIGTERM');
        const { code } = await old.gone;
        ends.push({ code, seconds: (performance.now() - askedAt) / 1_000 });
      };
      return await runStorm({ ...ordinary, world, random, people, disturb: replace, calmMs: 100, thinkMs: 300 });
    });
