import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freePort } from '#src/simulator/embedded/free-port.ts';
import { startPostgres } from '#src/simulator/embedded/postgres.ts';
import { isAlive, keep } from './keep.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), `ubah-data-test-${process.pid}-`));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;
const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

describe('the embedded Postgres', () => {
  test('keeps its data and its passwords from one start to the next', async () => {
    const first = await startPostgres({ dataDir: folder, fsync: true });
    await ask(first.ownerUrl, "create table kept (id text); insert into kept values ('here')");
    await ask(first.ownerUrl, 'grant select on kept to ubah_data_app');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await startPostgres({ dataDir: folder, fsync: true });
    const rows = await ask(second.appUrl, 'select id from kept');
    const settings = await ask(second.appUrl, "select current_setting('fsync') as fsync");
    await second.stop();
    expect(rows).toEqual([{ id: 'here' }]);
    expect(settings).toEqual([{ fsync: 'on' }]);
    expect(new URL(second.appUrl).password).toBe(new URL(first.appUrl).password);
  });

  test('lets nobody in without the password, and keeps that from other users', async () => {
    const server = await startPostgres({ dataDir: folder, fsync: true });
    const without = new URL(server.ownerUrl);
    without.password = 'guess';
    const error = await ask(without.href, 'select 1').catch((reason: unknown) => reason);
    await server.stop();
    expect(error).toMatchObject({ code: '28P01' });
    expect(statSync(join(folder, 'passwords.json')).mode & 0o077).toBe(0);
  });

  test('gives the application a role that owns nothing and may create nothing', async () => {
    const server = await startPostgres({ dataDir: folder, fsync: false });
    const role = await ask(
      server.appUrl,
      'select rolname, rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user',
    );
    const error = await ask(server.appUrl, 'create table mine (id text)').catch((reason: unknown) => reason);
    await server.stop();
    expect(role).toEqual([{ rolname: 'ubah_data_app', rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);
    expect(error).toMatchObject({ code: '42501' });
  });

  test('goes away when its parent is killed, and starts again at once with what was committed', async () => {
    const { parent, ownerUrl, pid } = await keep('postgres', folder);
    await ask(ownerUrl, "create table kept (id text); insert into kept values ('here')");
    parent.kill('SIGKILL');

    const next = await startPostgres({ dataDir: folder, fsync: true });
    expect(isAlive(pid)).toBe(false);
    const rows = await ask(next.ownerUrl, 'select id from kept');
    await next.stop();
    expect(rows).toEqual([{ id: 'here' }]);
  });

  test('stops even when it is frozen', async () => {
    const server = await startPostgres({ dataDir: folder, fsync: false });
    process.kill(server.pid, 'SIGSTOP');
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  test('starts although a crash left a lock with a process id that is somebody else now', async () => {
    const first = await startPostgres({ dataDir: folder, fsync: false });
    const lock = join(folder, 'cluster', 'postmaster.pid');
    const left = readFileSync(lock, 'utf8').replace(/^\d+/, String(process.pid));
    await first.stop();
    writeFileSync(lock, left);
    if (isRoot) spawnSync('chown', ['--reference', join(folder, 'cluster'), lock]);

    const second = await startPostgres({ dataDir: folder, fsync: false });
    expect(await ask(second.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  test('starts although an earlier start was interrupted half-way', async () => {
    mkdirSync(join(folder, 'cluster.new'));
    writeFileSync(join(folder, 'cluster.new', 'PG_VERSION'), '18');
    const server = await startPostgres({ dataDir: folder, fsync: false });
    expect(await ask(server.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test('says in a sentence that its port is taken', async () => {
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(port, '127.0.0.1', resolve));
    await expect(startPostgres({ dataDir: folder, port, fsync: false })).rejects.toThrow(`Port ${port} is taken.`);
    other.close();
  });

  test('says in a sentence that another run uses its folder, and leaves that one alone', async () => {
    const server = await startPostgres({ dataDir: folder, fsync: false });
    await expect(startPostgres({ dataDir: folder, fsync: false })).rejects.toThrow('stop that run first');
    expect(await ask(server.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test.runIf(
    isRoot &&
      works(
        'setpriv',
        '--securebits=+no_setuid_fixup',
        '--inh-caps=+dac_override',
        '--ambient-caps=+dac_override',
        'true',
      ),
  )('runs for root where unshare is forbidden, on data from where it was not', async () => {
    const allowed = await startPostgres({ dataDir: folder, fsync: false });
    await allowed.stop();
    const commands = mkdtempSync(join(tmpdir(), `ubah-data-test-${process.pid}-`));
    writeFileSync(join(commands, 'unshare'), '#!/bin/sh\nexit 1\n');
    chmodSync(join(commands, 'unshare'), 0o755);
    vi.stubEnv('PATH', `${commands}:${process.env.PATH}`);

    const forbidden = await startPostgres({ dataDir: folder, fsync: false });
    expect(await ask(forbidden.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await forbidden.stop();
    rmSync(commands, { recursive: true });
  });

  const mayRead = isRoot && spawnSync(process.execPath, ['-e', ''], { uid: nobody, gid: nobody }).status === 0;
  test.runIf(mayRead)('runs for an ordinary user', async () => {
    chmodSync(folder, 0o777);
    const { parent, ownerUrl, pid } = await keep('postgres', join(folder, 'data'), { uid: nobody, gid: nobody });
    const rows = await ask(ownerUrl, 'select 1 as one');
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 5_000);
    expect(rows).toEqual([{ one: 1 }]);
    expect(statSync(join(folder, 'data', 'cluster')).uid).toBe(nobody);
  });
});
