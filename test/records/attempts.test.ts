// req:A10 req:B5 req:B7 promise:G5
import { describe, expect, test } from 'vitest';
import type { Participant, PinCheck, Sender } from '#src/conversation/ports.ts';
import {
  aim,
  createWorld,
  hours,
  id,
  isRegistered,
  patient,
  policy,
  seconds,
  somebody,
  stranger,
  type World,
} from './world.ts';

const number = '9901014506850001';

async function fail(world: World, sender: Sender, nik: string) {
  const attemptId = id();
  const counted = await world.records.attempts.identify({ attemptId, sender, number: nik });
  if (counted === 'counted') await world.records.attempts.identified({ attemptId, sender, participantId: null });
  return counted;
}

describe('looking somebody up', () => {
  test('fails five times a day for one sender, and is then refused until a day has passed', async () => {
    const world = await createWorld();
    const sender = stranger();
    for (let failures = 0; failures < policy.identify.perSenderDay; failures += 1) {
      expect(await fail(world, sender, `${failures}`)).toBe('counted');
    }
    expect(await fail(world, sender, number)).toBe('limited');
    expect(await fail(world, stranger(), number)).toBe('counted');
    await world.passTime(hours(24));
    expect(await fail(world, sender, number)).toBe('counted');
  });

  test('fails ten times a day for one number, whoever asks', async () => {
    const world = await createWorld();
    for (let failures = 0; failures < policy.identify.perIdentifierDay; failures += 1) {
      expect(await fail(world, stranger(), number)).toBe('counted');
    }
    expect(await fail(world, stranger(), number)).toBe('numberLimited');
    await world.passTime(hours(24));
    expect(await fail(world, stranger(), number)).toBe('counted');
  });

  test('reaches twenty numbers a month from one sender, found or not', async () => {
    const world = await createWorld();
    const sender = stranger();
    const find = async (nik: string) => {
      const attemptId = id();
      const counted = await world.records.attempts.identify({ attemptId, sender, number: nik });
      await world.records.attempts.identified({ attemptId, sender, participantId: `P-${nik}` });
      return counted;
    };
    for (let found = 0; found < policy.identify.identifiersPerSenderMonth; found += 1) {
      expect(await find(`${found}`)).toBe('counted');
    }
    expect(await find('another')).toBe('limited');
    expect(await find('0')).toBe('counted');
    await world.passTime(hours(24 * 30));
    expect(await find('another')).toBe('counted');
  });

  test('leaves one entry in the audit for its end, and one for each time that a limit met it', async () => {
    const world = await createWorld();
    const sender = stranger();
    const { attempts } = world.records;
    const events = async () =>
      (await world.query<{ event: string }>('select event from audit order by at, event')).map(({ event }) => event);
    const attempt = { attemptId: id(), sender, number };
    await attempts.identify(attempt);
    await attempts.identified({ ...attempt, participantId: 'P-1' });
    await attempts.identified({ ...attempt, participantId: null });
    expect(await events()).toEqual(['identification.matched']);
    for (let failures = 0; failures < policy.identify.perSenderDay; failures += 1) await fail(world, sender, number);
    await fail(world, sender, number);
    for (let failures = policy.identify.perSenderDay; failures < policy.identify.perIdentifierDay; failures += 1)
      await fail(world, stranger(), number);
    expect(await fail(world, stranger(), number)).toBe('numberLimited');
    expect((await events()).filter((event) => event === 'identification.limited')).toHaveLength(2);
    expect((await events()).filter((event) => event === 'identification.failed')).toHaveLength(
      policy.identify.perIdentifierDay,
    );
  });

  test('counts a repeated message once', async () => {
    const world = await createWorld();
    const attempt = { attemptId: id(), sender: stranger(), number };
    expect(await world.records.attempts.identify(attempt)).toBe('counted');
    expect(await world.records.attempts.identify(attempt)).toBe('repeated');
  });

  test('without an answer of the directory costs nothing in the end, but no parallel attempt gets around the limit', async () => {
    const world = await createWorld({ policy: patient });
    const sender = stranger();
    const ask = (nik: number) => world.records.attempts.identify({ attemptId: id(), sender, number: `${nik}` });
    const verdicts = await Promise.all(Array.from({ length: 40 }, (_, nik) => ask(nik % 10)));
    expect(verdicts.filter((verdict) => verdict === 'counted')).toHaveLength(policy.identify.perSenderDay);
    await world.passTime(seconds(61));
    expect(await ask(0)).toBe('counted');
  });

  test('that the directory did not answer costs nothing at all; the same message, answered later, does', async () => {
    const world = await createWorld();
    const sender = stranger();
    const { attempts } = world.records;
    const attemptIds = Array.from({ length: policy.identify.perSenderDay }, id);
    for (const attemptId of attemptIds) {
      expect(await attempts.identify({ attemptId, sender, number })).toBe('counted');
      await attempts.unanswered(attemptId);
    }
    expect(await attempts.identify({ attemptId: id(), sender, number })).toBe('counted');
    for (const attemptId of attemptIds) {
      expect(await attempts.identify({ attemptId, sender, number })).toBe('repeated');
      await attempts.identified({ attemptId, sender, participantId: null });
    }
    expect(await attempts.identify({ attemptId: id(), sender, number })).toBe('limited');
  });
});

