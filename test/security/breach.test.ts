// req:F3 After a breach the people and fields of a window are named in time to tell them (PDP 46: 3x24 h; ours: a minute).
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#src/records/database.ts';
import { touchedBetween } from '#src/records/evidence.ts';
import { createWorld } from '../records/world.ts';

const rows = Number(process.env.BREACH_ROWS ?? 100_000);
const limitMs = 60_000;

test(`a window over ${rows} rows is answered within a minute`, async () => {
  const world = await createWorld();
  const database = openDatabase({ url: world.ownerUrl, budgetMs: 600_000 });
  onTestFinished(() => database.close());
  await world.query(
    `insert into audit select gen_random_uuid()::text, now() - n * interval '1 second', 'conversation:' || n % 500000,
       (array['identification.matched', 'challenge.started', 'challenge.guessed', 'pin.checked', 'change.applied'])[n % 5 + 1],
       'subject-' || n % 300000, '{}', case when n % 2 = 0 then '{"field":"email"}'::jsonb else '{"field":"mobileNumber"}' end, 'x'
     from generate_series(1, $1::int) n`,
    [rows],
  );
  await world.query('analyze audit');
  const started = performance.now();
  const everybody = await touchedBetween(database, world.seal, { from: new Date(0), until: new Date() });
  const allMs = performance.now() - started;
  const hour = await touchedBetween(database, world.seal, {
    from: new Date(Date.now() - 3_600_000),
    until: new Date(),
  });
  const hourMs = performance.now() - started - allMs;
  expect(everybody[0]).toMatchObject({ fields: expect.arrayContaining([expect.stringMatching(/email|mobileNumber/)]) });
  expect(hour.length).toBeGreaterThan(0);
  expect(allMs).toBeLessThan(limitMs);
  process.stdout.write(
    `breach: ${everybody.length} people of ${rows} rows in ${Math.round(allMs)} ms, the last hour in ${Math.round(hourMs)} ms\n`,
  );
}, 1_200_000);
