import { describe, expect, test } from 'vitest';
import { MalformedRequestError } from '#src/errors.ts';
import { receiveForm } from '#src/twilio/form.ts';
import { type DeliveryStatus, failureOf, isTerminal, parseStatus } from '#src/twilio/status.ts';
import { signingTokens } from '#src/twilio/verify.ts';
import { fixtureNames, limits, pairsOf, pathOf, publicUrl, resign, twilio, webhook } from './fixtures.ts';

const rules = { publicUrl, tokens: signingTokens(twilio), limits };
const names = fixtureNames('status-');

const report = (name: string, change: Record<string, string | null> = {}) => {
  const request = resign(name, change);
  return parseStatus(receiveForm(request, rules), request.originalUrl, twilio);
};

test.each(names)('%s', (name) => {
  const { request, expect: expected } = webhook(name);
  const { url, headers, rawBody } = request;
  const received = receiveForm(
    { body: Buffer.from(rawBody), originalUrl: pathOf(url), signature: headers['X-Twilio-Signature'] },
    rules,
  );
  const parsed = parseStatus(received, pathOf(url), twilio);
  expect(parsed).toEqual({
    providerId: expected.sid,
    channel: name.includes('whatsapp') ? 'whatsapp' : 'sms',
    ref: new URL(url).searchParams.get('ref'),
    status: expected.status ?? request.params.MessageStatus,
    rank: expect.any(Number),
    terminal: expected.terminal,
    failure:
      expected.errorCode === undefined ? null : expect.objectContaining({ providerCode: String(expected.errorCode) }),
  });
  expect(parsed.failure?.why === 'optedOut').toBe(expected.suppressRecipient ?? false);
  expect(parsed.failure?.why === 'window').toBe(expected.needsTemplate ?? false);
  if (expected.retryable !== undefined) expect(parsed.failure?.again !== 'never').toBe(expected.retryable);
});

describe('what the codes ask for', () => {
  test.each([
    ['30003', 'transient', 'often'],
    ['30008', 'transient', 'once'],
    ['30036', 'transient', 'never'],
    ['63018', 'transient', 'often'],
    ['30005', 'destination', 'never'],
    ['63016', 'window', 'never'],
    ['63024', 'way', 'never'],
    ['21610', 'optedOut', 'never'],
    ['30450', 'pumping', 'never'],
    ['30007', 'filtered', 'never'],
    ['30002', 'configuration', 'never'],
    ['99999', 'transient', 'once'],
    [null, 'transient', 'once'],
  ] as const)('%s: %s, and a notice is tried again %s', (providerCode, why, again) => {
    expect(failureOf(providerCode)).toEqual({ providerCode, why, again });
  });
});

describe('reports of one message', () => {
  const [name = ''] = names;
  const rankOf = (status: DeliveryStatus) => report(name, { MessageStatus: status, ErrorCode: null }).rank;

  test.each([
    ['queued', 'sent', 'delivered'],
    ['sent', 'delivered', 'read'],
    ['queued', 'sending', 'sent', 'undelivered'],
    ['delivered', 'failed'],
    ['accepted', 'canceled'],
    ['other', 'sent'],
  ] satisfies DeliveryStatus[][])('%s, %s: each says more than the one before', (...statuses) => {
    const ranks = statuses.map(rankOf);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(new Set(ranks).size).toBe(ranks.length);
  });

  test('delivered ends an SMS but not a WhatsApp message, of which read may come', () => {
    expect(isTerminal('delivered', 'sms')).toBe(true);
    expect(isTerminal('delivered', 'whatsapp')).toBe(false);
    expect(isTerminal('read', 'whatsapp')).toBe(true);
  });
});

describe('a signed report in a bad shape', () => {
  const [name = ''] = names;
  test.each([
    { AccountSid: 'AC00000000000000000000000000000002' },
    { AccountSid: null },
    { MessageSid: null },
    { MessageSid: 'SM1' },
    { SmsSid: 'SM00000000000000000000000000000999' },
    { MessageStatus: null },
    { MessageStatus: 'deliveredSmsSid' },
    { ErrorCode: '3000x' },
  ] as Record<string, string | null>[])('%j is refused', (change) => {
    expect(() => report(name, change)).toThrow(MalformedRequestError);
  });

  test.each(['?ref=', '?ref=a&ref=b', '?ref=%00', '?other=1', `?ref=${'x'.repeat(129)}`])(
    '%s names no row',
    (query) => {
      expect(() => parseStatus(pairsOf(name), `/webhooks/twilio/status${query}`, twilio)).toThrow(
        MalformedRequestError,
      );
    },
  );
});

test('a report without a query has no ref; a status that Twilio invents later counts for nothing', () => {
  const parsed = parseStatus(pairsOf('status-sms-sent'), '/webhooks/twilio/status', twilio);
  expect(parsed.ref).toBeNull();
  expect(report('status-sms-sent', { MessageStatus: 'partially_delivered' })).toMatchObject({
    status: 'other',
    terminal: false,
  });
});
