// req:C1 req:C2 req:C6 req:E2 promise:G8 promise:G14
// Anything may arrive: signed forms out of shape, texts of all kinds, forgeries. `npm run test:fuzz` is the long form.
import { createHmac, randomInt } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ForgedRequestError } from '#src/errors.ts';
import { hide } from '#src/seal.ts';
import { readTwiml, sign } from '#src/simulator/twilio-wire.ts';
import { receiveForm } from '#src/twilio/form.ts';
import { say } from '../support/say.ts';
import { createWorld, smsFrom, type World, whatsappFrom } from '../support/world.ts';
import { formOf, messaging, post } from './signed.ts';

const seed = Number(process.env.SEED ?? randomInt(2 ** 31));
/** So many texts, and so many bodies. */
const each = Number(process.env.FUZZ ?? 1_200);
const forEver = 24 * 3_600_000;
const atOnce = 8;

let world: World;
let unhandled = 0;
const count = () => {
  unhandled += 1;
};
beforeAll(async () => {
  process.on('unhandledRejection', count);
  // Nothing is slow by intention here, so that a 503 is always a mistake.
  world = await createWorld({
    POLICY_BUDGET_REDIS_MS: '2000',
    POLICY_BUDGET_POSTGRES_MS: '5000',
    POLICY_IDENTIFY_REPLY_GRID_MS: '0',
  });
});
afterAll(async () => {
  process.off('unhandledRejection', count);
  await world.stop();
});

const hex = () =>
  randomInt(2 ** 47)
    .toString(16)
    .padStart(32, '0');
const messageOf = (from: string, body: string): Record<string, string> => ({
  AccountSid: 'AC00000000000000000000000000000001',
  MessageSid: `SM${hex()}`,
  From: from,
  To: from.startsWith('whatsapp:') ? whatsappFrom : smsFrom,
  Body: body,
  NumMedia: '0',
});

/** What brings a conversation on, so that strange texts meet every step. */
const steps = [
  'halo',
  '9901014506850001',
  '05-06-1985',
  'email',
  'baru@example.com',
  'YA',
  '123456',
  'MENU',
  'BATAL',
  'nomor hp',
  '081300000666',
  'ULANG',
  '135790',
  'LEPAS',
  'ENGLISH',
  'PETUGAS',
];
const nasty = [
  '\u202e0000',
  '\u0645\u0631\u062d\u0628\u0627 ١٢٣٤٥٦',
  '👩‍👩‍👧‍👦',
  '\ud800',
  'a\udfff1',
  '\u0000',
  '\ufeff',
  '１２３４５６',
  "'; drop table changes; --",
  '$where: 1',
  '{{7*7}}',
  ['$', '{jndi:ldap://x}'].join(''),
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  ']]><Message>',
  '&lt;/Message&gt;',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '{"__proto__":{"x":1}}',
  '%00%0a%0d',
  '../../etc/passwd',
  '\r\nSet-Cookie: a=b',
  '9'.repeat(400),
  '٠'.repeat(16),
  'NaN',
  '-0',
  '1e309',
  'null',
  'undefined',
  '\u001b[31m',
  'a@b.c'.repeat(300),
  '(((((((((((((((((((((((',
];
const long = fc
  .tuple(fc.constantFrom('x', '9', 'é', '👍', ' ', '\n', '0812', '@', '<'), fc.integer({ min: 1, max: 20_000 }))
  .map(([unit, times]) => unit.repeat(times).slice(0, 60_000));
const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...steps) },
  { weight: 4, arbitrary: fc.constantFrom(...nasty) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme-composite', maxLength: 400 }) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...steps), fc.constantFrom(...nasty)).map((parts) => parts.join(' ')),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[0-9 .+()-]{1,40}$/) },
  { weight: 1, arbitrary: long },
);
const phone = fc
  .nat({ max: 40 })
  .map((index) => `${index % 2 === 0 ? 'whatsapp:' : ''}+62857${String(index).padStart(8, '0')}`);

