// Conversations of every version that was released wake up in this one, or start again politely. req:K1 promise:G15
import { describe, expect, test } from 'vitest';
import { machineVersion } from '#machines/conversation.machine.ts';
import { restore } from '#machines/stored.ts';
import { goldenOfNow, keptGoldens } from '../support/golden.ts';
import { input } from './support.ts';

const kept = keptGoldens();

test('every waiting state of this version is kept as it is stored today', () => {
  const ofThisVersion = kept.filter(({ version }) => version === machineVersion);
  // Different? Raise `machineVersion` if a release stored the old ones; then run scripts/keep-golden.ts.
  expect(Object.fromEntries(ofThisVersion.map(({ state, stored }) => [state, stored]))).toEqual(goldenOfNow());
});

describe.each(kept)('version $version in $state', ({ version, state, stored }) => {
  test('wakes up where it slept, or is given up', () => {
    const woken = restore(stored, input);
    const [dialogue = '', inner = ''] = state.split('.');
    if (version === machineVersion) expect(woken?.value).toEqual({ [dialogue]: inner });
    else expect(woken === null || woken.hasTag('waiting')).toBe(true);
  });
});
