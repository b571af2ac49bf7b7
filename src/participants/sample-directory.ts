// The embedded directory of `npm start`: five fictitious participants who behave as the contract says.
import { createHash } from 'node:crypto';
import type { Clock, ContactVerdict, Directory, Participant, PinVerdict } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { freshState, isRightPin, type Person, parseState, pinAttempts, type SampleState } from './sample-state.ts';

/** Keeps one text. `save` either replaces it as a whole or rejects. */
export interface SampleStore {
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
}

export interface SampleDirectory extends Directory {
  /** whether somebody has this id; the port has no word for it */
  knows(participantId: string): Promise<boolean>;
  /** Restores the sample data and forgets every answer given; Rina's 24 h start again. */
  reset(): Promise<void>;
  /** Moves the ends of all locks towards the past, as if `ms` milliseconds had gone by. */
  passTime(ms: number): Promise<void>;
}

type ContactChange = Parameters<Directory['changeContact']>[0];

const lockMs = 30 * 60_000;
// The oldest answers are forgotten, so that the file stays small.
const answersKept = 1_000;

/**
 * A directory with exactly the sample participants; on an empty store it begins with their fresh data.
 * All four calls of the port throw UnavailableError for an unknown id, an aborted signal or a store that fails.
 * @throws ConfigError `config`  what the store holds is not a sample directory of this version
 */
export async function createSampleDirectory(options: { store: SampleStore; clock: Clock }): Promise<SampleDirectory> {
  const { store, clock } = options;
  const stored = await store.load();
  let state = stored === null ? await freshState(clock.now()) : parseState(stored);
  if (stored === null) await store.save(JSON.stringify(state));

  let lastTurn: Promise<unknown> = Promise.resolve();
  /** One after the other, on a copy that counts only once it is stored. */
  function inTurn<Result>(work: (draft: SampleState) => Result | Promise<Result>): Promise<Result> {
    const turn = lastTurn.then(async () => {
      const draft = structuredClone(state);
      const result = await work(draft);
      await store.save(JSON.stringify(draft)).catch((cause: unknown) => {
        throw new UnavailableError('directory', { cause });
      });
      state = draft;
      return result;
    });
    lastTurn = turn.catch(() => undefined);
    return turn;
  }

  return {
    async identify({ kind, number, birthDate }, signal) {
      refuseAborted(signal);
      const found = state.people.find((person) => person[kind] === number && person.birthDate === birthDate);
      return found === undefined ? null : participantOf(found, clock.now());
    },
    async read(participantId, signal) {
      refuseAborted(signal);
      return participantOf(personIn(state, participantId), clock.now());
    },
    async verifyPin(participantId, pin, signal) {
      refuseAborted(signal);
      return await inTurn((draft) => checkPin(personIn(draft, participantId), pin.reveal(), clock.now()));
    },
    async changeContact(change, signal) {
      refuseAborted(signal);
      return await inTurn((draft) => answerOnce(draft, change, clock.now()));
    },
    knows: async (participantId) => state.people.some((person) => person.participantId === participantId),
    reset: () =>
      inTurn(async (draft) => {
        Object.assign(draft, await freshState(clock.now()));
      }),
    passTime: (ms) =>
      inTurn((draft) => {
        for (const person of draft.people) if (person.lockedUntil !== null) person.lockedUntil -= ms;
      }),
  };
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new UnavailableError('directory');
}

function personIn(state: SampleState, participantId: string): Person {
  const person = state.people.find((candidate) => candidate.participantId === participantId);
  if (person === undefined) throw new UnavailableError('directory', { cause: new Error('no such participant') });
  return person;
}

const isLocked = (person: Person, now: number): person is Person & { lockedUntil: number } =>
  person.lockedUntil !== null && person.lockedUntil > now;

/** A lock that has run out gives all attempts back. */
const attemptsLeftOf = (person: Person, now: number): number => {
  if (isLocked(person, now)) return 0;
  return person.lockedUntil === null ? person.attemptsLeft : pinAttempts;
};

function participantOf(person: Person, now: number): Participant {
  const { participantId, name, segment, membershipStatus, email, mobileNumber, pin } = person;
  const pinAttemptsLeft = pin === null ? null : attemptsLeftOf(person, now);
  return { participantId, name, segment, membershipStatus, email, mobileNumber, pinSet: pin !== null, pinAttemptsLeft };
}

async function checkPin(person: Person, pin: string, now: number): Promise<PinVerdict> {
  if (person.pin === null) return { result: 'notSet' };
  if (isLocked(person, now)) return { result: 'locked', until: new Date(person.lockedUntil) };
  const attemptsLeft = attemptsLeftOf(person, now) - 1;
  person.lockedUntil = null;
  if (await isRightPin(pin, person.pin)) {
    person.attemptsLeft = pinAttempts;
    return { result: 'ok' };
  }
  person.attemptsLeft = attemptsLeft;
  if (attemptsLeft > 0) return { result: 'wrong', attemptsLeft };
  person.lockedUntil = now + lockMs;
  return { result: 'locked', until: new Date(person.lockedUntil) };
}

/** The same key again gives the first answer; the same key for something else is refused. */
function answerOnce(state: SampleState, change: ContactChange, now: number): ContactVerdict {
  const { changeId, participantId, field, value } = change;
  const asked = createHash('sha256')
    .update(JSON.stringify([participantId, field, value]))
    .digest('base64url');
  const given = state.answers.find((answer) => answer.changeId === changeId);
  if (given !== undefined) return given.asked === asked ? given.verdict : { result: 'invalid' };
  const verdict = applyChange(state, change, now);
  state.answers = [...state.answers, { changeId, asked, verdict }].slice(-answersKept);
  return verdict;
}

function applyChange(state: SampleState, change: ContactChange, now: number): ContactVerdict {
  const { participantId, field, value, expected } = change;
  const person = personIn(state, participantId);
  if (!wellFormed[field](value)) return { result: 'invalid' };
  if (person[field] !== expected) return { result: 'stale' };
  const isTaken = state.people.some((other) => other !== person && other[field]?.toLowerCase() === value.toLowerCase());
  if (isTaken) return { result: 'valueInUse' };
  person[field] = value;
  return { result: 'changed', changedAt: new Date(now) };
}

const wellFormed = {
  email: (value: string) => value.length <= 254 && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(value),
  mobileNumber: (value: string) => /^\+[1-9]\d{7,14}$/.test(value),
};
