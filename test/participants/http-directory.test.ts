import { inspect } from 'node:util';
import { delay, HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { UnavailableError } from '#src/errors.ts';
import { createHttpDirectory } from '#src/participants/http-directory.ts';
import { hide } from '#src/seal.ts';

const url = 'https://directory.test/jkn';
const participants = `${url}/v1/participants`;
const now = Date.parse('2026-11-22T02:40:00.000Z');
const budgetMs = 400;

const network = setupServer();
beforeAll(() => network.listen({ onUnhandledFrame: 'error' }));
afterEach(() => network.resetHandlers());
afterAll(() => network.close());

const directory = createHttpDirectory({
  url: `${url}/`,
  token: hide('s3cret-token'),
  budgetMs,
  clock: { now: () => now },
});

const siti = {
  participantId: 'P-0011',
  name: 'Siti Aminah',
  segment: 'PBPU',
  membershipStatus: 'active',
  email: 'siti.aminah@example.com',
  mobileNumber: '+6281200000011',
  pinSet: true,
  pinAttemptsLeft: 5,
};
const bySiti = { kind: 'nik', number: '9901014506850001', birthDate: '1985-06-05' } as const;
const change = {
  changeId: 'change-1',
  participantId: 'P-0011',
  field: 'email',
  value: 'siti.baru@example.com',
  expected: 'siti.aminah@example.com',
} as const;
const personal = /siti|aminah|9901014506850001|1985|81200000011|135790|P-0011|s3cret/i;

type Reply = () => Response | Promise<Response>;
const json = (body: object, status = 200): Response => HttpResponse.json(body, { status });
const identifyAnswers = (reply: Reply) => network.use(http.post(`${participants}/identify`, reply));
const readAnswers = (reply: Reply) => network.use(http.get(`${participants}/P-0011`, reply));
const pinAnswers = (reply: Reply) => network.use(http.post(`${participants}/P-0011/pin/verify`, reply));
const putAnswers = (reply: Reply) => network.use(http.put(`${participants}/P-0011/contact/email`, reply));

/** @returns what an operator would see of the failure */
async function failureOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => expect.unreachable('there was an answer'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof UnavailableError)) throw error;
  expect(error.dependency).toBe('directory');
  expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(personal);
  return error.cause instanceof Error ? error.cause.message : '';
}

describe('what is sent', () => {
  test('a look-up carries the token, the number under its name, and the birth date', async () => {
    const seen: { headers: Headers; body: unknown }[] = [];
    network.use(
      http.post(`${participants}/identify`, async ({ request }) => {
        seen.push({ headers: request.headers, body: await request.json() });
        return json(siti);
      }),
    );
    await directory.identify(bySiti);
    await directory.identify({ kind: 'cardNumber', number: '0009900000011', birthDate: '1985-06-05' });
    expect(seen.map(({ body }) => body)).toEqual([
      { nik: '9901014506850001', birthDate: '1985-06-05' },
      { cardNumber: '0009900000011', birthDate: '1985-06-05' },
    ]);
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer s3cret-token');
    expect(seen[0]?.headers.get('content-type')).toBe('application/json');
  });

  test('the PIN is sent as typed and the change under its id', async () => {
    const seen: unknown[] = [];
    network.use(
      http.post(`${participants}/P-0011/pin/verify`, async ({ request }) => {
        seen.push(await request.json());
        return json({ result: 'ok' });
      }),
      http.put(`${participants}/P-0011/contact/email`, async ({ request }) => {
        seen.push(await request.json(), request.headers.get('idempotency-key'));
        return json({ changedAt: '2026-11-22T02:40:00Z' });
      }),
    );
    await directory.verifyPin('P-0011', hide('135790'));
    await directory.changeContact(change);
    expect(seen).toEqual([
      { pin: '135790' },
      { value: 'siti.baru@example.com', expected: 'siti.aminah@example.com' },
      'change-1',
    ]);
  });

  test('an id with slashes and marks stays one segment of the path', async () => {
    const seen: string[] = [];
    network.use(
      http.get(`${participants}/*`, ({ request }) => {
        seen.push(request.url);
        return json({ ...siti, participantId: 'a/b?c#d%2F é' });
      }),
    );
    await directory.read('a/b?c#d%2F é');
    expect(seen).toEqual([`${participants}/a%2Fb%3Fc%23d%252F%20%C3%A9`]);
  });

  test.each(['', '.', '..', '\ud800', 'x'.repeat(129)])(
    'an id that cannot stand in a path (%j) is never asked for',
    async (id) => {
      const why = 'the id cannot stand in a path';
      expect(await failureOf(directory.read(id))).toContain(why);
      expect(await failureOf(directory.verifyPin(id, hide('135790')))).toContain(why);
      expect(await failureOf(directory.changeContact({ ...change, participantId: id }))).toContain(why);
    },
  );
});

