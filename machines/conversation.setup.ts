// The vocabulary of the statechart: its context, events, guards, actions and the actors it asks of the world.
import { assign, fromPromise, raise, setup } from 'xstate';
import type { Notice, PromptKey } from './copy/keys.ts';
import type { ConversationEvent, Resumable } from './events.ts';
import type {
  CaseNow,
  CaseOutcome,
  ChangeOutcome,
  CheckCodeOutcome,
  ConfirmOutcome,
  Failure,
  FindHeldOutcome,
  IdentifyOutcome,
  Known,
  Outcome,
  PageOutcome,
  ReleaseOutcome,
  ReportOutcome,
  SendCodeOutcome,
  SendOldCodeOutcome,
  ValueOutcome,
  WordOutcome,
} from './outcomes.ts';
import { type Trouble, troubleOf } from './trouble.ts';
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
  policy: {
    identifiedIdleMinutes: number;
    identifiedMaxMinutes: number;
    noProgress: number;
    offerMinutes: number;
    pinInChat: boolean;
    keptNoticeMinutes: number;
  };
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
  /** when a person was last offered because of them */
  offeredAt: number | null;

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
  /** of the PIN page, which is worth nothing without the PIN */
  pageToken: string | null;
  pageUntil: number | null;

  /** a change that waits for a code at an old contact point, and which one it goes to */
  heldChangeId: string | null;
  oldContact: Field | null;

  /** a change that is being processed */
  changeId: string | null;
  changeRef: string | null;
  /** of the open case, as long as it concerns this conversation */
  caseRef: string | null;
  caseDueAt: number | null;
  /** how far the word had been passed when the case was last heard of; it only grows */
  caseEpoch: string | null;
  /** when the participant was last told that a message is kept */
  keptAt: number | null;
  /** why a person may be needed, once something has gone wrong */
  trouble: Trouble | null;
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

/** A code, and what its proof opens. */
const challenge = { challengeId: null, via: null, destination: null, pageToken: null, pageUntil: null };
const change = { ...challenge, field: null, newValue: null, suggestion: null, heldChangeId: null, oldContact: null };
const identity = { participantId: null, identifiedAt: null, known: null };
const minute = 60_000;

const hasAged = ({ identifiedAt, lastAt, policy }: Context, at: number): boolean =>
  identifiedAt !== null &&
  lastAt !== null &&
  (at - lastAt > policy.identifiedIdleMinutes * minute || at - identifiedAt > policy.identifiedMaxMinutes * minute);

/** A person, instead of the same sentence again. */
const isTimeToOffer = ({ fruitless, offeredAt, now, policy }: Context): boolean =>
  fruitless + 1 >= policy.noProgress && (offeredAt === null || now - offeredAt >= policy.offerMinutes * minute);

