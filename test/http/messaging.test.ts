// The webhook as Twilio and as strangers meet it: real app, real port, real signatures.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, smsFrom, type World } from '../support/world.ts';
import { formOf, messaging, post } from './signed.ts';

const fixtures = join(import.meta.dirname, '../fixtures/twilio');

interface Fixture {
  id: string;
  request: {
    method: string;
    url: string;
    headers: Record<string, string>;
    params: Record<string, string>;
    rawBody?: string;
  };
  expect: { http: number; optOut?: string; botMustNotReply?: boolean };
}

const read = (name: string) => JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as Fixture;
// Whoever asked for a person is waiting for one, and is not answered each time: that one goes last.
const asksForAgent = 'inbound-whatsapp-button-reply.json';
const webhooks = readdirSync(fixtures)
  .filter((name) => /^(inbound|status)-.*\.json$/.test(name) && name !== asksForAgent)
  .concat(asksForAgent);

let world: World;
beforeAll(async () => {
  world = await createWorld({
    PUBLIC_URL: 'https://bot.example.com',
    TWILIO_AUTH_TOKEN: 'fixture-auth-token-not-a-secret',
    TWILIO_SMS_FROM: '+12025550100',
    TWILIO_WHATSAPP_FROM: 'whatsapp:+12025550101',
    TWILIO_MESSAGING_SERVICE_SID: 'MG00000000000000000000000000000001',
  });
});
afterAll(() => world.stop());

const message = {
  AccountSid: 'AC00000000000000000000000000000001',
  MessageSid: 'SM000000000000000000000000000000aa',
  From: '+12025550143',
  To: '+12025550100',
  Body: 'halo',
  NumMedia: '0',
};

test.each(webhooks)('%s is answered as the fixture says', async (name) => {
  const { request, expect: expected } = read(name);
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key.toLowerCase(), value]));
  const response = await post(world, {
    path: pathname + search,
    method: request.method,
    headers,
    rawBody: request.rawBody ?? '',
    signature: headers['x-twilio-signature'] ?? null,
  });
  const text = await response.text();
  expect(response.status).toBe(expected.http);
  if (name.startsWith('inbound') && response.status === 200) {
    expect(response.headers.get('content-type')).toMatch(/^text\/xml/);
    expect(text.match(/<Message>/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(text.includes('<Message>')).toBe(expected.botMustNotReply !== true);
  }
});

test('the same message id gets the same bytes again, and causes nothing twice', async () => {
  const params = { ...message, MessageSid: 'SM000000000000000000000000000000ab', From: '+12025550144' };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post(world, { params }).then((one) => one.text())),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('<Message>');
});

test('a form that is not a POST is 405', async () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const response = await post(world, { method, params: message });
    expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'POST']);
  }
});

test('what is not a form is 415, even when it is signed', async () => {
  for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', '']) {
    const response = await post(world, { headers: { 'content-type': type }, rawBody: '{}' });
    expect([type, response.status]).toEqual([type, 415]);
  }
});

test.each([
  ['without a signature', { params: message, signature: null }],
  ['with an empty signature', { params: message, signature: '' }],
  ['with the signature of another message', { params: { ...message, Body: 'other' }, rawBody: formOf(message) }],
  ['signed for another path', { params: message, path: `${messaging}?x=1`, signature: 'AAAA' }],
  ['over 64 KB', { params: { ...message, Body: 'a'.repeat(70_000) } }],
  ['with over 100 keys', { params: Object.fromEntries(Array.from({ length: 101 }, (_, one) => [`Key${one}`, '1'])) }],
])('a request %s is 403, with nothing said', async (_, request) => {
  const response = await post(world, request);
  expect([response.status, await response.text()]).toEqual([403, '']);
});

test('a forged Host or forwarding header changes nothing', async () => {
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' };
  const response = await post(world, { params: { ...message, MessageSid: `SM${'0'.repeat(30)}ac` }, headers });
  expect(response.status).toBe(200);
});

test.each([
  ['of another account', { AccountSid: 'AC00000000000000000000000000000002' }],
  ['to a number that is not ours', { To: '+12025550199' }],
  ['with a message id of another shape', { MessageSid: 'SM1' }],
  ['from nobody', { From: '' }],
  ['from an address that is none', { From: 'whatsapp:' }],
])('a signed message %s is 400', async (_, difference) => {
  expect((await post(world, { params: { ...message, ...difference } })).status).toBe(400);
});

test('a signed message with a doubled parameter is 400', async () => {
  // The vendor's validator drops the second of two equal values, so one signature covers both bodies.
  const rawBody = `${formOf(message)}&Body=halo`;
  expect((await post(world, { params: message, rawBody })).status).toBe(400);
});

test.each([
  ['the message id renamed away', (body: string) => body.replace('MessageSid=SM', 'M=essageSidSM')],
  [
    'From swallowing MessageSid',
    (body: string) =>
      body.replace(/From=([^&]+)&/, `From=$1MessageSid${message.MessageSid}&`).replace(/&?MessageSid=[^&]+/, ''),
  ],
  [
    'AccountSid swallowing Body',
    (body: string) => body.replace(/AccountSid=([^&]+)/, 'AccountSid=$1Bodyhalo').replace(/&Body=halo/, ''),
  ],
])('a captured signature does not carry a body with %s', async (_, resplit) => {
  const response = await post(world, { params: message, rawBody: resplit(formOf(message)) });
  expect([400, 403]).toContain(response.status);
});

test('an SMS to a sender that cannot receive is answered with silence', async () => {
  const oneWay = await createWorld({ TWILIO_SMS_TWO_WAY: 'false' });
  try {
    expect(await oneWay.onSms('+6281200000011').say('halo')).toBe('');
    expect(oneWay.logged()).toContain('turn.oneWay');
    expect(smsFrom).toMatch(/^\+62/);
  } finally {
    await oneWay.stop();
  }
});

test('ten kilobytes of text, control characters and lone surrogates are answered kindly', async () => {
  const bodies = [
    'a'.repeat(10_000),
    '\u0000\u0007\u001b[31m',
    '\u202e\u200b',
    '<script>&amp;</script>',
    "'; drop table changes; --",
  ];
  for (const [index, Body] of bodies.entries()) {
    const params = { ...message, From: '+12025550145', MessageSid: `SM${'0'.repeat(30)}b${index}`, Body };
    const response = await post(world, { params });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<Message>');
  }
});
