// The release after this one: the same code, with a machine of the next version.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { machineVersion } from '#machines/conversation.machine.ts';

const root = resolve(import.meta.dirname, '../../..');

export interface OtherRelease {
  /** where it is installed */
  root: string;
  remove(): Promise<void>;
}

export function makeNextRelease(): OtherRelease {
  const folder = mkdtempSync(join(tmpdir(), 'ubah-data-next-release-'));
  for (const part of ['src', 'machines', 'package.json']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'machines/conversation.machine.ts');
  const text = readFileSync(file, 'utf8');
  const next = text.replace(`machineVersion = ${machineVersion}`, `machineVersion = ${machineVersion + 1}`);
  if (next === text) throw new Error('the version of the machine stands elsewhere');
  writeFileSync(file, next);
  return { root: folder, remove: async () => rmSync(folder, { recursive: true, force: true }) };
}
