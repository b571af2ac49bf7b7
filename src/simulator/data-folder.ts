// `.data/`: what `npm start` keeps between two starts, and the lock that keeps two of them from sharing it.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** A sentence for the operator; nothing else about it is of interest. */
export class StartError extends Error {}

export interface FolderLock {
  release(): void;
}

/**
 * Takes the folder for this process, and makes it when missing. SQLite holds the lock with the kernel's file locks,
 * which end with the process however it ends; a file with a process id in it would outlive a kill.
 * @throws StartError somebody else has it
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (cause) {
    lock.close();
    throw new StartError(
      `Another npm start is using ${folder}. Stop it first (Ctrl-C where it runs), or start beside it: PORT=3001 npm start -- .data/second`,
      { cause },
    );
  }
  return { release: () => lock.close() };
}

const KeptSettings = z.object({
  ENCRYPTION_KEYS: z.string(),
  TWILIO_ACCOUNT_SID: z.string(),
  TWILIO_AUTH_TOKEN: z.string(),
  DIRECTORY_TOKEN: z.string(),
});
export type KeptSettings = z.infer<typeof KeptSettings>;

/**
 * The secrets of this folder, generated at the first start; readable by their owner alone.
 * @throws StartError the file is not ours
 */
export function keptSettings(folder: string): KeptSettings {
  const file = join(folder, 'settings.json');
  if (!existsSync(file)) writeWhole(file, JSON.stringify(generated(), null, 2));
  chmodSync(file, 0o600);
  try {
    return KeptSettings.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new StartError(`${file} cannot be read: delete ${folder} to begin with fresh data.`, { cause });
  }
}

function generated(): KeptSettings {
  return {
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    TWILIO_ACCOUNT_SID: `AC${randomBytes(16).toString('hex')}`,
    TWILIO_AUTH_TOKEN: randomBytes(16).toString('hex'),
    DIRECTORY_TOKEN: randomBytes(24).toString('base64url'),
  };
}

/** All or nothing: keys that were half written would make everything sealed under them unreadable. */
function writeWhole(file: string, text: string): void {
  const descriptor = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
}