/** Several at once, and each of them is looked at. */
async function forEach<T>(inputs: fc.Arbitrary<T>, times: number, look: (input: T) => Promise<void>): Promise<void> {
  for (let done = 0; done < times; done += atOnce) {
    const some = fc.sample(inputs, { numRuns: Math.min(atOnce, times - done), seed: seed + done });
    await Promise.all(some.map(look));
  }
}

test(
  'any text is answered with one reply that Twilio can read, or with silence',
  async () => {
    const statuses = new Map<number, number>();
    await forEach(fc.tuple(phone, text), each, async ([from, body]) => {
      const response = await post(world, { params: messageOf(from, body.toWellFormed()) });
      const answer = await response.text();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      // Over 64 KB it is a forgery unread; a second sender inside a text is refused.
      if ([400, 403].includes(response.status)) return;
      expect([body.slice(0, 80), response.status]).toEqual([body.slice(0, 80), 200]);
      expect(readTwiml(answer)?.length ?? 99).toBeLessThanOrEqual(1);
    });
    say(`fuzz: ${each} texts, seed ${seed}, answers ${JSON.stringify(Object.fromEntries(statuses))}`);
    expect(statuses.get(200)).toBeGreaterThan(each / 2);
    expect(unhandled).toBe(0);
  },
  forEver,
);

