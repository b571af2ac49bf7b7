// `npm run test:faults`: the long form of test/faults, which writes its table into docs/reliability.md.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/faults/long-run.ts'],
    globalSetup: './test/support/global-setup.ts',
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    disableConsoleIntercept: true,
  },
});
