// How a change is stopped: cancelled while it is held, or reported by an old contact point.
import { type ExpressionBuilder, sql } from 'kysely';
import type { Changes, Sender, Standing } from '#src/conversation/ports.ts';
import { type ChangeRow, noticesOf, openChange } from './change-rows.ts';
import type { ChangeNeeds } from './confirm-change.ts';
import type { Trx } from './database.ts';
import { maskContact } from './mask-contact.ts';
import type { Tables } from './tables.ts';

/** An address that is no number is nobody's contact point. */
const isOldContact = ({ hashes }: ChangeNeeds, { phone }: Sender) =>
  phone === null ? sql<boolean>`false` : sql<boolean>`old_contacts @> ${[hashes.contact(phone)]}::text[]`;
const canBeCancelled = (row: ExpressionBuilder<Tables, 'changes'>) =>
  row.and([row('state', '=', 'held'), row('settling_at', 'is', null)]);

/** @returns null: there is nothing that this sender could cancel */
export async function cancelHeld(
  trx: Trx,
  needs: ChangeNeeds,
  { sender, turnId, asOldContact = false }: Parameters<Changes['cancelHeld']>[0],
): Promise<ChangeRow | null> {
  const before = await trx.selectFrom('changes').selectAll().where('cancel_turn', '=', turnId).executeTakeFirst();
  if (before !== undefined) return before;
  const held = await trx
    .selectFrom('changes')
    .selectAll()
    .where(canBeCancelled)
    .where((row) =>
      row.or([isOldContact(needs, sender), ...(asOldContact ? [] : [row('conversation', '=', sender.conversation)])]),
    )
    .orderBy('created_at', 'desc')
    .execute();
  for (const row of held) {
    const cancelled = await cancel(trx, needs, { row, sender, turnId });
    if (cancelled !== null) return cancelled;
  }
  return null;
}

/** Cancels one change that is known by its id; the same turn again finds what it did. */
export async function cancelChange(
  trx: Trx,
  needs: ChangeNeeds,
  { changeId, sender, turnId }: { changeId: string; sender: Sender; turnId: string },
): Promise<ChangeRow | null> {
  const row = await trx.selectFrom('changes').selectAll().where('change_id', '=', changeId).executeTakeFirst();
  if (row === undefined || row.cancel_turn === turnId) return row ?? null;
  return await cancel(trx, needs, { row, sender, turnId });
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
): Promise<{ row: ChangeRow; standing: Standing } | null> {
  const before = await trx
    .selectFrom('changes')
    .selectAll()
    .where('report_turn', '=', turnId)
    .orderBy(sql`state = 'cancelled'`, 'desc')
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  const about = before === undefined ? await ofOldContact(trx, needs, sender) : [before];
  const [row] = about;
  if (row === undefined) return null;

  const frozen = before === undefined ? await freeze(trx, needs, { participant: row.participant, sender, turnId }) : [];
  const opened = await needs.cases.openIn(trx, {
    caseId,
    sender,
    participantId: openChange(needs.seal, row).participantId,
    reason: 'notMe',
    step: 'notMe',
    origin: 'system',
    isReview: false,
    priority: 1,
    changeId: row.change_id,
  });
  if (before !== undefined) return { row: before, standing: opened.standing };
  const concerned = [...frozen, ...about.filter((one) => frozen.every((other) => other.change_id !== one.change_id))];
  for (const { change_id: changeId, ref, field, participant } of concerned) {
    await trx
      .updateTable('changes')
      .set({ report_turn: turnId, report_case: opened.caseId })
      .where('change_id', '=', changeId)
      .execute();
    await needs.audit(trx, {
      actor: `conversation:${sender.conversation}`,
      event: 'change.reported',
      subject: participant,
      refs: { changeId, ref, caseId: opened.caseId, turnId },
      details: { field, frozen: frozen.some((one) => one.change_id === changeId) },
    });
  }
  return { row: concerned[0] ?? row, standing: opened.standing };
}

/** Whatever is still held for this participant stops, whoever asked for it. */
async function freeze(
  trx: Trx,
  needs: ChangeNeeds,
  { participant, sender, turnId }: { participant: string; sender: Sender; turnId: string },
): Promise<ChangeRow[]> {
  const held = await trx
    .selectFrom('changes')
    .selectAll()
    .where('participant', '=', participant)
    .where(canBeCancelled)
    .orderBy('created_at', 'desc')
    .execute();
  const frozen: ChangeRow[] = [];
  for (const row of held) {
    const cancelled = await cancel(trx, needs, { row, sender, turnId });
    if (cancelled !== null) frozen.push(cancelled);
  }
  return frozen;
}

/** The changes of one participant that this sender, an old contact point, may still report: newest first. */
async function ofOldContact(trx: Trx, needs: ChangeNeeds, sender: Sender): Promise<ChangeRow[]> {
  const found = await trx
    .selectFrom('changes')
    .selectAll()
    .where(isOldContact(needs, sender))
    .where((row) =>
      row.or([
        row('state', 'in', ['held', 'confirmed']),
        row.and([
          row('state', '=', 'applied'),
          row('applied_at', '>', sql<Date>`now() - make_interval(days => ${needs.policy.revert.days})`),
        ]),
      ]),
    )
    .orderBy('created_at', 'desc')
    .execute();
  return found.filter(({ participant }) => participant === found[0]?.participant);
}
