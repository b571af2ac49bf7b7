// A look-up that the directory did not answer is told from one whose answer may still come.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  'alter table identify_attempts drop constraint identify_attempts_outcome_check',
  `alter table identify_attempts add constraint identify_attempts_outcome_check
    check (outcome in ('matched', 'notMatched', 'noAnswer'))`,
];

export const noAnswer: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
