// A change as a row: how it is written, sealed, read back, and what its notices say.
import { randomUUID } from 'node:crypto';
import { type InsertObject, type Selectable, sql } from 'kysely';
import type { Field } from '#machines/vocabulary.ts';
import type { Change, Changes, Sender } from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import type { Trx } from './database.ts';
import type { Hashes } from './hashes.ts';
import { maskContact } from './mask-contact.ts';
import type { ChangeLetter, NewNotice } from './notice-rows.ts';
import { newReference } from './references.ts';
import type { ChangesTable, Tables } from './tables.ts';

export type ChangeRow = Selectable<ChangesTable>;
export type Confirm = Parameters<Changes['confirm']>[0];

export interface Contacts {
  email: string | null;
  mobileNumber: string | null;
}

type SealedColumn =
  | 'sender_sealed'
  | 'participant_sealed'
  | 'new_value_sealed'
  | 'old_value_sealed'
  | 'old_contacts_sealed';
const place = (column: SealedColumn, changeId: string) => `changes.${column}:${changeId}`;

export interface Proofs {
  pinOkAt: Date;
  newValueProvedAt: Date;
}

/** @param holdHours  null: no hold */
export async function insertChange(
  trx: Trx,
  { seal, hashes }: { seal: Seal; hashes: Hashes },
  {
    request,
    proofs,
    holdHours,
    needsEyes,
  }: { request: Confirm; proofs: Proofs; holdHours: number | null; needsEyes: boolean },
): Promise<ChangeRow> {
  const { participantId, email, mobileNumber } = request.participant;
  return await insert(
    trx,
    { ...request, participantId, contacts: { email, mobileNumber } },
    { seal, hashes },
    {
      // Without any hold a change is confirmed, although its hold of no length is what allows it.
      state: needsEyes || (holdHours !== null && holdHours > 0) ? 'held' : 'confirmed',
      needs_eyes: needsEyes,
      challenge_id: request.challengeId,
      pin_ok_at: proofs.pinOkAt,
      new_value_proved_at: proofs.newValueProvedAt,
      old_channel_proved_at: request.oldChannelProved ? sql<Date>`now()` : null,
      held_until: holdHours === null ? null : sql<Date>`now() + make_interval(hours => ${holdHours})`,
    },
  );
}

/** The change that undoes another one: approved, and waiting for a code at the contact point that it brings back. */
export async function insertRestoration(
  trx: Trx,
  { seal, hashes }: { seal: Seal; hashes: Hashes },
  { changed, reporter, supervisor }: { changed: ChangeRow; reporter: Sender; supervisor: string },
): Promise<ChangeRow> {
  const { participantId, field, oldValue, newValue } = openChange(seal, changed);
  if (oldValue === null) throw new Error('there is nothing to restore');
  const contacts = { ...contactsOf(seal, changed), [field]: newValue };
  const request = { changeId: randomUUID(), sender: reporter, participantId, field, value: oldValue, contacts };
  return await insert(
    trx,
    request,
    { seal, hashes },
    {
      state: 'approved',
      restores: changed.change_id,
      approved_by: supervisor,
      approved_at: sql<Date>`now()`,
    },
  );
}

type Proved = Pick<
  InsertObject<Tables, 'changes'>,
  | 'state'
  | 'challenge_id'
  | 'pin_ok_at'
  | 'new_value_proved_at'
  | 'old_channel_proved_at'
  | 'held_until'
  | 'needs_eyes'
  | 'restores'
  | 'approved_by'
  | 'approved_at'
>;

