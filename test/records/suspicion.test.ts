// req:A12 req:A14 req:B6 When a right PIN from the registered number is not enough any more.
import { describe, expect, test } from 'vitest';
import type { Policy } from '#src/policy.ts';
import {
  aim,
  confirmed,
  createWorld,
  hours,
  id,
  patient,
  policy,
  prove,
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
  await world.records.attempts.pinChecked({ ...aim, ...attempt, verdict: 'wrong' });
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
      await world.records.attempts.pinChecked({ ...aim, ...attempt, verdict: 'wrong' });
    }
    for (let count = 1; count < policy.spray.participants10Min; count += 1) {
      const attempt = { attemptId: id(), sender: stranger(), participantId: somebody().participant.participantId };
      await world.records.attempts.pin({ ...attempt, challengeId: id(), fromRegistered: false });
      await world.records.attempts.pinChecked({ ...aim, ...attempt, verdict: 'noAnswer' });
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

/** No limit of sending is met before that of the values. */
const sendingMuch: Policy = {
  ...patient,
  send: { ...policy.send, perParticipantDay: 99, perSenderDay: 99, targetsPerSenderDay: 99 },
};

test('three values that others have, in a day: then no code is sent to a fourth', async () => {
  const world = await createWorld({ policy: sendingMuch });
  const { participant, phone: sender } = somebody();
  for (let count = 0; count < policy.change.valueInUsePerDay; count += 1) {
    const target = `taken.${count}@example.com`;
    const { changeId } = await confirmed(world, { sender, participant, target: target.slice(-17) });
    world.directory.changeContact = async () => ({ result: 'valueInUse' });
    await world.records.changes.settle(changeId);
    await world.passTime(hours(1));
  }
  const start = () => startCode(world, { sender, participant, target: 'fourth@example.com' });
  const refused = await start();
  if (refused.result !== 'limited' || refused.until === null) throw new Error('not limited');
  // The first one is a day old first.
  const hoursLeft = (refused.until.getTime() - Date.now()) / hours(1);
  expect(hoursLeft).toBeGreaterThan(20);
  expect(hoursLeft).toBeLessThan(24 - policy.change.valueInUsePerDay + 0.5);
  await world.passTime(hours(24 - policy.change.valueInUsePerDay));
  expect(await start()).toEqual({ result: 'started' });
});

test('ten values that others have, each proved in a chat of its own and sent off at once: the directory judges three', async () => {
  const world = await createWorld({ policy: sendingMuch });
  const { participant } = somebody();
  let asked = 0;
  world.directory.changeContact = async () => {
    asked += 1;
    return { result: 'valueInUse' };
  };
  const proved: Parameters<typeof world.records.changes.confirm>[0][] = [];
  for (let count = 0; count < 10; count += 1) {
    const request = { sender: stranger(), participant, target: `taken.${count}@example.com`, challengeId: id() };
    await prove(world, request);
    const { target: value, ...rest } = request;
    proved.push({ ...rest, changeId: id(), field: 'email', value, oldChannelProved: false });
  }
  const ends = await Promise.allSettled(proved.map((request) => world.records.changes.confirm(request)));
  const refused = ends.filter(({ status }) => status === 'rejected');
  expect(refused.map((end) => end.status === 'rejected' && end.reason)).toEqual(
    refused.map(() => expect.objectContaining({ code: 'change_limited', until: expect.any(Date) })),
  );
  // They are held: what is not judged yet takes up the day, and what was judged goes on doing so.
  await world.passTime(hours(policy.hold.hours));
  for (const { changeId } of proved) await world.records.changes.settle(changeId).catch(() => undefined);
  expect(asked).toBe(policy.change.valueInUsePerDay);
  const start = () => startCode(world, { sender: stranger(), participant, target: 'eleventh@example.com' });
  expect(await start()).toEqual({ result: 'limited', until: expect.any(Date) });
  await world.passTime(hours(24));
  expect(await start()).toEqual({ result: 'started' });
});
