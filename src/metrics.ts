// What Prometheus is told: counts and times under labels of a closed set, never an id and never a value of a person.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Advance } from './conversation/advance.ts';
import type { HandleTurn } from './conversation/handle-turn.ts';
import type { Directory, Mailer, Messenger, SendOutcome, SessionStore } from './conversation/ports.ts';
import type { CircuitState } from './guard.ts';

/** Each `observe…` hands back what it was given, counted. */
export interface Metrics {
  contentType: string;
  /** Prometheus text format 0.0.4 */
  text(): Promise<string>;
  observeTurns(handleTurn: HandleTurn): HandleTurn;
  observeAdvance(advance: Advance): Advance;
  observeSessions(sessions: SessionStore): SessionStore;
  observeDirectory(directory: Directory): Directory;
  observeMessenger(messenger: Messenger): Messenger;
  observeMailer<Smtp extends Mailer>(mailer: Smtp): Smtp;
  webhookAnswered(status: number): void;
  /** @param queue  one of ours */
  jobFailed(queue: string): void;
  messageAltered(): void;
  /** Whether calls to a neighbour are refused for a while. */
  circuitChanged(dependency: GuardedDependency, state: CircuitState): void;
  /** A gateway or a carrier stopped our texts, and somebody must look. */
  sendingAlarmed(alarm: SendingAlarm): void;
}

export type GuardedDependency = 'directory' | 'twilio' | 'smtp';

/** `pumping`: suspected fraud with a block of numbers; `filtered`: carriers drop too large a share. */
export type SendingAlarm = 'pumping' | 'filtered';

// Twilio gives up at 15 s, a turn ends at `policy.budget.turnMs`; most only decide and take a few milliseconds.
const turnSeconds = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 15];

const sessionOutcomes = ['stored', 'conflict', 'unavailable'];
const directoryOutcomes: Record<keyof Directory, string[]> = {
  identify: ['found', 'notFound'],
  read: ['found'],
  verifyPin: ['ok', 'wrong', 'locked', 'notSet'],
  changeContact: ['changed', 'valueInUse', 'stale', 'invalid'],
};
const sendOutcomes = [
  'accepted',
  'busy',
  'unknown',
  'refusedDestination',
  'refusedOptedOut',
  'refusedPolicy',
  'refusedPumping',
  'refusedConfiguration',
];
const carriers = ['sms', 'whatsapp', 'mail'];
const guarded: GuardedDependency[] = ['directory', 'twilio', 'smtp'];

// Of the process, however many services run in it: its observers of garbage collection and event loop never end.
const ofProcess = new Registry();
collectDefaultMetrics({ register: ofProcess });

