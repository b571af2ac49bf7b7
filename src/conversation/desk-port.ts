// What the console of Care Center 165 may ask and do. Agents command cases; nobody here can write contact data.
import type { CaseControl, CaseState } from '#machines/case.machine.ts';
import type { LintProblem } from '#machines/copy/composer-lint.ts';
import type { Resumable } from '#machines/events.ts';
import type { Channel, Field, Language } from '#machines/vocabulary.ts';
import type { AgentRole } from '#src/config.ts';
import type { ChangeState } from './ports.ts';

export type { CaseControl, CaseState } from '#machines/case.machine.ts';
export type { LintProblem } from '#machines/copy/composer-lint.ts';

export type Availability = 'available' | 'break' | 'call';

export interface Agent {
  /** ours and opaque; never shown to participants */
  agentId: string;
  /** shown to colleagues */
  name: string;
  /** the only name that participants see: `Petugas 165 - <alias>` */
  alias: string;
  role: AgentRole;
  team: string;
  availability: Availability;
  disabled: boolean;
  /** open cases that count against `case.maxOpen` */
  open: number;
}

/** One case in a list: masked. */
export interface CaseSummary {
  caseId: string;
  /** e.g. `KC-7K3M9Q`: what participants and agents call it */
  ref: string;
  version: number;
  state: CaseState;
  control: CaseControl;
  origin: 'participant' | 'call' | 'system';
  reason: string;
  /** the prompt key at which the participant was */
  step: string;
  /** null: begun for a caller who has not written yet */
  channel: Channel | null;
  language: Language;
  team: string;
  priority: number;
  assignee: { agentId: string; name: string; alias: string } | null;
  /** masked; null: nobody has been identified */
  name: string | null;
  enqueuedAt: Date | null;
  claimedAt: Date | null;
  firstReplyAt: Date | null;
  lastInAt: Date | null;
  lastOutAt: Date | null;
  /** WhatsApp only: free text may leave until then; null: no window */
  windowEndsAt: Date | null;
  /** what happens next by itself, and when; null: nothing */
  nextTimer: { kind: TimerKind; at: Date } | null;
  /** by when the participant was told that it is settled */
  dueAt: Date;
  closedAt: Date | null;
  endReason: EndReason | null;
  disposition: string | null;
  /** the participant wrote after the last answer */
  unread: number;
  /** redacted, at most 80 characters; null: nothing was written */
  lastLine: string | null;
  /** seconds that the participant has waited since `enqueuedAt` until the first claim, or now */
  waitedSeconds: number;
}

export type EndReason =
  | 'resolved'
  | 'returned_to_bot'
  | 'cancelled'
  | 'left_queue'
  | 'expired_no_agent'
  | 'offline_deferred'
  | 'agent_left_step_running'
  | 'transferred_out'
  | 'integration_failed'
  | 'opted_out'
  | 'merged';

export type TimerKind =
  | 'queueNotice1'
  | 'queueNotice2'
  | 'queueMax'
  | 'reviewMax'
  | 'hoursEnd'
  | 'hoursStart'
  | 'offerMax'
  | 'firstReplyReminder'
  | 'firstReplyMax'
  | 'grace'
  | 'silentReminder'
  | 'silentPark'
  | 'parkMax'
  | 'stepIdle'
  | 'inviteMax'
  | 'wrapMax';

/** One line of what was said and done, oldest first; every text is redacted. */
export type TimelineEntry =
  | {
      entry: 'participant';
      messageId: string;
      at: Date;
      kind: string;
      text: string;
      media: { kind: string; contentType: string }[];
      /** media sent while a code lived: only a supervisor may open it */
      hidden: boolean;
    }
  | {
      entry: 'agent';
      messageId: string;
      at: Date;
      alias: string;
      text: string;
      /** the approved one, whose words the provider keeps; `text` is empty */
      isTemplate: boolean;
      delivery: 'queued' | 'sent' | 'delivered' | 'read' | 'failed' | 'returned';
    }
  /** what the bot asked and how it was answered, while it runs a step for the agent */
  | { entry: 'bot'; at: Date; prompt: string; notice: string | null; triesLeft: number | null }
  /** private: the participant never sees it */
  | { entry: 'note'; messageId: string; at: Date; author: string; text: string }
  /** a transition: `event` of case_events, its actor's name (`participant`, `system` or an agent's) and details */
  | { entry: 'event'; position: string; at: Date; event: string; by: string; details: Record<string, unknown> };

