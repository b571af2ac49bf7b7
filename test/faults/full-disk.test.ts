// The disk under Postgres is full: nothing is answered 200 that was not committed, and it heals by itself. req:I7 promise:G13
import { afterAll, expect, test } from 'vitest';
import { fullDisk } from './support/campaigns.ts';
import { createRandom } from './support/random.ts';
import { mountSmallDisk } from './support/small-disk.ts';
import { breachesOf, noBreach, report } from './support/tally.ts';

const disk = mountSmallDisk(220);
afterAll(() => disk?.unmount());

test.skipIf(disk === null)(
  'a full disk under Postgres costs nobody anything but time',
  { timeout: 300_000 },
  async () => {
    if (disk === null) return;
    const random = createRandom();
    const tally = await fullDisk(disk)(random, { people: 8, faults: 4 });
    report('full disk', random.seed, tally);
    expect(breachesOf(tally)).toEqual(noBreach);
  },
);
