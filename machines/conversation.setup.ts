// The vocabulary of the statechart: its context, events, guards, actions and the actors it asks of the world.
import { assign, fromPromise, raise, setup } from 'xstate';
import type { Notice, PromptKey } from './copy/keys.ts';
import type { ConversationEvent } from './events.ts';
import type {
  CaseOutcome,
  ChangeOutcome,
  CheckCodeOutcome,
  ConfirmOutcome,
  Failure,
  IdentifyOutcome,
  Known,
  Outcome,
  ReportOutcome,
  SendCodeOutcome,
  ValueOutcome,
} from './outcomes.ts';
import type { Expects } from './understanding/asked.ts';
import type { Channel, Field, Hidden, Language, NumberKind } from './vocabulary.ts';

/** Who writes; the same for a whole conversation but for the language. */
export interface ConversationInput {
  /** keyed hash of channel and address */
  conversation: string;
  channel: Channel;
  address: string;
  /** E.164, only where the address proves one */
  phone: string | null;
  /** from the policy module */
  policy: { identifiedIdleMinutes: number; identifiedMaxMinutes: number; noProgress: number };
}

/** Kept between turns, sealed. Flat and small; never a PIN, a code or a value that Postgres or the directory can give back. */
export interface Context extends ConversationInput {
  language: Language;
  /** of the turn that is being taken */
  now: number;
  turnId: string;
  asked: PromptKey;
  /** what this turn says before its prompt; nothing between turns */
  notice: Notice | null;
  /** null: nobody has written yet */
  lastAt: number | null;
  /** replies in a row that brought the participant no further */
  fruitless: number;

  /** the NIK or card number while its birth date is asked */
  candidate: { kind: NumberKind; number: string } | null;
  participantId: string | null;
  identifiedAt: number | null;
  known: Known | null;
  /** whose unfinished change waits while the identity is proved again */
  expectedParticipantId: string | null;

  field: Field | null;
  newValue: string | null;
  suggestion: string | null;
  challengeId: string | null;
  via: 'mail' | Channel | null;
  /** masked */
  destination: string | null;
  codeMinutes: number;

  /** a change that is being processed */
  changeId: string | null;
  changeRef: string | null;
  caseRef: string | null;
  caseDueAt: number | null;
}

export interface Meta {
  prompt: PromptKey;
  expects: Expects;
}

/** What every actor needs to know of the turn. */
export interface TurnInput {
  turnId: string;
  sender: Pick<Context, 'conversation' | 'channel' | 'address' | 'phone' | 'language'>;
}

/** The turn as an actor sees it. */
export const turnOf = ({ turnId, conversation, channel, address, phone, language }: Context): TurnInput => ({
  turnId,
  sender: { conversation, channel, address, phone, language },
});

/** Reads a value that the chart guarantees at this state; its absence is a mistake in the chart. */
export function present<T>(value: T | null): T {
  if (value === null) throw new Error('the statechart reached a state without what it needs');
  return value;
}

const world = <Out extends Outcome, In>() =>
  fromPromise<Out | Failure, In>(() => {
    throw new Error('provided by main');
  });

const change = { field: null, newValue: null, suggestion: null, challengeId: null, via: null, destination: null };
const identity = { participantId: null, identifiedAt: null, known: null };
const minute = 60_000;

