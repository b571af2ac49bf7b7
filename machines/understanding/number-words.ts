// Numbers spoken as words, as dictation writes them, in Indonesian and its neighbours, Javanese, Sundanese, Minang and
// English: "tujuh belas", "pitulas", "sewu sangang atus wolung puluh lima", "nineteen eighty five".

/** From zero to nine; the binding forms of Javanese ("wolung puluh") among them. */
const SPELLINGS: readonly string[] = [
  'nol kosong zero enol',
  'satu siji hiji ciek one',
  'dua loro duo two rong',
  'tiga telu tilu tigo three telung',
  'empat papat opat ampek ampat four patang pat',
  'lima limo lime five limang',
  'enam enem genep anam six nem nam',
  'tujuh tuju pitu tujuah seven pitung',
  'delapan lapan wolu dalapan salapanan eight wolung dlapan',
  'sembilan songo sanga salapan sambilan nine sangang smbilan semilan',
];

/** A word for one digit, as numbers are read out: "nol lapan satu dua". */
export const spokenDigits: ReadonlyMap<string, number> = new Map(
  SPELLINGS.flatMap((words, digit) => words.split(' ').map((word) => [word, digit] as const)),
);

const numbers = (list: string): ReadonlyMap<string, number> =>
  new Map(
    list.split(' ').map((entry) => {
      const [word = '', value] = entry.split('=');
      return [word, Number(value)] as const;
    }),
  );

const WHOLE = numbers(
  'sepuluh=10 sapuluh=10 sapuluah=10 ten=10 sebelas=11 sabelas=11 sewelas=11 eleven=11 rolas=12 twelve=12 ' +
    'thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 selikur=21 rolikur=22 ' +
    'selawe=25 thirty=30 forty=40 seket=50 fifty=50 sewidak=60 suwidak=60 sixty=60 seventy=70 eighty=80 ninety=90 ' +
    'first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 eleventh=11 twelfth=12 ' +
    'thirteenth=13 fourteenth=14 fifteenth=15 sixteenth=16 seventeenth=17 eighteenth=18 nineteenth=19 twentieth=20 ' +
    'thirtieth=30 seratus=100 saratus=100 satus=100 seribu=1000 sarebu=1000 sewu=1000',
);
/** What is added to a digit: "tujuh belas", "pitulas", "telulikur". */
const PLUS = numbers('belas=10 welas=10 las=10 baleh=10 likur=20');
/** What a digit is multiplied by. */
const TIMES = numbers('puluh=10 puluah=10 ratus=100 atus=100 hundred=100 ribu=1000 rebu=1000 ewu=1000 thousand=1000');
const GLUED = new RegExp(
  `^(${[...spokenDigits.keys()].join('|')})(${[...PLUS.keys(), ...TIMES.keys()].toSorted((a, b) => b.length - a.length).join('|')})$`,
);

/** Whether a word is part of a spoken number: "atus" is no August. */
export const isNumberWord = (word: string): boolean =>
  [spokenDigits, WHOLE, PLUS, TIMES].some((list) => list.has(word)) || GLUED.test(word);

/** The number that begins at `at`, and how many words it takes; null when none does. */
export function readNumberWords(words: readonly string[], at: number): { value: number; length: number } | null {
  let value = 0;
  let length = 0;
  let limit = Number.POSITIVE_INFINITY;
  for (;;) {
    const part = tensLeftOut(words, at + length, limit) ?? partAt(words, at + length);
    // parts only grow smaller: after hundreds come tens
    if (part === null || part.value >= limit) break;
    value += part.value;
    length += part.length;
    limit = part.unit;
  }
  return length === 0 ? null : { value, length };
}

interface Part {
  value: number;
  /** what follows is smaller */
  unit: number;
  /** in words */
  length: number;
}

// "seribu sembilan ratus delapan lima": two digits behind hundreds are tens and ones
function tensLeftOut(words: readonly string[], at: number, limit: number): Part | null {
  if (limit !== 100) return null;
  const tens = partAt(words, at);
  const ones = tens?.length === 1 && tens.unit === 1 ? partAt(words, at + 1) : null;
  if (tens === null || ones === null || tens.value > 9 || ones.value > 9 || ones.length !== 1) return null;
  return { value: tens.value * 10 + ones.value, unit: 1, length: 2 };
}

function partAt(words: readonly string[], at: number): Part | null {
  const word = words[at] ?? '';
  const whole = WHOLE.get(word);
  if (whole !== undefined) return { value: whole, unit: whole % 10 === 0 ? largestUnit(whole) : 1, length: 1 };
  const [, stem, ending] = GLUED.exec(word) ?? [];
  const digit = spokenDigits.get(stem ?? word);
  if (digit === undefined || digit === 0) return null;
  const unit = ending ?? words[at + 1] ?? '';
  const length = ending === undefined ? 2 : 1;
  const plus = PLUS.get(unit);
  if (plus !== undefined) return { value: plus + digit, unit: 1, length };
  const times = TIMES.get(unit);
  return times === undefined ? { value: digit, unit: 1, length: 1 } : { value: digit * times, unit: times, length };
}

const largestUnit = (value: number): number => (value >= 1000 ? 1000 : value >= 100 ? 100 : 10);
