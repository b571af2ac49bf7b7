// req:B1 When there is room again: to the microsecond, because a limit is never one more.
import { type RawBuilder, sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Trx } from '#src/records/database.ts';
import { day, fullUntil, hour, latest } from '#src/records/windows.ts';
import { createWorld, id } from './world.ts';

const now = async (trx: Trx) => (await sql<{ now: Date }>`select now()`.execute(trx)).rows[0]?.now.getTime() ?? 0;
const at = (seconds: number): RawBuilder<Date> => sql<Date>`now() - make_interval(secs => ${seconds})`;

async function tried(trx: Trx, ...secondsAgo: number[]): Promise<void> {
  for (const seconds of secondsAgo) {
    const row = { attempt_id: id(), conversation: 'c', found: false, created_at: at(seconds) };
    await trx.insertInto('cancel_attempts').values(row).execute();
  }
}

const hourFull = (trx: Trx, limit: number) =>
  fullUntil(trx, { table: 'cancel_attempts', where: sql`conversation = 'c'`, limit, seconds: hour });

test('the oldest of as many as fit leaves first, and what is left of its time is the wait', async () => {
  const world = await createWorld();
  await world.records.database.transaction(async (trx) => {
    await tried(trx, 600, 3_000, 1_800, 2_400);
    const startedAt = await now(trx);
    expect((await hourFull(trx, 3))?.getTime()).toBe(startedAt + 1_200_000);
    expect((await hourFull(trx, 4))?.getTime()).toBe(startedAt + 600_000);
    expect(await hourFull(trx, 5)).toBeNull();
  });
});

test('what is exactly as old as the window is long is out of it, and a microsecond earlier it is not', async () => {
  const world = await createWorld();
  await world.records.database.transaction(async (trx) => {
    await tried(trx, hour);
    expect(await hourFull(trx, 1)).toBeNull();
    await tried(trx, hour - 0.000_001);
    expect(await hourFull(trx, 1)).not.toBeNull();
  });
});

test('a day is over at the same time tomorrow', async () => {
  const world = await createWorld();
  const dayFull = (trx: Trx) => fullUntil(trx, { table: 'cancel_attempts', where: sql`true`, limit: 1, seconds: day });
  await world.records.database.transaction(async (trx) => {
    const [yesterday] = (
      await sql<{ ago: number }>`
      select extract(epoch from now() - (now() - interval '24 hours'))::float8 as ago`.execute(trx)
    ).rows;
    await tried(trx, yesterday?.ago ?? 0);
    expect(await dayFull(trx)).toBeNull();
    await tried(trx, (yesterday?.ago ?? 0) - 1);
    expect((await dayFull(trx))?.getTime()).toBe((await now(trx)) + 1000);
  });
});

test('of several limits the one that lasts longest counts', () => {
  const [soon, late] = [new Date(1), new Date(2)];
  expect(latest([null, soon, null, late, null])).toBe(late);
  expect(latest([late, soon])).toBe(late);
  expect(latest([null, soon])).toBe(soon);
  expect(latest([null, null])).toBeNull();
  expect(latest([])).toBeNull();
});
