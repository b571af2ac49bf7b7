// req:A1 req:A2 req:A7 req:A13 req:A14 req:H3 promise:G3 promise:G4
import { describe, expect, test } from 'vitest';
import { UnavailableError } from '#src/errors.ts';
import {
  confirmed,
  createWorld,
  givePin,
  hours,
  id,
  policy,
  prove,
  receiveCode,
  somebody,
  startCode,
  stranger,
  type World,
} from './world.ts';

const noticesOf = (world: World) =>
  world.query<{ letter: string; recipient: string; via: string }>(
    'select letter, recipient, via from notices order by letter, recipient, via',
  );
const jobsOf = (world: World, name: string) =>
  world.query<{ data: object }>('select data from pgboss.job where name = $1', [name]);

describe('a change from the registered number', () => {
  test('is applied at once, and all contact points are told', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const change = await confirmed(world, { sender, participant });
    expect(change).toMatchObject({
      state: 'confirmed',
      ref: expect.stringMatching(/^UD-(?=.*[A-Z])[A-Z0-9]{6}$/),
      oldValue: participant.email,
      newValue: 'new@example.com',
      heldUntil: null,
    });
    expect(await noticesOf(world)).toEqual([]);
    const applied = await world.records.changes.settle(change.changeId);
    expect(applied).toMatchObject({ state: 'applied', appliedAt: expect.any(Date) });
    expect([...world.directory.writes]).toEqual([
      [change.changeId, { field: 'email', value: 'new@example.com', expected: participant.email }],
    ]);
    expect(await noticesOf(world)).toEqual([
      { letter: 'changeApplied', recipient: 'new', via: 'mail' },
      { letter: 'changeApplied', recipient: 'old', via: 'mail' },
      { letter: 'changeApplied', recipient: 'old', via: 'sms' },
    ]);
    expect(await jobsOf(world, 'notice.send')).toHaveLength(3);
  });

  test('asked for twice by the same message is one change', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    await prove(world, { sender, participant, challengeId });
    const request = {
      changeId: id(),
      challengeId,
      sender,
      participant,
      field: 'email',
      value: 'new@example.com',
      oldChannelProved: true,
    } as const;
    const first = await world.records.changes.confirm(request);
    expect(await world.records.changes.confirm(request)).toEqual(first);
    expect(await world.records.changes.find(request.changeId)).toEqual(first);
    expect(await world.records.changes.openChange(participant.participantId)).toEqual(first);
    expect(await jobsOf(world, 'change.settle')).toEqual([{ data: { changeId: request.changeId } }]);
    const audited = "select details from audit where event = 'change.confirmed'";
    expect(await world.query(audited)).toMatchObject([{ details: { field: 'email', oldChannelProved: true } }]);
  });

  test.each(['valueInUse', 'stale', 'invalid'] as const)(
    'that the directory finds %s is refused for good',
    async (result) => {
      const world = await createWorld();
      const { participant, phone: sender } = somebody();
      const { changeId } = await confirmed(world, { sender, participant });
      world.directory.changeContact = async () => ({ result });
      expect(await world.records.changes.settle(changeId)).toMatchObject({ state: 'refused', reason: result });
      world.directory.changeContact = world.directory.write;
      expect(await world.records.changes.settle(changeId)).toMatchObject({ state: 'refused' });
      expect(world.directory.writes.size).toBe(0);
      expect(await noticesOf(world)).toEqual([]);
    },
  );
});

