// How a change is stopped: cancelled while it is held, or reported by an old contact point.
import { type ExpressionBuilder, sql } from 'kysely';
import type { Sender } from '#src/conversation/ports.ts';
import { type ChangeRow, noticesOf, openChange } from './change-rows.ts';
import type { ChangeNeeds } from './confirm-change.ts';
import type { Trx } from './database.ts';
import { maskContact } from './mask-contact.ts';
import type { Tables } from './tables.ts';

/** security.md A14 */
const reportDays = 7;

/** The hashes of the sender's own number, under every key; none for an address that is no number. */
const phonesOf = ({ hashes }: ChangeNeeds, { phone }: Sender) => (phone === null ? [] : hashes.contacts(phone));

const isOldContact = (phones: string[]) => sql<boolean>`old_contacts && ${phones}::text[]`;
const canBeCancelled = (row: ExpressionBuilder<Tables, 'changes'>) =>
  row.and([row('state', '=', 'held'), row('settling_at', 'is', null)]);

/** @returns null: there is nothing that this sender could cancel */
export async function cancelHeld(
  trx: Trx,
  needs: ChangeNeeds,
  { sender, turnId }: { sender: Sender; turnId: string },
): Promise<ChangeRow | null> {
  const phones = phonesOf(needs, sender);
  const before = await trx.selectFrom('changes').selectAll().where('cancel_turn', '=', turnId).executeTakeFirst();
  if (before !== undefined) return before;
  const held = await trx
    .selectFrom('changes')
    .selectAll()
    .where(canBeCancelled)
    .where((row) => row.or([row('conversation', '=', sender.conversation), isOldContact(phones)]))
    .orderBy('created_at', 'desc')
    .execute();
  for (const row of held) {
    const cancelled = await cancel(trx, needs, { row, sender, turnId });
    if (cancelled !== null) return cancelled;
  }
  return null;
}

/** Exactly one of cancel and settle finds the row held and unclaimed. */
async function cancel(
  trx: Trx,
  { audit, notices, seal }: ChangeNeeds,
  { row, sender, turnId }: { row: ChangeRow; sender: Sender; turnId: string },
): Promise<ChangeRow | null> {
  const isRequester = row.conversation === sender.conversation;
  const cancelled = await trx
    .updateTable('changes')
    .set({
      state: 'cancelled',
      cancelled_at: sql<Date>`now()`,
      cancel_turn: turnId,
      reason: isRequester ? 'requester' : 'oldContact',
    })
    .where('change_id', '=', row.change_id)
    .where(canBeCancelled)
    .returningAll()
    .executeTakeFirst();
  if (cancelled === undefined) return null;
  const { change_id: changeId, ref, field, reason } = cancelled;
  await audit(trx, {
    actor: `conversation:${sender.conversation}`,
    event: 'change.cancelled',
    subject: cancelled.participant,
    refs: { changeId, ref, turnId },
    details: { field, value: maskContact(field, openChange(seal, cancelled).newValue), reason },
  });
  await notices.add(trx, noticesOf(seal, cancelled, !isRequester));
  return cancelled;
}

/** @returns null: this sender is no old contact point of any change of the last days */
export async function reportNotMe(
  trx: Trx,
  needs: ChangeNeeds,
  { sender, turnId, caseId }: { sender: Sender; turnId: string; caseId: string },
): Promise<{ row: ChangeRow; caseRef: string } | null> {
  const before = await trx.selectFrom('changes').selectAll().where('report_turn', '=', turnId).executeTakeFirst();
  const row = before ?? (await newestOfOldContact(trx, phonesOf(needs, sender)));
  if (row === undefined) return null;

  const frozen = before === undefined ? await cancel(trx, needs, { row, sender, turnId }) : null;
  const opened = await needs.cases.openIn(trx, {
    caseId,
    sender,
    participantId: openChange(needs.seal, row).participantId,
    reason: 'notMe',
    step: 'notMe',
    origin: 'system',
    priority: 1,
    changeId: row.change_id,
  });
  if (before !== undefined) return { row: before, caseRef: opened.ref };
  const reported = await trx
    .updateTable('changes')
    .set({ report_turn: turnId, report_case: opened.caseId })
    .where('change_id', '=', row.change_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await needs.audit(trx, {
    actor: `conversation:${sender.conversation}`,
    event: 'change.reported',
    subject: row.participant,
    refs: { changeId: row.change_id, ref: row.ref, caseId: opened.caseId, turnId },
    details: { field: row.field, frozen: frozen !== null },
  });
  return { row: reported, caseRef: opened.ref };
}

async function newestOfOldContact(trx: Trx, phones: string[]): Promise<ChangeRow | undefined> {
  return await trx
    .selectFrom('changes')
    .selectAll()
    .where(isOldContact(phones))
    .where((row) =>
      row.or([
        row('state', 'in', ['held', 'confirmed']),
        row.and([
          row('state', '=', 'applied'),
          row('applied_at', '>', sql<Date>`now() - make_interval(days => ${reportDays})`),
        ]),
      ]),
    )
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}
