// Slow and silent clients are cut off while others are served; whoever comes while it ends is told to come again.
// req:C5 req:J2 req:K2
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type HttpServer, listen, type ServerLimits } from '#src/server.ts';
import { freePort } from '#src/simulator/embedded/free-port.ts';
import { eventually } from '../support/world.ts';

const impatient: ServerLimits = {
  headersTimeout: 150,
  requestTimeout: 300,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 20,
  maxHeaderSize: 2_048,
};

async function serve(app: RequestListener, { limits = impatient, maxConnections = 100 } = {}) {
  const port = await freePort();
  const server = await listen(app, { port, maxConnections, limits });
  onTestFinished(() => server.stop(0));
  return { port, server };
}

/** Says hello once the whole body is there. */
const hello: RequestListener = (request, response) => {
  request.resume().on('end', () => response.end('halo'));
};

interface Client {
  socket: Socket;
  heard(): string;
  closed: Promise<void>;
}

async function client(port: number, first = ''): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk: Buffer) => {
    heard += String(chunk);
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(first);
  return { socket, heard: () => heard, closed };
}

const get = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';
const answersOf = ({ heard }: Client) =>
  [...heard().matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
const hears = (one: Client, text: string) =>
  eventually(() => (one.heard().includes(text) ? true : undefined), `“${text}”`);

test('headers that never end are cut off with 408, and whoever is quick is served meanwhile', async () => {
  let reached = 0;
  const { port } = await serve((request, response) => {
    reached += 1;
    hello(request, response);
  });
  const slow = await Promise.all(
    Array.from({ length: 20 }, () => client(port, 'GET / HTTP/1.1\r\nhost: localhost\r\n')),
  );
  const drip = setInterval(() => {
    for (const { socket } of slow) socket.write('x-slow: loris\r\n');
  }, 10);
  onTestFinished(() => clearInterval(drip));
  const quick = await client(port, get);
  await hears(quick, 'halo');
  await Promise.all(slow.map(({ closed }) => closed));
  for (const one of slow) expect(answersOf(one)).toEqual([408]);
  expect(reached).toBe(1);
});

test('a body that never ends is cut off, and whoever is quick is served meanwhile', async () => {
  const finished: boolean[] = [];
  const { port } = await serve((request, response) => {
    response.on('close', () => finished.push(response.writableFinished));
    hello(request, response);
  });
  const post = 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n';
  const slow = await client(port, post);
  const drip = setInterval(() => slow.socket.write('x'), 10);
  onTestFinished(() => clearInterval(drip));
  const quick = await client(port, get);
  await hears(quick, 'halo');
  await slow.closed;
  expect(slow.heard()).not.toContain('halo');
  await eventually(() => (finished.length === 2 ? true : undefined), 'the end of both');
  expect(finished).toEqual([true, false]);
});

test('a connection that says nothing is cut off', async () => {
  const { port } = await serve(hello);
  const silent = await client(port);
  await silent.closed;
  expect(answersOf(silent)).toEqual([408]);
});

test('headers beyond the limit are refused', async () => {
  const { port } = await serve(hello);
  const large = await client(port, `GET / HTTP/1.1\r\nhost: localhost\r\nx-large: ${'x'.repeat(4_096)}\r\n\r\n`);
  await large.closed;
  expect(answersOf(large)).toEqual([431]);
});

test('a connection too many is closed unread, and there is room again when one has gone', async () => {
  const { port } = await serve(hello, { maxConnections: 1, limits: { ...impatient, headersTimeout: 0 } });
  const first = await client(port, get);
  await hears(first, 'halo');
  const second = await client(port, get);
  await second.closed;
  expect(second.heard()).toBe('');
  first.socket.destroy();
  const third = await eventually(async () => {
    const one = await client(port, get);
    const answered = hears(one, 'halo').then(() => one);
    return await Promise.race([answered, one.closed.then(() => undefined)]);
  }, 'room for another');
  expect(answersOf(third)).toEqual([200]);
});

/** An answer that begins, and ends when it is told to. */
function slowly() {
  const begun: (() => void)[] = [];
  const app: RequestListener = (_, response) => {
    response.write('lama');
    begun.push(() => response.end(' sekali'));
  };
  return { app, begun };
}

const isEnding = (server: HttpServer) => server.stop(10_000);
const patient: ServerLimits = { ...impatient, headersTimeout: 20_000, requestTimeout: 20_000 };

test('a request that was half said when it was asked to stop is answered 503, and told to come again elsewhere', async () => {
  let reached = 0;
  const { port, server } = await serve(
    (request, response) => {
      reached += 1;
      hello(request, response);
    },
    { limits: patient },
  );
  const late = await client(port, get);
  await hears(late, 'halo');
  late.socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n');
  // Written later on the same connection, so what was written before has been read.
  const other = await client(port, get);
  await hears(other, 'halo');
  const stopped = isEnding(server);
  await other.closed;
  late.socket.write('\r\n');
  await Promise.all([late.closed, stopped]);
  expect(answersOf(late)).toEqual([200, 503]);
  expect(late.heard()).toMatch(/503[\s\S]*connection: close/i);
  expect(reached).toBe(2);
});

test('a request behind one that is being answered when it was asked to stop is answered 503 as well', async () => {
  const { app, begun } = slowly();
  const { port, server } = await serve(app, { limits: patient });
  const one = await client(port, get);
  await hears(one, 'lama');
  const stopped = isEnding(server);
  one.socket.write(get);
  begun[0]?.();
  await Promise.all([one.closed, stopped]);
  expect(one.heard()).toContain('sekali');
  expect(answersOf(one)).toEqual([200, 503]);
  expect(begun).toHaveLength(1);
});

test('whoever is being answered is not cut off, and a new connection is not taken', async () => {
  const { app, begun } = slowly();
  const { port, server } = await serve(app, { limits: patient });
  const running = await client(port, get);
  await hears(running, 'lama');
  const stopped = isEnding(server);
  const refused = connect(port, '127.0.0.1');
  expect(
    await new Promise((resolve) => refused.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code))),
  ).toBe('ECONNREFUSED');
  begun[0]?.();
  await hears(running, 'sekali');
  running.socket.end();
  await stopped;
});

test('what does not end within its grace is cut off', async () => {
  const { app } = slowly();
  const { port, server } = await serve(app, { limits: patient });
  const endless = await client(port, get);
  await hears(endless, 'lama');
  await server.stop(50);
  await endless.closed;
  expect(endless.heard()).not.toContain('sekali');
});
