import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readConfig, settingNames } from '#src/config.ts';
import { ConfigError } from '#src/errors.ts';
import { readPolicy } from '#src/policy.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const sid = (prefix: string) => `${prefix}${'0a'.repeat(16)}`;
const complete = {
  PUBLIC_URL: 'https://bot.example.id',
  REDIS_URL: 'redis://localhost:6379',
  DATABASE_URL: 'postgres://app@localhost:5432/ubah_data',
  TWILIO_ACCOUNT_SID: sid('AC'),
  TWILIO_AUTH_TOKEN: 'canary-token',
  TWILIO_WHATSAPP_FROM: 'whatsapp:+6281200000000',
  SMTP_URL: 'smtp://user:canary-password@localhost:25',
  MAIL_FROM: 'data@example.id',
  DIRECTORY_URL: 'https://directory.internal/',
  DIRECTORY_TOKEN: 'canary-directory',
  ENCRYPTION_KEYS: `a:${key}`,
};
type Env = Record<string, string | undefined>;

function complaintsOf(env: Env): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.complaints;
    throw error;
  }
}
const complaintsWith = (changed: Env) => complaintsOf({ ...complete, ...changed });

test('the settings that serve needs are enough, everything else has a default', () => {
  expect(readConfig(complete)).toMatchObject({
    port: 3000,
    publicUrl: 'https://bot.example.id',
    databaseOwnerUrl: complete.DATABASE_URL,
    allowUnsafePostgres: false,
    twilio: { smsFrom: null, smsTwoWay: false, apiUrl: 'https://api.twilio.com', whatsappButtons: false },
    directory: { url: 'https://directory.internal' },
    encryptionKeys: [{ id: 'a', bytes: Buffer.alloc(32, 7) }],
    brand: 'BPJS Kesehatan',
    privacyUrl: null,
    timeZone: 'Asia/Jakarta',
    careCenterHours: 'always',
    metricsToken: null,
    logLevel: 'info',
    policy: readPolicy({}),
  });
});

test('an empty environment gets one line for each setting that is missing, all at once', () => {
  const complaints = complaintsOf({});
  expect(complaints.map((line) => line.replace(/: .*/, ''))).toEqual([
    'PUBLIC_URL',
    'REDIS_URL',
    'DATABASE_URL',
    'TWILIO_ACCOUNT_SID',
    'TWILIO_AUTH_TOKEN',
    'SMTP_URL',
    'MAIL_FROM',
    'DIRECTORY_URL',
    'DIRECTORY_TOKEN',
    'ENCRYPTION_KEYS',
    'TWILIO_SMS_FROM',
  ]);
  for (const line of complaints) expect(line).toMatch(/^[A-Z_]+: is missing: put [^\n]+$/);
});

test('missing, malformed and policy settings are complained about together', () => {
  const complaints = complaintsWith({
    SMTP_URL: '',
    PORT: '99999',
    POLICY_OTP_LIFE_SECONDS: '601',
    POLICY_OTP_LIVE_SECONDS: '600',
  });
  expect(complaints.map((line) => line.replace(/: .*/, ''))).toEqual([
    'PORT',
    'SMTP_URL',
    'POLICY_OTP_LIVE_SECONDS',
    'POLICY_OTP_LIFE_SECONDS',
  ]);
});

