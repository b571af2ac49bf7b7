// Runs tests again and again in one process, in the folder it was started in, so that servers and modules are there
// already: a message names the file that was changed and the tests; the answer says what became of them.
import { createVitest } from 'vitest/node';

export interface Run {
  changed: string;
  tests: string[];
}

/** `failed` with what was compared; `trouble`: only with stores that were too slow, which proves nothing */
export type Answer = { passed: number } | 'failed' | 'trouble';

const slowness = /is unavailable|timed? ?out|timeout/i;

const vitest = await createVitest('test', {
  watch: false,
  bail: 1,
  testTimeout: 0,
  maxWorkers: 1,
  // What was changed is never kept beyond its run.
  fsModuleCache: false,
  reporters: [{}],
});
await vitest.standalone();

process.on('message', async ({ changed, tests }: Run) => {
  vitest.invalidateFile(changed);
  const specifications = await vitest.globTestSpecifications(tests);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
  const results = testModules.flatMap((one) => [...one.children.allTests()].map((test) => test.result()));
  const errors = [
    ...results.flatMap((result) => result.errors ?? []),
    ...testModules.flatMap((one) => one.errors()),
    ...unhandledErrors,
  ];
  const answer = (): Answer => {
    const isFine = errors.length === 0 && testModules.every((one) => one.ok());
    if (isFine) return { passed: results.filter(({ state }) => state === 'passed').length };
    return errors.length > 0 && errors.every((error) => slowness.test(String(Object(error).message)))
      ? 'trouble'
      : 'failed';
  };
  process.send?.(answer());
});
process.once('disconnect', () => process.exit());
process.send?.('ready');
