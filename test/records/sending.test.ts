// req:A8 req:A13 req:H4 req:H5 promise:G11
import { createServer } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createWording } from '#machines/copy/render.ts';
import type { Mailer, OutgoingMail, OutgoingMessage, SendOutcome } from '#src/conversation/ports.ts';
import { createFindOut } from '#src/notices/find-out.ts';
import { createMailer, type PooledMailer } from '#src/notices/mail.ts';
import { createCodeSender } from '#src/notices/send-code.ts';
import { createNoticeSender } from '#src/notices/send-notice.ts';
import { registerJobs } from '#src/records/register-jobs.ts';
import { hide } from '#src/seal.ts';
import {
  confirmed,
  createWorld,
  hours,
  id,
  policy,
  seconds,
  somebody,
  startCode,
  stranger,
  type World,
} from './world.ts';

const wording = createWording({ brand: 'BPJS Kesehatan', privacyUrl: null, timeZone: 'Asia/Jakarta' });
/** Whose jobs these tests are not about. */
const nobodyElse = { followCase: async () => {}, redact: async () => 'redacted' as const };
const accepted: SendOutcome = { outcome: 'accepted', providerId: 'SM1' };

/** Takes down what would have left, and answers what the test says. */
function createOutside(
  world: World,
  answer: () => SendOutcome = () => accepted,
  templates = { id: 'HX1', en: null as string | null },
  sent: string[] = [],
) {
  const mails: OutgoingMail[] = [];
  const messages: OutgoingMessage[] = [];
  const mailer: Mailer = {
    async send(mail) {
      mails.push(mail);
      return answer();
    },
  };
  const messenger = {
    async send(message: OutgoingMessage) {
      messages.push(message);
      return answer();
    },
  };
  const { challenges: codes, notices, optOuts } = world.records;
  const sentMessages = {
    find: async () => sent.map((providerId) => ({ providerId, status: 'delivered', errorCode: null })),
  };
  const findOut = createFindOut({ deliveries: world.records.deliveries, sentMessages });
  const isInWindow = async () => true;
  const codeSender = createCodeSender({ codes, messenger, mailer, wording, templates, findOut });
  const sendNotice = createNoticeSender({
    notices,
    optOuts,
    messenger,
    mailer,
    wording,
    smsTwoWay: false,
    findOut,
    isInWindow,
  });
  return { mails, messages, codeSender, sendNotice };
}

async function startMobileCode(world: World): Promise<string> {
  const { participant, phone: sender } = somebody();
  const challengeId = id();
  await startCode(world, { sender, participant, challengeId, field: 'mobileNumber', target: '+6281377777777' });
  return challengeId;
}

/** A message that belongs to another code. */
async function claimedBySomebody(world: World, providerId: string): Promise<void> {
  await world.records.deliveries.report({ ...reportOf(id()), providerId });
}

const reportOf = (ref: string) => ({
  ref,
  providerId: `SM-${ref}`,
  channel: 'sms' as const,
  status: 'sent',
  rank: 3,
  terminal: false,
  failure: null,
});

const noticeIds = async (world: World) =>
  (await world.query<{ notice_id: string }>('select notice_id from notices order by via, recipient')).map(
    (row) => row.notice_id,
  );

