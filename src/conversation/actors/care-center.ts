// What goes to Care Center 165: a case, the end of one, a word told on the phone, and "that was not me".
import type { TurnInput } from '#machines/conversation.setup.ts';
import type { PromptKey } from '#machines/copy/keys.ts';
import type { CaseOutcome, Known, ReportOutcome, WordOutcome } from '#machines/outcomes.ts';
import { failpoint } from '#src/failpoint.ts';
import { caseNow } from '../follow-case.ts';
import type { Cases, Changes } from '../ports.ts';

interface OpenCase extends TurnInput {
  participantId: string | null;
  known: Known | null;
  reason: string;
  step: PromptKey;
}

export const createOpenCase =
  ({ cases }: { cases: Cases }) =>
  async ({ turnId, ...request }: OpenCase, _signal: AbortSignal): Promise<CaseOutcome> => {
    const opened = await cases.open({ caseId: turnId, ...request });
    await failpoint('case.afterOpen');
    if (opened.result === 'limited') return { type: 'case.limited' };
    const { standing, isNew, place, opensAt } = opened;
    const now = caseNow(standing);
    if (now.control === 'bot') return { type: 'case.deferred', case: now, opensAt: opensAt?.getTime() ?? null };
    return { type: 'case.opened', case: now, isNew, place: place?.place ?? null, minutes: place?.minutes ?? null };
  };

export const createLeaveCase =
  ({ cases }: { cases: Cases }) =>
  async (
    { turnId, sender, event }: TurnInput & { event: 'leave' | 'finish' },
    _signal: AbortSignal,
  ): Promise<CaseOutcome> => {
    const standing = await cases.leave({ sender, turnId, event });
    await failpoint('case.afterLeave');
    if (standing === null) return { type: 'case.left', case: null, end: 'over' };
    const { state, control } = standing;
    const isOver = control === 'bot' && state !== 'assisted';
    const end = state === 'review' ? 'review' : isOver ? 'over' : 'none';
    return { type: 'case.left', case: caseNow(standing), end };
  };

export const createReadPlace =
  ({ cases }: { cases: Cases }) =>
  async ({ sender }: TurnInput, _signal: AbortSignal): Promise<CaseOutcome> => {
    const place = await cases.place(sender.conversation);
    await failpoint('case.afterPlace');
    return { type: 'case.placed', place: place?.place ?? null, minutes: place?.minutes ?? null };
  };

export const createBindWord =
  ({ cases }: { cases: Cases }) =>
  async ({ turnId, sender, word }: TurnInput & { word: string }, _signal: AbortSignal): Promise<WordOutcome> => {
    const bound = await cases.bindWord({ sender, turnId, word });
    await failpoint('case.afterBind');
    switch (bound.result) {
      case 'bound':
        return { type: 'word.bound', case: caseNow(bound.standing) };
      case 'unknown':
        return { type: 'word.unknown' };
      case 'limited':
        return { type: 'word.limited' };
    }
  };

export const createReportNotMe =
  ({ changes }: { changes: Changes }) =>
  async ({ turnId, sender }: TurnInput, _signal: AbortSignal): Promise<ReportOutcome> => {
    const report = await changes.reportNotMe({ sender, turnId, caseId: turnId });
    await failpoint('change.afterReport');
    if (report === null) return { type: 'report.nothing' };
    const frozen = report.change.state === 'cancelled';
    return { type: 'report.taken', ref: report.change.ref, frozen, case: caseNow(report.standing) };
  };
