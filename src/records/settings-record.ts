import { sql } from 'kysely';
import type { Policy } from '#src/policy.ts';
import type { Audit } from './audit.ts';
import type { Trx } from './database.ts';
import { lockAll } from './locks.ts';

/** Records the figures of the policy where they are not the ones of the last start: who could do what, and when. */
export async function recordSettings(trx: Trx, { audit, policy }: { audit: Audit; policy: Policy }): Promise<void> {
  await lockAll(trx, ['settings']);
  const figures = figuresOf(policy);
  const last = await trx
    .selectFrom('audit')
    .select(sql<boolean>`details = ${JSON.stringify(figures)}::jsonb`.as('is_same'))
    .where('event', '=', 'settings.changed')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.is_same === true) return;
  await audit(trx, { actor: 'system', event: 'settings.changed', subject: null, refs: {}, details: figures });
}

/** `otp.lifeSeconds` -> 600 */
function figuresOf(policy: Policy): Record<string, string | number | boolean> {
  const groups = Object.entries(policy) as [string, Record<string, string | number | boolean>][];
  return Object.fromEntries(
    groups.flatMap(([group, keys]) => Object.entries(keys).map(([key, figure]) => [`${group}.${key}`, figure])),
  );
}
