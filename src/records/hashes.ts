// The keyed hashes by which rows are found: written with the first key, looked up with all of them.
import type { Seal } from '#src/seal.ts';

/** One way for people and contact points to become hashes, whatever table they are in. */
export interface Hashes {
  participant(participantId: string): string;
  participants(participantId: string): string[];
  /** an e-mail address or a phone number, without regard to case: mailboxes that differ by it are one */
  contact(value: string): string;
  contacts(value: string): string[];
}

export function createHashes(seal: Seal): Hashes {
  return {
    participant: (participantId) => seal.index('participant', participantId),
    participants: (participantId) => seal.indexes('participant', participantId),
    contact: (value) => seal.index('contact', value.toLowerCase()),
    contacts: (value) => seal.indexes('contact', value.toLowerCase()),
  };
}
