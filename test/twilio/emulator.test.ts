import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryReport, OutgoingMessage } from '#src/conversation/ports.ts';
import { hide } from '#src/seal.ts';
import {
  type EmulatedMessage,
  type InboundMessage,
  startTwilioEmulator,
  type TwilioEmulator,
  type TwilioEmulatorOptions,
} from '#src/simulator/twilio-emulator.ts';
import { receiveForm } from '#src/twilio/form.ts';
import { parseInbound } from '#src/twilio/parse.ts';
import { replyXml } from '#src/twilio/reply.ts';
import { createMessageRecords, createMessenger } from '#src/twilio/send.ts';
import { parseStatus } from '#src/twilio/status.ts';
import { signingTokens } from '#src/twilio/verify.ts';
import { authToken, limits, publicUrl, rest, twilio } from './fixtures.ts';

/** A receiver that does what our routes do, as far as this folder goes. */
interface Receiver {
  origin: string;
  inbound: ReturnType<typeof parseInbound>[];
  reports: DeliveryReport[];
  /** how each next request is answered, before the ordinary answer */
  next: ((response: ServerResponse) => void)[];
  reply: string | null;
  close(): Promise<void>;
}

const rules = { publicUrl, tokens: signingTokens(twilio), limits };

async function startReceiver(): Promise<Receiver> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const originalUrl = request.url ?? '';
    const signature = request.headers['x-twilio-signature']?.toString();
    const pairs = receiveForm({ body: Buffer.concat(chunks), originalUrl, signature }, rules);
    if (originalUrl.startsWith('/webhooks/twilio/status')) {
      receiver.reports.push(parseStatus(pairs, originalUrl, twilio));
      return void response.writeHead(204).end();
    }
    receiver.inbound.push(parseInbound(pairs, twilio));
    const instead = receiver.next.shift();
    if (instead !== undefined) return instead(response);
    response.writeHead(200, { 'content-type': 'text/xml' }).end(replyXml(receiver.reply));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(403).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inbound: [],
    reports: [],
    next: [],
    reply: 'Halo',
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

let emulator: TwilioEmulator;
let receiver: Receiver;
const start = async (options: Partial<TwilioEmulatorOptions> = {}) => {
  await emulator?.close();
  emulator = await startTwilioEmulator({ accountSid: twilio.accountSid, authToken, ...options });
  emulator.route(publicUrl, receiver.origin);
};
beforeEach(async () => {
  receiver = await startReceiver();
  await start();
});
afterEach(async () => {
  await emulator.close();
  await receiver.close();
});

const messengerFor = (change: Partial<typeof twilio> = {}) =>
  createMessenger({ ...twilio, ...change, apiUrl: emulator.url }, publicUrl, { budgetMs: 300 });
const records = () => createMessageRecords({ ...twilio, apiUrl: emulator.url }, { budgetMs: 300 });

const person = '+6281200000011';
const sms: OutgoingMessage = { channel: 'sms', to: person, content: { body: 'Kode: 123456' }, ref: 'out-1' };
const whatsapp: OutgoingMessage = { ...sms, channel: 'whatsapp' };
const webhookUrl = `${publicUrl}/webhooks/twilio/messaging`;
const bySms = { webhookUrl, from: person, to: '+12025550100' };
const byWhatsApp = { webhookUrl, from: `whatsapp:${person}`, to: 'whatsapp:+12025550101' };
const statuses = () => receiver.reports.map(({ status }) => status);
const shown = (): EmulatedMessage[] => {
  const messages: EmulatedMessage[] = [];
  emulator.onMessage((message) => messages.push(message));
  return messages;
};

