import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { listCopy } from '../../../scripts/list-copy.ts';

test('docs/copy.md shows the sentences as they are now; else run scripts/list-copy.ts', () => {
  expect(readFileSync(new URL('../../../docs/copy.md', import.meta.url), 'utf8')).toBe(listCopy());
});
