import { inject } from 'vitest';

/** The run's real Redis, shared by all files: keys are keyed hashes, so a test with its own encryption keys is alone. */
export const redisUrl = (): string => inject('redisUrl');

/** Files that look at all keys, or empty them, each have a database there to themselves. */
const databases = { atRest: 7, speaker: 8, replays: 9 };
export const ownRedisUrl = (file: keyof typeof databases): string => `${redisUrl()}/${databases[file]}`;
