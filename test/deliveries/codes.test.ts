// A code that does not arrive: whoever waits for it hears so at once, with the way on. req:H4 req:A6 promise:G11
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { armFailpoint } from '#src/failpoint.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { createWorld, eventually, type World } from '../support/world.ts';
import { ask, askForCode, budi, heard, nameNewNumber, quiet, siti } from './people.ts';

const day = 24 * 3_600_000;

let world: World;
let numbers = 0;
const newNumber = () => {
  numbers += 1;
  return `+62813700${String(numbers).padStart(5, '0')}`;
};
/** A chat of its own for each test; which number writes decides nothing here. */
const somebody = () => world.onWhatsApp(newNumber());

beforeEach(async () => {
  world.twilio.setCallbacks('prompt');
  // Limits of the test before.
  await passTime(world.database.ownerUrl, day);
});

afterAll(() => world.stop());

describe('by SMS', () => {
  beforeAll(async () => {
    world = await createWorld();
  });

  test('to a number that is not active: another number is asked for, and goes on', async () => {
    const person = somebody();
    const [wrong, right] = [newNumber(), newNumber()];
    world.twilio.arm({ kind: 'fail', code: 30005 }, { to: wrong });
    await askForCode(person, siti, wrong);
    expect(await heard(person)).toEqual([
      expect.stringMatching(/^Kode tidak dapat dikirim ke nomor itu.*\n\nMohon ketik \*nomor HP baru\*/s),
    ]);
    await person.say(right);
    expect(await person.say('ya')).toContain('sudah dikirim');
    expect(await person.say(await world.codeSentTo(right))).toContain('PIN Mobile JKN');
  });

  test('to a handset that is off: a new one can be asked for at once, or the number corrected', async () => {
    const person = somebody();
    const number = newNumber();
    world.twilio.arm({ kind: 'fail', code: 30003 }, { to: number });
    await askForCode(person, siti, number);
    const [said] = await heard(person);
    expect(said).toMatch(/tidak sampai.*\*ULANG\*.*nomor yang benar.*\n\nMohon ketik kode terbaru/s);
    expect(await person.say('ulang')).toContain('Kode baru sudah dikirim');
    expect(await person.say(await world.codeSentTo(number))).toContain('PIN Mobile JKN');
  });

  test.each(['prompt', 'doubled', 'reordered'] as const)('with %s reports it is told once', async (mode) => {
    const person = somebody();
    const number = newNumber();
    world.twilio.setCallbacks(mode);
    world.twilio.arm({ kind: 'fail', code: 30006 }, { to: number });
    await askForCode(person, budi, number);
    await heard(person);
    await quiet(world);
    expect(person.received()).toHaveLength(1);
    expect(
      await ask(
        world,
        "select status, provider_code from deliveries where provider_code is not null and created_at > now() - interval '1 hour'",
      ),
    ).toEqual([{ status: 'undelivered', provider_code: '30006' }]);
  });

  test('whose report comes after another code was asked for changes nothing', async () => {
    const person = somebody();
    const [first, second] = [newNumber(), newNumber()];
    world.twilio.setCallbacks('late');
    world.twilio.arm({ kind: 'fail', code: 30005 }, { to: first });
    await askForCode(person, siti, first);
    await person.say(second);
    await person.say('ya');
    world.twilio.releaseCallbacks();
    await quiet(world);
    expect(person.received()).toEqual([]);
    expect(await person.say(await world.codeSentTo(second))).toContain('PIN Mobile JKN');
  });

  test('whose report comes when the place is lost says nothing', async () => {
    const person = somebody();
    const number = newNumber();
    world.twilio.setCallbacks('late');
    world.twilio.arm({ kind: 'fail', code: 30005 }, { to: number });
    await askForCode(person, siti, number);
    world.sleep(day + 1);
    world.twilio.releaseCallbacks();
    await quiet(world);
    expect(person.received()).toEqual([]);
  });

  test('in a conversation by SMS: it is told by SMS', async () => {
    const person = world.onSms(newNumber());
    const number = newNumber();
    world.twilio.arm({ kind: 'fail', code: 30005 }, { to: number });
    await askForCode(person, siti, number);
    expect(await heard(person)).toEqual([
      expect.stringMatching(/^BPJS Kesehatan: Kode tidak dapat dikirim.*Ketik nomor HP baru/),
    ]);
  });

  test('is told once, although the service restarts meanwhile', async () => {
    const person = somebody();
    const number = newNumber();
    world.twilio.setCallbacks('late');
    world.twilio.arm({ kind: 'fail', code: 30005 }, { to: number });
    await askForCode(person, budi, number);
    world.twilio.releaseCallbacks();
    await eventually(
      async () =>
        (
          await ask(
            world,
            "select 1 from challenges where undelivered_at is not null and created_at > now() - interval '1 hour'",
          )
        )[0],
      'the report',
    );
    await world.restart();
    await heard(person);
    await quiet(world);
    expect(person.received()).toHaveLength(1);
  });

  test('is told once, although the process stumbles between keeping the place and saying it', async () => {
    onTestFinished(() => armFailpoint(null));
    const person = somebody();
    const number = newNumber();
    world.twilio.setCallbacks('late');
    world.twilio.arm({ kind: 'fail', code: 30005 }, { to: number });
    await askForCode(person, budi, number);
    armFailpoint({ name: 'session.afterCommit', nth: 1, action: 'throw' });
    world.twilio.releaseCallbacks();
    await heard(person);
    await quiet(world);
    expect(person.received()).toEqual([expect.stringMatching(/^Kode tidak dapat dikirim ke nomor itu/)]);
    expect(world.logged()).toContain('"queue":"code.undelivered"');
  });

  test('sent without an answer, while Twilio had taken it: it is not sent twice', async () => {
    const person = somebody();
    const number = newNumber();
    world.twilio.arm({ kind: 'reset', accepts: true }, { to: number });
    expect(await askForCode(person, siti, number)).toContain('sudah dikirim');
    await passTime(world.database.ownerUrl, 31_000);
    await eventually(
      async () =>
        (
          await ask(
            world,
            "select 1 from challenges where send_state = 'accepted' and created_at > now() - interval '1 minute'",
          )
        )[0],
      'its being found',
    );
    expect(world.twilio.messages().filter(({ to }) => to === number)).toHaveLength(1);
    expect(await person.say(await world.codeSentTo(number))).toContain('PIN Mobile JKN');
  });

  test('sent without an answer, and Twilio never had it: the same one is sent again', async () => {
    const person = somebody();
    const number = newNumber();
    world.twilio.arm({ kind: 'reset', accepts: false }, { to: number });
    await askForCode(person, siti, number);
    await passTime(world.database.ownerUrl, 31_000);
    expect(await person.say(await world.codeSentTo(number))).toContain('PIN Mobile JKN');
    const [sent] = world.twilio.messages().filter(({ to }) => to === number);
    expect(sent?.validitySeconds).toBeGreaterThan(500);
    expect(sent?.validitySeconds).toBeLessThanOrEqual(600);
  });

  test('refused at once: the answer says so, and nothing is said later', async () => {
    const person = somebody();
    const number = newNumber();
    world.twilio.arm({ kind: 'refuse', code: 21614 }, { to: number });
    await nameNewNumber(person, budi, number);
    expect(await person.say('ya')).toMatch(/^Kode tidak dapat dikirim ke nomor itu/);
    await quiet(world);
    expect(person.received()).toEqual([]);
  });

  test('to a mailbox that does not exist: the answer says so', async () => {
    const person = somebody();
    world.mail.fail('reject', 'nobody@example.com');
    await person.say(`${siti.number} ${siti.birthDate}`);
    await person.say('1');
    await person.say('nobody@example.com');
    expect(await person.say('ya')).toMatch(/^Kode tidak dapat dikirim ke email itu.*\n\nMohon ketik \*email baru\*/s);
    world.mail.fail(null);
  });
});

