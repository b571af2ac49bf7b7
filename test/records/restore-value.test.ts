// req:A14 req:A1 "That was not me": what an old contact point can stop, and how an old value comes back.
import { describe, expect, test } from 'vitest';
import type { Change, Participant, Sender } from '#src/conversation/ports.ts';
import { hide } from '#src/seal.ts';
import { confirmed, createWorld, hours, id, policy, somebody, stranger, type World, wrongFor } from './world.ts';

const days = (count: number) => hours(24 * count);
const supervisor = 'agent-7';

interface Attack {
  world: World;
  participant: Participant;
  owner: Sender;
  change: Change;
}

/** Somebody with the PIN has changed the e-mail address, from the owner's number. */
async function attacked(): Promise<Attack> {
  const world = await createWorld();
  const { participant, phone: owner } = somebody();
  const { changeId } = await confirmed(world, { sender: owner, participant, target: 'attacker@example.com' });
  return { world, participant, owner, change: await world.records.changes.settle(changeId) };
}

const report = ({ world, owner }: Attack) =>
  world.records.changes.reportNotMe({ sender: owner, turnId: id(), caseId: id() });
const approve = ({ world, change }: Attack) =>
  world.records.changes.restoreOldValue({ changeId: change.changeId, supervisor, reason: 'reported' });

/** Sends the code to the old contact point and reads it as its owner would. */
async function codeFor({ world, participant, owner }: Attack, restoring: Change) {
  const challengeId = id();
  const { participantId } = participant;
  const target = participant.email ?? '';
  const start = { challengeId, sender: owner, participantId, fromRegistered: true, field: 'email', target } as const;
  await world.records.challenges.start({ ...start, purpose: 'oldContact', changeId: restoring.changeId, via: 'mail' });
  const copy = await world.records.challenges.takeForSending(challengeId);
  return { challengeId, target, code: copy?.code.reveal() ?? '' };
}

async function prove(attack: Attack, restoring: Change, sender = attack.owner): Promise<Change> {
  const { world, participant } = attack;
  const { participantId } = participant;
  const { challengeId, target, code } = await codeFor(attack, restoring);
  await world.records.challenges.check({
    challengeId,
    attemptId: id(),
    sender: attack.owner,
    participantId,
    target,
    guess: hide(code),
  });
  return world.records.oldContacts.release({ changeId: restoring.changeId, challengeId, sender, participantId });
}

