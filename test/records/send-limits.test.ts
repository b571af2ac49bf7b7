// req:B1 req:A6 promise:G10
import { describe, expect, test } from 'vitest';
import {
  createWorld,
  hours,
  id,
  patient,
  policy,
  receiveCode,
  seconds,
  somebody,
  startCode,
  stranger,
  type World,
} from './world.ts';

const limited = { result: 'limited', until: expect.any(Date) };
const started = { result: 'started' };
const minutes = (count: number) => seconds(60 * count);

describe('sending again while a code lives', () => {
  test('waits longer each time, and says how long', async () => {
    const relaxed = {
      ...patient,
      send: { ...policy.send, perTarget15Min: 9, perTargetDay: 9, perParticipantDay: 9, perSenderDay: 9 },
    };
    const world = await createWorld({ policy: relaxed });
    const { participant, phone: sender } = somebody();
    const { resendWait1Seconds, resendWait2Seconds, resendWait3Seconds } = policy.otp;
    expect(await startCode(world, { sender, participant })).toEqual(started);
    for (const wait of [resendWait1Seconds, resendWait2Seconds, resendWait3Seconds, resendWait3Seconds]) {
      const waits = async () => {
        const verdict = await startCode(world, { sender, participant });
        return verdict.result === 'wait' ? verdict.seconds : verdict.result;
      };
      // A slow machine may have used up some of it.
      expect(await waits()).toSatisfy((left) => left <= wait && left > wait - 15);
      await world.passTime(seconds(wait - 15));
      expect(await waits()).toSatisfy((left) => left <= 15 && left > 0);
      await world.passTime(seconds(15));
      expect(await waits()).toBe('started');
    }
  });

  test('does not wait for a corrected address, nor for a code that the provider refused', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    await startCode(world, { sender, participant, target: 'typo@example.com' });
    const challengeId = id();
    expect(await startCode(world, { sender, participant, target: 'right@example.com', challengeId })).toEqual(started);
    await world.records.challenges.takeForSending(challengeId);
    await world.records.challenges.sent(challengeId, { outcome: 'refused', why: 'policy', providerCode: '554' });
    expect(await startCode(world, { sender, participant, target: 'right@example.com' })).toEqual(started);
    expect(await world.records.challenges.outcomeOf(challengeId)).toEqual({
      outcome: 'refused',
      why: 'policy',
      providerCode: '554',
    });
  });
});

