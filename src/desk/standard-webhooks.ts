// Standard Webhooks 1.0.0, symmetric: HMAC-SHA256 over id, time and the bytes of the body, in both directions.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '#src/seal.ts';

export const toleranceSeconds = 300;

export interface Signed {
  /** without dots, which separate what is signed */
  id: string;
  /** seconds since 1970 */
  timestamp: number;
  body: string | Buffer;
}

const keyOf = (secret: Secret) => Buffer.from(secret.reveal().replace(/^whsec_/, ''), 'base64');

/** @returns `v1,<base64>` */
export function signatureOf(secret: Secret, { id, timestamp, body }: Signed): string {
  const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}

/** @param secrets  while a rotation lasts each of them signs, so that whoever checks may know either */
export const headersOf = (secrets: readonly Secret[], signed: Signed): Record<string, string> => ({
  'webhook-id': signed.id,
  'webhook-timestamp': String(signed.timestamp),
  'webhook-signature': secrets.map((secret) => signatureOf(secret, signed)).join(' '),
});

/** @param now  milliseconds since 1970 */
export const isFresh = (timestamp: number, now: number): boolean =>
  Math.abs(now / 1000 - timestamp) <= toleranceSeconds;

/** In the same time whatever differs. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * @param header  by its lower-case name
 * @returns the id of a request that one of the secrets signed within the last five minutes; null: of no other
 */
export function verifiedId(
  secrets: readonly Secret[],
  { header, body, now }: { header: (name: string) => string | undefined; body: Buffer; now: number },
): string | null {
  const [, id] = /^([\w-]{1,100})$/.exec(header('webhook-id') ?? '') ?? [];
  const [, seconds] = /^(\d{1,12})$/.exec(header('webhook-timestamp') ?? '') ?? [];
  if (id === undefined || seconds === undefined || !isFresh(Number(seconds), now)) return null;
  const given = (header('webhook-signature') ?? '').split(' ').slice(0, 10);
  const expected = secrets.map((secret) => signatureOf(secret, { id, timestamp: Number(seconds), body }));
  return given.some((one) => expected.some((right) => isSame(one, right))) ? id : null;
}