/** The bot's part before the case, as sentences' data: at most 20, oldest first. */
export interface BotStep {
  at: Date;
  prompt: string;
  /** the type of the event that the answer meant, e.g. `answer.code` */
  answer: string;
  /** redacted; only where the bot did not understand */
  text: string | null;
}

export interface CaseFacts {
  /** changes of this participant, newest first; values masked */
  changes: { ref: string; field: Field; state: string; value: string; at: Date }[];
  /** codes sent in the last 24 h */
  codesSent: number;
  codeFailures: number;
  pinFailures: number;
  /** online change is stopped until somebody lifts it */
  locked: boolean;
}

export interface CaseView extends CaseSummary {
  /** whether the reader may write: only the assignee, and only where the state allows it */
  mayWrite: boolean;
  card: { name: string; email: string | null; mobileNumber: string | null; segment: string; status: string } | null;
  /** the last two digits of the number that writes, or null */
  senderEndsWith: string | null;
  /** null: the place in the conversation was lost, so only `facts` can be told */
  botSteps: BotStep[] | null;
  facts: CaseFacts;
  timeline: TimelineEntry[];
  /** whether there is an approved template for when the window of WhatsApp has closed */
  canSendTemplate: boolean;
  draft: { text: string; version: number; savedAt: Date } | null;
  /** masked contact points that an invitation may go to, by index; only for `start for a caller` */
  contacts: { index: number; via: 'sms' | 'whatsapp'; masked: string }[];
  /** "not me": what a supervisor may let come back */
  reported: ReportedChange[];
  /** both old contacts lost: what two people may let through after its hold */
  unseen: UnseenChange[];
  /** the case that this one continues */
  reopens: string | null;
}

/** A change that somebody with an old contact point has reported in this case; values masked. */
export interface ReportedChange {
  changeId: string;
  ref: string;
  field: Field;
  /** what it made the value */
  now: string;
  /** what would come back */
  before: string;
  /** of the change that brings it back; null: nobody has approved one */
  restoring: ChangeState | null;
}

/** A held change that no old contact point has proved, where two people have to look at it; values masked. */
export interface UnseenChange {
  changeId: string;
  ref: string;
  field: Field;
  value: string;
  /** not before */
  heldUntil: Date;
  /** by itself, where nobody has approved it */
  cancelsAt: Date;
  exception: {
    exceptionId: string;
    proposedBy: { agentId: string; name: string };
    expiresAt: Date;
    /** null: it waits for a second person */
    approvedBy: string | null;
  } | null;
}

/** Every command says who does it, on what they saw, and once. */
export interface Command {
  /** from the session, never from the form */
  agentId: string;
  caseId: string;
  /** the version that was on the screen */
  version: number;
  /** the same key again answers the same and does nothing */
  idempotencyKey: string;
}

/** HTTP: done 200, conflict 409, illegal 409, full 409, forbidden 403, absent 404, windowClosed 409, linted 422, invalid 422. */
export type Verdict<More = object> =
  | ({ result: 'done'; case: CaseSummary } & More)
  /** somebody else was quicker; `takenBy`: name of who has it now, null: nobody */
  | { result: 'conflict'; takenBy: string | null; at: Date | null; state: CaseState; version: number }
  /** not from this state */
  | { result: 'illegal'; state: CaseState }
  /** `case.maxOpen` */
  | { result: 'full'; max: number }
  | { result: 'forbidden' }
  | { result: 'absent' }
  /** WhatsApp takes no free text now */
  | { result: 'windowClosed'; since: Date }
  | { result: 'linted'; problems: LintProblem[] }
  | { result: 'invalid'; why: string };

/** Told before sending, does not block: SMS segments, and the first character that doubles them. */
export interface LintHints {
  segments: number | null;
  costly: string | null;
}

export type QueueView = 'queue' | 'mine' | 'waiting' | 'all' | 'closed';

