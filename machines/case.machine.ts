// The one truth about a case of Care Center 165: which step may follow which, who may take it, and who then has the word.
import { initialTransition, setup, transition } from 'xstate';
import { z } from 'zod';

/**
 * `review`: somebody has to look at it, and nobody waits for that in the chat. `invited`, `drafted`: started for a caller.
 * `expired` and `closed` are ends; every other state is open.
 */
export const CaseState = z.enum([
  'queued',
  'review',
  'offered',
  'connected',
  'lost',
  'parked',
  'assisted',
  'wrapUp',
  'offline',
  'drafted',
  'invited',
  'expired',
  'closed',
]);
export type CaseState = z.infer<typeof CaseState>;

/** Who may speak to the participant. */
export const CaseControl = z.enum(['bot', 'queue', 'agent']);
export type CaseControl = z.infer<typeof CaseControl>;

/**
 * What somebody is to one case, read from the database at every command: an agent can be several at once.
 * `colleague`: works in the team of the case and has room; `target`: the case was offered to them.
 */
export type CaseHat =
  | 'assignee'
  | 'target'
  | 'colleague'
  | 'senior'
  | 'supervisor'
  | 'participant'
  | 'machine'
  | 'timer'
  | 'system';

export type CaseEventType =
  | 'claim'
  | 'assign'
  | 'prioritise'
  | 'leave'
  | 'queueMax'
  | 'ask'
  | 'askLater'
  | 'reviewMax'
  | 'hoursEnd'
  | 'hoursStart'
  | 'accept'
  | 'decline'
  | 'offerMax'
  | 'send'
  | 'note'
  | 'transferToAgent'
  | 'transferToTeam'
  | 'park'
  | 'runStep'
  | 'takeBack'
  | 'return'
  | 'resolve'
  | 'finish'
  | 'loseAgent'
  | 'release'
  | 'beat'
  | 'grace'
  | 'inbound'
  | 'inboundAway'
  | 'parkMax'
  | 'stepEnded'
  | 'stepIdle'
  | 'stepUnwatched'
  | 'dispose'
  | 'wrapMax'
  | 'invite'
  | 'bound'
  | 'inviteMax'
  | 'takeOver'
  | 'close'
  | 'optOut'
  | 'liftLock'
  | 'restore'
  | 'propose'
  | 'approve';

export interface CaseEvent {
  type: CaseEventType;
  /** everything that whoever does it is to the case */
  hats: readonly CaseHat[];
  /** nobody asked for a person, yet one has to look at it: whoever waited for it may go, the case stays */
  mustBeSeen?: boolean;
}

const setUp = setup({
  types: {
    events: {} as CaseEvent,
    meta: {} as { control: CaseControl },
    tags: {} as 'ended',
  },
  actions: {
    /** Marks what leaves the state as it is; without an action xstate would call it impossible. */
    stay: () => {},
  },
  guards: {
    may: ({ event }, hats: readonly CaseHat[]) => event.hats.some((hat) => hats.includes(hat)),
    mayBeforeSeen: ({ event }, hats: readonly CaseHat[]) =>
      event.mustBeSeen === true && event.hats.some((hat) => hats.includes(hat)),
  },
});

const by = (...hats: CaseHat[]) => ({ type: 'may', params: hats }) as const;

/** Nothing of the state changes, yet only these may do it. */
const stay = (...hats: CaseHat[]) => ({ guard: by(...hats), actions: 'stay' }) as const;

/** Ends the case, unless somebody has to look at it all the same. */
const endUnlessUnseen = (hat: CaseHat, end: 'closed' | 'expired') =>
  [
    { guard: { type: 'mayBeforeSeen', params: [hat] }, target: 'review' },
    { guard: by(hat), target: end },
  ] as const;

/** What a supervisor may do with anything open, and the participant's last word. */
const anyCase = {
  prioritise: stay('supervisor'),
  note: stay('supervisor'),
  liftLock: stay('supervisor'),
  restore: stay('supervisor'),
  propose: stay('senior'),
  approve: stay('supervisor'),
  close: { guard: by('supervisor', 'system'), target: 'closed' },
  optOut: { guard: by('participant'), target: 'closed' },
} as const;

/** Where there is a chat, another agent can have it. */
const anyOpen = {
  ...anyCase,
  takeOver: { guard: by('supervisor'), target: 'connected' },
  assign: { guard: by('supervisor'), target: 'offered' },
} as const;

