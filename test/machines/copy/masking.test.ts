import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskEmail, maskMobile, maskName, showMobile } from '#machines/copy/masking.ts';

const mobileNumber = fc
  .tuple(fc.constantFrom('1', '2', '3', '5', '6', '7', '8', '9'), fc.stringMatching(/^\d{7,10}$/))
  .map(([second, rest]) => `+628${second}${rest}`);

test('an address shows its first and last letter and its domain', () => {
  expect(maskEmail('siti.aminah@example.com')).toBe('s•••h@example.com');
  expect(maskEmail('dewi@example.com')).toBe('d•••@example.com');
  expect(maskEmail('a@example.com')).toBe('•••@example.com');
});

test('a long domain shows its end only, so that two masked addresses fit into one SMS', () => {
  expect(maskEmail('siti.aminah@puskesmas-kebayoran-baru.go.id')).toBe('s•••h@•••-kebayoran-baru.go.id');
});

test('nobody learns an address from its mask, nor how long it is', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (email) => {
      const mask = maskEmail(email);
      const local = email.slice(0, email.lastIndexOf('@'));
      expect(mask).toContain('•••');
      expect(mask.startsWith(`${local}@`)).toBe(false);
      expect([...mask].filter((character) => character === '•').length).toBeLessThanOrEqual(6);
      expect([...mask].length).toBeLessThanOrEqual(30);
    }),
  );
});

test('what is no address is hidden completely', () => {
  expect(maskEmail('siti')).toBe('•••');
});

test('a mobile number is written as people write it', () => {
  expect(showMobile('+6281234567890')).toBe('0812 3456 7890');
  expect(showMobile('+62812345678')).toBe('0812 345 678');
  expect(showMobile('+628123456789')).toBe('0812 3456 789');
  expect(showMobile('+62812345678901')).toBe('0812 3456 78901');
});

test('a shown number has the digits of the number and never its international form', () => {
  fc.assert(
    fc.property(mobileNumber, (number) => {
      expect(`+62${showMobile(number).replaceAll(' ', '').slice(1)}`).toBe(number);
      expect(showMobile(number)).toMatch(/^08\d\d( \d{3,5}){2}$/);
    }),
  );
});

test('a masked number shows its first four and last two digits', () => {
  expect(maskMobile('+6281200000011')).toBe('0812 •••• ••11');
  fc.assert(
    fc.property(mobileNumber, (number) => {
      const shown = showMobile(number);
      expect(maskMobile(number)).toBe(shown.slice(0, 4) + shown.slice(4, -2).replace(/\d/g, '•') + shown.slice(-2));
    }),
  );
});

test('of a number that is too short to be one, most is hidden all the same', () => {
  for (const short of ['+1234567', '+12345', '']) {
    expect(maskMobile(short).replace(/\D/g, '').length).toBeLessThanOrEqual(3);
  }
});

test('a name shows the first letter of each word', () => {
  expect(maskName('Siti Aminah')).toBe('S••• A•••••');
  expect(maskName('  I  Made ')).toBe('• M•••');
});

test('nobody learns a word of a name from its mask', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      for (const word of maskName(name).split(' ').filter(Boolean)) expect(word).toMatch(/^.?•+$/su);
    }),
  );
});
