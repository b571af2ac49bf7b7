// The rows of Postgres as Kysely sees them. Names ending in `_sealed` hold `Seal.close`; `participant`, `target`,
// `contact`, `identifier` and `conversation` hold keyed hashes. No column holds a personal value in clear.
import type { ColumnType, Generated } from 'kysely';
import type { CaseControl, CaseState } from '#machines/case.machine.ts';
import type { Resumable } from '#machines/events.ts';
import type { Channel, Field, Language } from '#machines/vocabulary.ts';
import type { AgentRole } from '#src/config.ts';
import type { EndReason, TimerKind } from '#src/conversation/desk-port.ts';
import type { DeskNewsType } from '#src/conversation/external-desk.ts';
import type { ChangeState, DeliveryFailure, PinCheck, StartChallenge } from '#src/conversation/ports.ts';

/** Every moment is written and judged by the clock of the database: `now()` and sums of it, never our own `Date`. */
type Moment = Date;
type MomentOrNull = Date | null;
type Created = Generated<Date>;
type Json = ColumnType<Record<string, unknown>, string, never>;

export interface ChallengesTable {
  challenge_id: string;
  conversation: string;
  participant: string;
  from_registered: boolean;
  purpose: StartChallenge['purpose'];
  /** what a code at an old contact point is about */
  change_id: string | null;
  field: Field;
  via: 'mail' | Channel;
  language: Language;
  /** keyed hash of the target without regard to case, for the limits */
  target: string;
  /** keyed hash of the first digits of a number, for the limits; null: a mailbox */
  prefix: string | null;
  /** keyed hash over everything the challenge is bound to */
  binding: string;
  /** keyed hash over `binding` and the code */
  code_hash: string;
  /** target and code, until the provider took them or their life ended */
  copy_sealed: string | null;
  /** how many codes were sent in a row to this target: decides the next wait */
  sendings: number;
  tries: Generated<number>;
  send_state: Generated<'queued' | 'sending' | 'accepted' | 'refused' | 'unknown' | 'dropped'>;
  provider_id: string | null;
  provider_code: string | null;
  refused_why: 'destination' | 'optedOut' | 'policy' | 'pumping' | 'configuration' | null;
  sending_at: MomentOrNull;
  created_at: Created;
  expires_at: Moment;
  killed_at: MomentOrNull;
  killed_why: 'newer' | 'exhausted' | 'case' | null;
  /** the gateway took it and could not deliver it */
  undelivered_at: MomentOrNull;
  undelivered_why: DeliveryFailure['why'] | null;
  /** sent once more after an outcome that nobody could find out */
  repeated_at: MomentOrNull;
  proved_at: MomentOrNull;
}

export interface CodeAttemptsTable {
  attempt_id: string;
  challenge_id: string;
  participant: string;
  from_registered: boolean;
  guess_hash: string;
  tries_left: number;
  verdict: 'right' | 'wrong' | 'older' | 'exhausted' | 'expired' | null;
  created_at: Created;
}

export interface IdentifyAttemptsTable {
  attempt_id: string;
  conversation: string;
  identifier: string;
  participant: string | null;
  outcome: 'matched' | 'notMatched' | 'noAnswer' | null;
  created_at: Created;
}

export interface PinAttemptsTable {
  attempt_id: string;
  challenge_id: string;
  conversation: string;
  participant: string;
  from_registered: boolean;
  verdict: PinCheck | null;
  created_at: Created;
  checked_at: MomentOrNull;
}

export interface CancelCodesTable {
  code_hash: string;
  change_id: string;
  created_at: Created;
}

export interface CancelAttemptsTable {
  attempt_id: string;
  conversation: string;
  found: boolean;
  created_at: Created;
}

export interface PinPagesTable {
  token_hash: string;
  conversation: string;
  challenge_id: string;
  channel: Channel;
  language: Language;
  /** phone and address of whoever was sent the link; null once the page has ended */
  sender_sealed: string | null;
  created_at: Created;
  expires_at: Moment;
  ended_at: MomentOrNull;
}

export interface ChangesTable {
  change_id: string;
  ref: string;
  state: ChangeState;
  field: Field;
  /** null: approved, and not yet proved */
  challenge_id: string | null;
  conversation: string;
  channel: Channel;
  language: Language;
  /** phone and address of whoever asked */
  sender_sealed: string;
  participant: string;
  participant_sealed: string;
  new_value_sealed: string;
  old_value_sealed: string | null;
  /** both contact points as they were */
  old_contacts_sealed: string;
  /** keyed hashes of the contact points as they were */
  old_contacts: string[];
  reason: string | null;
  cancel_turn: string | null;
  report_turn: string | null;
  report_case: string | null;
  created_at: Created;
  pin_ok_at: MomentOrNull;
  new_value_proved_at: MomentOrNull;
  old_channel_proved_at: MomentOrNull;
  held_until: MomentOrNull;
  /** the change that this one undoes, and who approved that */
  restores: string | null;
  approved_by: string | null;
  approved_at: MomentOrNull;
  /** applied only when an old contact has proved it, or two people have looked at it */
  needs_eyes: Generated<boolean>;
  exception_id: string | null;
  settling_at: MomentOrNull;
  applied_at: MomentOrNull;
  refused_at: MomentOrNull;
  cancelled_at: MomentOrNull;
}

