// req:A2 req:A7 A code at an old contact point releases one change, of one conversation, once.
import { describe, expect, test } from 'vitest';
import type { Change, Participant, Sender } from '#src/conversation/ports.ts';
import { hide } from '#src/seal.ts';
import { confirmed, createWorld, hours, id, policy, prove, somebody, stranger, type World } from './world.ts';

interface Asked {
  sender: Sender;
  participant: Participant;
  change: Change;
}

async function held(world: World, sender = stranger(), participant = somebody().participant): Promise<Asked> {
  return {
    sender,
    participant,
    change: await confirmed(world, { sender, participant, target: `${id()}@example.com` }),
  };
}

/** A code to the old mailbox, read and typed there. @returns the id of its challenge */
async function proveMailbox(world: World, { sender, participant, change }: Asked): Promise<string> {
  const challengeId = id();
  const { participantId } = participant;
  const target = participant.email ?? '';
  const start = { challengeId, sender, participantId, fromRegistered: false, field: 'email', target } as const;
  await world.records.challenges.start({ ...start, purpose: 'oldContact', changeId: change.changeId, via: 'mail' });
  const copy = await world.records.challenges.takeForSending(challengeId);
  const guess = hide(copy?.code.reveal() ?? '');
  const attempt = { challengeId, attemptId: id(), sender, participantId, target, guess };
  expect(await world.records.challenges.check(attempt)).toEqual({ result: 'right' });
  return challengeId;
}

const release = (world: World, { sender, participant, change }: Asked, challengeId: string) =>
  world.records.oldContacts.release({
    changeId: change.changeId,
    challengeId,
    sender,
    participantId: participant.participantId,
  });

const notProved = { code: 'not_proved' };

describe('a code at an old contact point', () => {
  test('makes the held change effective before its time', async () => {
    const world = await createWorld();
    const asked = await held(world);
    const challengeId = await proveMailbox(world, asked);
    expect(await release(world, asked, challengeId)).toMatchObject({ state: 'confirmed' });
    expect(await world.records.changes.settle(asked.change.changeId)).toMatchObject({ state: 'applied' });
    expect(await world.query("select details from audit where event = 'change.released'")).toEqual([
      { details: { field: 'email', contact: expect.stringContaining('•••'), restores: false } },
    ]);
  });

  test('given twice releases once, and the job brings it to its end without the turn', async () => {
    const world = await createWorld();
    const asked = await held(world);
    const challengeId = await proveMailbox(world, asked);
    await Promise.all([release(world, asked, challengeId), release(world, asked, challengeId)]);
    expect(await world.query("select 1 from audit where event = 'change.released'")).toHaveLength(1);
    expect(await world.records.changes.settleByJob(asked.change.changeId)).toBe(true);
    expect(await release(world, asked, challengeId)).toMatchObject({ state: 'applied' });
  });

  test('releases neither another change, nor one of another conversation or participant', async () => {
    const world = await createWorld();
    const mine = await held(world);
    const other = await held(world, mine.sender, mine.participant);
    const theirs = await held(world);
    const challengeId = await proveMailbox(world, mine);
    await expect(release(world, other, challengeId)).rejects.toMatchObject(notProved);
    await expect(release(world, theirs, challengeId)).rejects.toMatchObject(notProved);
    await expect(release(world, { ...mine, sender: theirs.sender }, challengeId)).rejects.toMatchObject(notProved);
    await expect(release(world, { ...mine, participant: theirs.participant }, challengeId)).rejects.toMatchObject(
      notProved,
    );
    expect(world.directory.writes.size).toBe(0);
  });

  test('is not the code at the new value', async () => {
    const world = await createWorld();
    const mine = await held(world);
    const challengeId = id();
    await prove(world, { ...mine, challengeId, target: 'another@example.com' });
    await expect(release(world, mine, challengeId)).rejects.toMatchObject(notProved);
  });

  test('proves nothing after an hour', async () => {
    const world = await createWorld();
    const mine = await held(world);
    const challengeId = await proveMailbox(world, mine);
    await world.passTime(policy.session.identifiedMaxMinutes * 60_000);
    await expect(release(world, mine, challengeId)).rejects.toMatchObject(notProved);
  });

  test('comes too late where the hold is over: the change is what it is', async () => {
    const world = await createWorld();
    const mine = await held(world);
    const challengeId = await proveMailbox(world, mine);
    await world.passTime(-hours(policy.hold.hours));
    await world.query('update changes set held_until = now()');
    await world.records.changes.settleByJob(mine.change.changeId);
    expect(await release(world, mine, challengeId)).toMatchObject({ state: 'applied' });
  });
});

test('a change cancelled and released at once has one end', async () => {
  const world = await createWorld();
  for (let round = 0; round < 8; round += 1) {
    const asked = await held(world);
    const challengeId = await proveMailbox(world, asked);
    const [cancelled] = await Promise.all([
      world.records.changes.cancelHeld({ sender: asked.sender, turnId: id() }),
      release(world, asked, challengeId),
    ]);
    await world.records.changes.settleByJob(asked.change.changeId);
    const end = await world.records.changes.find(asked.change.changeId);
    expect(end?.state).toBe(cancelled === null ? 'applied' : 'cancelled');
    expect(world.directory.writes.has(asked.change.changeId)).toBe(cancelled === null);
  }
});

test('a message whose cancel code was wrong cancels nothing when it comes again with the right one (req:H6)', async () => {
  const world = await createWorld();
  const { change } = await held(world);
  const [letter] = await world.query<{ notice_id: string }>(
    "select notice_id from notices where via = 'mail' and recipient = 'old'",
  );
  const taken = await world.records.notices.take(letter?.notice_id ?? '');
  if (taken === null || taken === 'later' || taken.letter.letter !== 'changeHeld') throw new Error('no letter');
  const right = hide(taken.letter.cancelCode ?? '');
  const request = { sender: stranger(), turnId: id() };
  expect(await world.records.oldContacts.cancelByCode({ ...request, code: hide('AAAA2-BBBB2') })).toBeNull();
  expect(await world.records.oldContacts.cancelByCode({ ...request, code: right })).toBeNull();
  expect(await world.records.changes.find(change.changeId)).toMatchObject({ state: 'held' });
  expect(await world.records.oldContacts.cancelByCode({ ...request, turnId: id(), code: right })).toMatchObject({
    state: 'cancelled',
  });
});
