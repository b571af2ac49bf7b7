// A Twilio or a mail server that says nothing slows nobody else: after a few silences nothing is asked for a while, and
// what was to be sent waits for its job. Real sockets. req:H5 req:J2 req:J3 promise:G11
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createGuard, type GuardOptions } from '#src/guard.ts';
import { createMailer } from '#src/notices/mail.ts';
import { hide } from '#src/seal.ts';
import { type MailReceiver, startMailReceiver } from '#src/simulator/embedded/mail.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { startTwilioEmulator, type TwilioEmulator } from '#src/simulator/twilio-emulator.ts';
import { createMessageRecords, createMessenger } from '#src/twilio/send.ts';
import { budi, siti } from '../deliveries/people.ts';
import { startFaultProxy } from '../faults/support/fault-proxy.ts';
import { createWorld, eventually } from '../support/world.ts';
import { twilio } from '../twilio/fixtures.ts';

const busy = { outcome: 'busy', retryAfterMs: null };
const unknown = { outcome: 'unknown' };
const accepted = { outcome: 'accepted', providerId: expect.any(String) };

let changes: string[];
beforeEach(() => {
  changes = [];
});
const guardFor = (dependency: 'twilio' | 'smtp', options: Partial<GuardOptions>) =>
  createGuard({
    ...{ dependency, atOnce: 40, failures: 3, openMs: 60_000, ...options },
    onChange: (state) => changes.push(state),
  });
const times = <T>(count: number, work: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => work(i));

describe('Twilio', () => {
  let emulator: TwilioEmulator;
  beforeEach(async () => {
    const authToken = twilio.authToken.reveal();
    emulator = await startTwilioEmulator({ accountSid: twilio.accountSid, authToken });
  });
  afterEach(() => emulator.close());

  const atTwilio = (options: Partial<GuardOptions> = {}, budgetMs = 300) => {
    const bounds = { budgetMs, guard: guardFor('twilio', options) };
    const there = { ...twilio, apiUrl: emulator.url };
    const messenger = createMessenger(there, 'https://data.example.id', bounds);
    return {
      records: createMessageRecords(there, bounds),
      send: (ref: string, signal?: AbortSignal) =>
        messenger.send({ channel: 'sms', to: '+6281300000001', content: { body: 'Kode' }, ref }, signal),
    };
  };

  test('that is silent is asked a few times, then nobody waits for it', async () => {
    const { send, records } = atTwilio();
    emulator.arm({ kind: 'silence', accepts: false }, { times: 3 });
    for (const ref of ['r1', 'r2', 'r3']) expect(await send(ref)).toEqual(unknown);
    expect(changes).toEqual(['open']);
    expect(await send('r4')).toEqual(busy);
    // One circuit for everything that goes there.
    await expect(records.fetch(`SM${'0'.repeat(32)}`)).rejects.toMatchObject({ dependency: 'twilio' });
    expect(emulator.requests()).toHaveLength(3);
  });

  test.each([
    ['answers 500', { kind: 'html', status: 500 }],
    ['breaks the connection', { kind: 'reset', accepts: false }],
  ] as const)('that %s opens the circuit as well', async (_, fault) => {
    const { send } = atTwilio();
    emulator.arm(fault, { times: 3 });
    for (const ref of ['r1', 'r2', 'r3']) expect(await send(ref)).toEqual(unknown);
    expect(await send('r4')).toEqual(busy);
    expect(emulator.requests()).toHaveLength(3);
  });

  test.each([
    ['that it is asked too much', 20429],
    ['no to a number', 21211],
    ['no to our credentials', 20003],
  ])('that says %s has answered, however often', async (_, code) => {
    const { send } = atTwilio();
    emulator.arm({ kind: 'refuse', code }, { times: 10 });
    for (const ref of times(10, (index) => `r${index}`)) await send(ref);
    expect(emulator.requests()).toHaveLength(10);
    expect(changes).toEqual([]);
  });

  test('is asked again after a while, once, and its answer lets everything through', async () => {
    const { send } = atTwilio({ openMs: 50 });
    emulator.arm({ kind: 'reset', accepts: false }, { times: 3 });
    for (const ref of ['r1', 'r2', 'r3']) await send(ref);
    const outcome = await eventually(async () => {
      const sent = await send('r4');
      return sent.outcome === 'busy' ? undefined : sent;
    }, 'an answer');
    expect(outcome).toEqual(accepted);
    expect(changes).toEqual(['open', 'closed']);
    expect(await send('r5')).toEqual(accepted);
  });

  test('takes so many at once, lets as many wait, and refuses the next', async () => {
    const { send } = atTwilio({ atOnce: 2, failures: 20 }, 1_000);
    emulator.arm({ kind: 'silence', accepts: false }, { times: 2 });
    const patience = AbortSignal.timeout(200);
    const outcomes = await Promise.all(times(6, (index) => send(`r${index}`, index < 2 ? undefined : patience)));
    // Two were asked and hung, two waited for a place as long as they may, two found none: only the first may have left.
    expect(outcomes).toEqual([unknown, unknown, busy, busy, busy, busy]);
    expect(emulator.requests()).toHaveLength(2);
    expect(changes).toEqual([]);
    expect(await send('r7')).toEqual(accepted);
  });
});

