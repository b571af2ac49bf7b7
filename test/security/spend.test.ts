// req:B1 req:B2 req:B4 promise:G10
// What sending codes can cost at most, however many ask.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Policy } from '#src/policy.ts';
import { spendCeiling } from '#src/spend-ceiling.ts';
import {
  createWorld,
  guess,
  hours,
  id,
  patient,
  policy,
  receiveCode,
  seconds,
  somebody,
  startCode,
  stranger,
} from '../records/world.ts';
import { say } from '../support/say.ts';
import { createWorld as createProduct } from '../support/world.ts';

const withSend = (figures: Partial<Policy['send']>): Policy => ({ ...patient, send: { ...policy.send, ...figures } });
const numberIn = (block: string) => `+62${block}${String(Math.trunc(Math.random() * 1e6)).padStart(6, '0')}`;
const toNumber = (target: string) => ({ ...caller(), target, field: 'mobileNumber' as const, challengeId: id() });
const caller = () => ({ sender: stranger(), participant: somebody().participant });
const limited = { result: 'limited', until: expect.any(Date) };
const started = { result: 'started' };

describe('a day of pumping', () => {
  test('sends the ceiling of each hour and of the day, and not one more', async () => {
    const caps = { globalPerHour: 20, globalPerDay: 130 };
    const world = await createWorld({ policy: withSend(caps) });
    let asked = 0;
    const perHour: number[] = [];
    for (let hour = 0; hour < 24; hour += 1) {
      const verdicts = await Promise.all(
        Array.from({ length: caps.globalPerHour + 15 }, (_, index) => {
          asked += 1;
          const block = `8${(100 + ((hour * 37 + index * 11) % 900)).toString()}${index % 10}`;
          return startCode(
            world,
            index % 2 === 0 ? toNumber(numberIn(`${block}00`)) : { ...caller(), target: `${id()}@example.com` },
          );
        }),
      );
      perHour.push(verdicts.filter(({ result }) => result === 'started').length);
      await world.passTime(hours(1));
    }
    say(
      `the ceiling of a day: ${asked} senders and targets in 24 simulated hours, ${perHour.reduce((a, b) => a + b)} codes`,
    );
    expect(Math.max(...perHour)).toBe(caps.globalPerHour);
    expect(perHour.reduce((a, b) => a + b)).toBe(caps.globalPerDay);
    expect(await startCode(world, caller())).toEqual(started);
  });

  test('costs what the start says: codes and warnings of a day times the price of an SMS', async () => {
    expect(spendCeiling(policy)).toEqual({
      codesPerHour: policy.send.globalPerHour,
      codesPerDay: policy.send.globalPerDay,
      warningsPerDay: policy.warn.smsPerDay,
      rupiahPerDay: (policy.send.globalPerDay + policy.warn.smsPerDay) * policy.send.rupiahPerSms,
      isUnmeasured: true,
    });
    const cheap = { ...withSend({ globalPerHour: 10, rupiahPerSms: 7 }), warn: { ...policy.warn, smsPerDay: 60 } };
    expect(spendCeiling(cheap)).toEqual({
      codesPerHour: 10,
      codesPerDay: 240,
      warningsPerDay: 60,
      rupiahPerDay: 2_100,
      isUnmeasured: false,
    });
    expect(spendCeiling(withSend({ globalPerDay: 3 })).codesPerHour).toBe(3);
    const { codesPerHour, warningsPerDay, rupiahPerDay } = spendCeiling(policy);
    const docs = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');
    const rupiah = (amount: number) => `Rp ${amount.toLocaleString('en')}`;
    expect(docs).toContain(rupiah(rupiahPerDay));
    expect(docs).toContain(rupiah((codesPerHour + warningsPerDay) * policy.send.rupiahPerSms));
  });
});

describe('a block of numbers', () => {
  test('gets no more codes once ten of the last ten minutes were never typed, and somebody hears of it', async () => {
    const world = await createWorld();
    const limit = policy.send.unverifiedPerPrefix8;
    for (let sent = 0; sent < limit; sent += 1) {
      expect(await startCode(world, toNumber(`+62813111${String(sent).padStart(5, '0')}`))).toEqual(started);
    }
    expect(await startCode(world, toNumber('+6281311199999'))).toEqual(limited);
    expect(await world.query("select event from audit where event = 'sending.stopped'")).toHaveLength(1);
    expect(world.stopped).toHaveLength(1);
    expect(await startCode(world, toNumber('+6281311299999'))).toEqual(started);
    expect(await startCode(world, caller())).toEqual(started);
    await world.passTime(seconds(600));
    expect(await startCode(world, toNumber('+6281311199999'))).toEqual(started);
  });

  test('where codes are typed goes on', async () => {
    const world = await createWorld();
    for (let sent = 0; sent <= policy.send.unverifiedPerPrefix8; sent += 1) {
      const request = toNumber(`+62813111${String(sent).padStart(5, '0')}`);
      expect(await guess(world, { ...request, code: await receiveCode(world, request) })).toEqual({ result: 'right' });
    }
  });

  const shares = [
    { typed: 2, verdict: limited },
    { typed: 3, verdict: started },
  ];
  test.each(shares)('of whose last ten codes $typed were typed: $verdict.result', async ({ typed, verdict }) => {
    const world = await createWorld({ policy: withSend({ conversionOf: 10 }) });
    for (let sent = 0; sent < 10; sent += 1) {
      const request = toNumber(`+62813111${String(sent).padStart(5, '0')}`);
      const code = await receiveCode(world, request);
      if (sent < typed) await guess(world, { ...request, code });
    }
    await world.passTime(seconds(600));
    expect(await startCode(world, toNumber('+6281311199999'))).toEqual(verdict);
    await world.passTime(hours(24));
    expect(await startCode(world, toNumber('+6281311199999'))).toEqual(started);
  });
});

test('a block of numbers where codes were typed before, and are typed no longer, gets no more', async () => {
  const world = await createWorld({ policy: withSend({ conversionOf: 10 }) });
  for (let sent = 0; sent < 18; sent += 1) {
    expect(await world.query("select from audit where event = 'sending.stopped'")).toEqual([]);
    const request = toNumber(`+62813111${String(sent).padStart(5, '0')}`);
    const code = await receiveCode(world, request);
    if (sent < 10) await guess(world, { ...request, code });
    await world.passTime(seconds(1));
  }
  expect(await startCode(world, toNumber('+6281311199999'))).toEqual(limited);
});

test('nothing leaves before somebody was found', async () => {
  const world = await createProduct();
  try {
    const thief = world.onWhatsApp('+6285700000001');
    for (const text of [
      'halo',
      '1',
      'thief@example.com',
      'YA',
      'ULANG',
      '081300000666',
      '9901014506850001',
      '01-01-1990',
    ])
      await thief.say(text);
    for (const text of ['9999999999999999', '07-07-1977', 'email', 'thief@example.com', 'YA']) await thief.say(text);
    expect(world.mail.mails()).toEqual([]);
    expect(world.twilio.messages().filter(({ direction }) => direction === 'outbound-api')).toEqual([]);
    expect(world.logged()).toMatch(/"spend.ceiling"/);
  } finally {
    await world.stop();
  }
});
