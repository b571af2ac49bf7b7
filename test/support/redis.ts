import { inject } from 'vitest';

/** The run's real Redis, shared by all files: keys are keyed hashes, so a test with its own encryption keys is alone. */
export const redisUrl = (): string => inject('redisUrl');
