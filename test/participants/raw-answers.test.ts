// Answers as bytes on a real socket: what a proxy or a dying server can do that no HTTP library would.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { UnavailableError } from '#src/errors.ts';
import { createHttpDirectory } from '#src/participants/http-directory.ts';
import { hide } from '#src/seal.ts';

const budgetMs = 150;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that says this to everybody who asks. */
async function directoryThatSays(speak: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const closed: Promise<unknown>[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    closed.push(new Promise((resolve) => socket.once('close', resolve)));
    socket.on('error', () => {});
    socket.once('data', () => speak(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  const directory = createHttpDirectory({ url: `http://127.0.0.1:${port}`, token: hide('token'), budgetMs });
  return { directory, hungUp: () => Promise.all(closed) };
}

async function reasonOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.then(
    () => expect.unreachable('there was an answer'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UnavailableError);
  expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/Siti|P-0011/);
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : null;
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const part = '{"participantId":"P-0011",';

describe('an answer on the wire', () => {
  test.each([
    ['with its length', `${head}content-length: 200\r\n\r\n${part}`],
    ['in chunks', `${head}transfer-encoding: chunked\r\n\r\n1a\r\n${part}\r\n`],
    ['without a length', `${head}connection: close\r\n\r\n${part}`],
    ['within its head', head],
  ])('that stops in the middle (%s) ends with the budget, and so does the connection', async (_, bytes) => {
    const { directory, hungUp } = await directoryThatSays((socket) => socket.write(bytes));
    expect(await reasonOf(directory.read('P-0011'))).toBe(`read: no answer within ${budgetMs} ms`);
    await hungUp();
  });

  test.each([
    ['with its length', `${head}content-length: 200\r\n\r\n${part}`],
    ['in chunks', `${head}transfer-encoding: chunked\r\n\r\n1a\r\n${part}\r\n`],
    ['within its head', head],
  ])('that is cut off in the middle (%s) is no connection', async (_, bytes) => {
    const { directory } = await directoryThatSays((socket) => socket.end(bytes));
    expect(await reasonOf(directory.read('P-0011'))).toBe('read: no connection (UND_ERR_SOCKET)');
  });

  test('that is cut off without a length is not taken for a whole one', async () => {
    const { directory } = await directoryThatSays((socket) => socket.end(`${head}connection: close\r\n\r\n${part}`));
    expect(await reasonOf(directory.read('P-0011'))).toBe('read: answered 200 in another shape');
  });

  test('that never ends is dropped after 64 KB', async () => {
    const { directory, hungUp } = await directoryThatSays((socket) => {
      const pour = () => {
        while (!socket.destroyed && socket.write(' '.repeat(16_384)));
        if (!socket.destroyed) socket.once('drain', pour);
      };
      socket.write(`${head}connection: close\r\n\r\n`);
      pour();
    });
    expect(await reasonOf(directory.read('P-0011'))).toBe('read: answered with more than 65536 bytes');
    await hungUp();
  });

  test('that is not HTTP is no connection, and its bytes stay out of the error', async () => {
    const { directory } = await directoryThatSays((socket) => socket.end('220 Siti Aminah\r\n'));
    expect(await reasonOf(directory.read('P-0011'))).toBe('read: no connection (HTTPParserError)');
  });

  test('from a port where nobody listens any more is refused, with the code for the operator', async () => {
    const { directory } = await directoryThatSays((socket) => socket.end());
    for (const close of closers.splice(0)) await close();
    expect(await reasonOf(directory.read('P-0011'))).toBe('read: no connection (ECONNREFUSED)');
  });
});
