// A code whose sending nobody finished: it is sent, looked for, sent once more where the limits leave room, or forgotten.
import { sql } from 'kysely';
import type { Channel } from '#machines/vocabulary.ts';
import { openCopy } from './code-copies.ts';
import type { Trx } from './database.ts';
import type { ChallengeNeeds } from './guesses.ts';
import { lockAll } from './locks.ts';
import { maskContact } from './mask-contact.ts';
import { limitedUntil } from './send-limits.ts';

/** A code whose sending got no answer. */
export interface LostCode {
  via: 'mail' | Channel;
  target: string;
  since: Date;
}

/** A sender that has said nothing for so long is dead, and whether the code left is not known. */
const unknownAfterSeconds = 30;

export async function recoverCode(
  trx: Trx,
  { seal }: ChallengeNeeds,
  challengeId: string,
): Promise<'send' | 'later' | 'done' | LostCode> {
  const challenge = await trx
    .selectFrom('challenges')
    .select([
      'send_state',
      'via',
      'copy_sealed',
      'sending_at',
      'repeated_at',
      sql<boolean>`killed_at is null and proved_at is null and expires_at > now()`.as('is_live'),
      sql<boolean>`sending_at < now() - make_interval(secs => ${unknownAfterSeconds})`.as('is_silent'),
    ])
    .where('challenge_id', '=', challengeId)
    .forUpdate()
    .executeTakeFirst();
  if (challenge === undefined) return 'done';
  if (challenge.send_state === 'queued' && challenge.is_live) return 'send';
  if (challenge.send_state === 'sending' && !challenge.is_silent) return 'later';
  const isLost = challenge.send_state === 'sending' || challenge.send_state === 'unknown';
  if (!isLost && challenge.send_state !== 'queued') return 'done';
  const { copy_sealed: copy, via, sending_at: since } = challenge;
  const mayRepeat = isLost && challenge.is_live && challenge.repeated_at === null && copy !== null && since !== null;
  await trx
    .updateTable('challenges')
    .set({ send_state: isLost ? 'unknown' : 'dropped', ...(mayRepeat ? {} : { copy_sealed: null }) })
    .where('challenge_id', '=', challengeId)
    .execute();
  return mayRepeat ? { via, target: openCopy(seal, challengeId, copy).target, since } : 'done';
}

/**
 * The same code once more: another text, and so another sending that has to fit into every limit. Where it does not, the
 * code is forgotten, and the participant may ask for a new one when there is room.
 * @returns whether it may leave
 */
export async function repeatCode(trx: Trx, needs: ChallengeNeeds, challengeId: string): Promise<boolean> {
  const lost = await trx
    .selectFrom('challenges')
    .select(['conversation', 'participant', 'from_registered', 'field', 'via', 'target', 'prefix', 'copy_sealed'])
    .where('challenge_id', '=', challengeId)
    .where('send_state', '=', 'unknown')
    .where('repeated_at', 'is', null)
    .executeTakeFirst();
  if (lost?.copy_sealed == null) return false;
  const { conversation, participant, from_registered: fromRegistered, field, via, target, prefix } = lost;
  // The same locks as where a code is started.
  await lockAll(trx, [conversation, participant, target, 'challenges']);
  const masked = maskContact(field, openCopy(needs.seal, challengeId, lost.copy_sealed).target);
  const sending = { conversation, participant, fromRegistered, target, prefix };
  const details = { via, field, target: masked, fromRegistered };
  const entry = { actor: 'system', subject: participant, refs: { challengeId }, details };
  const until = await limitedUntil(trx, needs, { sending, entry });
  if (until !== null) await needs.audit(trx, { ...entry, event: 'challenge.limited' });
  const repeated = await trx
    .updateTable('challenges')
    .set(until === null ? { send_state: 'queued', repeated_at: sql<Date>`now()` } : { copy_sealed: null })
    .where('challenge_id', '=', challengeId)
    .where('send_state', '=', 'unknown')
    .where('repeated_at', 'is', null)
    .executeTakeFirst();
  return until === null && repeated.numUpdatedRows === 1n;
}
