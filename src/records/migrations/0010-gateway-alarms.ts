// Blocks of numbers that a gateway suspects of fraud, and why each text did not arrive, for the share that carriers filter.
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  `alter table challenges
    drop constraint challenges_refused_why_check,
    add constraint challenges_refused_why_check
      check (refused_why in ('destination', 'optedOut', 'policy', 'pumping', 'configuration'))`,
  `create index challenges_by_pumped_prefix on challenges (prefix)
    where 'pumping' in (refused_why, undelivered_why)`,
  'alter table deliveries add column why text',
  `create index deliveries_by_end on deliveries (changed_at) where channel = 'sms' and rank >= 4`,
];

export const gatewayAlarms: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
