// The tries at a code or at the PIN were used up: the old contact points are told, by a job that asks the directory
// which ones these are.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table warnings (
    warning_id text primary key,
    ref text not null unique,
    guessed text not null check (guessed in ('code', 'pin')),
    participant text not null,
    language text not null,
    by_sms boolean not null,
    about_sealed text,
    created_at timestamptz not null default now(),
    told_at timestamptz
  )`,
  'create index warnings_by_participant on warnings (participant, created_at)',
  'create index warnings_by_sms on warnings (created_at) where by_sms',

  `alter table notices
    add column warning_id text references warnings,
    drop constraint notices_have_one_cause,
    add constraint notices_have_one_cause check (num_nonnulls(change_id, entry_id, warning_id) = 1)`,
  'create unique index notices_by_warning on notices (warning_id, contact) where warning_id is not null',
];

export const warnings: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
