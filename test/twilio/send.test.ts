import { inspect } from 'node:util';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OutgoingMessage, SendOutcome } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { knownCodes, twilioError } from '#src/twilio/errors.ts';
import { createMessageRecords, createMessenger } from '#src/twilio/send.ts';
import { authToken, fixtureNames, publicUrl, rest, twilio } from './fixtures.ts';

const api = setupServer();
beforeAll(() => api.listen({ onUnhandledFrame: 'error' }));
afterEach(() => api.resetHandlers());
afterAll(() => api.close());

const account = 'https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001';
const messenger = createMessenger(twilio, publicUrl, { budgetMs: 200 });
const records = createMessageRecords(twilio, { budgetMs: 200 });

interface Seen {
  form: Record<string, string>;
  headers: Headers;
}

/** Answers the next request as the fixture does and remembers what was asked. */
function answerWith(response: () => Response | Promise<Response>, path = '/Messages.json'): Seen[] {
  const seen: Seen[] = [];
  api.use(
    http.post(`${account}${path}`, async ({ request }) => {
      seen.push({ form: Object.fromEntries(new URLSearchParams(await request.text())), headers: request.headers });
      return response();
    }),
  );
  return seen;
}

const asRecorded = (name: string) => () => {
  const { status, headers, body, rawBody } = rest(name).response;
  return new Response(rawBody ?? JSON.stringify(body), { status, headers });
};

const sms: OutgoingMessage = {
  channel: 'sms',
  to: '+12025550143',
  content: { body: 'Your order is on its way.' },
  ref: 'out-0301',
};

describe('what is asked of Twilio', () => {
  const cases: [string, OutgoingMessage, Partial<typeof twilio>?][] = [
    ['rest-create-sms-201', sms],
    ['rest-create-sms-messaging-service-201', sms, { smsFrom: null }],
    [
      'rest-create-whatsapp-freeform-201',
      { channel: 'whatsapp', to: '+447700900123', content: { body: 'We have three plans.' }, ref: 'out-0401' },
    ],
    [
      'rest-create-whatsapp-template-201',
      {
        channel: 'whatsapp',
        to: 'whatsapp:+447700900123',
        content: { template: 'HX00000000000000000000000000000001', variables: { 1: 'Test User', 2: '15 January' } },
        ref: 'out-0405',
      },
    ],
  ];

  test.each(cases)('%s', async (name, message, change = {}) => {
    const seen = answerWith(asRecorded(name));
    const outcome = await createMessenger({ ...twilio, ...change }, publicUrl, { budgetMs: 200 }).send(message);
    expect(outcome).toEqual({ outcome: 'accepted', providerId: rest(name).response.body?.sid });
    const { SmartEncoded, StatusCallback, ...rest_ } = seen[0]?.form ?? {};
    const { StatusCallback: _, ...expected } = rest(name).request.params;
    expect(rest_).toEqual(expected);
    expect(StatusCallback).toBe(`https://bot.example.com/webhooks/twilio/status?ref=${message.ref}`);
    expect(SmartEncoded).toBe(message.channel === 'sms' ? 'false' : undefined);
    expect(seen[0]?.headers.get('authorization')).toBe(
      `Basic ${Buffer.from(`${twilio.accountSid}:${authToken}`).toString('base64')}`,
    );
    expect(seen[0]?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/);
  });

  test('a code does not arrive after its life, nor does Twilio get a life that it refuses', async () => {
    const lives = [600, 600.9, 0, 90_000];
    const asked: (string | undefined)[] = [];
    for (const validitySeconds of lives) {
      const seen = answerWith(asRecorded('rest-create-sms-201'));
      await messenger.send({ ...sms, validitySeconds });
      asked.push(seen[0]?.form.ValidityPeriod);
    }
    expect(asked).toEqual(['600', '600', '1', '36000']);
  });

  test('a ref stays one value of the callback URL', async () => {
    const seen = answerWith(asRecorded('rest-create-sms-201'));
    await messenger.send({ ...sms, ref: 'a&b=c d' });
    expect(new URL(seen[0]?.form.StatusCallback ?? '').searchParams.get('ref')).toBe('a&b=c d');
  });

  test('an opaque WhatsApp address goes out as it came', async () => {
    const seen = answerWith(asRecorded('rest-create-whatsapp-freeform-201'));
    await messenger.send({ ...sms, channel: 'whatsapp', to: 'whatsapp:GB.1000000000000001' });
    expect(seen[0]?.form.To).toBe('whatsapp:GB.1000000000000001');
  });

  test('without a sender for the channel nothing is asked', async () => {
    const none = createMessenger({ ...twilio, whatsappFrom: null, messagingServiceSid: null }, publicUrl, {
      budgetMs: 9,
    });
    const outcome = await none.send({ ...sms, channel: 'whatsapp' });
    expect(outcome).toEqual({ outcome: 'refused', why: 'configuration', providerCode: '21603' });
  });
});

