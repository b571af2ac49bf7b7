// The environment, parsed once. Nothing else reads it.
import { z } from 'zod';
import { ConfigError } from './errors.ts';
import { type ArmedFailpoint, readFailpoint } from './failpoint.ts';
import { type Policy, Policy as PolicyShape, readPolicy, settingOf } from './policy.ts';
import { type EncryptionKey, hide, type Secret } from './seal.ts';

export interface Config {
  port: number;
  /** What Twilio and browsers call, without a trailing slash. Signatures are checked against it, never against `Host`. */
  publicUrl: string;
  redisUrl: string;
  databaseUrl: string;
  /** Runs the migrations and grants; `databaseUrl` itself where only one is configured. */
  databaseOwnerUrl: string;
  allowUnsafePostgres: boolean;
  /** fault tests only */
  failpoint: ArmedFailpoint | null;
  twilio: TwilioConfig;
  smtpUrl: Secret;
  mailFrom: string;
  directory: { url: string; token: Secret };
  /** First one writes, all read. */
  encryptionKeys: EncryptionKey[];
  brand: string;
  privacyUrl: string | null;
  timeZone: string;
  careCenterHours: string;
  metricsToken: Secret | null;
  console: ConsoleConfig;
  /** an existing contact centre in the console's place */
  desk: DeskConfig | null;
  logLevel: string;
  policy: Policy;
}

/** Who gets into Care Center 165. `missing`: the settings without which it stays closed. */
export type ConsoleConfig = { auth: 'off'; missing: string[] } | { auth: 'dev' } | ({ auth: 'oidc' } & OidcConfig);

/** `secrets`: the first one signs as well, every one is accepted. */
export type DeskConfig =
  | { kind: 'webhook'; url: string; secrets: Secret[] }
  /** `url`: with the account, `https://…/api/v1/accounts/1` */
  | { kind: 'chatwoot'; url: string; token: Secret; inboxId: number; secrets: Secret[] };

export interface OidcConfig {
  /** with its path, without a trailing slash unless the provider's own name has one */
  issuer: string;
  clientId: string;
  clientSecret: Secret;
  /** the claim of the ID token that names groups; dots lead into objects: `realm_access.roles` */
  roleClaim: string;
  /** whoever is in several groups has the first role here; a group that is not here gives none */
  roles: { role: AgentRole; group: string }[];
}

export const agentRoles = ['agent', 'senior', 'supervisor', 'auditor', 'admin'] as const;
export type AgentRole = (typeof agentRoles)[number];

export interface TwilioConfig {
  accountSid: string;
  authToken: Secret;
  previousAuthToken: Secret | null;
  /** E.164, a short code or an alphanumeric name */
  smsFrom: string | null;
  /** `whatsapp:+62…` */
  whatsappFrom: string | null;
  messagingServiceSid: string | null;
  /** Whether people can answer our SMS. */
  smsTwoWay: boolean;
  /** without a trailing slash */
  apiUrl: string;
  whatsappButtons: boolean;
  /** Content SIDs of the approved authentication template, by language. */
  codeTemplates: { id: string | null; en: string | null };
  /** Content SIDs of the approved template "there is an answer from Care Center 165", by language. */
  agentTemplates: { id: string | null; en: string | null };
}

const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);
const oneOf = <T>(choices: Record<string, T>) => {
  const byText = new Map(Object.entries(choices));
  return (text: string) => byText.get(text);
};
const secret = (text: string) => (/^[\x21-\x7e]+$/.test(text) ? hide(text) : undefined);

/** A setting that must be there. `read` gives undefined for what it does not accept; then `put` says what would be right. */
const needed = <T>(put: string, read: (text: string) => T | undefined) =>
  z.string({ error: `is missing: put ${put}` }).transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `is not valid: put ${put}` });
    return z.NEVER;
  });
const optional = <T>(put: string, read: (text: string) => T | undefined) =>
  needed(put, read)
    .optional()
    .transform((value) => value ?? null);

const isLoopback = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

function address(text: string, ...protocols: string[]): URL | undefined {
  const url = URL.parse(text);
  return url !== null && url.hostname !== '' && protocols.includes(url.protocol) ? url : undefined;
}

