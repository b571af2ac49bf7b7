// What the world answered to a busy state: the output of each actor is one of these, and the state listens for it
// as for any other event, so that every way on is an arrow in the chart.
import type { CaseControl } from './case.machine.ts';
import type { Channel, Field } from './vocabulary.ts';

/** What is shown of a participant; contact values and the name are masked. */
export interface Known {
  name: string;
  email: string | null;
  mobileNumber: string | null;
  segment: string;
  membershipStatus: string;
}

export type IdentifyOutcome =
  | { type: 'identify.matched'; participantId: string; known: Known }
  /** unknown, another birth date, or over a limit: nobody learns which */
  | { type: 'identify.notMatched' };

export type ValueOutcome = { type: 'value.isNew' } | { type: 'value.isRegistered' } | { type: 'value.isOurs' };

export type SendCodeOutcome =
  | { type: 'code.sent'; challengeId: string; via: 'mail' | Channel; destination: string; minutes: number }
  | { type: 'code.tooSoon'; seconds: number }
  | { type: 'code.limited'; until: number | null }
  /** `destination`: it can never receive one */
  | { type: 'code.notSent'; why: 'destination' | 'unavailable' }
  /** its owner said stop to our SMS; `next`: how a code can go there all the same */
  | { type: 'code.numberStopped'; next: Channel | null }
  | { type: 'value.isRegistered' };

export type CheckCodeOutcome =
  | { type: 'code.right' }
  | { type: 'code.wrong'; triesLeft: number }
  | { type: 'code.older'; triesLeft: number }
  | { type: 'code.expired' }
  | { type: 'code.exhausted' }
  | { type: 'code.limited'; until: number | null };

export type ChangeOutcome =
  | { type: 'change.applied'; field: Field; value: string; at: number; ref: string }
  /** `canRelease`: a code at an old contact point would make it effective now */
  | { type: 'change.held'; field: Field; until: number; ref: string; canRelease: boolean }
  | { type: 'change.processing'; changeId: string; field: Field; ref: string }
  | { type: 'change.refused'; field: Field; reason: 'valueInUse' | 'stale' | 'invalid'; ref: string }
  | { type: 'change.cancelled'; field: Field; ref: string }
  | { type: 'change.none' };

export type ConfirmOutcome =
  | ChangeOutcome
  | { type: 'pin.wasCode' }
  | { type: 'pin.wrong'; attemptsLeft: number }
  | { type: 'pin.locked'; until: number | null }
  | { type: 'pin.notSet' }
  | { type: 'pin.limited'; until: number | null }
  /** as many wrong PINs as one code allows; another code may have others */
  | { type: 'pin.spent' }
  | { type: 'pin.unanswered' };

export type PageOutcome = { type: 'page.opened'; token: string; until: number };

export type FindHeldOutcome =
  /** `only`: the one old contact point there is; null: it can be chosen */
  { type: 'held.found'; changeId: string; only: Field | null } | { type: 'held.none' } | { type: 'held.noContact' };

export type SendOldCodeOutcome =
  | Exclude<SendCodeOutcome, { type: 'value.isRegistered' }>
  | { type: 'held.none' }
  | { type: 'held.noContact' };

export type ReleaseOutcome = Exclude<CheckCodeOutcome, { type: 'code.right' }> | ChangeOutcome;

export type ReportOutcome =
  | { type: 'report.taken'; ref: string; frozen: boolean; case: CaseNow }
  | { type: 'report.nothing' };

/** Where a case stands, as the conversation keeps it. */
export interface CaseNow {
  ref: string;
  dueAt: number;
  /** grows at every change of speaker */
  epoch: string;
  control: CaseControl;
}

export type CaseOutcome =
  /** `place`, `minutes`: how many wait before it, and for how long; null: nobody knows */
  | { type: 'case.opened'; case: CaseNow; isNew: boolean; place: number | null; minutes: number | null }
  /** closed, or full: it is queued again by itself; `opensAt` null: nobody knows when */
  | { type: 'case.deferred'; case: CaseNow; opensAt: number | null }
  | { type: 'case.limited' }
  /**
   * `case` null: there was none any more. `over`: it no longer concerns the participant; `review`: nobody has to wait for
   * it, and somebody will look at it; `none`: a person still has it
   */
  | { type: 'case.left'; case: CaseNow | null; end: 'over' | 'review' | 'none' }
  | { type: 'case.placed'; place: number | null; minutes: number | null };

export type WordOutcome = { type: 'word.bound'; case: CaseNow } | { type: 'word.unknown' } | { type: 'word.limited' };

/** A store or the directory did not answer; what was begun has a job. */
export type Failure = { type: 'world.failed' };

export type Outcome =
  | IdentifyOutcome
  | ValueOutcome
  | SendCodeOutcome
  | CheckCodeOutcome
  | ConfirmOutcome
  | PageOutcome
  | FindHeldOutcome
  | ReportOutcome
  | CaseOutcome
  | WordOutcome
  | Failure;
