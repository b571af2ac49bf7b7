// Finds the record behind a NIK or card number and a birth date, and says nothing to whoever finds none.
import { setTimeout as sleep } from 'node:timers/promises';
import type { TurnInput } from '#machines/conversation.setup.ts';
import { maskEmail, maskMobile, maskName } from '#machines/copy/masking.ts';
import type { IdentifyOutcome, Known } from '#machines/outcomes.ts';
import type { NumberKind } from '#machines/vocabulary.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Attempts, Directory, Participant } from '../ports.ts';
import { createReplyGrid } from '../reply-grid.ts';

export function createFindParticipant({
  attempts,
  directory,
  replyGridMs,
}: {
  attempts: Attempts;
  directory: Directory;
  replyGridMs: number;
}) {
  const grid = createReplyGrid(replyGridMs);

  async function lookUp(attemptId: string, who: Parameters<Directory['identify']>[0], signal: AbortSignal) {
    try {
      return await directory.identify(who, signal);
    } catch (error) {
      await attempts.unanswered(attemptId);
      throw error;
    }
  }

  return async (
    {
      turnId,
      sender,
      candidate,
      birthDate,
    }: TurnInput & {
      candidate: { kind: NumberKind; number: string };
      birthDate: string;
    },
    signal: AbortSignal,
  ): Promise<IdentifyOutcome> => {
    const startedAt = performance.now();
    const counted = await attempts.identify({ attemptId: turnId, sender, number: candidate.number });
    await failpoint('identify.afterCount');
    const found = counted === 'limited' ? null : await lookUp(turnId, { ...candidate, birthDate }, signal);
    await failpoint('identify.afterDirectory');
    // Strangers can use up a number's look-ups; its registered phone is let through all the same.
    const isHidden = counted === 'numberLimited' && found !== null && !isRegistered(sender.phone, found);
    const participant = isHidden ? null : found;
    if (counted !== 'limited') {
      await attempts.identified({ attemptId: turnId, sender, participantId: participant?.participantId ?? null });
    }
    if (participant === null) {
      // Unknown, another birth date and a refused look-up take the same time, as far as the grid can make them.
      await sleep(grid.untilAnswer(performance.now() - startedAt), undefined, { signal });
      return { type: 'identify.notMatched' };
    }
    return {
      type: 'identify.matched',
      participantId: participant.participantId,
      known: knownOf(participant),
    };
  };
}

/** The message comes from the participant's registered number: the leg of the old channel. */
export const isRegistered = (phone: string | null, participant: Participant): boolean =>
  phone !== null && phone === participant.mobileNumber;

const knownOf = ({ name, email, mobileNumber, segment, membershipStatus }: Participant): Known => ({
  name: maskName(name),
  email: email === null ? null : maskEmail(email),
  mobileNumber: mobileNumber === null ? null : maskMobile(mobileNumber),
  segment,
  membershipStatus,
});
