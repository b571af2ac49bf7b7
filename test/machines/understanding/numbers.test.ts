// NIK, card, virtual account and phone: told apart by their digits, however they are written.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { said } from './describe.ts';

const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));
const nik = fc
  .tuple(fc.constantFrom('9901', '9902'), digits(12))
  .map((parts) => parts.join(''))
  .filter((number) => !/^(\d)\1*$/.test(number));
const card = digits(8).map((tail) => `00099${tail}`);

/** Cuts a number anywhere and writes blanks, dots or dashes in between. */
const spread = (number: fc.Arbitrary<string>) =>
  fc
    .tuple(
      number,
      fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 }),
      fc.constantFrom(' ', '.', '-', ' - '),
    )
    .map(([text, cuts, gap]) => [...text].map((digit, at) => (cuts.includes(at) ? gap + digit : digit)).join(''));

const around = fc.constantFrom<[string, string]>(
  ['', ''],
  ['NIK ', ''],
  ['no kartu saya ', ' ya kak'],
  ['noka: ', '.'],
  ['halo min, ini nomornya ', ' terima kasih'],
  ['(', ')'],
  ['*', '*'],
);

describe('the number that names the record', () => {
  test('a NIK is read in any spacing and sentence', () => {
    fc.assert(
      fc.property(spread(nik), around, (written, [before, after]) => {
        expect(said(before + written + after, 'number')).toBe(`nik ${written.replace(/\D/g, '')}`);
      }),
    );
  });

  test('a card number keeps its leading zeros', () => {
    fc.assert(
      fc.property(spread(card), around, (written, [before, after]) => {
        expect(said(before + written + after, 'number')).toBe(`cardNumber ${written.replace(/\D/g, '')}`);
      }),
    );
  });

  test('letters O and l beside digits are 0 and 1', () => {
    fc.assert(
      fc.property(nik, fc.constantFrom('o', 'O'), fc.constantFrom('l', 'I'), (number, zero, one) => {
        expect(said(number.replaceAll('0', zero).replaceAll('1', one), 'number')).toBe(`nik ${number}`);
      }),
    );
  });

  test('digits of other scripts count', () => {
    fc.assert(
      fc.property(nik, fc.constantFrom(0x660, 0x6f0, 0x966, 0xa9d0, 0xff10, 0x1d7ce), (number, zero) => {
        const foreign = [...number].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');
        expect(said(foreign, 'number')).toBe(`nik ${number}`);
      }),
    );
  });

  test('a NIK is never refused for the date or area in it', () => {
    fc.assert(
      fc.property(digits(16), (number) => {
        fc.pre(!/^(\d)\1*$/.test(number) && !/^8[89]888/.test(number));
        expect(said(number, 'number')).toBe(`nik ${number}`);
      }),
    );
  });

  test('any other count of digits is told', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }).chain((count) => digits(count)),
        (number) => {
          fc.pre(![9, 10, 11, 12, 13, 16].includes(number.length) && !/^(?:62|0062|165$|1500400$)/.test(number));
          expect(said(number, 'number')).toBe(`unclear numberLength ${number.length}`);
        },
      ),
    );
  });

  test.each([
    ['99000000011', 'cardNumber 0099000000011'],
    ['900000011', 'cardNumber 0000900000011'],
    ['0812000000112', 'cardNumber 0812000000112'],
    ['081200000011', 'unclear numberIsPhone'],
    ['+6281200000011', 'unclear numberIsPhone'],
    ['6281200000011', 'unclear numberIsPhone'],
    ['8120000011', 'unclear numberIsPhone'],
    ['no hp 0812000000112', 'unclear numberIsPhone'],
    ['8888800900000011', 'unclear numberIsVirtualAccount'],
    ['8988800900000011', 'unclear numberIsVirtualAccount'],
    ['0000000000000000', 'unclear numberImpossible'],
    ['9901014506850001 9901011708790002', 'unclear numbersTwo'],
    ['9901014506850001 9901014506850001', 'nik 9901014506850001'],
    ['hp 081200000011 nik 9901014506850001', 'nik 9901014506850001'],
  ])('%s: %s', (text, meaning) => {
    expect(said(text, 'number')).toBe(meaning);
  });
});
