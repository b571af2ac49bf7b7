import { tmpdir } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { installWithApt } from '../support/install.ts';

afterEach(() => vi.unstubAllEnvs());

test('where nothing can be installed, a sentence says what to do', () => {
  vi.stubEnv('PATH', tmpdir());
  expect(() => installWithApt('redis-server', 'Set REDIS_URL.')).toThrow('redis-server is missing. Set REDIS_URL.');
});
