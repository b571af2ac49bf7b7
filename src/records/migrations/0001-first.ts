// The first schema. Moments are timestamptz so that a deadline can be judged by `now()` alone.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table challenges (
    challenge_id text primary key,
    conversation text not null,
    participant text not null,
    from_registered boolean not null,
    purpose text not null check (purpose in ('newValue')),
    field text not null check (field in ('email', 'mobileNumber')),
    via text not null check (via in ('mail', 'sms', 'whatsapp')),
    language text not null,
    target text not null,
    binding text not null,
    code_hash text not null,
    copy_sealed text,
    sendings integer not null check (sendings > 0),
    tries integer not null default 0,
    send_state text not null default 'queued'
      check (send_state in ('queued', 'sending', 'accepted', 'refused', 'unknown', 'dropped')),
    provider_id text,
    provider_code text,
    refused_why text check (refused_why in ('destination', 'policy', 'configuration')),
    sending_at timestamptz,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    killed_at timestamptz,
    killed_why text check (killed_why in ('newer', 'exhausted', 'case')),
    proved_at timestamptz
  )`,
  // One live challenge per participant and purpose (63B, security.md A6).
  `create unique index challenges_live on challenges (participant, purpose, from_registered) where killed_at is null and proved_at is null`,
  'create index challenges_by_participant on challenges (participant, created_at)',
  'create index challenges_by_target on challenges (target, created_at)',
  'create index challenges_by_conversation on challenges (conversation, created_at)',
  'create index challenges_by_time on challenges (created_at)',

  `create table code_attempts (
    attempt_id text primary key,
    challenge_id text not null references challenges,
    participant text not null,
    from_registered boolean not null,
    guess_hash text not null,
    tries_left integer not null check (tries_left >= 0),
    verdict text check (verdict in ('right', 'wrong', 'older', 'exhausted', 'expired')),
    created_at timestamptz not null default now()
  )`,
  'create index code_attempts_by_participant on code_attempts (participant, created_at)',
  `create table identify_attempts (
    attempt_id text primary key,
    conversation text not null,
    identifier text not null,
    participant text,
    outcome text check (outcome in ('matched', 'notMatched')),
    created_at timestamptz not null default now()
  )`,
  'create index identify_attempts_by_conversation on identify_attempts (conversation, created_at)',
  'create index identify_attempts_by_identifier on identify_attempts (identifier, created_at)',
  `create table pin_attempts (
    attempt_id text primary key,
    challenge_id text not null,
    conversation text not null,
    participant text not null,
    from_registered boolean not null,
    verdict text check (verdict in ('ok', 'wrong', 'locked', 'notSet', 'noAnswer')),
    created_at timestamptz not null default now(),
    checked_at timestamptz
  )`,
  'create index pin_attempts_by_participant on pin_attempts (participant, created_at)',
  'create index pin_attempts_by_challenge on pin_attempts (challenge_id)',

  `create table changes (
    change_id text primary key,
    ref text not null unique,
    state text not null check (state in ('confirmed', 'held', 'applied', 'refused', 'cancelled')),
    field text not null check (field in ('email', 'mobileNumber')),
    challenge_id text not null unique references challenges,
    conversation text not null,
    channel text not null,
    language text not null,
    sender_sealed text not null,
    participant text not null,
    participant_sealed text not null,
    new_value_sealed text not null,
    old_value_sealed text,
    old_contacts_sealed text not null,
    old_contacts text[] not null,
    reason text,
    cancel_turn text,
    report_turn text,
    report_case text,
    created_at timestamptz not null default now(),
    pin_ok_at timestamptz,
    new_value_proved_at timestamptz,
    old_channel_proved_at timestamptz,
    held_until timestamptz,
    settling_at timestamptz,
    applied_at timestamptz,
    refused_at timestamptz,
    cancelled_at timestamptz,
    -- security.md A1, whatever the program believes
    constraint applied_only_when_proved check (
      state <> 'applied' or (
        applied_at is not null
        and cancelled_at is null
        and pin_ok_at is not null
        and new_value_proved_at is not null
        and (old_channel_proved_at is not null or (held_until is not null and applied_at >= held_until))
      )
    ),
    constraint held_has_an_end check (state <> 'held' or held_until is not null),
    constraint ends_have_a_moment check (
      (state = 'applied') = (applied_at is not null)
      and (state = 'refused') = (refused_at is not null)
      and (state = 'cancelled') = (cancelled_at is not null)
    )
  )`,
  'create index changes_by_participant on changes (participant, created_at)',
  'create index changes_by_conversation on changes (conversation, created_at)',
  'create index changes_by_old_contact on changes using gin (old_contacts)',
  'create index changes_by_cancel_turn on changes (cancel_turn) where cancel_turn is not null',
  'create index changes_by_report_turn on changes (report_turn) where report_turn is not null',

  `create table notices (
    notice_id text primary key,
    change_id text not null references changes,
    letter text not null,
    recipient text not null check (recipient in ('old', 'new', 'chat')),
    via text not null check (via in ('mail', 'sms', 'whatsapp')),
    contact text not null,
    language text not null,
    to_sealed text not null,
    letter_sealed text not null,
    state text not null default 'queued'
      check (state in ('queued', 'sending', 'accepted', 'failed', 'suppressed', 'expired')),
    tries integer not null default 0,
    provider_id text,
    provider_code text,
    created_at timestamptz not null default now(),
    give_up_at timestamptz not null,
    sending_at timestamptz,
    finished_at timestamptz,
    unique (change_id, letter, recipient, contact)
  )`,

  'create sequence case_epoch',
  `create table cases (
    case_id text primary key,
    ref text not null unique,
    conversation text not null,
    channel text not null,
    language text not null,
    sender_sealed text not null,
    participant text,
    participant_sealed text,
    origin text not null check (origin in ('participant', 'system')),
    reason text not null,
    step text not null,
    state text not null check (state in ('queued', 'closed')),
    control text not null check (control in ('queue', 'bot')),
    epoch bigint not null default nextval('case_epoch'),
    version integer not null default 1,
    priority integer not null default 0,
    change_id text references changes,
    end_reason text,
    created_at timestamptz not null default now(),
    due_at timestamptz not null,
    last_in_at timestamptz,
    closed_at timestamptz,
    check ((state = 'closed') = (closed_at is not null))
  )`,
  'create unique index cases_open on cases (conversation) where closed_at is null',
  'create index cases_by_conversation on cases (conversation, created_at)',
  `create table case_messages (
    message_id text primary key,
    case_id text not null references cases,
    kind text not null,
    text_sealed text not null,
    created_at timestamptz not null default now()
  )`,
  'create index case_messages_by_case on case_messages (case_id, created_at)',
  `create table case_events (
    event_id text primary key,
    case_id text not null references cases,
    event text not null,
    actor text not null,
    details jsonb not null,
    created_at timestamptz not null default now()
  )`,
  'create index case_events_by_case on case_events (case_id, created_at)',

  `create table opt_outs (
    channel text not null,
    contact text not null,
    action text not null check (action in ('stop', 'start')),
    changed_at timestamptz not null,
    primary key (channel, contact)
  )`,

  `create table audit (
    audit_id text primary key,
    at timestamptz not null,
    actor text not null,
    event text not null,
    subject text,
    refs jsonb not null,
    details jsonb not null,
    mac text not null
  )`,
  'create index audit_by_time on audit (at)',
  'create index audit_by_subject on audit (subject, at)',
];

export const first: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
