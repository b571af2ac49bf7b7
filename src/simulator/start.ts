// Brings everything that the product needs and the environment does not give, then starts the product as production does.
import { createServer } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { type Config, readConfig } from '#src/config.ts';
import { createLogger, type Logger } from '#src/log.ts';
import { startService } from '#src/main.ts';
import { createSampleDirectory, type SampleDirectory } from '#src/participants/sample-directory.ts';
import { createSampleFile } from '#src/participants/sample-file.ts';
import { hide } from '#src/seal.ts';
import { keptSettings, lockFolder, StartError } from './data-folder.ts';
import { startDirectoryServer } from './directory-server.ts';
import { freePort } from './embedded/free-port.ts';
import { type MailReceiver, startMailReceiver } from './embedded/mail.ts';
import { startPostgres } from './embedded/postgres.ts';
import { startRedis, startRedisStandIn } from './embedded/redis.ts';
import { eraseRecords, forgetSessions, isLocal } from './erase.ts';
import { passTime } from './pass-time.ts';
import { createSimulatorRoutes } from './routes.ts';
import { type Content, startTwilioEmulator } from './twilio-emulator.ts';
import { createWorld } from './world.ts';

export interface Simulator {
  /** of the page */
  url: string;
  /** where each thing comes from, in words for the operator */
  parts: Record<'postgres' | 'redis' | 'mail' | 'directory' | 'twilio', string>;
  /** Lets what runs end, and keeps the data. May be called twice. */
  stop(): Promise<void>;
}

type Env = Record<string, string | undefined>;

const defaults = {
  PORT: '3000',
  MAIL_FROM: 'Ubah Data <ubah-data@example.com>',
  TWILIO_SMS_FROM: '+6281290000165',
  TWILIO_WHATSAPP_FROM: 'whatsapp:+6281290000165',
};

/** What is under way: the settings so far, and how to end what was started. */
interface Start {
  env: Env;
  dataDir: string;
  endings: (() => unknown)[];
}

/**
 * @param options.env  what is set there is never replaced; an empty setting counts as unset. `PORT=0`: any free one
 * @param options.dataDir  kept between starts; for one start at a time
 * @throws StartError or ConfigError with sentences for the operator
 */