export interface ExceptionsTable {
  exception_id: string;
  change_id: string;
  case_id: string;
  value_hash: string;
  proposed_by: string;
  proposed_at: Created;
  expires_at: Moment;
  approved_by: string | null;
  approved_at: MomentOrNull;
}

export interface NoticesTable {
  notice_id: string;
  /** what it is about; null: a warning, or something said into a chat */
  change_id: string | null;
  warning_id: string | null;
  /** what caused it to be said, else null */
  entry_id: string | null;
  /** the chat it goes to; null: another contact point */
  conversation: string | null;
  letter: string;
  recipient: 'old' | 'new' | 'chat';
  via: 'mail' | Channel;
  contact: string;
  language: Language;
  to_sealed: string;
  letter_sealed: string;
  /** `dropped`: the bot's, after somebody else got the word; `returned`: an agent's, likewise */
  state: Generated<'queued' | 'sending' | 'accepted' | 'failed' | 'suppressed' | 'expired' | 'dropped' | 'returned'>;
  /** what is fenced belongs to a case; news of changes is not and always leaves */
  case_id: string | null;
  speaker: 'bot' | 'agent' | null;
  epoch: string | null;
  tries: Generated<number>;
  provider_id: string | null;
  provider_code: string | null;
  created_at: Created;
  give_up_at: Moment;
  next_try_at: Generated<Date>;
  /** when it was sent without an answer: looked up before it is sent again */
  unknown_since: MomentOrNull;
  sending_at: MomentOrNull;
  finished_at: MomentOrNull;
}

export interface WarningsTable {
  warning_id: string;
  ref: string;
  guessed: 'code' | 'pin';
  participant: string;
  language: Language;
  /** within the ceiling of a day; else mailboxes alone are told */
  by_sms: boolean;
  /** whom and what it is about, until the contact points were written to */
  about_sealed: string | null;
  created_at: Created;
  told_at: MomentOrNull;
}

export interface CasesTable {
  case_id: string;
  ref: string;
  /** null: begun for a caller who has not written yet */
  conversation: string | null;
  channel: Channel | null;
  language: Language;
  sender_sealed: string | null;
  participant: string | null;
  participant_sealed: string | null;
  origin: 'participant' | 'call' | 'system';
  reason: string;
  step: string;
  state: CaseState;
  control: CaseControl;
  /** bigint, so text: drawn from one sequence at every change of speaker */
  epoch: ColumnType<string, string, string>;
  version: Generated<number>;
  priority: Generated<number>;
  change_id: string | null;
  end_reason: EndReason | null;
  created_at: Created;
  due_at: Moment;
  last_in_at: MomentOrNull;
  closed_at: MomentOrNull;
  team: Generated<string>;
  assignee: string | null;
  /** the agent that it is offered to */
  target: string | null;
  enqueued_at: MomentOrNull;
  claimed_at: MomentOrNull;
  first_reply_at: MomentOrNull;
  last_out_at: MomentOrNull;
  window_ends_at: MomentOrNull;
  bot_step: Resumable | null;
  disposition: string | null;
  reopens: string | null;
  known_sealed: string | null;
  steps_sealed: string | null;
  contacts_sealed: string | null;
  unread: Generated<number>;
  last_line_sealed: string | null;
  /** the next thing that happens by itself */
  timer_kind: TimerKind | null;
  timer_at: MomentOrNull;
}

export interface CaseMessagesTable {
  message_id: string;
  case_id: string;
  kind: string;
  text_sealed: string;
  created_at: Created;
  speaker: Generated<'participant' | 'agent' | 'bot' | 'note'>;
  agent: string | null;
  media_sealed: string | null;
  hidden: Generated<boolean>;
}

export interface CaseEventsTable {
  event_id: string;
  case_id: string;
  event: string;
  actor: string;
  details: Json;
  created_at: Created;
  /** bigint, so text; drawn before the commit, so a gap may fill later */
  position: Generated<string>;
  agent: string | null;
  version: number | null;
  idempotency_key: string | null;
}

export interface CaseTimersTable {
  case_id: string;
  version: number;
  kind: TimerKind;
  due_at: Moment;
  fired_at: MomentOrNull;
}

