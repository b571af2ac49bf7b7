// req:A12 req:A14 req:B6 When a right PIN from the registered number is not enough any more.
import { describe, expect, test } from 'vitest';
import {
  confirmed,
  createWorld,
  hours,
  id,
  policy,
  seconds,
  somebody,
  startCode,
  stranger,
  type World,
} from './world.ts';

async function wrongPin(world: World, sender = stranger()): Promise<void> {
  const { participantId } = somebody().participant;
  const attempt = { attemptId: id(), sender, participantId };
  await world.records.attempts.pin({ ...attempt, challengeId: id(), fromRegistered: false });
  await world.records.attempts.pinChecked({ ...attempt, verdict: 'wrong' });
}

async function changed(world: World) {
  const { participant, phone: sender } = somebody();
  return (await confirmed(world, { sender, participant, target: `${id()}@example.com` })).state;
}

describe('wrong PINs on twenty participants within ten minutes', () => {
  test('hold everybody’s change, raise an alarm, and are forgotten after that', async () => {
    const world = await createWorld();
    for (let count = 1; count < policy.spray.participants10Min; count += 1) await wrongPin(world);
    expect(await changed(world)).toBe('confirmed');
    expect(await world.query("select * from audit where event = 'pin.sprayed'")).toEqual([]);
    await wrongPin(world);
    expect(await changed(world)).toBe('held');
    expect(await world.query("select details from audit where event = 'pin.sprayed'")).toEqual([
      { details: { participants: policy.spray.participants10Min, ofSender: 1 } },
    ]);
    await world.passTime(seconds(600));
    expect(await changed(world)).toBe('confirmed');
  });

  test('are counted by person, and attempts without an answer are none', async () => {
    const world = await createWorld();
    const { participantId } = somebody().participant;
    for (let count = 0; count < policy.pin.perDay; count += 1) {
      const attempt = { attemptId: id(), sender: stranger(), participantId };
      await world.records.attempts.pin({ ...attempt, challengeId: id(), fromRegistered: false });
      await world.records.attempts.pinChecked({ ...attempt, verdict: 'wrong' });
    }
    for (let count = 1; count < policy.spray.participants10Min; count += 1) {
      const attempt = { attemptId: id(), sender: stranger(), participantId: somebody().participant.participantId };
      await world.records.attempts.pin({ ...attempt, challengeId: id(), fromRegistered: false });
      await world.records.attempts.pinChecked({ ...attempt, verdict: 'noAnswer' });
    }
    expect(await changed(world)).toBe('confirmed');
  });
});

test('a sender with wrong PINs on three participants in a day is not trusted with its own', async () => {
  const world = await createWorld();
  const { participant, phone: sender } = somebody();
  const change = async () => (await confirmed(world, { sender, participant, target: `${id()}@example.com` })).state;
  for (let count = 1; count < policy.spray.participantsPerSenderDay; count += 1) await wrongPin(world, sender);
  expect(await change()).toBe('confirmed');
  await wrongPin(world, sender);
  expect(await change()).toBe('held');
  expect(await changed(world)).toBe('confirmed');
  await world.passTime(hours(24));
  expect(await change()).toBe('confirmed');
});

test('after “that was not me” the registered number proves nothing for seven days: it may be the other one’s', async () => {
  const world = await createWorld();
  const { participant, phone: owner } = somebody();
  const taken = stranger();
  const { changeId } = await confirmed(world, {
    sender: owner,
    participant,
    field: 'mobileNumber',
    target: taken.phone ?? '',
  });
  await world.records.changes.settle(changeId);
  await world.records.changes.reportNotMe({ sender: owner, turnId: id(), caseId: id() });
  const now = { ...participant, mobileNumber: taken.phone };
  const attack = async () =>
    (await confirmed(world, { sender: taken, participant: now, target: `${id()}@example.com` })).state;
  expect(await attack()).toBe('held');
  await world.passTime(hours(24 * policy.revert.days));
  expect(await attack()).toBe('confirmed');
});

test('three values that others have, in a day: then no code is sent to a fourth', async () => {
  const world = await createWorld();
  const { participant, phone: sender } = somebody();
  for (let count = 0; count < policy.change.valueInUsePerDay; count += 1) {
    const target = `taken.${count}@example.com`;
    const { changeId } = await confirmed(world, { sender, participant, target: target.slice(-17) });
    world.directory.changeContact = async () => ({ result: 'valueInUse' });
    await world.records.changes.settle(changeId);
  }
  const start = () => startCode(world, { sender, participant, target: 'fourth@example.com' });
  expect(await start()).toEqual({ result: 'limited', until: expect.any(Date) });
  await world.passTime(hours(24));
  expect(await start()).toEqual({ result: 'started' });
});
