// req:F1 req:F2 req:D1 req:I1 req:C5 promise:G7 promise:G16
import { connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AuditRow, isGenuine } from '#src/records/audit.ts';
import { openDatabase } from '#src/records/database.ts';
import { checkDurability } from '#src/records/durability.ts';
import { migrate } from '#src/records/migrate.ts';
import { createSeal } from '#src/seal.ts';
import { createDatabase } from '../support/database.ts';
import {
  confirmed,
  createWorld,
  guess,
  hours,
  id,
  lookupKey,
  policy,
  receiveCode,
  somebody,
  startCode,
  stranger,
} from './world.ts';

describe('the audit', () => {
  test('is written by the application and never changed by it', async () => {
    const world = await createWorld();
    await startCode(world, { sender: stranger(), participant: somebody().participant });
    expect(await world.queryAsApp('select event from audit')).toEqual([{ event: 'challenge.started' }]);
    const denied = { code: '42501' };
    for (const table of ['audit', 'case_events']) {
      await expect(world.queryAsApp(`update ${table} set event = 'nothing'`)).rejects.toMatchObject(denied);
      await expect(world.queryAsApp(`delete from ${table}`)).rejects.toMatchObject(denied);
      await expect(world.queryAsApp(`truncate ${table}`)).rejects.toMatchObject(denied);
    }
    await expect(world.queryAsApp('delete from changes')).rejects.toMatchObject(denied);
    await expect(world.queryAsApp('drop table audit')).rejects.toMatchObject(denied);
    await expect(world.queryAsApp('create table mine (a int)')).rejects.toMatchObject(denied);
  });

  test('shows every column that somebody else has changed', async () => {
    const world = await createWorld();
    await confirmed(world, { sender: stranger(), participant: somebody().participant });
    const rows = await world.query<AuditRow & pg.QueryResultRow>('select * from audit');
    expect(rows.map(({ event }) => event).sort()).toEqual([
      'challenge.guessed',
      'challenge.sent',
      'challenge.started',
      'change.held',
      'pin.checked',
      'pin.counted',
    ]);
    for (const row of rows) {
      expect(isGenuine(world.seal, row)).toBe(true);
      const altered: Partial<AuditRow>[] = [
        { audit_id: id() },
        { at: new Date(row.at.getTime() + 1) },
        { actor: 'system2' },
        { event: 'case.left' },
        { subject: 'somebody' },
        { refs: { ...row.refs, changeId: 'x' } },
        { details: { ...row.details, more: true } },
      ];
      for (const change of altered) expect(isGenuine(world.seal, { ...row, ...change })).toBe(false);
    }
  });
});

