// req:L4 Every requirement id is named by a test, or stands in docs/security.md with the reason why it is not.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** How many each letter has: A1 to A16, and so on. */
const counts = { A: 16, B: 8, C: 6, D: 5, E: 4, F: 3, G: 5, H: 6, I: 7, J: 4, K: 4, L: 4 };
const ids = Object.entries(counts).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
);

const texts = readdirSync('test', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(test|contract)\.ts$/.test(entry.name))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
const tested = new Set(texts.flatMap((text) => [...text.matchAll(/req:([A-L]\d+)/g)].map(([, id]) => id)));

const section = readFileSync('docs/security.md', 'utf8').split('## Without a test')[1] ?? '';
const excused = [...section.matchAll(/^\| ([A-L]\d+) \| (.{10,}) \|$/gm)].map(([, id]) => id);

test('every requirement has a test, or a reason', () => {
  expect(ids.filter((id) => !tested.has(id) && !excused.includes(id))).toEqual([]);
});

test('no reason is left of a requirement that has a test', () => {
  expect(excused.filter((id) => tested.has(id))).toEqual([]);
});

test('no test and no reason names a requirement that does not exist', () => {
  expect([...tested, ...excused].filter((id) => !ids.includes(id ?? ''))).toEqual([]);
});
