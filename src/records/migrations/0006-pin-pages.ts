// The one-time pages on which a PIN is typed, and PINs that were counted and kept from the directory.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table pin_pages (
    token_hash text primary key,
    conversation text not null,
    challenge_id text not null,
    channel text not null,
    language text not null,
    sender_sealed text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz
  )`,
  'create unique index pin_pages_live on pin_pages (conversation) where ended_at is null',
  'create index pin_pages_by_time on pin_pages (created_at)',

  `alter table pin_attempts
    drop constraint pin_attempts_verdict_check,
    add constraint pin_attempts_verdict_check
      check (verdict in ('ok', 'wrong', 'locked', 'notSet', 'noAnswer', 'withheld'))`,
];

export const pinPages: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
