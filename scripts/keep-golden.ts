// Writes the golden conversations of this machine's version: `node_modules/.bin/node scripts/keep-golden.ts`. Those of
// released versions stay as they are.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineVersion } from '#machines/conversation.machine.ts';
import { goldenFolder, goldenOfNow } from '../test/support/golden.ts';

const folder = join(goldenFolder, `v${machineVersion}`);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [state, stored] of Object.entries(goldenOfNow())) {
  writeFileSync(join(folder, `${state}.json`), `${JSON.stringify(stored, null, 2)}\n`);
}
console.log(`${folder} is written.`);