describe('the mail server', () => {
  let server: MailReceiver;
  beforeEach(async () => {
    server = await startMailReceiver();
  });
  afterEach(() => server.close());

  const mailer = (options: Partial<GuardOptions> = {}, budgetMs = 300) => {
    const { atOnce = 40 } = options;
    const one = createMailer({
      smtpUrl: hide(server.url),
      mailFrom: 'data@bpjs.example.id',
      ...{ budgetMs, connections: atOnce, guard: guardFor('smtp', options) },
    });
    onTestFinished(() => one.close());
    return (ref: string, to = 'siti@example.com') => one.send({ to, subject: 'Kode', text: 'Kode', ref });
  };

  test('that is silent is tried a few times, then nobody waits for it', async () => {
    const send = mailer();
    server.fail('hang');
    for (const ref of ['r1', 'r2', 'r3']) expect(await send(ref)).toEqual(unknown);
    expect(changes).toEqual(['open']);
    server.fail(null);
    expect(await send('r4')).toEqual(busy);
    expect(server.mails().filter(({ messageId }) => messageId.startsWith('<r4@'))).toEqual([]);
  });

  test('that is away opens the circuit as well', async () => {
    const send = mailer();
    await server.close();
    for (const ref of ['r1', 'r2', 'r3']) expect(await send(ref)).toEqual(busy);
    expect(changes).toEqual(['open']);
    server = await startMailReceiver();
  });

  test.each(['reject', 'defer'] as const)('that says %s has answered, however often', async (fault) => {
    const send = mailer();
    server.fail(fault);
    for (const ref of times(10, (index) => `r${index}`)) await send(ref);
    server.fail(null);
    expect(await send('r11')).toEqual(accepted);
    expect(changes).toEqual([]);
  });

  test('is tried again after a while, and takes everything again', async () => {
    const send = mailer({ openMs: 50 });
    server.fail('hang');
    for (const ref of ['r1', 'r2', 'r3']) await send(ref);
    server.fail(null);
    await eventually(async () => ((await send('r4')).outcome === 'accepted' ? true : undefined), 'an answer');
    expect(changes[0]).toBe('open');
    expect(changes.at(-1)).toBe('closed');
  });
});

describe('in the product', () => {
  const circuit = async (origin: string, dependency: string) =>
    new RegExp(`^circuit_open\\{dependency="${dependency}"\\} (\\d)$`, 'm').exec(
      await (await fetch(`${origin}/metrics`)).text(),
    )?.[1];

  test.each([
    { dependency: 'twilio', setting: 'TWILIO_API_URL', field: '2', target: (n: number) => `08136${n}600001` },
    { dependency: 'smtp', setting: 'SMTP_URL', field: '1', target: (n: number) => `baru.${n}@example.com` },
  ])(
    'a silent $dependency keeps nobody waiting for long, and every code arrives when it is back',
    async ({ dependency, setting, field, target }) => {
      let there = 'http://127.0.0.1:1';
      const proxy = await startFaultProxy(() => ({ host: '127.0.0.1', port: Number(new URL(there).port) }));
      onTestFinished(() => proxy.close());
      const name = dependency.toUpperCase();
      const world = await createWorld({
        [setting]: `${dependency === 'smtp' ? 'smtp' : 'http'}://127.0.0.1:${proxy.port}`,
        [`POLICY_${name}_FAILURES`]: '2',
        [`POLICY_${name}_OPEN_SECONDS`]: '60',
        [`POLICY_BUDGET_${name}_MS`]: '500',
      });
      onTestFinished(() => world.stop());
      there = dependency === 'smtp' ? world.mail.url : world.twilio.url;
      await proxy.set({ kind: 'hang' });
      const people = [siti, budi, siti, budi].map((who, n) => ({
        who,
        phone: world.onWhatsApp(`+628137770000${n}`),
        n,
      }));
      for (const { who, phone, n } of people) {
        for (const text of [`${who.number} ${who.birthDate}`, field, target(n)]) await phone.say(text);
        expect(await phone.say('ya')).toMatch(/sudah dikirim/);
      }
      expect(world.logged()).toContain(`"${dependency}.circuit"`);
      expect(await circuit(world.origin, dependency)).toBe('1');
      expect(world.onPhones().filter(({ direction }) => direction === 'outbound-api')).toEqual([]);
      expect(world.mail.mails()).toEqual([]);

      await proxy.set(null);
      // The circuit would stay open for a minute; a process that starts knows nothing of it.
      await world.restart();
      await passTime(world.database.ownerUrl, 40_000);
      const codeOf = (n: number) =>
        dependency === 'smtp' ? world.codeMailedTo(target(n)) : world.codeSentTo(`+62${target(n).slice(1)}`);
      expect(await people[3]?.phone.say(await codeOf(3))).toContain('PIN Mobile JKN');
      expect(await circuit(world.origin, dependency)).toBe('0');
    },
    120_000,
  );
});
