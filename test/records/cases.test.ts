// req:G5 req:C3
import { describe, expect, test } from 'vitest';
import { redact } from '#machines/copy/redact.ts';
import { createWorld, guess, hours, id, policy, receiveCode, somebody, stranger, type World } from './world.ts';

const open = (world: World, sender = stranger(), caseId = id()) =>
  world.records.cases.open({ caseId, sender, participantId: null, known: null, reason: 'asked', step: 'askCode' });

describe('a case of Care Center 165', () => {
  test('is opened once by a message, and says by when it is settled', async () => {
    const world = await createWorld();
    const sender = stranger();
    const caseId = id();
    const opened = await open(world, sender, caseId);
    expect(opened).toMatchObject({
      standing: { ref: expect.stringMatching(/^KC-[A-Z0-9]{6}$/), dueAt: expect.any(Date), control: 'queue' },
      isNew: true,
      place: { place: 1 },
    });
    expect(await open(world, sender, caseId)).toEqual(opened);
    expect(await open(world, sender)).toEqual({ ...Object(opened), isNew: false });
    expect(await world.query('select state, control, priority from cases')).toEqual([
      { state: 'queued', control: 'queue', priority: 0 },
    ]);
    const [due] = await world.query<{ hours: string }>(
      'select extract(epoch from due_at - created_at) / 3600 as hours from cases',
    );
    expect(Number(due?.hours)).toBe(policy.case.dueHours);
  });

  test('is one per conversation, however many ask at once', async () => {
    const world = await createWorld();
    const sender = stranger();
    const opened = await Promise.all(Array.from({ length: 20 }, () => open(world, sender)));
    expect(opened.filter((answer) => answer.result === 'opened' && answer.isNew)).toHaveLength(1);
    expect(await world.query('select count(*)::int from cases')).toEqual([{ count: 1 }]);
  });

  test('is asked for three times a day', async () => {
    const world = await createWorld();
    const sender = stranger();
    for (let requests = 0; requests < policy.case.requestsPerDay; requests += 1) {
      expect(await open(world, sender)).toMatchObject({ isNew: true });
      await world.records.cases.leave({ sender, turnId: id(), event: 'leave' });
    }
    expect(await open(world, sender)).toEqual({ result: 'limited' });
    expect(await open(world)).toMatchObject({ isNew: true });
    await world.passTime(hours(24));
    expect(await open(world, sender)).toMatchObject({ isNew: true });
  });

  test('ends the life of codes in its conversation', async () => {
    const world = await createWorld();
    const { participant, phone: sender } = somebody();
    const request = { sender, participant, challengeId: id() };
    const code = await receiveCode(world, request);
    await open(world, sender);
    expect(await guess(world, { ...request, code })).toEqual({ result: 'expired' });
  });

  test('draws a higher epoch at every change of speaker', async () => {
    const world = await createWorld();
    const sender = stranger();
    await open(world, sender);
    const epoch = async () => Number((await world.query<{ epoch: string }>('select epoch from cases'))[0]?.epoch);
    const before = await epoch();
    await world.records.cases.leave({ sender, turnId: id(), event: 'leave' });
    expect(await epoch()).toBeGreaterThan(before);
    expect(await world.query('select state, control, end_reason from cases')).toEqual([
      { state: 'closed', control: 'bot', end_reason: 'left_queue' },
    ]);
  });

  test('keeps what is written while it is open, once a message, sealed and redacted', async () => {
    const world = await createWorld();
    const sender = stranger();
    const say = (text: string, messageId = id()) =>
      world.records.cases.keepMessage({ sender, messageId, text, kind: 'text', media: [], secretAsked: false });
    await say('before');
    await open(world, sender);
    const messageId = id();
    await say('my pin is 135790', messageId);
    await say('my pin is 135790', messageId);
    await world.records.cases.leave({ sender, turnId: id(), event: 'leave' });
    await say('after');
    const kept = await world.query<{ text_sealed: string }>('select text_sealed from case_messages');
    expect(
      kept.map(({ text_sealed }) => world.seal.open(text_sealed, `case_messages.text_sealed:${messageId}`)),
    ).toEqual(['my pin is [kode disembunyikan]']);
  });
});

describe('what is written to a person', () => {
  const hidden = '[kode disembunyikan]';
  test.each([
    ['482913', hidden],
    [' 4 8 2-9.1 3 ', hidden],
    ['1357', hidden],
    ['05061985', hidden],
    ['４８２９１３', hidden],
    ['٤٨٢٩١٣', hidden],
    ['kode 482913', `kode ${hidden}`],
    ['PIN saya: 135790 ya', `PIN saya: ${hidden} ya`],
    ['otp=482 913.', `otp=${hidden}.`],
    ['sandi 1357', `sandi ${hidden}`],
    ['NIK 9901014506850001', 'NIK …0001'],
    ['9901 0145 0685 0001 itu saya', '…0001 itu saya'],
    ['kartu 0009900000011', 'kartu …0011'],
    ['6203014506850001', '…0001'],
  ])('%j is kept as %j', (text, kept) => {
    expect(redact(text)).toBe(kept);
  });

  test.each([
    'hp saya 081234567890',
    '+62 812-3456-7890',
    'siti.aminah@example.com',
    '123',
    'jam 10.30 tanggal 5',
    'PETUGAS',
  ])('%j stays, because people help with it', (text) => {
    expect(redact(text)).toBe(text);
  });
});

test('whoever says stop gets no SMS until they say start', async () => {
  const world = await createWorld();
  const { optOuts } = world.records;
  const sender = { ...stranger(), channel: 'sms' } as const;
  const phone = sender.phone ?? '';
  expect(await optOuts.isStopped('sms', phone)).toBe(false);
  await optOuts.record(sender, 'stop');
  expect(await optOuts.isStopped('sms', phone)).toBe(true);
  expect(await optOuts.isStopped('whatsapp', phone)).toBe(false);
  await optOuts.record(sender, 'start');
  expect(await optOuts.isStopped('sms', phone)).toBe(false);
});
