// req:C1 req:C4 Twilio's signature: published examples, both tokens, and nothing that was changed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { hide } from '#src/seal.ts';
import { refuseUnread } from '#src/twilio/form.ts';
import { signedUrl, signingTokens, verifySignature } from '#src/twilio/verify.ts';
import { authToken, limits, publicUrl, readFixture, twilio, webhook } from './fixtures.ts';

const { vectors } = z
  .object({
    vectors: z.array(
      z.object({
        name: z.string(),
        authToken: z.string(),
        url: z.string(),
        params: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
        signature: z.string(),
        valid: z.boolean(),
        body: z.string().optional(),
      }),
    ),
  })
  .parse(readFixture('signature-vectors'));
const forms = vectors.filter(({ body }) => body === undefined);

test('all 33 published vectors are here, 4 of them JSON', () => {
  expect(vectors).toHaveLength(33);
  expect(forms).toHaveLength(29);
});

test.each(forms)('$name: valid is $valid', ({ authToken: token, url, params, signature, valid }) => {
  expect(verifySignature({ url, params, signature, tokens: [hide(token)] })).toBe(valid);
});

test('a JSON body is refused before its signature is looked at: the signature would not cover it', () => {
  expect(refuseUnread({ method: 'POST', contentType: 'application/json' }, limits)).toBe(415);
});

const { request } = webhook('inbound-sms-text');
const genuine = { params: request.params, signature: request.headers['X-Twilio-Signature'] };

test('the URL is the configured one with path and query as received', () => {
  expect(signedUrl(publicUrl, '/webhooks/twilio/status?ref=out%2F1%20x')).toBe(
    'https://bot.example.com/webhooks/twilio/status?ref=out%2F1%20x',
  );
  expect(
    verifySignature({ ...genuine, url: signedUrl(publicUrl, '/webhooks/twilio/messaging'), tokens: [hide(authToken)] }),
  ).toBe(true);
});

test.each(['http://bot.example.com', 'https://10.0.0.7', 'https://bot.example.com.evil.example'])(
  'signed for another base than %s',
  (base) => {
    const url = signedUrl(base, '/webhooks/twilio/messaging');
    expect(verifySignature({ ...genuine, url, tokens: [hide(authToken)] })).toBe(false);
  },
);

test('during a rotation the previous token counts, and no other', () => {
  const url = request.url;
  const rotated = { ...twilio, authToken: hide('the new one'), previousAuthToken: hide(authToken) };
  expect(verifySignature({ ...genuine, url, tokens: signingTokens(rotated) })).toBe(true);
  expect(verifySignature({ ...genuine, url, tokens: signingTokens({ ...rotated, previousAuthToken: null }) })).toBe(
    false,
  );
});

test('a missing or empty header is a no', () => {
  const tokens = [hide(authToken)];
  expect(verifySignature({ url: request.url, params: request.params, signature: undefined, tokens })).toBe(false);
  expect(verifySignature({ url: request.url, params: request.params, signature: '', tokens })).toBe(false);
});

test('where the validator throws, the answer is no', () => {
  expect(verifySignature({ ...genuine, url: '/relative', tokens: [hide(authToken)] })).toBe(false);
});

test('no changed value, key or signature passes (req:C1)', () => {
  const entries = Object.entries(request.params);
  const changed = fc.oneof(
    fc.tuple(fc.nat(entries.length - 1), fc.string()).map(([at, value]) => {
      const [key = ''] = entries[at] ?? [];
      return { params: { ...request.params, [key]: value }, signature: genuine.signature };
    }),
    fc.tuple(fc.stringMatching(/^[A-Z][A-Za-z]{2,20}$/), fc.string({ minLength: 1 })).map(([key, value]) => ({
      params: { ...request.params, [key]: value },
      signature: genuine.signature,
    })),
    fc.string().map((signature) => ({ params: request.params, signature })),
  );
  const isSame = (params: Record<string, string>) =>
    Object.keys(params).length === entries.length && entries.every(([key, value]) => params[key] === value);
  fc.assert(
    fc.property(changed, ({ params, signature }) => {
      fc.pre(!isSame(params) || signature !== genuine.signature);
      expect(verifySignature({ url: request.url, params, signature, tokens: [hide(authToken)] })).toBe(false);
    }),
    { numRuns: 10_000 },
  );
});
