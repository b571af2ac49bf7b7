// req:A13 Whoever uses up the tries at a code or at the PIN is told about to the old contact points: once, within limits.
import { describe, expect, test } from 'vitest';
import { UnavailableError } from '#src/errors.ts';
import {
  aim,
  createWorld,
  guess,
  guessWrong,
  hours,
  id,
  isRegistered,
  patient,
  policy,
  receiveCode,
  somebody,
  stranger,
  type Try,
  type World,
  wrongFor,
} from './world.ts';

type Told = { via: string; letter: string; recipient: string; notice_id: string };

async function withPeople(changes: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld(changes);
  const people = new Map<string, Try['participant']>();
  world.directory.read = async (participantId) => {
    const found = people.get(participantId);
    if (found === undefined) throw new Error('nobody');
    return found;
  };
  const person = (contacts = {}) => {
    const one = somebody(contacts);
    people.set(one.participant.participantId, one.participant);
    return one;
  };
  return { world, person };
}

/** Types wrong codes until the challenge is over. */
async function exhaust(world: World, request: Try): Promise<string> {
  const one = { ...request, challengeId: id() };
  const code = await receiveCode(world, one);
  await guessWrong(world, { ...one, code }, policy.otp.triesPerChallenge);
  return one.challengeId;
}

async function wrongPin(world: World, { sender, participant }: Try, isLast = false): Promise<void> {
  const { participantId } = participant;
  const attempt = { attemptId: id(), sender, participantId };
  const fromRegistered = isRegistered({ sender, participant });
  const { result } = await world.records.attempts.pin({ ...attempt, challengeId: id(), fromRegistered });
  if (result !== 'counted') return;
  await world.records.attempts.pinChecked({ ...aim, ...attempt, verdict: 'wrong', isLast });
}

const noted = (world: World) =>
  world.query<{ warning_id: string; by_sms: boolean }>('select warning_id, by_sms from warnings order by created_at');
const jobs = (world: World) => world.query("select 1 from pgboss.job where name = 'warning.tell'");
const told = (world: World) =>
  world.query<Told>('select via, letter, recipient, notice_id from notices where warning_id is not null order by via');

async function tellAll(world: World): Promise<void> {
  for (const { warning_id } of await noted(world)) expect(await world.records.warnings.tell(warning_id)).toBe('done');
}

test('five wrong codes are told to the old mailbox and the old number, and to nobody else', async () => {
  const { world, person } = await withPeople();
  const { participant } = person();
  const challengeId = await exhaust(world, { sender: stranger(), participant, target: 'thief@example.com' });
  expect(await noted(world)).toEqual([{ warning_id: `code.${challengeId}`, by_sms: true }]);
  expect(await jobs(world)).toHaveLength(1);
  expect(await world.query("select details from audit where event = 'warning.noted'")).toEqual([
    { details: { guessed: 'code', field: 'email', value: 't•••f@example.com', bySms: true } },
  ]);
  expect(await told(world)).toEqual([]);
  await tellAll(world);
  const letters = await told(world);
  expect(letters).toMatchObject([
    { via: 'mail', letter: 'triesUsedUp', recipient: 'old' },
    { via: 'sms', letter: 'triesUsedUp', recipient: 'old' },
  ]);
  const taken = await Promise.all(letters.map(({ notice_id }) => world.records.notices.take(notice_id)));
  expect(taken).toMatchObject(
    [participant.email, participant.mobileNumber].map((to) => ({
      to,
      letter: { guessed: 'code', field: 'email', value: 't•••f@example.com', ref: expect.stringMatching(/^PK-\w{6}$/) },
    })),
  );
});

test('tries that are left tell nobody, and neither does a code that was right', async () => {
  const { world, person } = await withPeople();
  const { participant } = person();
  const one = { sender: stranger(), participant, challengeId: id() };
  const code = await receiveCode(world, one);
  await guessWrong(world, { ...one, code }, policy.otp.triesPerChallenge - 1);
  await guess(world, { ...one, code });
  await wrongPin(world, one);
  expect(await noted(world)).toEqual([]);
});

test.each([
  ['of the directory', 1, true],
  ['of ours', policy.pin.perDay, false],
])('the PIN that meets the limit %s is told', async (_whose, pins, isLast) => {
  const { world, person } = await withPeople();
  const { participant } = person();
  for (let count = 1; count <= pins; count += 1) {
    expect(await noted(world)).toEqual([]);
    await wrongPin(world, { sender: stranger(), participant }, isLast);
  }
  await tellAll(world);
  expect(await told(world)).toHaveLength(2);
  const taken = await world.records.notices.take((await told(world))[0]?.notice_id ?? '');
  expect(taken).toMatchObject({ letter: { guessed: 'pin', field: 'email', value: 'b•••@example.com' } });
});

test('the owner’s own number, which reads it in the chat, gets no SMS of it; the mailbox does', async () => {
  const { world, person } = await withPeople();
  const { participant, phone } = person();
  await exhaust(world, { sender: phone, participant });
  await tellAll(world);
  expect(await told(world)).toMatchObject([{ via: 'mail' }]);
});

test.each([
  [{ email: null }, ['sms']],
  [{ mobileNumber: null }, ['mail']],
  [{ email: null, mobileNumber: null }, []],
])('whoever has registered %o is told by %o', async (contacts, ways) => {
  const { world, person } = await withPeople();
  const { participant } = person(contacts);
  await exhaust(world, { sender: stranger(), participant });
  await tellAll(world);
  expect((await told(world)).map(({ via }) => via)).toEqual(ways);
});

