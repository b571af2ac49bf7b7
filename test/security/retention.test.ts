// req:D5 What has served its purpose goes at its time; whoever is concerned gets a copy and is erased on request.
import { describe, expect, onTestFinished, test } from 'vitest';
import { Policy } from '#src/policy.ts';
import { createAudit } from '#src/records/audit.ts';
import { createAuditChain } from '#src/records/audit-chain.ts';
import { openDatabase } from '#src/records/database.ts';
import { createHashes } from '#src/records/hashes.ts';
import { createPeople } from '#src/records/person.ts';
import { createRetention, keptTables } from '#src/records/retention.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import {
  aim,
  confirmed,
  createWorld,
  guess,
  hours,
  id,
  policy,
  receiveCode,
  seconds,
  somebody,
  startCode,
  stranger,
  type World,
  wrongFor,
} from '../records/world.ts';
import { createWorld as createProduct, eventually } from '../support/world.ts';

const { keep, ids } = policy;
const days = (count: number) => hours(24 * count);

async function keeping(world?: World) {
  const records = world ?? (await createWorld());
  const database = openDatabase({ url: records.ownerUrl, budgetMs: 5_000 });
  onTestFinished(() => database.close());
  const { seal } = records;
  const audit = createAudit(seal);
  return {
    world: records,
    forget: createRetention({ database, audit, policy }).forget,
    people: createPeople({ database, seal, hashes: createHashes(seal), audit }),
  };
}

/** One change that was held and cancelled, and one that was applied; nothing has been sent. */
async function changes(world: World) {
  const { participant, phone } = somebody();
  const sender = stranger();
  const held = await confirmed(world, { sender, participant, target: 'held@example.com' });
  await world.records.changes.cancelHeld({ sender: phone, turnId: id() });
  await world.passTime(hours(1));
  const applied = await confirmed(world, { sender: phone, participant, target: 'applied@example.com' });
  await world.records.changes.settle(applied.changeId);
  await world.query("update notices set state = 'accepted', finished_at = now()");
  return { participant, phone, sender, held, applied };
}