describe('by WhatsApp', () => {
  beforeAll(async () => {
    await world.stop();
    world = await createWorld({ TEMPLATE_CODE_ID: `HX${'1'.repeat(32)}` });
  });

  test.each([63003, 63024, 63032, 63049])(
    'failed with %i: a fresh one goes by SMS, and the chat says so',
    async (code) => {
      const person = somebody();
      const number = newNumber();
      world.twilio.arm({ kind: 'fail', code }, { to: `whatsapp:${number}` });
      expect(await askForCode(person, siti, number)).toContain('lewat WhatsApp');
      const sent = () => world.twilio.messages().filter(({ to }) => to.endsWith(number));
      expect(await heard(person)).toEqual([expect.stringMatching(/tidak sampai, jadi kode baru.*lewat \*SMS\*/)]);
      await quiet(world);
      expect(sent().map(({ channel }) => channel)).toEqual(['whatsapp', 'sms']);
      expect(await person.say(await world.codeSentTo(number))).toContain('PIN Mobile JKN');
      // Nobody asked for it, so nobody waits for it; the money is counted.
      expect(
        await ask(
          world,
          "select sendings from challenges where created_at > now() - interval '1 hour' order by created_at",
        ),
      ).toEqual([{ sendings: 1 }, { sendings: 1 }]);
    },
  );

  test('failed for a passing reason: the next one goes by SMS when it is asked for', async () => {
    const person = somebody();
    const number = newNumber();
    world.twilio.arm({ kind: 'fail', code: 63018 }, { to: `whatsapp:${number}` });
    await askForCode(person, siti, number);
    expect((await heard(person))[0]).toContain('*ULANG* untuk kode baru lewat SMS');
    expect(await person.say('ulang')).toContain('lewat SMS');
    expect(await person.say(await world.codeSentTo(number))).toContain('PIN Mobile JKN');
  });
});
