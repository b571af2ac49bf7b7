// req:A3 req:A4 req:A5 req:A6 req:A7 req:A8 req:A9 req:B7
import pg from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { hide } from '#src/seal.ts';
import {
  createWorld,
  guess,
  id,
  patient,
  policy,
  receiveCode,
  seconds,
  somebody,
  startCode,
  stranger,
  wrongFor,
} from './world.ts';

const tries = policy.otp.triesPerChallenge;

describe('a code', () => {
  test('has six digits, is right once, and is gone from the database when it was sent', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    expect(code).toMatch(/^\d{6}$/);
    expect(await world.query('select copy_sealed, send_state from challenges')).toEqual([
      { copy_sealed: null, send_state: 'accepted' },
    ]);
    const told = "select event, details from audit where event like 'challenge.%' order by event desc";
    expect(await world.query(told)).toMatchObject([
      { event: 'challenge.started' },
      { event: 'challenge.sent', details: { via: 'mail', outcome: 'accepted' } },
    ]);
    expect(await guess(world, { ...request, code })).toEqual({ result: 'right' });
    expect(await guess(world, { ...request, code })).toEqual({ result: 'expired' });
  });

  test('is kept for another sending while the provider is busy', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    await startCode(world, { sender, participant, challengeId });
    const first = await world.records.challenges.takeForSending(challengeId);
    expect(await world.records.challenges.takeForSending(challengeId)).toBeNull();
    await world.records.challenges.sent(challengeId, { outcome: 'busy', retryAfterMs: null });
    const second = await world.records.challenges.takeForSending(challengeId);
    expect(second?.code.reveal()).toBe(first?.code.reveal());
    expect(second).toMatchObject({ via: 'mail', target: 'new@example.com', lifeSeconds: policy.otp.lifeSeconds });
  });

  test('lives exactly as long as the policy says', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    const [life] = await world.query<{ seconds: string }>(
      'select extract(epoch from expires_at - created_at) as seconds from challenges',
    );
    expect(Number(life?.seconds)).toBe(policy.otp.lifeSeconds);
    await world.query("update challenges set expires_at = clock_timestamp() - interval '1 ms'");
    expect(await guess(world, { ...request, code })).toEqual({ result: 'expired' });
    await world.query("update challenges set expires_at = clock_timestamp() + interval '2 s'");
    expect(await guess(world, { ...request, code })).toEqual({ result: 'right' });
  });

  test('is dead after the last wrong try, even for the right code', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    for (let left = tries - 1; left > 0; left -= 1) {
      expect(await guess(world, { ...request, code: wrongFor(code, left) })).toEqual({
        result: 'wrong',
        triesLeft: left,
      });
    }
    expect(await guess(world, { ...request, code: wrongFor(code) })).toEqual({ result: 'exhausted' });
    expect(await guess(world, { ...request, code })).toEqual({ result: 'exhausted' });
  });

  test('that a newer one replaced is called older, and costs a try of the newer one', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const old = { sender, participant, challengeId: id() };
    const oldCode = await receiveCode(world, old);
    await world.passTime(seconds(policy.otp.resendWait1Seconds));
    const newer = { sender, participant, challengeId: id() };
    const newCode = await receiveCode(world, newer);
    expect(await guess(world, { ...newer, code: oldCode })).toEqual({ result: 'older', triesLeft: tries - 1 });
    expect(await guess(world, { ...old, code: oldCode })).toEqual({ result: 'expired' });
    expect(await guess(world, { ...newer, code: newCode })).toEqual({ result: 'right' });
  });

  test('typed again where the PIN is asked is recognised, and nothing is spent', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    expect(await world.records.challenges.wasCode(request.challengeId, hide(code))).toBe(false);
    await guess(world, { ...request, code });
    expect(await world.records.challenges.wasCode(request.challengeId, hide(code))).toBe(true);
    expect(await world.records.challenges.wasCode(request.challengeId, hide(wrongFor(code)))).toBe(false);
    expect(await world.query('select tries from challenges')).toEqual([{ tries: 1 }]);
  });
});

describe('many at once', () => {
  test('200 guesses at the last try: one is evaluated', async () => {
    const world = await createWorld({ policy: patient });
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    for (let spent = 1; spent < tries; spent += 1) await guess(world, { ...request, code: wrongFor(code, spent) });
    await world.query('delete from audit');
    const verdicts = await Promise.all(
      Array.from({ length: 200 }, (_, index) => guess(world, { ...request, code: wrongFor(code, 100 + index) })),
    );
    expect(new Set(verdicts.map(({ result }) => result))).toEqual(new Set(['exhausted']));
    expect(await world.query('select tries from challenges')).toEqual([{ tries }]);
    expect(await world.query("select count(*)::int from audit where event = 'challenge.guessed'")).toEqual([
      { count: 1 },
    ]);
  });

  test('200 times the right code: one is accepted', async () => {
    const world = await createWorld({ policy: patient });
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    const verdicts = await Promise.all(Array.from({ length: 200 }, () => guess(world, { ...request, code })));
    expect(verdicts.filter(({ result }) => result === 'right')).toHaveLength(1);
  });

  test('20 starts for one participant leave one live challenge', async () => {
    const world = await createWorld({ policy: patient });
    const { participant } = somebody();
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        startCode(world, { sender: stranger(), participant, target: `new${index}@example.com` }),
      ),
    );
    expect(verdicts.filter(({ result }) => result === 'started')).toHaveLength(policy.send.perParticipantDay);
    expect(await world.query('select count(*)::int from challenges where killed_at is null')).toEqual([{ count: 1 }]);
  });
});

