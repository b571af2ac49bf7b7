// The production entry never lets anybody in by a list of sample agents.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

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

test('npm run serve refuses the development login, also on localhost', async () => {
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((done) => {
    const root = resolve(import.meta.dirname, '../..');
    const env = { PATH: process.env.PATH, ...settings, CONSOLE_AUTH: 'dev' };
    execFile(process.execPath, [resolve(root, 'src/main.ts')], { cwd: root, env }, (error, _stdout, text) =>
      done({ code: error?.code ?? 0, stderr: text }),
    );
  });
  expect(code).toBe(1);
  expect(stderr.trim()).toBe('CONSOLE_AUTH: is not valid: put oidc or off: dev is for npm start');
});
