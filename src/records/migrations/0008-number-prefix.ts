// Blocks of numbers that codes go to, so that pumping over many numbers of one block is seen.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  // keyed hash of the first eight digits; null: a mailbox
  'alter table challenges add column prefix text',
  'create index challenges_by_prefix on challenges (prefix, created_at) where prefix is not null',
  `create or replace view code_sendings as
    select conversation, participant, from_registered, target, created_at,
      prefix, proved_at is not null as proved from challenges
    union all
    select conversation, participant, from_registered, target, repeated_at,
      prefix, proved_at is not null from challenges where repeated_at is not null`,
];

export const numberPrefix: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
