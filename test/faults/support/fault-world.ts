// Everything around the product, in this process: Twilio, SMTP, the directory, a fault proxy before each dependency, and
// a load balancer before the processes of the product, which are real ones.
import { randomBytes, randomUUID } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import type { Failpoint } from '#src/failpoint.ts';
import { createSampleDirectory, type SampleDirectory } from '#src/participants/sample-directory.ts';
import { openSeal } from '#src/records/lookup-key.ts';
import { hide, type Seal } from '#src/seal.ts';
import { type DirectoryServer, startDirectoryServer } from '#src/simulator/directory-server.ts';
import { freePort } from '#src/simulator/embedded/free-port.ts';
import { type MailReceiver, startMailReceiver } from '#src/simulator/embedded/mail.ts';
import { startTwilioEmulator, type TwilioEmulator } from '#src/simulator/twilio-emulator.ts';
import { createDatabase } from '../../support/database.ts';
import { redisUrl } from '../../support/redis.ts';
import { prepareTemplate } from '../../support/template.ts';
import { accountSid, smsFrom, whatsappFrom } from '../../support/world.ts';
import { createCrowdStore } from './crowd.ts';
import { type Desk, openDesk } from './desk.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type Product, startProduct } from './product.ts';

export type Dependency = 'redis' | 'postgres' | 'directory' | 'smtp' | 'twilio';

/** What the doubles saw, for the invariants. */
export interface Ledgers {
  /** every code that arrived somewhere, oldest first */
  codes: Map<string, string[]>;
  /** what reached a mailbox or a phone out of turn, oldest first, by its address */
  texts: Map<string, string[]>;
  /** Message-ID of each mail and `ref` of each message that arrived, as often as it did */
  arrivals: string[];
  /** every contact value that the directory really changed, oldest first */
  writes: { changeId: string; participantId: string; field: string; value: string }[];
  /** what each message said, by its id: however often it is delivered, it is one */
  spoken: Map<string, string>;
  /** how often the directory compared a PIN, by participant */
  pinChecks: Map<string, number>;
}

export interface FaultWorld {
  seal: Seal;
  twilio: TwilioEmulator;
  mail: MailReceiver;
  directory: SampleDirectory;
  directoryServer: DirectoryServer;
  ledgers: Ledgers;
  appUrl: string;
  ownerUrl: string;
  proxies: Record<Dependency, FaultProxy>;
  /** as configured at Twilio */
  webhookUrl: string;
  /** the same address, for messages that are to reach `calm` */
  calmUrl: string;
  /** processes that the balancer hands requests to: in turn, or always the first that lives */
  pool: Product[];
  calm: Product[];
  inOrder: boolean;
  /** Care Center 165, from the first time that it is asked for */
  desk(): Promise<Desk>;
  /**
   * @param armed  e.g. `turn.afterOpen:1:kill`
   * @param release  the folder of another release's code
   */
  start(armed?: `${Failpoint}:${number}:${'kill' | 'hang' | 'throw' | 'delay'}`, release?: string): Promise<Product>;
  stop(): Promise<void>;
}

export interface Surroundings {
  people: number;
  /** a server of the campaign's own; left out: the run's */
  redis?: { port: number };
  redisUrl?: string;
  postgres?: { appUrl: string; ownerUrl: string };
  env?: Record<string, string>;
}

