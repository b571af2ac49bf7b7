// "That was not me", made good: the old value comes back as a change of its own, which a supervisor approves without
// typing any value, and which a code at that old contact point proves (security.md A14).
import { sql } from 'kysely';
import type { Sender } from '#src/conversation/ports.ts';
import { type ChangeRow, insertRestoration, openChange } from './change-rows.ts';
import type { ChangeNeeds } from './confirm-change.ts';
import type { Trx } from './database.ts';
import { lockAll } from './locks.ts';
import { maskContact } from './mask-contact.ts';

/**
 * Approves that the value which this change replaced is registered again. Whoever reported it is told in their chat,
 * where a code to that old contact point then brings it about. Safe to repeat.
 * @param supervisor  opaque id of the person, and the reason in their words: for the audit
 * @returns null: the change was not applied, nobody reported it, or its old value is no longer kept
 */
export async function restoreOldValue(
  trx: Trx,
  needs: ChangeNeeds,
  { changeId, supervisor, reason }: { changeId: string; supervisor: string; reason: string },
): Promise<ChangeRow | null> {
  const { seal, audit, notices } = needs;
  await lockAll(trx, [changeId]);
  const restoring = await trx
    .selectFrom('changes')
    .selectAll()
    .where('restores', '=', changeId)
    .where('state', 'in', ['approved', 'confirmed', 'applied'])
    .executeTakeFirst();
  if (restoring !== undefined) return restoring;

  const changed = await trx
    .selectFrom('changes')
    .selectAll()
    .where('change_id', '=', changeId)
    .where('state', '=', 'applied')
    .where('report_case', 'is not', null)
    .where('old_value_sealed', 'is not', null)
    .executeTakeFirst();
  const reporter = changed === undefined ? null : await reporterOf(trx, needs, changed);
  if (changed === undefined || reporter === null) return null;

  const row = await insertRestoration(trx, needs, { changed, reporter, supervisor });
  const { field, oldValue, newValue } = openChange(seal, row);
  await audit(trx, {
    actor: `agent:${supervisor}`,
    event: 'change.approved',
    subject: row.participant,
    refs: { changeId: row.change_id, ref: row.ref, restores: changeId },
    details: {
      field,
      value: maskContact(field, newValue),
      instead: oldValue === null ? null : maskContact(field, oldValue),
      reason,
    },
  });
  const letter = {
    letter: 'restoreApproved',
    to: 'chat',
    field,
    value: maskContact(field, newValue),
    ref: row.ref,
  } as const;
  const { channel: via, phone, address, language, conversation } = reporter;
  await notices.add(trx, [
    { cause: { change_id: row.change_id }, via, to: phone ?? address, conversation, language, letter },
  ]);
  return row;
}

/** Whoever said that it was not them: the case remembers who that was. */
async function reporterOf(trx: Trx, { seal }: ChangeNeeds, { report_case }: ChangeRow): Promise<Sender | null> {
  if (report_case === null) return null;
  const found = await trx
    .selectFrom('cases')
    .select(['case_id', 'conversation', 'channel', 'language', 'sender_sealed'])
    .where('case_id', '=', report_case)
    .where(sql<boolean>`sender_sealed is not null`)
    .executeTakeFirst();
  if (found?.sender_sealed == null || found.conversation === null || found.channel === null) return null;
  const { conversation, channel, language } = found;
  const sender: Pick<Sender, 'address' | 'phone'> = JSON.parse(
    seal.open(found.sender_sealed, `cases.sender_sealed:${found.case_id}`),
  );
  return { conversation, channel, language, address: sender.address, phone: sender.phone };
}
