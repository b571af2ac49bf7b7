import { describe, expect, test } from 'vitest';
import { MalformedRequestError } from '#src/errors.ts';
import { receiveForm } from '#src/twilio/form.ts';
import {
  advanceDelivery,
  adviceFor,
  type Delivery,
  type DeliveryStatus,
  isTerminal,
  parseStatus,
} from '#src/twilio/status.ts';
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
    errorCode: expected.errorCode === undefined ? null : String(expected.errorCode),
    terminal: expected.terminal,
  });
  const advice = parsed.errorCode === null ? null : adviceFor(parsed.errorCode);
  expect(advice?.suppressRecipient ?? false).toBe(expected.suppressRecipient ?? false);
  expect(advice?.needsTemplate ?? false).toBe(expected.needsTemplate ?? false);
  if (expected.retryable !== undefined) expect(advice?.retryable).toBe(expected.retryable);
});

describe('what the codes ask for', () => {
  test.each([
    ['30003', true],
    ['30008', true],
    ['63018', true],
    ['30005', false],
    ['63016', false],
    ['63024', false],
    ['21610', false],
    ['30450', false],
    ['99999', true],
  ])('%s is worth another try: %s', (code, retryable) => {
    expect(adviceFor(code).retryable).toBe(retryable);
  });
});

describe('reports of one message', () => {
  const fold = (reports: Delivery[]) =>
    reports.reduce<Delivery>(advanceDelivery, { status: 'accepted', errorCode: null });

  function* ordersOf<T>(items: T[]): Generator<T[]> {
    if (items.length === 0) yield [];
    for (const [at, item] of items.entries()) {
      for (const rest of ordersOf(items.toSpliced(at, 1))) yield [item, ...rest];
    }
  }

  const bySid = Map.groupBy(
    names.map((name) => report(name)),
    ({ providerId }) => providerId,
  );

  test.each([...bySid.keys()])('those of %s end the same in every order, and twice', (sid) => {
    const reports = bySid.get(sid) ?? [];
    const endings = [...ordersOf([...reports, ...reports.slice(0, 2)])].map((order) => JSON.stringify(fold(order)));
    expect(new Set(endings).size).toBe(1);
  });

  test.each([
    [['queued', 'sent', 'delivered'], 'delivered'],
    [['sent', 'delivered', 'read'], 'read'],
    [['queued', 'sending', 'sent', 'undelivered'], 'undelivered'],
    [['delivered', 'failed'], 'failed'],
    [['accepted', 'canceled'], 'canceled'],
    [['other', 'sent'], 'sent'],
  ] satisfies [DeliveryStatus[], DeliveryStatus][])('%j ends as %s in every order', (statuses, ending) => {
    const reports = statuses.map((status) => ({ status, errorCode: status === 'undelivered' ? '30003' : null }));
    for (const order of ordersOf([...reports, ...reports])) {
      expect(fold(order)).toEqual({ status: ending, errorCode: ending === 'undelivered' ? '30003' : null });
    }
  });

  test('a repetition without the code does not lose it, and one with it adds it', () => {
    const coded: Delivery = { status: 'failed', errorCode: '21610' };
    const bare: Delivery = { status: 'failed', errorCode: null };
    expect(fold([coded, bare])).toEqual(coded);
    expect(fold([bare, coded])).toEqual(coded);
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
