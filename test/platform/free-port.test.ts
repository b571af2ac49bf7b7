// Every test has servers of its own, and several processes start them at the same time.
import { expect, test } from 'vitest';
import { freePort } from '#src/simulator/embedded/free-port.ts';

test('a port is given once, however many draw one at the same time and do not listen yet', async () => {
  const ports = await Promise.all(Array.from({ length: 1_000 }, freePort));
  expect(new Set(ports).size).toBe(ports.length);
});
