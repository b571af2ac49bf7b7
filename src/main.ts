// The composition root: the only file that imports everything. As a program it is `npm run serve`.
import type { Router } from 'express';
import { showMobile } from '#machines/copy/masking.ts';
import { createWording } from '#machines/copy/render.ts';
import { createUnderstanding } from '#machines/understanding/understand.ts';
import { createApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { createConsole } from './console/routes.ts';
import { createAdvance } from './conversation/advance.ts';
import { createAnswerOnPage } from './conversation/answer-on-page.ts';
import { boundTurns } from './conversation/bounded-turns.ts';
import { createCaseDesk } from './conversation/case-desk.ts';
import type { CaseDesk } from './conversation/desk-port.ts';
import { createEnter, createIsInWindow } from './conversation/enter.ts';
import { createFollowCase, createWatchStep } from './conversation/follow-case.ts';
import { createHandleTurn, inputOf } from './conversation/handle-turn.ts';
import { lookOnly } from './conversation/look-only-desk.ts';
import type { Clock, NumberRisk, Sender } from './conversation/ports.ts';
import { provideActors } from './conversation/provide-actors.ts';
import { createTakeDeskCall } from './conversation/take-desk-call.ts';
import { createTellNews } from './conversation/tell-desk.ts';
import { createTellUndelivered } from './conversation/tell-undelivered.ts';
import { createDesk } from './desk/create-desk.ts';
import { ConfigError, UnavailableError } from './errors.ts';
import { armFailpoint } from './failpoint.ts';
import { createGuard, type Guard } from './guard.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics, type GuardedDependency } from './metrics.ts';
import { createMetricsRoutes } from './metrics-routes.ts';
import { createFindOut } from './notices/find-out.ts';
import { createMailer } from './notices/mail.ts';
import { createCodeSender } from './notices/send-code.ts';
import { createNoticeSender } from './notices/send-notice.ts';
import { createHttpDirectory } from './participants/http-directory.ts';
import { createPinPageRoutes } from './pin-page/routes.ts';
import { createRecords, type RecordsLog } from './records/create-records.ts';
import { checkDurability } from './records/durability.ts';
import { queueNames, upkeepNames } from './records/jobs.ts';
import { openSeal } from './records/lookup-key.ts';
import { migrate } from './records/migrate.ts';
import { registerJobs } from './records/register-jobs.ts';
import { startUpkeep } from './records/upkeep.ts';
import { hide } from './seal.ts';
import { listen } from './server.ts';
import { connectRedisSessions } from './sessions/redis-sessions.ts';
import { spendCeiling } from './spend-ceiling.ts';
import { createReadCard } from './twilio/contact-cards.ts';
import { createOfferChoices } from './twilio/content.ts';
import { createMediaSource } from './twilio/media.ts';
import { createTwilioRoutes } from './twilio/routes.ts';
import { createMessageRecords, createMessenger } from './twilio/send.ts';
import { watchMessenger } from './twilio/watch.ts';

export interface Service {
  /** where it listens */
  url: string;
  /** what the console does, for whoever brings another one */
  desk: CaseDesk;
  /** No request is cut and no job left half-done; a second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * @param mounts  routers before the product's own, e.g. the simulator's
 * @param host  the one address to listen on; every one when left out
 * @throws what the first missing dependency says
 */
export async function startService({
  config,
  mounts = [],
  host,
  log = createLogger(config.logLevel),
  clock = { now: Date.now },
  numberRisk = { of: async () => 'unknown' },
}: {
  config: Config;
  mounts?: readonly Router[];
  host?: string;
  log?: Logger;
  clock?: Clock;
  numberRisk?: NumberRisk;
}): Promise<Service> {
  const { policy } = config;
  const wording = createWording({
    ...config,
    chat: chatOf(config.twilio),
    codeDigits: policy.otp.digits,
    pinDigits: policy.pin.digits,
  });
  const metrics = createMetrics({ queues: [...queueNames, ...upkeepNames] });
  const guardFor = (dependency: GuardedDependency): Guard =>
    createGuard({
      ...policy[dependency],
      dependency,
      openMs: policy[dependency].openSeconds * 1000,
      onChange(state) {
        metrics.circuitChanged(dependency, state);
        log.warn(`${dependency}.circuit`, { state });
      },
    });
  const directory = metrics.observeDirectory(
    createHttpDirectory({
      ...config.directory,
      budgetMs: policy.budget.directoryMs,
      guard: guardFor('directory'),
    }),
  );
  const twilioBounds = { budgetMs: policy.budget.twilioMs, guard: guardFor('twilio') };
  const sentMessages = createMessageRecords(config.twilio, twilioBounds);
  const watched = watchMessenger(createMessenger(config.twilio, config.publicUrl, twilioBounds), {
    records: sentMessages,
    onMistake: (providerCode) => log.error('twilio.misconfigured', { component: 'twilio', providerCode }),
  });
  const messenger = metrics.observeMessenger(watched);
  const mailer = metrics.observeMailer(
    createMailer({
      ...config,
      budgetMs: policy.budget.smtpMs,
      connections: policy.smtp.atOnce,
      guard: guardFor('smtp'),
    }),
  );

  for (const warning of await migrate({ ownerUrl: config.databaseOwnerUrl, appUrl: config.databaseUrl })) {
    log.warn('database.warning');
    console.warn(warning);
  }
  const seal = await openSeal({
    databaseUrl: config.databaseUrl,
    keys: config.encryptionKeys,
    budgetMs: policy.budget.postgresMs,
  });
  const recordsLog = log.child({ component: 'records' });
  const records = createRecords({
    config,
    seal,
    directory,
    log: (event, fields) => {
      (isAlarm.has(event) ? recordsLog.error : recordsLog.warn)(event, fields);
      if (event === 'sending.pumping') metrics.sendingAlarmed('pumping');
      if (event === 'sending.filtered') metrics.sendingAlarmed('filtered');
      if (event === 'message.altered') metrics.messageAltered();
      if (event === 'job.failed' && fields.queue !== undefined) metrics.jobFailed(fields.queue);
    },
  });
  if (!config.allowUnsafePostgres) refuse(await checkDurability(records.database));
  const findOut = createFindOut({ ...records, sentMessages });
  const codeSender = createCodeSender({
    codes: records.challenges,
    messenger,
    mailer,
    wording,
    templates: config.twilio.codeTemplates,
    findOut,
  });
  const sessions = await connectRedisSessions({
    url: config.redisUrl,
    seal,
    budgetMs: policy.budget.redisMs,
    onError: (error) => log.warn('redis.error', { component: 'sessions', error }),
  });
  const { smsTwoWay } = config.twilio;
  const isInWindow = createIsInWindow({ sessions, clock });
  const sendNotice = createNoticeSender({ ...records, messenger, mailer, wording, smsTwoWay, findOut, isInWindow });

  const whatsappCodes = config.twilio.codeTemplates.id !== null;
  const machine = provideActors({
    ...records,
    directory,
    delivery: codeSender,
    policy,
    numberRisk,
    clock,
    whatsappCodes,
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
    publicUrl: config.publicUrl,
    mark: (about) => seal.index('choice', about).slice(0, 16),
    readCard: createReadCard(config.twilio, { log }),
  });
  const conversation = {
    ...records,
    sessions: metrics.observeSessions(sessions),
    advance: metrics.observeAdvance(advance),
    seal,
    wording,
    policy,
    clock,
  };
  const inputFor = ({ conversation: key, ...sender }: Sender) => inputOf({ key, ...sender, policy });
  const watchStep = createWatchStep({ ...conversation, inputFor });
  const enter = createEnter({ ...conversation, smsTwoWay, watchStep });
  const followCase = createFollowCase({ ...records, enter });
  const desk = createCaseDesk({
    ...conversation,
    followCase,
    onFailure: (error) => log.warn('case.notFollowed', { component: 'desk', error }),
  });
  const deskLog = log.child({ component: 'desk' });
  const elsewhere =
    config.desk === null
      ? null
      : createDesk({
          config: config.desk,
          links: records.deskLinks,
          take: createTakeDeskCall({ desk, calls: records.deskCalls }),
          budgetMs: policy.budget.deskMs,
          maxKilobytes: policy.webhook.maxKilobytes,
          clock,
          log: deskLog,
        });
  const careCenter = createConsole({
    config,
    seal,
    desk: elsewhere === null ? desk : lookOnly(desk),
    sessions: records.agentSessions,
    media: createMediaSource(config.twilio),
    clock,
    log: log.child({ component: 'console' }),
  });
  const offerChoices = config.twilio.whatsappButtons
    ? createOfferChoices(config.twilio, {
        messenger,
        guard: twilioBounds.guard,
        log: log.child({ component: 'choices' }),
      })
    : null;
  const handleTurn = createHandleTurn({
    ...conversation,
    followCase,
    watchStep,
    offerChoices,
    today: dateIn(config.timeZone),
  });
  const answerOnPage = createAnswerOnPage({ ...conversation, enter });
  const tellUndelivered = createTellUndelivered({ ...records, enter, whatsappCodes });
  const app = createApp({
    twilioRoutes: createTwilioRoutes({
      twilio: config.twilio,
      publicUrl: config.publicUrl,
      limits: policy.webhook,
      handleTurn: boundTurns(metrics.observeTurns(handleTurn), {
        atOnce: policy.server.turnsAtOnce,
        perSender: policy.server.turnsPerSender,
      }),
      takeReport: async (report) => {
        await records.deliveries.report(report);
        const { ref, status, failure } = report;
        const write = failure?.why === 'configuration' ? log.error : log.info;
        write('delivery.reported', { ref, state: status, errorCode: failure?.providerCode });
      },
      log: log.child({ component: 'twilio' }),
    }),
    pinPageRoutes: createPinPageRoutes({
      answerOnPage,
      pinDigits: policy.pin.digits,
      brand: config.brand,
      log: log.child({ component: 'pin-page' }),
    }),
    dependencies: { redis: sessions.ping, postgres: records.health, twilio: watched.health },
    mounts: [
      createMetricsRoutes({ metrics, token: config.metricsToken }),
      careCenter.router,
      ...(elsewhere === null ? [] : [elsewhere.router]),
      ...mounts,
    ],
    log: log.child({ component: 'http' }),
  });

  armFailpoint(config.failpoint);
  await records.start();
  await registerJobs({
    ...records,
    sendNotice,
    recoverCode: codeSender.recover,
    tellUndelivered,
    redact: sentMessages.redact,
    followCase,
    tellNews:
      elsewhere === null
        ? null
        : createTellNews({
            outbox: records.deskOutbox,
            desk: elsewhere.desk,
            onRefused: ({ caseId, type, status, isFinal }) =>
              (isFinal ? deskLog.error : deskLog.warn)('desk.notTold', { caseId, reason: type, status }),
          }),
  });
  const upkeep = await startUpkeep({ ...records, config, seal, log: recordsLog });
  const server = await listen(app, { port: config.port, host, maxConnections: policy.server.connections });
  const ceiling = spendCeiling(policy);
  const sayCeiling = ceiling.isUnmeasured ? log.warn : log.info;
  sayCeiling('spend.ceiling', {
    count: ceiling.codesPerDay + ceiling.warningsPerDay,
    costPerDay: ceiling.rupiahPerDay,
  });
  log.info('service.started', { port: config.port });

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    // The longest turn fits in; together with what follows it is less than the 10 s that a supervisor waits.
    careCenter.close();
    await Promise.all([server.stop(drainMs), records.jobs.rest(drainMs)]);
    await records.stop();
    await upkeep.stop();
    await sessions.close();
    mailer.close();
    log.info('service.stopped');
  };
  return {
    url: `http://localhost:${config.port}`,
    desk,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Somebody has to look. */
const isAlarm: ReadonlySet<Parameters<RecordsLog>[0]> = new Set<Parameters<RecordsLog>[0]>([
  'change.stuck',
  'message.altered',
  'sending.pumping',
  'sending.filtered',
]);

const drainMs = 8_500;
const hardStopMs = 10_000;

/** Where people write to us, as a letter names it. */
function chatOf({ whatsappFrom, smsFrom, smsTwoWay }: Config['twilio']): string | null {
  if (whatsappFrom !== null) return `WhatsApp ${showMobile(whatsappFrom)}`;
  return smsFrom !== null && smsTwoWay ? `SMS ${/^\+62/.test(smsFrom) ? showMobile(smsFrom) : smsFrom}` : null;
}

function refuse(complaints: string[]): void {
  if (complaints.length > 0) throw new ConfigError(complaints);
}

/** @returns the date of a moment in that zone, YYYY-MM-DD */
function dateIn(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return (at) => format.format(at);
}

/** What stopped the start, for the operator. */
function startSentence(error: unknown): string {
  if (!(error instanceof Error)) return 'The start failed.';
  if (error instanceof ConfigError) return error.message;
  if (error instanceof UnavailableError && error.dependency === 'redis')
    return 'REDIS_URL: no Redis answers there: start it, or mend the address';
  if (error instanceof UnavailableError && error.dependency === 'postgres')
    return 'DATABASE_URL: Postgres does not answer its role: mend role, password or address';
  if ('code' in error && error.code === 'EADDRINUSE') return 'PORT: is taken by another program: put another one';
  return `${error.name}: ${error.message}`;
}

async function serve(): Promise<void> {
  try {
    const config = readConfig(process.env);
    refuse(config.console.auth === 'dev' ? ['CONSOLE_AUTH: is not valid: put oidc or off: dev is for npm start'] : []);
    const service = await startService({ config });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        setTimeout(() => process.exit(1), hardStopMs).unref();
        service.stop().then(
          () => process.exit(0),
          () => process.exit(1),
        );
      });
    }
  } catch (error) {
    // Nothing is logged as JSON here: whoever starts it by hand reads this.
    console.error(startSentence(error));
    process.exit(1);
  }
}

if (import.meta.main) await serve();
