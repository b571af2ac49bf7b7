// A case that somebody has to look at although nobody waits for it in the chat.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `alter table cases
    drop constraint cases_state_check,
    add constraint cases_state_check check (state in ('queued', 'review', 'offered', 'connected', 'lost', 'parked',
      'assisted', 'wrapUp', 'offline', 'drafted', 'invited', 'expired', 'closed'))`,
];

export const reviews: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
