// One-time pages for the PIN: known by a keyed hash of their token, at most one live for each conversation.
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { PinPages, Sender } from '#src/conversation/ports.ts';
import type { Policy } from '#src/policy.ts';
import { hide, type Seal } from '#src/seal.ts';
import type { Database } from './database.ts';
import { lockAll } from './locks.ts';

/** 128 bits, in characters that no chat takes for markup and no reader of links cuts off. */
const tokenBytes = 16;
const purpose = 'pin-page';
const place = (tokenHash: string) => `pin_pages.sender_sealed:${tokenHash}`;

export function createPinPages({
  database,
  seal,
  policy,
}: {
  database: Database;
  seal: Seal;
  policy: Policy;
}): PinPages {
  const hashOf = (token: string) => seal.index(purpose, token);

  return {
    open: ({ sender, challengeId }) =>
      database.transaction(async (trx) => {
        const { conversation, channel, language, address, phone } = sender;
        await lockAll(trx, [conversation]);
        await trx
          .updateTable('pin_pages')
          .set({ ended_at: sql<Date>`now()`, sender_sealed: null })
          .where('conversation', '=', conversation)
          .where('ended_at', 'is', null)
          .execute();
        const token = randomBytes(tokenBytes).toString('hex');
        const tokenHash = hashOf(token);
        await trx
          .insertInto('pin_pages')
          .values({
            token_hash: tokenHash,
            conversation,
            challenge_id: challengeId,
            channel,
            language,
            sender_sealed: seal.close(JSON.stringify({ address, phone }), place(tokenHash)),
            expires_at: sql<Date>`now() + make_interval(secs => ${policy.pin.pageLifeSeconds})`,
          })
          .execute();
        return { token: hide(token), lifeSeconds: policy.pin.pageLifeSeconds };
      }),

    async find(token) {
      const tokenHash = hashOf(token.reveal());
      const row = await database.run((db) =>
        db
          .selectFrom('pin_pages')
          .selectAll()
          .select(sql<boolean>`ended_at is null and expires_at > now()`.as('is_live'))
          .where('token_hash', '=', tokenHash)
          .executeTakeFirst(),
      );
      if (row === undefined) return 'unknown';
      if (!row.is_live || row.sender_sealed === null) return 'gone';
      const { conversation, channel, language } = row;
      const { address, phone }: Pick<Sender, 'address' | 'phone'> = JSON.parse(
        seal.open(row.sender_sealed, place(tokenHash)),
      );
      return {
        pageId: tokenHash,
        challengeId: row.challenge_id,
        sender: { conversation, channel, address, phone, language },
      };
    },

    async end(pageId) {
      await database.run((db) =>
        db
          .updateTable('pin_pages')
          .set({ ended_at: sql<Date>`now()`, sender_sealed: null })
          .where('token_hash', '=', pageId)
          .where('ended_at', 'is', null)
          .execute(),
      );
    },
  };
}