export const conversation = setup({
  types: {
    context: {} as Context,
    events: {} as ConversationEvent,
    input: {} as ConversationInput,
    /** waiting: at rest, asks for something · busy: never stored · human: an agent has the word */
    tags: {} as 'waiting' | 'busy' | 'human',
    meta: {} as Meta,
  },
  actors: {
    findParticipant: world<
      IdentifyOutcome,
      TurnInput & { candidate: { kind: NumberKind; number: string }; birthDate: string }
    >(),
    checkValue: world<ValueOutcome, TurnInput & { participantId: string; field: Field; value: string }>(),
    sendCode: world<SendCodeOutcome, TurnInput & { participantId: string; field: Field; value: string }>(),
    checkCode: world<
      CheckCodeOutcome,
      TurnInput & { participantId: string; challengeId: string; value: string; code: Hidden }
    >(),
    confirmChange: world<
      ConfirmOutcome,
      TurnInput & { participantId: string; challengeId: string; field: Field; value: string; pin: Hidden }
    >(),
    readChange: world<ChangeOutcome, TurnInput & { participantId: string; changeId: string | null }>(),
    cancelHeld: world<ChangeOutcome, TurnInput>(),
    reportNotMe: world<ReportOutcome, TurnInput>(),
    openCase: world<CaseOutcome, TurnInput & { participantId: string | null; reason: string; step: PromptKey }>(),
    leaveCase: world<CaseOutcome, TurnInput>(),
  },
  actions: {
    beginTurn: assign(({ context }, turn: { at: number; turnId: string; asked: PromptKey }) => ({
      now: turn.at,
      turnId: turn.turnId,
      asked: turn.asked,
      lastAt: turn.at,
      notice: context.lastAt === null ? ({ notice: 'greeting' } as const) : null,
    })),
    /** Nobody wrote: who was here stays as old as they were. */
    beginEntry: assign((_, { at, turnId, asked }: { at: number; turnId: string; asked: PromptKey }) => ({
      now: at,
      turnId,
      asked,
      notice: null,
    })),
    say: assign((_, notice: Notice) => ({ notice })),
    /** An answer that could not be used; the first message of all is greeted, not corrected. */
    sayUnclear: assign(({ context }, notice: Extract<Notice, { notice: 'unclear' }>) =>
      context.notice?.notice === 'greeting'
        ? {}
        : {
            fruitless: context.fruitless + 1,
            notice:
              (context.fruitless + 1) % context.policy.noProgress === 0
                ? ({ notice: 'agentOffered' } as const)
                : notice,
          },
    ),
    noteProgress: assign({ fruitless: 0 }),
    speak: assign((_, { language }: { language: Language }) => ({ language })),

    rememberCandidate: assign((_, candidate: { kind: NumberKind; number: string }) => ({ candidate })),
    forgetCandidate: assign({ candidate: null }),
    rememberParticipant: assign(({ context }, found: Extract<IdentifyOutcome, { type: 'identify.matched' }>) => ({
      participantId: found.participantId,
      known: found.known,
      identifiedAt: context.now,
      candidate: null,
      ...(context.expectedParticipantId === null || context.expectedParticipantId === found.participantId
        ? {}
        : change),
      expectedParticipantId: null,
    })),
    /** The unfinished change stays for the same participant; the code does not. */
    letIdentityAge: assign(({ context }) => ({
      ...identity,
      expectedParticipantId: context.participantId,
      candidate: null,
      challengeId: null,
      via: null,
      destination: null,
      asked: 'askNumber' as const,
    })),
    forgetIdentity: assign({ ...identity, ...change, candidate: null, expectedParticipantId: null }),
    chooseField: assign((_, { field }: { field: Field }) => ({ ...change, field })),
    rememberValue: assign((_, { value, suggestion }: { value: string; suggestion: string | null }) => ({
      newValue: value,
      suggestion,
      challengeId: null,
      via: null,
      destination: null,
    })),
    takeSuggestion: assign(({ context }) => ({ newValue: context.suggestion, suggestion: null })),
    keepSpelling: assign({ suggestion: null }),
    rememberChallenge: assign((_, sent: Extract<SendCodeOutcome, { type: 'code.sent' }>) => ({
      challengeId: sent.challengeId,
      via: sent.via,
      destination: sent.destination,
      codeMinutes: sent.minutes,
    })),
    forgetChallenge: assign({ challengeId: null, via: null, destination: null }),
    forgetChange: assign(change),
    forgetFinishedChange: assign({ ...change, changeId: null, changeRef: null }),
    rememberProcessing: assign((_, { changeId, ref }: { changeId: string; ref: string | null }) => ({
      changeId,
      changeRef: ref,
    })),
    showAsRegistered: assign(({ context }, { field, value }: { field: Field; value: string }) => ({
      known: context.known === null ? null : { ...context.known, [field]: value },
    })),
    rememberCase: assign((_, { ref, dueAt }: { ref: string; dueAt: number }) => ({ caseRef: ref, caseDueAt: dueAt })),
    forgetCase: assign({ caseRef: null, caseDueAt: null }),
    /** An actor's output becomes the event that its busy state listens for. */
    takeOutcome: raise(({ event }) => (event as unknown as { output: Outcome }).output),
    takeFailure: raise({ type: 'world.failed' }),
  },
  guards: {
    isIdentified: ({ context }) => context.participantId !== null,
    identityHasAged: ({ context }, { at }: { at: number }) =>
      context.identifiedAt !== null &&
      context.lastAt !== null &&
      (at - context.lastAt > context.policy.identifiedIdleMinutes * minute ||
        at - context.identifiedAt > context.policy.identifiedMaxMinutes * minute),
    hasNewValue: ({ context }) => context.newValue !== null,
    hasField: ({ context }) => context.field !== null,
    hasSuggestion: (_, { suggestion }: { suggestion: string | null }) => suggestion !== null,
    /** `budi@gmail` has a likelier spelling and cannot be kept as it is. */
    isCompleteAddress: ({ context }) => /@.+\../.test(context.newValue ?? ''),
    isOtherField: ({ context }, { field }: { field: Field }) => context.field !== field,
    canNeverReceive: (_, { why }: { why: 'destination' | 'unavailable' }) => why === 'destination',
    /** A report of an older code means nothing any more. */
    isAwaited: ({ context }, { challengeId, is }: { challengeId: string; is: boolean }) =>
      is && context.challengeId === challengeId,
    isNewCase: (_, { isNew }: { isNew: boolean }) => isNew,
    hasChangeInHand: ({ context }) => context.field !== null || context.candidate !== null,
    wasGreeted: ({ context }) => context.notice?.notice === 'greeting',
    wasAsked: ({ context }, { prompt }: { prompt: PromptKey }) => context.asked === prompt,
    /** A value that the directory refuses can be replaced; old data that changed meanwhile must be looked at again. */
    canTryAnotherValue: (_, { reason }: { reason: 'valueInUse' | 'stale' | 'invalid' }) => reason !== 'stale',
  },
});

/** One way out of every busy state's actor: see `takeOutcome`. */
export const settled = {
  onDone: { actions: 'takeOutcome' },
  onError: { actions: 'takeFailure' },
} as const;
