// Every code of twilio.md 7, met at each place where it can come: what the participant hears, and what becomes of a notice.
// req:H5 promise:G11
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryReport } from '#src/conversation/ports.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { knownCodes } from '#src/twilio/errors.ts';
import { failureOf } from '#src/twilio/status.ts';
import { confirmed, createWorld as createRecordsWorld, somebody, stranger } from '../records/world.ts';
import { createWorld, type World } from '../support/world.ts';
import { ask, heard, nameNewNumber, quiet, siti } from './people.ts';

const day = 24 * 3_600_000;

/** What a code by SMS brings about. `asked`: another number · `offered`: a new one, or the right number · `later`: try again */
type Told = 'asked' | 'offered' | 'later' | 'silenced';
/** What becomes of a notice by SMS. `once`: tried once more, `again`: for a day */
type Notice = 'again' | 'once' | 'failed' | 'suppressed';
/** A code refused at once. `sent`: a job goes on with it; `stopped`: nothing is sent to that block of numbers */
type Refused = 'asked' | 'later' | 'sent' | 'stopped' | 'silenced';

const unknownCode = 99_999;

const table: { codes: number[]; told: Told; refused: Refused; notice: Notice }[] = [
  // our own configuration, or the account's
  {
    codes: [
      ...[20003, 20404, 21212, 21603, 21606, 21657, 30042, 63007, 21408, 21608, 21617, 21654, 21655, 21656, 92007],
      ...[63027, 63028, 21703, 21704, 21910, 30002, 30029, 30030, 63005, 63013, 63021, 63015, 63051],
      ...[11200, 11205, 12300, 14107],
    ],
    told: 'later',
    refused: 'later',
    notice: 'failed',
  },
  // the number itself
  { codes: [21211, 21614, 30006, 30005], told: 'asked', refused: 'asked', notice: 'failed' },
  // not by SMS
  {
    codes: [21612, 30004, 30007, 30022, 30023, 30024, 30025, 30026, 30027, 30028, 30031, 30032, 30033, 30034],
    told: 'offered',
    refused: 'asked',
    notice: 'failed',
  },
  { codes: [63003, 63024, 63032, 63049, 63016], told: 'offered', refused: 'asked', notice: 'failed' },
  // passing
  { codes: [20429, 21611, 30001, 30003, 30500, 63018, 63038], told: 'offered', refused: 'sent', notice: 'again' },
  { codes: [20500, 30008], told: 'offered', refused: 'sent', notice: 'once' },
  { codes: [unknownCode], told: 'offered', refused: 'later', notice: 'once' },
  // the recipient, the law, the pumps
  { codes: [30036], told: 'offered', refused: 'asked', notice: 'failed' },
  { codes: [21610], told: 'silenced', refused: 'silenced', notice: 'suppressed' },
  { codes: [30450], told: 'asked', refused: 'stopped', notice: 'failed' },
];
const rows = table.flatMap(({ codes, ...row }) => codes.map((code) => ({ code, ...row })));

const saidWhen: Record<Told | Refused, RegExp> = {
  asked: /^Kode tidak dapat dikirim ke nomor itu.*Mohon ketik \*nomor HP baru\*/s,
  offered: /tidak sampai.*\*ULANG\*.*nomor yang benar.*Mohon ketik kode terbaru/s,
  later: /^Maaf, kode belum dapat kami kirim.*Ketik \*YA\*/s,
  sent: /^Kode 6 angka sudah dikirim/,
  stopped: /pengiriman kode/i,
  silenced: /^Nomor itu pernah meminta kami berhenti mengirim SMS(?!.*ULANG).*START.*Mohon ketik \*nomor HP baru\*/s,
};

test('the table has every code, and each once', () => {
  expect(rows.map(({ code }) => code).toSorted()).toEqual([...knownCodes, unknownCode].toSorted());
});

describe('a code', () => {
  let world: World;
  let numbers = 0;
  const newNumber = () => {
    numbers += 1;
    return `+62813800${String(numbers).padStart(5, '0')}`;
  };

  beforeAll(async () => {
    world = await createWorld();
  });
  beforeEach(() => passTime(world.database.ownerUrl, day));
  afterAll(() => world.stop());

  test.each(rows)(
    'whose delivery failed with $code: $told; refused with it: $refused',
    async ({ code, told, refused }) => {
      const person = world.onWhatsApp(newNumber());
      const [lost, second] = [newNumber(), newNumber()];
      world.twilio.arm({ kind: 'fail', code }, { to: lost });
      await nameNewNumber(person, siti, lost);
      await person.say('ya');
      expect((await heard(person))[0]).toMatch(saidWhen[told]);
      await quiet(world);
      expect(person.received()).toHaveLength(1);

      // From each of these places a number can be typed.
      expect(await person.say(second)).toContain('Sudah benar?');
      world.twilio.arm({ kind: 'refuse', code }, { to: second });
      expect(await person.say('ya')).toMatch(saidWhen[refused]);
    },
  );

  test('to somebody who said stop is remembered: no notice goes there', async () => {
    expect(await ask(world, "select action from opt_outs where channel = 'sms'")).toContainEqual({ action: 'stop' });
  });
});

