// The key of all look-ups, and the chain of the audit.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table lookup_key (
    id text primary key check (id = 'current'),
    key_sealed text not null,
    created_at timestamptz not null default now()
  )`,

  `create table audit_chain (
    position bigint primary key check (position > 0),
    audit_id text not null unique,
    hash text not null,
    chained_at timestamptz not null default now()
  )`,
  "create index audit_settings on audit (at) where event = 'settings.changed'",
];

export const keeping: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