describe('a change from any other number', () => {
  test('is held, the contact points are told, and it is applied when the time is over and not before', async () => {
    const world = await createWorld();
    const { participant } = somebody();
    const sender = stranger();
    const held = await confirmed(world, { sender, participant });
    expect(held).toMatchObject({ state: 'held', heldUntil: expect.any(Date) });
    const [hold] = await world.query<{ hours: string }>(
      'select extract(epoch from held_until - created_at) / 3600 as hours from changes',
    );
    expect(Number(hold?.hours)).toBe(policy.hold.hours);
    const told = [
      { letter: 'changeHeld', recipient: 'new', via: 'mail' },
      { letter: 'changeHeld', recipient: 'old', via: 'mail' },
      { letter: 'changeHeld', recipient: 'old', via: 'sms' },
    ];
    expect(await noticesOf(world)).toEqual(told);

    await world.passTime(hours(policy.hold.hours) - 2_000);
    expect(await world.records.changes.settleByJob(held.changeId)).toBe(false);
    expect(world.directory.writes.size).toBe(0);
    await world.passTime(2_000);
    expect(await world.records.changes.settleByJob(held.changeId)).toBe(true);
    expect(await world.records.changes.find(held.changeId)).toMatchObject({ state: 'applied' });
    expect(
      await world.query(
        "select event, details->'holdHours' as hours from audit where event like 'change.%' order by at",
      ),
    ).toEqual([
      { event: 'change.held', hours: policy.hold.hours },
      { event: 'change.applied', hours: null },
    ]);
    expect(await noticesOf(world)).toEqual([
      { letter: 'changeApplied', recipient: 'chat', via: 'whatsapp' },
      { letter: 'changeApplied', recipient: 'new', via: 'mail' },
      { letter: 'changeApplied', recipient: 'old', via: 'mail' },
      { letter: 'changeApplied', recipient: 'old', via: 'sms' },
      ...told,
    ]);
  });

  test('has its job at the end of the hold', async () => {
    const world = await createWorld();
    const { heldUntil } = await confirmed(world, { sender: stranger(), participant: somebody().participant });
    const [job] = await world.query<{ start_after: Date }>(
      "select start_after from pgboss.job where name = 'change.settle'",
    );
    expect(job?.start_after).toEqual(heldUntil);
  });

  test('is not held where the policy wants no hold', async () => {
    const world = await createWorld({ policy: { ...policy, hold: { ...policy.hold, hours: 0 } } });
    const { changeId, state } = await confirmed(world, { sender: stranger(), participant: somebody().participant });
    expect(state).toBe('confirmed');
    expect(await world.records.changes.settle(changeId)).toMatchObject({ state: 'applied' });
  });

  test('of somebody without any old contact point is held, and Care Center 165 looks at it', async () => {
    const world = await createWorld();
    const { participant } = somebody({ email: null, mobileNumber: null });
    const held = await confirmed(world, { sender: stranger(), participant });
    expect(held.state).toBe('held');
    expect(await world.query('select reason, origin, priority, change_id, state, step from cases')).toEqual([
      {
        reason: 'noOldContact',
        origin: 'system',
        priority: 1,
        change_id: held.changeId,
        state: 'review',
        step: 'waitForResult',
      },
    ]);
  });

  test('of a number tells the new number by SMS', async () => {
    const world = await createWorld();
    const { participant } = somebody({ email: null });
    await confirmed(world, { sender: stranger(), participant, field: 'mobileNumber', target: '+6281377777777' });
    expect(await noticesOf(world)).toEqual([
      { letter: 'changeHeld', recipient: 'new', via: 'sms' },
      { letter: 'changeHeld', recipient: 'old', via: 'sms' },
    ]);
  });
});

