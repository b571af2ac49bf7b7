// A shared contact: the numbers on it, and nothing else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numbersOnCard } from '../../../machines/understanding/contact-card.ts';
import { asked, describe, understanding } from './describe.ts';

const card = (...lines: string[]) => ['BEGIN:VCARD', 'VERSION:3.0', 'FN:Siti', ...lines, 'END:VCARD', ''].join('\r\n');
const meaning = (text: string) =>
  describe(understanding.understand(numbersOnCard(text), asked('value/mobileNumber')).event);

test.each([
  ['TEL:081200000044'],
  ['TEL;TYPE=CELL:+62 812-0000-0044'],
  ['item1.TEL;waid=6281200000044:+62 812-0000-0044'],
  ['TEL;VALUE=uri:tel:+6281200000044'],
  ['TEL;type=CELL;type=VOICE;', ' waid=6281200000044:0812 0000 0044'],
  ['tel;cell:(0812) 0000 0044'],
  ['TEL;waid=6281200000044:nomor Siti'],
])('%s is that number', (...lines) => {
  expect(meaning(card(...lines))).toBe('+6281200000044');
});

test('a card with two numbers is asked about, one number twice is one', () => {
  expect(meaning(card('TEL:081200000044', 'TEL:081200000055'))).toBe('unclear mobilesTwo');
  expect(meaning(card('TEL:+6281200000044', 'TEL;waid=6281200000044:0812'))).toBe('+6281200000044');
});

test.each([[card()], [card('NOTE:081200000044')], ['TEL:081200000044'], ['']])('%j has no number', (text) => {
  expect(numbersOnCard(text)).toBe('');
});

test('whatever a card holds, at most ten lines of digits come out', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 60 }), { maxLength: 30 }), (lines) => {
      const found = numbersOnCard(card(...lines.map((line) => `TEL:${line}`))).split('\n');
      expect(found.length).toBeLessThanOrEqual(10);
      for (const number of found) expect(number).toMatch(/^[\d+]*$/);
    }),
  );
});