describe('a value in another form stops the start, and is not printed', () => {
  const malformed: [string, string][] = [
    ['PORT', 'http'],
    ['PUBLIC_URL', 'http://bot.canary.id'],
    ['PUBLIC_URL', 'bot.canary.id'],
    ['PUBLIC_URL', 'https://bot.canary.id/?a=1'],
    ['PUBLIC_URL', 'https://bot.canary.id/#a'],
    ['PUBLIC_URL', 'https://user:canary@bot.id'],
    ['PUBLIC_URL', 'https://bot.canary.id//webhooks'],
    ['PUBLIC_URL', 'http://localhost.canary.id'],
    ['REDIS_URL', 'canary:6379'],
    ['REDIS_URL', 'redis-cluster://canary'],
    ['REDIS_URL', 'redis-cluster://a:1,canary'],
    ['DATABASE_URL', 'mysql://canary@localhost/a'],
    ['DATABASE_OWNER_URL', 'canary'],
    ['ALLOW_UNSAFE_POSTGRES', 'canary'],
    ['TWILIO_ACCOUNT_SID', `${sid('AC')}canary`],
    ['TWILIO_ACCOUNT_SID', sid('SK')],
    ['TWILIO_AUTH_TOKEN', 'canary token'],
    ['TWILIO_AUTH_TOKEN_PREVIOUS', 'canary\ntoken'],
    ['TWILIO_SMS_FROM', 'canary canary'],
    ['TWILIO_SMS_FROM', '081200000000'],
    ['TWILIO_SMS_FROM', 'whatsapp:+6281200000000'],
    ['TWILIO_WHATSAPP_FROM', '+6281200000000'],
    ['TWILIO_MESSAGING_SERVICE_SID', sid('AC')],
    ['TWILIO_SMS_TWO_WAY', 'canary'],
    ['TWILIO_API_URL', 'canary'],
    ['WHATSAPP_BUTTONS', 'canary'],
    ['TEMPLATE_CODE_ID', 'canary'],
    ['TEMPLATE_CODE_EN', sid('MG')],
    ['SMTP_URL', 'https://canary'],
    ['MAIL_FROM', 'canary'],
    ['MAIL_FROM', 'a@example.id, canary@example.id'],
    ['DIRECTORY_URL', 'ftp://canary'],
    ['DIRECTORY_TOKEN', 'canary canary'],
    ['ENCRYPTION_KEYS', key],
    ['ENCRYPTION_KEYS', `a:${Buffer.alloc(16, 7).toString('base64')}`],
    ['ENCRYPTION_KEYS', `a:${Buffer.alloc(33, 7).toString('base64')}`],
    ['ENCRYPTION_KEYS', `a:${key},a:${key}`],
    ['ENCRYPTION_KEYS', `a:${key},`],
    ['BRAND', 'canary 🎉'],
    ['BRAND', 'c'.repeat(31)],
    ['PRIVACY_URL', 'http://canary.id'],
    ['TIME_ZONE', 'Asia/Canary'],
    ['CARE_CENTER_HOURS', 'canary'],
    ['CARE_CENTER_HOURS', 'Mon-Fri 17:00-08:00'],
    ['CARE_CENTER_HOURS', 'Mon-Fri 08:00-25:00'],
    ['METRICS_TOKEN', 'canary canary'],
    ['CONSOLE_AUTH', 'canary'],
    ['CONSOLE_AUTH', 'dev'],
    ['OIDC_CLIENT_ID', 'canary canary'],
    ['OIDC_CLIENT_SECRET', 'canary canary'],
    ['OIDC_ROLE_CLAIM', 'canary canary'],
    ['OIDC_ROLES', 'canary=165-agents'],
    ['OIDC_ROLES', 'agent='],
    ['OIDC_ROLES', '165-agents'],
    ['LOG_LEVEL', 'canary'],
    ['DESK_URL', 'http://desk.canary.id'],
    ['DESK_URL', 'https://user:canary@desk.id'],
    ['DESK_SECRET', 'canary'],
    ['DESK_SECRET', `whsec_${Buffer.from('canary').toString('base64')}`],
    ['DESK_SECRET', `whsec_${key},canary`],
    ['CHATWOOT_URL', 'https://chat.canary.id'],
    ['CHATWOOT_URL', 'http://chat.canary.id/api/v1/accounts/1'],
    ['CHATWOOT_TOKEN', 'canary canary'],
    ['CHATWOOT_INBOX_ID', 'canary'],
    ['CHATWOOT_SECRET', 'canary'],
  ];
  const besides: Env = {
    DESK_URL: 'https://desk.example.id/hooks',
    DESK_SECRET: `whsec_${key}`,
    CHATWOOT_URL: 'https://chat.example.id/api/v1/accounts/1',
    CHATWOOT_TOKEN: 'a-token',
    CHATWOOT_INBOX_ID: '3',
    CHATWOOT_SECRET: 'a-secret-of-the-inbox',
  };
  /** Whoever names one setting of a contact centre names all of that one. */
  const others = (name: string) =>
    Object.fromEntries(Object.entries(besides).filter(([other]) => other.split('_')[0] === name.split('_')[0]));
  test.each(malformed)('%s: %j', (name, value) => {
    const complaints = complaintsWith({ ...others(name), [name]: value });
    expect(complaints).toEqual([expect.stringMatching(new RegExp(`^${name}: is not valid: put [^\\n]+$`))]);
    expect(complaints.join().toLowerCase()).not.toContain('canary');
    expect(complaints.join()).not.toContain(key);
  });
});

