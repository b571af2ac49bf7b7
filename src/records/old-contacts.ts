// The leg of the old channel, given after the fact: a code at an old contact point makes a held change effective now, or
// brings back an old value that a supervisor has approved.
import { sql } from 'kysely';
import type { Field } from '#machines/vocabulary.ts';
import type { AwaitingChange, OldContacts, Sender } from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import { findByCancelCode } from './cancel-codes.ts';
import { type ChangeRow, contactsOf, openChange } from './change-rows.ts';
import { isBoundTo } from './code-hashes.ts';
import { type ChangeNeeds, NotProvedError } from './confirm-change.ts';
import type { Trx } from './database.ts';
import { maskContact } from './mask-contact.ts';
import { cancelChange } from './stop-change.ts';

const fields = ['email', 'mobileNumber'] as const satisfies readonly Field[];
/** The turn settles it by itself; this long after it, the job looks. */
const recoverySeconds = 10;

export function createOldContacts(needs: ChangeNeeds): OldContacts {
  const { database, seal, hashes } = needs;
  return {
    async awaiting({ sender, participantId }) {
      const row = await database.run((db) =>
        db
          .selectFrom('changes')
          .selectAll()
          .where('conversation', '=', sender.conversation)
          .where('participant', '=', hashes.participant(participantId))
          .where('state', 'in', ['held', 'approved'])
          .where('settling_at', 'is', null)
          // What a supervisor has approved goes first: it undoes harm.
          .orderBy(sql`state = 'approved'`, 'desc')
          .orderBy('created_at', 'desc')
          .limit(1)
          .executeTakeFirst(),
      );
      return row === undefined ? null : awaitingOf(seal, row, sender);
    },

    async release(request) {
      return openChange(seal, await database.transaction((trx) => release(trx, needs, request)));
    },

    async cancelByCode(request) {
      const cancelled = await database.transaction(async (trx) => {
        const changeId = await findByCancelCode(trx, needs, request);
        return changeId === null ? null : await cancelChange(trx, needs, { ...request, changeId });
      });
      return cancelled === null ? null : openChange(seal, cancelled);
    },
  };
}

/** The contact points that can vouch: as they were, and never the one that is writing. */
function awaitingOf(seal: Seal, row: ChangeRow, sender: Sender): AwaitingChange {
  const change = openChange(seal, row);
  const old = contactsOf(seal, row);
  const contacts =
    row.state === 'approved'
      ? [{ field: change.field, target: change.newValue }]
      : fields.flatMap((field) => {
          const target = old[field];
          return target === null || target === sender.phone ? [] : [{ field, target }];
        });
  return { change, contacts, fromRegistered: sender.phone !== null && sender.phone === old.mobileNumber };
}

/** @throws NotProvedError `not_proved` */
async function release(
  trx: Trx,
  needs: ChangeNeeds,
  { changeId, challengeId, sender, participantId }: Parameters<OldContacts['release']>[0],
): Promise<ChangeRow> {
  const { seal, audit, jobs, policy } = needs;
  const row = await trx
    .selectFrom('changes')
    .selectAll()
    .where('change_id', '=', changeId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.conversation !== sender.conversation) throw new NotProvedError('no change of this chat');
  // Released before, or meanwhile due: the code adds nothing.
  if ((row.state !== 'held' && row.state !== 'approved') || row.settling_at !== null) return row;

  const challenge = await trx
    .selectFrom('challenges')
    .select(['binding', 'field', 'proved_at'])
    .where('challenge_id', '=', challengeId)
    .where('killed_at', 'is', null)
    .where('proved_at', '>', sql<Date>`now() - make_interval(mins => ${policy.session.identifiedMaxMinutes})`)
    .forUpdate()
    .executeTakeFirst();
  const { contacts } = awaitingOf(seal, row, sender);
  const target = contacts.find((contact) => contact.field === challenge?.field)?.target;
  const bound = { challengeId, conversation: sender.conversation, participantId, changeId, purpose: 'oldContact' };
  if (
    challenge?.proved_at == null ||
    target === undefined ||
    !isBoundTo(seal, challenge, { ...bound, field: challenge.field, target })
  ) {
    throw new NotProvedError('no old contact point was proved by a code');
  }
  const restores = row.state === 'approved';
  const released = await trx
    .updateTable('changes')
    .set({
      state: 'confirmed',
      old_channel_proved_at: challenge.proved_at,
      // The old value is the one that is restored, so one code proves both.
      ...(restores ? { new_value_proved_at: challenge.proved_at, challenge_id: challengeId } : {}),
    })
    .where('change_id', '=', changeId)
    .returningAll()
    .executeTakeFirstOrThrow();
  await audit(trx, {
    actor: `conversation:${sender.conversation}`,
    event: 'change.released',
    subject: row.participant,
    refs: { changeId, ref: row.ref, challengeId },
    details: { field: row.field, contact: maskContact(challenge.field, target), restores },
  });
  await jobs.send(trx, 'change.settle', { changeId }, { startAfter: recoverySeconds });
  return released;
}
