import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ForgedRequestError, MalformedRequestError } from '#src/errors.ts';
import { sign } from '#src/simulator/twilio-wire.ts';
import { decodeForm, fieldsOf, type Pair, receiveForm, refuseUnread } from '#src/twilio/form.ts';
import { signingTokens } from '#src/twilio/verify.ts';
import { authToken, encode, fixtureNames, limits, pathOf, publicUrl, twilio, webhook } from './fixtures.ts';

const rules = { publicUrl, tokens: signingTokens(twilio), limits };
const formType = 'application/x-www-form-urlencoded; charset=UTF-8';
const posted = [...fixtureNames('inbound-'), ...fixtureNames('status-')].filter((name) => !name.includes('get-method'));

test.each(posted)('%s is let in, letter for letter', (name) => {
  const { method, url, headers, params, rawBody } = webhook(name).request;
  expect(refuseUnread({ method, contentType: headers['Content-Type'] }, limits)).toBeNull();
  const request = { body: Buffer.from(rawBody), originalUrl: pathOf(url), signature: headers['X-Twilio-Signature'] };
  expect({ ...fieldsOf(receiveForm(request, rules)) }).toEqual(params);
});

test('a GET is refused, even the one that Twilio signs', () => {
  const { method } = webhook('inbound-sms-get-method').request;
  expect(refuseUnread({ method, contentType: undefined }, limits)).toBe(405);
});

test('a signed GET replayed as a POST without a body has none of the fields', () => {
  const { url, headers } = webhook('inbound-sms-get-method').request;
  const request = { body: undefined, originalUrl: pathOf(url), signature: headers['X-Twilio-Signature'] };
  expect(receiveForm(request, rules)).toEqual([]);
});

test.each(['application/json', 'multipart/form-data', 'text/plain', 'application/x-www-form-urlencodedx', undefined])(
  'a body of type %s is refused',
  (contentType) => {
    expect(refuseUnread({ method: 'POST', contentType }, limits)).toBe(415);
  },
);

test('the order is method, type, size', () => {
  const huge = '1000000';
  expect(refuseUnread({ method: 'PUT', contentType: 'text/plain', contentLength: huge }, limits)).toBe(405);
  expect(refuseUnread({ method: 'POST', contentType: 'text/plain', contentLength: huge }, limits)).toBe(415);
  expect(refuseUnread({ method: 'POST', contentType: formType, contentLength: huge }, limits)).toBe(403);
  expect(refuseUnread({ method: 'POST', contentType: formType, contentLength: '65536' }, limits)).toBeNull();
  expect(refuseUnread({ method: 'POST', contentType: formType, contentLength: '65537' }, limits)).toBe(403);
});

const url = `${publicUrl}/webhooks/twilio/messaging`;
const signed = (pairs: readonly Pair[]) => ({
  body: Buffer.from(encode(pairs)),
  originalUrl: '/webhooks/twilio/messaging',
  signature: sign(authToken, url, Object.fromEntries(pairs)),
});

test('100 keys are let in and 101 are not, however well signed', () => {
  const keys = (count: number) => Array.from({ length: count }, (_, index): Pair => [`Key${index}`, 'x']);
  expect(receiveForm(signed(keys(100)), rules)).toHaveLength(100);
  expect(() => receiveForm(signed(keys(101)), rules)).toThrow(ForgedRequestError);
});

test('64 KB are let in and a byte more is not, however well signed', () => {
  const ofSize = (bytes: number) => signed([['Body', 'x'.repeat(bytes - 'Body='.length)]]);
  expect(receiveForm(ofSize(65_536), rules)).toHaveLength(1);
  expect(() => receiveForm(ofSize(65_537), rules)).toThrow(ForgedRequestError);
});

test.each(['Body=%', 'Body=%zz', 'Body=%ED%A0%80', 'Body=%FF', '%=x'])('%s is not a form of Twilio', (raw) => {
  expect(decodeForm(Buffer.from(raw))).toBeNull();
  expect(() => receiveForm({ body: Buffer.from(raw), originalUrl: '/', signature: 'x' }, rules)).toThrow(
    ForgedRequestError,
  );
});

test('a form is decoded as it was written', () => {
  const text = fc.string({ unit: 'grapheme' });
  const pair = fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), text);
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
      expect(decodeForm(Buffer.from(encode(pairs)))).toEqual(pairs);
      expect(decodeForm(Buffer.from(new URLSearchParams(pairs).toString()))).toEqual(pairs);
    }),
  );
});

test('a value keeps its equals signs, blanks and emptiness', () => {
  expect(decodeForm(Buffer.from('Body=1%2B1=2&&ToCity=&FromZip&Text=+a%20b+'))).toEqual([
    ['Body', '1+1=2'],
    ['ToCity', ''],
    ['FromZip', ''],
    ['Text', ' a b '],
  ]);
});

test.each(['M', 'body', 'Body[0]', '__proto__', 'Body ', 'Bödy', '', `A${'b'.repeat(41)}`])(
  'the key "%s" is not one of Twilio',
  (key) => {
    expect(() => fieldsOf([[key, 'x']])).toThrow(MalformedRequestError);
  },
);

test.each(['x', 'y'])('Body sent twice is refused after its signature held, second value %s', (second) => {
  const once = signed([['Body', 'x']]);
  const twice = {
    ...once,
    body: Buffer.from(
      encode([
        ['Body', 'x'],
        ['Body', second],
      ]),
    ),
  };
  if (second === 'x') expect(() => fieldsOf(receiveForm(twice, rules))).toThrow(MalformedRequestError);
  else expect(() => receiveForm(twice, rules)).toThrow(ForgedRequestError);
});

test('an error names no value', () => {
  expect(() =>
    fieldsOf([
      ['Body', 'my PIN 135790'],
      ['Body', '135790'],
    ]),
  ).toThrow(/^a key is repeated$/);
});

test('a repeated key is signed with all its values, as often as it comes: genuine here, and refused by its shape', () => {
  const values = ['a', 'b', 'c'];
  for (const count of [2, 3]) {
    const pairs = values.slice(0, count).map((value): Pair => ['Body', value]);
    const signed = `${publicUrl}/webhooks/twilio/messaging${pairs.flat().join('')}`;
    const signature = createHmac('sha1', authToken).update(signed).digest('base64');
    const request = { body: Buffer.from(encode(pairs)), originalUrl: '/webhooks/twilio/messaging', signature };
    expect(receiveForm(request, rules)).toEqual(pairs);
    expect(() => fieldsOf(pairs)).toThrow(MalformedRequestError);
    const fewer = { ...request, body: Buffer.from(encode(pairs.slice(1))) };
    expect(() => receiveForm(fewer, rules)).toThrow(ForgedRequestError);
  }
});