describe('every form that the settings document is taken', () => {
  const wellFormed: [string, string][] = [
    ['PUBLIC_URL', 'http://localhost:3000'],
    ['PUBLIC_URL', 'http://127.0.0.1:3000/'],
    ['PUBLIC_URL', 'http://[::1]:3000'],
    ['PUBLIC_URL', 'https://bot.example.id/ubah-data'],
    ['REDIS_URL', 'rediss://user:password@redis.internal:6380/2'],
    ['REDIS_URL', 'redis-cluster://10.0.0.1:7000,redis-b:7001,[::1]:7002'],
    ['DATABASE_OWNER_URL', 'postgresql://owner:p%40ss@localhost/ubah_data?sslmode=require'],
    ['TWILIO_SMS_FROM', '+6281200000000'],
    ['TWILIO_SMS_FROM', '12345'],
    ['TWILIO_SMS_FROM', 'BPJS KES 1'],
    ['TWILIO_MESSAGING_SERVICE_SID', sid('MG')],
    ['TEMPLATE_CODE_ID', sid('HX')],
    ['SMTP_URL', 'smtps://user:password@smtp.example.id'],
    ['MAIL_FROM', 'BPJS Kesehatan <data@example.id>'],
    ['ENCRYPTION_KEYS', `new:${key}, old-1:${key}`],
    ['PRIVACY_URL', 'https://example.id/privasi?a=1'],
    ['TIME_ZONE', 'Asia/Makassar'],
    ['CARE_CENTER_HOURS', 'Mon-Fri 08:00-17:00; Sat 08:00-12:00'],
    ['CARE_CENTER_HOURS', 'Mon-Sun 00:00-24:00'],
    ['POLICY_HOLD_HOURS', '0'],
  ];
  test.each(wellFormed)('%s: %j', (name, value) => expect(complaintsWith({ [name]: value })).toEqual([]));
});

test('a base URL loses its trailing slash, so that paths can be appended', () => {
  const config = readConfig({
    ...complete,
    PUBLIC_URL: 'https://bot.example.id/ubah/',
    TWILIO_API_URL: 'http://127.0.0.1:4010/',
  });
  expect(config.publicUrl).toBe('https://bot.example.id/ubah');
  expect(config.twilio.apiUrl).toBe('http://127.0.0.1:4010');
});

test('blanks around a value and empty values do not count', () => {
  const config = readConfig({ ...complete, PUBLIC_URL: ' https://bot.example.id\n', METRICS_TOKEN: ' ', BRAND: '' });
  expect(config).toMatchObject({ publicUrl: 'https://bot.example.id', metricsToken: null, brand: 'BPJS Kesehatan' });
});

test.each([
  ['a number is two-way', { TWILIO_SMS_FROM: '+6281200000000' }, true],
  ['a short code is two-way', { TWILIO_SMS_FROM: '12345' }, true],
  ['a name is one-way', { TWILIO_SMS_FROM: 'BPJSKES' }, false],
  ['a service alone is one-way', { TWILIO_MESSAGING_SERVICE_SID: sid('MG') }, false],
  ['a service with a number is two-way', { TWILIO_MESSAGING_SERVICE_SID: sid('MG'), TWILIO_SMS_FROM: '12345' }, true],
  ['false makes a number one-way', { TWILIO_SMS_FROM: '+6281200000000', TWILIO_SMS_TWO_WAY: 'false' }, false],
  ['true makes a service two-way', { TWILIO_MESSAGING_SERVICE_SID: sid('MG'), TWILIO_SMS_TWO_WAY: 'true' }, true],
])('an SMS sender: %s', (_title, changed, twoWay) => {
  expect(readConfig({ ...complete, ...changed }).twilio.smsTwoWay).toBe(twoWay);
});

test('a name cannot be declared two-way', () => {
  expect(complaintsWith({ TWILIO_SMS_FROM: 'BPJSKES', TWILIO_SMS_TWO_WAY: 'true' })).toEqual([
    expect.stringContaining('TWILIO_SMS_TWO_WAY'),
  ]);
});

