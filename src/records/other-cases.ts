// The slip of somebody who holds several cases: what is typed here belongs to the participant of another one.
import type { LintProblem } from '#machines/copy/composer-lint.ts';
import { maskName } from '#machines/copy/masking.ts';
import type { Seal } from '#src/seal.ts';
import { type CaseRow, knownOf } from './case-rows.ts';
import type { Trx } from './database.ts';

/**
 * Names and references of the agent's other open cases; a name is known by its mask alone, so a chance hit costs a press.
 * Addresses and numbers never leave at all (`composer-lint.ts`).
 */
export async function ofOtherCases(
  db: Pick<Trx, 'selectFrom'>,
  seal: Seal,
  { row, agentId, text }: { row: CaseRow; agentId: string; text: string },
): Promise<LintProblem[]> {
  const others = await db
    .selectFrom('cases')
    .selectAll()
    .where('assignee', '=', agentId)
    .where('closed_at', 'is', null)
    .where('case_id', '<>', row.case_id)
    .execute();
  const own = knownOf(seal, row);
  const words = text.match(/\p{L}[\p{L}'’-]*/gu) ?? [];
  const found = others.flatMap((other) => {
    const known = knownOf(seal, other);
    const names = known === null || known.name === own?.name ? [] : namesLike(known.name, words);
    return [...names, ...(text.toUpperCase().includes(other.ref) ? [other.ref] : [])];
  });
  return [...new Set(found)].map((one) => ({ rule: 'otherCase', found: one }));
}

/** `S••• A•••••` is found in "Ibu Siti Aminah". A single word is like too many others. */
function namesLike(mask: string, words: readonly string[]): string[] {
  const length = mask.split(' ').length;
  if (length < 2) return [];
  return words.flatMap((_, at) => {
    const run = words.slice(at, at + length).join(' ');
    return maskName(run).toLowerCase() === mask.toLowerCase() ? [run] : [];
  });
}