describe('sending', () => {
  test('a text is accepted, reaches the phone, and is reported as sent and delivered, never as queued', async () => {
    const phone = shown();
    const outcome = await messengerFor().send({ ...sms, validitySeconds: 600 });
    await emulator.idle();
    const [message] = emulator.messages();
    expect(outcome).toEqual({ outcome: 'accepted', providerId: message?.sid });
    expect(phone).toMatchObject([{ to: person, from: '+12025550100', body: 'Kode: 123456', validitySeconds: 600 }]);
    expect(message).toMatchObject({ status: 'delivered', segments: 1, errorCode: null });
    expect(statuses()).toEqual(['sent', 'delivered']);
    expect(receiver.reports[0]).toMatchObject({ ref: 'out-1', providerId: message?.sid, channel: 'sms' });
  });

  test('the answer has every key of the recorded one', async () => {
    const response = await fetch(`${emulator.url}/2010-04-01/Accounts/${twilio.accountSid}/Messages.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${twilio.accountSid}:${authToken}`)}` },
      body: new URLSearchParams({ To: person, From: '+12025550100', Body: 'x' }),
    });
    const body: unknown = await response.json();
    const recorded = rest('rest-create-sms-201').response;
    expect(response.status).toBe(recorded.status);
    expect(Object.keys(body ?? {}).sort()).toEqual(Object.keys(recorded.body ?? {}).sort());
    expect(body).toMatchObject({ status: 'queued', date_sent: null, num_segments: '1', direction: 'outbound-api' });
  });

  test('a Messaging Service accepts first, so queued is called back too', async () => {
    await messengerFor({ smsFrom: null }).send(sms);
    await emulator.idle();
    expect(statuses()).toEqual(['queued', 'sent', 'delivered']);
    expect(emulator.messages()).toMatchObject([{ from: null, messagingServiceSid: twilio.messagingServiceSid }]);
  });

  test('a template reaches the phone as text', async () => {
    const template = 'HX00000000000000000000000000000001';
    await start({ templates: { [template]: 'Kode Anda {{1}}.' } });
    const phone = shown();
    const content = { template, variables: { 1: '123456' } };
    await messengerFor().send({ ...whatsapp, content });
    await emulator.idle();
    expect(phone).toMatchObject([{ body: 'Kode Anda 123456.', contentSid: template, channel: 'whatsapp' }]);
    const unknown = { template: 'HX00000000000000000000000000000009', variables: {} };
    expect(await messengerFor().send({ ...whatsapp, content: unknown })).toMatchObject({ providerCode: '21655' });
  });

  test.each([
    ['a wrong token', { authToken: hide('wrong') }, sms, '20003'],
    ['an invalid number', {}, { ...sms, to: '+62' }, '21211'],
    ['senders of two channels', { smsFrom: 'whatsapp:+12025550101' }, sms, '21910'],
    ['1,601 characters', {}, { ...sms, content: { body: 'x'.repeat(1601) } }, '21617'],
  ])('%s is refused', async (_, change, message, providerCode) => {
    const outcome = await messengerFor(change).send(message);
    expect(outcome).toMatchObject({ outcome: 'refused', providerCode });
    expect(emulator.messages()).toEqual([]);
  });

  test('a sender that the account has not is refused', async () => {
    await start({ senders: ['+12025550999'] });
    expect(await messengerFor().send(sms)).toMatchObject({ why: 'configuration', providerCode: '21606' });
    expect(await messengerFor().send(whatsapp)).toMatchObject({ why: 'configuration', providerCode: '63007' });
  });
});

describe('faults', () => {
  test.each([
    [{ kind: 'refuse', code: 20429, retryAfterSeconds: 2 } as const, { outcome: 'busy', retryAfterMs: 2000 }],
    [{ kind: 'refuse', code: 20500 } as const, { outcome: 'unknown' }],
    [{ kind: 'refuse', code: 21614 } as const, { outcome: 'refused', why: 'destination', providerCode: '21614' }],
    [{ kind: 'html', status: 503 } as const, { outcome: 'unknown' }],
    [{ kind: 'reset', accepts: false } as const, { outcome: 'unknown' }],
    [{ kind: 'silence', accepts: false } as const, { outcome: 'unknown' }],
  ])('%j once, then it goes well', async (fault, expected) => {
    emulator.arm(fault);
    expect(await messengerFor().send(sms)).toEqual(expected);
    expect(emulator.messages()).toEqual([]);
    expect(await messengerFor().send(sms)).toMatchObject({ outcome: 'accepted' });
  });

  test.each([
    { kind: 'silence', accepts: true } as const,
    { kind: 'reset', accepts: true } as const,
    { kind: 'html', status: 502, accepts: true } as const,
  ])('%j: unknown to us, on the phone all the same, told by the callback and found in the list', async (fault) => {
    emulator.arm(fault);
    const phone = shown();
    expect(await messengerFor().send(sms)).toEqual({ outcome: 'unknown' });
    await emulator.idle();
    expect(phone).toHaveLength(1);
    expect(receiver.reports.at(-1)).toMatchObject({ ref: 'out-1', status: 'delivered' });
    const found = await records().find({ channel: 'sms', to: person, since: new Date(Date.now() - 60_000) });
    expect(found).toEqual([{ providerId: phone[0]?.sid, status: 'delivered', errorCode: null }]);
  });

  test('a fault may be for one number and several times', async () => {
    emulator.arm({ kind: 'refuse', code: 21211 }, { to: person, times: 2 });
    const outcomes = [];
    for (const to of ['+6281200000022', person, person, person]) {
      outcomes.push((await messengerFor().send({ ...sms, to })).outcome);
    }
    expect(outcomes).toEqual(['accepted', 'refused', 'refused', 'accepted']);
  });

  test('nobody listening is no unknown outcome: nothing was sent', async () => {
    const messenger = messengerFor();
    await emulator.close();
    expect(await messenger.send(sms)).toEqual({ outcome: 'busy', retryAfterMs: null });
  });

  test.each([30003, 30005, 63024])('%i comes by callback', async (code) => {
    emulator.arm({ kind: 'fail', code });
    const phone = shown();
    expect(await messengerFor().send(sms)).toMatchObject({ outcome: 'accepted' });
    await emulator.idle();
    expect(phone).toEqual([]);
    expect(receiver.reports.at(-1)).toMatchObject({
      status: 'undelivered',
      failure: { providerCode: String(code) },
      terminal: true,
    });
  });
});

describe('status callbacks', () => {
  test.each([
    ['doubled', ['sent', 'sent', 'delivered', 'delivered']],
    ['reordered', ['delivered', 'sent']],
    ['absent', []],
  ] as const)('%s', async (mode, expected) => {
    emulator.setCallbacks(mode);
    await messengerFor().send(sms);
    await emulator.idle();
    expect(statuses()).toEqual(expected);
    expect(emulator.messages()).toMatchObject([{ status: 'delivered' }]);
  });

  test('late ones wait until they are released', async () => {
    emulator.setCallbacks('late');
    await messengerFor().send(sms);
    await emulator.idle();
    expect(statuses()).toEqual([]);
    emulator.releaseCallbacks();
    await emulator.idle();
    expect(statuses()).toEqual(['sent', 'delivered']);
    expect(emulator.callbacks()).toMatchObject([{ answered: 204 }, { answered: 204 }]);
  });
});

describe('the 24 hours of WhatsApp', () => {
  test('free text goes out within them, and fails by callback alone after them; a template always goes', async () => {
    await emulator.sendInbound({ ...byWhatsApp, body: 'halo' });
    emulator.advance(23 * 3_600_000);
    await messengerFor().send({ ...whatsapp, ref: 'in-time' });
    await emulator.idle();
    emulator.advance(2 * 3_600_000);
    expect(await messengerFor().send({ ...whatsapp, ref: 'too-late' })).toMatchObject({ outcome: 'accepted' });
    await emulator.idle();
    const template = { template: 'HX00000000000000000000000000000001', variables: {} };
    await messengerFor().send({ ...whatsapp, content: template, ref: 'template' });
    await emulator.idle();
    const last = (ref: string) => receiver.reports.findLast((report) => report.ref === ref);
    expect(last('in-time')).toMatchObject({ status: 'delivered' });
    expect(last('too-late')).toMatchObject({ status: 'undelivered', failure: { providerCode: '63016' } });
    expect(last('template')).toMatchObject({ status: 'delivered' });
  });

  test('who never wrote has no window, and one person has not that of another', async () => {
    await emulator.sendInbound({ ...byWhatsApp, from: 'whatsapp:+6281200000022', body: 'halo' });
    await messengerFor().send(whatsapp);
    await emulator.idle();
    expect(receiver.reports.at(-1)).toMatchObject({ failure: { providerCode: '63016' } });
  });
});

describe('a person writes', () => {
  const kinds: [string, InboundMessage, object][] = [
    ['a text', { ...bySms, body: ' 1+1=2 & 😀 ' }, { kind: 'text', text: ' 1+1=2 & 😀 ' }],
    ['nothing', { ...bySms, body: '' }, { kind: 'text', text: '' }],
    [
      'a picture',
      { ...byWhatsApp, media: [{ contentType: 'image/jpeg' }], body: 'KTP' },
      { kind: 'media', text: 'KTP' },
    ],
    [
      'a voice note',
      { ...byWhatsApp, media: [{ contentType: 'audio/ogg' }] },
      { kind: 'media', media: [{ kind: 'voice' }] },
    ],
    [
      'a place',
      { ...byWhatsApp, location: { latitude: -6.2, longitude: 106.8, label: 'Monas' } },
      { kind: 'location', latitude: -6.2 },
    ],
    [
      'a tap',
      { ...byWhatsApp, button: { payload: 'chooseField:email', text: 'E-mail' } },
      { kind: 'choice', source: 'button' },
    ],
    ['an item', { ...byWhatsApp, list: { id: 'menu:agent', title: 'Petugas' } }, { kind: 'choice', id: 'menu:agent' }],
    ['a form', { ...byWhatsApp, flow: { a: '1' } }, { kind: 'unsupported' }],
    ['a contact card', { ...byWhatsApp, other: 'contacts' }, { kind: 'unsupported' }],
  ];

  test.each(kinds)('%s', async (_, message, content) => {
    const result = await emulator.sendInbound(message);
    expect(result).toMatchObject({ carried: true, status: 200, replies: ['Halo'], attempts: 1, debuggerCode: null });
    expect(receiver.inbound).toMatchObject([
      { messageId: result.messageSid, address: message.from, phone: person, content },
    ]);
  });

  test('with a username and no number', async () => {
    await emulator.sendInbound({ ...byWhatsApp, from: 'whatsapp:ID.1000000000000001', body: 'halo' });
    expect(receiver.inbound).toMatchObject([{ address: 'whatsapp:ID.1000000000000001', phone: null }]);
  });

  test('the answer reaches the phone; an empty response does not', async () => {
    const phone = shown();
    await emulator.sendInbound({ ...bySms, body: 'halo' });
    receiver.reply = null;
    const { replies } = await emulator.sendInbound({ ...bySms, body: 'halo' });
    expect(replies).toEqual([]);
    expect(phone).toMatchObject([{ direction: 'outbound-reply', body: 'Halo', to: person }]);
  });

  test('a redelivery has the same id and is one message', async () => {
    const { messageSid } = await emulator.sendInbound({ ...bySms, body: 'halo' });
    await emulator.sendInbound({ ...bySms, body: 'halo', messageSid });
    expect(receiver.inbound.map(({ messageId }) => messageId)).toEqual([messageSid, messageSid]);
    expect(emulator.messages().filter(({ direction }) => direction === 'inbound')).toHaveLength(1);
  });

  test('to a one-way sender, or a name: nobody hears of it', async () => {
    await start({ oneWaySenders: [bySms.to] });
    expect(await emulator.sendInbound({ ...bySms, body: 'halo' })).toMatchObject({ carried: false, status: null });
    expect(await emulator.sendInbound({ ...bySms, to: 'BPJS', body: 'halo' })).toMatchObject({ carried: false });
    expect(receiver.inbound).toEqual([]);
  });
});

describe('how hard Twilio tries', () => {
  const fail = (status: number) => (response: ServerResponse) => void response.writeHead(status).end();
  const hang = () => {};
  const drop = (response: ServerResponse) => void response.destroy();

  test.each([
    ['by default a 503 is final', '', [fail(503)], { status: 503, attempts: 1, replies: [], debuggerCode: 11200 }],
    ['by default a lost connection is tried once more', '', [drop], { status: 200, attempts: 2, replies: ['Halo'] }],
    ['and only once', '', [drop, drop], { status: null, attempts: 2, replies: [], debuggerCode: 11205 }],
    ['rc=5&rp=all repeats everything', '#rc=5&rp=all', [fail(503), fail(403), drop], { status: 200, attempts: 4 }],
    ['five times at most', '#rc=5&rp=all', Array(9).fill(fail(500)), { status: 500, attempts: 6, debuggerCode: 11200 }],
    ['rp=5xx repeats no 4xx', '#rc=5&rp=5xx', [fail(503), fail(400)], { status: 400, attempts: 2 }],
    ['rt leaves time for another try', '#rc=5&rp=all&rt=100', [hang], { status: 200, attempts: 2 }],
  ])('%s', async (_, fragment, next, expected) => {
    receiver.next = next;
    const result = await emulator.sendInbound({ ...bySms, body: 'halo', webhookUrl: `${webhookUrl}${fragment}` });
    expect(result).toMatchObject(expected);
    const ids = new Set(receiver.inbound.map(({ messageId }) => messageId));
    expect(ids.size).toBe(1);
  });

  test('without rt a first try that hangs leaves no time for a second', async () => {
    await start({ webhookLimitMs: 200 });
    receiver.next = [hang];
    const result = await emulator.sendInbound({ ...bySms, body: 'halo', webhookUrl: `${webhookUrl}#rc=5&rp=all` });
    expect(result).toMatchObject({ status: null, attempts: 1, debuggerCode: 11205 });
  });

  test('the fallback gets one more chance with the same id', async () => {
    receiver.next = [fail(503)];
    const result = await emulator.sendInbound({ ...bySms, body: 'halo', fallbackUrl: webhookUrl });
    expect(result).toMatchObject({ status: 200, attempts: 2, replies: ['Halo'] });
    expect(receiver.inbound[0]).toEqual(receiver.inbound[1]);
  });

  test.each([
    ['text/html', replyXml('x'), 12300],
    ['text/xml', '<Response><Message>a & b</Message></Response>', 12100],
    ['text/xml', '<Response><Message>\u0001</Message></Response>', 12100],
    ['text/xml', 'Halo', 12100],
  ])('an answer of %s %j says nothing', async (type, body, debuggerCode) => {
    receiver.next = [(response) => void response.writeHead(200, { 'content-type': type }).end(body)];
    expect(await emulator.sendInbound({ ...bySms, body: 'halo' })).toMatchObject({ replies: [], debuggerCode });
  });
});