describe('who gets into the console', () => {
  const oidc = {
    OIDC_ISSUER: 'https://id.example.id/realms/165',
    OIDC_CLIENT_ID: 'ubah-data',
    OIDC_CLIENT_SECRET: 'canary-secret',
    OIDC_ROLES: 'agent=165-agents; supervisor=cn=leads,dc=example',
  };
  const consoleOf = (changed: Env) => readConfig({ ...complete, ...changed }).console;

  test('nobody, until an identity provider is set, and what is missing is named', () => {
    expect(consoleOf({})).toEqual({
      auth: 'off',
      missing: ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLES'],
    });
    expect(consoleOf({ ...oidc, CONSOLE_AUTH: 'off' })).toMatchObject({ auth: 'off' });
  });

  test('whoever the identity provider knows by a mapped group', () => {
    expect(consoleOf(oidc)).toMatchObject({
      auth: 'oidc',
      issuer: oidc.OIDC_ISSUER,
      roleClaim: 'groups',
      roles: [
        { role: 'agent', group: '165-agents' },
        { role: 'supervisor', group: 'cn=leads,dc=example' },
      ],
    });
  });

  test.each([
    ['a provider', { OIDC_ISSUER: oidc.OIDC_ISSUER }],
    ['oidc', { CONSOLE_AUTH: 'oidc', OIDC_ISSUER: oidc.OIDC_ISSUER }],
  ])('%s without the rest of its settings stops the start, each one named', (_title, changed) => {
    const complaints = complaintsWith(changed);
    expect(complaints.map((line) => line.replace(/:.*/, ''))).toEqual([
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET',
      'OIDC_ROLES',
    ]);
  });

  test('a provider over plain http is for this machine alone', () => {
    expect(complaintsWith({ ...oidc, OIDC_ISSUER: 'http://id.example.id' })).toHaveLength(1);
    expect(complaintsWith({ ...oidc, OIDC_ISSUER: 'http://127.0.0.1:4000' })).toEqual([]);
  });

  test('the development login is for this machine alone, and never in production', () => {
    const local = { CONSOLE_AUTH: 'dev', PUBLIC_URL: 'http://localhost:3000' };
    expect(consoleOf(local)).toEqual({ auth: 'dev' });
    for (const changed of [
      { ...local, PUBLIC_URL: 'https://bot.example.id' },
      { ...local, PUBLIC_URL: 'https://localhost.example.id' },
      { ...local, NODE_ENV: 'production' },
    ]) {
      expect(complaintsWith(changed)).toEqual([expect.stringMatching(/^CONSOLE_AUTH: is not valid: put oidc or off/)]);
    }
  });
});

describe('an existing contact centre', () => {
  const webhook = { DESK_URL: 'https://desk.example.id/hooks/', DESK_SECRET: `whsec_${key}` };
  const chatwoot = {
    CHATWOOT_URL: 'https://chat.example.id/api/v1/accounts/1',
    CHATWOOT_TOKEN: 'a-token',
    CHATWOOT_INBOX_ID: '3',
    CHATWOOT_SECRET: 'a-secret-of-the-inbox',
  };
  const deskOf = (changed: Env) => readConfig({ ...complete, ...changed }).desk;

  test('is none, one that speaks signed webhooks, or Chatwoot', () => {
    expect(deskOf({})).toBeNull();
    expect(deskOf(webhook)).toMatchObject({ kind: 'webhook', url: 'https://desk.example.id/hooks' });
    expect(deskOf(chatwoot)).toMatchObject({ kind: 'chatwoot', url: chatwoot.CHATWOOT_URL, inboxId: 3 });
  });

  test('has two secrets while one replaces the other', () => {
    const newer = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
    const desk = deskOf({ ...webhook, DESK_SECRET: `${newer}, ${webhook.DESK_SECRET}` });
    expect(desk?.secrets.map((secret) => secret.reveal())).toEqual([newer, webhook.DESK_SECRET]);
  });

  test.each([...Object.keys(webhook), ...Object.keys(chatwoot)])('without %s stops the start and names it', (name) => {
    const all: Env = name in webhook ? webhook : chatwoot;
    expect(complaintsWith({ ...all, [name]: undefined })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: is missing: [^\\n]+$`)),
    ]);
  });

  test('is one at a time', () => {
    expect(complaintsWith({ ...webhook, ...chatwoot })).toEqual([
      expect.stringMatching(/^CHATWOOT_URL: is not valid: leave it out, because DESK_URL names another/),
    ]);
  });
});

test('a printed configuration shows no secret but the addresses of the stores', () => {
  const config = readConfig({
    ...complete,
    METRICS_TOKEN: 'canary-metrics',
    TWILIO_AUTH_TOKEN_PREVIOUS: 'canary-old',
    OIDC_ISSUER: 'https://id.example.id',
    OIDC_CLIENT_ID: 'a',
    OIDC_CLIENT_SECRET: 'canary-oidc',
    OIDC_ROLES: 'agent=a',
  });
  expect(`${inspect(config, { depth: 9 })}${JSON.stringify(config)}`).not.toContain('canary');
});

describe('.env.example', () => {
  const lines = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8').split('\n');
  const documented = lines.flatMap((line) => {
    const [, mark, name, value] = /^(#?)([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, value: value ?? '', isCommentedOut: mark === '#' }];
  });

  test('names every setting once, and no other', () => {
    expect(documented.map(({ name }) => name).sort()).toEqual([...settingNames].sort());
  });

  test('leaves in place exactly what serve needs', () => {
    const inPlace = documented.filter(({ isCommentedOut }) => !isCommentedOut).map(({ name }) => name);
    expect(inPlace.sort()).toEqual(Object.keys(complete).sort());
  });

  test('shows values that are taken, and the figures that the policy really has', () => {
    const shown = Object.fromEntries(
      documented.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]),
    );
    const config = readConfig({ ...complete, ...shown });
    expect(config.policy).toEqual(readPolicy({}));
  });
});
