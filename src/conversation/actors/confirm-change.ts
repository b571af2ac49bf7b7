// The last step: the PIN authenticates, the change becomes a row, and its end is waited for while the turn lasts.
import type { TurnInput } from '#machines/conversation.setup.ts';
import { maskEmail, maskMobile } from '#machines/copy/masking.ts';
import type { ChangeOutcome, ConfirmOutcome } from '#machines/outcomes.ts';
import type { Field, Hidden } from '#machines/vocabulary.ts';
import { UnavailableError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import { hide } from '#src/seal.ts';
import type { Attempts, Challenges, Change, Changes, Directory, PinVerdict } from '../ports.ts';
import { isRegistered } from './find-participant.ts';

export const createConfirmChange =
  ({
    attempts,
    challenges,
    changes,
    directory,
    keepDirectoryAttempts,
    settleMs,
  }: {
    attempts: Attempts;
    challenges: Challenges;
    changes: Changes;
    directory: Directory;
    keepDirectoryAttempts: number;
    settleMs: number;
  }) =>
  async (
    {
      turnId,
      sender,
      participantId,
      challengeId,
      field,
      value,
      pin,
    }: TurnInput & {
      participantId: string;
      challengeId: string;
      field: Field;
      value: string;
      pin: Hidden;
    },
    signal: AbortSignal,
  ): Promise<ConfirmOutcome> => {
    // The same message again, after a crash between the row and the answer.
    const existing = await changes.find(turnId);
    if (existing !== null) return outcomeOf(await settled(changes, existing, within(settleMs, signal)));

    const typed = hide(pin.reveal());
    if (await challenges.wasCode(challengeId, typed)) return { type: 'pin.wasCode' };

    const participant = await directory.read(participantId, signal);
    await failpoint('pin.afterRead');
    const fromRegistered = isRegistered(sender.phone, participant);
    // The directory's last attempts belong to the owner: a stranger with a leaked NIK must not lock the PIN from here.
    if (!fromRegistered && (participant.pinAttemptsLeft ?? Number.POSITIVE_INFINITY) <= keepDirectoryAttempts) {
      return { type: 'pin.limited', until: null };
    }
    const counted = await attempts.pin({ attemptId: turnId, challengeId, sender, participantId, fromRegistered });
    if (counted.result === 'limited') return { type: 'pin.limited', until: counted.until?.getTime() ?? null };

    await failpoint('pin.afterCount');
    const verdict = await verified(directory, participantId, typed, signal);
    await failpoint('pin.afterDirectory');
    const result = verdict === null ? 'noAnswer' : verdict.result;
    await attempts.pinChecked({ attemptId: turnId, sender, participantId, verdict: result });
    await failpoint('pin.afterChecked');
    if (verdict === null) return { type: 'pin.unanswered' };
    if (verdict.result === 'wrong') return { type: 'pin.wrong', attemptsLeft: verdict.attemptsLeft };
    if (verdict.result === 'locked') return { type: 'pin.locked', until: verdict.until.getTime() };
    if (verdict.result === 'notSet') return { type: 'pin.notSet' };

    const change = await changes.confirm({
      changeId: turnId,
      challengeId,
      sender,
      participant,
      field,
      value,
      oldChannelProved: fromRegistered,
    });
    await failpoint('change.afterConfirm');
    return outcomeOf(await settled(changes, change, within(settleMs, signal)));
  };

/** How a change of this conversation stands; without an id, the participant's open one. */
export const createReadChange =
  ({ changes, settleMs }: { changes: Changes; settleMs: number }) =>
  async (
    { participantId, changeId }: TurnInput & { participantId: string; changeId: string | null },
    signal: AbortSignal,
  ): Promise<ChangeOutcome> => {
    const change = changeId === null ? await changes.openChange(participantId) : await changes.find(changeId);
    if (change === null) return { type: 'change.none' };
    return outcomeOf(changeId === null ? change : await settled(changes, change, within(settleMs, signal)));
  };

export const createCancelHeld =
  ({ changes }: { changes: Changes }) =>
  async ({ turnId, sender }: TurnInput, _signal: AbortSignal): Promise<ChangeOutcome> => {
    const cancelled = await changes.cancelHeld({ sender, turnId });
    await failpoint('change.afterStop');
    return cancelled === null
      ? { type: 'change.none' }
      : { type: 'change.cancelled', field: cancelled.field, ref: cancelled.ref };
  };

/** No answer is no verdict: the attempt stays counted and nothing is changed. */
async function verified(
  directory: Directory,
  participantId: string,
  pin: ReturnType<typeof hide>,
  signal: AbortSignal,
): Promise<PinVerdict | null> {
  try {
    return await directory.verifyPin(participantId, pin, signal);
  } catch (error) {
    if (error instanceof UnavailableError) return null;
    throw error;
  }
}

const within = (ms: number, signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(ms)]);

/** The job of the change goes on where this gives up. */
async function settled(changes: Changes, change: Change, signal: AbortSignal): Promise<Change> {
  if (change.state !== 'confirmed') return change;
  try {
    return await changes.settle(change.changeId, signal);
  } catch (error) {
    if (error instanceof UnavailableError) return change;
    throw error;
  }
}

function outcomeOf(change: Change): ChangeOutcome {
  const { changeId, field, ref } = change;
  switch (change.state) {
    case 'confirmed':
      return { type: 'change.processing', changeId, field, ref };
    case 'held':
      return { type: 'change.held', field, ref, until: change.heldUntil?.getTime() ?? 0 };
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
