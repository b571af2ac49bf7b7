// req:F1 req:F2 promise:G16 The audit as a chain: whatever somebody with the database alone does to it shows.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createAudit } from '#src/records/audit.ts';
import { type Anchor, type Broken, createAuditChain } from '#src/records/audit-chain.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { confirmed, createWorld, id, somebody, stranger, type World } from '../records/world.ts';
import { createWorld as createProduct, eventually } from '../support/world.ts';

const tampers = Number(process.env.TAMPERS ?? 1_000);

async function written(rows: number): Promise<{ world: World; chain: ReturnType<typeof createAuditChain> }> {
  const world = await createWorld();
  const { database } = world.records;
  const audit = createAudit(world.seal);
  const entry = { actor: 'system', event: 'case.left' as const, subject: null };
  for (let row = 0; row < rows; row += 1) {
    await database.transaction((trx) => audit(trx, { ...entry, refs: { caseId: id() }, details: { row } }));
  }
  return { world, chain: createAuditChain({ database, seal: world.seal }) };
}

test('each row is linked once, in one order, however many are at it', async () => {
  const { world, chain } = await written(40);
  const before = await chain.verify();
  expect(before).toEqual({ links: 0, unchained: 40, broken: null });
  const counts = await Promise.all([chain.extend(), chain.extend(), chain.extend()]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
  expect(await chain.extend()).toBe(0);
  expect(await chain.verify()).toEqual({ links: 40, unchained: 0, broken: null });
  expect((await chain.head())?.position).toBe(40);
  await expect(world.queryAsApp("update audit_chain set hash = ''")).rejects.toMatchObject({ code: '42501' });
  await expect(world.queryAsApp('delete from audit_chain')).rejects.toMatchObject({ code: '42501' });
});

test('a row that commits late is linked later, and more than one batch in one run', async () => {
  const { world, chain } = await written(1);
  await chain.extend();
  await world.query(
    `insert into audit select gen_random_uuid()::text, at - interval '5 minutes', actor, event, subject, refs, details, mac
     from audit, generate_series(1, 2100)`,
  );
  expect(await chain.extend()).toBe(2_100);
  expect((await chain.verify()).broken).toMatchObject({ position: 2, what: 'rowIsAltered' });
});

/** What somebody does to the tables; answers with the first position at which it has to show. */
type Shows = { position: number | null; what?: Broken['what'] };
type Tamper = (client: pg.Client, at: number, other: number) => Promise<Shows | 'nothing'>;
const auditIdAt = (at: number) => `(select audit_id from audit_chain where position = ${at})`;

const tamperings: Record<string, Tamper> = {
  'edits the event': async (client, at) => {
    await client.query(`update audit set event = 'case.limited' where audit_id = ${auditIdAt(at)}`);
    return { position: at, what: 'rowIsAltered' };
  },
  'edits a detail': async (client, at) => {
    await client.query(`update audit set details = details || '{"more":1}' where audit_id = ${auditIdAt(at)}`);
    return { position: at, what: 'rowIsAltered' };
  },
  'moves a row in time': async (client, at) => {
    await client.query(`update audit set at = at - interval '1 day' where audit_id = ${auditIdAt(at)}`);
    return { position: at, what: 'rowIsAltered' };
  },
  'deletes a row': async (client, at) => {
    await client.query(`delete from audit where audit_id = ${auditIdAt(at)}`);
    return { position: at, what: 'rowIsGone' };
  },
  'deletes a row and its link': async (client, at) => {
    await client.query(`delete from audit where audit_id = ${auditIdAt(at)}`);
    await client.query(`delete from audit_chain where position = ${at}`);
    return { position: at, what: 'linkIsGone' };
  },
  'deletes a row and closes the gap': async (client, at) => {
    await client.query(`delete from audit where audit_id = ${auditIdAt(at)}`);
    await client.query(`delete from audit_chain where position = ${at}`);
    await client.query(`update audit_chain set position = -position where position > ${at}`);
    await client.query(`update audit_chain set position = -position - 1 where position < 0`);
    return { position: at };
  },
  'swaps two rows': async (client, at, other) => {
    if (at === other) return 'nothing';
    await client.query(
      `with a as (select * from audit where audit_id = ${auditIdAt(at)}), b as (select * from audit where audit_id = ${auditIdAt(other)})
       update audit set details = case audit.audit_id when a.audit_id then b.details else a.details end,
         mac = case audit.audit_id when a.audit_id then b.mac else a.mac end
       from a, b where audit.audit_id in (a.audit_id, b.audit_id)`,
    );
    return { position: Math.min(at, other), what: 'rowIsAltered' };
  },
  'swaps two links': async (client, at, other) => {
    if (at === other) return 'nothing';
    const { rows } = await client.query(
      'select position, audit_id from audit_chain where position in ($1, $2) order by position',
      [at, other],
    );
    const [first, second] = rows;
    await client.query("update audit_chain set audit_id = 'x' where position = $1", [first.position]);
    await client.query('update audit_chain set audit_id = $2 where position = $1', [second.position, first.audit_id]);
    await client.query('update audit_chain set audit_id = $2 where position = $1', [first.position, second.audit_id]);
    return { position: Math.min(at, other), what: 'linkIsAltered' };
  },
  'edits a link': async (client, at) => {
    await client.query(`update audit_chain set hash = reverse(hash) where position = ${at}`);
    return { position: at };
  },
  'cuts the end': async (client, at) => {
    await client.query(
      `delete from audit where audit_id in (select audit_id from audit_chain where position >= ${at})`,
    );
    await client.query(`delete from audit_chain where position >= ${at}`);
    return { position: at, what: 'linkIsGone' };
  },
  'cuts the beginning': async (client, at) => {
    await client.query(
      `delete from audit where audit_id in (select audit_id from audit_chain where position <= ${at})`,
    );
    await client.query(`delete from audit_chain where position <= ${at}`);
    return { position: 1, what: 'linkIsGone' };
  },
  'adds a row of its own': async (client, at) => {
    await client.query(
      `insert into audit select gen_random_uuid()::text, at, actor, event, subject, refs, details, mac from audit
       where audit_id = ${auditIdAt(at)}`,
    );
    return { position: null, what: 'rowIsAltered' };
  },
};

test(`every one of ${tampers} tampers is found, at the first link that it broke`, async () => {
  const rows = 30;
  const { world, chain } = await written(rows);
  await chain.extend();
  const anchors: Anchor[] = [(await chain.head()) ?? { position: 0, hash: '' }];
  expect((await chain.verify(anchors)).broken).toBeNull();
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
  const client = new pg.Client({ connectionString: world.ownerUrl });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end());
  // What stays is one untouched copy; each tamper begins from it.
  await client.query('create table kept_audit as table audit; create table kept_chain as table audit_chain');
  const begin = async () => {
    await client.query(
      'truncate audit, audit_chain; insert into audit table kept_audit; insert into audit_chain table kept_chain',
    );
    await client.query('alter table audit_chain drop constraint if exists audit_chain_position_check');
  };
  const names = Object.keys(tamperings);
  const place = fc.integer({ min: 1, max: rows });
  let found = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), place, place, async (name, at, other) => {
      await begin();
      const shows = await tamperings[name]?.(client, at, other);
      const { broken } = await chain.verify(anchors);
      if (shows === undefined || shows === 'nothing') return;
      found += 1;
      expect(broken).toMatchObject(shows);
    }),
    { numRuns: tampers, seed },
  );
  process.stdout.write(`audit: ${found} tampers of ${names.length} kinds, all found; seed ${seed}\n`);
}, 600_000);

