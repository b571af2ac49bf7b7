// The keyed hashes by which rows are found: the same ones whatever keys rotate.
import type { Seal } from '#src/seal.ts';

/** One way for people and contact points to become hashes, whatever table they are in. */
export interface Hashes {
  participant(participantId: string): string;
  /** an e-mail address or a phone number, without regard to case: mailboxes that differ by it are one */
  contact(value: string): string;
  /** the block that a number belongs to: its country code and what follows, eight digits in all */
  numberPrefix(number: string): string;
}

export function createHashes(seal: Seal): Hashes {
  return {
    participant: (participantId) => seal.index('participant', participantId),
    contact: (value) => seal.index('contact', value.toLowerCase()),
    numberPrefix: (number) => seal.index('number-prefix', number.replace(/\D/g, '').slice(0, 8)),
  };
}
