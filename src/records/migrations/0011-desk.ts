// An external desk: what it is told and asked, and what it calls our cases.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table desk_events (
    event_id text primary key,
    -- drawn while the row of the case is locked: the order of one case is the order in which things happened
    position bigint generated always as identity,
    case_id text not null references cases,
    type text not null,
    body_sealed text not null,
    state text not null default 'queued' check (state in ('queued', 'sending', 'delivered', 'refused', 'expired')),
    tries integer not null default 0,
    -- what the desk answered last
    status integer,
    created_at timestamptz not null default now(),
    give_up_at timestamptz not null,
    next_try_at timestamptz not null default now(),
    sending_at timestamptz,
    finished_at timestamptz
  )`,
  'create index desk_events_open on desk_events (case_id, position) where finished_at is null',
  `create table desk_links (
    case_id text primary key references cases,
    remote_id text not null unique,
    created_at timestamptz not null default now()
  )`,
  `create table desk_calls (
    call_id text primary key,
    -- keyed hash of the whole call
    call_hash text not null,
    answer jsonb,
    created_at timestamptz not null default now()
  )`,
];

export const desk: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
