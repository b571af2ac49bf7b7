// req:L3 What `npm run test:mutation` changes, and the score that docs/security.md states of it.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { securityCore } from '../../scripts/mutation/core.ts';
import { mutantsOf, sampled } from '../../scripts/mutation/mutants.ts';

const source = `import { a } from './a.ts';
// if (never) return;
export function may(tries: number, open: boolean): string {
  if (tries >= 5 && open) return 'no';
  note(tries);
  throw new Error(tries + 1);
}
`;

test('every comparison, condition, word and call is changed once, and the rest of the file stays', () => {
  const mutants = mutantsOf(source);
  expect(mutants.map(({ line, change }) => `${line} ${change}`).sort()).toEqual(
    [
      '4 && -> ||',
      '4 5 -> 5+1',
      '4 >= -> <',
      '4 >= -> >',
      '4 if ( -> if (false &&',
      '4 if ( -> if (true ||',
      "4 'no' -> 'mutated'",
      '5 note(tries); -> nothing',
    ].sort(),
  );
  for (const { text, before } of mutants) {
    const changed = text.split('\n').filter((line, index) => line !== source.split('\n')[index]);
    expect(changed).toHaveLength(1);
    expect(source).toContain(before);
  }
});

test('a seed draws the same sample again, in the order of the file', () => {
  const mutants = mutantsOf(source);
  const sample = sampled(mutants, 3, 7);
  expect(sample).toHaveLength(3);
  expect(sampled(mutants, 3, 7)).toEqual(sample);
  expect(sampled(mutants, 99, 7)).toHaveLength(mutants.length);
  expect(sample.map(({ line }) => line)).toEqual(sample.map(({ line }) => line).sort((a, b) => a - b));
});

test('every file of the core and each of its tests is there', () => {
  const named = Object.entries(securityCore).flat(2);
  expect(named.filter((file) => !existsSync(file))).toEqual([]);
});

test('docs/security.md states a score of 90 or better, of every file of the core', () => {
  const section = readFileSync('docs/security.md', 'utf8').split('## Mutation testing\n')[1]?.split('\n## ')[0] ?? '';
  const rows = [...section.matchAll(/^\| `(src\/[\w./-]+)` \| (\d+) of (\d+) \|/gm)];
  expect(rows.map(([, file]) => file)).toEqual(Object.keys(securityCore));
  const sum = (column: 2 | 3) => rows.reduce((total, row) => total + Number(row[column]), 0);
  expect(sum(2) / sum(3)).toBeGreaterThanOrEqual(0.9);
});
