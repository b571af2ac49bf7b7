// Two programs would answer each other for ever: after many replies at once without progress this one falls silent for a
// while (security.md B8). No person writes so fast.
import type { Policy } from '#src/policy.ts';
import type { SessionRecord } from './session-record.ts';

/**
 * @param before  of the turns until now
 * @param at  milliseconds since 1970
 * @param isFruitless  no word that always works was said, and the same is asked again
 * @returns what is kept, and whether the reply is held back
 */
export function keepPace(
  before: SessionRecord['pace'],
  { at, isFruitless }: { at: number; isFruitless: boolean },
  { paceReplies, paceSeconds, silentSeconds }: Policy['loop'],
): { pace: SessionRecord['pace']; isSilent: boolean } {
  if (!isFruitless) return { pace: undefined, isSilent: false };
  const silentUntil = before?.silentUntil ?? null;
  if (silentUntil !== null && at < silentUntil) return { pace: before, isSilent: true };
  const isOver = before === undefined || silentUntil !== null || at - before.since >= paceSeconds * 1000;
  const { since, replies } = isOver ? { since: at, replies: 0 } : before;
  if (replies >= paceReplies) {
    return { pace: { since, replies, silentUntil: at + silentSeconds * 1000 }, isSilent: true };
  }
  return { pace: { since, replies: replies + 1, silentUntil: null }, isSilent: false };
}