describe('kept and forgotten', () => {
  test('nothing goes before its time', async () => {
    const { world, forget } = await keeping();
    await changes(world);
    await world.passTime(hours(keep.challengeHours - 2));
    expect(await forget()).toEqual({});
  });

  test('after a day codes are bound to nothing, notices have no address, and what was not applied is gone', async () => {
    const { world, forget } = await keeping();
    const { held, applied } = await changes(world);
    await world.passTime(hours(Math.max(keep.challengeHours, keep.valueHours)) + 1);
    const gone = await forget();
    expect(gone).toMatchObject({ challenges: 2, changes: 1, notices: expect.any(Number) });
    expect(await world.query('select from challenges where target || binding || code_hash <> $1', [''])).toEqual([]);
    expect(await world.query('select from notices where to_sealed || letter_sealed <> $1', [''])).toEqual([]);
    expect(await world.records.changes.find(held.changeId)).toMatchObject({ state: 'cancelled', newValue: '' });
    expect(await world.records.changes.find(applied.changeId)).toMatchObject({ newValue: 'applied@example.com' });
    expect(await forget()).toEqual({});
    expect(await world.query("select details from audit where event = 'records.forgotten'")).toEqual([
      { details: gone },
    ]);
  });

  test('old contact points go after nobody can report the change any more, and what is held stays', async () => {
    const { world, forget } = await keeping();
    const { applied, participant } = await changes(world);
    await world.passTime(days(keep.oldContactDays) + 1);
    const { changeId } = await confirmed(world, { sender: stranger(), participant, target: 'later@example.com' });
    await forget();
    expect(await world.records.changes.find(applied.changeId)).toMatchObject({ oldValue: null, newValue: '' });
    const [row] = await world.query(
      'select old_contacts, sender_sealed, old_contacts_sealed from changes where change_id = $1',
      [applied.changeId],
    );
    expect(row).toEqual({ old_contacts: [], sender_sealed: '', old_contacts_sealed: '' });
    expect(await world.records.changes.find(changeId)).toMatchObject({ newValue: 'later@example.com', state: 'held' });
  });

  test('counted rows go after 90 days, the audit stays whole', async () => {
    const { world, forget } = await keeping();
    await changes(world);
    const chain = createAuditChain({ database: world.records.database, seal: world.seal });
    await chain.extend();
    await world.passTime(days(ids.keepDays) + 1);
    await forget();
    for (const table of ['changes', 'notices', 'challenges', 'code_attempts', 'pin_attempts', 'identify_attempts']) {
      expect([table, await world.query(`select from ${table}`)]).toEqual([table, []]);
    }
    expect((await chain.verify()).broken).toBeNull();
  });

  test('whom a warning is about goes when it was not told in time, and the warning with what else was counted', async () => {
    const { world, forget, people } = await keeping();
    const { participantId, email } = somebody().participant;
    const attempt = { attemptId: id(), sender: stranger(), participantId };
    await world.records.attempts.pin({ ...attempt, challengeId: id(), fromRegistered: false });
    await world.records.attempts.pinChecked({ ...aim, ...attempt, verdict: 'wrong', isLast: true });
    const found = (await people.find(participantId)) ?? '';
    expect((await people.export(found)).warnings).toMatchObject([{ guessed: 'pin', about: expect.any(String) }]);
    await world.passTime(hours(keep.valueHours) + 1);
    expect(await forget()).toMatchObject({ warnings: 1 });
    const [{ ref = '' } = {}] = await world.query<{ ref: string }>(
      'select ref from warnings where about_sealed is null',
    );
    expect(await people.find(ref)).toBe(found);

    const other = { ...attempt, attemptId: id() };
    world.directory.read = async () => ({ ...somebody({ email }).participant, participantId });
    await world.records.attempts.pin({ ...other, challengeId: id(), fromRegistered: false });
    await world.records.attempts.pinChecked({ ...aim, ...other, verdict: 'wrong', isLast: true });
    await world.records.warnings.tell(`pin.${other.attemptId}`);
    expect(JSON.stringify((await people.export(found)).notices)).toContain(email);
    await world.query("update notices set state = 'accepted', finished_at = now()");
    await people.erase(found);
    expect(JSON.stringify((await people.export(found)).notices)).not.toContain(email);
    await world.passTime(days(ids.keepDays) + 1);
    await forget();
    expect(await world.query('select from warnings')).toEqual([]);
  });

  test('a failure that no success followed counts for ever', async () => {
    const { world, forget } = await keeping();
    const challengeId = id();
    const request = { sender: stranger(), participant: somebody().participant, challengeId };
    const code = await receiveCode(world, request);
    await guess(world, { ...request, code: wrongFor(code) });
    await world.passTime(days(10 * ids.keepDays));
    await forget();
    expect(await world.query('select verdict from code_attempts')).toEqual([{ verdict: 'wrong' }]);
  });

  test('nor does a right code at a new value make a wrong one at an old contact point forgotten', async () => {
    const { world, forget } = await keeping();
    const request = { sender: stranger(), participant: somebody().participant, challengeId: id() };
    const code = await receiveCode(world, request);
    await guess(world, { ...request, code: wrongFor(code) });
    await world.query("update challenges set purpose = 'oldContact', change_id = 'c'");
    await world.passTime(seconds(policy.otp.lifeSeconds));
    const own = { ...request, challengeId: id() };
    await guess(world, { ...own, code: await receiveCode(world, own) });
    await world.passTime(days(ids.keepDays) + 1);
    await forget();
    expect(await world.query('select verdict from code_attempts')).toEqual([{ verdict: 'wrong' }]);
  });

  test('a code that was sent again counts for its target a day from then on', async () => {
    const { world, forget } = await keeping();
    const challengeId = id();
    await startCode(world, { sender: stranger(), participant: somebody().participant, challengeId });
    await world.records.challenges.takeForSending(challengeId);
    await world.records.challenges.sent(challengeId, { outcome: 'unknown' });
    await world.passTime(seconds(300));
    expect(await world.records.challenges.repeat(challengeId)).toBe(true);
    await world.passTime(hours(keep.challengeHours) - seconds(200));
    expect(await forget()).toEqual({});
    await world.passTime(seconds(201));
    expect(await forget()).toEqual({ challenges: 1 });
  });

  test('every table has its time, or a reason to stay', async () => {
    const { world, forget } = await keeping();
    const tables = await world.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'kysely%'",
    );
    const text = String(createRetention) + (await import('node:fs')).readFileSync('src/records/retention.ts', 'utf8');
    const without = tables
      .map(({ name }) => name)
      .filter((name) => !(name in keptTables) && !text.includes(`table: '${name}'`));
    expect(without).toEqual([]);
    expect(await forget()).toEqual({});
  });

  test('happens by itself while the service runs', async () => {
    const world = await createProduct();
    onTestFinished(() => world.stop());
    const siti = world.onWhatsApp('+6281200000011');
    for (const text of ['9901014506850001', '5 Juni 1985', '1', 'siti.baru@example.com', 'YA']) await siti.say(text);
    const owner = openDatabase({ url: world.database.ownerUrl, budgetMs: 5_000 });
    onTestFinished(() => owner.close());
    const bound = () => owner.run((db) => db.selectFrom('challenges').select('target').executeTakeFirstOrThrow());
    expect((await bound()).target).not.toBe('');
    const { challengeHours } = Policy.shape.keep.parse({});
    await passTime(world.database.ownerUrl, hours(challengeHours) + 1);
    await eventually(async () => ((await bound()).target === '' ? true : undefined), 'a code that is bound to nothing');
  });
});

