// The least that any such service must do for a message: bare node:http, the signature, one Redis read, one write of the
// size of a session, TwiML of the size of a reply. No framework, no statechart, nothing sealed, nothing logged.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { parse } from 'node:querystring';
import { createClient } from 'redis';

const { PORT, REDIS_URL, PUBLIC_URL, TWILIO_AUTH_TOKEN = '', RECORD_BYTES, REPLY = '' } = process.env;
const record = 'x'.repeat(Number(RECORD_BYTES));
const redis = createClient({ url: REDIS_URL ?? '' });
redis.on('error', () => process.exit(1));
await redis.connect();

function isSigned(url: string, params: Record<string, unknown>, signature: string): boolean {
  let signed = url;
  for (const key of Object.keys(params).sort()) signed += `${key}${params[key]}`;
  const expected = createHmac('sha1', TWILIO_AUTH_TOKEN).update(signed).digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', async () => {
    const params = parse(Buffer.concat(parts).toString());
    const signature = String(request.headers['x-twilio-signature']);
    if (!isSigned(`${PUBLIC_URL}${request.url}`, params, signature)) return void response.writeHead(403).end();
    const key = `floor:${params.From}`;
    await redis.get(key);
    await redis.set(key, record, { expiration: { type: 'EX', value: 86_400 } });
    response.writeHead(200, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(REPLY) }).end(REPLY);
  });
}).listen(Number(PORT), '127.0.0.1', () => console.log('ready'));