describe('a message that is delivered again', () => {
  test('gets its recorded verdict and costs nothing', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    const attempt = { ...request, code: wrongFor(code), attemptId: id() };
    const verdicts = await Promise.all([guess(world, attempt), guess(world, attempt), guess(world, attempt)]);
    expect(verdicts).toEqual(Array(3).fill({ result: 'wrong', triesLeft: tries - 1 }));
    const right = { ...request, code, attemptId: id() };
    expect(await guess(world, right)).toEqual({ result: 'right' });
    expect(await guess(world, right)).toEqual({ result: 'right' });
    expect(await world.query('select tries from challenges')).toEqual([{ tries: 2 }]);
  });

  test('with another code is refused, and somebody hears of it', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    const attempt = { ...request, attemptId: id() };
    await guess(world, { ...attempt, code: wrongFor(code) });
    expect(await guess(world, { ...attempt, code })).toEqual({ result: 'wrong', triesLeft: tries - 1 });
    expect(world.misused).toEqual([request.challengeId]);
    expect(await world.query('select tries, proved_at from challenges')).toEqual([{ tries: 1, proved_at: null }]);
  });

  test('whose process died between counting and comparing is counted once', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    const attempt = { ...request, code, attemptId: id() };
    await guess(world, { ...request, code: wrongFor(code) });
    await world.query('update code_attempts set verdict = null, attempt_id = $1, guess_hash = $2', [
      attempt.attemptId,
      world.seal.index('challenge-guess', `${attempt.attemptId}:${code}`),
    ]);
    expect(await guess(world, attempt)).toEqual({ result: 'right' });
    expect(await world.query('select tries from challenges')).toEqual([{ tries: 1 }]);
  });

  test('starts its challenge once', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    expect(await startCode(world, request)).toEqual({ result: 'started' });
    expect(await startCode(world, request)).toEqual({ result: 'repeated' });
  });
});

test.each([
  ['mobileNumber', '+6281377700001', 'optedOut', true],
  ['mobileNumber', '+6281377700002', 'destination', false],
  ['email', 'stop@example.com', 'optedOut', false],
] as const)(
  'a code to the %s %s, refused as %s, is remembered as a stop: %s',
  async (field, target, why, isStopped) => {
    const world = await createWorld();
    const request = { sender: stranger(), participant: somebody().participant, challengeId: id(), field, target };
    await startCode(world, request);
    await world.records.challenges.takeForSending(request.challengeId);
    await world.records.challenges.sent(request.challengeId, { outcome: 'refused', why, providerCode: '21610' });
    expect(await world.records.optOuts.isStopped('sms', target)).toBe(isStopped);
  },
);

test('a challenge that nobody knows is over', async () => {
  const world = await createWorld();
  const { participant, phone: sender } = somebody();
  expect(await guess(world, { sender, participant, challengeId: id(), code: '123456' })).toEqual({ result: 'expired' });
  expect(world.misused).toEqual([]);
});

test('the right code in one message that two processes take at once is right for both', async () => {
  const world = await createWorld({ policy: patient });
  const { participant, phone: sender } = somebody();
  const request = { sender, participant, challengeId: id() };
  const attempt = { ...request, code: await receiveCode(world, request), attemptId: id() };
  // Counted by a process that is gone, so that both others find it without a verdict.
  await guess(world, { ...request, code: wrongFor(attempt.code) });
  await world.query('update code_attempts set verdict = null, attempt_id = $1, guess_hash = $2', [
    attempt.attemptId,
    world.seal.index('challenge-guess', `${attempt.attemptId}:${attempt.code}`),
  ]);
  const gate = new pg.Client({ connectionString: world.ownerUrl });
  await gate.connect();
  try {
    await gate.query('begin');
    await gate.query('select from code_attempts for update');
    const verdicts = Promise.all([guess(world, attempt), guess(world, attempt)]);
    const stopped = `select distinct w.pid from pg_locks w join pg_locks r using (pid)
      where not w.granted and r.relation = 'code_attempts'::regclass`;
    await vi.waitUntil(async () => (await world.query(stopped)).length === 2, { timeout: 20_000 });
    await gate.query('commit');
    expect(await verdicts).toEqual([{ result: 'right' }, { result: 'right' }]);
  } finally {
    await gate.end();
  }
});

