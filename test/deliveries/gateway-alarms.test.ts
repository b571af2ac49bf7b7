// What a gateway says of a whole block of numbers, and of our texts as such: nothing more goes there, and somebody hears
// of it. req:B3 req:B4 promise:G10
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeliveryReport } from '#src/conversation/ports.ts';
import { failureOf } from '#src/twilio/status.ts';
import {
  createWorld as createRecordsWorld,
  hours,
  id,
  policy,
  type World as RecordsWorld,
  receiveCode,
  seconds,
  somebody,
  startCode,
  stranger,
} from '../records/world.ts';
import { createWorld, eventually, type World } from '../support/world.ts';
import { askForCode, budi, heard, siti } from './people.ts';

const started = { result: 'started' };
const limited = { result: 'limited', until: expect.any(Date) };

/** A code by SMS from somebody to that number. */
const codeTo = (target: string) => ({
  sender: stranger(),
  participant: somebody().participant,
  field: 'mobileNumber' as const,
  via: 'sms' as const,
  target,
  challengeId: id(),
});

const reportOf = (ref: string, code: string | null): DeliveryReport => ({
  ref,
  providerId: `SM-${ref}`,
  channel: 'sms',
  status: code === null ? 'delivered' : 'undelivered',
  rank: code === null ? 4 : 7,
  terminal: true,
  failure: code === null ? null : failureOf(code),
});

describe('a block of numbers that Twilio suspects of pumping (30450)', () => {
  test.each([
    {
      how: 'reported later',
      async blocked(world: RecordsWorld, { challengeId }: { challengeId: string }) {
        await world.records.challenges.takeForSending(challengeId);
        await world.records.challenges.sent(challengeId, { outcome: 'accepted', providerId: `SM-${challengeId}` });
        await world.records.deliveries.report(reportOf(challengeId, '30450'));
      },
    },
    {
      how: 'refused at once',
      async blocked(world: RecordsWorld, { challengeId }: { challengeId: string }) {
        await world.records.challenges.takeForSending(challengeId);
        const outcome = { outcome: 'refused', why: 'pumping', providerCode: '30450' } as const;
        await world.records.challenges.sent(challengeId, outcome);
      },
    },
  ])('$how: gets no code as long as Twilio blocks it, and every other block does', async ({ blocked }) => {
    const world = await createRecordsWorld();
    const first = codeTo('+6281312300001');
    expect(await startCode(world, first)).toEqual(started);
    await blocked(world, first);
    expect(world.alarmed).toEqual(['sending.pumping']);

    expect(await startCode(world, codeTo('+6281312300002'))).toEqual(limited);
    expect(await startCode(world, codeTo('+6281312400002'))).toEqual(started);
    // A mailbox has no block.
    expect(
      await startCode(world, { sender: stranger(), participant: somebody().participant, challengeId: id() }),
    ).toEqual(started);
    expect(await world.query("select details ->> 'via' as via from audit where event = 'sending.stopped'")).toEqual([
      { via: 'sms' },
    ]);

    await world.passTime(hours(policy.send.pumpedPrefixHours) - seconds(2));
    expect(await startCode(world, codeTo('+6281312300003'))).toEqual(limited);
    await world.passTime(seconds(2));
    expect(await startCode(world, codeTo('+6281312300004'))).toEqual(started);
  });

  test('stays stopped when a code to it is reported twice, and the alarm is raised once', async () => {
    const world = await createRecordsWorld();
    const first = codeTo('+6281312300001');
    await receiveCode(world, first);
    const report = { ...reportOf(first.challengeId, '30450'), providerId: 'SM1' };
    await Promise.all([world.records.deliveries.report(report), world.records.deliveries.report(report)]);
    expect(world.alarmed).toEqual(['sending.pumping']);
    expect(await startCode(world, codeTo('+6281312300002'))).toEqual(limited);
  });

  test('is not stopped by a number of it that is merely dead', async () => {
    const world = await createRecordsWorld();
    const first = codeTo('+6281312300001');
    await receiveCode(world, first);
    await world.records.deliveries.report({ ...reportOf(first.challengeId, '30005'), providerId: 'SM1' });
    expect(world.alarmed).toEqual([]);
    expect(await startCode(world, codeTo('+6281312300002'))).toEqual(started);
  });
});

describe('texts that carriers filter (30007)', () => {
  const few = { ...policy, send: { ...policy.send, filteredOf: 20, filteredCeilingPercent: 10 } };
  const reports = async (world: RecordsWorld, ...codes: (string | null)[]) => {
    for (const code of codes) await world.records.deliveries.report(reportOf(id(), code));
  };
  const delivered = (count: number) => Array.from({ length: count }, () => null);

  test('now and then are nothing to look at; too large a share of the last ones is', async () => {
    const world = await createRecordsWorld({ policy: few });
    await reports(world, '30007', ...delivered(18), '30007');
    expect(world.alarmed).toEqual([]);
    await reports(world, '30034');
    // The first of them is no longer among the last twenty.
    expect(world.alarmed).toEqual([]);
    await reports(world, '30007');
    expect(world.alarmed).toEqual(['sending.filtered']);
  });

  test('of yesterday, by WhatsApp, or lost in another way do not count', async () => {
    const world = await createRecordsWorld({ policy: few });
    await reports(world, '30007', '30007');
    await world.passTime(hours(24));
    await reports(world, '30007', '30003', '30008', '30005', '30007');
    await world.records.deliveries.report({ ...reportOf(id(), '30007'), channel: 'whatsapp' });
    expect(world.alarmed).toEqual([]);
    await reports(world, '30007');
    expect(world.alarmed).toEqual(['sending.filtered']);
  });
});

describe('in the product', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({ POLICY_SEND_FILTERED_OF: '10', POLICY_SEND_FILTERED_CEILING_PERCENT: '5' });
  });
  afterAll(() => world.stop());

  const alarms = async (alarm: string) =>
    Number(
      new RegExp(`^sending_alarms_total\\{alarm="${alarm}"\\} (\\d+)$`, 'm').exec(
        await (await fetch(`${world.origin}/metrics`)).text(),
      )?.[1],
    );

  test('pumping stops the block for whoever asks next, is logged as an error and counted', async () => {
    expect(await alarms('pumping')).toBe(0);
    const [person, other] = [world.onWhatsApp('+6281377700001'), world.onWhatsApp('+6281377700002')];
    world.twilio.arm({ kind: 'fail', code: 30450 }, { to: '+6281366600001' });
    await askForCode(person, siti, '081366600001');
    expect(await heard(person)).toEqual([expect.stringMatching(/^Kode tidak dapat dikirim ke nomor itu/)]);
    expect(await askForCode(other, budi, '081366600002')).toMatch(/pengiriman kode/);
    expect(world.logged()).toMatch(/"level":"error".*"event":"sending\.pumping"|"sending\.pumping".*"level":"error"/);
    expect(await alarms('pumping')).toBe(1);
  });

  test('a filtered text offers the way on, is logged as an error and counted', async () => {
    const person = world.onWhatsApp('+6281377700003');
    world.twilio.arm({ kind: 'fail', code: 30007 }, { to: '+6281355500001' });
    await askForCode(person, siti, '081355500001');
    expect(await heard(person)).toEqual([expect.stringMatching(/tidak sampai.*\*ULANG\*/s)]);
    await eventually(async () => ((await alarms('filtered')) === 1 ? true : undefined), 'the alarm');
    expect(world.logged()).toContain('"sending.filtered"');
  });
});