export async function startSimulator(options: { env: Env; dataDir: string; log?: Logger }): Promise<Simulator> {
  const dataDir = resolve(options.dataDir);
  const lock = lockFolder(dataDir);
  const endings: Start['endings'] = [() => lock.release()];
  const end = async () => {
    // The last one first. One that fails must not keep the others running.
    for (const ending of endings.splice(0).reverse()) {
      try {
        await ending();
      } catch {}
    }
  };
  let stopped: Promise<void> | undefined;
  try {
    const asked = withoutEmpty(options.env);
    // Our own phones have buttons; whoever brings an account of Twilio decides.
    const buttons = asked.TWILIO_AUTH_TOKEN === undefined ? { WHATSAPP_BUTTONS: 'on' } : {};
    const env = { ...defaults, ...buttons, ...keptSettings(dataDir), ...asked };
    const running = await bring({ env, dataDir, endings }, options.log);
    return {
      ...running,
      stop() {
        stopped ??= end();
        return stopped;
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function bring(start: Start, givenLog: Logger | undefined): Promise<Omit<Simulator, 'stop'>> {
  const { env, endings } = start;
  env.PORT = await portOf(env.PORT ?? '');
  env.PUBLIC_URL ??= `http://localhost:${env.PORT}`;
  // Anybody may come in as a sample agent, so only where nobody else can reach it.
  if (env.CONSOLE_AUTH === undefined && env.OIDC_ISSUER === undefined && env.NODE_ENV !== 'production') {
    env.CONSOLE_AUTH = isLocal(env.PUBLIC_URL) ? 'dev' : 'off';
  }
  const twilioPort = await freePort();
  const twilio = env.TWILIO_API_URL === undefined ? 'an emulator on this machine' : given('TWILIO_API_URL');
  env.TWILIO_API_URL ??= `http://127.0.0.1:${twilioPort}`;

  const [postgres, redis, mail, directory] = await allOrNone([
    bringPostgres(start),
    bringRedis(start),
    bringMailbox(start),
    bringDirectory(start),
  ]);
  const config = readConfig(env);
  const localUrl = `http://localhost:${config.port}`;
  const contents = new Map<string, Content>();
  const world = await createWorld({
    startTwilio: async () => {
      const emulator = await startTwilioEmulator({ ...emulatorOptions(config), port: twilioPort, contents });
      emulator.route(config.publicUrl, localUrl);
      return emulator;
    },
    mailbox: mail.brought,
    directory: directory.brought,
    webhookUrl: `${config.publicUrl}/webhooks/twilio/messaging#rc=5&rp=all`,
    senders: { sms: config.twilio.smsFrom, whatsapp: config.twilio.whatsappFrom },
    memory: memoryOf(config),
    now: Date.now,
  });
  endings.push(() => world.close());

  const routes = createSimulatorRoutes(world, config);
  const log = givenLog ?? createLogger(config.logLevel);
  const service = await startService({ config, host: '127.0.0.1', mounts: [routes.router], log });
  endings.push(() => service.stop());
  endings.push(() => routes.close());
  return {
    url: `${localUrl}/simulator`,
    parts: { postgres: postgres.from, redis: redis.from, mail: mail.from, directory: directory.from, twilio },
  };
}

// --- what is brought where the environment gives nothing -----------------------------------------------------------------

interface Part<Brought = null> {
  brought: Brought | null;
  from: string;
}

const given = (setting: string) => `yours (${setting})`;

async function bringPostgres({ env, dataDir, endings }: Start): Promise<Part> {
  if (env.DATABASE_URL !== undefined || env.DATABASE_OWNER_URL !== undefined) {
    return { brought: null, from: given('DATABASE_URL') };
  }
  const folder = join(dataDir, 'postgres');
  const postgres = await startPostgres({ dataDir: folder, fsync: true });
  endings.push(() => postgres.stop());
  env.DATABASE_URL = postgres.appUrl;
  env.DATABASE_OWNER_URL = postgres.ownerUrl;
  return { brought: null, from: `a private server, data in ${shown(folder)}` };
}

async function bringRedis({ env, dataDir, endings }: Start): Promise<Part> {
  if (env.REDIS_URL !== undefined) return { brought: null, from: given('REDIS_URL') };
  const folder = join(dataDir, 'redis');
  const server = await startRedis({ dataDir: folder });
  const redis = server ?? (await startRedisStandIn());
  endings.push(() => redis.stop());
  env.REDIS_URL = redis.url;
  const from =
    server === null
      ? 'a stand-in in memory, as no redis-server is on the PATH: a restart costs the place in the conversation'
      : `a private server, data in ${shown(folder)}`;
  return { brought: null, from };
}

async function bringMailbox({ env, endings }: Start): Promise<Part<MailReceiver>> {
  if (env.SMTP_URL !== undefined) return { brought: null, from: given('SMTP_URL') };
  const mailbox = await startMailReceiver();
  endings.push(() => mailbox.close());
  env.SMTP_URL = mailbox.url;
  return { brought: mailbox, from: 'a mailbox on the page' };
}

async function bringDirectory({ env, dataDir, endings }: Start): Promise<Part<SampleDirectory>> {
  if (env.DIRECTORY_URL !== undefined) return { brought: null, from: given('DIRECTORY_URL') };
  const file = join(dataDir, 'directory.json');
  const directory = await createSampleDirectory({ store: createSampleFile(file), clock: { now: Date.now } });
  const server = await startDirectoryServer({ directory, token: hide(env.DIRECTORY_TOKEN ?? '') });
  endings.push(() => server.stop());
  env.DIRECTORY_URL = server.url;
  return { brought: directory, from: `five sample participants, in ${shown(file)}` };
}

function emulatorOptions({ twilio }: Config) {
  const { smsFrom, whatsappFrom, messagingServiceSid } = twilio;
  const senders = [smsFrom, whatsappFrom].filter((sender) => sender !== null);
  return {
    accountSid: twilio.accountSid,
    authToken: twilio.authToken.reveal(),
    oneWaySenders: twilio.smsTwoWay || smsFrom === null ? [] : [smsFrom],
    ...(messagingServiceSid === null ? {} : { services: { [messagingServiceSid]: senders } }),
  };
}

type Memory = NonNullable<Parameters<typeof createWorld>[0]['memory']>;

function memoryOf({ databaseOwnerUrl, redisUrl }: Config): Memory | null {
  if (!isLocal(databaseOwnerUrl) || !isLocal(redisUrl)) return null;
  return {
    erase: () => eraseRecords(databaseOwnerUrl),
    forgetPlaces: () => forgetSessions(redisUrl),
    passTime: (ms) => passTime(databaseOwnerUrl, ms),
  };
}

// --- small things ------------------------------------------------------------------------------------------------------------

/** Waits for all of them, so that each one that came up can be ended when another did not. */
async function allOrNone<const Parts extends readonly Promise<unknown>[]>(
  parts: Parts,
): Promise<{ -readonly [Index in keyof Parts]: Awaited<Parts[Index]> }> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

/** Asked before anything is started, so that the answer comes at once. */
async function portOf(wanted: string): Promise<string> {
  if (wanted === '0') return String(await freePort());
  // What is no port at all is the configuration's to complain about.
  if (!/^\d{1,5}$/.test(wanted) || Number(wanted) > 65_535) return wanted;
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once('error', (error: NodeJS.ErrnoException) => fail(portTrouble(wanted, error)));
    probe.listen(Number(wanted), () => probe.close(() => done()));
  });
  return wanted;
}

function portTrouble(port: string, cause: NodeJS.ErrnoException): StartError {
  const other = `PORT=${Number(port) === 3000 ? 3001 : 3000} npm start`;
  if (cause.code === 'EADDRINUSE') {
    return new StartError(`Port ${port} is taken by another program. Use another one: ${other}`, { cause });
  }
  return new StartError(`Port ${port} cannot be used (${cause.code}). Use another one: ${other}`, { cause });
}

function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
}

const shown = (path: string) => relative(process.cwd(), path) || path;
