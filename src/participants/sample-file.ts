// Where the sample directory lives under `npm start`: one file, replaced as a whole.
import { open, readFile, rename } from 'node:fs/promises';
import type { SampleStore } from './sample-directory.ts';

/**
 * One file as a store; not for two processes at once.
 * @param path  its folder has to exist; `<path>.new` beside it is ours too
 */
export function createSampleFile(path: string): SampleStore {
  return {
    async load() {
      try {
        return await readFile(path, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    async save(text) {
      const next = await open(`${path}.new`, 'w', 0o600);
      try {
        await next.writeFile(text);
        await next.sync();
      } finally {
        await next.close();
      }
      await rename(`${path}.new`, path);
    },
  };
}

/** A store that forgets when the process ends. */
export function createSampleMemory(): SampleStore {
  let kept: string | null = null;
  return {
    load: async () => kept,
    async save(text) {
      kept = text;
    },
  };
}
