// One world of the model: the real statechart and actors over records, a directory, mailboxes and phones that a test sees into.
import type { ConversationInput } from '#machines/conversation.setup.ts';
import type { ParticipantEvent } from '#machines/events.ts';
import type { Understanding } from '#machines/understanding/understand.ts';
import type { Field } from '#machines/vocabulary.ts';
import { type Advance, type Advanced, createAdvance } from '#src/conversation/advance.ts';
import { inputOf } from '#src/conversation/handle-turn.ts';
import type { CodeDelivery, Directory, Participant } from '#src/conversation/ports.ts';
import { type World as Ports, provideActors } from '#src/conversation/provide-actors.ts';
import { UnavailableError } from '#src/errors.ts';
import type { Policy } from '#src/policy.ts';
import { NotProvedError } from '#src/records/confirm-change.ts';
import { hide } from '#src/seal.ts';
import { type Persona, people } from './people.ts';

/** A notice that was put on its way. */
export interface Told {
  changeId: string;
  letter: string;
  to: string;
  /** in the letter; null: none */
  cancelCode: string | null;
}

/** The records, real or in memory. */
export interface Facts extends Pick<Ports, 'challenges' | 'attempts' | 'oldContacts' | 'pinPages' | 'deliveries'> {
  changes: Ports['changes'] & { settleByJob(changeId: string): Promise<boolean> };
  /** the notices of a change; `to` is a contact point, or its hash where the records keep no more */
  told(changeId: string): Promise<Told[]>;
  /** So much time has passed on the model's clock. */
  passed(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** What somebody typed, as an outsider sees it. */
export interface Typed {
  at: number;
  /** what happened before has a smaller one */
  order: number;
  turnId: string;
  conversation: string;
  persona: Persona;
  what: 'code' | 'pin' | 'cancel' | 'other';
  text: string;
  onPage: boolean;
}

export interface Sent {
  at: number;
  challengeId: string;
  target: string;
  code: string;
}

export interface Written {
  at: number;
  changeId: string;
  participantId: string;
  field: Field;
  value: string;
}

/** What truly happened: nothing in it comes from the records. */
export interface Ledger {
  typed: Typed[];
  sent: Sent[];
  written: Written[];
  /** contact data as the directory had them from then on */
  registered: { order: number; participant: Participant }[];
  /** wrong PINs that the directory was asked about */
  wrongPins: { at: number; participantId: string }[];
  /** cancelled changes, as the replies named them */
  cancelled: { at: number; ref: string }[];
  /** since when the old number counted as taken over, or not */
  risk: { order: number; high: boolean }[];
}

export interface Place {
  persona: Persona;
  stored: unknown;
  /** earlier ones, newest last */
  before: unknown[];
  last: Advanced | null;
  messages: Message[];
}

/** A message, or a PIN typed on the page of a code. */
interface Message {
  persona: Persona;
  turnId: string;
  event: ParticipantEvent;
  page: { challengeId: string; pin: string } | null;
}

/** The turn that comes next fails at its call so many to the world. */
export type Trouble = { kind: 'crash' | 'outage' | 'lost answer'; at: number };

export interface ModelWorld {
  now(): number;
  /** what an actor threw that is neither trouble of ours nor a refused proof */
  failures: unknown[];
  ledger: Ledger;
  policy: Policy;
  facts: Facts;
  placeOf(persona: Persona): Place;
  /** @returns what was answered; null: the process died, and the place is as it was */
  say(persona: Persona, event: ParticipantEvent): Promise<Advanced | null>;
  typeOnPage(persona: Persona, pin: string): Promise<Advanced | null>;
  deliverAgain(persona: Persona, back: number): Promise<Advanced | null>;
  trouble(next: Trouble): void;
  pass(ms: number): Promise<void>;
  runJobs(): Promise<void>;
  changeAtDirectory(index: number, field: Field, value: string): void;
  setRisk(high: boolean): void;
}

export type MakeFacts = (needs: {
  policy: Policy;
  directory: Directory;
  now: () => number;
  random: () => number;
}) => Facts | Promise<Facts>;

/** What a test breaks on purpose; see `broken-guards.ts`. */
export interface Breakage {
  facts?: (facts: Facts, world: { now: () => number; policy: Policy }) => Facts;
  ports?: (ports: Ports) => Ports;
}

export const conversationOf = (persona: Persona): string => `${persona.channel} ${persona.address}`;

const today = '2026-11-22';
const nothing: ParticipantEvent = { type: 'said.greeting' };

class CrashError extends Error {}

/** Events come as they are: what people type is understood elsewhere, and tested there. */
function literally(events: Map<string, ParticipantEvent>): Understanding {
  const unclear: ParticipantEvent = { type: 'answer.unclear', unclear: { reason: 'notUnderstood' } };
  return {
    understand: (text) => ({ event: events.get(text) ?? unclear, rest: '' }),
    understandMore: () => null,
    languageOf: () => null,
    understandChoice: () => unclear,
  };
}

export async function createModelWorld({
  policy,
  makeFacts,
  breakage = {},
  isRealTime,
}: {
  policy: Policy;
  makeFacts: MakeFacts;
  breakage?: Breakage;
  /** The records judge by a clock that runs; else time stands still between commands. */
  isRealTime: boolean;
}): Promise<ModelWorld> {
  const startedAt = performance.now();
  let skew = Date.UTC(2026, 10, 22, 2);
  const now = () => skew + (isRealTime ? performance.now() - startedAt : 0);
  const random = lots(1);
  const registry = people.map(({ participant, ...rest }) => ({ ...rest, participant: { ...participant } }));
  const ledger: Ledger = {
    typed: [],
    sent: [],
    written: [],
    registered: registry.map(({ participant }) => ({ order: 0, participant: { ...participant } })),
    wrongPins: [],
    cancelled: [],
    risk: [{ order: 0, high: false }],
  };
  let order = 0;
  const nextOrder = () => {
    order += 1;
    return order;
  };
  const failures: unknown[] = [];
  let trouble: Trouble | null = null;
  let crashed = false;

  /** Every call to the world passes here: before it, the process may die; after it, the answer may be lost. */
  async function pass<T>(work: () => Promise<T>): Promise<T> {
    if (crashed) throw new CrashError();
    if (trouble === null) return await work();
    trouble.at -= 1;
    if (trouble.at > 0) return await work();
    const { kind } = trouble;
    trouble = null;
    if (kind === 'outage') throw new UnavailableError('postgres');
    const done = await work();
    if (kind === 'crash') crashed = true;
    if (kind === 'lost answer') throw new UnavailableError('postgres');
    return done;
  }
  const troubled = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        return typeof method === 'function'
          ? (...args: unknown[]) => pass(() => Promise.resolve(method.apply(target, args)))
          : method;
      },
    });

  const note = (participant: Participant) =>
    ledger.registered.push({ order: nextOrder(), participant: { ...participant } });
  const recordOf = (participantId: string) => {
    const found = registry.find(({ participant }) => participant.participantId === participantId);
    if (found === undefined) throw new UnavailableError('directory');
    return found;
  };
  const answers = new Map<string, Awaited<ReturnType<Directory['changeContact']>>>();
  const directory: Directory = {
    identify: async ({ number, birthDate }) => {
      const found = registry.find((one) => one.number === number && one.birthDate === birthDate);
      return found === undefined ? null : { ...found.participant };
    },
    read: async (participantId) => ({ ...recordOf(participantId).participant }),
    verifyPin: async (participantId, pin) => {
      const { participant, pin: right } = recordOf(participantId);
      if (pin.reveal() === right) {
        participant.pinAttemptsLeft = 5;
        return { result: 'ok' };
      }
      const left = (participant.pinAttemptsLeft ?? 5) - 1;
      // The lock of the insurer's own is another's business; here it opens at once, so that ours alone is seen.
      participant.pinAttemptsLeft = left <= 0 ? 5 : left;
      ledger.wrongPins.push({ at: now(), participantId });
      return { result: 'wrong', attemptsLeft: Math.max(1, left) };
    },
    changeContact: async ({ changeId, participantId, field, value, expected }) => {
      const before = answers.get(changeId);
      if (before !== undefined) return before;
      const { participant } = recordOf(participantId);
      const isStale = participant[field] !== expected;
      const isTaken = registry.some(({ participant: other }) => other !== participant && other[field] === value);
      if (!isStale && !isTaken) {
        ledger.written.push({ at: now(), changeId, participantId, field, value });
        participant[field] = value;
        note(participant);
      }
      const verdict = isStale
        ? ({ result: 'stale' } as const)
        : isTaken
          ? ({ result: 'valueInUse' } as const)
          : ({ result: 'changed', changedAt: new Date(now()) } as const);
      answers.set(changeId, verdict);
      return verdict;
    },
  };
  const theirs = troubled(directory);
  const raw = await makeFacts({ policy, directory: theirs, now, random });
  const facts = breakage.facts?.(raw, { now, policy }) ?? raw;

  const delivery: CodeDelivery = {
    async deliver(challengeId) {
      const copy = await facts.challenges.takeForSending(challengeId);
      if (copy === null) return { outcome: 'unknown' };
      ledger.sent.push({ at: now(), challengeId, target: copy.target, code: copy.code.reveal() });
      const outcome = { outcome: 'accepted', providerId: `SM${ledger.sent.length}` } as const;
      await facts.challenges.sent(challengeId, outcome);
      return outcome;
    },
  };
  const away = new Proxy({} as Ports['cases'], {
    get: () => () => Promise.reject(new UnavailableError('postgres')),
  });
  const ports: Ports = {
    challenges: troubled(facts.challenges),
    attempts: troubled(facts.attempts),
    changes: troubled(facts.changes),
    pinPages: troubled(facts.pinPages),
    oldContacts: troubled(facts.oldContacts),
    deliveries: facts.deliveries,
    delivery: troubled(delivery),
    directory: theirs,
    // Care Center 165 cannot write contact data; it is away here.
    cases: away,
    numberRisk: { of: async () => (ledger.risk.at(-1)?.high ? 'high' : 'low') },
    clock: { now },
    policy,
    whatsappCodes: false,
    ownNumbers: ['+6281190000165'],
    onFailure: (_actor, error) => {
      const isExpected = [UnavailableError, CrashError, NotProvedError].some((kind) => error instanceof kind);
      if (!isExpected) failures.push(error);
    },
  };
  const events = new Map<string, ParticipantEvent>();
  const advance: Advance = createAdvance({
    machine: provideActors(breakage.ports?.(ports) ?? ports),
    understanding: literally(events),
    digits: { code: policy.otp.digits, pin: policy.pin.digits },
    turnMs: 60_000,
    publicUrl: '',
    mark: () => '',
    readCard: async () => null,
  });

  const places = new Map<string, Place>();
  const placeOf = (persona: Persona): Place => {
    // A forger writes into the owner's conversation: the sender is all there is.
    const key = conversationOf(persona);
    const place = places.get(key) ?? { persona, stored: null, before: [], last: null, messages: [] };
    places.set(key, place);
    return place;
  };

  /** As a turn commits: who comes second starts again from where the first has left the place. */
  async function turn(
    persona: Persona,
    work: (stored: unknown, input: ConversationInput) => Promise<Advanced | null>,
  ): Promise<Advanced | null> {
    const place = placeOf(persona);
    for (;;) {
      const opened = place.stored;
      const advanced = await work(
        structuredClone(opened),
        inputOf({ ...persona, key: conversationOf(persona), policy }),
      );
      if (crashed || advanced === null) return null;
      if (place.stored !== opened) continue;
      place.before.push(opened);
      place.stored = JSON.parse(JSON.stringify(advanced.stored));
      place.last = advanced;
      const { notice } = advanced;
      const stopped = notice?.notice === 'heldCancelled' || (notice?.notice === 'reportTaken' && notice.frozen);
      if (stopped) ledger.cancelled.push({ at: now(), ref: notice.ref });
      return advanced;
    }
  }

  const run = ({ persona, turnId, event, page }: Message) => {
    if (page === null) {
      events.set(turnId, event);
      const content = { kind: 'text', text: turnId } as const;
      return turn(persona, (stored, input) => advance.advance(stored, input, { turnId, at: now(), today, content }));
    }
    const typed = { type: 'page.pinTyped', challengeId: page.challengeId, pin: hide(page.pin) } as const;
    return turn(persona, (stored, input) => advance.enter(stored, input, { turnId, at: now(), event: typed }));
  };
  /** The troubles of a turn end with it. */
  const calm = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } finally {
      crashed = false;
      trouble = null;
    }
  };

  let messages = 0;
  const take = (persona: Persona, content: Pick<Message, 'event' | 'page'>, typed: Pick<Typed, 'what' | 'text'>) => {
    messages += 1;
    const message: Message = { persona, turnId: `turn-${messages}`, ...content };
    placeOf(persona).messages.push(message);
    const conversation = conversationOf(persona);
    ledger.typed.push({
      ...typed,
      at: now(),
      order: nextOrder(),
      turnId: message.turnId,
      conversation,
      persona,
      onPage: content.page !== null,
    });
    return calm(run(message));
  };

  return {
    now,
    failures,
    ledger,
    policy,
    facts,
    placeOf,

    say: (persona, event) => take(persona, { event, page: null }, typedOf(event)),
    async typeOnPage(persona, pin) {
      const url = placeOf(persona).last?.facts.pinUrl;
      if (url === null || url === undefined || !persona.seesReplies) return null;
      const page = await facts.pinPages.find(hide(url.slice(url.lastIndexOf('/') + 1)));
      if (typeof page === 'string') return null;
      const { challengeId } = page;
      return await take(persona, { event: nothing, page: { challengeId, pin } }, { what: 'pin', text: pin });
    },
    async deliverAgain(persona, back) {
      const message = placeOf(persona).messages.at(-1 - back);
      return message === undefined ? null : await calm(run(message));
    },
    trouble: (given) => {
      trouble = { ...given };
    },
    async pass(ms) {
      skew += ms;
      await facts.passed(ms);
    },
    async runJobs() {
      for (const { turnId } of ledger.typed.filter(({ what }) => what === 'pin')) {
        if ((await facts.changes.find(turnId)) === null) continue;
        await calm(facts.changes.settleByJob(turnId)).catch((error: unknown) => {
          if (!(error instanceof UnavailableError || error instanceof CrashError)) throw error;
        });
      }
    },
    changeAtDirectory(index, field, value) {
      const participant = registry[index]?.participant;
      if (participant === undefined) return;
      participant[field] = value;
      note(participant);
    },
    setRisk(high) {
      ledger.risk.push({ order: nextOrder(), high });
    },
  };
}

function typedOf(event: ParticipantEvent): Pick<Typed, 'what' | 'text'> {
  switch (event.type) {
    case 'answer.code':
      return { what: 'code', text: event.code.reveal() };
    case 'answer.pin':
      return { what: 'pin', text: event.pin.reveal() };
    case 'word.cancel':
      return { what: 'cancel', text: '' };
    default:
      return { what: 'other', text: '' };
  }
}

/** mulberry32: a lot in [0, 1), the same for the same seed. */
function lots(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
