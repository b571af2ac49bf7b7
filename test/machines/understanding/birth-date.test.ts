// Dates of birth in every form people write; day before month, a real day, never a guess.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { said } from './describe.ts';

const NAMES = [
  ['januari', 'jan', 'January'],
  ['februari', 'feb', 'pebruari', 'peb', 'February'],
  ['maret', 'mar', 'March'],
  ['april', 'apr'],
  ['mei', 'May'],
  ['juni', 'jun', 'June'],
  ['juli', 'jul', 'July'],
  ['agustus', 'agt', 'agu', 'ags', 'aug', 'August'],
  ['september', 'sept', 'sep'],
  ['oktober', 'okt', 'oct', 'October'],
  ['november', 'nopember', 'nov', 'nop'],
  ['desember', 'des', 'dec', 'December'],
];
const date = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2026-06-15'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const two = (value: string) => value.padStart(2, '0');

function formsOf(iso: string): string[] {
  const [year = '', month = '', day = ''] = iso.split('-');
  const [d, m] = [String(Number(day)), String(Number(month))];
  const names = NAMES[Number(month) - 1] ?? [];
  const numeric = ['-', '/', '.', ' ', ' - ', ', '].flatMap((gap) => [
    [day, month, year].join(gap),
    [d, m, year].join(gap),
    [year, month, day].join(gap),
  ]);
  const named = names.flatMap((name) => [
    `${d} ${name} ${year}`,
    `${day}-${name}-${year}`,
    `${d}${name}${year}`,
    `${name} ${d}, ${year}`,
    `${d} ${name.toUpperCase()} tahun ${year}`,
  ]);
  return [...numeric, ...named, day + month + year, year + month + day, `tgl ${d} bulan ${m} tahun ${year}`];
}

describe('the date of birth', () => {
  test('is read in every form with four digits of year', () => {
    fc.assert(
      fc.property(date, (iso) => {
        for (const form of formsOf(iso)) expect(`${form}: ${said(form, 'birthDate')}`).toBe(`${form}: ${iso}`);
      }),
    );
  });

  test('is found in a sentence', () => {
    const sentences = ['lahir %', 'tgl lahir saya % kak', 'Solo, %', 'tanggal lahir: %.', 'saya lahir % di Medan'];
    fc.assert(
      fc.property(date, fc.constantFrom(...sentences), fc.nat(), (iso, sentence, pick) => {
        const forms = formsOf(iso);
        const text = sentence.replace('%', forms[pick % forms.length] ?? '');
        expect(`${text}: ${said(text, 'birthDate')}`).toBe(`${text}: ${iso}`);
      }),
    );
  });

  test('with two digits of year is of the last century, or asked back', () => {
    fc.assert(
      fc.property(date, fc.constantFrom('-', '/', '.', ' ', ''), (iso, gap) => {
        const [year = '', month = '', day = ''] = iso.split('-');
        fc.pre(Number(month) !== 2 || Number(day) < 29);
        const short = year.slice(2);
        const understood = said([two(day), two(month), short].join(gap), 'birthDate');
        expect(understood).toBe(
          Number(short) > 26 ? `19${short}-${month}-${day}` : `unclear dateYearUnclear 19${short} 20${short}`,
        );
      }),
    );
  });

  test('eight digits are never read two ways', () => {
    fc.assert(
      fc.property(date, (iso) => {
        const [year = '', month = '', day = ''] = iso.split('-');
        expect(said(day + month + year, 'birthDate')).toBe(iso);
        expect(said(year + month + day, 'birthDate')).toBe(iso);
      }),
    );
  });

  test('is a real day, or none', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 1900, max: 2025 }),
        (day, month, year) => {
          const text = `${day}-${month}-${year}`;
          const real = new Date(Date.UTC(year, month - 1, day));
          const exists = month >= 1 && month <= 12 && real.getUTCMonth() === month - 1 && real.getUTCDate() === day;
          const iso = `${year}-${two(String(month))}-${two(String(day))}`;
          expect(`${text}: ${said(text, 'birthDate')}`).toBe(`${text}: ${exists ? iso : 'unclear dateImpossible'}`);
        },
      ),
    );
  });

  test.each([
    ['05/17/1985', 'unclear dateImpossible'],
    ['16-06-2026', 'unclear dateInFuture'],
    ['15-06-2026', '2026-06-15'],
    ['31-12-1899', 'unclear dateTooOld'],
    ['17 agustus', 'unclear dateIncomplete'],
    ['1985', 'unclear dateIncomplete'],
    ['29-02-00', '2000-02-29'],
    ['tujuh belas agustus seribu sembilan ratus tujuh puluh sembilan', '1979-08-17'],
    ['dua puluh satu mei 85', '1985-05-21'],
    ['9901014506850001', 'nik 9901014506850001'],
  ])('%s: %s', (text, meaning) => {
    expect(said(text, 'birthDate')).toBe(meaning);
  });
});
