// The benchmark runs, on servers of its own, and sets each kind of turn beside the floor.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

test('one round of the benchmark ends well, with a line for the floor and for each kind of turn', {
  timeout: 0,
}, () => {
  const printed = execFileSync(process.execPath, [join(root, 'bench/turn.ts'), '1'], { encoding: 'utf8' });
  const row = (name: string) => new RegExp(`^${name} +\\d+ +[\\d.]+ +[\\d.]+ +[\\d.]+ +[\\d.]+-[\\d.]+$`, 'm');
  for (const name of ['floor', 'a turn that only decides', 'a turn of a whole change']) {
    expect(printed).toMatch(row(name));
  }
});
