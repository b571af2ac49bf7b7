// One database, the records on it, and a directory that does what a test says.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { Field } from '#machines/vocabulary.ts';
import type { Change, ContactVerdict, Directory, Participant, Sender } from '#src/conversation/ports.ts';
import { Policy } from '#src/policy.ts';
import { createRecords, type Records } from '#src/records/create-records.ts';
import { createSeal, hide, type Seal } from '#src/seal.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { createDatabase } from '../support/database.ts';

export const policy = readDefaults();
/** For what arrives together: 200 callers wait for twelve connections, and nobody is turned away. */
export const patient: Policy = { ...policy, budget: { ...policy.budget, postgresMs: 60_000 } };
export const keys = [{ id: 'k1', bytes: Buffer.alloc(32, 7) }];
export const lookupKey = Buffer.alloc(32, 9);

function readDefaults(): Policy {
  const groups = Object.keys(Policy.shape).map((group) => [group, {}]);
  return Policy.parse(Object.fromEntries(groups));
}

export interface DirectoryDouble extends Directory {
  /** every write that it did, by change id */
  writes: Map<string, { field: Field; value: string; expected: string | null }>;
  /** replaced by a test that wants trouble */
  changeContact: Directory['changeContact'];
  /** what a write that works answers */
  write: Directory['changeContact'];
}

function createDirectoryDouble(): DirectoryDouble {
  const writes: DirectoryDouble['writes'] = new Map();
  const write: Directory['changeContact'] = async ({ changeId, field, value, expected }) => {
    writes.set(changeId, { field, value, expected });
    return { result: 'changed', changedAt: new Date() } satisfies ContactVerdict;
  };
  const unused = () => Promise.reject(new Error('the records ask the directory for changes only'));
  return { writes, write, changeContact: write, identify: unused, read: unused, verifyPin: unused };
}

export interface World {
  records: Records;
  directory: DirectoryDouble;
  seal: Seal;
  appUrl: string;
  ownerUrl: string;
  /** as the owner of the tables */
  query<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
  /** as the application's role */
  queryAsApp<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]>;
  passTime(ms: number): Promise<void>;
  misused: string[];
  /** challenges that were refused because nobody types the codes to their block of numbers */
  stopped: string[];
  /** what a gateway or a carrier was reported to do */
  alarmed: string[];
}

/** A world of its own; gone when the test is over. */
export async function createWorld(changes: { policy?: Policy; seal?: Seal } = {}): Promise<World> {
  const { appUrl, ownerUrl, drop } = await createDatabase();
  const directory = createDirectoryDouble();
  const seal = changes.seal ?? createSeal(keys, lookupKey);
  const misused: string[] = [];
  const stopped: string[] = [];
  const alarmed: string[] = [];
  const records = createRecords({
    config: { databaseUrl: appUrl, policy: changes.policy ?? policy },
    seal,
    directory,
    log: (event, { challengeId }) => {
      if (event === 'challenge.misused' && challengeId !== undefined) misused.push(challengeId);
      if (event === 'sending.pumping' || event === 'sending.filtered') alarmed.push(event);
      if (event === 'sending.stopped' && challengeId !== undefined) stopped.push(challengeId);
    },
  });
  await records.start();
  const pools = { owner: openPool(ownerUrl), app: openPool(appUrl) };
  onTestFinished(async () => {
    await records.stop();
    await pools.owner.end();
    await pools.app.end();
    await drop();
  });
  const ask =
    (pool: pg.Pool) =>
    async <T extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await pool.query<T>(text, values)).rows;
  return {
    records,
    directory,
    seal,
    appUrl,
    ownerUrl,
    query: ask(pools.owner),
    queryAsApp: ask(pools.app),
    passTime: (ms) => passTime(ownerUrl, ms),
    misused,
    stopped,
    alarmed,
  };
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 2 });
  // Dropping the database may be quicker than the end of a connection.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

export const id = (): string => randomUUID();

let people = 0;

/** Somebody with a mobile number of their own, and the phone that it rings on. */
export function somebody(contacts: Partial<Participant> = {}): { participant: Participant; phone: Sender } {
  people += 1;
  const number = `+62812${String(people).padStart(8, '0')}`;
  const participant: Participant = {
    participantId: `P-${id()}`,
    name: 'Siti Aminah',
    segment: 'PBPU',
    membershipStatus: 'active',
    email: `old.${people}@example.com`,
    mobileNumber: number,
    pinSet: true,
    pinAttemptsLeft: 5,
    ...contacts,
  };
  return { participant, phone: senderAt(number) };
}

