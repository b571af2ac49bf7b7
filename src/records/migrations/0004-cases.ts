// Care Center 165: the whole life of a case, its agents, timers, drafts, words for callers and canned replies.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table agents (
    agent_id text primary key,
    name text not null,
    alias text not null,
    role text not null check (role in ('agent', 'senior', 'supervisor', 'auditor', 'admin')),
    team text not null,
    availability text not null default 'available' check (availability in ('available', 'break', 'call')),
    beat_at timestamptz not null default now(),
    signed_in_at timestamptz not null default now(),
    disabled_at timestamptz
  )`,

  `alter table cases
    alter column conversation drop not null,
    alter column channel drop not null,
    alter column sender_sealed drop not null,
    drop constraint cases_state_check,
    drop constraint cases_control_check,
    drop constraint cases_origin_check,
    drop constraint cases_check,
    add column team text not null default 'care',
    add column assignee text references agents,
    -- the agent that it is offered to
    add column target text references agents,
    add column enqueued_at timestamptz,
    add column claimed_at timestamptz,
    add column first_reply_at timestamptz,
    add column last_out_at timestamptz,
    add column window_ends_at timestamptz,
    -- where the bot goes on, once it has the word again
    add column bot_step text check (bot_step in ('menu', 'identify', 'chooseField', 'newValue')),
    add column disposition text,
    add column reopens text references cases,
    -- masked: name and contact points as the bot showed them
    add column known_sealed text,
    -- the last steps of the bot before the case
    add column steps_sealed text,
    -- contact points that a caller may be invited at
    add column contacts_sealed text,
    add column unread integer not null default 0,
    add column last_line_sealed text,
    add column timer_kind text,
    add column timer_at timestamptz,
    add constraint cases_state_check check (state in ('queued', 'offered', 'connected', 'lost', 'parked', 'assisted',
      'wrapUp', 'offline', 'drafted', 'invited', 'expired', 'closed')),
    add constraint cases_control_check check (control in ('bot', 'queue', 'agent')),
    add constraint cases_origin_check check (origin in ('participant', 'call', 'system')),
    add constraint cases_end_check check ((state in ('closed', 'expired')) = (closed_at is not null)),
    -- who has the word is never in doubt
    add constraint cases_speaker_check check (
      control = case when state in ('queued', 'offered') then 'queue'
        when state in ('connected', 'lost', 'parked') then 'agent' else 'bot' end),
    add constraint cases_agent_check check (control <> 'agent' or assignee is not null),
    add constraint cases_sender_check check (conversation is not null or state in ('drafted', 'invited', 'expired', 'closed'))`,
  'update cases set enqueued_at = created_at where enqueued_at is null',
  'create index cases_by_state on cases (state, enqueued_at) where closed_at is null',
  'create index cases_by_assignee on cases (assignee) where closed_at is null',
  'create index cases_by_timer on cases (timer_at) where timer_at is not null',
  'create index cases_by_end on cases (closed_at) where closed_at is not null',
  'create index cases_by_time on cases (created_at)',

  `alter table case_events
    add column position bigint generated always as identity,
    add column agent text references agents,
    add column version integer,
    add column idempotency_key text`,
  'create unique index case_events_by_position on case_events (position)',
  `create unique index case_events_once on case_events (actor, idempotency_key) where idempotency_key is not null`,

  `alter table case_messages
    add column speaker text not null default 'participant' check (speaker in ('participant', 'agent', 'bot', 'note')),
    add column agent text references agents,
    add column media_sealed text,
    add column hidden boolean not null default false`,

  // A timer of an older version of its case is void.
  `create table case_timers (
    case_id text not null references cases,
    version integer not null,
    kind text not null,
    due_at timestamptz not null,
    fired_at timestamptz,
    primary key (case_id, version, kind)
  )`,
  'create index case_timers_due on case_timers (due_at) where fired_at is null',

  `create table case_drafts (
    draft_id text primary key,
    case_id text not null references cases,
    agent text not null references agents,
    version integer not null,
    text_sealed text not null,
    saved_at timestamptz not null default now(),
    unique (case_id, agent)
  )`,

  `create table case_words (
    word_id text primary key,
    case_id text not null references cases,
    -- keyed hash
    word text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    replaced_at timestamptz
  )`,
  'create unique index case_words_live on case_words (word) where used_at is null and replaced_at is null',
  'create index case_words_by_case on case_words (case_id)',
  `create table case_word_tries (
    try_id text primary key,
    conversation text not null,
    case_id text references cases,
    created_at timestamptz not null default now()
  )`,
  'create index case_word_tries_by_conversation on case_word_tries (conversation, created_at)',

  `create table case_reveals (
    reveal_id text primary key,
    case_id text not null references cases,
    agent text not null references agents,
    field text not null,
    created_at timestamptz not null default now()
  )`,
  'create index case_reveals_by_agent on case_reveals (agent, created_at)',

  // Older ones stay, so that it can be seen what was sent then.
  `create table canned_replies (
    key text not null,
    language text not null check (language in ('id', 'en')),
    version integer not null,
    title text not null,
    text text not null,
    agent text references agents,
    created_at timestamptz not null default now(),
    primary key (key, language, version)
  )`,

  `create table lock_lifts (
    lift_id text primary key,
    participant text not null,
    case_id text not null references cases,
    agent text not null references agents,
    created_at timestamptz not null default now()
  )`,
  'create index lock_lifts_by_participant on lock_lifts (participant, created_at)',

  // What is said into a chat while a case is open leaves only if nobody else has got the word meanwhile.
  `alter table notices
    add column case_id text references cases,
    add column speaker text check (speaker in ('bot', 'agent')),
    add column epoch bigint,
    drop constraint notices_state_check,
    add constraint notices_state_check check (state in
      ('queued', 'sending', 'accepted', 'failed', 'suppressed', 'expired', 'dropped', 'returned')),
    add constraint notices_fence_check check ((speaker is null) = (epoch is null) and (speaker is null or case_id is not null))`,
  'create index notices_by_case on notices (case_id) where case_id is not null',
];

export const cases: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