describe('codes', () => {
  test('to one target: the last that fits within 15 minutes leaves, the next does not', async () => {
    const world = await createWorld();
    const target = 'shared@example.com';
    const send = () => startCode(world, { sender: stranger(), participant: somebody().participant, target });
    for (let sent = 0; sent < policy.send.perTarget15Min; sent += 1) expect(await send()).toEqual(started);
    expect(
      await startCode(world, { sender: stranger(), participant: somebody().participant, target: target.toUpperCase() }),
    ).toEqual(limited);
    await world.passTime(minutes(15));
    expect(await send()).toEqual(started);
  });

  test('to one target: the last that fits into a day leaves, the next does not', async () => {
    const world = await createWorld();
    const send = () => startCode(world, { sender: stranger(), participant: somebody().participant });
    for (let sent = 0; sent < policy.send.perTargetDay; sent += 1) {
      expect(await send()).toEqual(started);
      await world.passTime(minutes(15));
    }
    const refused = await send();
    expect(refused).toEqual(limited);
    await world.passTime(hours(24) - minutes(15) * policy.send.perTargetDay);
    expect(await send()).toEqual(started);
  });

  test('for one participant: strangers together have a day of their own, the registered number another', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    const send = (sender = stranger()) => startCode(world, { sender, participant, target: `${id()}@example.com` });
    for (let sent = 0; sent < policy.send.perParticipantDay; sent += 1) expect(await send()).toEqual(started);
    expect(await send()).toEqual(limited);
    expect(await send(phone)).toEqual(started);
    await world.passTime(hours(24));
    expect(await send()).toEqual(started);
  });

  test('from one sender: the last that fits into a day leaves, the next does not', async () => {
    const world = await createWorld();
    const sender = stranger();
    const targets = ['a@example.com', 'b@example.com'];
    const send = (count: number) =>
      startCode(world, { sender, participant: somebody().participant, target: targets[count % 2] ?? '' });
    for (let sent = 0; sent < policy.send.perSenderDay; sent += 1) expect(await send(sent)).toEqual(started);
    expect(await send(0)).toEqual(limited);
    await world.passTime(hours(24));
    expect(await send(0)).toEqual(started);
  });

  test('from one sender reach few targets a day, and those again', async () => {
    const world = await createWorld();
    const sender = stranger();
    const send = (target: number) =>
      startCode(world, { sender, participant: somebody().participant, target: `${target}@example.com` });
    for (let target = 0; target < policy.send.targetsPerSenderDay; target += 1)
      expect(await send(target)).toEqual(started);
    const verdict = await send(policy.send.targetsPerSenderDay);
    expect(verdict).toEqual(limited);
    // A day after the first of them, and that is what people are told.
    const until = 'until' in verdict ? (verdict.until?.getTime() ?? 0) : 0;
    expect(Math.abs(until - Date.now() - hours(24)) / 1000).toBeLessThan(60);
    expect(await send(0)).toEqual(started);
    await world.passTime(hours(24));
    expect(await send(policy.send.targetsPerSenderDay)).toEqual(started);
  });

  const ceilings = [
    { name: 'an hour', figures: { globalPerHour: 4 }, pass: hours(1) },
    { name: 'a day', figures: { globalPerDay: 4 }, pass: hours(24) },
  ];
  test.each(ceilings)(
    'in all: never more than the ceiling of $name, whoever asks at once',
    async ({ figures, pass }) => {
      const world = await createWorld({ policy: { ...patient, send: { ...policy.send, ...figures } } });
      const one = () =>
        startCode(world, { sender: stranger(), participant: somebody().participant, target: `${id()}@example.com` });
      const verdicts = await Promise.all(Array.from({ length: 30 }, one));
      expect(verdicts.filter(({ result }) => result === 'started')).toHaveLength(4);
      expect(await one()).toEqual(limited);
      await world.passTime(pass);
      expect(await one()).toEqual(started);
    },
  );

  test('that are refused by a limit leave no row and no job', async () => {
    const world = await createWorld({ policy: { ...policy, send: { ...policy.send, globalPerHour: 1 } } });
    await startCode(world, { sender: stranger(), participant: somebody().participant });
    await startCode(world, { sender: stranger(), participant: somebody().participant, target: 'b@example.com' });
    expect(await countOf(world, 'challenges')).toBe(1);
    expect(await countOf(world, "pgboss.job where name = 'code.send'")).toBe(1);
    expect(await countOf(world, "audit where event = 'challenge.limited'")).toBe(1);
  });
});

describe('a code that nobody sent', () => {
  test('may be sent by the job while it lives, and is forgotten after that', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    const { challenges } = world.records;
    await startCode(world, { sender, participant, challengeId });
    expect(await challenges.recover(challengeId)).toBe('send');
    await world.passTime(seconds(policy.otp.lifeSeconds));
    expect(await challenges.takeForSending(challengeId)).toBeNull();
    expect(await challenges.recover(challengeId)).toBe('done');
    expect(await world.query('select send_state, copy_sealed from challenges')).toEqual([
      { send_state: 'dropped', copy_sealed: null },
    ]);
  });

  test('whose sender died is looked for before it may be sent again', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    const { challenges } = world.records;
    await startCode(world, { sender, participant, challengeId });
    await challenges.takeForSending(challengeId);
    expect(await challenges.recover(challengeId)).toBe('later');
    await world.passTime(seconds(31));
    expect(await challenges.recover(challengeId)).toMatchObject({ via: 'mail', target: 'new@example.com' });
    expect(await challenges.outcomeOf(challengeId)).toEqual({ outcome: 'unknown' });
  });

  test('and may be on its way is forgotten when its life has ended', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    const { challenges } = world.records;
    await startCode(world, { sender, participant, challengeId });
    await challenges.takeForSending(challengeId);
    await world.passTime(seconds(policy.otp.lifeSeconds));
    expect(await challenges.recover(challengeId)).toBe('done');
    expect(await world.query('select send_state, copy_sealed from challenges')).toEqual([
      { send_state: 'unknown', copy_sealed: null },
    ]);
  });

  test('and was sent by the turn leaves nothing to the job', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    await receiveCode(world, { sender, participant, challengeId });
    expect(await world.records.challenges.recover(challengeId)).toBe('done');
    expect(await world.records.challenges.outcomeOf(challengeId)).toEqual({ outcome: 'accepted', providerId: 'SM1' });
  });
});

async function countOf(world: World, from: string): Promise<number> {
  const [row] = await world.query<{ count: number }>(`select count(*)::int from ${from}`);
  return row?.count ?? -1;
}
