// `npm run test:model [sequences] [seed]`: the rule of change over very many sequences, a share for each core. Prints what
// a reader needs to repeat it, and ends with 1 where a counter-example was found.
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { say } from '../support/say.ts';
import { createMemoryFacts } from './memory-facts.ts';
import { modelPolicy } from './policy.ts';
import { longest, nothingReached, ruleHolds } from './property.ts';
import type { Reached } from './run.ts';

interface Share {
  sequences: number;
  reached: Reached;
  /** null: none was found */
  counterExample: string | null;
}

const [sequences = 100_000, seed = randomInt(2 ** 31)] = process.argv.slice(2).map(Number);

async function runShare(): Promise<Share> {
  const reached = nothingReached();
  const property = ruleHolds({ policy: modelPolicy, makeFacts: createMemoryFacts, reached });
  const details = await fc.check(property, { numRuns: sequences, seed });
  const counterExample = details.failed ? fc.defaultReportMessage(details) : null;
  return { sequences: details.numRuns, reached, counterExample: counterExample ?? null };
}

const startShare = (size: number, shareSeed: number): Promise<Share> =>
  new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [String(size), String(shareSeed)]);
    child.once('message', (share) => resolve(share as Share));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`a share ended with ${code} and said nothing`)));
  });

if (process.send !== undefined) {
  process.send(await runShare());
  process.disconnect?.();
} else {
  const startedAt = performance.now();
  const shares = availableParallelism();
  say(`${sequences} sequences of up to ${longest} commands, seed ${seed}, ${shares} shares (seed + 0, 1, …)`);
  const done = await Promise.all(
    Array.from({ length: shares }, (_, share) => startShare(Math.ceil(sequences / shares), seed + share)),
  );
  const sum = (pick: (share: Share) => number) => done.reduce((total, share) => total + pick(share), 0);
  for (const { counterExample } of done) if (counterExample !== null) say(counterExample);
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  const counted = [
    `${sum((share) => share.sequences)} sequences in ${minutes} min`,
    `${sum(({ reached }) => reached.applied)} changes applied`,
    `${sum(({ reached }) => reached.held)} held`,
    `${sum(({ reached }) => reached.released)} released by an old contact point`,
    `${sum(({ reached }) => reached.cancelled)} cancelled`,
    `${done.filter(({ counterExample }) => counterExample !== null).length} counter-examples`,
  ];
  say(`${new Date().toISOString()}: ${counted.join(', ')}`);
  process.exitCode = done.some(({ counterExample }) => counterExample !== null) ? 1 : 0;
}
