// req:D1 Keys rotate while people write: nothing becomes unreadable, and limits, holds and old numbers are still found.
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { createRecords, type Records } from '#src/records/create-records.ts';
import { type Database, openDatabase } from '#src/records/database.ts';
import { openSeal } from '#src/records/lookup-key.ts';
import { reseal } from '#src/records/reseal.ts';
import { createCipher, type EncryptionKey, hide } from '#src/seal.ts';
import {
  confirmed,
  createWorld,
  id,
  isRegistered,
  policy,
  somebody,
  startCode,
  stranger,
  type World,
} from '../records/world.ts';
import { createWorld as createProduct, type World as Product } from '../support/world.ts';

const old: EncryptionKey = { id: 'old', bytes: randomBytes(32) };
const fresh: EncryptionKey = { id: 'fresh', bytes: randomBytes(32) };
const textOf = ({ id, bytes }: EncryptionKey) => `${id}:${bytes.toString('base64')}`;

const sealedUnder = async (world: Pick<World, 'query'>, key: EncryptionKey) => {
  const columns = await world.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns
     where table_schema = 'public' and column_name like '%\\_sealed'`,
  );
  const counts = await Promise.all(
    columns.map(({ table, column }) =>
      world.query<{ count: number }>(`select count(*)::int as count from ${table} where ${column} like '${key.id}.%'`),
    ),
  );
  return counts.reduce((sum, [row]) => sum + (row?.count ?? 0), 0);
};

test('every sealed column opens while keys rotate under load, and none is left under the old key', async () => {
  const world = await createWorld();
  const seal = (...keys: EncryptionKey[]) =>
    openSeal({ databaseUrl: world.appUrl, keys, budgetMs: policy.budget.postgresMs });
  const processOf = async (...keys: EncryptionKey[]): Promise<Records> => {
    const { directory, appUrl: databaseUrl } = world;
    const records = createRecords({ config: { databaseUrl, policy }, seal: await seal(...keys), directory });
    await records.start();
    onTestFinished(() => records.stop());
    return records;
  };
  // Step 1 of a rotation has every process read both keys; in step 2 they turn over one after the other.
  const processes = [await processOf(old, fresh), await processOf(fresh, old)] as const;
  const owner = openDatabase({ url: world.ownerUrl, budgetMs: 5_000 });
  onTestFinished(() => owner.close());

  const people = Array.from({ length: 60 }, somebody);
  const changed: { process: number; changeId: string; participantId: string }[] = [];
  const write = async ({ participant }: (typeof people)[number], index: number) => {
    const process = index % 2;
    const records = processes[process] ?? processes[0];
    const target = `new.${index}@example.com`;
    const { changeId } = await confirmed({ ...world, records }, { sender: stranger(), participant, target });
    changed.push({ process, changeId, participantId: participant.participantId });
  };
  let isWriting = true;
  const load = (async () => {
    for (let first = 0; first < people.length; first += 4) {
      await Promise.all(people.slice(first, first + 4).map((person, offset) => write(person, first + offset)));
    }
    isWriting = false;
  })();
  let runs = 0;
  while (isWriting) {
    expect((await reseal(owner, createCipher([fresh, old]))).unreadable).toEqual({});
    runs += 1;
    for (const { process, changeId, participantId } of changed) {
      const other = processes[1 - process] ?? processes[0];
      expect((await other.changes.find(changeId))?.participantId).toBe(participantId);
    }
  }
  await load;
  const { unreadable } = await reseal(owner, createCipher([fresh, old]));
  expect(unreadable).toEqual({});
  expect(await sealedUnder(world, old)).toBe(0);
  expect(runs).toBeGreaterThan(1);

  const alone = await processOf(fresh);
  for (const [index, { participant, phone }] of people.entries()) {
    const open = await alone.changes.openChange(participant.participantId);
    expect(open).toMatchObject({ state: 'held', newValue: `new.${index}@example.com` });
    expect(await alone.changes.cancelHeld({ sender: phone, turnId: id() })).toMatchObject({ state: 'cancelled' });
  }
});

test('a guess counted under the old key still counts when that key is gone', async () => {
  const world = await createWorld();
  const underKeys = async (...keys: EncryptionKey[]) => {
    const seal = await openSeal({ databaseUrl: world.appUrl, keys, budgetMs: policy.budget.postgresMs });
    const { directory, appUrl: databaseUrl } = world;
    const records = createRecords({ config: { databaseUrl, policy }, seal, directory });
    await records.start();
    onTestFinished(() => records.stop());
    return { ...world, records };
  };
  const request = { sender: stranger(), participant: somebody().participant, challengeId: id() };
  const before = await underKeys(old);
  await startCode(before, request);
  const { participantId } = request.participant;
  const guessAt = ({ records }: World, guess: string) =>
    records.challenges.check({
      ...request,
      attemptId: id(),
      participantId,
      target: 'new@example.com',
      guess: hide(guess),
    });
  expect(isRegistered(request)).toBe(false);
  expect(await guessAt(before, 'wrong')).toEqual({ result: 'wrong', triesLeft: policy.otp.triesPerChallenge - 1 });

  const owner = openDatabase({ url: world.ownerUrl, budgetMs: 5_000 });
  onTestFinished(() => owner.close());
  await reseal(owner, createCipher([fresh, old]));
  const after = await underKeys(fresh);
  expect(await guessAt(after, 'wrong')).toEqual({ result: 'wrong', triesLeft: policy.otp.triesPerChallenge - 2 });
});

test('a value that no key opens is counted and left as it is', async () => {
  const world = await createWorld();
  const change = await confirmed(world, { sender: stranger(), participant: somebody().participant });
  await world.query("update changes set new_value_sealed = 'k1.' || repeat('A', 60) where change_id = $1", [
    change.changeId,
  ]);
  const owner = openDatabase({ url: world.ownerUrl, budgetMs: 5_000 });
  onTestFinished(() => owner.close());
  const cipher = createCipher([fresh, { id: 'k1', bytes: Buffer.alloc(32, 7) }]);
  expect((await reseal(owner, cipher)).unreadable).toEqual({ 'changes.new_value_sealed': 1 });
  const [row] = await world.query<{ new_value_sealed: string }>('select new_value_sealed from changes');
  expect(row?.new_value_sealed).toBe(`k1.${'A'.repeat(60)}`);
});

test('a value that was erased meanwhile stays erased', async () => {
  const world = await createWorld();
  const k1 = { id: 'k1', bytes: Buffer.alloc(32, 7) };
  await confirmed(world, { sender: stranger(), participant: somebody().participant });
  const owner = openDatabase({ url: world.ownerUrl, budgetMs: 5_000 });
  onTestFinished(() => owner.close());
  const cipher = createCipher([fresh, k1]);
  let isErased = false;
  const erasing: Database = {
    ...owner,
    // Between reading the old values and writing the new ones.
    async run(work) {
      const answer = await owner.run(work);
      if (!isErased && inspect(answer, { depth: 9 }).includes("value: 'k1.")) {
        isErased = true;
        await world.query("update changes set new_value_sealed = ''");
      }
      return answer;
    },
  };
  await reseal(erasing, cipher);
  const [row] = await world.query<{ new_value_sealed: string }>('select new_value_sealed from changes');
  expect(row?.new_value_sealed).toBe('');
});

test('a start without the key of the look-up key says which setting is wrong, and so does a lost look-up key', async () => {
  const world = await createWorld();
  const open = (...keys: EncryptionKey[]) => openSeal({ databaseUrl: world.appUrl, keys, budgetMs: 5_000 });
  await open(old);
  await expect(open(fresh)).rejects.toMatchObject({ complaints: [expect.stringMatching(/^ENCRYPTION_KEYS: /)] });
  await world.query('delete from lookup_key');
  await expect(open(old)).rejects.toMatchObject({ complaints: [expect.stringMatching(/^DATABASE_URL: .*lookup_key/)] });
});

test('two processes that start at once draw one look-up key', async () => {
  const world = await createWorld();
  const open = () => openSeal({ databaseUrl: world.appUrl, keys: [old], budgetMs: 5_000 });
  const seals = await Promise.all([open(), open(), open()]);
  expect(new Set(seals.map((seal) => seal.index('conversation', 'x'))).size).toBe(1);
});

async function product(): Promise<Product> {
  const world = await createProduct({ ENCRYPTION_KEYS: textOf(old) });
  onTestFinished(() => world.stop());
  return world;
}

test('a rotation in the middle of a conversation is not noticed by whoever writes', async () => {
  const world = await product();
  const siti = world.onWhatsApp('+6281200000011');
  await siti.say('9901014506850001');
  await siti.say('5 Juni 1985');
  await siti.say('1');
  await siti.say('siti.baru@example.com');
  await world.restart({ ENCRYPTION_KEYS: `${textOf(old)},${textOf(fresh)}` });
  await siti.say('YA');
  await world.restart({ ENCRYPTION_KEYS: `${textOf(fresh)},${textOf(old)}` });
  expect(await siti.say(await world.codeMailedTo('siti.baru@example.com'))).toContain('PIN');
  const owner = openDatabase({ url: world.database.ownerUrl, budgetMs: 5_000 });
  await reseal(owner, createCipher([fresh, old]));
  await owner.close();
  await world.restart({ ENCRYPTION_KEYS: textOf(fresh) });
  expect(await siti.say('135790')).toContain('Selesai');
});