export const caseMachine = setUp.createMachine({
  id: 'case',
  initial: 'queued',
  states: {
    queued: {
      meta: { control: 'queue' },
      on: {
        ...anyOpen,
        claim: { guard: by('colleague'), target: 'connected' },
        leave: endUnlessUnseen('participant', 'closed'),
        optOut: endUnlessUnseen('participant', 'closed'),
        queueMax: endUnlessUnseen('timer', 'expired'),
        hoursEnd: { guard: by('timer'), target: 'offline' },
      },
    },
    /** The bot goes on. Whoever asks for a person meanwhile waits for this one. */
    review: {
      meta: { control: 'bot' },
      on: {
        ...anyOpen,
        optOut: stay('participant'),
        claim: { guard: by('colleague'), target: 'connected' },
        ask: { guard: by('participant'), target: 'queued' },
        askLater: { guard: by('participant'), target: 'offline' },
        reviewMax: { guard: by('timer'), target: 'expired' },
      },
    },
    offered: {
      meta: { control: 'queue' },
      on: {
        ...anyOpen,
        accept: { guard: by('target'), target: 'connected' },
        decline: { guard: by('target'), target: 'queued' },
        offerMax: { guard: by('timer'), target: 'queued' },
        leave: endUnlessUnseen('participant', 'closed'),
        optOut: endUnlessUnseen('participant', 'closed'),
      },
    },
    connected: {
      meta: { control: 'agent' },
      on: {
        ...anyOpen,
        send: stay('assignee'),
        note: stay('assignee', 'supervisor'),
        transferToAgent: { guard: by('assignee', 'supervisor'), target: 'offered' },
        transferToTeam: { guard: by('assignee', 'supervisor'), target: 'queued' },
        park: { guard: by('assignee', 'timer'), target: 'parked' },
        runStep: { guard: by('assignee'), target: 'assisted' },
        return: { guard: by('assignee'), target: 'closed' },
        resolve: { guard: by('assignee'), target: 'wrapUp' },
        finish: { guard: by('participant'), target: 'wrapUp' },
        loseAgent: { guard: by('system'), target: 'lost' },
        release: { guard: by('system', 'timer'), target: 'queued' },
      },
    },
    /** The agent's connection is gone; somebody else gets the case when the grace is over. */
    lost: {
      meta: { control: 'agent' },
      on: {
        ...anyOpen,
        beat: { guard: by('assignee'), target: 'connected' },
        grace: { guard: by('timer'), target: 'queued' },
        release: { guard: by('system'), target: 'queued' },
        finish: { guard: by('participant'), target: 'wrapUp' },
      },
    },
    /** Waits for somebody, at most `case.parkMaxHours`. */
    parked: {
      meta: { control: 'agent' },
      on: {
        ...anyOpen,
        note: stay('assignee', 'supervisor'),
        takeBack: { guard: by('assignee'), target: 'connected' },
        transferToAgent: { guard: by('assignee', 'supervisor'), target: 'offered' },
        transferToTeam: { guard: by('assignee', 'supervisor'), target: 'queued' },
        inbound: { guard: by('participant'), target: 'connected' },
        inboundAway: { guard: by('participant'), target: 'queued' },
        finish: { guard: by('participant'), target: 'wrapUp' },
        release: { guard: by('system'), target: 'queued' },
        parkMax: { guard: by('timer'), target: 'wrapUp' },
      },
    },
    /** The bot runs a step and the agent looks on. */
    assisted: {
      meta: { control: 'bot' },
      on: {
        ...anyOpen,
        note: stay('assignee', 'supervisor'),
        stepEnded: { guard: by('machine'), target: 'connected' },
        stepIdle: { guard: by('timer'), target: 'connected' },
        takeBack: { guard: by('assignee'), target: 'connected' },
        stepUnwatched: { guard: by('timer', 'system'), target: 'closed' },
      },
    },
    wrapUp: {
      meta: { control: 'bot' },
      on: {
        ...anyOpen,
        note: stay('assignee', 'supervisor'),
        dispose: { guard: by('assignee'), target: 'closed' },
        wrapMax: { guard: by('timer'), target: 'closed' },
      },
    },
    /** Nobody is there just now: asked for again when the hours begin. */
    offline: {
      meta: { control: 'bot' },
      on: {
        ...anyOpen,
        hoursStart: { guard: by('timer'), target: 'queued' },
        leave: endUnlessUnseen('participant', 'closed'),
        optOut: endUnlessUnseen('participant', 'closed'),
      },
    },
    /** Begun for somebody who calls. */
    drafted: {
      meta: { control: 'bot' },
      on: {
        ...anyCase,
        close: { guard: by('assignee', 'supervisor', 'system'), target: 'closed' },
        note: stay('assignee', 'supervisor'),
        invite: { guard: by('senior', 'supervisor'), target: 'invited' },
      },
    },
    invited: {
      meta: { control: 'bot' },
      on: {
        ...anyCase,
        invite: { guard: by('senior', 'supervisor'), target: 'invited', reenter: true },
        close: { guard: by('assignee', 'supervisor', 'system'), target: 'closed' },
        note: stay('assignee', 'supervisor'),
        bound: { guard: by('participant'), target: 'assisted' },
        inviteMax: { guard: by('timer'), target: 'expired' },
      },
    },
    expired: { type: 'final', tags: 'ended', meta: { control: 'bot' } },
    // Whoever ended it may still say how, and every talk may get a last note.
    closed: { tags: 'ended', meta: { control: 'bot' }, on: { dispose: stay('assignee'), note: stay('assignee') } },
  },
});

const [begun] = initialTransition(caseMachine);

/** @returns the state after it; null: this may not happen there, or not by them */
export function stepCase(state: CaseState, event: CaseEvent): CaseState | null {
  const before = caseMachine.resolveState({ value: state, context: begun.context });
  if (!before.can(event)) return null;
  return CaseState.parse(transition(caseMachine, before, event)[0].value);
}

/** Whether somebody of its team may have it now: by a claim, or because it was offered to them. */
export const canBeClaimed = (state: CaseState): boolean =>
  stepCase(state, { type: 'claim', hats: ['colleague'] }) !== null;
export const canBeAccepted = (state: CaseState): boolean =>
  stepCase(state, { type: 'accept', hats: ['target'] }) !== null;

export function controlIn(state: CaseState): CaseControl {
  const [meta] = Object.values(caseMachine.resolveState({ value: state, context: begun.context }).getMeta());
  if (meta === undefined) throw new Error('a state of a case without a speaker');
  return meta.control;
}

export const hasEnded = (state: CaseState): boolean =>
  caseMachine.resolveState({ value: state, context: begun.context }).hasTag('ended');