test('a job that runs again, also several at once, tells nobody twice', async () => {
  const { world, person } = await withPeople();
  const { participant } = person();
  const challengeId = await exhaust(world, { sender: stranger(), participant });
  await Promise.all(Array.from({ length: 5 }, () => world.records.warnings.tell(`code.${challengeId}`)));
  await tellAll(world);
  expect(await told(world)).toHaveLength(2);
  expect(await world.query('select 1 from warnings where about_sealed is not null or told_at is null')).toEqual([]);
});

test('noted again for the same guess it is the same warning, and has one job', async () => {
  const { world, person } = await withPeople();
  const { participantId } = person().participant;
  const { database, warnings } = world.records;
  const warning = { ...aim, guessId: id(), guessed: 'pin' as const, sender: stranger(), participantId };
  for (let times = 0; times < 2; times += 1) await database.transaction((trx) => warnings.note(trx, warning));
  expect(await noted(world)).toHaveLength(1);
  expect(await jobs(world)).toHaveLength(1);
});

test('while the directory does not answer the job waits, and tells them when it does', async () => {
  const { world, person } = await withPeople();
  const { participant } = person();
  const challengeId = await exhaust(world, { sender: stranger(), participant });
  const { read } = world.directory;
  world.directory.read = () => Promise.reject(new UnavailableError('directory'));
  expect(await world.records.warnings.tell(`code.${challengeId}`)).toBe('later');
  expect(await told(world)).toEqual([]);
  const mistake = new TypeError('a mistake');
  world.directory.read = () => Promise.reject(mistake);
  await expect(world.records.warnings.tell(`code.${challengeId}`)).rejects.toBe(mistake);
  world.directory.read = read;
  await tellAll(world);
  expect(await told(world)).toHaveLength(2);
});

test('a verdict that could not be kept has warned nobody: both are in one transaction', async () => {
  const { world, person } = await withPeople();
  const { participant } = person();
  const one = { sender: stranger(), participant, challengeId: id() };
  const code = await receiveCode(world, one);
  await guessWrong(world, { ...one, code }, policy.otp.triesPerChallenge - 1);
  await world.query('alter table warnings add constraint dies check (false) not valid');
  const last = { ...one, code: wrongFor(code, 9), attemptId: id() };
  await expect(guess(world, last)).rejects.toMatchObject({ code: '23514' });
  expect(await world.query("select 1 from challenges where killed_why = 'exhausted'")).toEqual([]);
  await world.query('alter table warnings drop constraint dies');
  // The same message again, as Twilio or a participant repeats it.
  expect(await guess(world, last)).toEqual({ result: 'exhausted' });
  expect(await guess(world, last)).toEqual({ result: 'exhausted' });
  expect(await noted(world)).toHaveLength(1);
});

describe('a stranger who wants to annoy', () => {
  test('causes two letters a day for each contact point and no more, also at once; the audit has them all', async () => {
    const { world, person } = await withPeople({ policy: patient });
    const { participant } = person();
    const tries = Array.from({ length: 6 }, () => wrongPin(world, { sender: stranger(), participant }, true));
    await Promise.all(tries);
    expect(await noted(world)).toHaveLength(policy.warn.perParticipantDay);
    const more = "select 1 from audit where event = 'warning.limited'";
    // Of six PINs the sixth met the limit of PINs, and was not compared.
    expect(await world.query(more)).toHaveLength(policy.pin.perDay - policy.warn.perParticipantDay);
    const other = person();
    await wrongPin(world, { sender: stranger(), participant: other.participant }, true);
    expect(await noted(world)).toHaveLength(policy.warn.perParticipantDay + 1);
    await world.passTime(hours(24));
    await wrongPin(world, { sender: stranger(), participant }, true);
    expect(await noted(world)).toHaveLength(policy.warn.perParticipantDay + 2);
  });

  test.each([0, 1, 3])(
    'at a ceiling of %i SMS a day costs no more; the mailboxes are told all the same',
    async (most) => {
      const { world, person } = await withPeople({ policy: { ...patient, warn: { ...policy.warn, smsPerDay: most } } });
      const people = Array.from({ length: 5 }, () => person().participant);
      await Promise.all(people.map((participant) => wrongPin(world, { sender: stranger(), participant }, true)));
      await tellAll(world);
      const ways = (await told(world)).map(({ via }) => via);
      expect(ways.filter((via) => via === 'sms')).toHaveLength(most);
      expect(ways.filter((via) => via === 'mail')).toHaveLength(people.length);
      await world.passTime(hours(24));
      await wrongPin(world, { sender: stranger(), participant: person().participant }, true);
      expect((await noted(world)).filter(({ by_sms }) => by_sms)).toHaveLength(most === 0 ? 0 : most + 1);
    },
  );
});

test('nobody can read from the row whom it is about', async () => {
  const { world, person } = await withPeople();
  const { participant } = person();
  await exhaust(world, { sender: stranger(), participant });
  const [row] = await world.query<{ text: string }>('select warnings::text as text from warnings');
  for (const value of [participant.participantId, participant.email, participant.mobileNumber]) {
    expect(row?.text).not.toContain(value);
  }
});
