// The policy as it stands without any setting, but for what the virtual clock of the model cannot wait for.
import { Policy } from '#src/policy.ts';

const defaults = Policy.parse(Object.fromEntries(Object.keys(Policy.shape).map((group) => [group, {}])));

const withBudget = (directoryMs: number): Policy => ({
  ...defaults,
  identify: { ...defaults.identify, replyGridMs: 0 },
  budget: { ...defaults.budget, directoryMs },
});

/** Nothing waits for real time: no grid, and no second look for another process's verdict. */
export const modelPolicy = withBudget(0);
/** On the real records an answer takes its time. */
export const storedPolicy = withBudget(1_000);
