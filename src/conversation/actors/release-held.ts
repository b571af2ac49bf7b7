// The leg of the old channel, given at once: which old contact points there are, a code to one of them, and what it does.
import type { TurnInput } from '#machines/conversation.setup.ts';
import { maskEmail, maskMobile } from '#machines/copy/masking.ts';
import type { FindHeldOutcome, ReleaseOutcome, SendOldCodeOutcome } from '#machines/outcomes.ts';
import type { Field, Hidden } from '#machines/vocabulary.ts';
import { failpoint } from '#src/failpoint.ts';
import { hide } from '#src/seal.ts';
import type { AwaitingChange, Challenges, Changes, CodeDelivery, OldContacts } from '../ports.ts';
import { outcomeOf, settled, within } from './change-outcome.ts';
import type { OldChannel } from './old-channel.ts';
import { outcomeOfCode } from './prove-value.ts';

type Asked = TurnInput & { participantId: string };

/** A number that was lately taken over by another SIM vouches for nobody. */
async function trustedContacts({ contacts }: AwaitingChange, oldChannel: OldChannel, signal: AbortSignal) {
  const trusted = await Promise.all(
    contacts.map(({ field, target }) => field === 'email' || oldChannel.isTrusted({ mobileNumber: target }, signal)),
  );
  return contacts.filter((_, index) => trusted[index]);
}

export const createFindHeld =
  ({ oldContacts, oldChannel }: { oldContacts: OldContacts; oldChannel: OldChannel }) =>
  async ({ sender, participantId }: Asked, signal: AbortSignal): Promise<FindHeldOutcome> => {
    const awaiting = await oldContacts.awaiting({ sender, participantId });
    await failpoint('release.afterFind');
    if (awaiting === null) return { type: 'held.none' };
    const [first, second] = await trustedContacts(awaiting, oldChannel, signal);
    const { changeId } = awaiting.change;
    if (first === undefined) return { type: 'held.noContact' };
    return { type: 'held.found', changeId, only: second === undefined ? first.field : null };
  };

export const createSendOldCode =
  ({
    oldContacts,
    oldChannel,
    challenges,
    delivery,
    lifeSeconds,
  }: {
    oldContacts: OldContacts;
    oldChannel: OldChannel;
    challenges: Challenges;
    delivery: CodeDelivery;
    lifeSeconds: number;
  }) =>
  async (
    { turnId, sender, participantId, changeId, contact }: Asked & { changeId: string; contact: Field },
    signal: AbortSignal,
  ): Promise<SendOldCodeOutcome> => {
    const awaiting = await oldContacts.awaiting({ sender, participantId });
    if (awaiting === null || awaiting.change.changeId !== changeId) return { type: 'held.none' };
    const contacts = await trustedContacts(awaiting, oldChannel, signal);
    const target = contacts.find(({ field }) => field === contact)?.target;
    if (target === undefined) return { type: 'held.noContact' };

    // The template for codes on WhatsApp speaks of signing in: an old contact point is told what its code does.
    const via = contact === 'email' ? 'mail' : 'sms';
    const started = await challenges.start({
      challengeId: turnId,
      sender,
      participantId,
      fromRegistered: awaiting.fromRegistered,
      purpose: 'oldContact',
      changeId,
      field: contact,
      target,
      via,
    });
    if (started.result === 'wait') return { type: 'code.tooSoon', seconds: started.seconds };
    if (started.result === 'limited') return { type: 'code.limited', until: started.until?.getTime() ?? null };

    await failpoint('release.afterStart');
    const sent = await delivery.deliver(turnId, signal);
    if (sent.outcome === 'refused') {
      return { type: 'code.notSent', why: sent.why === 'configuration' ? 'unavailable' : 'destination' };
    }
    const destination = contact === 'email' ? maskEmail(target) : maskMobile(target);
    return { type: 'code.sent', challengeId: turnId, via, destination, minutes: Math.floor(lifeSeconds / 60) };
  };

export const createReleaseHeld =
  ({
    oldContacts,
    challenges,
    changes,
    settleMs,
  }: {
    oldContacts: OldContacts;
    challenges: Challenges;
    changes: Changes;
    settleMs: number;
  }) =>
  async (
    {
      turnId,
      sender,
      participantId,
      changeId,
      challengeId,
      contact,
      code,
    }: Asked & { changeId: string; challengeId: string; contact: Field; code: Hidden },
    signal: AbortSignal,
  ): Promise<ReleaseOutcome> => {
    const awaiting = await oldContacts.awaiting({ sender, participantId });
    const target = awaiting?.contacts.find(({ field }) => field === contact)?.target;
    if (awaiting?.change.changeId !== changeId || target === undefined) {
      // It has gone on without this code: the hold is over, somebody cancelled it, or this very message released it.
      const change = await changes.find(changeId);
      return change === null
        ? { type: 'change.none' }
        : outcomeOf(await settled(changes, change, within(settleMs, signal)));
    }
    const guess = hide(code.reveal());
    const verdict = await challenges.check({ challengeId, attemptId: turnId, sender, participantId, target, guess });
    if (verdict.result !== 'right') return outcomeOfCode(verdict);
    await failpoint('release.afterProof');
    const released = await oldContacts.release({ changeId, challengeId, sender, participantId });
    await failpoint('release.afterRelease');
    return outcomeOf(await settled(changes, released, within(settleMs, signal)));
  };
