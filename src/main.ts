// The composition root: the only file that imports everything. As a program it is `npm run serve`.
import { createServer } from 'node:http';
import type { Router } from 'express';
import { createWording } from '#machines/copy/render.ts';
import { createUnderstanding } from '#machines/understanding/understand.ts';
import { createApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { createAdvance } from './conversation/advance.ts';
import { createHandleTurn } from './conversation/handle-turn.ts';
import type { Clock } from './conversation/ports.ts';
import { provideActors } from './conversation/provide-actors.ts';
import { ConfigError } from './errors.ts';
import { armFailpoint } from './failpoint.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createMetricsRoutes } from './metrics-routes.ts';
import { createMailer } from './notices/mail.ts';
import { createCodeSender } from './notices/send-code.ts';
import { createNoticeSender } from './notices/send-notice.ts';
import { createHttpDirectory } from './participants/http-directory.ts';
import { createRecords } from './records/create-records.ts';
import { checkDurability } from './records/durability.ts';
import { queueNames } from './records/jobs.ts';
import { migrate } from './records/migrate.ts';
import { registerJobs } from './records/register-jobs.ts';
import { createSeal, hide } from './seal.ts';
import { connectRedisSessions } from './sessions/redis-sessions.ts';
import { createTwilioRoutes } from './twilio/routes.ts';
import { createMessenger } from './twilio/send.ts';

export interface Service {
  /** where it listens */
  url: string;
  /** No request is cut and no job left half-done; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * @param mounts  routers before the product's own, e.g. the simulator's
 * @throws what the first missing dependency says
 */
export async function startService({
  config,
  mounts = [],
  log = createLogger(config.logLevel),
  clock = { now: Date.now },
}: {
  config: Config;
  mounts?: readonly Router[];
  log?: Logger;
  clock?: Clock;
}): Promise<Service> {
  const { policy } = config;
  armFailpoint(config.failpoint);
  const seal = createSeal(config.encryptionKeys);
  const wording = createWording({
    ...config,
    codeDigits: policy.otp.digits,
    pinDigits: policy.pin.digits,
  });
  const metrics = createMetrics({ queues: queueNames });
  const directory = metrics.observeDirectory(
    createHttpDirectory({ ...config.directory, budgetMs: policy.budget.directoryMs }),
  );
  const messenger = metrics.observeMessenger(
    createMessenger(config.twilio, config.publicUrl, { budgetMs: policy.budget.twilioMs }),
  );
  const mailer = metrics.observeMailer(createMailer({ ...config, budgetMs: policy.budget.smtpMs }));

  for (const warning of await migrate({ ownerUrl: config.databaseOwnerUrl, appUrl: config.databaseUrl })) {
    log.warn('database.warning');
    console.warn(warning);
  }
  const recordsLog = log.child({ component: 'records' });
  const records = createRecords({
    config,
    seal,
    directory,
    log: (event, fields) => {
      recordsLog.warn(event, fields);
      if (event === 'job.failed' && fields.queue !== undefined) metrics.jobFailed(fields.queue);
    },
  });
  if (!config.allowUnsafePostgres) refuse(await checkDurability(records.database));
  const codeSender = createCodeSender({
    codes: records.challenges,
    messenger,
    mailer,
    wording,
    templates: config.twilio.codeTemplates,
  });
  const sendNotice = createNoticeSender({
    ...records,
    messenger,
    mailer,
    wording,
    smsTwoWay: config.twilio.smsTwoWay,
  });
  const sessions = await connectRedisSessions({
    url: config.redisUrl,
    seal,
    budgetMs: policy.budget.redisMs,
    onError: (error) => log.warn('redis.error', { component: 'sessions', error }),
  });

  const machine = provideActors({
    ...records,
    directory,
    delivery: codeSender,
    policy,
    whatsappCodes: config.twilio.codeTemplates.id !== null,
    ownNumbers: [config.twilio.smsFrom, config.twilio.whatsappFrom?.replace('whatsapp:', '')].filter(
      (number) => number !== null && number !== undefined,
    ),
    onFailure: (actor, error) => log.warn('actor.failed', { component: actor, error }),
  });
  const advance = createAdvance({
    machine,
    understanding: createUnderstanding({ hide }),
    digits: { code: policy.otp.digits, pin: policy.pin.digits },
    turnMs: policy.budget.turnMs,
  });
  const handleTurn = createHandleTurn({
    ...records,
    sessions: metrics.observeSessions(sessions),
    advance: metrics.observeAdvance(advance),
    seal,
    wording,
    policy,
    clock,
    today: dateIn(config.timeZone),
  });
  const app = createApp({
    twilioRoutes: createTwilioRoutes({
      twilio: config.twilio,
      publicUrl: config.publicUrl,
      limits: policy.webhook,
      handleTurn: metrics.observeTurns(handleTurn),
      takeReport: async ({ ref, status, errorCode }) =>
        log.info('delivery.reported', { ref, state: status, errorCode }),
      log: log.child({ component: 'twilio' }),
    }),
    dependencies: { redis: sessions.ping, postgres: records.health },
    mounts: [createMetricsRoutes({ metrics, token: config.metricsToken }), ...mounts],
    log: log.child({ component: 'http' }),
  });

  await records.start();
  await registerJobs({ ...records, sendNotice, recoverCode: codeSender.recover });
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, resolve);
  });
  log.info('service.started', { port: config.port });

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    await closed;
    await records.stop();
    await sessions.close();
    mailer.close();
    log.info('service.stopped');
  };
  return {
    url: `http://localhost:${config.port}`,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

function refuse(complaints: string[]): void {
  if (complaints.length > 0) throw new ConfigError(complaints);
}

/** @returns the date of a moment in that zone, YYYY-MM-DD */
function dateIn(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return (at) => format.format(at);
}

async function serve(): Promise<void> {
  try {
    const service = await startService({ config: readConfig(process.env) });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        service.stop().then(
          () => process.exit(0),
          () => process.exit(1),
        );
      });
    }
  } catch (error) {
    // Nothing is logged as JSON here: whoever starts it by hand reads this.
    if (error instanceof ConfigError) console.error(error.message);
    else console.error(error instanceof Error ? `${error.name}: ${error.message}` : 'The start failed.');
    process.exit(1);
  }
}

if (import.meta.main) await serve();
