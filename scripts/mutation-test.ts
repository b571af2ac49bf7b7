// `npm run test:mutation -- [--sample N] [--seed S] [--benches B] [file…]`: changes the security core in one place at a
// time, in a copy, and runs its tests. A change that no test notices is a survivor. Prints the score of each file.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBench, root } from './mutation/bench.ts';
import { securityCore } from './mutation/core.ts';
import { type Mutant, mutantsOf, sampled } from './mutation/mutants.ts';

const { values, positionals } = parseArgs({
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' }, benches: { type: 'string' } },
  allowPositionals: true,
});
const size = Number(values.sample ?? Number.POSITIVE_INFINITY);
const files = Object.entries(securityCore).filter(
  ([file]) => positionals.length === 0 || positionals.some((one) => file.includes(one)),
);
const benches = Array.from({ length: Number(values.benches ?? availableParallelism()) }, createBench);

const longestMs = 600_000;
const say = (line: string) => process.stdout.write(`${line}\n`);
const percent = (part: number, whole: number) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);

/** @returns the mutants that no test noticed */
async function survivorsOf(file: string, tests: readonly string[], mutants: readonly Mutant[]): Promise<Mutant[]> {
  const text = readFileSync(join(root, file), 'utf8');
  const survivors: Mutant[] = [];
  const left = [...mutants];
  await Promise.all(
    benches.map(async (bench) => {
      bench.begin();
      const startedAt = performance.now();
      const healthy = await bench.run({ file, text }, tests, longestMs);
      const limitMs = 5 * (performance.now() - startedAt) + 30_000;
      if (healthy === 0) throw new Error(`${file}: its tests fail without any change`);
      for (let mutant = left.pop(); mutant !== undefined; mutant = left.pop()) {
        if ((await bench.run({ file, text: mutant.text }, tests, limitMs)) === healthy) survivors.push(mutant);
      }
    }),
  );
  return survivors.sort((a, b) => a.line - b.line);
}

const sum = { killed: 0, all: 0 };
try {
  for (const [file, tests] of files) {
    const all = mutantsOf(readFileSync(join(root, file), 'utf8'));
    const mutants = sampled(all, size, Number(values.seed));
    const survivors = await survivorsOf(file, tests, mutants);
    const killed = mutants.length - survivors.length;
    sum.killed += killed;
    sum.all += mutants.length;
    say(
      `${file}: ${killed} of ${mutants.length} killed, ${percent(killed, mutants.length)} (of ${all.length} mutants)`,
    );
    for (const { line, change, before } of survivors) say(`  survived ${file}:${line}  ${change}  in  ${before}`);
  }
  say(`${new Date().toISOString()}: ${sum.killed} of ${sum.all} killed, score ${percent(sum.killed, sum.all)}`);
} finally {
  for (const bench of benches) bench.remove();
}