export interface CaseDraftsTable {
  /** `<case>:<agent>` */
  draft_id: string;
  case_id: string;
  agent: string;
  version: number;
  text_sealed: string;
  saved_at: Created;
}

export interface CaseWordsTable {
  word_id: string;
  case_id: string;
  /** keyed hash */
  word: string;
  created_at: Created;
  expires_at: Moment;
  used_at: MomentOrNull;
  replaced_at: MomentOrNull;
}

export interface CaseWordTriesTable {
  try_id: string;
  conversation: string;
  /** null: no live word */
  case_id: string | null;
  created_at: Created;
}

export interface CaseRevealsTable {
  reveal_id: string;
  case_id: string;
  agent: string;
  field: string;
  created_at: Created;
}

export interface AgentsTable {
  agent_id: string;
  name: string;
  alias: string;
  role: AgentRole;
  team: string;
  availability: Generated<'available' | 'break' | 'call'>;
  beat_at: Created;
  signed_in_at: Created;
  disabled_at: MomentOrNull;
}

export interface CannedRepliesTable {
  key: string;
  language: Language;
  version: number;
  title: string;
  text: string;
  agent: string | null;
  created_at: Created;
}

export interface LockLiftsTable {
  lift_id: string;
  participant: string;
  case_id: string;
  agent: string;
  created_at: Created;
}

export interface OptOutsTable {
  channel: Channel;
  contact: string;
  action: 'stop' | 'start';
  changed_at: Moment;
}

export interface AuditTable {
  audit_id: string;
  at: Date;
  actor: string;
  event: string;
  subject: string | null;
  refs: Json;
  details: Json;
  /** keyed hash over all the others */
  mac: string;
}

export interface DeliveriesTable {
  /** of the message, not of what it carries: sent again, it is another */
  provider_id: string;
  /** the challenge or notice */
  ref: string;
  channel: Channel;
  status: string;
  rank: number;
  provider_code: string | null;
  created_at: Created;
  changed_at: Created;
}

export interface AuditChainTable {
  /** bigint, so text */
  position: string;
  audit_id: string;
  /** keyed hash over the row and the hash before it */
  hash: string;
  chained_at: Created;
}

export interface LookupKeyTable {
  id: 'current';
  key_sealed: string;
  created_at: Created;
}

export interface AgentSessionsTable {
  session_hash: string;
  agent_id: string;
  provider_session: string | null;
  created_at: Created;
  seen_at: Created;
  ended_at: MomentOrNull;
  /** `agent:<id>`, `provider` */
  ended_by: string | null;
}

export interface DeskEventsTable {
  event_id: string;
  /** bigint, so text */
  position: Generated<string>;
  case_id: string;
  type: DeskNewsType;
  body_sealed: string;
  state: Generated<'queued' | 'sending' | 'delivered' | 'refused' | 'expired'>;
  tries: Generated<number>;
  /** HTTP status of the last try; null: none came */
  status: number | null;
  created_at: Created;
  give_up_at: Moment;
  next_try_at: Generated<Date>;
  sending_at: MomentOrNull;
  finished_at: MomentOrNull;
}

export interface DeskLinksTable {
  case_id: string;
  remote_id: string;
  created_at: Created;
}

export interface DeskCallsTable {
  call_id: string;
  /** keyed hash of the whole call */
  call_hash: string;
  answer: ColumnType<unknown, string | null | undefined, string>;
  created_at: Created;
}

export interface Tables {
  desk_events: DeskEventsTable;
  desk_links: DeskLinksTable;
  desk_calls: DeskCallsTable;
  agent_sessions: AgentSessionsTable;
  challenges: ChallengesTable;
  code_attempts: CodeAttemptsTable;
  identify_attempts: IdentifyAttemptsTable;
  pin_attempts: PinAttemptsTable;
  pin_pages: PinPagesTable;
  cancel_codes: CancelCodesTable;
  cancel_attempts: CancelAttemptsTable;
  changes: ChangesTable;
  exceptions: ExceptionsTable;
  notices: NoticesTable;
  warnings: WarningsTable;
  cases: CasesTable;
  case_messages: CaseMessagesTable;
  case_events: CaseEventsTable;
  case_timers: CaseTimersTable;
  case_drafts: CaseDraftsTable;
  case_words: CaseWordsTable;
  case_word_tries: CaseWordTriesTable;
  case_reveals: CaseRevealsTable;
  agents: AgentsTable;
  canned_replies: CannedRepliesTable;
  lock_lifts: LockLiftsTable;
  opt_outs: OptOutsTable;
  audit: AuditTable;
  deliveries: DeliveriesTable;
  audit_chain: AuditChainTable;
  lookup_key: LookupKeyTable;
}