describe('a change is refused by the records', () => {
  const notProved = { code: 'not_proved' };
  const request = { field: 'email', value: 'new@example.com', oldChannelProved: false } as const;

  test('without a code, without a right PIN, with an old proof, or with one that has served', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    const confirm = () =>
      world.records.changes.confirm({ ...request, changeId: id(), challengeId, sender, participant });
    await expect(confirm()).rejects.toMatchObject(notProved);
    const code = await receiveCode(world, { sender, participant, challengeId });
    await givePin(world, { sender, participant, challengeId });
    await expect(confirm()).rejects.toMatchObject(notProved);
    await world.query('delete from pin_attempts');
    await world.query('update challenges set proved_at = now()');
    expect(code).toMatch(/^\d{6}$/);
    await expect(confirm()).rejects.toMatchObject(notProved);
    await givePin(world, { sender, participant, challengeId });
    await world.passTime(policy.session.identifiedMaxMinutes * 60_000);
    await expect(confirm()).rejects.toMatchObject(notProved);
    await world.passTime(-policy.session.identifiedMaxMinutes * 60_000);
    expect(await confirm()).toMatchObject({ state: 'held' });
    await expect(confirm()).rejects.toMatchObject(notProved);
  });

  test('with the proof of another conversation, participant or value', async () => {
    const world = await createWorld();
    const mine = somebody();
    const theirs = somebody();
    const challengeId = id();
    const right = { ...request, challengeId, sender: mine.phone, participant: mine.participant };
    await prove(world, right);
    await givePin(world, { ...right, sender: theirs.phone });
    await givePin(world, { ...right, participant: theirs.participant });
    const crossed = [
      { ...right, sender: theirs.phone },
      { ...right, participant: theirs.participant },
      { ...right, value: 'other@example.com' },
      { ...right, field: 'mobileNumber' as const },
    ];
    for (const wrong of crossed) {
      await expect(world.records.changes.confirm({ ...wrong, changeId: id() })).rejects.toMatchObject(notProved);
    }
    expect(await world.query('select * from changes')).toEqual([]);
  });

  test('where a number is claimed to be the registered one and is not', async () => {
    const world = await createWorld();
    const { participant } = somebody();
    const sender = stranger();
    const challengeId = id();
    await prove(world, { sender, participant, challengeId });
    const claimed = { ...request, oldChannelProved: true, changeId: id(), challengeId, sender, participant };
    await expect(world.records.changes.confirm(claimed)).rejects.toMatchObject(notProved);
  });

  test('after the conversation has asked for another code, or for Care Center 165', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const first = id();
    await prove(world, { sender, participant, challengeId: first });
    await startCode(world, { sender, participant, target: 'other@example.com' });
    const confirm = (challengeId: string) =>
      world.records.changes.confirm({ ...request, changeId: id(), challengeId, sender, participant });
    await expect(confirm(first)).rejects.toMatchObject(notProved);
    const second = id();
    await prove(world, { sender, participant, challengeId: second, target: 'third@example.com' });
    await world.records.cases.open({
      caseId: id(),
      sender,
      participantId: null,
      known: null,
      reason: 'asked',
      step: 'askPin',
    });
    await expect(confirm(second)).rejects.toMatchObject(notProved);
  });
});

describe('whatever the program believes', () => {
  const broken = [
    ['without the PIN', 'pin_ok_at = null'],
    ['without the code at the new value', 'new_value_proved_at = null'],
    ['without an old channel and before the end of the hold', "applied_at = held_until - interval '1 ms'"],
    ['without an old channel and without any hold', 'held_until = null'],
    ['after a cancel', 'cancelled_at = now()'],
  ] as const;
  test.each(broken)('the database refuses an applied change %s', async (_, set) => {
    const world = await createWorld();
    const { changeId } = await confirmed(world, { sender: stranger(), participant: somebody().participant });
    const apply = (more: string) =>
      world.query(`update changes set state = 'applied', applied_at = held_until, ${more} where change_id = $1`, [
        changeId,
      ]);
    const statement = set.startsWith('applied_at')
      ? world.query(`update changes set state = 'applied', ${set} where change_id = $1`, [changeId])
      : apply(set);
    await expect(statement).rejects.toMatchObject({ code: '23514' });
    await apply('reason = null');
  });
});

