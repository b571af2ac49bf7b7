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
  { participants, fromRegistered }: { participants: string[]; fromRegistered: boolean },
): Promise<GuessLimit> {
  const ofParticipant = sql<boolean>`participant = any(${participants}) and from_registered = ${fromRegistered}`;
  // A guess without a verdict was counted and perhaps compared: it counts as wrong. `expired` was right, but too late.
  const failed = sql<boolean>`(verdict is null or verdict not in ('right', 'expired'))`;
  const { rows } = await sql<{ failures: number }>`
    select count(*)::int as failures from code_attempts
    where ${ofParticipant} and ${failed} and created_at > coalesce(
      (select max(created_at) from code_attempts where ${ofParticipant} and verdict = 'right'), '-infinity')
      and created_at > coalesce(
      (select max(created_at) from lock_lifts where participant = any(${participants})), '-infinity')
  `.execute(trx);
  if ((rows[0]?.failures ?? 0) >= otp.failuresUntilDisabled) return { limited: true, until: null };
  const where = sql<boolean>`${ofParticipant} and ${failed}`;
  const until = await fullUntil(trx, { table: 'code_attempts', where, limit: otp.failuresPerDay, seconds: day });
  return until === null ? { limited: false } : { limited: true, until };
}