describe('a code', () => {
  test('leaves once by mail, and a second sender hears what became of it', async () => {
    const world = await createWorld();
    const { codeSender, mails } = createOutside(world);
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    await startCode(world, { sender, participant, challengeId });
    expect(await Promise.all([codeSender.deliver(challengeId), codeSender.deliver(challengeId)])).toContainEqual(
      accepted,
    );
    expect(await codeSender.deliver(challengeId)).toEqual(accepted);
    expect(await codeSender.recover(challengeId)).toBe('done');
    expect(mails).toEqual([
      {
        to: 'new@example.com',
        subject: expect.any(String),
        text: expect.stringMatching(/\b\d{6}\b/),
        ref: challengeId,
      },
    ]);
  });

  test('to a number leaves by SMS, with its life as the time in which it is of use', async () => {
    const world = await createWorld();
    const { codeSender, messages } = createOutside(world);
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    await startCode(world, { sender, participant, challengeId, field: 'mobileNumber', target: '+6281377777777' });
    await codeSender.deliver(challengeId);
    expect(messages).toEqual([
      {
        channel: 'sms',
        to: '+6281377777777',
        content: { body: expect.stringMatching(/^BPJS Kesehatan: .*\b\d{6}\b/) },
        ref: challengeId,
        validitySeconds: policy.otp.lifeSeconds,
      },
    ]);
  });

  test('that the provider was too busy for is sent by the job', async () => {
    const world = await createWorld();
    let answer: SendOutcome = { outcome: 'busy', retryAfterMs: null };
    const { codeSender, mails } = createOutside(world, () => answer);
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    await startCode(world, { sender, participant, challengeId });
    expect(await codeSender.deliver(challengeId)).toEqual(answer);
    expect(await codeSender.recover(challengeId)).toBe('later');
    answer = accepted;
    expect(await codeSender.recover(challengeId)).toBe('done');
    expect(new Set(mails.map(({ text }) => /\d{6}/.exec(text)?.[0])).size).toBe(1);
  });

  test('whose sending had no answer is sent once more, the same one, and never a third time', async () => {
    const world = await createWorld();
    const { codeSender, messages } = createOutside(world, () => ({ outcome: 'unknown' }));
    const challengeId = await startMobileCode(world);
    expect(await codeSender.deliver(challengeId)).toEqual({ outcome: 'unknown' });
    for (let run = 0; run < 3; run += 1) await codeSender.recover(challengeId);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatchObject({ content: messages[1]?.content, ref: challengeId });
    expect(await world.query('select send_state, copy_sealed from challenges')).toEqual([
      { send_state: 'unknown', copy_sealed: null },
    ]);
    expect(await world.query('select count(*)::int as sendings from code_sendings')).toEqual([{ sendings: 2 }]);
  });

  test('whose sending had no answer, and which Twilio has in its list, is not sent again', async () => {
    const world = await createWorld();
    const sent = ['SM-other', 'SM-ours'];
    const { codeSender, messages } = createOutside(world, () => ({ outcome: 'unknown' }), undefined, sent);
    await claimedBySomebody(world, 'SM-other');
    const challengeId = await startMobileCode(world);
    await codeSender.deliver(challengeId);
    expect(await codeSender.recover(challengeId)).toBe('done');
    expect(messages).toHaveLength(1);
    expect(
      await world.query('select send_state, provider_id, copy_sealed from challenges where challenge_id = $1', [
        challengeId,
      ]),
    ).toEqual([{ send_state: 'accepted', provider_id: 'SM-ours', copy_sealed: null }]);
  });

  test('whose sending had no answer, and which was reported since, is not sent again', async () => {
    const world = await createWorld();
    const { codeSender, messages } = createOutside(world, () => ({ outcome: 'unknown' }));
    const challengeId = await startMobileCode(world);
    await codeSender.deliver(challengeId);
    await world.records.deliveries.report(reportOf(challengeId));
    expect(await codeSender.recover(challengeId)).toBe('done');
    expect(messages).toHaveLength(1);
  });

  test('whose sender died in the middle is found out about in the same way', async () => {
    const world = await createWorld();
    const { codeSender, messages } = createOutside(world);
    const challengeId = await startMobileCode(world);
    await world.records.challenges.takeForSending(challengeId);
    expect(await codeSender.recover(challengeId)).toBe('later');
    await world.passTime(seconds(31));
    expect(await codeSender.recover(challengeId)).toBe('done');
    expect(messages).toHaveLength(1);
  });

  test('in WhatsApp leaves by the approved template', async () => {
    const world = await createWorld();
    const { codeSender, messages } = createOutside(world);
    const { participant, phone: sender } = somebody();
    const challengeId = id();
    await startCode(world, { sender, participant, challengeId });
    await world.query("update challenges set via = 'whatsapp'");
    await codeSender.deliver(challengeId);
    expect(messages[0]?.content).toEqual({ template: 'HX1', variables: { 1: expect.stringMatching(/^\d{6}$/) } });
  });
});