describe('while the directory is away', () => {
  test('before the work: the change waits, and the job finishes it and tells the chat', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const { changeId } = await confirmed(world, { sender, participant });
    world.directory.changeContact = () => Promise.reject(new UnavailableError('directory'));
    await expect(world.records.changes.settle(changeId)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await world.records.changes.find(changeId)).toMatchObject({ state: 'confirmed' });
    expect(await noticesOf(world)).toEqual([]);
    world.directory.changeContact = world.directory.write;
    expect(await world.records.changes.settleByJob(changeId)).toBe(true);
    expect(await world.records.changes.settle(changeId)).toMatchObject({ state: 'applied' });
    expect((await noticesOf(world)).filter(({ recipient }) => recipient === 'chat')).toHaveLength(1);
  });

  test('after the work: the same change id is asked again, and it is one change', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const { changeId } = await confirmed(world, { sender, participant });
    world.directory.changeContact = async (change) => {
      await world.directory.write(change);
      throw new UnavailableError('directory');
    };
    await expect(world.records.changes.settle(changeId)).rejects.toMatchObject({ code: 'unavailable' });
    world.directory.changeContact = world.directory.write;
    expect(await world.records.changes.settle(changeId)).toMatchObject({ state: 'applied' });
    expect([...world.directory.writes.keys()]).toEqual([changeId]);
  });

  test('a turn that gave up leaves the result to the job, even when the answer came', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const { changeId } = await confirmed(world, { sender, participant });
    const turn = new AbortController();
    world.directory.changeContact = async (change) => {
      turn.abort();
      return world.directory.write(change);
    };
    await expect(world.records.changes.settle(changeId, turn.signal)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await world.records.changes.find(changeId)).toMatchObject({ state: 'confirmed' });
    expect(await noticesOf(world)).toEqual([]);
    expect(await world.records.changes.settleByJob(changeId)).toBe(true);
    expect((await noticesOf(world)).map(({ recipient }) => recipient)).toContain('chat');
  });

  test('turn and job at once end it once', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const { changeId } = await confirmed(world, { sender, participant });
    await Promise.all([
      ...Array.from({ length: 5 }, () => world.records.changes.settle(changeId)),
      ...Array.from({ length: 5 }, () => world.records.changes.settleByJob(changeId)),
    ]);
    expect(await world.query("select count(*)::int from audit where event = 'change.applied'")).toEqual([{ count: 1 }]);
    const told = await noticesOf(world);
    expect(told.filter(({ recipient }) => recipient === 'old')).toHaveLength(2);
  });
});

describe('a held change', () => {
  test('is cancelled by whoever asked for it, in one word', async () => {
    const world = await createWorld();
    const { participant } = somebody();
    const sender = stranger();
    const { changeId } = await confirmed(world, { sender, participant });
    const turnId = id();
    const cancelled = await world.records.changes.cancelHeld({ sender, turnId });
    expect(cancelled).toMatchObject({ changeId, state: 'cancelled', reason: 'requester' });
    expect(await world.records.changes.cancelHeld({ sender, turnId })).toEqual(cancelled);
    expect(await world.records.changes.cancelHeld({ sender, turnId: id() })).toBeNull();
    expect((await noticesOf(world)).filter(({ letter }) => letter === 'changeCancelled')).toEqual([
      { letter: 'changeCancelled', recipient: 'new', via: 'mail' },
      { letter: 'changeCancelled', recipient: 'old', via: 'mail' },
      { letter: 'changeCancelled', recipient: 'old', via: 'sms' },
    ]);
    await world.passTime(hours(policy.hold.hours));
    expect(await world.records.changes.settleByJob(changeId)).toBe(true);
    expect(world.directory.writes.size).toBe(0);
  });

  test('is cancelled from the old number, on whatever channel, and the requester is told', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    await confirmed(world, { sender: stranger(), participant });
    const bySms = { ...phone, conversation: 'another', channel: 'sms', address: phone.phone ?? '' } as const;
    expect(await world.records.changes.cancelHeld({ sender: bySms, turnId: id() })).toMatchObject({
      state: 'cancelled',
      reason: 'oldContact',
    });
    expect((await noticesOf(world)).map(({ recipient }) => recipient)).toContain('chat');
  });

  test('is nobody else’s to cancel', async () => {
    const world = await createWorld();
    const { participant } = somebody();
    await confirmed(world, { sender: stranger(), participant });
    expect(await world.records.changes.cancelHeld({ sender: stranger(), turnId: id() })).toBeNull();
    const nameless = { ...stranger(), phone: null, address: 'whatsapp:ID.1' };
    expect(await world.records.changes.cancelHeld({ sender: nameless, turnId: id() })).toBeNull();
    expect(await world.records.changes.reportNotMe({ sender: nameless, turnId: id(), caseId: id() })).toBeNull();
  });

  test('is either cancelled or applied, never both, when both come at once', async () => {
    const world = await createWorld();
    const ends = new Set<string>();
    for (let round = 0; round < 30; round += 1) {
      const { participant, phone } = somebody();
      const { changeId } = await confirmed(world, { sender: stranger(), participant, target: `${id()}@example.com` });
      await world.passTime(hours(policy.hold.hours));
      const [cancelled] = await Promise.all([
        world.records.changes.cancelHeld({ sender: phone, turnId: id() }),
        world.records.changes.settleByJob(changeId),
      ]);
      const end = await world.records.changes.find(changeId);
      expect(end?.state).toBe(cancelled === null ? 'applied' : 'cancelled');
      expect(world.directory.writes.has(changeId)).toBe(cancelled === null);
      ends.add(end?.state ?? '');
    }
    expect(ends.has('held')).toBe(false);
  });

  test('can no longer be cancelled once the directory is being asked', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    const { changeId } = await confirmed(world, { sender: stranger(), participant });
    await world.passTime(hours(policy.hold.hours));
    world.directory.changeContact = () => Promise.reject(new UnavailableError('directory'));
    await expect(world.records.changes.settle(changeId)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await world.records.changes.cancelHeld({ sender: phone, turnId: id() })).toBeNull();
  });
});

