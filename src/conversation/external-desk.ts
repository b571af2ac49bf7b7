// An existing contact centre in the place of our console: what it is told of cases, and what it may ask of them. Only
// redacted text and masked names cross here.
import type { Resumable } from '#machines/events.ts';
import type { Channel, Language } from '#machines/vocabulary.ts';
import type { CaseState, EndReason, LintProblem } from './desk-port.ts';

// --- what it is told ---------------------------------------------------------------------------------------------

/** One step of the bot before the case; `text` redacted, and only where the bot did not understand. */
export interface ToldStep {
  at: string;
  prompt: string;
  answer: string;
  text: string | null;
}

/** Moments are ISO 8601 in UTC. */
export interface DeskNews {
  /** Somebody waits for a person; `again`: nobody has this case any more, whoever had it. */
  'case.requested': {
    caseId: string;
    /** what participant and agents call it, e.g. `KC-7K3M9Q` */
    ref: string;
    reason: string;
    /** the prompt at which the participant was */
    step: string;
    channel: Channel;
    language: Language;
    /** the same for every case of this conversation; opaque */
    participantRef: string;
    /** masked */
    displayName: string;
    /** free text may leave until then; null: no window */
    windowEndsAt: string | null;
    dueAt: string;
    again: boolean;
    /** what the bot did before; empty where it follows as `case.steps` */
    steps: ToldStep[];
  };
  /** What the bot did before the case, once. */
  'case.steps': { caseId: string; steps: ToldStep[] };
  'message.received': {
    caseId: string;
    messageId: string;
    /** text, image, voice, location … */
    kind: string;
    text: string;
    /** named, never sent */
    media: { kind: string; contentType: string }[];
    windowEndsAt: string | null;
  };
  /** An agent's message that was taken and has not reached the participant, and will not. */
  'message.returned': { caseId: string; callId: string; why: 'epoch' | 'window' | 'refused' };
  /** Of these two exactly one follows each `case.requested` that nobody repeats. */
  'participant.left': { caseId: string; how: 'left' | 'finished' | 'optedOut' };
  'case.closed': { caseId: string; endReason: EndReason };
}
export type DeskNewsType = keyof DeskNews;

export type DeskEvent = {
  [Type in DeskNewsType]: { eventId: string; at: string; type: Type; data: DeskNews[Type] };
}[DeskNewsType];

/** `later`: no answer, or one that may change; `refused`: it will never take this one. */
export type DeskOutcome =
  | { outcome: 'delivered' }
  | { outcome: 'later'; status: number | null; retryAfterMs: number | null }
  | { outcome: 'refused'; status: number };

export interface ExternalDesk {
  /**
   * Tells one event; the same one has the same id and bytes. Ends within `policy.budget.deskMs`. Never throws for what
   * the desk says.
   * @param isRepeat  it was tried before, so the desk may have it
   */
  deliver(event: DeskEvent, options: { isRepeat: boolean; signal?: AbortSignal | undefined }): Promise<DeskOutcome>;
}

/** Rows written in the transaction of what they tell. All throw UnavailableError. */
export interface DeskOutbox {
  /**
   * Claims the next event of a case, in the order in which things happened.
   * @returns `later`: another sender has it, or its next try is not due; null: all is told
   */
  take(caseId: string): Promise<{ event: DeskEvent; isRepeat: boolean } | 'later' | null>;
  finish(eventId: string, outcome: DeskOutcome): Promise<void>;
}

/** What another system calls our cases. All throw UnavailableError. */
export interface DeskLinks {
  find(caseId: string): Promise<string | null>;
  keep(caseId: string, remoteId: string): Promise<void>;
  caseOf(remoteId: string): Promise<string | null>;
}

// --- what it may ask ---------------------------------------------------------------------------------------------

/** @returns our id of an agent who signs in at another desk; no identity provider of ours gives such a one */
export const agentOfDesk = (ref: string): string => `desk|${ref}`;

/** `ref`: the desk's own, opaque; `alias`: the only name that participants see. */
export interface DeskAgent {
  ref: string;
  name: string;
  alias: string;
}

/** Safe to repeat: the same `callId` has the same effect and the same answer. */
export type DeskCall = { callId: string; caseId: string } /** @param reassigns  also from a colleague who has it */ & (
  | { call: 'claim'; agent: DeskAgent; reassigns: boolean }
  /** @param claims  whoever writes has the case */
  | { call: 'message'; agent: DeskAgent; claims: boolean; text: string }
  /** @param agent  null: whoever has it */
  | { call: 'return'; agent: Pick<DeskAgent, 'ref'> | null; step: Resumable }
  | { call: 'close'; agent: Pick<DeskAgent, 'ref'> | null; disposition: string }
);

/** HTTP: done 200, unknownCase 404, windowClosed, taken, notYours, illegal, conflict and idReused 409, linted and invalid 422. */
export type DeskAnswer =
  | {
      result: 'done';
      case: { caseId: string; ref: string; state: CaseState; version: number };
      /** where the bot really goes on: `identify` where the evidence of another step is missing or old */
      step?: Resumable;
    }
  | { result: 'unknownCase' | 'taken' | 'notYours' | 'conflict' | 'idReused' | 'forbidden' }
  | { result: 'illegal'; state: CaseState }
  | { result: 'windowClosed'; since: string }
  | { result: 'linted'; rules: LintProblem['rule'][] }
  | { result: 'invalid'; why: string };

/** @throws UnavailableError `unavailable`  try again */
export type TakeDeskCall = (call: DeskCall) => Promise<DeskAnswer>;

/** Every call with its answer, so that a repeated one gets that. All throw UnavailableError. */
export interface DeskCalls {
  /**
   * @returns `new`: nobody has answered it yet; `other`: that id belongs to another call
   */
  begin(call: DeskCall): Promise<{ result: 'new' | 'other' } | { result: 'answered'; answer: DeskAnswer }>;
  answer(callId: string, answer: DeskAnswer): Promise<void>;
  /** null: there is no such case */
  standing(caseId: string): Promise<DeskStanding | null>;
}

export interface DeskStanding {
  caseId: string;
  ref: string;
  state: CaseState;
  version: number;
  /** our id of whoever has it */
  assignee: string | null;
}
