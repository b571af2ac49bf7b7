// The place in each conversation, in Redis: one sealed value a conversation, replaced only by who saw the last one.
import { randomBytes } from 'node:crypto';
import { createClient, createCluster, defineScript } from 'redis';
import type { SessionStore } from '#src/conversation/ports.ts';
import { SealError, UnavailableError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Seal } from '#src/seal.ts';

/**
 * Value: `<version> <sealed record>`. Compared and set in one step, so that the version decides and no lock is needed.
 * Whatever has not that form counts as no value, here and in `open`: else nobody could ever replace it.
 */
const commitScript = `
local held = redis.call('GET', KEYS[1])
local version = held and string.match(held, '^([%w_.-]+) ') or ''
if version ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`;

/** Value: `<opens> <moment of the last one that counted>`. */
const noteOpenScript = `
local held = redis.call('GET', KEYS[1])
local opens, at = 0, 0
if held then
  local space = string.find(held, ' ')
  opens = tonumber(string.sub(held, 1, space - 1))
  at = tonumber(string.sub(held, space + 1))
end
if tonumber(ARGV[1]) - at < tonumber(ARGV[2]) then return opens end
redis.call('SET', KEYS[1], (opens + 1) .. ' ' .. ARGV[1], 'PX', ARGV[3])
return opens + 1`;

const scripts = {
  noteOpen: defineScript({
    SCRIPT: noteOpenScript,
    NUMBER_OF_KEYS: 1,
    parseCommand(parser, key: string, now: number) {
      parser.pushKey(key);
      parser.push(String(now), String(apartMs), String(openTtlMs));
    },
    transformReply: (reply: unknown) => Number(reply),
  }),
  commitSession: defineScript({
    SCRIPT: commitScript,
    NUMBER_OF_KEYS: 1,
    parseCommand(parser, key: string, version: string, value: string, ttlSeconds: number) {
      parser.pushKey(key);
      parser.push(version, value, String(ttlSeconds));
    },
    transformReply: (reply: unknown) => reply === 1,
  }),
};

interface Commands {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, options: { expiration: { type: 'PX'; value: number } }): Promise<string | null>;
  noteOpen(key: string, now: number): Promise<number>;
  commitSession(key: string, version: string, value: string, ttlSeconds: number): Promise<boolean>;
}

export interface RedisSessions extends SessionStore {
  close(): Promise<void>;
}

const keyOf = (key: string) => `session:${key}`;
/** security.md I5 */
const apartMs = 2_000;
/** Whoever delivers a message gives up long before (Twilio's 15 s). */
const openTtlMs = 60_000;

const opensOf = (key: string, messageId: string) => `session:${key}:opens:${messageId}`;
const placeOf = (key: string, version: string) => `session:${key}:${version}`;

/**
 * @param url  `redis://`, `rediss://` or `redis-cluster://host:port,host:port`
 * @param budgetMs  our own deadline: a command already written to a frozen server has none
 * @param onError  told of connection errors; the client reconnects by itself
 */
export async function connectRedisSessions({
  url,
  seal,
  budgetMs,
  onError,
}: {
  url: string;
  seal: Seal;
  budgetMs: number;
  onError: (error: unknown) => void;
}): Promise<RedisSessions> {
  const client = url.startsWith('redis-cluster://') ? clusterOf(url, budgetMs) : singleOf(url);
  client.on('error', onError);
  const commands: Commands = client;
  await within<unknown>(client.connect(), 5_000);

  return {
    async open(key) {
      const value = await within(commands.get(keyOf(key)), budgetMs);
      if (value === null) return { record: null, version: '' };
      const version = /^([\w.-]+) /.exec(value)?.[1] ?? '';
      return { record: unseal(value.slice(version.length + 1), placeOf(key, version)), version };
    },
    async commit(key, version, record, ttlSeconds) {
      const next = nextVersion(version);
      const value = `${next} ${seal.close(record, placeOf(key, next))}`;
      await failpoint('session.beforeCommit');
      const stored = await within(commands.commitSession(keyOf(key), version, value, ttlSeconds), budgetMs);
      await failpoint('session.afterCommit');
      return stored ? 'stored' : 'conflict';
    },
    noteOpen: (key, messageId) => within(commands.noteOpen(opensOf(key, messageId), Date.now()), budgetMs),
    async noteFailure(key, messageId, opens) {
      const expiration = { type: 'PX', value: openTtlMs } as const;
      await within(commands.set(opensOf(key, messageId), `${opens} 0`, { expiration }), budgetMs);
    },
    async ping() {
      await within(commands.get('session:'), budgetMs);
    },
    async close() {
      await client.close();
    },
  };

  /** An altered value, or one under a key that is gone, is a lost place: the participant starts again, politely. */
  function unseal(sealed: string, place: string): string | null {
    try {
      return seal.open(sealed, place);
    } catch (error) {
      if (error instanceof SealError) return null;
      throw error;
    }
  }
}

/** A counter, so that it grows, and 64 random bits, so that a value from an old replica never matches by accident. */
function nextVersion(version: string): string {
  const counter = version === '' ? 0 : Number.parseInt(version, 36);
  return `${(counter + 1).toString(36)}.${randomBytes(8).toString('base64url')}`;
}

const reconnectStrategy = (retries: number) => Math.min(50 * 2 ** retries, 1_000) + Math.random() * 50;

const singleOf = (url: string) =>
  createClient({ url, scripts, disableOfflineQueue: true, socket: { reconnectStrategy, connectTimeout: 2_000 } });

function clusterOf(url: string, budgetMs: number) {
  const nodes = url.slice('redis-cluster://'.length).split(',');
  return createCluster({
    rootNodes: nodes.map((node) => ({ url: `redis://${node}` })),
    scripts,
    commandOptions: { timeout: budgetMs },
    topologyRefreshOnReconnectionAttemptStrategy: 500,
    defaults: { socket: { reconnectStrategy, connectTimeout: 2_000 } },
  });
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, deadline]);
  } catch (cause) {
    throw new UnavailableError('redis', { cause });
  } finally {
    clearTimeout(timer);
  }
}
