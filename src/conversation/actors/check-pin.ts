// The PIN: counted first, then the directory is asked, once for one message, and never for its owner's last tries.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Field } from '#machines/vocabulary.ts';
import { UnavailableError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Secret } from '#src/seal.ts';
import type { Attempts, Directory, PinCheck, PinLimit, PinVerdict, Sender } from '../ports.ts';

export interface TypedPin {
  /** from the turn: a repeated message gets its recorded verdict */
  attemptId: string;
  challengeId: string;
  sender: Sender;
  participantId: string;
  /** counted with the owner's messages, not with everybody else's */
  fromRegistered: boolean;
  /** as the directory said just before; 0: locked, null: not told */
  pinAttemptsLeft: number | null;
  pin: Secret;
  /** what it is to make */
  field: Field;
  value: string;
}

export type PinFinding =
  | { finding: 'ok' }
  | { finding: 'notSet' | 'noAnswer' }
  /** `attemptsLeft`: at least one; the smaller of the directory's and ours */
  | { finding: 'wrong'; attemptsLeft: number }
  /** `until` null: not known */
  | { finding: 'locked'; until: Date | null }
  /** this code has had its PINs */
  | { finding: 'spent' }
  /** `until` null: not by itself */
  | { finding: 'limited'; until: Date | null };

export type CheckPin = (typed: TypedPin, signal: AbortSignal) => Promise<PinFinding>;

const pollMs = 100;
const never = Number.POSITIVE_INFINITY;

export function createCheckPin({
  attempts,
  directory,
  keepDirectoryAttempts,
  answerMs,
}: {
  attempts: Attempts;
  directory: Directory;
  /** The directory's last tries belong to the owner: a stranger with a leaked NIK must not lock the PIN from here. */
  keepDirectoryAttempts: number;
  /** so long the directory may take */
  answerMs: number;
}): CheckPin {
  /** What the directory says, or why it was not asked or did not say. */
  async function ask(typed: TypedPin, inFlight: number, signal: AbortSignal): Promise<PinVerdict | PinCheck> {
    if (!typed.fromRegistered) {
      // Read after the attempt was counted, so that of several at once each knows of the others.
      const { pinAttemptsLeft } = await directory.read(typed.participantId, signal);
      if ((pinAttemptsLeft ?? never) - inFlight <= keepDirectoryAttempts) return 'withheld';
    }
    try {
      return await directory.verifyPin(typed.participantId, typed.pin, signal);
    } catch (error) {
      if (error instanceof UnavailableError) return 'noAnswer';
      throw error;
    }
  }

  /** Another process may be asking for this very message. A dead one never says, and that is no verdict. */
  async function recorded(typed: TypedPin, verdict: PinCheck | null, signal: AbortSignal): Promise<PinCheck> {
    const until = performance.now() + answerMs;
    let seen = verdict;
    while (seen === null && performance.now() < until) {
      await sleep(pollMs, undefined, { signal });
      const again = await attempts.pin(typed);
      seen = again.result === 'repeated' ? again.verdict : null;
    }
    return seen ?? 'noAnswer';
  }

  return async (typed, signal) => {
    const counted = await attempts.pin(typed);
    await failpoint('pin.afterCount');
    if (counted.result === 'limited' || counted.result === 'spent') return limitOf(counted);

    const verdict =
      counted.result === 'counted'
        ? await ask(typed, counted.inFlight, signal)
        : await recorded(typed, counted.verdict, signal);
    await failpoint('pin.afterDirectory');
    const check = typeof verdict === 'string' ? verdict : verdict.result;
    // The PIN that used up the directory's tries is answered by the lock, and was compared all the same.
    const wasCompared = check === 'locked' && counted.result === 'counted' && typed.pinAttemptsLeft !== 0;
    const ofDirectory = typeof verdict === 'object' && 'attemptsLeft' in verdict ? verdict.attemptsLeft : never;
    const open = ofDirectory - (typed.fromRegistered ? 0 : keepDirectoryAttempts);
    const isLast = wasCompared || open <= 0;
    const next = await attempts.pinChecked({ ...typed, verdict: wasCompared ? 'wrong' : check, isLast });
    await failpoint('pin.afterChecked');

    switch (check) {
      case 'ok':
        return { finding: 'ok' };
      case 'notSet':
      case 'noAnswer':
        return { finding: check };
      case 'locked':
        return { finding: 'locked', until: typeof verdict === 'object' && 'until' in verdict ? verdict.until : null };
      case 'withheld':
        return { finding: 'limited', until: null };
      case 'wrong': {
        if (next.result !== 'open') return limitOf(next);
        if (open <= 0) return { finding: typed.fromRegistered ? 'locked' : 'limited', until: null };
        return { finding: 'wrong', attemptsLeft: Math.min(open, next.triesLeft) };
      }
    }
  };
}

const limitOf = (limit: PinLimit): PinFinding =>
  limit.result === 'spent' ? { finding: 'spent' } : { finding: 'limited', until: limit.until };
