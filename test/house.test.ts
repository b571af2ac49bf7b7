// The house rules that a linter cannot see: which folder may import which, and that no file climbs out of its own.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js|mjs)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** Every import of a file, as a path inside the project or the name of a package. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = [
    ...text.matchAll(/^(?:import|export|\}).* from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  return found.map((name) => {
    if (name.startsWith('.')) return relative(root, resolve(root, dirname(file), name));
    return name.replace(/^#machines\//, 'machines/').replace(/^#src\//, 'src/');
  });
}

/** What stands in the middle of src/ and may be known to all of it. */
const shared =
  /^src\/(conversation\/(ports|desk-port|external-desk)|config|policy|seal|log|errors|html|failpoint|guard)\.ts$/;
/** What a way in from outside calls. */
const useCase = /^src\/conversation\/(handle-turn|answer-on-page)\.ts$/;
const product = ['sessions', 'records', 'participants', 'notices', 'twilio', 'pin-page', 'console', 'desk'].filter(
  (folder) => existsSync(join(root, 'src', folder)),
);

test('machines/ imports xstate, zod and itself, nothing else', () => {
  for (const file of filesIn('machines'))
    for (const name of importsOf(file))
      expect([file, /^(xstate|zod|machines\/)/.test(name), name]).toEqual([file, true, name]);
});

test('conversation/ knows machines/ and what all of src/ shares, and no other folder', () => {
  for (const file of filesIn('src/conversation'))
    for (const name of importsOf(file).filter((one) => one.startsWith('src/')))
      expect([file, name, name.startsWith('src/conversation/') || shared.test(name)]).toEqual([file, name, true]);
});

test.each(product)('src/%s knows the ports and what all of src/ shares, and no other folder', (folder) => {
  for (const file of filesIn(`src/${folder}`))
    for (const name of importsOf(file).filter((one) => one.startsWith('src/'))) {
      const isKnown = name.startsWith(`src/${folder}/`) || shared.test(name) || useCase.test(name);
      expect([file, name, isKnown]).toEqual([file, name, true]);
    }
});

test('no product code knows the simulator', () => {
  for (const file of filesIn('src').filter((one) => !one.startsWith('src/simulator/')))
    expect([file, importsOf(file).filter((name) => name.startsWith('src/simulator'))]).toEqual([file, []]);
});

test('only the entries and app.ts import from several folders of src/', () => {
  for (const file of filesIn('src').filter((one) => !/^src\/(simulator\/|main\.ts|operate\.ts|app\.ts)/.test(one))) {
    const folders = importsOf(file)
      .filter((name) => /^src\/[^/]+\//.test(name) && !shared.test(name))
      .map((name) => name.split('/')[1]);
    expect([file, new Set(folders).size <= 2]).toEqual([file, true]);
  }
});

test('of the product only the entries read the environment', () => {
  const readers = [...filesIn('src'), ...filesIn('machines')]
    .filter((file) => !file.startsWith('src/simulator/'))
    .filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env'));
  expect(readers).toEqual(['src/main.ts', 'src/operate.ts']);
});

test('no file outside machines/ matches on the path of a state', () => {
  const outside = [...filesIn('src')].filter((file) =>
    /(snapshot|state)\.matches\(/i.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(outside).toEqual([]);
});

test('there is no default export and no barrel', () => {
  for (const file of [...filesIn('src'), ...filesIn('machines')]) {
    const text = readFileSync(join(root, file), 'utf8');
    expect([file, /^export (default|\*)/m.test(text)]).toEqual([file, false]);
  }
});