describe('opt-out', () => {
  test('STOP on SMS: Twilio answers, our answer is held back, and sending is refused until START', async () => {
    const phone = shown();
    expect(await emulator.sendInbound({ ...bySms, body: 'Stop' })).toMatchObject({ replies: ['Halo'] });
    expect(phone.map(({ direction }) => direction)).toEqual(['outbound-auto']);
    expect(receiver.inbound).toMatchObject([{ content: { kind: 'optOut', action: 'stop', answered: true } }]);
    expect(await messengerFor().send(sms)).toMatchObject({ why: 'optedOut', providerCode: '21610' });
    await emulator.sendInbound({ ...bySms, body: 'START' });
    expect(await messengerFor().send(sms)).toMatchObject({ outcome: 'accepted' });
  });

  test('with a service the refusal comes by callback', async () => {
    const messagingServiceSid = twilio.messagingServiceSid ?? '';
    await emulator.sendInbound({ ...bySms, messagingServiceSid, body: 'STOP' });
    expect(await messengerFor({ smsFrom: null }).send(sms)).toMatchObject({ outcome: 'accepted' });
    await emulator.idle();
    expect(receiver.reports.at(-1)).toMatchObject({ status: 'failed', failure: { providerCode: '21610' } });
  });

  test('STOP on WhatsApp does nothing by itself', async () => {
    const phone = shown();
    await emulator.sendInbound({ ...byWhatsApp, body: 'STOP' });
    expect(phone).toMatchObject([{ direction: 'outbound-reply' }]);
    expect(receiver.inbound).toMatchObject([{ content: { action: 'stop', answered: false } }]);
    expect(await messengerFor().send(whatsapp)).toMatchObject({ outcome: 'accepted' });
  });

  test('Advanced Opt-Out knows Indonesian words on both channels, and says so', async () => {
    await start({ advancedOptOut: true });
    const phone = shown();
    for (const via of [bySms, byWhatsApp]) await emulator.sendInbound({ ...via, body: 'berhenti' });
    expect(phone.map(({ direction }) => direction)).toEqual(['outbound-auto', 'outbound-auto']);
    const content = { kind: 'optOut', action: 'stop', answered: true };
    expect(receiver.inbound).toMatchObject([{ content }, { content }]);
    expect(await messengerFor().send(whatsapp)).toMatchObject({ providerCode: '21610' });
  });
});

describe('redaction', () => {
  test('empties what was sent and what came in', async () => {
    await messengerFor().send(sms);
    await emulator.sendInbound({ ...bySms, body: 'my PIN is 135790' });
    await emulator.idle();
    for (const { sid } of emulator.messages()) expect(await records().redact(sid)).toBe('redacted');
    expect(emulator.messages().every(({ body, redacted }) => body === '' && redacted)).toBe(true);
    expect(await records().redact('SM00000000000000000000000000000999')).toBe('gone');
  });

  test('one record can be looked up', async () => {
    emulator.arm({ kind: 'fail', code: 30003 });
    const outcome = await messengerFor().send(sms);
    await emulator.idle();
    const providerId = outcome.outcome === 'accepted' ? outcome.providerId : '';
    expect(await records().fetch(providerId)).toEqual({ providerId, status: 'undelivered', errorCode: '30003' });
    expect(await records().fetch('SM00000000000000000000000000000999')).toBeNull();
  });
});
