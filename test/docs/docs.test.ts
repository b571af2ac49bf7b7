// What the README and the docs say is so.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { drawDocument, inReadme } from '../../scripts/draw-chart.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const readme = read('README.md');
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

test('the pictures of the statechart are those of the machine', () => {
  // `npm run chart` draws them anew.
  expect(read('docs/statechart.md')).toBe(drawDocument());
  expect(readme).toBe(inReadme(readme));
});

test('the README is one that people read: at most 150 lines', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(150);
});

test.each(pages)('every npm script that %s names exists', (page) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const named = [...read(page).matchAll(/(?:`|^|&& )npm (?:run )?([a-z][\w:-]*)/gm)].map((match) => match[1] ?? '');
  const known = [...Object.keys(scripts), 'ci', 'install', 'sbom', 'audit', 'run'];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test.each(pages)('every file that %s names or links exists', (page) => {
  const text = read(page);
  const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => join(page, '..', match[1] ?? ''));
  const named = [...text.matchAll(/`((?:src|machines|test|docs|scripts|bench)\/[\w./-]*)`/g)].map(
    (match) => match[1] ?? '',
  );
  expect([...linked, ...named].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('the conversation in the README is one that is played as a test', () => {
  const played = read('test/transcripts/email-whatsapp-registered.chat');
  const said = [...readme.matchAll(/^> (.+)$/gm)]
    .map((match) => match[1] ?? '')
    .filter((line) => !/^\d{6}$/.test(line));
  expect(said.filter((line) => !played.includes(`> ${line}`))).toEqual([]);
});
