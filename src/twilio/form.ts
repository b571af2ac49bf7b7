// The way in for both webhooks, in the order of the contract: method 405, type 415, size and keys 403 unread,
// signature 403. What is signed and has a bad shape is a 400 and the business of `parse.ts` and `status.ts`.
import { ForgedRequestError, MalformedRequestError } from '#src/errors.ts';
import type { Secret } from '#src/seal.ts';
import { signedUrl, verifySignature } from './verify.ts';

/** One key and its value, decoded, in the order received. */
export type Pair = readonly [key: string, value: string];

export interface FormLimits {
  maxKilobytes: number;
  maxKeys: number;
}

const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i;
const ampersand = '&'.charCodeAt(0);

/** What can be refused before the body is read; null: read on. */
export function refuseUnread(
  head: { method: string; contentType: string | undefined; contentLength?: string | undefined },
  limits: FormLimits,
): 405 | 415 | 403 | null {
  if (head.method !== 'POST') return 405;
  if (!formType.test(head.contentType ?? '')) return 415;
  if (Number(head.contentLength ?? 0) > limits.maxKilobytes * 1024) return 403;
  return null;
}

/**
 * Decodes the raw body of a genuine request.
 * @param request.body  the raw bytes; anything else counts as an empty form
 * @throws ForgedRequestError `forged_request`  too large, too many keys, not decodable, or without a valid signature
 */
export function receiveForm(
  request: { body: unknown; originalUrl: string; signature: string | undefined },
  rules: { publicUrl: string; tokens: readonly Secret[]; limits: FormLimits },
): Pair[] {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (body.length > rules.limits.maxKilobytes * 1024) throw new ForgedRequestError('too large');
  if (countPairs(body) > rules.limits.maxKeys) throw new ForgedRequestError('too many keys');
  const pairs = decodeForm(body);
  if (pairs === null) throw new ForgedRequestError('not a form');
  const genuine = verifySignature({
    url: signedUrl(rules.publicUrl, request.originalUrl),
    params: groupByKey(pairs),
    signature: request.signature,
    tokens: rules.tokens,
  });
  if (!genuine) throw new ForgedRequestError('signature');
  return pairs;
}

/** @returns null where the percent-encoding is not UTF-8; Twilio's always is */
export function decodeForm(body: Buffer): Pair[] | null {
  const pairs: Pair[] = [];
  try {
    for (const piece of body.toString('utf8').split('&')) {
      if (piece === '') continue;
      const equals = piece.indexOf('=');
      const end = equals === -1 ? piece.length : equals;
      pairs.push([decode(piece.slice(0, end)), decode(piece.slice(end + 1))]);
    }
  } catch {
    return null;
  }
  return pairs;
}

// Twilio adds keys without notice, so unknown ones pass; but each of its keys looks like this (security.md C2).
const keyShape = /^[A-Z][A-Za-z0-9]{1,40}$/;

/**
 * The signed pairs as one flat record.
 * @throws MalformedRequestError `malformed_request`  a repeated key, or one that Twilio would not send
 */
export function fieldsOf(pairs: readonly Pair[]): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const [key, value] of pairs) {
    if (!keyShape.test(key)) throw new MalformedRequestError('a key is not one of Twilio');
    if (key in fields) throw new MalformedRequestError('a key is repeated');
    fields[key] = value;
  }
  return fields;
}

const decode = (text: string): string => {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  return spaced.includes('%') ? decodeURIComponent(spaced) : spaced;
};

function countPairs(body: Buffer): number {
  let count = 1;
  for (const byte of body) if (byte === ampersand) count += 1;
  return count;
}

// Twilio signs every value of a repeated key, so all of them take part before the repetition is refused.
function groupByKey(pairs: readonly Pair[]): Record<string, string | string[]> {
  const params: Record<string, string | string[]> = Object.create(null);
  for (const [key, value] of pairs) {
    const before = params[key];
    params[key] = before === undefined ? value : [before, value].flat();
  }
  return params;
}