const isOffered = (context: Context, language: Language | null | undefined): boolean =>
  language === 'en' && context.language !== 'en';

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
      TurnInput & {
        participantId: string;
        challengeId: string;
        field: Field;
        value: string;
        pin: Hidden;
        onPage: boolean;
      }
    >(),
    openPinPage: world<PageOutcome, TurnInput & { challengeId: string }>(),
    findHeld: world<FindHeldOutcome, TurnInput & { participantId: string }>(),
    sendOldCode: world<SendOldCodeOutcome, TurnInput & { participantId: string; changeId: string; contact: Field }>(),
    releaseHeld: world<
      ReleaseOutcome,
      TurnInput & { participantId: string; changeId: string; challengeId: string; contact: Field; code: Hidden }
    >(),
    cancelByCode: world<ChangeOutcome, TurnInput & { code: Hidden }>(),
    readChange: world<ChangeOutcome, TurnInput & { participantId: string; changeId: string | null }>(),
    cancelHeld: world<ChangeOutcome, TurnInput & { asOldContact: boolean }>(),
    reportNotMe: world<ReportOutcome, TurnInput>(),
    openCase: world<
      CaseOutcome,
      TurnInput & { participantId: string | null; known: Known | null; reason: string; step: PromptKey }
    >(),
    leaveCase: world<CaseOutcome, TurnInput & { event: 'leave' | 'finish' }>(),
    readPlace: world<CaseOutcome, TurnInput>(),
    bindWord: world<WordOutcome, TurnInput & { word: string }>(),
  },
  actions: {
    beginTurn: assign(
      ({ context }, turn: { at: number; turnId: string; asked: PromptKey; language?: Language | null }) => ({
        now: turn.at,
        turnId: turn.turnId,
        asked: turn.asked,
        lastAt: turn.at,
        // Who begins in English is answered in it; later it is only offered.
        ...(context.lastAt === null
          ? { notice: { notice: 'greeting' } as const, language: turn.language ?? context.language }
          : { notice: isOffered(context, turn.language) ? ({ notice: 'englishOffered' } as const) : null }),
      }),
    ),
    /** Nobody wrote: who was here stays as old as they were. */
    beginEntry: assign((_, { at, turnId, asked }: { at: number; turnId: string; asked: PromptKey }) => ({
      now: at,
      turnId,
      asked,
      notice: null,
    })),
    say: assign((_, notice: Notice) => {
      const trouble = troubleOf(notice);
      return trouble === undefined ? { notice } : { notice, trouble };
    }),
    /** An answer that could not be used; the first message of all, and the first after a while, is not corrected. */
    sayUnclear: assign(({ context }, notice: Extract<Notice, { notice: 'unclear' }>) =>
      context.notice?.notice === 'greeting' || context.notice?.notice === 'identifyAgain'
        ? {}
        : {
            fruitless: context.fruitless + 1,
            ...(isTimeToOffer(context)
              ? ({ notice: { notice: 'agentOffered' }, trouble: 'notUnderstood', offeredAt: context.now } as const)
              : { notice }),
          },
    ),
    noteProgress: assign({ fruitless: 0 }),
    noteFailedMessage: assign({ trouble: 'messageFailed' }),
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
      ...challenge,
      candidate: null,
      asked: 'askNumber' as const,
    })),
    forgetIdentity: assign({ ...identity, ...change, candidate: null, expectedParticipantId: null }),
    chooseField: assign((_, { field }: { field: Field }) => ({ ...change, field })),
    rememberValue: assign((_, { value, suggestion }: { value: string; suggestion: string | null }) => ({
      ...challenge,
      newValue: value,
      suggestion,
    })),
    takeThisNumber: assign(({ context }) => ({ ...challenge, newValue: context.phone, suggestion: null })),
    takeSuggestion: assign(({ context }) => ({ newValue: context.suggestion, suggestion: null })),
    keepSpelling: assign({ suggestion: null }),
    rememberChallenge: assign((_, sent: Extract<SendCodeOutcome, { type: 'code.sent' }>) => ({
      challengeId: sent.challengeId,
      via: sent.via,
      destination: sent.destination,
      codeMinutes: sent.minutes,
    })),
    forgetChallenge: assign(challenge),
    rememberPage: assign((_, { token, until }: { token: string; until: number }) => ({
      pageToken: token,
      pageUntil: until,
    })),
    forgetPage: assign({ pageToken: null, pageUntil: null }),
    rememberHeld: assign((_, { changeId }: { changeId: string }) => ({ heldChangeId: changeId })),
    chooseOldContact: assign((_, { field }: { field: Field }) => ({ ...challenge, oldContact: field })),
    forgetHeld: assign({ ...challenge, heldChangeId: null, oldContact: null }),
    forgetChange: assign(change),
    forgetFinishedChange: assign({ ...change, changeId: null, changeRef: null }),
    rememberProcessing: assign((_, { changeId, ref }: { changeId: string; ref: string | null }) => ({
      changeId,
      changeRef: ref,
    })),
    showAsRegistered: assign(({ context }, { field, value }: { field: Field; value: string }) => ({
      known: context.known === null ? null : { ...context.known, [field]: value },
    })),
    /** Whoever hands over to a person takes every proof again; the value that was typed stays, and so does the identity with its age. */
    rememberCase: assign(({ context }, { ref, dueAt, epoch }: CaseNow) => ({
      ...challenge,
      caseRef: ref,
      caseDueAt: dueAt,
      caseEpoch: epoch,
      keptAt: context.caseRef === ref ? context.keptAt : null,
      fruitless: 0,
      // Whoever is with a person is not greeted by the bot, even where the place had been lost.
      lastAt: context.lastAt ?? context.now,
    })),
    /** A case that waits for the hours leaves everything as it is. */
    noteCase: assign((_, { ref, dueAt, epoch }: CaseNow) => ({ caseRef: ref, caseDueAt: dueAt, caseEpoch: epoch })),
    keepAsked: assign((_, { asked }: { asked: PromptKey }) => ({ asked })),
    forgetCase: assign((_, { epoch }: { epoch: string }) => ({
      caseRef: null,
      caseDueAt: null,
      caseEpoch: epoch,
      keptAt: null,
      trouble: null,
    })),
    /** Not after every message, or a long story is answered line by line. */
    sayKept: assign(({ context }) =>
      context.keptAt !== null && context.now - context.keptAt < context.policy.keptNoticeMinutes * minute
        ? {}
        : { keptAt: context.now, notice: { notice: 'messageKept' } as const },
    ),
    /** An actor's output becomes the event that its busy state listens for. */
    takeOutcome: raise(({ event }) => (event as unknown as { output: Outcome }).output),
    takeFailure: raise({ type: 'world.failed' }),
  },
  guards: {
    isIdentified: ({ context }) => context.participantId !== null,
    identityHasAged: ({ context }, { at }: { at: number }) => hasAged(context, at),
    /** Of the code that was proved last, by an identity that counts. */
    isOpenPage: ({ context }, { challengeId }: { challengeId: string }) =>
      context.challengeId === challengeId && !hasAged(context, context.now),
    isOnly: (_, { only }: { only: Field | null }) => only !== null,
    hasHeldChange: ({ context }) => context.heldChangeId !== null,
    mayTypePin: ({ context }) => context.policy.pinInChat,
    hasNewValue: ({ context }) => context.newValue !== null,
    hasField: ({ context }) => context.field !== null,
    hasSuggestion: (_, { suggestion }: { suggestion: string | null }) => suggestion !== null,
    provesThisNumber: ({ context }) => context.field === 'mobileNumber' && context.phone !== null,
    /** `budi@gmail` has a likelier spelling and cannot be kept as it is. */
    isCompleteAddress: ({ context }) => /@.+\../.test(context.newValue ?? ''),
    isOtherField: ({ context }, { field }: { field: Field }) => context.field !== field,
    canNeverReceive: (_, { why }: { why: 'destination' | 'unavailable' }) => why === 'destination',
    hasOtherWay: (_, { next }: { next: Channel | null }) => next !== null,
    /** A report of an older code means nothing any more. */
    isAwaited: ({ context }, { challengeId, is }: { challengeId: string; is: boolean }) =>
      is && context.challengeId === challengeId,
    isNewCase: (_, { isNew }: { isNew: boolean }) => isNew,
    hasCandidate: ({ context }) => context.candidate !== null,
    awaitsCode: ({ context }) => context.challengeId !== null,
    hasCase: ({ context }) => context.caseRef !== null,
    isControl: (_, { control, is }: { control: CaseNow['control']; is: CaseNow['control'] }) => control === is,
    isStep: (_, { step, is }: { step: Resumable; is: readonly Resumable[] }) => is.includes(step),
    /** What an agent puts somebody back to may need an identity that still counts: proof never grows younger. */
    canResume: ({ context }, { step, is }: { step: Resumable; is: readonly Resumable[] }) =>
      is.includes(step) &&
      context.participantId !== null &&
      context.identifiedAt !== null &&
      context.now - context.identifiedAt <= context.policy.identifiedIdleMinutes * minute,
    canResumeValue: ({ context }, { step, kept }: { step: Resumable; kept: boolean }) =>
      step === 'newValue' &&
      context.field !== null &&
      (context.newValue !== null) === kept &&
      context.participantId !== null &&
      context.identifiedAt !== null &&
      context.now - context.identifiedAt <= context.policy.identifiedIdleMinutes * minute,
    hasChangeInHand: ({ context }) => context.field !== null || context.candidate !== null,
    wasGreeted: ({ context }) => context.notice?.notice === 'greeting',
    wasAsked: ({ context }, { prompt }: { prompt: PromptKey }) => context.asked === prompt,
    /** Once somebody was found by it, there is nothing that a birth date could belong to. */
    awaitsBirthDate: ({ context }) => context.asked === 'askBirthDate' && context.candidate !== null,
    /** A value that the directory refuses can be replaced; old data that changed meanwhile must be looked at again. */
    canTryAnotherValue: ({ context }, { reason }: { reason: 'valueInUse' | 'stale' | 'invalid' }) =>
      context.field !== null && reason !== 'stale',
  },
});

/** One way out of every busy state's actor: see `takeOutcome`. */
export const settled = {
  onDone: { actions: 'takeOutcome' },
  onError: { actions: 'takeFailure' },
} as const;
