// req:B3 A code goes to Indonesian mobile numbers only: no other country, no premium number, no landline, in whatever form.
import { expect, test } from 'vitest';
import { said } from '../machines/understanding/describe.ts';

/** Every calling code there could be but Indonesia's. */
const elsewhere = Array.from({ length: 999 }, (_, code) => String(code + 1)).filter((code) => !code.startsWith('62'));
const forms = (code: string) => [
  `+${code}81234567890`,
  `+${code} 812-3456-7890`,
  `00${code}81234567890`,
  `(+${code}) 812 3456 7890`,
  `https://wa.me/${code}81234567890`,
];

test(`${elsewhere.length} calling codes in ${forms('1').length} forms give no number to send to`, () => {
  let accepted = 0;
  for (const code of elsewhere) {
    for (const form of forms(code)) {
      const meant = said(form, 'value/mobileNumber');
      if (/^\+/.test(meant) && !/^\+628\d{8,11}$/.test(meant)) accepted += 1;
    }
  }
  expect(accepted).toBe(0);
});

test.each([
  ['a landline', '021 5550123'],
  ['a landline in full', '+62 21 5550123'],
  ['a premium number', '0809 1 234567'],
  ['a toll-free number', '0800 1 234567'],
  ['a short code', '1500567'],
  ['Care Center itself', '165'],
  ['too few digits', '0812345'],
  ['too many digits', '0812345678901234'],
])('%s is no number to send to', (_, text) => {
  expect(said(text, 'value/mobileNumber')).not.toMatch(/^\+/);
});
