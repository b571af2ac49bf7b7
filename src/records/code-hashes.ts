// What is stored of a code: keyed hashes that bind it to its conversation, participant, target and purpose.
import type { Field } from '#machines/vocabulary.ts';
import type { Seal, Secret } from '#src/seal.ts';

export interface Bound {
  challengeId: string;
  conversation: string;
  participantId: string;
  field: Field;
  target: string;
  purpose: string;
  /** what a code at an old contact point is about; null: a code at a new value */
  changeId: string | null;
}

export interface CodeHashes {
  binding: string;
  code_hash: string;
}

const bindingPurpose = 'challenge-binding';
const codePurpose = 'challenge-code';

const bindingText = ({ challengeId, conversation, participantId, field, target, purpose, changeId }: Bound) =>
  JSON.stringify([challengeId, conversation, participantId, field, target, purpose, changeId]);

export function hashesOfCode(seal: Seal, bound: Bound, code: string): CodeHashes {
  const binding = seal.index(bindingPurpose, bindingText(bound));
  return { binding, code_hash: seal.index(codePurpose, `${binding}:${code}`) };
}

/** Whether the challenge was made for exactly this; constant time. */
export function isBoundTo(seal: Seal, { binding }: Pick<CodeHashes, 'binding'>, bound: Bound): boolean {
  return seal.matches(bindingPurpose, bindingText(bound), binding);
}

/** Constant time in the code. */
export function isCodeOf(seal: Seal, { binding, code_hash }: CodeHashes, guess: Secret): boolean {
  return seal.matches(codePurpose, `${binding}:${guess.reveal()}`, code_hash);
}
