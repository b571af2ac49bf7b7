// req:A5 req:A6 req:A9 req:B7 promise:G5
// Guesses that arrive together at the last try of the day: the policy, never one more.
import { expect, test } from 'vitest';
import { hide } from '#src/seal.ts';
import {
  createWorld,
  guess,
  id,
  patient,
  policy,
  receiveCode,
  somebody,
  stranger,
  type World,
  wrongFor,
} from '../records/world.ts';

const { failuresPerDay, triesPerChallenge } = policy.otp;
const evaluated = async (world: World) =>
  (await world.query<{ count: number }>('select count(*)::int as count from code_attempts'))[0]?.count;

/** Wrong codes of yesterday's challenges, so that so many are left of the day. */
async function leaveTries(world: World, left: number, { sender, participant }: ReturnType<typeof caller>) {
  for (let failures = 0; failures < failuresPerDay - left; ) {
    const request = { sender, participant, challengeId: id(), target: `${id()}@example.com` };
    const code = await receiveCode(world, request);
    for (let spent = 1; spent < triesPerChallenge && failures < failuresPerDay - left; spent += 1, failures += 1)
      await guess(world, { ...request, code: wrongFor(code, spent) });
    // The sendings leave the day, the failures stay in it.
    await world.query(
      "update challenges set created_at = created_at - interval '1 day', killed_at = now(), killed_why = 'newer' where killed_at is null",
    );
  }
}

const caller = () => ({ sender: stranger(), participant: somebody().participant });

test('200 at once with one try left: one is evaluated', async () => {
  const world = await createWorld({ policy: patient });
  const one = caller();
  await leaveTries(world, 1, one);
  const request = { ...one, challengeId: id() };
  const code = await receiveCode(world, request);
  const verdicts = await Promise.all(
    Array.from({ length: 200 }, (_, index) => guess(world, { ...request, code: wrongFor(code, 100 + index) })),
  );
  expect(await evaluated(world)).toBe(failuresPerDay);
  expect(verdicts.filter(({ result }) => result !== 'limited')).toHaveLength(1);
});

test('two live codes, one at the new value and one at an old contact point, share the last try', async () => {
  const world = await createWorld({ policy: patient });
  for (let round = 1; round <= 10; round += 1) {
    const one = caller();
    const { sender, participant } = one;
    await leaveTries(world, 1, one);
    const toNew = { ...one, challengeId: id(), target: `new${round}@example.com` };
    const newCode = await receiveCode(world, toNew);
    const old = { challengeId: id(), target: participant.email ?? '' };
    await world.records.challenges.start({
      ...old,
      sender,
      participantId: participant.participantId,
      fromRegistered: false,
      purpose: 'oldContact',
      changeId: id(),
      field: 'email',
      via: 'mail',
    });
    const oldCode = (await world.records.challenges.takeForSending(old.challengeId))?.code.reveal() ?? '';
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? guess(world, { ...toNew, code: wrongFor(newCode, 100 + index) })
          : guess(world, { ...one, ...old, code: wrongFor(oldCode, 100 + index) }),
      ),
    );
    expect(await evaluated(world)).toBe(round * failuresPerDay);
  }
});

test('200 PINs at once with one left of the day: one reaches the directory', async () => {
  const world = await createWorld({ policy: patient });
  const { sender, participant } = caller();
  const { participantId } = participant;
  const { attempts } = world.records;
  const one = (challengeId: string) =>
    attempts.pin({ attemptId: id(), challengeId, sender, participantId, fromRegistered: false });
  for (let spent = 1; spent < policy.pin.perDay; spent += 1) await one(id());
  const verdicts = await Promise.all(Array.from({ length: 200 }, (_, index) => one(`c-${index % 7}`)));
  expect(verdicts.filter(({ result }) => result === 'counted')).toHaveLength(1);
});

test('200 cancel codes at once, of which none is right: as many are looked up as the policy says', async () => {
  const world = await createWorld({ policy: patient });
  const { sender } = caller();
  const cancelled = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      world.records.oldContacts.cancelByCode({ sender, turnId: id(), code: hide(`AB2CD-${10_000 + index}`) }),
    ),
  );
  expect(cancelled.filter((one) => one !== null)).toEqual([]);
  expect(await world.query('select count(*)::int from cancel_attempts')).toEqual([
    { count: policy.hold.cancelCodesPerDay },
  ]);
});
