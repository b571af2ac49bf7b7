// Encryption at rest, keyed hashes and the Secret type: the only file that touches key material.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { SealError } from './errors.ts';

const redacted = '[redacted]';

/** Holds a PIN, a code or a token for one call. Whatever prints it, prints `[redacted]`. */
export class Secret {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  reveal(): string {
    return this.#text;
  }
  toString(): string {
    return redacted;
  }
  toJSON(): string {
    return redacted;
  }
  [inspect.custom](): string {
    return redacted;
  }
}

export const hide = (text: string): Secret => new Secret(text);

/** One key of `ENCRYPTION_KEYS`. */
export interface EncryptionKey {
  id: string;
  /** 32 bytes */
  bytes: Buffer;
}

export interface Cipher {
  /** of the key that writes */
  keyId: string;
  /**
   * AES-256-GCM under the first key.
   * @param place  what the value belongs to, e.g. `changes.new_value:<id>`: moved elsewhere, it no longer opens
   * @returns `<key id>.<base64url of nonce, ciphertext and tag>`
   */
  close(text: string, place: string): string;
  /** @throws SealError `seal`  unknown key, altered value, or another place */
  open(sealed: string, place: string): string;
}

export interface Seal extends Cipher {
  /** Keyed hash, base64url, 43 characters, the same whatever keys rotate. The same text in another purpose is another hash. */
  index(purpose: string, text: string): string;
  /** Whether `hash` is the keyed hash of `text`; constant time in the text. */
  matches(purpose: string, text: string, hash: string): boolean;
}

const nonceBytes = 12;
const tagBytes = 16;

/** @param keys  at least one; the first one writes, all read */
export function createCipher(keys: readonly EncryptionKey[]): Cipher {
  const rings = keys.map(({ id, bytes }) => ({
    id,
    key: Buffer.from(hkdfSync('sha256', bytes, '', 'ubah-data/seal/v1', 32)),
  }));
  const [first] = rings;
  if (first === undefined) throw new SealError('no encryption key');
  const byId = new Map(rings.map((ring) => [ring.id, ring]));

  return {
    keyId: first.id,
    close(text, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', first.key, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([nonce, cipher.update(Buffer.from(text)), cipher.final(), cipher.getAuthTag()]);
      return `${first.id}.${body.toString('base64url')}`;
    },
    open(sealed, place) {
      const dot = sealed.indexOf('.');
      const ring = byId.get(sealed.slice(0, dot));
      if (ring === undefined) throw new SealError('sealed with an unknown key');
      const body = Buffer.from(sealed.slice(dot + 1), 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', ring.key, body.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(place)).setAuthTag(body.subarray(-tagBytes));
        return Buffer.concat([decipher.update(body.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString();
      } catch (cause) {
        throw new SealError('altered, or moved from its place', { cause });
      }
    },
  };
}

/**
 * @param keys  at least one; the first one writes, all read
 * @param lookupKey  32 random bytes that outlive every rotation: `records/lookup-key.ts`
 */
export function createSeal(keys: readonly EncryptionKey[], lookupKey: Buffer): Seal {
  const digest = (purpose: string, text: string) =>
    createHmac('sha256', lookupKey).update(`${purpose.length}:${purpose}:`).update(text).digest();
  return {
    ...createCipher(keys),
    index: (purpose, text) => digest(purpose, text).toString('base64url'),
    matches(purpose, text, hash) {
      const given = Buffer.from(hash, 'base64url');
      const expected = digest(purpose, text);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