describe('a notice', () => {
  test('reaches each contact point once, masked', async () => {
    const world = await createWorld();
    const outside = createOutside(world);
    const { participant } = somebody();
    const { ref } = await confirmed(world, { sender: stranger(), participant, target: 'somebody.new@example.com' });
    for (const noticeId of [...(await noticeIds(world)), ...(await noticeIds(world))]) {
      expect(await outside.sendNotice(noticeId)).toBe('done');
    }
    expect(outside.mails.map(({ to }) => to).sort()).toEqual([participant.email, 'somebody.new@example.com'].sort());
    expect(outside.messages.map(({ to, channel }) => [to, channel])).toEqual([[participant.mobileNumber, 'sms']]);
    for (const text of [...outside.mails.map((mail) => mail.text), JSON.stringify(outside.messages)]) {
      expect(text).toContain(ref);
      expect(text).not.toContain('somebody.new');
    }
    expect(await world.query('select distinct state, tries from notices')).toEqual([{ state: 'accepted', tries: 1 }]);
  });

  test.each(['busy', 'unknown'] as const)('whose provider was %s is tried again, for a day', async (outcome) => {
    const world = await createWorld();
    const outside = createOutside(world, () => (outcome === 'busy' ? { outcome, retryAfterMs: null } : { outcome }));
    await confirmed(world, { sender: stranger(), participant: somebody({ mobileNumber: null }).participant });
    const [noticeId = ''] = await noticeIds(world);
    expect(await outside.sendNotice(noticeId)).toBe('later');
    await world.passTime(seconds(60));
    expect(await outside.sendNotice(noticeId)).toBe('later');
    await world.passTime(hours(24));
    expect(await outside.sendNotice(noticeId)).toBe('done');
    expect(outside.mails).toHaveLength(2);
    expect(await world.query('select state from notices where notice_id = $1', [noticeId])).toEqual([
      { state: 'expired' },
    ]);
  });

  test('waits as long as the provider says, and no less', async () => {
    const world = await createWorld();
    const outside = createOutside(world, () => ({ outcome: 'busy', retryAfterMs: 90_000 }));
    await confirmed(world, { sender: stranger(), participant: somebody({ mobileNumber: null }).participant });
    const [noticeId = ''] = await noticeIds(world);
    await outside.sendNotice(noticeId);
    await world.passTime(seconds(85));
    expect(await outside.sendNotice(noticeId)).toBe('later');
    expect(outside.mails).toHaveLength(1);
    await world.passTime(seconds(6));
    await outside.sendNotice(noticeId);
    expect(outside.mails).toHaveLength(2);
  });

  test('that may have left is looked for before it is sent again', async () => {
    const world = await createWorld();
    const outside = createOutside(world, () => ({ outcome: 'unknown' }), undefined, ['SM-ours']);
    await confirmed(world, { sender: stranger(), participant: somebody({ email: null }).participant });
    const [noticeId = ''] = (
      await world.query<{ notice_id: string }>("select notice_id from notices where via = 'sms'")
    ).map((row) => row.notice_id);
    expect(await outside.sendNotice(noticeId)).toBe('later');
    await world.passTime(seconds(60));
    expect(await outside.sendNotice(noticeId)).toBe('done');
    expect(outside.messages).toHaveLength(1);
    expect(await world.query("select state, provider_id from notices where via = 'sms'")).toEqual([
      { state: 'accepted', provider_id: 'SM-ours' },
    ]);
  });

  test('that our own configuration prevents waits for somebody to mend it', async () => {
    const world = await createWorld();
    let answer: SendOutcome = { outcome: 'refused', why: 'configuration', providerCode: '20003' };
    const outside = createOutside(world, () => answer);
    await confirmed(world, { sender: stranger(), participant: somebody({ email: null }).participant });
    const [noticeId = ''] = await noticeIds(world);
    expect(await outside.sendNotice(noticeId)).toBe('later');
    answer = accepted;
    await world.passTime(seconds(600));
    expect(await outside.sendNotice(noticeId)).toBe('done');
  });

  test('that is refused for good fails with the code of the provider', async () => {
    const world = await createWorld();
    const outside = createOutside(world, () => ({ outcome: 'refused', why: 'policy', providerCode: '30450' }));
    await confirmed(world, { sender: stranger(), participant: somebody().participant });
    const [noticeId = ''] = await noticeIds(world);
    expect(await outside.sendNotice(noticeId)).toBe('done');
    expect(await world.query('select state, provider_code from notices where notice_id = $1', [noticeId])).toEqual([
      { state: 'failed', provider_code: '30450' },
    ]);
  });

  test('is no SMS to somebody who said stop', async () => {
    const world = await createWorld();
    const outside = createOutside(world);
    const { participant, phone } = somebody({ email: null });
    await world.records.optOuts.record({ ...phone, channel: 'sms' }, 'stop');
    await confirmed(world, { sender: stranger(), participant });
    for (const noticeId of await noticeIds(world)) await outside.sendNotice(noticeId);
    expect(outside.messages).toEqual([]);
    expect(await world.query("select state from notices where via = 'sms'")).toEqual([{ state: 'suppressed' }]);
  });

  test('does not overtake an earlier one to the same contact point about the same change', async () => {
    const world = await createWorld();
    let answer: SendOutcome = { outcome: 'busy', retryAfterMs: null };
    const outside = createOutside(world, () => answer);
    const sender = stranger();
    await confirmed(world, { sender, participant: somebody({ mobileNumber: null }).participant });
    const idsOf = async (letter: string) =>
      (
        await world.query<{ notice_id: string }>(
          "select notice_id from notices where letter = $1 and recipient = 'old'",
          [letter],
        )
      ).map((row) => row.notice_id);
    const [held = ''] = await idsOf('changeHeld');
    await outside.sendNotice(held);
    await world.records.changes.cancelHeld({ sender, turnId: id() });
    const [cancelled = ''] = await idsOf('changeCancelled');
    answer = accepted;
    expect(await outside.sendNotice(cancelled)).toBe('later');
    await world.passTime(seconds(60));
    expect([await outside.sendNotice(held), await outside.sendNotice(cancelled)]).toEqual(['done', 'done']);
    expect(outside.mails.map(({ ref }) => ref)).toEqual([held, held, cancelled]);
  });

  test('that another sender is about to send waits, and is taken over when that sender is dead', async () => {
    const world = await createWorld();
    const outside = createOutside(world);
    await confirmed(world, { sender: stranger(), participant: somebody().participant });
    const [noticeId = ''] = await noticeIds(world);
    await world.records.notices.take(noticeId);
    expect(await outside.sendNotice(noticeId)).toBe('later');
    await world.passTime(seconds(31));
    expect(await outside.sendNotice(noticeId)).toBe('done');
  });
});