describe('what is understood', () => {
  test('a participant', async () => {
    identifyAnswers(() => json(siti));
    expect(await directory.identify(bySiti)).toEqual(siti);
  });

  test('values that are null or absent are not told, and unknown ones are left out', async () => {
    const { participantId, name, segment, membershipStatus } = siti;
    readAnswers(() => json({ participantId, name, segment, membershipStatus, email: null, bloodGroup: 'O' }));
    expect(await directory.read('P-0011')).toEqual({
      participantId,
      name,
      segment,
      membershipStatus,
      email: null,
      mobileNumber: null,
      pinSet: null,
      pinAttemptsLeft: null,
    });
  });

  test('an unknown number', async () => {
    identifyAnswers(() => json({ code: 'not_found' }, 404));
    expect(await directory.identify(bySiti)).toBeNull();
  });

  test.each([
    [{ result: 'ok' }, { result: 'ok' }],
    [
      { result: 'wrong', attemptsLeft: 2 },
      { result: 'wrong', attemptsLeft: 2 },
    ],
    [
      { result: 'locked', until: '2026-11-22T10:10:00+07:00' },
      { result: 'locked', until: new Date('2026-11-22T03:10:00Z') },
    ],
    [{ result: 'not_set' }, { result: 'notSet' }],
  ])('the PIN verdict %j', async (body, verdict) => {
    pinAnswers(() => json(body));
    expect(await directory.verifyPin('P-0011', hide('135790'))).toEqual(verdict);
  });

  test.each([
    [200, { changedAt: '2026-11-22T02:39:59.5Z' }, { result: 'changed', changedAt: new Date(now - 500) }],
    [409, { code: 'value_in_use' }, { result: 'valueInUse' }],
    [409, { code: 'stale' }, { result: 'stale' }],
    [422, { code: 'invalid' }, { result: 'invalid' }],
  ])('the answer %i %j to a change, without reading back', async (status, body, verdict) => {
    putAnswers(() => json(body, status));
    expect(await directory.changeContact(change)).toEqual(verdict);
  });
});

const html = (status = 200): Response => HttpResponse.html('<p>Siti Aminah 9901014506850001</p>', { status });
const oversized = (): Response => json({ ...siti, name: 'Siti', padding: 'x'.repeat(70_000) });
const endless = (): Response => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (!cancelled) controller.enqueue(new Uint8Array(16_384).fill(32));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  return new HttpResponse(body, { status: 200 });
};

// An answer that stops in the middle is in raw-answers.test.ts: over msw's sockets an aborted body ends the process.
const noAnswers: [string, Reply, string][] = [
  ['a 500', () => json({ detail: 'Siti Aminah' }, 500), 'answered 500'],
  ['a 503 page', () => html(503), 'answered 503'],
  ['a 401', () => json({ code: 'unauthorized' }, 401), 'answered 401'],
  ['a 404 page of some proxy', () => html(404), 'answered 404'],
  ['a 429', () => json({ code: 'slow_down' }, 429), 'answered 429'],
  ['a redirect', () => HttpResponse.redirect('https://elsewhere.test/siti', 307), 'answered 307'],
  ['a reset', () => HttpResponse.error(), 'no connection'],
  ['silence', () => delay('infinite').then(() => html()), `no answer within ${budgetMs} ms`],
  ['a page', () => html(), 'in another shape'],
  ['an empty answer', () => new HttpResponse(null, { status: 200 }), 'in another shape'],
  ['an empty object', () => json({}), 'in another shape'],
  ['a list', () => json([siti]), 'in another shape'],
  ['bytes that are not UTF-8', () => new HttpResponse(new Uint8Array([0x22, 0xff, 0x22])), 'ERR_ENCODING'],
  ['an oversized answer', oversized, 'more than 65536 bytes'],
  ['an endless answer', endless, 'more than 65536 bytes'],
];