interface Pin {
  participant: Participant;
  sender: Sender;
  challengeId?: string;
  verdict?: PinCheck;
  attemptId?: string;
}

async function tryPin(world: World, { participant, sender, challengeId = id(), verdict, attemptId = id() }: Pin) {
  const { attempts } = world.records;
  const { participantId } = participant;
  const fromRegistered = isRegistered({ sender, participant });
  const counted = await attempts.pin({ attemptId, challengeId, sender, participantId, fromRegistered });
  if (counted.result === 'counted' && verdict !== undefined) {
    await attempts.pinChecked({ ...aim, attemptId, sender, participantId, verdict });
  }
  return counted;
}

describe('a PIN', () => {
  const counted = { result: 'counted', inFlight: expect.any(Number) };
  const limited = { result: 'limited', until: expect.any(Date) };

  test('may be wrong three times with one code; with a new code it may be tried on', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    for (let failures = 0; failures < policy.pin.perFlow; failures += 1) {
      expect(await tryPin(world, { participant, sender, challengeId, verdict: 'wrong' })).toEqual(counted);
    }
    expect(await tryPin(world, { participant, sender, challengeId, verdict: 'wrong' })).toEqual({ result: 'spent' });
    expect(await tryPin(world, { participant, sender })).toEqual(counted);
  });

  test('may be wrong five times a day, and an attempt without an answer counts', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const verdicts = ['wrong', 'noAnswer', undefined] as const;
    for (let failures = 0; failures < policy.pin.perDay; failures += 1) {
      const verdict = verdicts[failures % 3];
      expect(await tryPin(world, { participant, sender, ...(verdict && { verdict }) })).toEqual(counted);
    }
    expect(await tryPin(world, { participant, sender })).toEqual(limited);
    await world.passTime(hours(24));
    expect(await tryPin(world, { participant, sender })).toEqual(counted);
  });

  test('that the directory did not compare costs nothing', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    for (let tries = 0; tries <= policy.pin.perDay; tries += 1) {
      const verdict = tries % 2 === 0 ? 'locked' : 'notSet';
      expect(await tryPin(world, { participant, sender, verdict })).toEqual(counted);
    }
  });

  test('that was wrong ten times in a row stays refused until somebody lifts it; a right one starts the count anew', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const failed = async (count: number) => {
      for (let failures = 0; failures < count; failures += 1) {
        expect(await tryPin(world, { participant, sender, verdict: 'wrong' })).toEqual(counted);
        await world.passTime(hours(24));
      }
    };
    await failed(policy.pin.consecutive - 1);
    await tryPin(world, { participant, sender, verdict: 'ok' });
    await world.passTime(1);
    await failed(policy.pin.consecutive);
    expect(await tryPin(world, { participant, sender })).toEqual({ result: 'limited', until: null });
    expect(await world.query("select from audit where event = 'pin.limited'")).toHaveLength(1);
  });

  test('of a stranger never uses up the tries of the registered number', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    for (let failures = 0; failures < policy.pin.perDay; failures += 1) {
      await tryPin(world, { participant, sender: stranger(), verdict: 'wrong' });
    }
    expect(await tryPin(world, { participant, sender: stranger() })).toEqual(limited);
    expect(await tryPin(world, { participant, sender: phone })).toEqual(counted);
  });

  test('typed 100 times at once is counted as often as the policy says', async () => {
    const world = await createWorld({ policy: patient });
    const { participant, phone: sender } = somebody();
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => tryPin(world, { participant, sender })));
    expect(verdicts.filter(({ result }) => result === 'counted')).toHaveLength(policy.pin.perDay);
  });

  test('delivered again is not counted again, and gets the verdict that it had', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const attempt = { participant, sender, attemptId: id() };
    expect(await tryPin(world, attempt)).toEqual(counted);
    expect(await tryPin(world, attempt)).toEqual({ result: 'repeated', verdict: null });
    const { participantId } = participant;
    await world.records.attempts.pinChecked({ ...aim, ...attempt, participantId, verdict: 'wrong' });
    expect(await tryPin(world, attempt)).toEqual({ result: 'repeated', verdict: 'wrong' });
    await world.records.attempts.pinChecked({ ...aim, ...attempt, participantId, verdict: 'ok' });
    expect(await tryPin(world, attempt)).toEqual({ result: 'repeated', verdict: 'wrong' });
  });

  test('that was wrong leaves the smallest of what this code, the day and the row of failures leave', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const wrong = async (challengeId: string) => {
      const attempt = { attemptId: id(), sender, participantId: participant.participantId };
      await world.records.attempts.pin({ ...attempt, challengeId, fromRegistered: true });
      return world.records.attempts.pinChecked({ ...aim, ...attempt, verdict: 'wrong' });
    };
    const [first, second] = [id(), id()];
    expect(await wrong(first)).toEqual({ result: 'open', triesLeft: 2 });
    expect(await wrong(first)).toEqual({ result: 'open', triesLeft: 1 });
    expect(await wrong(first)).toEqual({ result: 'spent' });
    expect(await wrong(second)).toEqual({ result: 'open', triesLeft: 1 });
    expect(await wrong(second)).toEqual(limited);
  });

  test('knows how many others of the same participant are with the directory', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    expect(await tryPin(world, { participant, sender: phone })).toEqual({ result: 'counted', inFlight: 0 });
    expect(await tryPin(world, { participant, sender: stranger(), verdict: 'wrong' })).toMatchObject({ inFlight: 1 });
    expect(await tryPin(world, { participant, sender: stranger() })).toMatchObject({ inFlight: 1 });
    expect(await tryPin(world, { participant: somebody().participant, sender: stranger() })).toMatchObject({
      inFlight: 0,
    });
    await world.passTime(seconds(61));
    expect(await tryPin(world, { participant, sender: stranger() })).toMatchObject({ inFlight: 0 });
  });

  test('whose answer was given up may still be compared, and is with the directory for a minute', async () => {
    const world = await createWorld();
    const { participant, phone } = somebody();
    await tryPin(world, { participant, sender: phone, verdict: 'noAnswer' });
    await tryPin(world, { participant, sender: phone, verdict: 'wrong' });
    expect(await tryPin(world, { participant, sender: stranger(), verdict: 'ok' })).toMatchObject({ inFlight: 1 });
    await world.passTime(seconds(61));
    expect(await tryPin(world, { participant, sender: stranger() })).toMatchObject({ inFlight: 0 });
  });

  test('that was kept from the directory costs nothing', async () => {
    const world = await createWorld();
    const { participant } = somebody();
    const sender = stranger();
    const challengeId = id();
    for (let tries = 0; tries <= policy.pin.perDay; tries += 1) {
      expect(await tryPin(world, { participant, sender, challengeId, verdict: 'withheld' })).toEqual(counted);
    }
  });
});