describe('a notice by SMS', () => {
  test('is tried again, given up or kept back as its code says', async () => {
    const world = await createRecordsWorld();
    const report = (ref: string, providerId: string, code: number): DeliveryReport => ({
      ref,
      providerId,
      channel: 'sms',
      status: 'undelivered',
      rank: 7,
      terminal: true,
      failure: failureOf(String(code)),
    });
    const sendings = async (code: number) => {
      await confirmed(world, { sender: stranger(), participant: somebody({ email: null }).participant });
      const [row] = await world.query<{ notice_id: string }>(
        "select notice_id from notices where via = 'sms' order by created_at desc limit 1",
      );
      const noticeId = row?.notice_id ?? '';
      const states: string[] = [];
      for (let tries = 1; tries <= 3; tries += 1) {
        if ((await world.records.notices.take(noticeId)) === null) break;
        const providerId = `SM-${noticeId}-${tries}`;
        await world.records.notices.finish(noticeId, { outcome: 'accepted', providerId }, 'sms');
        await world.records.deliveries.report(report(noticeId, providerId, code));
        const [now] = await world.query<{ state: string }>('select state from notices where notice_id = $1', [
          noticeId,
        ]);
        states.push(now?.state ?? '');
        // Only the wait: the notice has hours left.
        await world.query('update notices set next_try_at = now() where notice_id = $1', [noticeId]);
      }
      return states;
    };
    const expected: Record<Notice, string[]> = {
      again: ['queued', 'queued', 'queued'],
      once: ['queued', 'failed'],
      failed: ['failed'],
      suppressed: ['suppressed'],
    };
    for (const { code, notice } of rows) {
      expect([code, await sendings(code)]).toEqual([code, expected[notice]]);
      await world.passTime(day);
    }
  }, 60_000);

  test('into a WhatsApp chat that is refused there goes by SMS', async () => {
    const world = await createRecordsWorld();
    const { phone: sender } = somebody();
    await world.records.notices.say({ entryId: 'e-1', sender, texts: { whatsapp: 'Halo', sms: 'BPJS: Halo' } });
    const [row] = await world.query<{ notice_id: string }>('select notice_id from notices');
    const noticeId = row?.notice_id ?? '';
    await world.records.notices.take(noticeId);
    await world.records.notices.finish(noticeId, { outcome: 'accepted', providerId: 'SM-1' }, 'whatsapp');
    await world.records.deliveries.report({
      ref: noticeId,
      providerId: 'SM-1',
      channel: 'whatsapp',
      status: 'undelivered',
      rank: 7,
      terminal: true,
      failure: failureOf('63016'),
    });
    expect(await world.records.notices.take(noticeId)).toMatchObject({
      via: 'sms',
      to: sender.phone,
      letter: { texts: { sms: 'BPJS: Halo' } },
    });
  });

  test('said twice for one cause is said once', async () => {
    const world = await createRecordsWorld();
    const { phone: sender } = somebody();
    const once = { entryId: 'e-1', sender, texts: { whatsapp: 'Halo', sms: 'Halo' } };
    await Promise.all([world.records.notices.say(once), world.records.notices.say(once)]);
    expect(await world.query('select count(*)::int from notices')).toEqual([{ count: 1 }]);
    expect(await world.query("select count(*)::int from pgboss.job where name = 'notice.send'")).toEqual([
      { count: 1 },
    ]);
  });
});

describe('reports', () => {
  const report: DeliveryReport = {
    ref: null,
    providerId: 'SM-1',
    channel: 'sms',
    status: 'sent',
    rank: 3,
    terminal: false,
    failure: null,
  };

  test('in any order and twice leave the highest', async () => {
    const world = await createRecordsWorld();
    const steps = [
      { status: 'queued', rank: 1 },
      { status: 'sent', rank: 3 },
      { status: 'delivered', rank: 4 },
      { status: 'read', rank: 5 },
    ];
    const orders = [
      steps,
      steps.toReversed(),
      [...steps, ...steps],
      [steps[2], steps[0], steps[3], steps[1], steps[0]],
    ];
    for (const [index, order] of orders.entries()) {
      const providerId = `SM-${index}`;
      for (const step of order) await world.records.deliveries.report({ ...report, ...step, ref: 'r', providerId });
      expect(await world.query('select status, rank from deliveries where provider_id = $1', [providerId])).toEqual([
        { status: 'read', rank: 5 },
      ]);
    }
  });

  test('without a reference, or about something that is not ours any more, do no harm', async () => {
    const world = await createRecordsWorld();
    await world.records.deliveries.report(report);
    await world.records.deliveries.report({ ...report, ref: 'gone', rank: 7, failure: failureOf('30005') });
    expect(await world.query('select ref, provider_code from deliveries')).toEqual([
      { ref: 'gone', provider_code: '30005' },
    ]);
  });
});