describe('what counts as no answer', () => {
  test.each(noAnswers)('%s to a look-up', async (_, reply, why) => {
    identifyAnswers(reply);
    expect(await failureOf(directory.identify(bySiti))).toContain(why);
  });

  test.each(noAnswers)('%s to a reading', async (_, reply, why) => {
    readAnswers(reply);
    expect(await failureOf(directory.read('P-0011'))).toContain(why);
  });

  test.each(noAnswers)('%s to a PIN, which is not sent a second time', async (_, reply, why) => {
    let asked = 0;
    pinAnswers(() => {
      asked += 1;
      return reply();
    });
    expect(await failureOf(directory.verifyPin('P-0011', hide('135790')))).toContain(why);
    expect(asked).toBe(1);
  });

  test.each(noAnswers)('%s to every request of a change', async (_, reply, why) => {
    putAnswers(reply);
    readAnswers(reply);
    expect(await failureOf(directory.changeContact(change))).toContain(why);
  });

  test.each([
    ['no name', { ...siti, name: undefined }],
    ['a number without its country', { ...siti, mobileNumber: '081200000011' }],
    ['a line break in the address', { ...siti, email: 'siti@example.com\r\nBcc: x@example.com' }],
    ['an id that climbs out of the path', { ...siti, participantId: '..' }],
    ['half an attempt', { ...siti, pinAttemptsLeft: 1.5 }],
    ['a PIN flag in words', { ...siti, pinSet: 'yes' }],
  ])('a participant with %s', async (_, body) => {
    identifyAnswers(() => json(body));
    expect(await failureOf(directory.identify(bySiti))).toContain('in another shape');
  });

  test('another participant than the one asked for', async () => {
    readAnswers(() => json({ ...siti, participantId: 'P-0022' }));
    expect(await failureOf(directory.read('P-0011'))).toContain('another participant');
  });

  test.each([
    { result: 'maybe' },
    { result: 'wrong' },
    { result: 'wrong', attemptsLeft: -1 },
    { result: 'locked' },
    { result: 'locked', until: 'tomorrow' },
    { result: 'not_set ' },
  ])('the PIN verdict %j', async (body) => {
    pinAnswers(() => json(body));
    expect(await failureOf(directory.verifyPin('P-0011', hide('135790')))).toContain('in another shape');
  });

  test('silence while the caller would wait longer', async () => {
    const patient = new AbortController();
    identifyAnswers(() => delay('infinite').then(() => html()));
    const failure = await failureOf(directory.identify(bySiti, patient.signal));
    expect(failure).toContain(`no answer within ${budgetMs} ms`);
  });

  test('a caller who gives up while the directory thinks', async () => {
    const caller = new AbortController();
    identifyAnswers(async () => {
      caller.abort();
      await delay('infinite');
      return json(siti);
    });
    expect(await failureOf(directory.identify(bySiti, caller.signal))).toContain('given up by the caller');
  });
});

/** A directory that fails in chosen ways, and keeps the value as a real one would. */
function changingDirectory(faults: { put?: (Fault | null)[]; get?: (Fault | null)[] }) {
  const world = { email: 'siti.aminah@example.com', puts: [] as (string | null)[], gets: 0, applied: 0 };
  const first = new Map<string, object>();
  const apply = (key: string) => {
    const known = first.get(key);
    if (known !== undefined) return known;
    world.applied += 1;
    world.email = change.value;
    const answer = { changedAt: '2026-11-22T02:30:00.000Z' };
    first.set(key, answer);
    return answer;
  };
  network.use(
    http.put(`${participants}/P-0011/contact/email`, ({ request }) => {
      const key = request.headers.get('idempotency-key') ?? '';
      world.puts.push(key);
      const fault = faults.put?.shift();
      if (fault?.when === 'before') return fault.reply();
      const answer = apply(key);
      return fault ? fault.reply() : json(answer);
    }),
    http.get(`${participants}/P-0011`, () => {
      world.gets += 1;
      const fault = faults.get?.shift();
      return fault ? fault.reply() : json({ ...siti, email: world.email });
    }),
  );
  return world;
}

interface Fault {
  when: 'before' | 'after';
  reply: Reply;
}

