// What became of codes and notices after a gateway took them, and what is said into a chat outside a turn.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table deliveries (
    provider_id text primary key,
    ref text not null,
    channel text not null,
    status text not null,
    rank integer not null,
    provider_code text,
    created_at timestamptz not null default now(),
    changed_at timestamptz not null default now()
  )`,
  'create index deliveries_by_ref on deliveries (ref)',

  `alter table challenges
    add column undelivered_at timestamptz,
    add column undelivered_why text,
    add column repeated_at timestamptz,
    drop constraint challenges_refused_why_check,
    add constraint challenges_refused_why_check
      check (refused_why in ('destination', 'optedOut', 'policy', 'configuration'))`,
  'create index challenges_by_provider_id on challenges (provider_id) where provider_id is not null',
  // What counts towards the limits: every code, and once more where its sending was repeated.
  `create view code_sendings as
    select conversation, participant, from_registered, target, created_at from challenges
    union all
    select conversation, participant, from_registered, target, repeated_at from challenges where repeated_at is not null`,

  `alter table notices
    alter column change_id drop not null,
    add column entry_id text unique,
    add column conversation text,
    add column next_try_at timestamptz not null default now(),
    add column unknown_since timestamptz,
    add constraint notices_have_one_cause check ((change_id is null) <> (entry_id is null))`,
  'create index notices_by_provider_id on notices (provider_id) where provider_id is not null',
];

export const deliveries: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
