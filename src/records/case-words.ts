// Case words: an agent on the phone reads one out, the caller sends it to the official number. It links call and chat
// and nothing more: no identity, no proof.
import { randomInt, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { caseWords } from '#machines/understanding/case-words.ts';
import type { Cases, Sender } from '#src/conversation/ports.ts';
import type { Seal } from '#src/seal.ts';
import { type CaseNeeds, moveCase, participant, readCase } from './case-moves.ts';
import { type CaseRow, sealed, standingOf } from './case-rows.ts';
import type { Trx } from './database.ts';
import { lockAll } from './locks.ts';
import { day, fullUntil } from './windows.ts';

const hashOf = (seal: Seal, word: string) => seal.index('caseWord', word);

/** @returns a new word for that case; the one before it is void */
export async function makeWord(
  trx: Trx,
  { seal, policy }: CaseNeeds,
  row: CaseRow,
): Promise<{ word: string; expiresAt: Date }> {
  await trx
    .updateTable('case_words')
    .set({ replaced_at: sql<Date>`now()` })
    .where('used_at', 'is', null)
    .where('replaced_at', 'is', null)
    .where((word) => word.or([word('case_id', '=', row.case_id), word('expires_at', '<=', sql<Date>`now()`)]))
    .execute();
  for (;;) {
    const word = `${caseWords[randomInt(caseWords.length)]} ${randomInt(100)}`;
    const made = await trx
      .insertInto('case_words')
      .values({
        word_id: randomUUID(),
        case_id: row.case_id,
        word: hashOf(seal, word),
        expires_at: sql<Date>`now() + make_interval(mins => ${policy.case.wordMinutes})`,
      })
      // Somebody else's call has that word just now.
      .onConflict((conflict) => conflict.doNothing())
      .returning('expires_at')
      .executeTakeFirst();
    if (made !== undefined) return { word, expiresAt: made.expires_at };
  }
}

/** Counted before it is looked at, so that trying words costs tries whatever comes of it. */
export async function bindWord(
  trx: Trx,
  needs: CaseNeeds,
  { sender, turnId, word }: { sender: Sender; turnId: string; word: string },
): ReturnType<Cases['bindWord']> {
  const { policy } = needs;
  await lockAll(trx, [sender.conversation]);
  const before = await trx
    .selectFrom('case_word_tries')
    .select('case_id')
    .where('try_id', '=', turnId)
    .executeTakeFirst();
  if (before !== undefined) {
    const row = before.case_id === null ? null : await readCase(trx, before.case_id);
    return row === null ? { result: 'unknown' } : { result: 'bound', standing: standingOf(row, null) };
  }
  const full = await fullUntil(trx, {
    table: 'case_word_tries',
    where: sql`conversation = ${sender.conversation} and case_id is null`,
    limit: policy.case.wordTriesPerDay,
    seconds: day,
  });
  if (full !== null) return { result: 'limited' };
  const row = await bind(trx, needs, sender, word);
  await trx
    .insertInto('case_word_tries')
    .values({ try_id: turnId, conversation: sender.conversation, case_id: row?.case_id ?? null })
    .execute();
  await needs.audit(trx, {
    actor: `conversation:${sender.conversation}`,
    event: 'case.wordTried',
    subject: null,
    refs: row === null ? {} : { caseId: row.case_id, ref: row.ref },
    details: { bound: row !== null },
  });
  return row === null ? { result: 'unknown' } : { result: 'bound', standing: standingOf(row, null) };
}

async function bind(trx: Trx, needs: CaseNeeds, sender: Sender, word: string): Promise<CaseRow | null> {
  const used = await trx
    .updateTable('case_words')
    .set({ used_at: sql<Date>`now()` })
    .where('word', '=', needs.seal.index('caseWord', word))
    .where('used_at', 'is', null)
    .where('replaced_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('case_id')
    .executeTakeFirst();
  const row = used === undefined ? null : await readCase(trx, used.case_id, true);
  return row?.state === 'invited' ? bindCase(trx, needs, row, sender) : null;
}

/** The invited caller has written: an open case of the same conversation becomes part of this one. */
export async function bindCase(trx: Trx, needs: CaseNeeds, row: CaseRow, sender: Sender): Promise<CaseRow | null> {
  const other = await trx
    .selectFrom('cases')
    .selectAll()
    .where('conversation', '=', sender.conversation)
    .where('closed_at', 'is', null)
    .where('case_id', '<>', row.case_id)
    .forUpdate()
    .executeTakeFirst();
  if (other !== undefined) {
    const merged = await moveCase(trx, needs, other, {
      event: 'close',
      doer: { actor: 'system', agentId: null, hats: ['system'] },
      set: { end_reason: 'merged' },
      details: { into: row.case_id },
    });
    if (merged.result !== 'moved') return null;
  }
  const moved = await moveCase(trx, needs, row, {
    event: 'bound',
    doer: participant(sender.conversation),
    set: {
      conversation: sender.conversation,
      channel: sender.channel,
      language: sender.language,
      sender_sealed: sealed(
        needs.seal,
        'sender_sealed',
        row.case_id,
        JSON.stringify({ address: sender.address, phone: sender.phone }),
      ),
      bot_step: 'identify',
      last_in_at: sql<Date>`now()`,
      window_ends_at: sender.channel === 'whatsapp' ? sql<Date>`now() + interval '24 hours'` : null,
    },
    details: { channel: sender.channel },
  });
  return moved.result === 'moved' ? moved.row : null;
}