type Pairs = [string, string][];
const oddKey = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'Body',
    'From',
    'MessageSid',
    'MediaUrl0',
    'Latitude',
    'ListId',
    'OptOutType',
    'FlowData',
    'a[b]',
    'a.b',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.stringMatching(/^[A-Z][A-Za-z0-9]{1,40}$/),
);
const oddValue = fc.oneof(
  fc.constantFrom(...nasty, '', '-1', '99', '1000000', 'whatsapp:', '+', 'AC', 'SM'),
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const change = fc.oneof(
  fc.record({ does: fc.constant('drop' as const), at: fc.nat(20) }),
  fc.record({ does: fc.constant('add' as const), key: oddKey, value: oddValue }),
  fc.record({ does: fc.constant('set' as const), at: fc.nat(20), value: oddValue }),
  fc.record({ does: fc.constant('rename' as const), at: fc.nat(20), key: oddKey }),
  fc.record({ does: fc.constant('repeat' as const), at: fc.nat(20), value: oddValue }),
  fc.record({ does: fc.constant('many' as const), count: fc.integer({ min: 60, max: 200 }) }),
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(pairs: Pairs, changes: readonly Change[]): Pairs {
  const result = [...pairs];
  for (const one of changes) {
    const at = 'at' in one ? one.at % Math.max(1, result.length) : 0;
    const [key = '', value = ''] = result[at] ?? [];
    if (one.does === 'drop') result.splice(at, 1);
    else if (one.does === 'add') result.push([one.key, one.value]);
    else if (one.does === 'set') result[at] = [key, one.value];
    else if (one.does === 'rename') result[at] = [one.key, value];
    else if (one.does === 'repeat') result.push([key, one.value]);
    else for (let more = 0; more < one.count; more += 1) result.push([`Extra${more}`, 'x']);
  }
  return result.map(([key, value]) => [key.toWellFormed(), value.toWellFormed()]);
}

/** As Twilio signs: keys sorted, each value of a repeated key once. */
function signedText(pairs: Pairs): string {
  const values = new Map<string, Set<string>>();
  for (const [key, value] of pairs) values.set(key, (values.get(key) ?? new Set()).add(value));
  return [...values.keys()]
    .sort()
    .flatMap((key) => [...(values.get(key) ?? [])].sort().map((value) => key + value))
    .join('');
}

const signPairs = (url: string, pairs: Pairs): string =>
  createHmac('sha1', world.authToken)
    .update(`${url}${signedText(pairs)}`)
    .digest('base64');

const encoded = (pairs: Pairs) =>
  pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');

test(
  'any signed form is taken or refused, and never an error of ours',
  async () => {
    const statuses = new Map<number, number>();
    const path = fc.constantFrom(messaging, '/webhooks/twilio/fallback', '/webhooks/twilio/status?ref=c-1');
    const inputs = fc.tuple(phone, text, fc.array(change, { maxLength: 4 }), path);
    await forEach(inputs, each, async ([from, body, changes, path]) => {
      const pairs = changed(Object.entries(messageOf(from, body.slice(0, 500))), changes);
      const response = await post(world, {
        path,
        rawBody: encoded(pairs),
        signature: signPairs(`${world.publicUrl}${path}`, pairs),
      });
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      expect([pairs, [200, 400, 403].includes(response.status) ? 'declared' : response.status]).toEqual([
        pairs,
        'declared',
      ]);
    });
    say(`fuzz: ${each} signed forms, seed ${seed}, answers ${JSON.stringify(Object.fromEntries(statuses))}`);
    for (const status of [200, 400, 403]) expect(statuses.get(status) ?? 0).toBeGreaterThan(0);
    expect(unhandled).toBe(0);
  },
  forEver,
);

test(
  'any bytes without a signature are 403, 405 or 415 with an empty body, and leave no row',
  async () => {
    const rawBody = fc.oneof(
      fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc.constantFrom(
        'Body=%ED%A0%80',
        'Body=%',
        '%',
        '&&&&',
        '=',
        'a'.repeat(70_000),
        '&'.repeat(70_000),
        formOf(messageOf('+6285700000001', 'halo')),
      ),
    );
    const type = fc.constantFrom(
      'application/x-www-form-urlencoded',
      'application/json',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded; charset=utf-7',
    );
    const method = fc.constantFrom('POST', 'POST', 'POST', 'PUT', 'GET');
    const signature = fc.constantFrom(null, '', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=', 'x'.repeat(5_000));
    await forEach(
      fc.record({ rawBody, type, method, signature }),
      Math.ceil(each / 4),
      async ({ type, ...request }) => {
        const response = await post(world, { ...request, headers: { 'content-type': type } });
        expect([403, 405, 415]).toContain(response.status);
        expect(await response.text()).toBe('');
      },
    );
    expect(unhandled).toBe(0);
  },
  forEver,
);

test(
  'a genuine form of which anything was changed is a forgery, and so is any other signature',
  () => {
    const token = 'token';
    const publicUrl = 'https://bot.example.com';
    const params = messageOf('whatsapp:+6285700000001', 'mau ganti email');
    const genuine = sign(token, `${publicUrl}${messaging}`, params);
    const rules = { publicUrl, tokens: [hide(token)], limits: { maxKilobytes: 64, maxKeys: 100 } };
    const receive = (pairs: Pairs, signature = genuine, originalUrl: string = messaging) =>
      receiveForm({ body: Buffer.from(encoded(pairs)), originalUrl, signature }, rules);
    const original = Object.entries(params);
    expect(receive(original)).toEqual(original);
    const flipped = fc
      .tuple(fc.nat(genuine.length - 1), fc.constantFrom(...'ABCxyz019+/='))
      .map(([at, sign]) => genuine.slice(0, at) + sign + genuine.slice(at + 1));
    const times = each * 10;
    let forged = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), flipped, fc.nat(2), (changes, signature, kind) => {
        const pairs = kind === 0 ? changed(original, changes) : original;
        // The same text cut into other pairs signs the same: `parse.ts` refuses that by its shape.
        const isSame = signedText(pairs) === signedText(original) && (kind !== 1 || signature === genuine);
        if (isSame && kind !== 2) return;
        forged += 1;
        const url = kind === 2 ? `${messaging}${changes.length === 1 ? '?a=b' : '/'}` : messaging;
        expect(() => receive(pairs, kind === 1 ? signature : genuine, url)).toThrow(ForgedRequestError);
      }),
      { numRuns: times, seed },
    );
    say(`fuzz: ${forged} forgeries, seed ${seed}`);
    expect(forged).toBeGreaterThan(times / 2);
  },
  forEver,
);
