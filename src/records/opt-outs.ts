// Who said stop: the carrier keeps them from our SMS, and so do we.
import { sql } from 'kysely';
import type { Channel } from '#machines/vocabulary.ts';
import type { OptOuts } from '#src/conversation/ports.ts';
import type { Audit } from './audit.ts';
import type { Database, Trx } from './database.ts';
import type { Hashes } from './hashes.ts';

/** @param contact  keyed hash */
export async function keepOptOut(
  trx: Trx,
  { channel, contact, action }: { channel: Channel; contact: string; action: 'stop' | 'start' },
): Promise<void> {
  await trx
    .insertInto('opt_outs')
    .values({ channel, contact, action, changed_at: sql<Date>`now()` })
    .onConflict((row) => row.columns(['channel', 'contact']).doUpdateSet({ action, changed_at: sql<Date>`now()` }))
    .execute();
}

export function createOptOuts({
  database,
  hashes,
  audit,
}: {
  database: Database;
  hashes: Hashes;
  audit: Audit;
}): OptOuts {
  return {
    async record(sender, action) {
      const contact = hashes.contact(sender.phone ?? sender.address);
      await database.transaction(async (trx) => {
        await keepOptOut(trx, { channel: sender.channel, contact, action });
        await audit(trx, {
          actor: `conversation:${sender.conversation}`,
          event: 'optOut.recorded',
          subject: null,
          refs: {},
          details: { channel: sender.channel, action },
        });
      });
    },
    async isStopped(channel, phone) {
      const newest = await database.run((db) =>
        db
          .selectFrom('opt_outs')
          .select('action')
          .where('channel', '=', channel)
          .where('contact', '=', hashes.contact(phone))
          .orderBy('changed_at', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      return newest?.action === 'stop';
    },
  };
}
