// How often a participant's codes may be guessed wrong, over all challenges. Kept twice: messages from the registered
// number, and all others together, so that a stranger never uses up the owner's tries.
import { sql } from 'kysely';
import type { Policy } from '#src/policy.ts';
import type { Trx } from './database.ts';
import { day, fullUntil } from './windows.ts';

export type GuessLimit = { limited: false } | { limited: true; until: Date | null };

/** @returns `until` null: not by itself, somebody has to lift it */
export async function guessesLimitedUntil(
  trx: Trx,
  { otp }: Policy,
  { participant, fromRegistered }: { participant: string; fromRegistered: boolean },
): Promise<GuessLimit> {
  const ofParticipant = sql<boolean>`participant = ${participant} and from_registered = ${fromRegistered}`;
  // A guess without a verdict was counted and perhaps compared: it counts as wrong. `expired` was right, but too late.
  const failed = sql<boolean>`(verdict is null or verdict not in ('right', 'expired'))`;
  // A right code ends the row of failures of its own purpose alone: everybody reads the codes at a new value of theirs.
  const { rows } = await sql<{ failures: number }>`
    with guesses as (
      select purpose, verdict, guess.created_at from code_attempts guess join challenges using (challenge_id)
      where guess.participant = ${participant} and guess.from_registered = ${fromRegistered})
    select count(*)::int as failures from guesses
    where ${failed} and created_at > coalesce(
      (select max(created_at) from guesses success
        where success.verdict = 'right' and success.purpose = guesses.purpose), '-infinity')
      and created_at > coalesce(
      (select max(created_at) from lock_lifts where participant = ${participant}), '-infinity')
  `.execute(trx);
  if ((rows[0]?.failures ?? 0) >= otp.failuresUntilDisabled) return { limited: true, until: null };
  const where = sql<boolean>`${ofParticipant} and ${failed}`;
  const until = await fullUntil(trx, { table: 'code_attempts', where, limit: otp.failuresPerDay, seconds: day });
  return until === null ? { limited: false } : { limited: true, until };
}
