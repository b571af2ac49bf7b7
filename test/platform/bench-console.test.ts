// The load test of the console runs, on servers of its own: a small room, and every figure is there.
import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

test('five agents with their streams claim from a queue of fifty, and nobody is answered anything but won or too late', {
  timeout: 0,
}, () => {
  const printed = execFileSync(process.execPath, [join(root, 'bench/console.ts'), '5', '50', '4'], {
    encoding: 'utf8',
  });
  const won = (name: string) => new RegExp(`^claim won, ${name} +10 +[\\d.]+ +[\\d.]+ +[\\d.]+$`, 'm');
  expect(printed).toMatch(won('tabs only hear'));
  expect(printed).toMatch(won('tabs fetch the list'));
  expect(printed).toMatch(/^memory of the process, MB: \d+ at start, \d+ with all streams and cases, \d+ at the end$/m);
  expect(Number(/signals heard: (\d+)/.exec(printed)?.[1])).toBeGreaterThan(0);
});