/** A base that paths are appended to: nothing but scheme, host, port and a plain path. */
function base(text: string): string | undefined {
  const url = address(text, 'https:', 'http:');
  if (url === undefined || /[?#@\s]|[^:]\/\//.test(text)) return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/$/, '');
}

/** What strangers reach must be encrypted; a loopback address never leaves the machine. */
function publicBase(text: string): string | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || isLoopback(url?.hostname ?? '') ? base(text) : undefined;
}

const e164 = String.raw`\+[1-9]\d{7,14}`;
const mailbox = String.raw`[^\s@<>",;:]+@[^\s@<>",;:]+\.[^\s@<>",;:]+`;
const redisHost = String.raw`(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}`;
const redisCluster = new RegExp(`^redis-cluster://${redisHost}(,${redisHost})*$`);
const isNumber = (sender: string) => /^\+?\d+$/.test(sender);

function readPort(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function readTimeZone(text: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone && text;
  } catch {
    return undefined;
  }
}

function readHours(text: string): string | undefined {
  if (text === 'always') return text;
  const day = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
  const time = '((?:[01]\\d|2[0-3]):[0-5]\\d|24:00)';
  const span = new RegExp(`^${day}(?:-${day})? ${time}-${time}$`);
  const isSpan = (part: string) => {
    const [, from = '', to = ''] = span.exec(part.trim()) ?? [];
    return from < to;
  };
  return text.split(';').every(isSpan) ? text : undefined;
}

function readKeys(text: string): EncryptionKey[] | undefined {
  const keys = text.split(',').map((part) => {
    const [, id = '', body = ''] = /^([\w-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(part.trim()) ?? [];
    return { id, bytes: Buffer.from(body, 'base64') };
  });
  const ids = new Set(keys.map((key) => key.id));
  return ids.size === keys.length && keys.every((key) => key.bytes.length === 32) ? keys : undefined;
}

/** `agent=165-agents; supervisor=cn=leads,dc=example`: a group ends at the semicolon, so it may hold `=` and `,`. */
function readRoles(text: string): OidcConfig['roles'] | undefined {
  const pairs = text.split(';').map((part) => {
    const [, name, group = ''] = /^(\w+)=(.+)$/.exec(part.trim()) ?? [];
    return { role: agentRoles.find((role) => role === name), group: group.trim() };
  });
  const known = pairs.flatMap(({ role, group }) => (role === undefined ? [] : [{ role, group }]));
  return known.length === pairs.length ? known : undefined;
}

/** At least 24 bytes each, as Standard Webhooks asks; a second one while a rotation lasts. */
function readDeskSecrets(text: string): Secret[] | undefined {
  const secrets = text.split(',').map((part) => part.trim());
  const isOne = (part: string) => {
    const [, body = ''] = /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(part) ?? [];
    const { length } = Buffer.from(body, 'base64');
    return length >= 24 && length <= 64;
  };
  return secrets.every(isOne) ? secrets.map(hide) : undefined;
}

function readSecrets(text: string): Secret[] | undefined {
  const secrets = text.split(',').map((part) => part.trim());
  return secrets.every((part) => /^[\x21-\x7e]{16,}$/.test(part)) ? secrets.map(hide) : undefined;
}

/** The account is part of it, as everything we ask for lies below. */
function readAccountUrl(text: string): string | undefined {
  const url = publicBase(text);
  return url !== undefined && /\/api\/v1\/accounts\/\d+$/.test(url) ? url : undefined;
}

const isLoopbackUrl = (text: string | undefined) => isLoopback(URL.parse(text ?? '')?.hostname ?? '');

const postgres = (text: string) => address(text, 'postgres:', 'postgresql:') && text;
const contentSid = optional(
  'the Content SID of an approved template, HX and 32 hex digits',
  matching(/^HX[0-9a-f]{32}$/),
);

const Settings = z.object({
  PORT: needed('a port number from 1 to 65535', readPort).default(3000),
  PUBLIC_URL: needed(
    'the base URL that Twilio and browsers call, such as https://bot.example.id, with https (http only on localhost), without query, fragment or credentials',
    publicBase,
  ),
  REDIS_URL: needed('redis://host:port, rediss://host:port or redis-cluster://host:port,host:port', (text) =>
    redisCluster.test(text) || address(text, 'redis:', 'rediss:') ? text : undefined,
  ),
  DATABASE_URL: needed('postgres://user:password@host:port/database of the application role', postgres),
  DATABASE_OWNER_URL: optional('postgres://user:password@host:port/database of the owner, or leave it out', postgres),
  ALLOW_UNSAFE_POSTGRES: needed('1, or leave it out', oneOf({ '1': true, '0': false })).default(false),
  ALLOW_FAILPOINTS: needed('1, or leave it out', oneOf({ '1': true, '0': false })).default(false),
  FAILPOINT: optional('name:nth:kill, hang, throw or delay, or leave it out', readFailpoint),
  TWILIO_ACCOUNT_SID: needed('the account SID, AC and 32 hex digits', matching(/^AC[0-9a-f]{32}$/)),
  TWILIO_AUTH_TOKEN: needed("the account's auth token", secret),
  TWILIO_AUTH_TOKEN_PREVIOUS: optional('the auth token before the rotation, or leave it out', secret),
  TWILIO_SMS_FROM: optional(
    'a number such as +6281200000000, a short code of 3 to 8 digits, or a registered name of 1 to 11 letters, digits and blanks',
    matching(new RegExp(`^(${e164}|\\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$`)),
  ),
  TWILIO_WHATSAPP_FROM: optional(
    'a WhatsApp sender such as whatsapp:+6281200000000',
    matching(new RegExp(`^whatsapp:${e164}$`)),
  ),
  TWILIO_MESSAGING_SERVICE_SID: optional(
    "the messaging service's SID, MG and 32 hex digits",
    matching(/^MG[0-9a-f]{32}$/),
  ),
  TWILIO_SMS_TWO_WAY: optional('true or false, or leave it out', oneOf({ true: true, false: false })),
  TWILIO_API_URL: needed("the base URL of Twilio's REST API, without query or fragment", base).default(
    'https://api.twilio.com',
  ),
  WHATSAPP_BUTTONS: needed('on or off', oneOf({ on: true, off: false })).default(false),
  TEMPLATE_CODE_ID: contentSid,
  TEMPLATE_CODE_EN: contentSid,
  TEMPLATE_NOTICE_AGENT_ID: contentSid,
  TEMPLATE_NOTICE_AGENT_EN: contentSid,
  SMTP_URL: needed('smtp://host:port or smtps://user:password@host:port', (text) =>
    address(text, 'smtp:', 'smtps:') ? hide(text) : undefined,
  ),
  MAIL_FROM: needed(
    'the sender of mails, such as data@example.id or "Ubah Data <data@example.id>"',
    matching(new RegExp(`^(${mailbox}|[^\\p{Cc}<>"]+ <${mailbox}>)$`, 'u')),
  ),
  DIRECTORY_URL: needed('the base URL of the participant directory, without query or fragment', base),
  DIRECTORY_TOKEN: needed("the directory's bearer token", secret),
  ENCRYPTION_KEYS: needed(
    'a list of id:key separated by commas, each key 32 random bytes in base64 (openssl rand -base64 32), each id once',
    readKeys,
  ),
  // Texts with the brand must fit one GSM-7 segment: characters that cost a septet each, and not too many.
  BRAND: needed(
    '1 to 30 letters, digits, blanks or plain punctuation',
    matching(/^[A-Za-z0-9 .,:&'()/+-]{1,30}$/),
  ).default('BPJS Kesehatan'),
  PRIVACY_URL: optional(
    'the https address of the privacy notice, or leave it out',
    (text) => address(text, 'https:')?.href,
  ),
  TIME_ZONE: needed('a time zone such as Asia/Jakarta', readTimeZone).default('Asia/Jakarta'),
  CARE_CENTER_HOURS: needed('hours such as Mon-Fri 08:00-17:00; Sat 08:00-12:00, or always', readHours).default(
    'always',
  ),
  METRICS_TOKEN: optional('the bearer token for /metrics, or leave it out for loopback only', secret),
  CONSOLE_AUTH: optional(
    'oidc or off (dev is for npm start)',
    oneOf({ oidc: 'oidc', dev: 'dev', off: 'off' } as const),
  ),
  OIDC_ISSUER: optional("the identity provider's issuer, with https (http only on localhost)", (text) =>
    publicBase(text) === undefined ? undefined : text,
  ),
  OIDC_CLIENT_ID: optional('the client id at the identity provider', matching(/^[\x21-\x7e]+$/)),
  OIDC_CLIENT_SECRET: optional('the client secret at the identity provider', secret),
  OIDC_ROLE_CLAIM: needed(
    'the claim that names groups, such as groups or realm_access.roles',
    matching(/^\S+$/),
  ).default('groups'),
  OIDC_ROLES: optional(
    `role=group pairs with semicolons between them, such as agent=165-agents; supervisor=165-leads; roles: ${agentRoles.join(', ')}`,
    readRoles,
  ),
  DESK_URL: optional(
    'the address of the contact centre that is told of cases, with https (http only on localhost), without query or fragment',
    publicBase,
  ),
  DESK_SECRET: optional(
    'whsec_ and 24 to 64 random bytes in base64 (openssl rand -base64 32), two of them with a comma between while a rotation lasts',
    readDeskSecrets,
  ),
  CHATWOOT_URL: optional(
    "the base of Chatwoot's API with its account, such as https://chat.example.id/api/v1/accounts/1, with https (http only on localhost)",
    readAccountUrl,
  ),
  CHATWOOT_TOKEN: optional("an access token of Chatwoot: an administrator's or an agent's of that inbox", secret),
  CHATWOOT_INBOX_ID: optional('the number of the API inbox', (text) =>
    /^\d{1,9}$/.test(text) ? Number(text) : undefined,
  ),
  CHATWOOT_SECRET: optional(
    'the secret with which the API inbox signs its webhooks, two of them with a comma between while a rotation lasts',
    readSecrets,
  ),
  LOG_LEVEL: needed(
    'fatal, error, warn, info, debug, trace or silent',
    matching(/^(fatal|error|warn|info|debug|trace|silent)$/),
  ).default('info'),
});

const policyNames = Object.entries(PolicyShape.shape).flatMap(([group, shape]) =>
  Object.keys(shape.shape).map((key) => settingOf(group, key)),
);

/** Every setting that `readConfig` knows, `POLICY_…` included; `.env.example` names the same ones. */
export const settingNames: readonly string[] = [...Object.keys(Settings.shape), ...policyNames];

type Env = Record<string, string | undefined>;

/** What no single setting can say about itself. */
function complaintsAcross(env: Env): string[] {
  const complaints: string[] = [];
  if (env.FAILPOINT !== undefined && env.ALLOW_FAILPOINTS !== '1') {
    complaints.push('FAILPOINT: is for fault tests: leave it out');
  }
  const name = env.TWILIO_SMS_FROM;
  if (!(name || env.TWILIO_WHATSAPP_FROM || env.TWILIO_MESSAGING_SERVICE_SID)) {
    complaints.push(
      'TWILIO_SMS_FROM: is missing: put at least one sender, here or in TWILIO_WHATSAPP_FROM or TWILIO_MESSAGING_SERVICE_SID',
    );
  }
  if (env.TWILIO_SMS_TWO_WAY === 'true' && name && !isNumber(name)) {
    complaints.push('TWILIO_SMS_TWO_WAY: is not valid: put false, because a name in TWILIO_SMS_FROM cannot receive');
  }
  complaints.push(...consoleComplaints(env), ...deskComplaints(env));
  for (const unknown of Object.keys(env).filter((key) => key.startsWith('POLICY_') && !policyNames.includes(key))) {
    complaints.push(`${unknown}: is not a figure of the policy: see .env.example for their names`);
  }
  return complaints;
}

const consoleNeeds = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLES'] as const;

const wantsOidc = (env: Env) => env.CONSOLE_AUTH === 'oidc' || (!env.CONSOLE_AUTH && env.OIDC_ISSUER !== undefined);

function consoleComplaints(env: Env): string[] {
  if (env.CONSOLE_AUTH === 'dev' && (env.NODE_ENV === 'production' || !isLoopbackUrl(env.PUBLIC_URL))) {
    return ['CONSOLE_AUTH: is not valid: put oidc or off, because dev lets anybody in and exists on localhost alone'];
  }
  if (!wantsOidc(env)) return [];
  return consoleNeeds
    .filter((name) => env[name] === undefined)
    .map((name) => `${name}: is missing: the console signs in by OIDC and needs it, or put CONSOLE_AUTH=off`);
}

const deskNeeds = {
  DESK_URL: ['DESK_URL', 'DESK_SECRET'],
  CHATWOOT_URL: ['CHATWOOT_URL', 'CHATWOOT_TOKEN', 'CHATWOOT_INBOX_ID', 'CHATWOOT_SECRET'],
} as const;

/** One contact centre, with all of its settings. */
function deskComplaints(env: Env): string[] {
  const isNamed = (name: string) => env[name] !== undefined;
  const begun = Object.entries(deskNeeds).filter(([, names]) => names.some(isNamed));
  if (begun.length > 1)
    return ['CHATWOOT_URL: is not valid: leave it out, because DESK_URL names another contact centre'];
  return begun.flatMap(([first, names]) =>
    names
      .filter((name) => !isNamed(name))
      .map((name) => `${name}: is missing: the contact centre of ${first} needs it, or leave all of them out`),
  );
}

/**
 * Reads every setting of the production entry; an empty one counts as unset.
 * @throws ConfigError `config`  with one line `NAME: what is wrong and what to put there` for each setting, all at once,
 * and never a value
 */
export function readConfig(environment: Env): Config {
  const env: Env = Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const settings = Settings.safeParse(env);
  const policy = readPolicy(env);
  const complaints = [
    ...(settings.error?.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`) ?? []),
    ...complaintsAcross(env),
    ...('complaints' in policy ? policy.complaints : []),
  ];
  if (!settings.success || 'complaints' in policy || complaints.length > 0) throw new ConfigError(complaints);

  const set = settings.data;
  return {
    port: set.PORT,
    publicUrl: set.PUBLIC_URL,
    redisUrl: set.REDIS_URL,
    databaseUrl: set.DATABASE_URL,
    databaseOwnerUrl: set.DATABASE_OWNER_URL ?? set.DATABASE_URL,
    allowUnsafePostgres: set.ALLOW_UNSAFE_POSTGRES,
    failpoint: set.FAILPOINT,
    twilio: {
      accountSid: set.TWILIO_ACCOUNT_SID,
      authToken: set.TWILIO_AUTH_TOKEN,
      previousAuthToken: set.TWILIO_AUTH_TOKEN_PREVIOUS,
      smsFrom: set.TWILIO_SMS_FROM,
      whatsappFrom: set.TWILIO_WHATSAPP_FROM,
      messagingServiceSid: set.TWILIO_MESSAGING_SERVICE_SID,
      smsTwoWay: set.TWILIO_SMS_TWO_WAY ?? isNumber(set.TWILIO_SMS_FROM ?? ''),
      apiUrl: set.TWILIO_API_URL,
      whatsappButtons: set.WHATSAPP_BUTTONS,
      codeTemplates: { id: set.TEMPLATE_CODE_ID, en: set.TEMPLATE_CODE_EN },
      agentTemplates: { id: set.TEMPLATE_NOTICE_AGENT_ID, en: set.TEMPLATE_NOTICE_AGENT_EN },
    },
    smtpUrl: set.SMTP_URL,
    mailFrom: set.MAIL_FROM,
    directory: { url: set.DIRECTORY_URL, token: set.DIRECTORY_TOKEN },
    encryptionKeys: set.ENCRYPTION_KEYS,
    brand: set.BRAND,
    privacyUrl: set.PRIVACY_URL,
    timeZone: set.TIME_ZONE,
    careCenterHours: set.CARE_CENTER_HOURS,
    metricsToken: set.METRICS_TOKEN,
    console: consoleOf(set),
    desk: deskOf(set),
    logLevel: set.LOG_LEVEL,
    policy,
  };
}

function consoleOf(set: z.infer<typeof Settings>): ConsoleConfig {
  if (set.CONSOLE_AUTH === 'dev') return { auth: 'dev' };
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_ROLES: roles } = set;
  if (set.CONSOLE_AUTH === 'off' || issuer === null || clientId === null || clientSecret === null || roles === null) {
    return { auth: 'off', missing: consoleNeeds.filter((name) => set[name] === null) };
  }
  return { auth: 'oidc', issuer, clientId, clientSecret, roleClaim: set.OIDC_ROLE_CLAIM, roles };
}

function deskOf(set: z.infer<typeof Settings>): DeskConfig | null {
  const { DESK_URL, DESK_SECRET, CHATWOOT_URL, CHATWOOT_TOKEN, CHATWOOT_INBOX_ID, CHATWOOT_SECRET } = set;
  if (DESK_URL !== null && DESK_SECRET !== null) return { kind: 'webhook', url: DESK_URL, secrets: DESK_SECRET };
  if (CHATWOOT_URL === null || CHATWOOT_TOKEN === null || CHATWOOT_INBOX_ID === null || CHATWOOT_SECRET === null) {
    return null;
  }
  const [url, token, inboxId] = [CHATWOOT_URL, CHATWOOT_TOKEN, CHATWOOT_INBOX_ID];
  return { kind: 'chatwoot', url, token, inboxId, secrets: CHATWOOT_SECRET };
}
