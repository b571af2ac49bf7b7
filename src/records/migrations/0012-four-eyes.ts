// A held change that no old contact point has proved: where the operator wants it so, two people look at it as well.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table exceptions (
    exception_id text primary key,
    change_id text not null,
    case_id text not null references cases,
    -- keyed hash of change, field and value, as they were proposed
    value_hash text not null,
    proposed_by text not null references agents,
    proposed_at timestamptz not null default now(),
    expires_at timestamptz not null,
    approved_by text references agents,
    approved_at timestamptz,
    constraint exceptions_have_two_people check (
      (approved_by is null) = (approved_at is null) and approved_by <> proposed_by and approved_at <= expires_at)
  )`,
  'create index exceptions_by_change on exceptions (change_id)',
  'create index exceptions_by_approval on exceptions (approved_at) where approved_at is not null',

  `alter table changes
    add column needs_eyes boolean not null default false,
    add column exception_id text references exceptions,
    -- whatever the program believes
    add constraint applied_only_when_seen check (
      state <> 'applied' or not needs_eyes or old_channel_proved_at is not null or exception_id is not null)`,
];

export const fourEyes: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
