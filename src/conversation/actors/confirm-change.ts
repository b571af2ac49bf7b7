// The last step: the PIN authenticates, the change becomes a row, and its end is waited for while the turn lasts.
import type { TurnInput } from '#machines/conversation.setup.ts';
import type { ChangeOutcome, ConfirmOutcome } from '#machines/outcomes.ts';
import type { Field, Hidden } from '#machines/vocabulary.ts';
import { ChangeLimitedError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import { hide } from '#src/seal.ts';
import type { Challenges, Change, Changes, Directory, OldContacts, Sender } from '../ports.ts';
import { outcomeOf, settled, within } from './change-outcome.ts';
import type { CheckPin, PinFinding } from './check-pin.ts';
import type { OldChannel } from './old-channel.ts';

export const createConfirmChange = ({
  challenges,
  changes,
  checkPin,
  directory,
  oldChannel,
  oldContacts,
  settleMs,
}: {
  challenges: Challenges;
  changes: Changes;
  checkPin: CheckPin;
  directory: Directory;
  oldChannel: OldChannel;
  oldContacts: OldContacts;
  settleMs: number;
}) => {
  async function ended(change: Change, sender: Sender, signal: AbortSignal): Promise<ChangeOutcome> {
    const end = await settled(changes, change, within(settleMs, signal));
    if (end.state !== 'held') return outcomeOf(end);
    const awaiting = await oldContacts.awaiting({ sender, participantId: end.participantId });
    return outcomeOf(end, awaiting !== null && awaiting.contacts.length > 0);
  }

  return async (
    {
      turnId,
      sender,
      participantId,
      challengeId,
      field,
      value,
      pin,
      onPage,
    }: TurnInput & {
      participantId: string;
      challengeId: string;
      field: Field;
      value: string;
      pin: Hidden;
      /** typed on the page whose link went to this sender */
      onPage: boolean;
    },
    signal: AbortSignal,
  ): Promise<ConfirmOutcome> => {
    // The same PIN again, after the change was kept and its answer lost: by a crash, or with the place in Redis.
    const existing = await changes.ofChallenge(challengeId);
    if (existing !== null) return await ended(existing, sender, signal);

    const typed = hide(pin.reveal());
    if (await challenges.wasCode(challengeId, typed)) return { type: 'pin.wasCode' };

    const participant = await directory.read(participantId, signal);
    await failpoint('pin.afterRead');
    const fromRegistered = oldChannel.isOwners({ sender, participant, onPage });
    const { pinAttemptsLeft } = participant;
    const attempt = {
      attemptId: turnId,
      challengeId,
      sender,
      participantId,
      fromRegistered,
      pinAttemptsLeft,
      pin: typed,
      field,
      value,
    };
    const found = await checkPin(attempt, signal);
    if (found.finding !== 'ok') return outcomeOfPin(found);

    const request = { changeId: turnId, challengeId, sender, participant, field, value };
    const oldChannelProved = fromRegistered && (await oldChannel.isTrusted(participant, signal));
    try {
      const change = await changes.confirm({ ...request, oldChannelProved });
      await failpoint('change.afterConfirm');
      return await ended(change, sender, signal);
    } catch (error) {
      if (error instanceof ChangeLimitedError) return { type: 'pin.limited', until: error.until.getTime() };
      throw error;
    }
  };
};

export const createCancelByCode =
  ({ oldContacts }: { oldContacts: OldContacts }) =>
  async ({ turnId, sender, code }: TurnInput & { code: Hidden }, _signal: AbortSignal): Promise<ChangeOutcome> => {
    const cancelled = await oldContacts.cancelByCode({ sender, turnId, code: hide(code.reveal()) });
    await failpoint('change.afterCancelCode');
    return cancelled === null ? { type: 'change.none' } : outcomeOf(cancelled);
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
  async (
    { turnId, sender, asOldContact }: TurnInput & { asOldContact: boolean },
    _signal: AbortSignal,
  ): Promise<ChangeOutcome> => {
    const cancelled = await changes.cancelHeld({ sender, turnId, asOldContact });
    await failpoint('change.afterStop');
    return cancelled === null
      ? { type: 'change.none' }
      : { type: 'change.cancelled', field: cancelled.field, ref: cancelled.ref };
  };

function outcomeOfPin(found: Exclude<PinFinding, { finding: 'ok' }>): ConfirmOutcome {
  switch (found.finding) {
    case 'wrong':
      return { type: 'pin.wrong', attemptsLeft: found.attemptsLeft };
    case 'locked':
      return { type: 'pin.locked', until: found.until?.getTime() ?? null };
    case 'limited':
      return { type: 'pin.limited', until: found.until?.getTime() ?? null };
    case 'spent':
      return { type: 'pin.spent' };
    case 'notSet':
      return { type: 'pin.notSet' };
    // The attempt stays counted and nothing is changed.
    case 'noAnswer':
      return { type: 'pin.unanswered' };
  }
}
