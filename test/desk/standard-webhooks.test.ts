// The signature of Standard Webhooks 1.0.0, by the vector of its own libraries.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headersOf, type Signed, signatureOf, toleranceSeconds, verifiedId } from '#src/desk/standard-webhooks.ts';
import { hide } from '#src/seal.ts';

const newSecret = () => hide(`whsec_${randomBytes(32).toString('base64')}`);
const [ours, next] = [newSecret(), newSecret()];
const at = 1_674_087_231;
const signed: Signed = { id: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', timestamp: at, body: '{"type":"case.claim"}' };

const check = (headers: Record<string, string>, { body = signed.body, now = at * 1000, secrets = [ours] } = {}) =>
  verifiedId(secrets, { header: (name) => headers[name], body: Buffer.from(body), now });

test('the vector of the reference libraries', () => {
  const secret = hide('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const vector = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
  expect(signatureOf(secret, vector)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

describe('a request is genuine', () => {
  test('when the secret signed id, time and body', () => {
    expect(check(headersOf([ours], signed))).toBe(signed.id);
  });
  test('when one of several signatures is right, as while a secret is replaced on either side', () => {
    expect(check(headersOf([next, ours], signed))).toBe(signed.id);
    expect(check(headersOf([ours], signed), { secrets: [next, ours] })).toBe(signed.id);
  });
  test.each([-toleranceSeconds, 0, toleranceSeconds])('%i s after it was signed', (seconds) => {
    expect(check(headersOf([ours], signed), { now: (at + seconds) * 1000 })).toBe(signed.id);
  });
});

describe('a request is not genuine', () => {
  const headers = headersOf([ours], signed);
  test.each([-toleranceSeconds - 1, toleranceSeconds + 1])('%i s after it was signed', (seconds) => {
    expect(check(headers, { now: (at + seconds) * 1000 })).toBeNull();
  });
  test.each<[string, Record<string, string>]>([
    ['another id', { 'webhook-id': 'msg_other' }],
    ['an id with a dot, which could move into the time', { 'webhook-id': `${signed.id}.1` }],
    ['another time', { 'webhook-timestamp': String(at + 1) }],
    ['a time that is no number', { 'webhook-timestamp': '1e9' }],
    ['no signature', { 'webhook-signature': '' }],
    [
      'the signature of another version',
      { 'webhook-signature': headers['webhook-signature']?.replace('v1,', 'v1a,') ?? '' },
    ],
    ['a signature that is cut short', { 'webhook-signature': headers['webhook-signature']?.slice(0, -1) ?? '' }],
  ])('with %s', (_title, changed) => {
    expect(check({ ...headers, ...changed })).toBeNull();
  });
  test('without its headers', () => expect(check({})).toBeNull());
  test('by another secret', () => expect(check(headersOf([next], signed))).toBeNull());
  test('with one byte of its body changed, whatever the body', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, where, by) => {
          const body = Buffer.from(bytes);
          const given = headersOf([ours], { ...signed, body });
          const header = (name: string) => given[name];
          const now = at * 1000;
          expect(verifiedId([ours], { header, body, now })).toBe(signed.id);
          const index = where % body.length;
          const changed = Buffer.from(body);
          changed[index] = ((changed[index] ?? 0) + by) % 256;
          expect(verifiedId([ours], { header, body: changed, now })).toBeNull();
        },
      ),
    );
  });
});
