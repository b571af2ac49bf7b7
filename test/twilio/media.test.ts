// An attachment is brought from our own account alone, and only when it is of a type, a size and a content we let through.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { hide } from '#src/seal.ts';
import { createMediaSource } from '#src/twilio/media.ts';

const accountSid = `AC${'1'.repeat(32)}`;
const path = `/2010-04-01/Accounts/${accountSid}/Messages/MM${'2'.repeat(32)}/Media/ME${'3'.repeat(32)}`;
const png = Buffer.from('89504e470d0a1a0a0000', 'hex');

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const sourceOf = (apiUrl: string, budgetMs = 5_000) =>
  createMediaSource({ accountSid, authToken: hide('token'), apiUrl }, { budgetMs });
const file =
  (contentType: string, bytes: Buffer): RequestListener =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': contentType }).end(bytes);

test('it is asked for with the credentials, and its storage without them', async () => {
  const asked: [string | undefined, string | undefined][] = [];
  const url = await serve((request, response) => {
    asked.push([request.url, request.headers.authorization]);
    if (request.url === path) response.writeHead(307, { location: '/kept' }).end();
    else file('image/png', png)(request, response);
  });
  expect(await sourceOf(url).fetch(url + path)).toEqual({ result: 'found', contentType: 'image/png', bytes: png });
  const basic = `Basic ${Buffer.from(`${accountSid}:token`).toString('base64')}`;
  expect(asked).toEqual([
    [path, basic],
    ['/kept', undefined],
  ]);
});

test.each([
  ['another host', (url: string) => url.replace('127.0.0.1', 'localhost')],
  ['another account', (url: string) => url.replace('1'.repeat(32), '9'.repeat(32))],
  ['what is no attachment', (url: string) => url.replace('/Media/', '/../Media/')],
  ['a longer path', (url: string) => `${url}/../../x`],
  ['an address inside the network', () => 'http://169.254.169.254/latest/meta-data'],
  ['a file', () => 'file:///etc/passwd'],
  ['nothing', () => ''],
])('%s is never asked', async (_what, alter) => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked += 1;
    response.end();
  });
  expect(await sourceOf(url).fetch(alter(url + path))).toEqual({ result: 'refused', why: 'address' });
  expect(asked).toBe(0);
});

test.each([
  'http://169.254.169.254/',
  'https://evil.example/',
  'https://twilio.com.evil.example/',
  'http://s3.amazonaws.com/x',
])('a redirect to %s is not followed', async (location) => {
  const url = await serve((_request, response) => response.writeHead(302, { location }).end());
  await expect(sourceOf(url).fetch(url + path)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a redirect in a circle ends', async () => {
  const url = await serve((_request, response) => response.writeHead(302, { location: path }).end());
  await expect(sourceOf(url).fetch(url + path)).rejects.toMatchObject({ code: 'unavailable' });
});

test.each([
  ['a page', 'text/html', Buffer.from('<script>alert(1)</script>')],
  ['a drawing that can hold a script', 'image/svg+xml', Buffer.from('<svg onload="alert(1)"/>')],
  ['a program', 'application/x-msdownload', Buffer.from('MZ')],
  ['a document with macros', 'application/vnd.ms-word.document.macroEnabled.12', Buffer.from('PK')],
  ['a page that says it is a picture', 'image/png', Buffer.from('<html>')],
  ['a picture that says it is another one', 'image/jpeg', png],
  ['what says nothing', '', png],
  ['a name of every object', 'constructor', png],
])('%s is refused', async (_what, contentType, bytes) => {
  const url = await serve(file(contentType, bytes));
  expect(await sourceOf(url).fetch(url + path)).toEqual({ result: 'refused', why: 'type' });
});

test('what is larger than 16 MB is refused without being read to its end', async () => {
  let sent = 0;
  let isClosed = false;
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png' });
    response.write(png);
    const more = () => {
      while (!isClosed && response.write(Buffer.alloc(1_000_000))) sent += 1;
    };
    response.on('drain', more).on('close', () => {
      isClosed = true;
    });
    more();
  });
  expect(await sourceOf(url).fetch(url + path)).toEqual({ result: 'refused', why: 'size' });
  await expect.poll(() => isClosed).toBe(true);
  expect(sent).toBeLessThan(40);
});

test('what Twilio has deleted is gone, and what does not answer is away', async () => {
  const gone = await serve((_request, response) => response.writeHead(404).end());
  expect(await sourceOf(gone).fetch(gone + path)).toEqual({ result: 'gone' });
  const broken = await serve((_request, response) => response.writeHead(500).end());
  await expect(sourceOf(broken).fetch(broken + path)).rejects.toMatchObject({ code: 'unavailable' });
  const silent = await serve(() => {});
  await expect(sourceOf(silent, 100).fetch(silent + path)).rejects.toMatchObject({ code: 'unavailable' });
});

test('four at once pass through, a fifth is told to come again', async () => {
  const waiting: (() => void)[] = [];
  const url = await serve((request, response) => {
    waiting.push(() => file('image/png', png)(request, response));
  });
  const source = sourceOf(url);
  const four = Array.from({ length: 4 }, () => source.fetch(url + path));
  await expect.poll(() => waiting.length).toBe(4);
  await expect(source.fetch(url + path)).rejects.toMatchObject({ code: 'unavailable' });
  for (const answer of waiting) answer();
  expect((await Promise.all(four)).map(({ result }) => result)).toEqual(['found', 'found', 'found', 'found']);
  const fifth = source.fetch(url + path);
  await expect.poll(() => waiting.length).toBe(5);
  waiting[4]?.();
  expect(await fifth).toMatchObject({ result: 'found' });
});
