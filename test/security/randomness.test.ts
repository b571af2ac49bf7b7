// req:A3 Nobody can tell the next code: drawn by the system's generator, every one as likely as every other.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newCancelCode } from '#src/records/cancel-codes.ts';
import { newCode } from '#src/records/challenges.ts';

/** Sum of the squared distances from an even spread; as many as `bins`, give or take, where it is even. */
const chiSquare = (counts: readonly number[], draws: number): number => {
  const expected = draws / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
};
/** Six standard deviations above what chance gives: met by chance once in a billion runs. */
const most = (bins: number): number => bins - 1 + 6 * Math.sqrt(2 * (bins - 1)) + 20;

test('a million codes: every digit at every place, and every beginning, as often as every other', () => {
  const draws = 1_000_000;
  const places = Array.from({ length: 6 }, () => new Array<number>(10).fill(0));
  const beginnings = new Array<number>(1_000).fill(0);
  const ends = new Array<number>(1_000).fill(0);
  const malformed: string[] = [];
  for (let draw = 0; draw < draws; draw += 1) {
    const code = newCode(6);
    if (!/^\d{6}$/.test(code)) malformed.push(code);
    for (const [at, place] of places.entries()) {
      const digit = Number(code.charAt(at));
      place[digit] = (place[digit] ?? 0) + 1;
    }
    const [first, last] = [Number(code.slice(0, 3)), Number(code.slice(3))];
    beginnings[first] = (beginnings[first] ?? 0) + 1;
    ends[last] = (ends[last] ?? 0) + 1;
  }
  expect(malformed).toEqual([]);
  for (const counts of [...places, beginnings, ends]) {
    expect(chiSquare(counts, draws)).toBeLessThan(most(counts.length));
  }
});

test('cancel codes do not come twice', () => {
  const codes = Array.from({ length: 20_000 }, newCancelCode);
  expect(new Set(codes).size).toBe(codes.length);
});

test('what is not secret alone is drawn by Math.random: waits before another try', () => {
  const files = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  const lines = [
    ...files,
    ...readdirSync('machines', { recursive: true }).map((name) => join('machines', String(name))),
  ]
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.includes('Math.random') && !/^\s*(\/\/|\*)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  // A line that is new here draws something: it belongs to node:crypto if anybody may profit from guessing it.
  expect(lines.filter((line) => !/Retry|retries|again|wait/i.test(line))).toEqual([]);
});