export interface Figures {
  now: { queued: number; review: number; connected: number; parked: number; offline: number; agents: number };
  day: {
    opened: number;
    closed: number;
    abandoned: number;
    waitMedianSeconds: number | null;
    waitP90Seconds: number | null;
    firstReplyMedianSeconds: number | null;
    durationMedianSeconds: number | null;
    /** hour of the day, 0..23, in UTC; null: no case */
    busiestHour: number | null;
    byReason: { reason: string; count: number }[];
    byStep: { step: string; count: number }[];
    returnedToBot: number;
    startedForCaller: number;
    startedForCallerDone: number;
    lostConnections: number;
    lateBotRowsDropped: number;
    lintBlocks: number;
    revealsByAgent: { name: string; count: number }[];
  };
  olderThan48h: number;
  olderThan72h: number;
}

export interface CannedReply {
  key: string;
  version: number;
  language: Language;
  title: string;
  /** with variables in braces: `{ref}` */
  text: string;
}

/** All throw UnavailableError. Rights are read from the database at every call; deny by default. */
export interface CaseDesk {
  // --- who
  /** At every sign-in: role as the identity provider names it; the team is where somebody begins, and the admin's after that. */
  signIn(agent: { agentId: string; name: string; alias: string; role: AgentRole; team: string }): Promise<Agent>;
  /** null: unknown or disabled */
  agent(agentId: string): Promise<Agent | null>;
  agents(agentId: string): Promise<Agent[]>;
  /** Every 20 s per agent; none for 45 s: their cases are `lost`. */
  heartbeat(agentId: string): Promise<void>;
  setAvailability(agentId: string, availability: Availability): Promise<void>;
  /** admin; for what they claim from now on: cases that they hold stay with them */
  setTeam(agentId: string, target: string, team: string): Promise<'done' | 'forbidden' | 'invalid'>;
  /** admin; the agent's cases are queued again at once */
  disable(agentId: string, target: string): Promise<'done' | 'forbidden'>;

  // --- look
  /** The first hundred, in the order in which they are due to be taken; `counts` says how many there are. */
  list(agentId: string, view: QueueView): Promise<CaseSummary[]>;
  counts(agentId: string): Promise<Record<QueueView, number>>;
  /** By reference (`KC-7K3M9Q`) or live case word, and nothing else. null: none, or not theirs to read. */
  find(agentId: string, text: string): Promise<{ caseId: string; view: QueueView } | null>;
  /** Writes an audit row. null: there is none, or not for them. */
  read(agentId: string, caseId: string): Promise<CaseView | null>;
  figures(agentId: string): Promise<Figures | null>;
  audit(agentId: string, page: { before: Date | null }): Promise<AuditLine[] | null>;
  /** Where media of a participant lies; audited. */
  media(request: {
    agentId: string;
    caseId: string;
    messageId: string;
    index: number;
    reason: string;
  }): Promise<{ url: string; contentType: string } | null>;
  canned(language: Language): Promise<CannedReply[]>;
  /** admin; a new version of that key */
  saveCanned(agentId: string, reply: Omit<CannedReply, 'version'>): Promise<'done' | 'forbidden' | 'invalid'>;
  /** @returns undefined to call when the screen is gone */
  onCaseChanged(listener: (change: { caseId: string; position: string }) => void): () => void;

