// Codes and PINs: found in what was pasted, never confused with one another or with a password.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { said } from './describe.ts';

const six = fc.stringMatching(/^\d{6}$/);

describe('a code', () => {
  test('is found in every form and in a pasted message', () => {
    fc.assert(
      fc.property(six, (code) => {
        const [a, b] = [code.slice(0, 3), code.slice(3)];
        const forms = [
          code,
          `${a} ${b}`,
          `${a}-${b}`,
          [...code].join(' '),
          `kodenya ${code}`,
          `OTP:${code}`,
          `kode${code}`,
          `*${code}*`,
          `${code} kode BPJS Kesehatan untuk ganti nomor HP, berlaku 10 menit. Ketik hanya di chat yang Anda mulai.`,
          `Your code is ${code}. Ref UD-7K3P9, 165`,
        ];
        for (const form of forms) expect(`${form}: ${said(form, 'code/email')}`).toBe(`${form}: code ${code}`);
      }),
    );
  });

  test('two different ones are asked about', () => {
    fc.assert(
      fc.property(six, six, (one, other) => {
        expect(said(`${one} atau ${other}`, 'code/email')).toBe(one === other ? `code ${one}` : 'unclear codesTwo');
      }),
    );
  });

  test('of another length is told', () => {
    expect(said('12345', 'code/email')).toBe('unclear codeLength 5');
    expect(said('1234567', 'code/email')).toBe('unclear codeLength 7');
  });

  test('a PIN typed at the code prompt, and called one, costs no try', () => {
    expect(said('pin saya 135790', 'code/email')).toBe('unclear notUnderstood');
    expect(said('pin 135790 kode 123456', 'code/email')).toBe('code 123456');
  });
});

describe('a PIN', () => {
  test('has exactly its length, with blanks or dashes', () => {
    fc.assert(
      fc.property(six, (pin) => {
        for (const form of [
          pin,
          [...pin].join(' '),
          `${pin.slice(0, 3)}-${pin.slice(3)}`,
          `pin saya ${pin}`,
          `PIN: ${pin}`,
        ]) {
          expect(`${form}: ${said(form, 'pin')}`).toBe(`${form}: pin ${pin}`);
        }
      }),
    );
  });

  test('of another length is no PIN', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,7}$/), (digits) => {
        fc.pre(digits.length !== 6 && !['165', '1500400'].includes(digits));
        expect(said(digits, 'pin')).toBe(`unclear pinLength ${digits.length}`);
      }),
    );
  });

  test('letters and digits together are the password', () => {
    const password = fc
      .tuple(fc.stringMatching(/^[A-Z][a-z]{3,9}$/), fc.stringMatching(/^[2-9]{1,5}$/))
      .map((parts) => parts.join(''))
      .filter(
        (text) =>
          !/^(?:kode|kodenya|otp|code|verifikasi|pin|pinnya|nomor|no|g)\d/i.test(text) && !/^[oli]+\d/i.test(text),
      );
    fc.assert(
      fc.property(password, (text) => {
        expect(`${text}: ${said(text, 'pin')}`).toBe(`${text}: unclear pinIsPassword`);
        expect(said(`password saya ${text}`, 'pin')).toBe('unclear pinIsPassword');
      }),
    );
  });

  test('is in no event but the sealed one', () => {
    for (const text of ['12345', '1357901', 'Rahasia123', 'rahasia 123', '135790 246801']) {
      expect(said(text, 'pin')).not.toContain('pin 1');
      expect(said(text, 'pin')).not.toContain(text);
    }
  });
});
