// How a change that was asked for ends within the turn, in the words of the machine.
import { maskEmail, maskMobile } from '#machines/copy/masking.ts';
import type { ChangeOutcome } from '#machines/outcomes.ts';
import { UnavailableError } from '#src/errors.ts';
import type { Change, Changes } from '../ports.ts';

export const within = (ms: number, signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(ms)]);

/** The job of the change goes on where this gives up. */
export async function settled(changes: Changes, change: Change, signal: AbortSignal): Promise<Change> {
  if (change.state !== 'confirmed') return change;
  try {
    return await changes.settle(change.changeId, signal);
  } catch (error) {
    if (error instanceof UnavailableError) return change;
    throw error;
  }
}

/** @param canRelease  a code at an old contact point could make a held change effective now */
export function outcomeOf(change: Change, canRelease = false): ChangeOutcome {
  const { changeId, field, ref } = change;
  switch (change.state) {
    case 'approved':
    case 'confirmed':
      return { type: 'change.processing', changeId, field, ref };
    case 'held':
      return { type: 'change.held', field, ref, until: change.heldUntil?.getTime() ?? 0, canRelease };
    case 'applied': {
      const value = field === 'email' ? maskEmail(change.newValue) : maskMobile(change.newValue);
      return { type: 'change.applied', field, ref, value, at: change.appliedAt?.getTime() ?? 0 };
    }
    case 'refused':
      return {
        type: 'change.refused',
        field,
        ref,
        reason: change.reason === 'valueInUse' || change.reason === 'stale' ? change.reason : 'invalid',
      };
    case 'cancelled':
      return { type: 'change.cancelled', field, ref };
  }
}
