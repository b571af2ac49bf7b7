// The code of a letter to an old mailbox, and the word for a code to an old contact point.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCancelCode } from '#machines/understanding/cancel-code.ts';
import { newCancelCode } from '#src/records/cancel-codes.ts';
import { CORPUS } from './corpus.ts';
import { said } from './describe.ts';

const steps = [
  'number',
  'birthDate',
  'field',
  'value/email',
  'confirmation/email',
  'code/email',
  'pin',
  'words',
] as const;

describe('a code that cancels', () => {
  test.each([
    'BATAL K7MPQ-3XRTW',
    'batal k7mpq-3xrtw',
    'Batal K7MPQ 3XRTW.',
    'BATAL K7MPQ3XRTW',
    'batal: K7MPQ - 3XRTW',
    'cancel K7MPQ-3XRTW',
    'BATALKAN K7MPQ-3XRTW',
    'K7MPQ-3XRTW',
  ])('is read in “%s”, whatever was asked', (text) => {
    expect(readCancelCode(text)).toBe('K7MPQ-3XRTW');
    for (const step of steps) expect([step, said(text, step)]).toEqual([step, 'word.cancelCode']);
  });

  test.each([
    'batal ganti nomor',
    'BATAL',
    'batal email lama',
    'BATAL UD-7K3M9Q',
    'BATAL 12345-67890',
    'batal KABAR-BAIK2',
    'K7MPQ-3XRT',
  ])('is not read in “%s”', (text) => {
    expect(readCancelCode(text)).toBeNull();
  });

  test('is read as it was written, for every code that we make', () => {
    fc.assert(
      fc.property(fc.constant(null), () => {
        const code = newCancelCode();
        expect(code).toMatch(/^[A-HJ-NP-Z2-9]{5}-[A-HJ-NP-Z2-9]{5}$/);
        expect(readCancelCode(`BATAL ${code.toLowerCase()}`)).toBe(code);
        expect(code).not.toMatch(/\d{5}/);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is in nothing else that people write', () => {
    for (const [text] of Object.values(CORPUS).flat()) expect([text, readCancelCode(text)]).toEqual([text, null]);
  });
});

test.each(['KODE LAMA', 'kode lama dong', 'Kode lama.', 'old code'])(
  '“%s” asks for a code to an old contact point',
  (text) => {
    for (const step of steps) expect([step, said(text, step)]).toEqual([step, 'ask.releaseHeld']);
  },
);

test.each(['kode lama ga masuk', 'ini kode yang lama', 'kirim kode dulu', 'kode lama 123456'])(
  '“%s” asks for no such code',
  (text) => {
    for (const step of steps) expect(said(text, step)).not.toBe('ask.releaseHeld');
  },
);