describe('what Twilio answers', () => {
  const outcomes: Record<string, SendOutcome> = {
    'rest-error-400-21211': { outcome: 'refused', why: 'destination', providerCode: '21211' },
    'rest-error-400-21408': { outcome: 'refused', why: 'configuration', providerCode: '21408' },
    'rest-error-400-21603': { outcome: 'refused', why: 'configuration', providerCode: '21603' },
    'rest-error-400-21606': { outcome: 'refused', why: 'configuration', providerCode: '21606' },
    'rest-error-400-21610': { outcome: 'refused', why: 'optedOut', providerCode: '21610' },
    'rest-error-400-21614': { outcome: 'refused', why: 'destination', providerCode: '21614' },
    'rest-error-400-21617': { outcome: 'refused', why: 'configuration', providerCode: '21617' },
    'rest-error-400-21910': { outcome: 'refused', why: 'configuration', providerCode: '21910' },
    'rest-error-400-63007': { outcome: 'refused', why: 'configuration', providerCode: '63007' },
    'rest-error-401-20003': { outcome: 'refused', why: 'configuration', providerCode: '20003' },
    'rest-error-404-20404': { outcome: 'refused', why: 'configuration', providerCode: '20404' },
    'rest-error-429-20429': { outcome: 'busy', retryAfterMs: null },
    'rest-error-429-20429-retry-after': { outcome: 'busy', retryAfterMs: 2000 },
    'rest-error-500-20500': { outcome: 'unknown' },
    'rest-error-503-html': { outcome: 'unknown' },
  };

  test('every recorded error is here', () => {
    expect(Object.keys(outcomes).sort()).toEqual(fixtureNames('rest-error-'));
  });

  test.each(Object.entries(outcomes))('%s', async (name, expected) => {
    answerWith(asRecorded(name));
    expect(await messenger.send(sms)).toEqual(expected);
  });

  test.each([
    ['a 2xx that is not JSON', () => new Response('<html>', { status: 200 })],
    ['a 2xx without a sid', () => HttpResponse.json({ status: 'queued' }, { status: 201 })],
    ['a 504', () => new Response(null, { status: 504 })],
    ['a 5xx with a code that would be final', () => HttpResponse.json({ code: 21211 }, { status: 500 })],
    ['a reset', () => HttpResponse.error()],
    ['silence', () => new Promise<Response>((resolve) => setTimeout(resolve, 1000, new Response()))],
  ])('%s tells nothing', async (_, response) => {
    answerWith(response);
    expect(await messenger.send(sms)).toEqual({ outcome: 'unknown' });
  });

  test.each([
    ['an unknown code', { code: 29999 }, 400, '29999'],
    ['a refusal without a code', {}, 403, 'http_403'],
    ['a redirect', {}, 307, 'http_307'],
  ])('%s is our own mistake until somebody looks', async (_, body, status, providerCode) => {
    answerWith(() => HttpResponse.json(body, { status, headers: { location: 'https://elsewhere.example/' } }));
    expect(await messenger.send(sms)).toEqual({ outcome: 'refused', why: 'configuration', providerCode });
  });

  test('an HTML 429 is busy all the same, and a date is a wait too', async () => {
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    answerWith(() => new Response('<html>', { status: 429, headers: { 'retry-after': inAMinute } }));
    const outcome = await messenger.send(sms);
    expect(outcome).toMatchObject({ outcome: 'busy' });
    const wait = outcome.outcome === 'busy' ? outcome.retryAfterMs : null;
    expect(wait).toBeGreaterThan(50_000);
    expect(wait).toBeLessThanOrEqual(60_000);
  });

  test("the account's daily limit is no verdict about the message", async () => {
    answerWith(() => HttpResponse.json({ code: 63038 }, { status: 429 }));
    expect(await messenger.send(sms)).toEqual({ outcome: 'busy', retryAfterMs: 3_600_000 });
  });

  test('a caller that gives up leaves an unknown outcome, one that had given up before sent nothing', async () => {
    answerWith(() => new Promise<Response>((resolve) => setTimeout(resolve, 1000, new Response())));
    expect(await messenger.send(sms, AbortSignal.timeout(20))).toEqual({ outcome: 'unknown' });
    expect(await messenger.send(sms, AbortSignal.abort())).toEqual({ outcome: 'busy', retryAfterMs: null });
  });
});