describe('jobs', () => {
  test('send what nobody sent, tell everybody, and apply what was held, by themselves', async () => {
    const world = await createWorld();
    const outside = createOutside(world);
    const { records } = world;
    const { codeSender, sendNotice } = outside;
    const tellUndelivered = async () => 'done' as const;
    const recoverCode = codeSender.recover;
    await registerJobs({ ...records, ...nobodyElse, sendNotice, recoverCode, tellUndelivered });
    const { participant } = somebody();
    const sender = stranger();
    const { changeId } = await confirmed(world, { sender, participant });
    await vi.waitFor(() => expect(outside.mails).toHaveLength(2), 10_000);
    await world.passTime(hours(policy.hold.hours));
    await vi.waitFor(
      async () => expect(await records.changes.find(changeId)).toMatchObject({ state: 'applied' }),
      10_000,
    );
    await vi.waitFor(() => expect(outside.messages.map(({ to }) => to)).toContain(sender.phone), 10_000);

    const challengeId = id();
    await startCode(world, {
      sender: stranger(),
      participant: somebody().participant,
      challengeId,
      target: 'late@example.com',
    });
    await world.passTime(seconds(20));
    await vi.waitFor(() => expect(outside.mails.map(({ ref }) => ref)).toContain(challengeId), 10_000);
  });

  test('that fail keep no word about why in the database, and run again', async () => {
    const world = await createWorld();
    const failures: string[] = [];
    const { records } = world;
    let isBroken = true;
    await registerJobs({
      ...records,
      ...nobodyElse,
      recoverCode: async () => 'done',
      tellUndelivered: async () => 'done',
      async sendNotice(noticeId) {
        if (isBroken) throw new Error('to secret@example.com');
        failures.push(noticeId);
        return 'done';
      },
    });
    await confirmed(world, { sender: stranger(), participant: somebody().participant });
    const states = () =>
      world.query<{ state: string; output: object | null }>(
        "select state::text, output from pgboss.job where name = 'notice.send'",
      );
    await vi.waitFor(async () => expect((await states()).every(({ state }) => state === 'retry')).toBe(true), 10_000);
    expect(JSON.stringify(await states())).not.toContain('secret');
    isBroken = false;
    await vi.waitFor(
      async () => expect((await states()).every(({ state }) => state === 'completed')).toBe(true),
      15_000,
    );
    expect(failures).toHaveLength(3);
  });
});