const unclear: [string, Reply][] = [
  ['a 500', () => json({}, 500)],
  ['a 503 page', () => html(503)],
  ['a timeout', () => delay('infinite').then(() => html())],
  ['a reset', () => HttpResponse.error()],
  ['a page', () => html()],
  ['another shape', () => json({ changedAt: 'just now' })],
  ['a conflict without its code', () => json({}, 409)],
  ['an oversized answer', oversized],
];

describe('a change whose answer was lost', () => {
  test.each(unclear)('%s after the work: the value is read back and counts as changed now', async (_, reply) => {
    const world = changingDirectory({ put: [{ when: 'after', reply }] });
    expect(await directory.changeContact(change)).toEqual({ result: 'changed', changedAt: new Date(now) });
    expect(world).toMatchObject({ puts: ['change-1'], gets: 1, applied: 1 });
  });

  test.each(unclear)('%s before the work: the change is sent once more under the same key', async (_, reply) => {
    const world = changingDirectory({ put: [{ when: 'before', reply }] });
    expect(await directory.changeContact(change)).toEqual({
      result: 'changed',
      changedAt: new Date('2026-11-22T02:30:00.000Z'),
    });
    expect(world).toMatchObject({ puts: ['change-1', 'change-1'], gets: 1, applied: 1, email: change.value });
  });

  test.each(unclear)('%s twice: the outcome stays unknown, and there is no third time', async (_, reply) => {
    const fault: Fault = { when: 'before', reply };
    const world = changingDirectory({ put: [fault, fault, fault] });
    await failureOf(directory.changeContact(change));
    expect(world).toMatchObject({ puts: ['change-1', 'change-1'], gets: 1, applied: 0 });
  });

  test('a value that cannot be read back is not sent again: the outcome stays unknown', async () => {
    const fault: Fault = { when: 'after', reply: () => json({}, 502) };
    const world = changingDirectory({ put: [fault], get: [fault] });
    expect(await failureOf(directory.changeContact(change))).toContain('read: answered 502');
    expect(world).toMatchObject({ puts: ['change-1'], gets: 1, applied: 1 });
  });

  test('run again later with the same id, it gets the first answer', async () => {
    const fault: Fault = { when: 'after', reply: () => json({}, 502) };
    const world = changingDirectory({ put: [fault], get: [fault] });
    await failureOf(directory.changeContact(change));
    expect((await directory.changeContact(change)).result).toBe('changed');
    expect(world.applied).toBe(1);
  });

  test('a refusal at the second time is the answer', async () => {
    const replies = [json({}, 500), json({ code: 'value_in_use' }, 409)];
    putAnswers(() => replies.shift() ?? HttpResponse.error());
    readAnswers(() => json(siti));
    expect(await directory.changeContact(change)).toEqual({ result: 'valueInUse' });
  });

  test('somebody else’s value in the meantime is stale', async () => {
    const replies = [json({}, 500), json({ code: 'stale' }, 409)];
    putAnswers(() => replies.shift() ?? HttpResponse.error());
    readAnswers(() => json({ ...siti, email: 'siti.lain@example.com' }));
    expect(await directory.changeContact(change)).toEqual({ result: 'stale' });
  });

  test('a first request that lands after it was read back is our change, not a stale one', async () => {
    const replies = [json({}, 500), json({ code: 'stale' }, 409)];
    const readings = [siti.email, change.value];
    putAnswers(() => replies.shift() ?? HttpResponse.error());
    readAnswers(() => json({ ...siti, email: readings.shift() }));
    expect(await directory.changeContact(change)).toEqual({ result: 'changed', changedAt: new Date(now) });
  });

  test('each request has its own budget', async () => {
    const slow = async (body: object) => {
      await delay(budgetMs * 0.6);
      return json(body);
    };
    const replies = [() => delay('infinite').then(() => html()), () => slow({ changedAt: '2026-11-22T02:40:00Z' })];
    putAnswers(() => (replies.shift() ?? HttpResponse.error)());
    readAnswers(() => slow(siti));
    expect((await directory.changeContact(change)).result).toBe('changed');
  });

  test('a caller who has given up causes no further request', async () => {
    const caller = new AbortController();
    const fault: Fault = {
      when: 'after',
      reply: async () => {
        caller.abort();
        await delay('infinite');
        return html();
      },
    };
    const world = changingDirectory({ put: [fault] });
    expect(await failureOf(directory.changeContact(change, caller.signal))).toContain('given up by the caller');
    expect(world).toMatchObject({ puts: ['change-1'], gets: 0 });
  });
});