describe('“that was not me”', () => {
  test('from an old number freezes a held change and opens a case that goes first', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    const { changeId } = await confirmed(world, { sender: stranger(), participant });
    const report = { sender: phone, turnId: id(), caseId: id() };
    const reported = await world.records.changes.reportNotMe(report);
    expect(reported).toMatchObject({
      change: { changeId, state: 'cancelled' },
      standing: { ref: expect.stringMatching(/^KC-/) },
    });
    expect(await world.records.changes.reportNotMe(report)).toEqual(reported);
    expect(await world.query('select reason, priority, change_id from cases')).toEqual([
      { reason: 'notMe', priority: 1, change_id: changeId },
    ]);
  });

  test('about an applied change is heard for seven days', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    const { changeId } = await confirmed(world, { sender: phone, participant });
    await world.records.changes.settle(changeId);
    await world.passTime(hours(24 * 7) - 5_000);
    const report = () => world.records.changes.reportNotMe({ sender: phone, turnId: id(), caseId: id() });
    expect(await report()).toMatchObject({ change: { changeId, state: 'applied' } });
    await world.passTime(5_000);
    expect(await report()).toBeNull();
  });

  test('joins the case that is open in that conversation', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    await confirmed(world, { sender: stranger(), participant });
    const opened = await world.records.cases.open({
      caseId: id(),
      sender: phone,
      participantId: null,
      known: null,
      reason: 'asked',
      step: 'menu',
    });
    const reported = await world.records.changes.reportNotMe({ sender: phone, turnId: id(), caseId: id() });
    expect(opened).toMatchObject({ standing: { caseId: reported?.standing.caseId } });
    expect(await world.query('select priority from cases')).toEqual([{ priority: 1 }]);
  });
});

test('notices and their jobs come and go with the transaction of the change', async () => {
  const world = await createWorld();
  const { participant } = somebody();
  const { changeId } = await confirmed(world, { sender: stranger(), participant });
  const before = { notices: await noticesOf(world), jobs: await jobsOf(world, 'notice.send') };
  await world.passTime(hours(policy.hold.hours));
  await world.query('alter table notices add constraint no_more check (letter = $$changeHeld$$)');
  await expect(world.records.changes.settleByJob(changeId)).rejects.toMatchObject({ code: '23514' });
  expect(await world.records.changes.find(changeId)).toMatchObject({ state: 'held' });
  expect({ notices: await noticesOf(world), jobs: await jobsOf(world, 'notice.send') }).toEqual(before);
  expect(await world.query("select * from audit where event = 'change.applied'")).toEqual([]);
});