test('an end that was cut together with its links shows only against an anchor from the log', async () => {
  const { world, chain } = await written(10);
  await chain.extend();
  const head = await chain.head();
  await world.query('delete from audit where audit_id in (select audit_id from audit_chain where position > 7)');
  await world.query('delete from audit_chain where position > 7');
  expect((await chain.verify()).broken).toBeNull();
  expect((await chain.verify(head === null ? [] : [head])).broken).toEqual({
    position: 8,
    auditId: null,
    what: 'linkIsGone',
  });
});

test('an old part that the operator removed is made good by the anchor of its end', async () => {
  const { world, chain } = await written(10);
  await chain.extend();
  const [end] = await world.query<{ hash: string }>('select hash from audit_chain where position = 4');
  await world.query('delete from audit where audit_id in (select audit_id from audit_chain where position <= 4)');
  await world.query('delete from audit_chain where position <= 4');
  expect((await chain.verify()).broken).toMatchObject({ position: 1, what: 'linkIsGone' });
  const verdict = await chain.verify([{ position: 4, hash: end?.hash ?? '' }]);
  expect(verdict).toEqual({ links: 6, unchained: 0, broken: null });
});

test('every fact of a change stands in the audit in the transaction of its row', async () => {
  const world = await createWorld();
  const change = await confirmed(world, { sender: stranger(), participant: somebody().participant });
  const [row] = await world.query<{ same: boolean }>(
    `select c.created_at - a.at < interval '1 millisecond' as same from changes c, audit a
     where c.change_id = $1 and a.refs ->> 'changeId' = $1 and a.event = 'change.held'`,
    [change.changeId],
  );
  expect(row).toEqual({ same: true });
  // A transaction that is rolled back leaves neither.
  const failing = world.records.database.transaction(async (trx) => {
    await createAudit(world.seal)(trx, { actor: 'system', event: 'case.left', subject: null, refs: {}, details: {} });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await world.query("select from audit where event = 'case.left'")).toEqual([]);
});

test('while the service runs the chain grows within a minute, and its head stands in the log within five', async () => {
  const world = await createProduct();
  onTestFinished(() => world.stop());
  const client = new pg.Client({ connectionString: world.database.ownerUrl });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end());
  const unchained = () =>
    client
      .query('select from audit where audit_id not in (select audit_id from audit_chain)')
      .then((one) => one.rowCount);
  const chained = () => eventually(async () => ((await unchained()) === 0 ? true : undefined), 'a whole chain');
  await chained();
  await world.onWhatsApp('+6281200000011').say('STOP');
  await passTime(world.database.ownerUrl, 60_000);
  await chained();
  await passTime(world.database.ownerUrl, 300_000);
  const { rows } = await client.query('select position, hash from audit_chain order by position desc limit 1');
  await eventually(() => {
    const anchors = world
      .logged()
      .split('\n')
      .filter((line) => line.includes('audit.anchored'));
    return anchors.find(
      (line) => line.includes(`"ref":"${rows[0].hash}"`) && line.includes(`"count":${rows[0].position}`),
    );
  }, 'the head in the log');
});
