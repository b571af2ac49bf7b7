// req:D4 What is left at the gateway holds no code, PIN, identity or value, in whatever form somebody speaks or types it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holdsNoSecret } from '#machines/understanding/no-secret.ts';
import { spokenDigits } from '#machines/understanding/number-words.ts';
import { CORPUS } from './corpus.ts';
import { UNSEEN } from './corpus-unseen.ts';

const runs = { numRuns: 3_000 };

/** How numbers from zero on are said here and there; none of these lists is known to the product but the first. */
const languages: readonly (readonly string[])[] = [
  'nol satu dua tiga empat lima enam tujuh delapan sembilan',
  'kosong atu dwa telu mpat limo anem pitu lapan songo',
  // clipped, as one counts aloud
  'luh tu wa ga pat ma nam juh pan lan',
  'zero one two three four five six seven eight nine',
  // as English is dictated, and as it is written by ear
  'oh won to tree for five sex seven ate nine',
  'siro wan tu tri for faif siks seven eit nain',
  'nul een twee drie vier vijf zes zeven acht negen',
  // Balinese, Batak, Bugis, Madurese, Minang, Acehnese, Sundanese, polite Javanese, Sanskrit, Hokkien, Arabic
  'nol besik dua telu papat lima nem pitu kutus sia',
  'nol sada dua tolu opat lima onom pitu ualu sia',
  'lobbang seddi dua tellu eppa lima ennen pitu arua asera',
  'nol settong dhuwa tello empa lema ennem petto ballu sanga',
  'nol ciek duo tigo ampek limo anam tujuah salapan sambilan',
  'nol sa dua lhee peuet limong nam tujoh lapan sikureueng',
  'nol hiji dua tilu opat lima genep tujuh dalapan salapan',
  'nol setunggal kalih tigo sekawan gangsal enem pitu wolu songo',
  'sunya eka dwi tri catur panca sad sapta asta nawa',
  'kong cit no sa si go lak cit pek kau',
  'sifr wahid itsnan tsalatsah arbaah khamsah sittah sabah tsamaniyah tisah',
].map((words) => words.split(' '));

const saidAs = [...spokenDigits].map(([word, digit]) => ({ word, digit }));
const digitWord = (digit: number) =>
  fc.constantFrom(
    ...languages.map((words) => words[digit] ?? ''),
    ...saidAs.filter((one) => one.digit === digit).map((one) => one.word),
  );
const digits = (least: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most });
/** A code, a PIN, a card number, a NIK, a phone number. */
const spoken = digits(4, 16).chain((number) => fc.tuple(...number.map(digitWord)));

/** Words that people put around it, each of them harmless. */
const fillers =
  'saya ini kode pin nik nya itu email nomor hp baru lama sudah belum apa ya tolong kartu lahir cepat no'.split(' ');
const around = fc.array(fc.constantFrom(...fillers), { maxLength: 6 });
const between = fc.constantFrom(' ', ', ', ' - ', '. ', '\n', '... ');
const letterCase = fc.constantFrom(
  (text: string) => text,
  (text: string) => text.toUpperCase(),
  (text: string) => text.replace(/^\p{L}/u, (first) => first.toUpperCase()),
);

/** One slip of the finger or of whoever listens. */
const slip = (word: string) =>
  fc
    .tuple(
      fc.nat({ max: Math.max(0, word.length - 1) }),
      fc.constantFrom('drop', 'double', 'swap', 'a', 'e', 'i', 'o', 'u'),
    )
    .map(([at, how]) => {
      const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
      if (how === 'drop') return before + after || word;
      if (how === 'double') return before + letter + letter + after;
      if (how === 'swap') return before + after.charAt(0) + letter + after.slice(1);
      return before + how + after;
    });

describe('a number that is spoken', () => {
  test('in any of twenty ways, and in all of them at once, with words around it', () => {
    const texts = fc.tuple(spoken, around, around, between, letterCase);
    fc.assert(
      fc.property(texts, ([number, before, after, gap, cased]) => {
        const text = cased([...before, ...number, ...after].join(gap));
        expect(holdsNoSecret(text), text).toBe(false);
      }),
      runs,
    );
  });

  test.each(languages.map((words) => [words.slice(1, 4).join(' '), words] as const))(
    'in one language alone: %s …',
    (_, words) => {
      fc.assert(
        fc.property(digits(4, 16), around, between, (number, before, gap) => {
          const text = [...before, ...number.map((digit) => words[digit])].join(gap);
          expect(holdsNoSecret(text), text).toBe(false);
        }),
      );
    },
  );

  test('with a slip in every word but two', () => {
    const texts = spoken.chain((number) =>
      fc.tuple(fc.tuple(...number.map((word, at) => (at < 2 ? fc.constant(word) : slip(word)))), around),
    );
    fc.assert(
      fc.property(texts, ([number, before]) => {
        const text = [...before, ...number].join(' ');
        expect(holdsNoSecret(text), text).toBe(false);
      }),
      runs,
    );
  });

  test('in one word', () => {
    fc.assert(
      fc.property(spoken, (number) => {
        expect(holdsNoSecret(number.join('')), number.join('')).toBe(false);
      }),
      runs,
    );
  });

  test('as letters, clipped, or as English sounds', () => {
    for (const text of [
      'OOOOOO',
      'o o o o o o',
      'l l l l',
      'OlOlOl',
      'O, l, O, l',
      'IIII',
      'oh oh oh oh',
      'tu wa ga tu',
      'to for to for',
    ]) {
      expect(holdsNoSecret(text), text).toBe(false);
    }
  });
});

