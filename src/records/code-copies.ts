// The sendable copy of a code: sealed beside its challenge, and gone once the provider took it or its life ended.
import type { Seal } from '#src/seal.ts';

export interface CodeCopy {
  target: string;
  code: string;
}

const place = (challengeId: string) => `challenges.copy_sealed:${challengeId}`;

export const closeCopy = (seal: Seal, challengeId: string, { target, code }: CodeCopy): string =>
  seal.close(JSON.stringify({ target, code }), place(challengeId));

/** @throws SealError `seal`  the row was altered, or no key of ours opens it */
export const openCopy = (seal: Seal, challengeId: string, sealed: string): CodeCopy =>
  JSON.parse(seal.open(sealed, place(challengeId)));