export function senderAt(phone: string): Sender {
  return { conversation: `c-${phone}`, channel: 'whatsapp', address: `whatsapp:${phone}`, phone, language: 'id' };
}

/** A phone that nobody has registered. */
export function stranger(): Sender {
  people += 1;
  return senderAt(`+62899${String(people).padStart(8, '0')}`);
}

export interface Try {
  sender: Sender;
  participant: Participant;
  target?: string;
  field?: Field;
  challengeId?: string;
  fromRegistered?: boolean;
}

export const isRegistered = ({ sender, participant }: Pick<Try, 'sender' | 'participant'>): boolean =>
  sender.phone !== null && sender.phone === participant.mobileNumber;

/** Starts a challenge; nothing is sent. */
export function startCode({ records }: World, request: Try) {
  const { sender, participant, target = 'new@example.com', field = 'email', challengeId = id() } = request;
  return records.challenges.start({
    challengeId,
    sender,
    participantId: participant.participantId,
    fromRegistered: request.fromRegistered ?? isRegistered(request),
    purpose: 'newValue',
    field,
    target,
    via: field === 'email' ? 'mail' : 'sms',
  });
}

/** Starts a challenge and reads its code as the mailbox would. */
export async function receiveCode(world: World, request: Try & { challengeId: string }): Promise<string> {
  const started = await startCode(world, request);
  if (started.result !== 'started') throw new Error(`not started: ${started.result}`);
  const copy = await world.records.challenges.takeForSending(request.challengeId);
  if (copy === null) throw new Error('nothing to send');
  await world.records.challenges.sent(request.challengeId, { outcome: 'accepted', providerId: 'SM1' });
  return copy.code.reveal();
}

export function guess(world: World, request: Try & { challengeId: string; code: string; attemptId?: string }) {
  const { sender, participant, challengeId, target = 'new@example.com', code, attemptId = id() } = request;
  const { participantId } = participant;
  return world.records.challenges.check({ challengeId, attemptId, sender, participantId, target, guess: hide(code) });
}

/** A code of the same length that is not the right one. */
export const wrongFor = (code: string, by = 1): string => String((Number(code) + by) % 1_000_000).padStart(6, '0');

/** Wrong codes, one after the other. */
export async function guessWrong(world: World, request: Try & { challengeId: string; code: string }, times: number) {
  for (let by = 1; by <= times; by += 1) await guess(world, { ...request, code: wrongFor(request.code, by) });
}

/** A case as somebody's first word opens it. */
export async function askForPerson({ cases }: Pick<Records, 'cases'>, sender: Sender) {
  const request = { caseId: id(), sender, participantId: null, known: null, reason: 'requested', step: 'askNumber' };
  const opened = await cases.open(request);
  if (opened.result !== 'opened') throw new Error('not opened');
  return opened.standing;
}

/** What a PIN is to make, where it does not matter. */
export const aim = { isLast: false, field: 'email', value: 'baru@example.com' } as const;

/** Everything up to a right PIN. */
export async function prove(world: World, request: Try & { challengeId: string }): Promise<void> {
  const code = await receiveCode(world, request);
  const verdict = await guess(world, { ...request, code });
  if (verdict.result !== 'right') throw new Error(`the code was ${verdict.result}`);
  await givePin(world, request);
}

export async function givePin(world: World, request: Try & { challengeId: string }): Promise<void> {
  const { sender, participant, challengeId } = request;
  const attempt = { attemptId: id(), sender, participantId: participant.participantId };
  await world.records.attempts.pin({ ...attempt, challengeId, fromRegistered: isRegistered(request) });
  await world.records.attempts.pinChecked({ ...aim, ...attempt, verdict: 'ok' });
}

/** A confirmed change of the participant's e-mail address; held where the sender is a stranger. */
export async function confirmed(
  world: World,
  request: Omit<Try, 'challengeId'> & { changeId?: string },
): Promise<Change> {
  const challengeId = id();
  await prove(world, { ...request, challengeId });
  const { sender, participant, field = 'email', target: value = 'new@example.com', changeId = id() } = request;
  const oldChannelProved = isRegistered(request);
  return world.records.changes.confirm({ changeId, challengeId, sender, participant, field, value, oldChannelProved });
}

export const hours = (count: number): number => count * 3_600_000;
export const seconds = (count: number): number => count * 1000;
