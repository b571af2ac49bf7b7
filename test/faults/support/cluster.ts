// A Redis Cluster of three masters and three replicas on loopback.
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#src/simulator/embedded/free-port.ts';
import { commandRedis } from './redis-faults.ts';
import { type PrivateRedis, startPrivateRedis } from './servers.ts';

export interface RedisCluster {
  url: string;
  masters: PrivateRedis[];
  stop(): Promise<void>;
}

const slots = 16_384;

export async function startCluster(): Promise<RedisCluster> {
  const settings = [
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-require-full-coverage', 'no'],
    // Otherwise a replica waits for others to come along, and no failover happens.
    ...['--repl-diskless-sync-delay', '0', '--cluster-replica-validity-factor', '0'],
  ];
  // Left to Redis, the port of the bus is one that the system gives to connections on their way out.
  const startNode = async () => {
    const busPort = String(await freePort());
    return Object.assign(await startPrivateRedis([...settings, '--cluster-port', busPort]), { busPort });
  };
  const nodes = await Promise.all(Array.from({ length: 6 }, startNode));
  const masters = nodes.slice(0, 3);
  const replicas = nodes.slice(3);
  const [first] = masters;
  if (first === undefined) throw new Error('no cluster');
  for (const { port, busPort } of nodes) {
    await commandRedis(first.url, 'CLUSTER', 'MEET', '127.0.0.1', String(port), busPort);
  }
  for (const [index, { url }] of masters.entries()) {
    const bound = (part: number) => Math.floor((slots * part) / masters.length);
    await commandRedis(url, 'CLUSTER', 'ADDSLOTSRANGE', String(bound(index)), String(bound(index + 1) - 1));
  }
  for (const [index, { url }] of replicas.entries()) {
    const master = masters[index];
    if (master === undefined) continue;
    const id = String(await commandRedis(master.url, 'CLUSTER', 'MYID'));
    await until(async () => String(await commandRedis(url, 'CLUSTER', 'NODES')).includes(id));
    await commandRedis(url, 'CLUSTER', 'REPLICATE', id);
  }
  await until(async () => {
    const states = await Promise.all(nodes.map(({ url }) => commandRedis(url, 'CLUSTER', 'INFO')));
    const links = await Promise.all(replicas.map(({ url }) => commandRedis(url, 'INFO', 'replication')));
    return (
      states.every((state) => /cluster_state:ok/.test(String(state)) && /cluster_known_nodes:6/.test(String(state))) &&
      links.every((link) => String(link).includes('master_link_status:up'))
    );
  });
  return {
    url: `redis-cluster://${masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    masters,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function until(fact: () => Promise<boolean>): Promise<void> {
  while (!(await fact())) await pause(50);
}