describe('an old value', () => {
  test('comes back after a report on day six, an approval, and a code at that very contact point', async () => {
    const attack = await attacked();
    const { world, participant, owner, change } = attack;
    await world.passTime(days(6));
    expect(await report(attack)).toMatchObject({ change: { changeId: change.changeId } });
    const restoring = await approve(attack);
    expect(restoring).toMatchObject({
      state: 'approved',
      field: 'email',
      newValue: participant.email,
      oldValue: 'attacker@example.com',
    });
    if (restoring === null) throw new Error('not approved');
    expect(
      await world.records.oldContacts.awaiting({ sender: owner, participantId: participant.participantId }),
    ).toMatchObject({
      change: { changeId: restoring.changeId },
      contacts: [{ field: 'email', target: participant.email }],
    });
    expect(await prove(attack, restoring)).toMatchObject({ state: 'confirmed' });
    expect(await world.records.changes.settle(restoring.changeId)).toMatchObject({ state: 'applied' });
    expect(world.directory.writes.get(restoring.changeId)).toEqual({
      field: 'email',
      value: participant.email,
      expected: 'attacker@example.com',
    });
  });

  test('does not come back after a report on day eight: there is none', async () => {
    const attack = await attacked();
    await attack.world.passTime(days(8));
    expect(await report(attack)).toBeNull();
    expect(await approve(attack)).toBeNull();
  });

  test('is not restored without a report, nor where nothing was applied', async () => {
    const attack = await attacked();
    expect(await approve(attack)).toBeNull();
    const held = await confirmed(attack.world, { sender: stranger(), participant: somebody().participant });
    expect(
      await attack.world.records.changes.restoreOldValue({ changeId: held.changeId, supervisor, reason: 'reported' }),
    ).toBeNull();
  });

  test('is approved once, whoever approves again, and the audit names who', async () => {
    const attack = await attacked();
    await report(attack);
    const [first, second] = await Promise.all([approve(attack), approve(attack)]);
    expect(second?.changeId).toBe(first?.changeId);
    expect(await attack.world.query("select actor from audit where event = 'change.approved'")).toEqual([
      { actor: `agent:${supervisor}` },
    ]);
    expect(await attack.world.query("select recipient, via from notices where letter = 'restoreApproved'")).toEqual([
      { recipient: 'chat', via: 'whatsapp' },
    ]);
  });

  test('is not restored by the approval alone, by time, by another chat, or by a wrong code', async () => {
    const attack = await attacked();
    const { world, participant, owner } = attack;
    await report(attack);
    const restoring = await approve(attack);
    if (restoring === null) throw new Error('not approved');
    const { changeId } = restoring;
    await world.passTime(days(4));
    expect(await world.records.changes.settleByJob(changeId)).toBe(true);
    expect(await world.records.changes.find(changeId)).toMatchObject({ state: 'approved' });

    const { participantId } = participant;
    const { challengeId, target, code } = await codeFor(attack, restoring);
    const guess = hide(wrongFor(code));
    await world.records.challenges.check({ challengeId, attemptId: id(), sender: owner, participantId, target, guess });
    const release = (sender: Sender) =>
      world.records.oldContacts.release({ changeId, challengeId, sender, participantId });
    await expect(release(owner)).rejects.toMatchObject({ code: 'not_proved' });
    await expect(prove(attack, restoring, stranger())).rejects.toMatchObject({ code: 'not_proved' });
    expect(world.directory.writes.has(changeId)).toBe(false);
  });

  test('cannot be kept from coming back by whoever has the account now', async () => {
    const attack = await attacked();
    await report(attack);
    const restoring = await approve(attack);
    const mailbox = { ...stranger(), conversation: attack.owner.conversation };
    expect(await attack.world.records.changes.cancelHeld({ sender: mailbox, turnId: id() })).toBeNull();
    expect(await attack.world.records.changes.find(restoring?.changeId ?? '')).toMatchObject({ state: 'approved' });
  });
});

describe('whatever the program believes', () => {
  test.each([
    ['without the code at the old contact point', 'old_channel_proved_at = null'],
    ['without an approval', 'approved_by = null, approved_at = null'],
    ['as if it restored nothing', 'restores = null'],
  ])('the database refuses a restoration %s', async (_, set) => {
    const attack = await attacked();
    await report(attack);
    const restoring = await approve(attack);
    const apply = (more: string) =>
      attack.world.query(
        `update changes set state = 'applied', applied_at = now(), new_value_proved_at = now(),
          old_channel_proved_at = now() ${more} where change_id = $1`,
        [restoring?.changeId],
      );
    const broken = attack.world.query(
      `update changes set state = 'applied', applied_at = now(), new_value_proved_at = now()
        ${set.startsWith('old_channel') ? '' : ', old_channel_proved_at = now()'}, ${set} where change_id = $1`,
      [restoring?.changeId],
    );
    await expect(broken).rejects.toMatchObject({ code: '23514' });
    await apply('');
  });
});

test('a report freezes whatever is held for that participant, also what the attacker asked for later', async () => {
  const world = await createWorld();
  const { participant, phone: owner } = somebody();
  const taken = stranger();
  const first = await confirmed(world, {
    sender: owner,
    participant,
    field: 'mobileNumber',
    target: taken.phone ?? '',
  });
  await world.records.changes.settle(first.changeId);
  const now = { ...participant, mobileNumber: taken.phone };
  const later = await confirmed(world, { sender: stranger(), participant: now, target: 'attacker@example.com' });
  expect(later.state).toBe('held');
  const reported = await world.records.changes.reportNotMe({ sender: owner, turnId: id(), caseId: id() });
  expect(reported?.change).toMatchObject({ changeId: later.changeId, state: 'cancelled' });
  expect(
    await world.records.changes.restoreOldValue({ changeId: first.changeId, supervisor, reason: 'reported' }),
  ).toMatchObject({
    state: 'approved',
    newValue: owner.phone,
  });
  expect(policy.revert.days).toBe(7);
});
