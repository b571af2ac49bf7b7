// The production entry refuses in one sentence that says what to do.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createDatabase } from '../support/database.ts';
import { redisUrl } from '../support/redis.ts';

const settings = {
  PUBLIC_URL: 'http://localhost:3000',
  REDIS_URL: 'redis://127.0.0.1:9',
  DATABASE_URL: 'postgres://app@127.0.0.1:9/none',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_WHATSAPP_FROM: 'whatsapp:+6281200000000',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'data@example.id',
  DIRECTORY_URL: 'http://127.0.0.1:9',
  DIRECTORY_TOKEN: 'token',
  ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
};

/** @returns what somebody reads who has started it by hand */
function serve(changed: Record<string, string>): Promise<{ code: unknown; said: string }> {
  const root = resolve(import.meta.dirname, '../..');
  const env = { PATH: process.env.PATH, ...settings, ...changed };
  return new Promise((done) => {
    execFile(process.execPath, [resolve(root, 'src/main.ts')], { cwd: root, env }, (error, _stdout, stderr) =>
      done({ code: error?.code ?? 0, said: stderr.trim() }),
    );
  });
}

test('the development login is refused, also on localhost', async () => {
  expect(await serve({ CONSOLE_AUTH: 'dev' })).toEqual({
    code: 1,
    said: 'CONSOLE_AUTH: is not valid: put oidc or off: dev is for npm start',
  });
});

test('without Postgres', async () => {
  expect(await serve({})).toEqual({
    code: 1,
    said: 'DATABASE_URL: no Postgres answers there (ECONNREFUSED): start it, or mend the address',
  });
});

describe('with Postgres', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());
  const stores = () => ({
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    ALLOW_UNSAFE_POSTGRES: '1',
  });

  test('that has not the database', async () => {
    const owner = new URL(database.ownerUrl);
    owner.pathname = '/nobody_has_made_this';
    expect(await serve({ ...stores(), DATABASE_OWNER_URL: owner.href })).toEqual({
      code: 1,
      said: 'DATABASE_OWNER_URL: its database does not exist: create it',
    });
  });

  test('without Redis', async () => {
    expect(await serve(stores())).toEqual({
      code: 1,
      said: 'REDIS_URL: no Redis answers there: start it, or mend the address',
    });
  });

  test('on a port that is taken', async () => {
    const other = createServer().listen(0);
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await serve({ ...stores(), REDIS_URL: redisUrl(), PORT: String(port) })).toEqual({
      code: 1,
      said: 'PORT: is taken by another program: put another one',
    });
  });
});