  // --- the agent's
  claim(command: Command): Promise<Verdict>;
  accept(command: Command): Promise<Verdict>;
  decline(command: Command): Promise<Verdict>;
  /** @param sure  also where it looks like another case's (`otherCase`), after it was said so */
  send(command: Command & { text: string; sure?: boolean }): Promise<Verdict<LintHints>>;
  /** The approved template outside the 24 h, once until they answer; refused where none is configured. */
  sendTemplate(command: Command): Promise<Verdict>;
  /** The same checks as `send`, and nothing leaves. */
  lint(agentId: string, caseId: string, text: string): Promise<{ problems: LintProblem[] } & LintHints>;
  note(command: Command & { text: string }): Promise<Verdict>;
  saveDraft(command: Command & { text: string }): Promise<'saved' | 'forbidden'>;
  transfer(command: Command & { to: { agentId: string } | { team: string }; reason: string }): Promise<Verdict>;
  /** @param untilMinutes  at most 24 h; null: until the participant writes */
  park(command: Command & { untilMinutes: number | null; tell: boolean }): Promise<Verdict>;
  /** What the participant would get, and whether the step can be taken: `identify` where its evidence is missing or old. */
  previewReturn(agentId: string, caseId: string, step: Resumable): Promise<{ step: Resumable; text: string } | null>;
  returnToBot(command: Command & { step: Resumable }): Promise<Verdict<{ step: Resumable }>>;
  runStep(command: Command & { step: Resumable }): Promise<Verdict<{ step: Resumable }>>;
  takeBack(command: Command): Promise<Verdict>;
  resolve(command: Command): Promise<Verdict>;
  dispose(command: Command & { code: string; note: string }): Promise<Verdict>;
  /** One field for 30 s; audited, at most 20 an hour. */
  reveal(request: {
    agentId: string;
    caseId: string;
    field: 'name' | 'email' | 'mobileNumber';
    reason: string;
  }): Promise<{ value: string | null } | 'limited' | 'forbidden' | 'absent'>;

  // --- start for a caller (senior, supervisor)
  draft(request: { agentId: string; reason: string; idempotencyKey: string }): Promise<Verdict>;
  /** A new word for this case; it replaces the last one. The agent reads it out: "KASUS MELATI 42". */
  newWord(command: Command): Promise<Verdict<{ word: string; expiresAt: Date }>>;
  /** Finds whom to invite by NIK or card number and birth date as told by the caller: proves nothing, shows masked contacts only. */
  findToInvite(
    command: Command & { number: string; kind: 'nik' | 'cardNumber'; birthDate: string },
  ): Promise<Verdict<{ contacts: CaseView['contacts'] }>>;
  inviteContact(command: Command & { index: number }): Promise<Verdict>;

  // --- the supervisor's
  takeOver(command: Command): Promise<Verdict>;
  assign(command: Command & { to: string }): Promise<Verdict>;
  prioritise(command: Command & { priority: number }): Promise<Verdict>;
  close(command: Command & { reason: string }): Promise<Verdict>;
  /** Lifts the lock of online change of this case's participant. */
  liftLock(command: Command & { reason: string }): Promise<Verdict>;
  /**
   * Approves that the value before a reported change comes back: nobody types it, and a code at that old contact point is
   * still needed. The participant is told.
   */
  restore(command: Command & { changeId: string; reason: string }): Promise<Verdict>;

  // --- four eyes (`hold.withoutOldContact=fourEyes`)
  /** A senior, in their own case; lives `hold.exceptionMinutes`. */
  proposeException(command: Command & { changeId: string; reason: string }): Promise<Verdict>;
  /** A supervisor who is somebody else. The change is still applied only after its hold. */
  approveException(command: Command & { exceptionId: string; reason: string }): Promise<Verdict>;
}

export interface AuditLine {
  at: Date;
  by: string;
  event: string;
  refs: Record<string, string>;
  details: Record<string, string | number | boolean | null>;
}

/** Who is signed in to the console. The token is in a cookie and nowhere else; the store keeps its SHA-256. All throw UnavailableError. */
export interface AgentSessions {
  /** After `CaseDesk.signIn`. @param providerSession  what a back-channel logout may name */
  begin(session: { agentId: string; issuer: string; providerSession: string | null }): Promise<{ token: string }>;
  /**
   * @param byPerson  whether a person did something: streams, presence and refreshed fragments keep nobody signed in
   * @returns null: unknown, ended, idle for too long, too old, or the agent is disabled
   */
  find(token: string, options: { byPerson: boolean }): Promise<AgentSession | null>;
  end(token: string): Promise<void>;
  /** Ends what began until `at`: all of an agent's, or the provider's one session. @returns how many */
  endAll(
    which:
      | { agentId: string; by: string; at?: Date }
      | { issuer: string; providerSession: string; by: string; at?: Date },
  ): Promise<number>;
}

export interface AgentSession {
  agentId: string;
  /** until it ends by itself when nothing is done */
  idleSecondsLeft: number;
  /** until it ends in any case */
  secondsLeft: number;
}