describe('the table of codes', () => {
  // twilio.md 7, in its order; ranges written out
  const inTheSpec = [
    20003,
    20404,
    20429,
    20500,
    21211,
    21212,
    21603,
    21606,
    21657,
    30042,
    63007,
    21408,
    21608,
    21610,
    21612,
    21614,
    30006,
    21611,
    30001,
    21617,
    21654,
    21655,
    21656,
    92007,
    63027,
    63028,
    21703,
    21704,
    21910,
    30002,
    30003,
    30004,
    30005,
    30007,
    ...Array.from({ length: 13 }, (_, index) => 30022 + index),
    30008,
    30036,
    30450,
    30500,
    63003,
    63024,
    63005,
    63013,
    63021,
    63015,
    63016,
    63018,
    63032,
    63049,
    63038,
    63051,
    11200,
    11205,
    12300,
    14107,
  ];

  test('has every row, and each code once', () => {
    expect(knownCodes.toSorted()).toEqual(inTheSpec.toSorted());
  });

  test.each(inTheSpec.map((code) => [code, twilioError(code)?.kind] as const))(
    '%i refused with 400 is %s',
    async (code, kind) => {
      answerWith(() => HttpResponse.json({ code }, { status: 400 }));
      const outcome = await messenger.send(sms);
      if (code === 20500) return expect(outcome).toEqual({ outcome: 'unknown' });
      const isBusy = kind === 'transient' || code === 63038;
      expect(outcome.outcome).toBe(isBusy ? 'busy' : 'refused');
      const why = { permanent: 'destination', policy: 'policy', configuration: 'configuration', transient: '' };
      const special: Record<number, string> = { 21610: 'optedOut', 30450: 'pumping' };
      const said = special[code] ?? why[kind ?? 'transient'];
      if (!isBusy) expect(outcome).toMatchObject({ why: said, providerCode: String(code) });
    },
  );
});

describe('what Twilio keeps', () => {
  const [sid] = ['SM00000000000000000000000000000302'];

  test('a message is fetched with its status and error', async () => {
    const { body } = rest('rest-fetch-message-undelivered-200').response;
    api.use(http.get(`${account}/Messages/${sid}.json`, () => HttpResponse.json(body)));
    expect(await records.fetch(sid ?? '')).toEqual({ providerId: sid, status: 'undelivered', errorCode: '30003' });
  });

  test('one that is gone is null', async () => {
    const { body } = rest('rest-error-404-20404').response;
    api.use(http.get(`${account}/Messages/${sid}.json`, () => HttpResponse.json(body, { status: 404 })));
    expect(await records.fetch(sid ?? '')).toBeNull();
  });

  test('those to a number since a day are listed', async () => {
    const { body } = rest('rest-fetch-message-undelivered-200').response;
    let asked = '';
    api.use(
      http.get(`${account}/Messages.json`, ({ request }) => {
        asked = new URL(request.url).search;
        return HttpResponse.json({ messages: [body] });
      }),
    );
    const found = await records.find({ channel: 'sms', to: '+12025550143', since: new Date('2026-01-15T00:00:00Z') });
    expect(found).toEqual([{ providerId: sid, status: 'undelivered', errorCode: '30003' }]);
    expect(Object.fromEntries(new URLSearchParams(asked))).toEqual({
      To: '+12025550143',
      'DateSent>': '2026-01-15',
      PageSize: '100',
    });
  });

  test.each([
    [200, 'redacted'],
    [404, 'gone'],
    [400, 'notYet'],
  ])('a redaction answered with %i is %s', async (status, expected) => {
    const seen = answerWith(() => HttpResponse.json({ code: 20009 }, { status }), `/Messages/${sid}.json`);
    expect(await records.redact(sid ?? '')).toBe(expected);
    expect(seen[0]?.form).toEqual({ Body: '' });
  });

  test.each([
    ['a 5xx', () => new Response(null, { status: 503 })],
    ['a 429', () => new Response(null, { status: 429 })],
    ['a reset', () => HttpResponse.error()],
  ])('%s is unavailable, and its error holds neither token nor text', async (_, response) => {
    answerWith(response, `/Messages/${sid}.json`);
    const error: unknown = await records.redact(sid ?? '').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnavailableError);
    const printed = inspect(error, { depth: 10, showHidden: true });
    expect(printed).not.toContain(authToken);
    expect(printed).not.toContain(Buffer.from(`${twilio.accountSid}:${authToken}`).toString('base64').slice(0, 20));
  });
});
