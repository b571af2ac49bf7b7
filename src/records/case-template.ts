// The one thing that may be said on WhatsApp after its 24 hours: an approved template that asks for an answer. The answer
// opens the window again, and goes to the agent who waits for it.
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { CaseDesk } from '#src/conversation/desk-port.ts';
import type { DeskNeeds, DeskTools } from './case-desk.ts';
import { recordEvent } from './case-moves.ts';
import { type CaseRow, senderOf } from './case-rows.ts';
import type { Trx } from './database.ts';

/** @returns its Content SID; null: none is approved for that language, or there is no such window */
export function templateFor({ agentTemplates }: Pick<DeskNeeds, 'agentTemplates'>, row: CaseRow): string | null {
  return row.channel === 'whatsapp' ? agentTemplates[row.language] : null;
}

export function sendTemplates(
  needs: DeskNeeds,
  { command, may, refusal, done }: DeskTools,
): Pick<CaseDesk, 'sendTemplate'> {
  const { seal, audit, notices } = needs;

  async function stand(trx: Trx, row: CaseRow): Promise<{ isOpen: boolean; wasSent: boolean }> {
    const { rows } = await sql<{ is_open: boolean; was_sent: boolean }>`select
      coalesce(${row.window_ends_at}::timestamptz > now(), false) as is_open,
      exists(select from case_messages where case_id = ${row.case_id} and kind = 'template'
        and created_at > coalesce(${row.last_in_at}::timestamptz, '-infinity')) as was_sent`.execute(trx);
    const [now] = rows;
    return { isOpen: now?.is_open === true, wasSent: now?.was_sent === true };
  }

  return {
    sendTemplate: (given) =>
      command(given, async (at) => {
        if (!may(at, 'send')) return refusal(at, 'send');
        const { trx, row, agent, doer } = at;
        const template = templateFor(needs, row);
        const sender = senderOf(seal, row);
        if (template === null || sender === null) return { result: 'invalid', why: 'noTemplate' };
        const { isOpen, wasSent } = await stand(trx, row);
        if (isOpen) return { result: 'invalid', why: 'windowIsOpen' };
        // Each one costs, and whoever did not answer the first has said enough.
        if (wasSent) return { result: 'invalid', why: 'templateSent' };

        const messageId = randomUUID();
        await trx
          .insertInto('case_messages')
          .values({
            message_id: messageId,
            case_id: row.case_id,
            kind: 'template',
            speaker: 'agent',
            agent: agent.agent_id,
            media_sealed: null,
            text_sealed: seal.close('', `case_messages.text_sealed:${messageId}`),
          })
          .execute();
        const fence = { caseId: row.case_id, speaker: 'agent', epoch: row.epoch } as const;
        await notices.sendTemplateIn(trx, { entryId: messageId, sender, template, fence });
        const written = await trx
          .updateTable('cases')
          .set({ first_reply_at: sql<Date>`coalesce(first_reply_at, now())`, last_out_at: sql<Date>`now()` })
          .where('case_id', '=', row.case_id)
          .returningAll()
          .executeTakeFirstOrThrow();
        const { idempotencyKey } = given;
        await recordEvent(trx, row, { event: 'sent', doer, details: { messageId }, idempotencyKey });
        await audit(trx, {
          actor: doer.actor,
          event: 'case.wroteTo',
          subject: row.participant,
          refs: { caseId: row.case_id, ref: row.ref, messageId },
          details: { template },
        });
        return await done(trx, written);
      }),
  };
}
