// When the registered number alone proves nothing: while PINs are sprayed over many participants, from a sender that
// tried several, and for whoever has just reported a change that was not theirs (security.md A12, A14).
import { sql } from 'kysely';
import type { Policy } from '#src/policy.ts';
import type { Trx } from './database.ts';

/** @returns how many participants had a wrong PIN, of all and of this sender, where that is a spray; null: it is none */
export async function sprayed(
  trx: Trx,
  { spray }: Policy,
  { conversation }: { conversation: string },
): Promise<{ participants: number; ofSender: number } | null> {
  const { rows } = await sql<{ participants: number; of_sender: number }>`
    select
      (select count(distinct participant)::int from pin_attempts
        where verdict = 'wrong' and created_at > now() - interval '10 minutes') as participants,
      (select count(distinct participant)::int from pin_attempts
        where verdict = 'wrong' and conversation = ${conversation}
          and created_at > now() - interval '24 hours') as of_sender
  `.execute(trx);
  const { participants = 0, of_sender: ofSender = 0 } = rows[0] ?? {};
  const isSpray = participants >= spray.participants10Min || ofSender >= spray.participantsPerSenderDay;
  return isSpray ? { participants, ofSender } : null;
}

/** Somebody said "that was not me" about an applied change of this participant: the number may be the other one's. */
export async function isContested(trx: Trx, { revert }: Policy, participant: string): Promise<boolean> {
  const reported = await trx
    .selectFrom('changes')
    .select('ref')
    .where('participant', '=', participant)
    .where('report_turn', 'is not', null)
    .where('applied_at', '>', sql<Date>`now() - make_interval(days => ${revert.days})`)
    .limit(1)
    .executeTakeFirst();
  return reported !== undefined;
}
