// A disk that is soon full, where this machine lets one be mounted.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  folder: string;
  /** takes all the room that is left */
  fill(): void;
  free(): void;
  unmount(): void;
}

/** @returns null where mounting is not allowed: whoever asks says that the case was not run */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  const folder = mkdtempSync(join(tmpdir(), 'ubah-data-fault-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const ballast = join(folder, 'ballast');
  const block = Buffer.alloc(64 * 1024);
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      for (let left = bavail * bsize; left > 0; left -= block.length) {
        try {
          writeFileSync(ballast, block.subarray(0, Math.min(left, block.length)), { flag: 'a' });
        } catch {
          return;
        }
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount() {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
