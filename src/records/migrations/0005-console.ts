// Who is signed in to the console of Care Center 165.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `create table agent_sessions (
    -- SHA-256 of the token: a copy of this table opens no session
    session_hash text primary key,
    agent_id text not null references agents,
    -- keyed hash of the provider's own session
    provider_session text,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    ended_at timestamptz,
    ended_by text
  )`,
  'create index agent_sessions_by_agent on agent_sessions (agent_id) where ended_at is null',
  'create index agent_sessions_by_provider on agent_sessions (provider_session) where ended_at is null',
];

export const consoleSessions: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
