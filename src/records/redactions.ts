// A gateway keeps what it carried for months: texts with an identity, a code or a PIN are emptied there (security.md D4).
import { sql } from 'kysely';
import type { Redactions } from '#src/conversation/ports.ts';
import type { Database, Trx } from './database.ts';
import type { JobResult, Jobs } from './jobs.ts';

export interface StoredRedactions extends Redactions {
  /** @returns how many texts have stood there for longer than that */
  late(minutes: number): Promise<number>;
}

/** As one more fact of a transaction: what was sent by mail has no copy that we could reach. */
export async function redactSent(
  trx: Trx,
  jobs: Jobs,
  { via, providerId }: { via: string; providerId: string },
): Promise<void> {
  if (via !== 'mail') await jobs.send(trx, 'message.redact', { messageId: providerId });
}

export function createRedactions({ database, jobs }: { database: Database; jobs: Jobs }): StoredRedactions {
  return {
    request: (messageId) => database.run((db) => jobs.send(db, 'message.redact', { messageId })),

    async late(minutes) {
      const { rows } = await database.run((db) =>
        sql<{ count: number }>`
          select count(*)::int as count from pgboss.job
          where name = 'message.redact' and state < 'completed'
            and created_on < now() - make_interval(mins => ${minutes})`.execute(db),
      );
      return rows[0]?.count ?? 0;
    },
  };
}

/** `notYet`: refused, as it is before the final status of a message. */
export type Redact = (messageId: string, signal: AbortSignal) => Promise<'redacted' | 'gone' | 'notYet'>;

export const redactMessage =
  (redact: Redact) =>
  async ({ messageId }: { messageId: string }, signal: AbortSignal): Promise<JobResult> =>
    (await redact(messageId, signal)) === 'notYet' ? 'later' : 'done';
