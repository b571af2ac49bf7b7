// When a message itself is the leg of the old channel: it comes from the registered number, nobody can have forged that,
// and nothing speaks for a swapped SIM.
import type { Policy } from '#src/policy.ts';
import type { NumberRisk, Participant, Sender } from '../ports.ts';
import { isRegistered } from './find-participant.ts';

export interface OldChannel {
  /**
   * Whether the message counts as the owner's. The From of an SMS can be forged; the forger never sees our replies, so
   * never the link of the PIN page.
   */
  isOwners(message: { sender: Sender; participant: Participant; onPage: boolean }): boolean;
  /** Whether the registered number may still vouch for the participant; a risk that nobody can tell counts as none. */
  isTrusted(participant: Pick<Participant, 'mobileNumber'>, signal: AbortSignal): Promise<boolean>;
}

export function createOldChannel({
  numberRisk,
  proof,
  onFailure,
}: {
  numberRisk: NumberRisk;
  proof: Policy['proof'];
  onFailure: (actor: string, error: unknown) => void;
}): OldChannel {
  return {
    isOwners: ({ sender, participant, onPage }) =>
      isRegistered(sender.phone, participant) && (sender.channel !== 'sms' || proof.smsFrom === 'trust' || onPage),

    async isTrusted({ mobileNumber }, signal) {
      if (mobileNumber === null) return false;
      try {
        return (await numberRisk.of(mobileNumber, signal)) !== 'high';
      } catch (error) {
        onFailure('numberRisk', error);
        return true;
      }
    },
  };
}
