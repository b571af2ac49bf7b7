// req:D1 req:E1 req:A8 The one file with key material, against the same constructions written out by hand.
import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { SealError } from '#src/errors.ts';
import { createCipher, createSeal, hide, Secret } from '#src/seal.ts';

const key = (id: string, fill: number) => ({ id, bytes: Buffer.alloc(32, fill) });
const place = 'changes.new_value_sealed:1';
const refused = (work: () => unknown, message: RegExp) => {
  expect(work).toThrow(SealError);
  expect(work).toThrow(message);
};

describe('a secret', () => {
  test('prints nothing of itself, whoever prints it', () => {
    const pin = hide('135790');
    const printed = [
      String(pin),
      `${pin}`,
      JSON.stringify({ pin }),
      inspect(pin),
      inspect({ deep: { pin } }, { showHidden: true, depth: 9 }),
      JSON.stringify(structuredClone({ pin })),
      Object.entries(pin).join(),
    ];
    for (const text of printed) expect(text).not.toContain('135790');
    expect(printed.slice(0, 4)).toEqual(['[redacted]', '[redacted]', '{"pin":"[redacted]"}', '[redacted]']);
    expect(pin).toBeInstanceOf(Secret);
    expect(pin.reveal()).toBe('135790');
  });
});

describe('a sealed value', () => {
  test('is AES-256-GCM under a key of its own purpose, with the place as its associated data', () => {
    const sealed = createCipher([key('k1', 7)]).close('siti.baru@example.com', place);
    const [id, text = ''] = sealed.split('.');
    expect(id).toBe('k1');
    const body = Buffer.from(text, 'base64url');
    const subkey = Buffer.from(hkdfSync('sha256', Buffer.alloc(32, 7), '', 'ubah-data/seal/v1', 32));
    const decipher = createDecipheriv('aes-256-gcm', subkey, body.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(place)).setAuthTag(body.subarray(-16));
    const opened = Buffer.concat([decipher.update(body.subarray(12, -16)), decipher.final()]).toString();
    expect(opened).toBe('siti.baru@example.com');
  });

  test('is another text each time', () => {
    const cipher = createCipher([key('k1', 7)]);
    expect(cipher.close('a', place)).not.toBe(cipher.close('a', place));
  });

  test('is written under the first key and read under all', () => {
    const old = createCipher([key('old', 1)]);
    const both = createCipher([key('new', 2), key('old', 1)]);
    expect(both.keyId).toBe('new');
    expect(both.close('a', place)).toMatch(/^new\./);
    expect(both.open(old.close('a', place), place)).toBe('a');
    expect(both.open(both.close('', place), place)).toBe('');
  });

  test('does not open altered, elsewhere, under another key, or without any', () => {
    const cipher = createCipher([key('k1', 7)]);
    const sealed = cipher.close('siti', place);
    refused(() => cipher.open(sealed, 'changes.new_value_sealed:2'), /altered/);
    refused(() => createCipher([key('k1', 8)]).open(sealed, place), /altered/);
    refused(() => createCipher([key('k2', 7)]).open(sealed, place), /unknown key/);
    for (let at = 3; at < sealed.length; at += 1) {
      const other = sealed[at] === 'A' ? 'Q' : 'A';
      const altered = sealed.slice(0, at) + other + sealed.slice(at + 1);
      if (Buffer.from(altered.slice(3), 'base64url').equals(Buffer.from(sealed.slice(3), 'base64url'))) continue;
      refused(() => cipher.open(altered, place), /altered/);
    }
    for (const short of ['', 'k1', 'k1.', 'k1.AAAA', '.AAAA'])
      expect(() => cipher.open(short, place)).toThrow(SealError);
    refused(() => createCipher([]), /no encryption key/);
    try {
      cipher.open('k1.AAAA', place);
    } catch (error) {
      expect(error).toMatchObject({ code: 'seal', cause: expect.any(Error) });
    }
  });
});

describe('a keyed hash', () => {
  const lookupKey = Buffer.alloc(32, 9);
  const seal = createSeal([key('k1', 7)], lookupKey);
  const byHand = (text: string) => createHmac('sha256', lookupKey).update(text).digest('base64url');

  test('is HMAC-SHA-256 over purpose and text, which cannot be shifted into each other', () => {
    expect(seal.index('contact', 'siti')).toBe(byHand('7:contact:siti'));
    expect(seal.index('contact', 'siti')).toHaveLength(43);
    expect(seal.index('a', 'b:c')).not.toBe(seal.index('a:b', 'c'));
    expect(seal.index('contact', 'siti')).toBe(createSeal([key('other', 1)], lookupKey).index('contact', 'siti'));
  });

  test('is that of its text and of no other', () => {
    const hash = seal.index('contact', 'siti');
    expect(seal.matches('contact', 'siti', hash)).toBe(true);
    for (const [purpose, text, given] of [
      ['contact', 'budi', hash],
      ['participant', 'siti', hash],
      ['contact', 'siti', ''],
      ['contact', 'siti', hash.slice(0, 20)],
      ['contact', 'siti', `${hash}AAAA`],
    ] as const) {
      expect(seal.matches(purpose, text, given)).toBe(false);
    }
  });

  test('comes with the cipher of the same keys', () => {
    expect(seal.open(seal.close('a', place), place)).toBe('a');
    expect(seal.keyId).toBe('k1');
  });
});
