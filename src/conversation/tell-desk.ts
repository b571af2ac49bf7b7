// Tells an external desk what has happened to one case: one event after the other, each until the desk has it.
import type { DeskOutbox, ExternalDesk } from './external-desk.ts';

/** The job has 15 s: no further event is begun after that. */
const atOnceMs = 4_000;

/** Handler of the job. */
export type TellNews = (caseId: string, signal?: AbortSignal) => Promise<'done' | 'later'>;

export function createTellNews({
  outbox,
  desk,
  onRefused,
}: {
  outbox: DeskOutbox;
  desk: ExternalDesk;
  /** told of what the desk will never take, or did not take now */
  onRefused: (problem: { caseId: string; type: string; status: number | null; isFinal: boolean }) => void;
}): TellNews {
  return async (caseId, signal) => {
    const until = performance.now() + atOnceMs;
    do {
      const taken = await outbox.take(caseId);
      if (taken === null) return 'done';
      if (taken === 'later') return 'later';
      const { event, isRepeat } = taken;
      const outcome = await desk.deliver(event, { isRepeat, signal });
      if (outcome.outcome !== 'delivered') {
        const isFinal = outcome.outcome === 'refused';
        onRefused({ caseId, type: event.type, status: outcome.status, isFinal });
      }
      await outbox.finish(event.eventId, outcome);
      if (outcome.outcome === 'later') return 'later';
    } while (performance.now() < until);
    return 'later';
  };
}
