// req:A2 req:A13 At half of the hold every old contact point is told again, once, each letter with its own way to cancel.
import { describe, expect, test } from 'vitest';
import { hide } from '#src/seal.ts';
import { confirmed, createWorld, hours, id, policy, somebody, stranger, type World } from './world.ts';

const half = hours(policy.hold.hours) / 2;
/** By whom and how it was told, without the first letters. */
const reminders = (world: World) =>
  world.query<{ notice_id: string; recipient: string; via: string }>(
    "select notice_id, recipient, via from notices where letter = 'holdReminder' order by via",
  );

async function held(contacts = {}) {
  const world = await createWorld();
  const { participant, phone } = somebody(contacts);
  const change = await confirmed(world, { sender: stranger(), participant });
  return { world, participant, phone, changeId: change.changeId };
}

describe('a held change', () => {
  test('has a job exactly at half of its hold', async () => {
    const { world } = await held();
    const [job] = await world.query<{ early: string }>(
      `select extract(epoch from j.start_after - (c.created_at + (c.held_until - c.created_at) / 2)) as early
        from pgboss.job j join changes c on c.change_id = j.data ->> 'changeId' where j.name = 'change.remind'`,
    );
    expect(Math.abs(Number(job?.early))).toBeLessThan(0.01);
  });

  test('tells each old contact point again and nobody else, with the code that cancels in the mail', async () => {
    const { world, changeId } = await held();
    const first = await world.query<{ notice_id: string }>("select notice_id from notices where via = 'mail'");
    await world.passTime(half);
    await world.records.changes.remindOfHold(changeId);
    const told = await reminders(world);
    expect(told.map(({ recipient, via }) => ({ recipient, via }))).toEqual([
      { recipient: 'old', via: 'mail' },
      { recipient: 'old', via: 'sms' },
    ]);
    // What was said first leaves first.
    for (const { notice_id: before } of first) {
      await world.records.notices.take(before);
      await world.records.notices.finish(before, { outcome: 'accepted', providerId: before }, 'mail');
    }
    const taken = await world.records.notices.take(told[0]?.notice_id ?? '');
    if (taken === null || taken === 'later' || taken.letter.letter !== 'holdReminder') throw new Error('no letter');
    const code = hide(taken.letter.cancelCode ?? '');
    const cancelled = await world.records.oldContacts.cancelByCode({ sender: stranger(), turnId: id(), code });
    expect(cancelled).toMatchObject({ changeId, state: 'cancelled', reason: 'oldContact' });
  });

  test('tells them once, however often its job runs, also at once', async () => {
    const { world, changeId } = await held();
    await world.passTime(half);
    await Promise.all(Array.from({ length: 5 }, () => world.records.changes.remindOfHold(changeId)));
    await world.records.changes.remindOfHold(changeId);
    expect(await reminders(world)).toHaveLength(2);
    expect(await world.query('select 1 from cancel_codes')).toHaveLength(2);
  });

  test('whose job dies in the middle has told nobody, and the job tells everybody when it comes back', async () => {
    const { world, changeId } = await held();
    await world.passTime(half);
    const codes = () => world.query('select 1 from cancel_codes');
    const before = await codes();
    await world.query('alter table notices add constraint dies check (via = $$mail$$) not valid');
    await expect(world.records.changes.remindOfHold(changeId)).rejects.toMatchObject({ code: '23514' });
    expect(await reminders(world)).toEqual([]);
    expect(await codes()).toEqual(before);
    await world.query('alter table notices drop constraint dies');
    await world.records.changes.remindOfHold(changeId);
    expect(await reminders(world)).toHaveLength(2);
  });
});

test.each([
  [
    'cancelled',
    (world: World, { phone }: Awaited<ReturnType<typeof held>>) =>
      world.records.changes.cancelHeld({ sender: phone, turnId: id() }),
  ],
  [
    'over',
    (world: World, { changeId }: Awaited<ReturnType<typeof held>>) =>
      world.passTime(half).then(() => world.records.changes.settleByJob(changeId)),
  ],
  ['about to be applied', (world: World) => world.query('update changes set settling_at = now()')],
])('nobody is reminded of a change whose hold is %s', async (_how, end) => {
  const one = await held();
  await one.world.passTime(half);
  await end(one.world, one);
  await one.world.records.changes.remindOfHold(one.changeId);
  expect(await reminders(one.world)).toEqual([]);
});

test('a change without any hold, or without an old contact point, reminds nobody', async () => {
  const world = await createWorld();
  const { participant, phone } = somebody();
  await confirmed(world, { sender: phone, participant });
  expect(await world.query("select 1 from pgboss.job where name = 'change.remind'")).toEqual([]);
  const nobody = await held({ email: null, mobileNumber: null });
  await nobody.world.passTime(half);
  await nobody.world.records.changes.remindOfHold(nobody.changeId);
  expect(await reminders(nobody.world)).toEqual([]);
});