/** @param queues  names of the job queues: what is counted starts at 0, so that the first failure is an increase */
export function createMetrics({ queues }: { queues: readonly string[] }): Metrics {
  const registers = [new Registry()];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });

  const durations = new Histogram({
    name: 'turn_duration_seconds',
    help: 'From a genuine message to its reply, by channel; repeated and failed ones too.',
    labelNames: ['channel'],
    buckets: turnSeconds,
    registers,
  });
  const turns = counter('turns_total', 'Messages that the statechart took, by the notice it gave.', ['notice']);
  const answers = counter('webhook_answers_total', 'Answers under /webhooks, by HTTP status.', ['status']);
  const commits = counter('sessions_total', 'Commits of a place in a conversation, and calls to Redis that failed.', [
    'outcome',
  ]);
  const calls = counter('directory_calls_total', "Calls to the insurer's directory, by what they came to.", [
    'call',
    'outcome',
  ]);
  const messages = counter('outgoing_messages_total', 'Messages and mails handed to a provider, by its answer.', [
    'channel',
    'outcome',
  ]);
  const alarms = counter(
    'sending_alarms_total',
    'Texts that a gateway or carrier stopped in a way that needs a person.',
    ['alarm'],
  );
  const failures = counter('jobs_failed_total', 'Runs of a job that threw and will be repeated.', ['queue']);

  const altered = counter('altered_messages_total', 'Known message ids that came with another content.', []);
  const circuits = new Gauge({
    name: 'circuit_open',
    help: '1 while calls to a neighbour are refused because it did not answer.',
    labelNames: ['dependency'],
    registers,
  });

  for (const dependency of guarded) circuits.set({ dependency }, 0);
  for (const outcome of sessionOutcomes) commits.inc({ outcome }, 0);
  for (const [call, outcomes] of Object.entries(directoryOutcomes))
    for (const outcome of [...outcomes, 'unavailable']) calls.inc({ call, outcome }, 0);
  for (const channel of carriers) for (const outcome of sendOutcomes) messages.inc({ channel, outcome }, 0);
  for (const alarm of ['pumping', 'filtered'] satisfies SendingAlarm[]) alarms.inc({ alarm }, 0);
  for (const queue of queues) failures.inc({ queue }, 0);

  /** Whatever a call throws, it gave no answer. */
  async function called<T>(call: keyof Directory, work: Promise<T>, outcomeOf: (answer: T) => string): Promise<T> {
    let outcome = 'unavailable';
    try {
      const answer = await work;
      outcome = outcomeOf(answer);
      return answer;
    } finally {
      calls.inc({ call, outcome });
    }
  }

  function sent(channel: string, outcome: SendOutcome): SendOutcome {
    messages.inc({ channel, outcome: nameOf(outcome) });
    return outcome;
  }

  const orUnavailable = (error: unknown): never => {
    commits.inc({ outcome: 'unavailable' });
    throw error;
  };

  const all = Registry.merge([ofProcess, ...registers]);
  return {
    contentType: all.contentType,
    text: () => all.metrics(),
    observeTurns: (handleTurn) => async (inbound) => {
      const startedAt = performance.now();
      try {
        return await handleTurn(inbound);
      } finally {
        durations.observe({ channel: inbound.channel }, (performance.now() - startedAt) / 1000);
      }
    },
    observeAdvance: (advance) => ({
      ...advance,
      async advance(...turn) {
        const advanced = await advance.advance(...turn);
        turns.inc({ notice: advanced.notice?.notice ?? 'none' });
        return advanced;
      },
    }),
    observeSessions: (sessions) => ({
      ...sessions,
      open: (key) => sessions.open(key).catch(orUnavailable),
      async commit(...record) {
        const outcome = await sessions.commit(...record).catch(orUnavailable);
        commits.inc({ outcome });
        return outcome;
      },
    }),
    observeDirectory: (directory) => ({
      identify: (...asked) =>
        called('identify', directory.identify(...asked), (found) => (found === null ? 'notFound' : 'found')),
      read: (...asked) => called('read', directory.read(...asked), () => 'found'),
      verifyPin: (...asked) => called('verifyPin', directory.verifyPin(...asked), ({ result }) => result),
      changeContact: (...asked) => called('changeContact', directory.changeContact(...asked), ({ result }) => result),
    }),
    observeMessenger: (messenger) => ({
      send: async (message, signal) => sent(message.channel, await messenger.send(message, signal)),
    }),
    observeMailer: (mailer) => ({
      ...mailer,
      send: async (mail, signal) => sent('mail', await mailer.send(mail, signal)),
    }),
    webhookAnswered: (status) => answers.inc({ status: String(status) }),
    jobFailed: (queue) => failures.inc({ queue }),
    messageAltered: () => altered.inc(),
    circuitChanged: (dependency, state) => circuits.set({ dependency }, state === 'open' ? 1 : 0),
    sendingAlarmed: (alarm) => alarms.inc({ alarm }),
  };
}

const refusals = {
  destination: 'refusedDestination',
  optedOut: 'refusedOptedOut',
  policy: 'refusedPolicy',
  pumping: 'refusedPumping',
  configuration: 'refusedConfiguration',
} as const;

const nameOf = (sent: SendOutcome): string => (sent.outcome === 'refused' ? refusals[sent.why] : sent.outcome);
