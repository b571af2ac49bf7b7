// From a right PIN to a row: the proofs are looked up here, so that no caller can claim them.
import { sql } from 'kysely';
import { ChangeLimitedError, UbahDataError } from '#src/errors.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import { withCancelCodes } from './cancel-codes.ts';
import type { StoredCases } from './cases.ts';
import { type ChangeRow, type Confirm, insertChange, noticesOf, type Proofs } from './change-rows.ts';
import { isBoundTo } from './code-hashes.ts';
import type { Database, Trx } from './database.ts';
import type { Hashes } from './hashes.ts';
import type { Jobs } from './jobs.ts';
import { lockAll } from './locks.ts';
import { maskContact } from './mask-contact.ts';
import type { Notices } from './notice-rows.ts';
import { newValueFrom } from './refused-values.ts';
import { halfOfHold } from './remind-of-hold.ts';
import { isContested, sprayed } from './suspicion.ts';

export interface ChangeNeeds {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  audit: Audit;
  jobs: Jobs;
  notices: Notices;
  cases: StoredCases;
  policy: Policy;
}

/** A change was asked for without the code, the PIN or the old channel that it claims. */
export class NotProvedError extends UbahDataError {
  readonly code = 'not_proved';
}

/** The turn settles a confirmed change by itself; this long after it, the job looks. */
const recoverySeconds = 10;

/** @throws NotProvedError `not_proved`, ChangeLimitedError `change_limited` */
export async function confirmChange(trx: Trx, needs: ChangeNeeds, request: Confirm): Promise<ChangeRow> {
  const { audit, hashes, jobs, notices, seal, policy } = needs;
  const { changeId, challengeId, sender, participant, field, value } = request;
  const participantHash = hashes.participant(participant.participantId);
  // The same message twice at once: the second waits here, and finds the row of the first.
  await lockAll(trx, [changeId, participantHash]);
  const known = await trx.selectFrom('changes').selectAll().where('change_id', '=', changeId).executeTakeFirst();
  if (known !== undefined) return known;

  const proofs = await findProofs(trx, needs, request);
  // Asked before the code was sent as well; here it is exact, whatever was proved in several conversations meanwhile.
  const limitedUntil = await newValueFrom(trx, policy, participantHash);
  if (limitedUntil !== null) throw new ChangeLimitedError(limitedUntil);
  const oldChannelProved = request.oldChannelProved && !(await isSuspect(trx, needs, request));
  const { hours, applyBeforeHours } = policy.hold;
  const holdHours = oldChannelProved ? null : Math.min(hours, applyBeforeHours);
  const needsEyes = !oldChannelProved && policy.hold.withoutOldContact === 'fourEyes';
  const row = await insertChange(trx, needs, {
    request: { ...request, oldChannelProved },
    proofs,
    holdHours,
    needsEyes,
  });
  await audit(trx, {
    actor: `conversation:${sender.conversation}`,
    event: row.state === 'held' ? 'change.held' : 'change.confirmed',
    subject: row.participant,
    refs: { changeId, ref: row.ref, challengeId },
    details: { field, value: maskContact(field, value), oldChannelProved, holdHours },
  });
  await notices.add(trx, await withCancelCodes(trx, seal, changeId, noticesOf(seal, row, false)));
  const startAfter = row.state === 'held' && row.held_until !== null ? row.held_until : recoverySeconds;
  await jobs.send(trx, 'change.settle', { changeId }, { startAfter });
  const remindAt = halfOfHold(row);
  if (remindAt !== null) await jobs.send(trx, 'change.remind', { changeId }, { startAfter: remindAt });
  const hasNoContact = participant.email === null && participant.mobileNumber === null;
  if (hasNoContact || needsEyes) await askCareCenter(trx, needs, request);
  return row;
}

/** The code at the new value and the right PIN: of this conversation, this participant, this value, young and unused. */
async function findProofs(trx: Trx, { seal, hashes, policy }: ChangeNeeds, request: Confirm): Promise<Proofs> {
  const { challengeId, sender, participant, field, value } = request;
  if (request.oldChannelProved && (sender.phone === null || sender.phone !== participant.mobileNumber)) {
    throw new NotProvedError('the message does not come from the registered number');
  }
  const isYoung = (column: string) =>
    sql<boolean>`${sql.ref(column)} > now() - make_interval(mins => ${policy.session.identifiedMaxMinutes})`;
  const challenge = await trx
    .selectFrom('challenges')
    .select(['binding', 'proved_at'])
    .where('challenge_id', '=', challengeId)
    .where('killed_at', 'is', null)
    .where(isYoung('proved_at'))
    .forUpdate()
    .executeTakeFirst();
  const { participantId } = participant;
  const bound = { challengeId, conversation: sender.conversation, participantId, field, target: value };
  if (challenge?.proved_at == null || !isBoundTo(seal, challenge, { ...bound, purpose: 'newValue', changeId: null })) {
    throw new NotProvedError('the new value was not proved by a code');
  }
  const used = await trx.selectFrom('changes').select('ref').where('challenge_id', '=', challengeId).executeTakeFirst();
  if (used !== undefined) throw new NotProvedError('the code has served another change');

  const pin = await trx
    .selectFrom('pin_attempts')
    .select('checked_at')
    .where('challenge_id', '=', challengeId)
    .where('conversation', '=', sender.conversation)
    .where('participant', '=', hashes.participant(participantId))
    .where('verdict', '=', 'ok')
    .where(isYoung('checked_at'))
    .executeTakeFirst();
  if (pin?.checked_at == null) throw new NotProvedError('the PIN was not recorded as right');
  return { pinOkAt: pin.checked_at, newValueProvedAt: challenge.proved_at };
}

async function isSuspect(
  trx: Trx,
  { hashes, policy }: ChangeNeeds,
  { sender, participant }: Confirm,
): Promise<boolean> {
  if ((await sprayed(trx, policy, sender)) !== null) return true;
  return await isContested(trx, policy, hashes.participant(participant.participantId));
}

/** Nobody at an old contact point may ever say a word, so a person looks at it while the hold lasts. */
async function askCareCenter(
  trx: Trx,
  { cases }: ChangeNeeds,
  { changeId, sender, participant }: Confirm,
): Promise<void> {
  await cases.openIn(trx, {
    caseId: `${changeId}.noOldContact`,
    sender,
    participantId: participant.participantId,
    reason: 'noOldContact',
    step: 'waitForResult',
    origin: 'system',
    isReview: true,
    priority: 1,
    changeId,
  });
}