describe('mail', () => {
  const mail = { to: 'siti@example.com', subject: 'Kode Anda', text: 'Kode: 123456', ref: 'ref-1' };

  async function receiver(options: ConstructorParameters<typeof SMTPServer>[0] = {}) {
    const received: Buffer[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, _session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          received.push(Buffer.concat(chunks));
          done();
        });
      },
      ...options,
    });
    server.on('error', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
    const address = server.server.address();
    return { received, port: typeof address === 'object' && address !== null ? address.port : 0 };
  }

  function mailerTo(port: number, budgetMs = 2_000): PooledMailer {
    const smtpUrl = hide(`smtp://127.0.0.1:${port}`);
    const mailer = createMailer({ smtpUrl, mailFrom: 'Ubah Data <data@bpjs.example.id>', budgetMs });
    onTestFinished(() => mailer.close());
    return mailer;
  }

  test('arrives with its text and an id by which a repetition is known', async () => {
    const { received, port } = await receiver();
    expect(await mailerTo(port).send(mail)).toEqual({ outcome: 'accepted', providerId: '<ref-1@bpjs.example.id>' });
    const parsed = await PostalMime.parse(received[0] ?? '');
    expect(parsed).toMatchObject({
      subject: 'Kode Anda',
      messageId: '<ref-1@bpjs.example.id>',
      from: { name: 'Ubah Data', address: 'data@bpjs.example.id' },
      to: [{ address: 'siti@example.com' }],
    });
    expect(parsed.text?.trim()).toBe('Kode: 123456');
  });

  const answers = [
    { says: 'no such mailbox', code: 550, outcome: { outcome: 'refused', why: 'destination', providerCode: '550' } },
    { says: 'not from you', code: 554, outcome: { outcome: 'refused', why: 'policy', providerCode: '554' } },
    { says: 'later', code: 451, outcome: { outcome: 'busy', retryAfterMs: null } },
  ];
  test.each(answers)('that the server answers with “$says” is known as such', async ({ says, code, outcome }) => {
    const { port } = await receiver({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error(says), { responseCode: code })),
    });
    expect(await mailerTo(port).send(mail)).toEqual(outcome);
  });

  test('to a server that is away has certainly not left', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const address = free.address();
    await new Promise((resolve) => free.close(resolve));
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await mailerTo(port).send(mail)).toEqual({ outcome: 'busy', retryAfterMs: null });
  });

  test('whose server says nothing after the text may have left', async () => {
    const { port } = await receiver({ onData: (stream) => void stream.resume() });
    const started = performance.now();
    expect(await mailerTo(port, 500).send(mail)).toEqual({ outcome: 'unknown' });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('to an address that would be two is refused', async () => {
    const { received, port } = await receiver();
    const { outcome } = await mailerTo(port).send({ ...mail, to: 'a@example.com, b@example.com' });
    expect(outcome).not.toBe('accepted');
    expect(received).toEqual([]);
  });
});
