// What goes to Care Center 165: a case, the end of one, and "that was not me".
import type { TurnInput } from '#machines/conversation.setup.ts';
import type { PromptKey } from '#machines/copy/keys.ts';
import type { CaseOutcome, ReportOutcome } from '#machines/outcomes.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Cases, Changes } from '../ports.ts';

export const createOpenCase =
  ({ cases }: { cases: Cases }) =>
  async (
    {
      turnId,
      sender,
      participantId,
      reason,
      step,
    }: TurnInput & {
      participantId: string | null;
      reason: string;
      step: PromptKey;
    },
    _signal: AbortSignal,
  ): Promise<CaseOutcome> => {
    const opened = await cases.open({ caseId: turnId, sender, participantId, reason, step });
    await failpoint('case.afterOpen');
    if (opened === 'limited') return { type: 'case.limited' };
    return { type: 'case.opened', ref: opened.ref, dueAt: opened.dueAt.getTime(), isNew: opened.isNew };
  };

export const createLeaveCase =
  ({ cases }: { cases: Cases }) =>
  async ({ turnId, sender }: TurnInput, _signal: AbortSignal): Promise<CaseOutcome> => {
    await cases.leave({ sender, turnId });
    await failpoint('case.afterLeave');
    return { type: 'case.left' };
  };

export const createReportNotMe =
  ({ changes }: { changes: Changes }) =>
  async ({ turnId, sender }: TurnInput, _signal: AbortSignal): Promise<ReportOutcome> => {
    const report = await changes.reportNotMe({ sender, turnId, caseId: turnId });
    if (report === null) return { type: 'report.nothing' };
    const frozen = report.change.state === 'cancelled';
    return { type: 'report.taken', ref: report.change.ref, caseRef: report.caseRef, frozen };
  };
