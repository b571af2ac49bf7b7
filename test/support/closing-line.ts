// Ends the run with one plain line, `N passed, N failed`: what the CI reads.
import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export class ClosingLine implements Reporter {
  #line: string | null = null;

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = countTests(modules, unhandledErrors.length);
    if (counts.passed + counts.failed === 0) {
      counts.failed = 1;
      process.exitCode = 1;
    }
    // At the exit, so that nothing can follow it: neither a teardown nor another reporter.
    if (this.#line === null) process.once('exit', () => writeSync(1, `${this.#line}\n`));
    this.#line = `${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`;
  }
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** A file that cannot be loaded, a hook that throws and an error outside all tests each count as one failed test. */
export function countTests(modules: readonly Pick<TestModule, 'state' | 'children'>[], unhandled: number): Counts {
  const counts: Counts = { passed: 0, failed: unhandled, skipped: 0 };
  for (const module of modules) {
    const before = counts.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // Pending at the end: the run was cut short before it could say anything.
      counts[state === 'pending' ? 'failed' : state] += 1;
    }
    if (module.state() === 'failed' && counts.failed === before) counts.failed += 1;
  }
  return counts;
}
