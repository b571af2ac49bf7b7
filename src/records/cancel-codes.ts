// Codes in letters to an old mailbox: whoever reads it can cancel the change from any number, in one message.
import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import type { Sender } from '#src/conversation/ports.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal, Secret } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import type { Trx } from './database.ts';
import { lockAll } from './locks.ts';
import type { NewNotice } from './notice-rows.ts';
import { day, fullUntil } from './windows.ts';

// Nothing that is mistaken for something else on paper: no 0 O, 1 I.
const signs = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const groupLength = 5;
const purpose = 'cancel-code';

/** Each group has a letter and a digit, so that none is a word and none is a number: 49 bits in all. */
export function newCancelCode(): string {
  const group = (): string => {
    const text = Array.from({ length: groupLength }, () => signs.charAt(randomInt(signs.length))).join('');
    return /[A-Z]/.test(text) && /\d/.test(text) ? text : group();
  };
  return `${group()}-${group()}`;
}

/**
 * Puts a code of its own into each letter that tells an old mailbox of a held change. Earlier ones stay good.
 * @returns the same notices
 */
export async function withCancelCodes(
  trx: Trx,
  seal: Seal,
  changeId: string,
  notices: readonly NewNotice[],
): Promise<NewNotice[]> {
  const told: NewNotice[] = [];
  for (const notice of notices) {
    const { letter, via } = notice;
    const isHeld = letter.letter === 'changeHeld' || letter.letter === 'holdReminder';
    if (!isHeld || letter.to !== 'old' || via !== 'mail') {
      told.push(notice);
      continue;
    }
    const cancelCode = newCancelCode();
    await trx
      .insertInto('cancel_codes')
      .values({ code_hash: seal.index(purpose, cancelCode), change_id: changeId })
      .execute();
    told.push({ ...notice, letter: { ...letter, cancelCode } });
  }
  return told;
}

/**
 * Counted before it is looked up: what a sender got wrong in a day is limited, and then nothing is looked up any more.
 * @returns the change that the code belongs to; null: none, or the limit is reached
 */
export async function findByCancelCode(
  trx: Trx,
  { seal, audit, policy }: { seal: Seal; audit: Audit; policy: Policy },
  { sender, turnId, code }: { sender: Sender; turnId: string; code: Secret },
): Promise<string | null> {
  const { conversation } = sender;
  await lockAll(trx, [conversation]);
  const seen = await trx
    .selectFrom('cancel_attempts')
    .select('found')
    .where('attempt_id', '=', turnId)
    .executeTakeFirst();
  // A message that was wrong once is wrong for ever, whatever it says when it comes again.
  if (seen?.found === false) return null;
  if (seen === undefined) {
    const full = await fullUntil(trx, {
      table: 'cancel_attempts',
      where: sql`conversation = ${conversation} and not found`,
      limit: policy.hold.cancelCodesPerDay,
      seconds: day,
    });
    if (full !== null) return null;
  }
  const row = await trx
    .selectFrom('cancel_codes')
    .select('change_id')
    .where('code_hash', '=', seal.index(purpose, code.reveal()))
    .executeTakeFirst();
  const found = row !== undefined;
  if (seen === undefined) {
    await trx.insertInto('cancel_attempts').values({ attempt_id: turnId, conversation, found }).execute();
    if (!found) {
      const actor = `conversation:${conversation}`;
      await audit(trx, { actor, event: 'cancelCode.unknown', subject: null, refs: { turnId }, details: {} });
    }
  }
  return row?.change_id ?? null;
}
