// req:B7 req:A10 Whatever strangers do who know NIK, birth date and plans of a participant: on the registered number the
// owner goes on. One test for each limit that strangers can fill.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Change, Participant } from '#src/conversation/ports.ts';
import { hide } from '#src/seal.ts';
import {
  aim,
  confirmed,
  createWorld as createRecords,
  guess,
  id,
  patient,
  policy,
  type World as Records,
  receiveCode,
  somebody,
  startCode,
  stranger,
  wrongFor,
} from '../records/world.ts';
import { createWorld, type World } from '../support/world.ts';

const started = { result: 'started' };
const limited = { result: 'limited', until: expect.any(Date) };

describe('what strangers cannot use up', () => {
  let world: Records;
  let owner: ReturnType<typeof somebody>;
  beforeEach(async () => {
    world = await createRecords({ policy: patient });
    owner = somebody();
  });

  const asOwner = (more: object = {}) =>
    startCode(world, { sender: owner.phone, participant: owner.participant, ...more });
  const asStranger = (participant: Participant, more: object = {}) =>
    startCode(world, { sender: stranger(), participant, ...more });

  test('codes to the very address that the owner wants', async () => {
    const target = 'siti.baru@example.com';
    for (let sent = 0; sent < policy.send.perTarget15Min; sent += 1)
      expect(await asStranger(somebody().participant, { target })).toEqual(started);
    expect(await asStranger(owner.participant, { target })).toEqual(limited);
    expect(await asOwner({ target })).toEqual(started);
  });

  test('codes to the block of numbers that the owner’s new one is in', async () => {
    const numbers = Array.from({ length: policy.send.unverifiedPerPrefix8 }, (_, at) => `+62813770001${10 + at}`);
    for (const target of numbers)
      expect(await asStranger(somebody().participant, { target, field: 'mobileNumber' })).toEqual(started);
    const target = '+6281377000999';
    expect(await asStranger(owner.participant, { target, field: 'mobileNumber' })).toEqual(limited);
    expect(await asOwner({ target, field: 'mobileNumber' })).toEqual(started);
  });

  test('codes for the owner’s data', async () => {
    for (let sent = 0; sent < policy.send.perParticipantDay; sent += 1)
      expect(await asStranger(owner.participant, { target: `${id()}@example.com` })).toEqual(started);
    expect(await asStranger(owner.participant, { target: `${id()}@example.com` })).toEqual(limited);
    expect(await asOwner()).toEqual(started);
  });

  test('guesses at codes, until they are disabled for good', async () => {
    for (let failures = 0; failures < policy.otp.failuresUntilDisabled; ) {
      const request = {
        sender: stranger(),
        participant: owner.participant,
        challengeId: id(),
        target: `${id()}@example.com`,
      };
      const code = await receiveCode(world, request);
      for (let tries = 0; tries < policy.otp.triesPerChallenge; tries += 1, failures += 1)
        await guess(world, { ...request, code: wrongFor(code, tries + 1) });
      await world.query("update challenges set created_at = created_at - interval '1 day'");
      await world.query("update code_attempts set created_at = created_at - interval '1 day'");
    }
    expect(await asStranger(owner.participant)).toEqual({ result: 'limited', until: null });
    const request = { sender: owner.phone, participant: owner.participant, challengeId: id() };
    expect(await guess(world, { ...request, code: await receiveCode(world, request) })).toEqual({ result: 'right' });
  });

  test('PINs, ten in a row', async () => {
    const { participant, phone } = owner;
    const { participantId } = participant;
    for (let wrong = 0; wrong < policy.pin.consecutive; wrong += 1) {
      const attempt = { attemptId: id(), sender: stranger(), participantId };
      expect(await world.records.attempts.pin({ ...attempt, challengeId: id(), fromRegistered: false })).toMatchObject({
        result: 'counted',
      });
      await world.records.attempts.pinChecked({ ...aim, ...attempt, verdict: 'wrong' });
      await world.query("update pin_attempts set created_at = created_at - interval '1 day'");
    }
    const next = (sender = stranger(), fromRegistered = false) =>
      world.records.attempts.pin({ attemptId: id(), challengeId: id(), sender, participantId, fromRegistered });
    expect(await next()).toEqual({ result: 'limited', until: null });
    expect(await next(phone, true)).toMatchObject({ result: 'counted' });
  });

  test('cancel codes and words of cases: what a stranger gets wrong counts for the stranger', async () => {
    const held: Change = await confirmed(world, { sender: stranger(), participant: owner.participant });
    const attacker = stranger();
    for (let wrong = 0; wrong <= policy.hold.cancelCodesPerDay; wrong += 1)
      await world.records.oldContacts.cancelByCode({ sender: attacker, turnId: id(), code: hide('AAAA2-BBBB2') });
    expect(await world.records.changes.cancelHeld({ sender: owner.phone, turnId: id() })).toMatchObject({
      changeId: held.changeId,
      state: 'cancelled',
    });
  });
});

describe('over the webhook', () => {
  const siti = { nik: '9901014506850001', card: '0009900000011', born: '05-06-1985', number: '+6281200000011' };
  const pin = '135790';
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    onTestFinished(() => world.stop());
  });

  /** By NIK and by card number, each as often as anybody may. */
  async function useUpLookUps(): Promise<void> {
    const strangers = Array.from({ length: 10 }, (_, at) => world.onWhatsApp(`+62812777000${10 + at}`));
    for (const number of [siti.nik, siti.card])
      for (const person of strangers) {
        await person.say(number);
        expect(await person.say('01-01-1990')).toContain('belum cocok');
      }
  }

  test.each(['nik', 'card'] as const)(
    'with every look-up of NIK and card used up, and the directory silent meanwhile, the owner is found by %s and changes the address',
    async (number) => {
      await useUpLookUps();
      const owner = world.onWhatsApp(siti.number);
      // A look-up without an answer costs nobody a try.
      const isSilent = { call: 'identify', when: 'before', how: { kind: 'status', status: 503 } } as const;
      world.directoryServer.arm(isSilent, isSilent);
      await owner.say(siti[number]);
      expect(await owner.say(siti.born)).toContain('belum dapat kami buka');
      await world.onWhatsApp('+6281277700030').say(`${siti.nik} ${siti.born}`);
      await owner.say(siti[number]);
      expect(await owner.say(siti.born)).toContain('Ganti email');
      for (const text of ['1', 'siti.baru@example.com', 'ya']) await owner.say(text);
      await owner.say(await world.codeMailedTo('siti.baru@example.com'));
      expect(await owner.say(pin)).toMatch(/^Selesai\./);
    },
  );

  test('a spray over other participants costs the owner time, never the change: it is held, and the old mailbox releases it', async () => {
    await world.restart({ POLICY_SPRAY_PARTICIPANTS_10_MIN: '1' });
    const attacker = world.onWhatsApp('+6281277700001');
    await attacker.say('9901011708790002 17-08-1979');
    for (const text of ['menu', '1', 'attacker@example.com', 'ya']) await attacker.say(text);
    await attacker.say(await world.codeMailedTo('attacker@example.com'));
    await attacker.say('111111');

    const owner = world.onWhatsApp(siti.number);
    await owner.say(`${siti.nik} ${siti.born}`);
    for (const text of ['menu', '1', 'siti.baru@example.com', 'ya']) await owner.say(text);
    await owner.say(await world.codeMailedTo('siti.baru@example.com'));
    expect(await owner.say(pin)).toMatch(/mulai berlaku/);
    await owner.say('kode lama');
    expect(await owner.say(await world.codeMailedTo('siti.aminah@example.com'))).toMatch(/^Selesai\./);
  });
});