test('a digit of any script, plain, boxed or small, among any words', () => {
  const digit = fc.constantFrom(...'0123456789٤४４᠓𝟗𝟢①⓵②½²₃Ⅷ㊈🄁', '1️⃣', '0️⃣');
  fc.assert(
    fc.property(around, digit, around, fc.boolean(), (before, one, after, isGlued) => {
      const text = [...before, ...after].join(' ');
      expect(holdsNoSecret(isGlued ? text + one : [...before, one, ...after].join(' '))).toBe(false);
    }),
    runs,
  );
});

test('a birth date in words', () => {
  const months =
    'januari februari maret april mei juni juli agustus september oktober november desember january march may june july august october december jan feb mar apr jun jul agu agt sep okt nov des'.split(
      ' ',
    );
  const teens = [
    'sepuluh',
    'sebelas',
    'dua belas',
    'selikur',
    'sewelas',
    'seventeen',
    'twenty first',
    'tanggal satu',
    'sa puluh',
  ];
  const years = [
    'delapan lima',
    'sembilan belas delapan puluh',
    'seribu sembilan ratus enam puluh',
    'eighty five',
    'sewu sangang atus',
    'dua ribu',
  ];
  fc.assert(
    fc.property(
      around,
      fc.constantFrom(...teens),
      fc.constantFrom(...months),
      fc.constantFrom(...years),
      (before, day, month, year) => {
        expect(holdsNoSecret([...before, day, month, year].join(' '))).toBe(false);
        expect(holdsNoSecret([...before, day, month].join(' '))).toBe(false);
        expect(holdsNoSecret([...before, month, year].join(' '))).toBe(false);
      },
    ),
    runs,
  );
});

test('an e-mail address, typed or spoken', () => {
  const name = fc.constantFrom('siti', 'budi.baru', 'ibu', 'admin', 'saya', 'email', 'hp');
  const at = fc.constantFrom(
    '@',
    ' @ ',
    ' at ',
    ' et ',
    ' keong ',
    ' a keong ',
    ' ampersan ',
    ' kurung a ',
    '(at)',
    ' ad ',
  );
  const host = fc.constantFrom('gmail', 'yahoo', 'ymail', 'outlook', 'example');
  const dot = fc.constantFrom('.com', ' titik com', ' dot com', ' titik co titik id', '.co.id', ' point com');
  fc.assert(
    fc.property(around, name, at, host, dot, (before, ...address) => {
      const text = `${before.join(' ')} ${address.join('')}`;
      expect(holdsNoSecret(text), text).toBe(false);
    }),
    runs,
  );
});

const rows = [CORPUS, UNSEEN].flatMap((corpus) => Object.values(corpus)).flat();
/** What the statechart took, or saw and could not take. */
const isValue =
  /^(nik|cardNumber|code|pin)\b(?! )|^(nik|cardNumber|code|pin) \d|^\d{4}-|^\+62|@|^unclear (number|date|code|pin(?!IsPassword)|mobile|email(?!None|NoName))/;

test('whatever of the corpus was understood as an identity, a code, a PIN or a value', () => {
  const values = rows.filter(([, meaning]) => isValue.test(meaning));
  expect(values.length).toBeGreaterThan(400);
  expect(values.filter(([text]) => holdsNoSecret(text))).toEqual([]);
});

test.each([
  'apa ya',
  'Batal',
  'MENU',
  'halo',
  'makasih',
  'saya mau bicara dengan petugas',
  'belum masuk',
  '',
  ' ',
  '?',
])('“%s” holds none', (text) => {
  expect(holdsNoSecret(text)).toBe(true);
});

test.each(['rahasia', 'qwerty', 'Siti Aminah', 'kucing garong', 'kata sandi saya bunga', 'salapan'])(
  '“%s” may hold one: it is not known',
  (text) => {
    expect(holdsNoSecret(text)).toBe(false);
  },
);

test('a text that is very long is not searched', () => {
  expect(holdsNoSecret('halo '.repeat(200))).toBe(false);
});
