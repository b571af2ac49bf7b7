// The property that all runs of the model share, the short one, the long one and the broken ones.
import fc from 'fast-check';
import type { Policy } from '#src/policy.ts';
import { Sequence } from './commands.ts';
import { type Reached, runSequence } from './run.ts';
import type { Breakage, MakeFacts } from './world.ts';

/** Commands in a sequence, at most. */
export const longest = 60;

/** @param reached  is added up */
export const ruleHolds = (given: {
  policy: Policy;
  makeFacts: MakeFacts;
  breakage?: Breakage;
  reached?: Reached;
  isRealTime?: boolean;
  commands?: number;
}) =>
  fc.asyncProperty(Sequence(given.commands ?? longest), async (run) => {
    const one = await runSequence(run, given);
    if (given.reached === undefined) return;
    given.reached.applied += one.applied;
    given.reached.held += one.held;
    given.reached.cancelled += one.cancelled;
    given.reached.released += one.released;
  });

export const nothingReached = (): Reached => ({ applied: 0, held: 0, cancelled: 0, released: 0 });
