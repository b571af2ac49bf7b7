// The whole product around one test: the real service, Redis, Postgres, SMTP, a directory and Twilio on loopback.
import { randomBytes, randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { readConfig } from '#src/config.ts';
import type { CaseDesk } from '#src/conversation/desk-port.ts';
import type { NumberRisk } from '#src/conversation/ports.ts';
import { createLogger } from '#src/log.ts';
import { startService } from '#src/main.ts';
import { createSampleDirectory, type SampleDirectory } from '#src/participants/sample-directory.ts';
import { createSampleMemory } from '#src/participants/sample-file.ts';
import { hide } from '#src/seal.ts';
import { type DirectoryServer, startDirectoryServer } from '#src/simulator/directory-server.ts';
import { freePort } from '#src/simulator/embedded/free-port.ts';
import { type MailReceiver, startMailReceiver } from '#src/simulator/embedded/mail.ts';
import {
  type EmulatedMessage,
  type InboundMessage,
  startTwilioEmulator,
  type TwilioEmulator,
} from '#src/simulator/twilio-emulator.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { redisUrl } from './redis.ts';

export const accountSid = 'AC00000000000000000000000000000001';
export const smsFrom = '+6281190000165';
export const whatsappFrom = 'whatsapp:+6281190000165';

type Said = string | Exclude<DistributiveOmit<InboundMessage, 'webhookUrl' | 'from' | 'to'>, string>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Somebody with a phone. */
export interface Person {
  address: string;
  /** @returns the reply, or `''` for silence */
  say(said: Said, messageSid?: string): Promise<string>;
  /** Everything that reached this phone out of turn, oldest first. */
  received(): string[];
}

export interface World {
  /** where the service listens */
  origin: string;
  /** what it is told it is called */
  publicUrl: string;
  authToken: string;
  twilio: TwilioEmulator;
  mail: MailReceiver;
  directory: SampleDirectory;
  directoryServer: DirectoryServer;
  database: TestDatabase;
  /** what the service was started with */
  settings: Readonly<Record<string, string>>;
  /** what reached a phone, oldest first, as it is shown there: Twilio's own copies lose their secrets */
  onPhones(): EmulatedMessage[];
  /** every line that the service logged */
  logged(): string;
  /** Moves the service's clock on; rows are moved by `passTime`. */
  sleep(ms: number): void;
  /** what the console does */
  desk(): CaseDesk;
  onWhatsApp(number: string): Person;
  onSms(number: string): Person;
  /** The code in the newest mail to that address. */
  codeMailedTo(address: string): Promise<string>;
  /** The code in the newest message to that number. */
  codeSentTo(number: string): Promise<string>;
  /** @param env  settings that are other ones from now on */
  restart(env?: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param env  settings beside the world's own, e.g. `POLICY_…`
 * @param people  of the directory, instead of the sample participants
 */
export async function createWorld(
  env: Record<string, string> = {},
  people = createSampleMemory(),
  parts: { numberRisk?: NumberRisk } = {},
): Promise<World> {
  const authToken = randomUUID();
  const directoryToken = hide(randomUUID());
  let skewMs = 0;
  const clock = { now: () => Date.now() + skewMs };
  const [database, mail, twilio, directory, port] = await Promise.all([
    createDatabase(),
    startMailReceiver(),
    startTwilioEmulator({ accountSid, authToken, senders: [smsFrom, whatsappFrom], now: clock.now }),
    createSampleDirectory({ store: people, clock }),
    freePort(),
  ]);
  const directoryServer = await startDirectoryServer({ directory, token: directoryToken });
  const origin = `http://localhost:${port}`;
  const settings: Record<string, string> = {
    PORT: String(port),
    PUBLIC_URL: origin,
    REDIS_URL: redisUrl(),
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    ALLOW_UNSAFE_POSTGRES: '1',
    // A crowded machine is no broken store: tests of the budgets set their own.
    POLICY_BUDGET_REDIS_MS: '2000',
    POLICY_BUDGET_POSTGRES_MS: '5000',
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_SMS_FROM: smsFrom,
    TWILIO_WHATSAPP_FROM: whatsappFrom,
    TWILIO_API_URL: twilio.url,
    SMTP_URL: mail.url,
    MAIL_FROM: 'BPJS Kesehatan <no-reply@example.com>',
    DIRECTORY_URL: directoryServer.url,
    DIRECTORY_TOKEN: directoryToken.reveal(),
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'debug',
    ...env,
  };
  let config = readConfig(settings);
  const lines: string[] = [];
  const destination = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const start = () => startService({ config, log: createLogger(config.logLevel, destination), clock, ...parts });
  let service = await start();
  const webhookUrl = `${origin}/webhooks/twilio/messaging`;

  const shown: EmulatedMessage[] = [];
  twilio.onMessage((message) => shown.push(message));

  const person = (from: string, to: string): Person => ({
    address: from,
    async say(said, messageSid) {
      const typed = typeof said === 'string' ? { body: said } : said;
      const sid = messageSid === undefined ? {} : { messageSid };
      const result = await twilio.sendInbound({ ...typed, ...sid, webhookUrl, from, to });
      if (result.status !== 200)
        throw new Error(`the webhook answered ${result.status}`, { cause: lines.slice(-3).join('') });
      if (result.replies.length > 1) throw new Error('more than one message in a reply');
      return result.replies[0] ?? '';
    },
    received: () =>
      shown
        .filter((message) => message.direction === 'outbound-api' && message.to === from)
        .map((message) => message.body),
  });
  const newestCode = async (texts: () => string[]) => {
    // A letter about the change may come after the one with the code.
    const code = () =>
      texts()
        .flatMap((text) => /\b\d{6}\b/.exec(text) ?? [])
        .at(-1);
    return eventually(code, 'a code');
  };

  return {
    origin,
    publicUrl: config.publicUrl,
    authToken: config.twilio.authToken.reveal(),
    twilio,
    mail,
    directory,
    directoryServer,
    database,
    settings,
    logged: () => lines.join(''),
    onPhones: () => [...shown],
    sleep(ms) {
      skewMs += ms;
    },
    desk: () => service.desk,
    onWhatsApp: (number) => person(`whatsapp:${number}`, whatsappFrom),
    onSms: (number) => person(number, smsFrom),
    codeMailedTo: (address) =>
      newestCode(() =>
        mail
          .mails()
          .filter((one) => one.to === address)
          .map((one) => one.text),
      ),
    codeSentTo: (number) =>
      newestCode(() =>
        shown
          .filter((one) => one.to.replace('whatsapp:', '') === number && one.direction === 'outbound-api')
          .map((one) => one.body),
      ),
    async restart(changes = {}) {
      await service.stop();
      config = readConfig(Object.assign(settings, changes));
      service = await start();
    },
    async stop() {
      await service.stop();
      await Promise.all([twilio.close(), mail.close(), directoryServer.stop()]);
      await database.drop();
    },
  };
}

/** Waits for a fact, not for a time. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  const until = Date.now() + 40_000;
  while (Date.now() < until) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never saw ${what}`);
}
