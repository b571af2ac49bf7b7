// The rows of Postgres as Kysely sees them. Names ending in `_sealed` hold `Seal.close`; `participant`, `target`,
// `contact`, `identifier` and `conversation` hold keyed hashes. No column holds a personal value in clear.
import type { ColumnType, Generated } from 'kysely';
import type { Channel, Field, Language } from '#machines/vocabulary.ts';
import type { ChangeState } from '#src/conversation/ports.ts';

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
  purpose: 'newValue';
  field: Field;
  via: 'mail' | Channel;
  language: Language;
  /** keyed hash of the target without regard to case, for the limits */
  target: string;
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
  refused_why: 'destination' | 'policy' | 'configuration' | null;
  sending_at: MomentOrNull;
  created_at: Created;
  expires_at: Moment;
  killed_at: MomentOrNull;
  killed_why: 'newer' | 'exhausted' | 'case' | null;
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
  outcome: 'matched' | 'notMatched' | null;
  created_at: Created;
}

export interface PinAttemptsTable {
  attempt_id: string;
  challenge_id: string;
  conversation: string;
  participant: string;
  from_registered: boolean;
  verdict: 'ok' | 'wrong' | 'locked' | 'notSet' | 'noAnswer' | null;
  created_at: Created;
  checked_at: MomentOrNull;
}

export interface ChangesTable {
  change_id: string;
  ref: string;
  state: ChangeState;
  field: Field;
  challenge_id: string;
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
  settling_at: MomentOrNull;
  applied_at: MomentOrNull;
  refused_at: MomentOrNull;
  cancelled_at: MomentOrNull;
}

export interface NoticesTable {
  notice_id: string;
  change_id: string;
  letter: string;
  recipient: 'old' | 'new' | 'chat';
  via: 'mail' | Channel;
  contact: string;
  language: Language;
  to_sealed: string;
  letter_sealed: string;
  state: Generated<'queued' | 'sending' | 'accepted' | 'failed' | 'suppressed' | 'expired'>;
  tries: Generated<number>;
  provider_id: string | null;
  provider_code: string | null;
  created_at: Created;
  give_up_at: Moment;
  sending_at: MomentOrNull;
  finished_at: MomentOrNull;
}

export interface CasesTable {
  case_id: string;
  ref: string;
  conversation: string;
  channel: Channel;
  language: Language;
  sender_sealed: string;
  participant: string | null;
  participant_sealed: string | null;
  origin: 'participant' | 'system';
  reason: string;
  step: string;
  state: 'queued' | 'closed';
  control: 'queue' | 'bot';
  /** bigint, so text: drawn from one sequence at every change of speaker */
  epoch: ColumnType<string, string, string>;
  version: Generated<number>;
  priority: Generated<number>;
  change_id: string | null;
  end_reason: string | null;
  created_at: Created;
  due_at: Moment;
  last_in_at: MomentOrNull;
  closed_at: MomentOrNull;
}

export interface CaseMessagesTable {
  message_id: string;
  case_id: string;
  kind: string;
  text_sealed: string;
  created_at: Created;
}

export interface CaseEventsTable {
  event_id: string;
  case_id: string;
  event: string;
  actor: string;
  details: Json;
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

export interface Tables {
  challenges: ChallengesTable;
  code_attempts: CodeAttemptsTable;
  identify_attempts: IdentifyAttemptsTable;
  pin_attempts: PinAttemptsTable;
  changes: ChangesTable;
  notices: NoticesTable;
  cases: CasesTable;
  case_messages: CaseMessagesTable;
  case_events: CaseEventsTable;
  opt_outs: OptOutsTable;
  audit: AuditTable;
}