describe('a challenge of another', () => {
  const cases = ['conversation', 'participant', 'target'] as const;
  test.each(cases)('%s is refused and costs nothing', async (other) => {
    const world = await createWorld();
    const mine = somebody();
    const theirs = somebody();
    const request = {
      sender: mine.phone,
      participant: mine.participant,
      challengeId: id(),
      target: 'mine@example.com',
    };
    const code = await receiveCode(world, request);
    const crossed = {
      conversation: { ...request, sender: theirs.phone },
      participant: { ...request, participant: theirs.participant },
      target: { ...request, target: 'theirs@example.com' },
    };
    expect(await guess(world, { ...crossed[other], code })).toEqual({ result: 'expired' });
    expect(world.misused).toEqual([request.challengeId]);
    expect(await world.query("select subject from audit where event = 'challenge.misused'")).toHaveLength(1);
    expect(await guess(world, { ...request, code })).toEqual({ result: 'right' });
  });
});

describe('over the day', () => {
  test('a right code that came too late was no guess, a guess without a verdict was a wrong one', async () => {
    const world = await createWorld();
    const { participant } = somebody();
    for (let day = 0; day < 2; day += 1) {
      const request = { sender: stranger(), participant, challengeId: id(), target: `${day}@example.com` };
      const code = await receiveCode(world, request);
      for (let spent = 1; spent <= tries; spent += 1) await guess(world, { ...request, code: wrongFor(code, spent) });
    }
    const verdictOf = async (verdict: string | null) => {
      await world.query('update code_attempts set verdict = $1', [verdict]);
      const target = `${id()}@example.com`;
      return (await startCode(world, { sender: stranger(), participant, target })).result;
    };
    for (const verdict of ['wrong', 'older', 'exhausted', null]) expect(await verdictOf(verdict)).toBe('limited');
    for (const verdict of ['expired', 'right']) expect(await verdictOf(verdict)).toBe('started');
  });

  test('wrong codes end at the limit of the day; a stranger never uses up the tries of the registered number', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    const perDay = policy.otp.failuresPerDay;
    for (let failures = 0; failures < perDay; ) {
      const request = { sender: stranger(), participant, challengeId: id(), target: `${failures}@example.com` };
      const code = await receiveCode(world, request);
      for (let spent = 1; spent <= tries && failures < perDay; spent += 1, failures += 1) {
        await guess(world, { ...request, code: wrongFor(code, spent) });
      }
      await world.query("update challenges set created_at = created_at - interval '1 day'");
    }
    const another = stranger();
    expect(await startCode(world, { sender: another, participant })).toEqual({
      result: 'limited',
      until: expect.any(Date),
    });
    const owner = { sender: phone, participant, challengeId: id() };
    const code = await receiveCode(world, owner);
    expect(await guess(world, { ...owner, code })).toEqual({ result: 'right' });
    await world.passTime(24 * 3_600_000);
    expect(await startCode(world, { sender: another, participant })).toEqual({ result: 'started' });
  });

  test('thirty wrong codes in a row disable it until somebody lifts it; a right one starts the count anew', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const failed = async (count: number) => {
      for (let failures = 0; failures < count; failures += 1) {
        const request = { sender, participant, challengeId: id(), target: `${id()}@example.com` };
        const code = await receiveCode(world, request);
        await guess(world, { ...request, code: wrongFor(code) });
        await world.passTime(24 * 3_600_000);
      }
    };
    await failed(policy.otp.failuresUntilDisabled - 1);
    const request = { sender, participant, challengeId: id() };
    expect(await guess(world, { ...request, code: await receiveCode(world, request) })).toEqual({ result: 'right' });
    await failed(policy.otp.failuresUntilDisabled);
    expect(await startCode(world, { sender, participant })).toEqual({ result: 'limited', until: null });
    // Of this participant and these senders alone.
    expect(await startCode(world, { sender: stranger(), participant })).toEqual({ result: 'started' });
    const other = somebody();
    expect(await startCode(world, { sender: other.phone, participant: other.participant })).toEqual({
      result: 'started',
    });
  });

  test('a right code at a value of one’s own does not end the row of wrong ones at the victim’s old contact point', async () => {
    const world = await createWorld();
    const { participant } = somebody();
    const thief = { sender: stranger(), participant };
    const old = () => ({ ...thief, challengeId: id(), target: participant.email ?? '' });
    const wrongOldCode = async () => {
      const request = old();
      const { challengeId, target } = request;
      const { participantId } = participant;
      const { challenges } = world.records;
      const started = await challenges.start({
        ...{ challengeId, target, participantId, changeId: id(), sender: thief.sender },
        ...{ fromRegistered: false, purpose: 'oldContact', field: 'email', via: 'mail' },
      });
      const code = (await challenges.takeForSending(challengeId))?.code.reveal() ?? '';
      return started.result === 'started' ? await guess(world, { ...request, code: wrongFor(code) }) : started;
    };
    for (let failures = 0; failures < policy.otp.failuresUntilDisabled; failures += 1) {
      expect(await wrongOldCode()).toMatchObject({ result: 'wrong' });
      await world.passTime(24 * 3_600_000);
      if (failures % 10 !== 5) continue;
      const own = { ...thief, challengeId: id(), target: `thief.${failures}@example.com` };
      expect(await guess(world, { ...own, code: await receiveCode(world, own) })).toEqual({ result: 'right' });
    }
    expect(await wrongOldCode()).toEqual({ result: 'limited', until: null });
  });
});
