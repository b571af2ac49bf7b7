// Starts one embedded server, says where it is, and lives until it is killed: run as a process of its own.
import { startPostgres } from '#src/simulator/embedded/postgres.ts';
import { startRedis } from '#src/simulator/embedded/redis.ts';

const [, , kind, dataDir = ''] = process.argv;
const server = kind === 'postgres' ? await startPostgres({ dataDir, fsync: true }) : await startRedis({ dataDir });
process.stdout.write(JSON.stringify(server));
setInterval(() => {}, 60_000);