describe('personal values', () => {
  test('stand in no column of any table, jobs included', async () => {
    const world = await createWorld();
    const canary = {
      participantId: 'P-CANARY-77',
      email: 'canary.old@example.com',
      mobileNumber: '+6281355501234',
    };
    const { participant } = somebody(canary);
    const sender = { ...stranger(), address: 'whatsapp:+6289912345678', phone: '+6289912345678' };
    const nik = '9901014506851234';
    const { attempts, changes, cases, optOuts } = world.records;
    const attemptId = id();
    await attempts.identify({ attemptId, sender, number: nik });
    await attempts.identified({ attemptId, sender, participantId: participant.participantId });
    const target = 'canary.new@example.com';
    const challengeId = id();
    const code = await receiveCode(world, { sender, participant, challengeId, target });
    await guess(world, { sender, participant, challengeId, target, code: '000000' === code ? '000001' : '000000' });
    await world.passTime(120_000);
    await startCode(world, { sender, participant, target });
    await world.passTime(hours(1));
    const { changeId } = await confirmed(world, { sender, participant, target });
    await cases.open({
      caseId: id(),
      sender,
      participantId: participant.participantId,
      known: {
        name: 'S••• A•••••',
        email: null,
        mobileNumber: null,
        segment: 'PBPU',
        membershipStatus: 'active',
      },
      reason: 'asked',
      step: 'askPin',
    });
    await cases.keepMessage({
      sender,
      messageId: id(),
      text: `${nik} ${code}`,
      kind: 'text',
      media: [],
      secretAsked: true,
    });
    await optOuts.record(sender, 'stop');
    await changes.reportNotMe({ sender: { ...sender, phone: canary.mobileNumber }, turnId: id(), caseId: id() });
    await changes.settleByJob(changeId);

    const tables = await world.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`,
    );
    const dump = new Map<string, string>();
    for (const { name } of tables) dump.set(name, JSON.stringify(await world.query(`select * from ${name}`)));
    expect(dump.size).toBeGreaterThan(20);
    const values = [
      canary.participantId,
      canary.email,
      target,
      nik,
      '81355501234',
      '89912345678',
      'CANARY',
      'canary',
      code,
    ];
    for (const [name, text] of dump) {
      for (const value of values) expect(text.includes(value), `${value} in ${name}`).toBe(false);
    }
    expect(dump.get('public.changes')).toContain(changeId);
  });

  test('are found under the old key and written under the new one while keys rotate', async () => {
    const old = { id: 'old', bytes: Buffer.alloc(32, 1) };
    const fresh = { id: 'new', bytes: Buffer.alloc(32, 2) };
    const seal = createSeal([old], lookupKey);
    const world = await createWorld({ seal });
    const { participant, phone } = somebody();
    const change = await confirmed(world, { sender: stranger(), participant });
    Object.assign(seal, createSeal([fresh, old], lookupKey));
    expect(await world.records.changes.openChange(participant.participantId)).toEqual(change);
    expect(await world.records.changes.cancelHeld({ sender: phone, turnId: id() })).toMatchObject({
      state: 'cancelled',
    });
    const [notice] = await world.query<{ to_sealed: string }>(
      "select to_sealed from notices where letter = 'changeCancelled'",
    );
    expect(notice?.to_sealed).toMatch(/^new\./);
  });

  test('moved to another row no longer open', async () => {
    const world = await createWorld();
    const mine = await confirmed(world, { sender: stranger(), participant: somebody().participant });
    await confirmed(world, { sender: stranger(), participant: somebody().participant, target: 'b@example.com' });
    await world.query(
      'update changes a set new_value_sealed = b.new_value_sealed from changes b where a.change_id = $1 and b.change_id <> $1',
      [mine.changeId],
    );
    await expect(world.records.changes.find(mine.changeId)).rejects.toMatchObject({ code: 'seal' });
  });
});

describe('the database', () => {
  test('is migrated by three processes at once, and again', async () => {
    const { ownerUrl, appUrl, drop } = await emptyDatabase();
    onTestFinished(drop);
    await expect(migrate({ ownerUrl: appUrl, appUrl: ownerUrl })).rejects.toMatchObject({
      complaints: [expect.stringMatching(/^DATABASE_OWNER_URL: .*use the owner$/)],
    });
    const runs = Array.from({ length: 3 }, () => migrate({ ownerUrl, appUrl }));
    expect(await Promise.all(runs)).toEqual([[], [], []]);
    expect(await migrate({ ownerUrl, appUrl })).toEqual([]);
    expect(await migrate({ ownerUrl, appUrl: ownerUrl })).toEqual([expect.stringContaining('DATABASE_OWNER_URL')]);
    const stranger = new URL(appUrl);
    stranger.username = 'nobody_knows';
    await expect(migrate({ ownerUrl, appUrl: stranger.href })).rejects.toMatchObject({
      code: 'config',
      complaints: [expect.stringContaining('nobody_knows')],
    });
  });

  test('without fsync is complained about', async () => {
    const world = await createWorld();
    const [setting] = await world.query<{ fsync: string }>('show fsync');
    const complaints = await checkDurability(world.records.database);
    expect(complaints.some((line) => line.includes('fsync'))).toBe(setting?.fsync === 'off');
  });

  test('that is away is unavailable, whatever was asked', async () => {
    const database = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', budgetMs: policy.budget.postgresMs });
    onTestFinished(() => database.close());
    const unavailable = { code: 'unavailable', dependency: 'postgres' };
    await expect(database.run((db) => db.selectFrom('audit').selectAll().execute())).rejects.toMatchObject(unavailable);
    await expect(database.transaction(async () => {})).rejects.toMatchObject(unavailable);
  });

  test('that keeps a lock is given up within the budget, and serves again afterwards', async () => {
    const world = await createWorld({ policy: { ...policy, budget: { ...policy.budget, postgresMs: 300 } } });
    const holder = new pg.Client({ connectionString: world.ownerUrl });
    await holder.connect();
    await holder.query('begin; lock table challenges in access exclusive mode');
    const started = performance.now();
    const request = { sender: stranger(), participant: somebody().participant };
    await expect(startCode(world, request)).rejects.toMatchObject({ code: 'unavailable', dependency: 'postgres' });
    expect(performance.now() - started).toBeLessThan(2_000);
    await holder.query('rollback');
    await holder.end();
    expect(await startCode(world, request)).toEqual({ result: 'started' });
    await world.records.health();
  });

  test('that freezes is given up within the budget, and serves again afterwards', async () => {
    const { appUrl, drop } = await createDatabase();
    const between = await freezable(appUrl);
    const database = openDatabase({ url: between.url, budgetMs: 300, maxConnections: 1 });
    onTestFinished(async () => {
      await database.close();
      between.close();
      await drop();
    });
    const read = () => database.run((db) => db.selectFrom('audit').selectAll().execute());
    expect(await read()).toEqual([]);
    between.freeze();
    const started = performance.now();
    await expect(read()).rejects.toMatchObject({ code: 'unavailable', dependency: 'postgres' });
    expect(performance.now() - started).toBeLessThan(2_000);
    // Only new connections are served: the one that hung must not be used again.
    between.serveNewOnes();
    expect(await read()).toEqual([]);
  });

  test('that cuts all connections in the middle is unavailable once, and the process lives', async () => {
    const world = await createWorld();
    const cut = world.records.database.transaction(async (trx) => {
      await trx.selectFrom('audit').selectAll().execute();
      await world.queryAsApp(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ubah-data' and datname = current_database()",
      );
      await trx.selectFrom('audit').selectAll().execute();
    });
    await expect(cut).rejects.toMatchObject({ code: 'unavailable' });
    await world.records.health();
  });
});

async function emptyDatabase() {
  const database = await createDatabase();
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query('drop schema public cascade; drop schema pgboss cascade; create schema public');
  await owner.end();
  return database;
}

/** Stands between us and Postgres, and can stop to pass on anything without closing a connection. */
async function freezable(url: string) {
  const target = new URL(url);
  let isFrozen = false;
  const frozen: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.on('data', (bytes) => frozen.includes(near) || to.write(bytes));
    }
    if (isFrozen) frozen.push(near);
    else alive.push(near);
  });
  const alive: Socket[] = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const near = new URL(url);
  near.port = String(typeof address === 'object' ? address?.port : 0);
  return {
    url: near.href,
    freeze() {
      isFrozen = true;
      frozen.push(...alive.splice(0));
    },
    serveNewOnes() {
      isFrozen = false;
    },
    close() {
      for (const socket of [...alive, ...frozen]) socket.destroy();
      server.close();
    },
  };
}
