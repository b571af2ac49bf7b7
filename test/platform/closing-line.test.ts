import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** A whole run of its own over one file of tests, as a person or the CI sees it. */
function run(tests: string | null) {
  const folder = mkdtempSync(join(project, 'node_modules', '.closing-line-'));
  try {
    if (tests !== null) writeFileSync(join(folder, 'a.test.ts'), `import { test } from 'vitest';\n${tests}`);
    const config = `
      import { ClosingLine } from ${JSON.stringify(join(project, 'test/support/closing-line.ts'))};
      const root = ${JSON.stringify(folder)};
      const reporters = ['default', new ClosingLine()];
      export default { root, test: { include: ['a.test.ts'], exclude: [], reporters } };`;
    writeFileSync(join(folder, 'vitest.config.ts'), config);
    const vitest = join(project, 'node_modules/vitest/vitest.mjs');
    const { stdout, status } = spawnSync(
      process.execPath,
      [vitest, 'run', '--config', join(folder, 'vitest.config.ts')],
      {
        encoding: 'utf8',
        cwd: folder,
        env: { PATH: process.env.PATH, TMPDIR: tmpdir() },
      },
    );
    return { lastLine: stdout.split('\n').at(-2), status };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ['passed tests are counted', "test('a', () => {}); test('b', () => {})", '2 passed, 0 failed', 0],
  [
    'failed and skipped tests are counted',
    "test('a', () => {}); test.skip('b', () => {}); test('c', () => { throw new Error() })",
    '1 passed, 1 failed, 1 skipped',
    1,
  ],
  ['a file that does not load is a failure', 'throw new Error()', '0 passed, 1 failed', 1],
  [
    'an error outside all tests is a failure',
    "test('a', () => { void Promise.reject(new Error()) })",
    '1 passed, 1 failed',
    1,
  ],
  ['a run without tests is a failure', null, '0 passed, 1 failed', 1],
])('%s', (_title, tests, lastLine, status) => {
  expect(run(tests)).toEqual({ lastLine, status });
});