export async function createFaultWorld(around: Surroundings): Promise<FaultWorld> {
  const authToken = randomUUID();
  const token = hide(randomUUID());
  const keyText = randomBytes(32);
  const database =
    around.postgres === undefined ? await createDatabase() : { ...around.postgres, drop: async () => undefined };
  if (around.postgres !== undefined) await prepareTemplate(database.ownerUrl, database.appUrl);
  const ledgers: Ledgers = {
    codes: new Map(),
    texts: new Map(),
    arrivals: [],
    writes: [],
    spoken: new Map(),
    pinChecks: new Map(),
  };
  const [mail, twilio, sample] = await Promise.all([
    startMailReceiver(),
    startTwilioEmulator({ accountSid, authToken, senders: [smsFrom, whatsappFrom] }),
    createSampleDirectory({ store: createCrowdStore(around.people), clock: { now: Date.now } }),
  ]);
  const directory = watched(sample, ledgers);
  const directoryServer = await startDirectoryServer({ directory, token });
  mail.onMail(({ to, text, messageId }) => {
    ledgers.arrivals.push(messageId.slice(1, messageId.indexOf('@')));
    noteText(ledgers, to, text);
  });
  twilio.onMessage(({ direction, to, body, statusCallback }) => {
    if (direction !== 'outbound-api') return;
    ledgers.arrivals.push(new URL(statusCallback ?? 'http://none/').searchParams.get('ref') ?? '');
    noteText(ledgers, to, body);
  });

  const redis = around.redis === undefined ? new URL(redisUrl()) : null;
  const postgres = new URL(database.appUrl);
  const at = (url: URL) => () => ({ host: url.hostname, port: Number(url.port) });
  const proxies: Record<Dependency, FaultProxy> = {
    redis: await startFaultProxy(
      redis === null ? () => ({ host: '127.0.0.1', port: around.redis?.port ?? 0 }) : at(redis),
    ),
    postgres: await startFaultProxy(at(postgres)),
    directory: await startFaultProxy(at(new URL(directoryServer.url))),
    smtp: await startFaultProxy(at(new URL(mail.url))),
    twilio: await startFaultProxy(at(new URL(twilio.url))),
  };
  const through = (url: string, { port }: FaultProxy) => {
    const other = new URL(url);
    other.hostname = '127.0.0.1';
    other.port = String(port);
    return other.href.replace(/\/$/, '');
  };

  const pool: Product[] = [];
  const calm: Product[] = [];
  const world = { inOrder: false };
  const live = (products: Product[]) => products.filter((one) => one.ended() === null);
  let turn = 0;
  const balancer = await startBalancer((isCalm) => {
    const products = live(isCalm ? calm : pool);
    if (!world.inOrder) turn += 1;
    return products.map((_, index) => products[(index + turn) % products.length] as Product);
  });
  const publicUrl = `http://localhost:${balancer.port}`;
  const env = {
    PUBLIC_URL: publicUrl,
    REDIS_URL: around.redisUrl ?? through(redis?.href ?? 'redis://127.0.0.1:1', proxies.redis),
    DATABASE_URL: through(database.appUrl, proxies.postgres),
    // Not through the proxy: migrations are no part of what is tried here.
    DATABASE_OWNER_URL: database.ownerUrl,
    ALLOW_UNSAFE_POSTGRES: '1',
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_SMS_FROM: smsFrom,
    TWILIO_WHATSAPP_FROM: whatsappFrom,
    TWILIO_API_URL: through(twilio.url, proxies.twilio),
    SMTP_URL: through(mail.url, proxies.smtp),
    MAIL_FROM: 'BPJS Kesehatan <no-reply@example.com>',
    DIRECTORY_URL: through(directoryServer.url, proxies.directory),
    DIRECTORY_TOKEN: token.reveal(),
    ENCRYPTION_KEYS: `k1:${keyText.toString('base64')}`,
    // Strangers are answered on a grid so that time tells nothing; here it would only take time.
    POLICY_IDENTIFY_REPLY_GRID_MS: '0',
    ...around.env,
  };
  const started: Product[] = [];
  const keys = [{ id: 'k1', bytes: keyText }];
  const seal = await openSeal({ databaseUrl: database.appUrl, keys, budgetMs: 2_000 });

  const messaging = `${publicUrl}/webhooks/twilio/messaging`;

  let desk: Promise<Desk> | null = null;
  const all: FaultWorld = Object.assign(world, {
    seal,
    twilio,
    mail,
    directory,
    directoryServer,
    ledgers,
    appUrl: database.appUrl,
    ownerUrl: database.ownerUrl,
    proxies,
    webhookUrl: `${messaging}#rc=5&rp=all`,
    calmUrl: `${messaging}?${calmMark}#rc=5&rp=all`,
    pool,
    calm,
    desk: () => (desk ??= openDesk(all)),
    async start(armed?: string, release?: string) {
      const port = await freePort();
      const failpoint = armed === undefined ? {} : { ALLOW_FAILPOINTS: '1', FAILPOINT: armed };
      const product = await startProduct({ ...env, ...failpoint, PORT: String(port) }, release);
      started.push(product);
      return product;
    },
    async stop() {
      await (await desk)?.close();
      for (const product of started) if (product.ended() === null) product.signal('SIGKILL');
      await Promise.all(started.map((product) => product.gone));
      await balancer.close();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
      await Promise.all([twilio.close(), mail.close(), directoryServer.stop()]);
      await database.drop();
    },
  });
  return all;
}

const calmMark = 'to=calm';

function noteText({ codes, texts }: Ledgers, to: string, text: string): void {
  texts.set(to, [...(texts.get(to) ?? []), text]);
  const code = /(?<![\d-])\d{6}(?!\d)/.exec(text)?.[0];
  const contact = to.replace('whatsapp:', '');
  if (code !== undefined) codes.set(contact, [...(codes.get(contact) ?? []), code]);
}

/** Keeps what the directory really did, apart from what it answered. */
function watched(directory: SampleDirectory, { writes, pinChecks }: Ledgers): SampleDirectory {
  // One at a time, or two would see the same "before".
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...directory,
    async verifyPin(participantId, typed, signal) {
      const verdict = await directory.verifyPin(participantId, typed, signal);
      pinChecks.set(participantId, (pinChecks.get(participantId) ?? 0) + 1);
      return verdict;
    },
    changeContact(change, signal) {
      const { changeId, participantId, field, value } = change;
      const work = last.then(async () => {
        const before = (await directory.read(participantId))[field];
        const verdict = await directory.changeContact(change, signal);
        const after = (await directory.read(participantId))[field];
        if (before !== after) writes.push({ changeId, participantId, field, value });
        return verdict;
      });
      last = work.catch(() => undefined);
      return work;
    },
  };
}

/** Hands each request to the first of its targets that takes the connection: what any load balancer does. */
async function startBalancer(
  targetsFor: (isCalm: boolean) => Product[],
): Promise<{ port: number; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const keep = (socket: Socket) => {
    open.add(socket);
    socket.setNoDelay(true).on('error', () => {});
    socket.once('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    client.once('data', (first: Buffer) => {
      client.pause();
      const order = targetsFor(first.subarray(0, first.indexOf('\r')).includes(calmMark));
      const tryNext = () => {
        const product = order.shift();
        if (product === undefined) return void client.destroy();
        const upstream = connect(product.port, '127.0.0.1');
        keep(upstream);
        upstream.once('error', tryNext).once('connect', () => {
          upstream.off('error', tryNext);
          upstream.write(first);
          client.pipe(upstream).pipe(client);
          client.once('close', () => upstream.destroy());
          upstream.once('close', () => client.destroy());
        });
      };
      tryNext();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
