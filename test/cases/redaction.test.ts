// req:G2 What a person of Care Center 165 may read: no code, no PIN, no NIK and no card number, however it was written.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '#machines/copy/redact.ts';
import { askForPerson, createWorld, id, stranger } from '../records/world.ts';
import { bare, innocent, numbers, phrases, spellings, tooMuch } from './redaction-texts.ts';

const words = ['nol', 'satu', 'dua', 'tiga', 'empat', 'lima', 'enam', 'tujuh', 'delapan', 'sembilan'];
const english = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** Every digit of a text, said or typed, in whatever script, one after the other. */
function digitsIn(text: string): string {
  const typed = text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    return String([0x30, 0x660, 0x966].map((zero) => code - zero).find((value) => value >= 0 && value < 10) ?? digit);
  });
  return typed
    .toLowerCase()
    .replace(/[a-z]+/g, (word) => {
      const value = Math.max(words.indexOf(word), english.indexOf(word));
      return value < 0 ? word : String(value);
    })
    .replace(/\D/g, '');
}

const coded = phrases.flatMap((phrase) => spellings.map((spelling) => phrase.replace('{}', spelling)));
const uncoded = bare.flatMap((phrase) => spellings.map((spelling) => phrase.replace('{}', spelling)));

describe('a code, a PIN or an identity is not left', () => {
  test(`in ${coded.length} texts that hold a code beside a word for it, or nothing else`, () => {
    const left = coded.filter((text) => digitsIn(redact(text)).length > 0);
    expect(left).toEqual([]);
  });

  test(`in ${uncoded.length} texts, while a code is on its way`, () => {
    const left = uncoded.filter((text) => digitsIn(redact(text, { codeLived: true })).length > 0);
    expect(left).toEqual([]);
  });

  test.each(numbers)('in $text', ({ text, secret }) => {
    for (const codeLived of [false, true]) {
      const left = digitsIn(redact(text, { codeLived }));
      expect(left).not.toContain(secret);
      expect(secret.length > 8 ? left.length : 4).toBeLessThanOrEqual(4);
    }
  });

  test('in any code or PIN, with anything between its digits, said or typed, at any place of a text', () => {
    const digit = fc.integer({ min: 0, max: 9 });
    const shape = fc.constantFrom(
      String,
      (value: number) => words[value] ?? '',
      (value: number) => english[value] ?? '',
      (value: number) => String.fromCodePoint(0xff10 + value),
      (value: number) => String.fromCodePoint(0x660 + value),
    );
    const gap = fc.constantFrom('', ' ', '-', '.', ', ', ' - ', '  ', '\n', ' / ', '*');
    const around = fc.constantFrom('', 'kode ', 'PIN saya: ', 'otp ', 'passwordnya ');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(digit, shape), { minLength: 4, maxLength: 8 }),
        gap,
        around,
        fc.constantFrom('', ' ya', '.', ' makasih bu'),
        (shown, blank, before, after) => {
          const body = shown.map(([value, show]) => show(value)).join(blank);
          // Words that run into each other without a blank are no longer words to anybody.
          fc.pre(blank !== '' || shown.every(([, show]) => show(1).length === 1));
          const text = `${before}${body}${after}`;
          expect(digitsIn(redact(text, { codeLived: before === '' })), text).toBe('');
        },
      ),
      { numRuns: Number(process.env.REDACTIONS ?? 2_000) },
    );
  });
});

test.each(innocent)('%j stays as it is', (text) => {
  expect(redact(text)).toBe(text);
});

test.each(tooMuch)('$text holds nothing secret and is hidden all the same', ({ text, becomes, codeLived = false }) => {
  expect(redact(text, { codeLived })).toBe(becomes);
});

test('what is written twice over is hidden once: nothing is undone by hiding it again', () => {
  for (const text of [...coded, ...uncoded, ...innocent, ...numbers.map(({ text: one }) => one)]) {
    for (const codeLived of [false, true]) {
      const first = redact(text, { codeLived });
      expect(digitsIn(redact(first, { codeLived })).length).toBeLessThanOrEqual(digitsIn(first).length);
    }
  }
});

test(`of ${coded.length + numbers.length} texts to a person none is stored with its secret`, async () => {
  const world = await createWorld();
  const { cases } = world.records;
  const sender = stranger();
  await askForPerson(world.records, sender);
  const texts = [...coded, ...numbers.map(({ text }) => text)];
  for (const text of texts)
    await cases.keepMessage({ sender, messageId: id(), text, kind: 'text', media: [], secretAsked: false });
  const kept = await world.query<{ message_id: string; text_sealed: string }>(
    'select message_id, text_sealed from case_messages',
  );
  expect(kept).toHaveLength(texts.length);
  const secrets = ['482913', ...numbers.map(({ secret }) => secret)];
  const found = kept
    .map((row) => world.seal.open(row.text_sealed, `case_messages.text_sealed:${row.message_id}`))
    .filter((text) => secrets.some((secret) => digitsIn(text).includes(secret)));
  expect(found).toEqual([]);
  const [line] = await world.query<{ case_id: string; last_line_sealed: string }>(
    'select case_id, last_line_sealed from cases',
  );
  const last = world.seal.open(line?.last_line_sealed ?? '', `cases.last_line_sealed:${line?.case_id}`);
  expect(secrets.some((secret) => digitsIn(last).includes(secret))).toBe(false);
});
