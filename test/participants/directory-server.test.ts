import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Directory } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { createHttpDirectory } from '#src/participants/http-directory.ts';
import { createSampleDirectory } from '#src/participants/sample-directory.ts';
import { createSampleMemory } from '#src/participants/sample-file.ts';
import { hide } from '#src/seal.ts';
import { type DirectoryServer, type Fault, startDirectoryServer } from '#src/simulator/directory-server.ts';

const now = Date.parse('2026-11-22T02:40:00.000Z');
const clock = { now: () => now };
const token = hide('server-token');
const budgetMs = 400;

let server: DirectoryServer;
let directory: Directory;
beforeEach(async () => {
  const sample = await createSampleDirectory({ store: createSampleMemory(), clock });
  server = await startDirectoryServer({ directory: sample, token });
  directory = createHttpDirectory({ url: server.url, token, budgetMs, clock });
});
afterEach(() => server.stop());

const change = {
  changeId: 'change-1',
  participantId: 'P-0011',
  field: 'email',
  value: 'siti.baru@example.com',
  expected: 'siti.aminah@example.com',
} as const;
const kinds: Fault['how'][] = [
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'garbage' },
  { kind: 'garbage', body: '{"changedAt":1}' },
  { kind: 'delay', ms: 60_000 },
];
const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${server.url}${path}`, { ...init, headers: { authorization: 'Bearer server-token', ...init.headers } });

describe('a fault on a real connection', () => {
  test.each(kinds)('before a change is done (%j): it is sent again and done once', async (how) => {
    server.arm({ call: 'changeContact', when: 'before', how });
    expect((await directory.changeContact(change)).result).toBe('changed');
    expect((await directory.read('P-0011')).email).toBe(change.value);
    const results = server.ledger().map(({ call, result }) => [call, result]);
    expect(results).toEqual([
      ['changeContact', null],
      ['read', 'participant'],
      ['changeContact', 'changed'],
      ['read', 'participant'],
    ]);
  });

  test.each(kinds)('after a change is done (%j): it is read back and not sent again', async (how) => {
    server.arm({ call: 'changeContact', when: 'after', how });
    expect(await directory.changeContact(change)).toEqual({ result: 'changed', changedAt: new Date(now) });
    const results = server.ledger().map(({ call, result }) => [call, result]);
    expect(results).toEqual([
      ['changeContact', 'changed'],
      ['read', 'participant'],
    ]);
  });

  test.each(kinds)('at a PIN (%j): no answer, and no second attempt is spent', async (how) => {
    server.arm({ call: 'verifyPin', when: 'after', how });
    await expect(directory.verifyPin('P-0011', hide('000000'))).rejects.toThrow(UnavailableError);
    expect((await directory.read('P-0011')).pinAttemptsLeft).toBe(4);
  });

  test('a short delay only takes time', async () => {
    server.arm({ call: 'verifyPin', when: 'before', how: { kind: 'delay', ms: 10 } });
    expect(await directory.verifyPin('P-0011', hide('135790'))).toEqual({ result: 'ok' });
  });

  test('faults strike their own call, in order, once each; cleared ones never', async () => {
    const fault = (status: number): Fault => ({ call: 'read', when: 'before', how: { kind: 'status', status } });
    server.arm(fault(500), fault(502), fault(503));
    expect((await directory.verifyPin('P-0011', hide('135790'))).result).toBe('ok');
    expect((await ask('/v1/participants/P-0011')).status).toBe(500);
    expect((await ask('/v1/participants/P-0011')).status).toBe(502);
    server.clear();
    expect((await ask('/v1/participants/P-0011')).status).toBe(200);
    expect(server.ledger()).toHaveLength(1);
  });
});

describe('the ledger', () => {
  test('names calls, ids and results, and holds no PIN, number or contact value', async () => {
    await directory.identify({ kind: 'nik', number: '9901014506850001', birthDate: '1985-06-05' });
    await directory.verifyPin('P-0011', hide('135790'));
    await directory.changeContact(change);
    expect(server.ledger()).toEqual([
      { call: 'identify', participantId: null, changeId: null, result: 'participant', status: 200 },
      { call: 'verifyPin', participantId: 'P-0011', changeId: null, result: 'ok', status: 200 },
      { call: 'changeContact', participantId: 'P-0011', changeId: 'change-1', result: 'changed', status: 200 },
    ]);
  });

  test('a cut connection has no status', async () => {
    server.arm({ call: 'read', when: 'after', how: { kind: 'reset' } });
    await expect(directory.read('P-0011')).rejects.toThrow(UnavailableError);
    expect(server.ledger()).toMatchObject([{ result: 'participant', status: null }]);
  });
});

describe('the server', () => {
  test.each(['', 'Bearer', 'Bearer other-token', 'Basic server-token'])(
    'does nothing for "%s"',
    async (authorization) => {
      const path = `${server.url}/v1/participants/P-0011/pin/verify`;
      const body = JSON.stringify({ pin: '000000' });
      expect((await fetch(path, { method: 'POST', headers: { authorization }, body })).status).toBe(401);
      expect((await directory.read('P-0011')).pinAttemptsLeft).toBe(5);
    },
  );

  test.each([
    ['POST', '/v1/participants/identify', '{"nik":"9901014506850001"}'],
    ['POST', '/v1/participants/identify', '{"nik":9901014506850001,"birthDate":"1985-06-05"}'],
    ['POST', '/v1/participants/identify', 'nik=9901014506850001'],
    ['POST', '/v1/participants/P-0011/pin/verify', '{"pin":135790}'],
    ['PUT', '/v1/participants/P-0011/contact/email', '{"value":"a@example.com","expected":null}'],
    ['POST', '/v1/participants/P-0011/pin/verify', `{"pin":"135790"${' '.repeat(17_000)}}`],
  ])('calls a request outside the contract malformed: %s %s', async (method, path, body) => {
    const response = await ask(path, { method, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code: 'malformed' });
  });

  test.each([
    ['GET', '/'],
    ['GET', '/v1/participants'],
    ['GET', '/v1/participants/P-9999'],
    ['GET', '/v1/participants/%E0%A4%A'],
    ['POST', '/v1/participants/P-0011'],
    ['PUT', '/v1/participants/P-0011/contact/name'],
    ['DELETE', '/v1/participants/P-0011'],
  ])('knows nothing under %s %s', async (method, path) => {
    const response = await ask(path, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ code: 'not_found' });
  });

  test('listens on this machine only, and says when its port is taken', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const sample = await createSampleDirectory({ store: createSampleMemory(), clock });
    const port = Number(new URL(server.url).port);
    await expect(startDirectoryServer({ directory: sample, token, port })).rejects.toThrow('EADDRINUSE');
  });

  test('stops at once, even while a request is being delayed', async () => {
    server.arm({ call: 'read', when: 'before', how: { kind: 'delay', ms: 60_000 } });
    const reading = directory.read('P-0011');
    const refused = expect(reading).rejects.toThrow(UnavailableError);
    await expect.poll(() => server.ledger().length).toBe(1);
    await server.stop();
    await refused;
    server = await startDirectoryServer({
      directory: await createSampleDirectory({ store: createSampleMemory(), clock }),
      token,
    });
  });
});