async function insert(
  trx: Trx,
  {
    changeId,
    sender,
    participantId,
    field,
    value,
    contacts,
  }: { changeId: string; sender: Sender; participantId: string; field: Field; value: string; contacts: Contacts },
  { seal, hashes }: { seal: Seal; hashes: Hashes },
  proved: Proved,
): Promise<ChangeRow> {
  const close = (column: SealedColumn, text: string) => seal.close(text, place(column, changeId));
  const oldValue = contacts[field];
  for (;;) {
    const inserted = await trx
      .insertInto('changes')
      .values({
        ...proved,
        change_id: changeId,
        ref: newReference('UD'),
        field,
        conversation: sender.conversation,
        channel: sender.channel,
        language: sender.language,
        sender_sealed: close('sender_sealed', JSON.stringify({ address: sender.address, phone: sender.phone })),
        participant: hashes.participant(participantId),
        participant_sealed: close('participant_sealed', participantId),
        new_value_sealed: close('new_value_sealed', value),
        old_value_sealed: oldValue === null ? null : close('old_value_sealed', oldValue),
        old_contacts_sealed: close('old_contacts_sealed', JSON.stringify(contacts)),
        old_contacts: [contacts.email, contacts.mobileNumber].filter((contact) => contact !== null).map(hashes.contact),
      })
      // The reference is drawn by lot: drawn twice, it is drawn again.
      .onConflict((row) => row.column('ref').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (inserted !== undefined) return inserted;
  }
}

/**
 * @returns `newValue` empty once it has served its purpose (`retention.ts`)
 * @throws SealError `seal`  the row was altered, or no key of ours opens it
 */
export function openChange(seal: Seal, row: ChangeRow): Change {
  const open = (column: SealedColumn, sealed: string) =>
    sealed === '' ? '' : seal.open(sealed, place(column, row.change_id));
  return {
    changeId: row.change_id,
    ref: row.ref,
    field: row.field,
    state: row.state,
    oldValue: row.old_value_sealed === null ? null : open('old_value_sealed', row.old_value_sealed),
    newValue: open('new_value_sealed', row.new_value_sealed),
    participantId: open('participant_sealed', row.participant_sealed),
    heldUntil: row.held_until,
    appliedAt: row.applied_at,
    reason: row.reason,
  };
}

/** Both contact points as they were. */
export function contactsOf(seal: Seal, { change_id, old_contacts_sealed }: ChangeRow): Contacts {
  return JSON.parse(seal.open(old_contacts_sealed, place('old_contacts_sealed', change_id)));
}

/** `toChat`: whoever asked is told too, because no turn tells them. */
export function noticesOf(seal: Seal, row: ChangeRow, toChat: boolean): NewNotice[] {
  const open = (column: SealedColumn, sealed: string) => seal.open(sealed, place(column, row.change_id));
  const { language, change_id: changeId } = row;
  const newValue = open('new_value_sealed', row.new_value_sealed);
  const contacts = contactsOf(seal, row);
  const sender: Pick<Sender, 'address' | 'phone'> = JSON.parse(open('sender_sealed', row.sender_sealed));

  const recipients = [
    { who: 'old' as const, via: 'mail' as const, to: contacts.email },
    { who: 'old' as const, via: 'sms' as const, to: contacts.mobileNumber },
    { who: 'new' as const, via: row.field === 'email' ? ('mail' as const) : ('sms' as const), to: newValue },
    { who: 'chat' as const, via: row.channel, to: toChat ? (sender.phone ?? sender.address) : null },
  ];
  const seen = new Set<string>();
  return recipients.flatMap(({ who, via, to }) => {
    const letter = letterOf(row, who, maskContact(row.field, newValue));
    // Somebody who asked by SMS from the registered number needs one message, not two.
    if (to === null || letter === null || seen.has(`${via}:${to}`)) return [];
    seen.add(`${via}:${to}`);
    return [
      {
        cause: { change_id: changeId },
        via,
        to,
        conversation: who === 'chat' ? row.conversation : null,
        language,
        letter,
      },
    ];
  });
}

/** @returns null: this recipient hears nothing of that state */
function letterOf(row: ChangeRow, to: 'old' | 'new' | 'chat', value: string): ChangeLetter | null {
  const { field, ref, held_until: heldUntil, applied_at: appliedAt } = row;
  switch (row.state) {
    case 'held':
      return to === 'chat' || heldUntil === null
        ? null
        : { letter: 'changeHeld', to, field, value, until: heldUntil.getTime(), ref };
    case 'applied':
      return appliedAt === null ? null : { letter: 'changeApplied', to, field, value, at: appliedAt.getTime(), ref };
    case 'cancelled':
      return { letter: 'changeCancelled', to, field, value, ref };
    case 'refused':
      return to === 'chat' && isRefusal(row.reason)
        ? { letter: 'changeRefused', to, field, reason: row.reason, ref }
        : null;
    case 'confirmed':
    case 'approved':
      return null;
  }
}

const refusals = ['valueInUse', 'stale', 'invalid'] as const;
const isRefusal = (reason: string | null): reason is (typeof refusals)[number] =>
  refusals.some((refusal) => refusal === reason);