describe('the rights of one participant', () => {
  test('a copy holds every value that is kept, in clear, and what was done with them', async () => {
    const { world, people } = await keeping();
    const { participant, sender, held } = await changes(world);
    const found = await people.find(held.ref);
    expect(found).toBe(await people.find(participant.participantId));
    const copy = await people.export(found ?? '');
    const text = JSON.stringify(copy);
    for (const value of [
      participant.participantId,
      participant.email,
      participant.mobileNumber,
      sender.address,
      'held@example.com',
      'applied@example.com',
    ]) {
      expect(text).toContain(value);
    }
    expect(copy.changes).toHaveLength(2);
    expect(copy.processing.map(({ event }) => event)).toContain('change.cancelled');
    expect(text).not.toContain(sender.conversation);
    expect(await people.find('P-nobody')).toBeNull();
    expect(await world.query("select actor from audit where event = 'person.exported'")).toEqual([
      { actor: 'operator' },
    ]);
  });

  test('erasure leaves nothing to open, keeps what is open and says so, and another person untouched', async () => {
    const { world, people } = await keeping();
    const { participant } = await changes(world);
    const other = await changes(world);
    const open = await confirmed(world, { sender: stranger(), participant, target: 'open@example.com' });
    const found = (await people.find(participant.participantId)) ?? '';
    const erased = await people.erase(found);
    expect(erased).toEqual({ rows: expect.any(Number), stillOpen: [open.ref] });
    const text = JSON.stringify((await people.export(found)).changes);
    expect(text).not.toContain('held@example.com');
    expect(text).not.toContain('applied@example.com');
    expect(text).toContain('open@example.com');

    await world.records.changes.cancelHeld({
      sender: { ...stranger(), phone: participant.mobileNumber },
      turnId: id(),
    });
    await world.query("update notices set state = 'accepted', finished_at = now()");
    expect((await people.erase(found)).stillOpen).toEqual([]);
    const after = JSON.stringify(await people.export(found));
    for (const value of [participant.participantId, participant.email, participant.mobileNumber, 'open@example.com']) {
      expect(after).not.toContain(value);
    }
    const copy = JSON.stringify(await people.export((await people.find(other.participant.participantId)) ?? ''));
    expect(copy).toContain(other.participant.email);
    expect((await people.erase(found)).rows).toBeGreaterThanOrEqual(0);
  });
});
