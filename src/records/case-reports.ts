// "That was not me" as a case shows it: which reported changes could be undone, and the supervisor who approves that.
import { redact } from '#machines/copy/redact.ts';
import type { CaseDesk, ReportedChange } from '#src/conversation/desk-port.ts';
import type { Seal } from '#src/seal.ts';
import type { DeskNeeds, DeskTools } from './case-desk.ts';
import { recordEvent } from './case-moves.ts';
import type { CaseRow } from './case-rows.ts';
import { openChange } from './change-rows.ts';
import type { Trx } from './database.ts';
import { maskContact } from './mask-contact.ts';
import { restoreOldValue } from './restore-value.ts';

const reasonLength = 200;

/** Those that were applied and still have their old value, newest first; all values masked. */
export async function reportedIn(
  db: Pick<Trx, 'selectFrom'>,
  seal: Seal,
  { case_id: caseId }: CaseRow,
): Promise<ReportedChange[]> {
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .where('report_case', '=', caseId)
    .where('state', '=', 'applied')
    .where('old_value_sealed', 'is not', null)
    .orderBy('created_at', 'desc')
    .execute();
  const restoring = await db
    .selectFrom('changes')
    .select(['restores', 'state'])
    .where('restores', 'in', ['', ...rows.map((row) => row.change_id)])
    .where('state', 'in', ['approved', 'confirmed', 'applied'])
    .execute();
  return rows.map((row) => {
    const { changeId, ref, field, oldValue, newValue } = openChange(seal, row);
    return {
      changeId,
      ref,
      field,
      now: maskContact(field, newValue),
      before: maskContact(field, oldValue ?? ''),
      restoring: restoring.find(({ restores }) => restores === changeId)?.state ?? null,
    };
  });
}

export function approveRestoring(
  needs: DeskNeeds,
  { command, may, refusal, done }: DeskTools,
): Pick<CaseDesk, 'restore'> {
  return {
    restore: (given) =>
      command(given, async (at) => {
        if (!may(at, 'restore')) return refusal(at, 'restore');
        const { trx, row, doer, agent } = at;
        const reason = redact(given.reason.trim().slice(0, reasonLength), { codeLived: true });
        if (reason === '') return { result: 'invalid', why: 'noReason' };
        const reported = await reportedIn(trx, needs.seal, row);
        // Only what was reported in this very case: its supervisor knows nothing of another one.
        const restoring = reported.some(({ changeId }) => changeId === given.changeId)
          ? await restoreOldValue(trx, needs, { changeId: given.changeId, supervisor: agent.agent_id, reason })
          : null;
        if (restoring === null) return { result: 'invalid', why: 'nothingToRestore' };
        const { idempotencyKey } = given;
        const details = { field: restoring.field, ref: restoring.ref };
        await recordEvent(trx, row, { event: 'restoreApproved', doer, details, idempotencyKey });
        return await done(trx, row);
      }),
  };
}
