// Numbers spoken as words, as dictation writes them: "tujuh belas", "seribu sembilan ratus tujuh puluh sembilan".

const ONES: Readonly<Record<string, number>> = {
  satu: 1,
  dua: 2,
  tiga: 3,
  empat: 4,
  lima: 5,
  enam: 6,
  tujuh: 7,
  delapan: 8,
  sembilan: 9,
};
const WHOLE: Readonly<Record<string, number>> = { sepuluh: 10, sebelas: 11, seratus: 100, seribu: 1000 };
const TIMES: Readonly<Record<string, number>> = { puluh: 10, ratus: 100, ribu: 1000 };

/** The number that begins at `at`, and how many words it takes; null when none does. */
export function readNumberWords(words: readonly string[], at: number): { value: number; length: number } | null {
  let value = 0;
  let length = 0;
  let limit = Number.POSITIVE_INFINITY;
  for (;;) {
    const part = partAt(words, at + length);
    // parts only grow smaller: after hundreds come tens
    if (part === null || part.value >= limit) break;
    value += part.value;
    length += part.length;
    limit = part.unit;
  }
  return length === 0 ? null : { value, length };
}

function partAt(words: readonly string[], at: number): { value: number; unit: number; length: number } | null {
  const word = words[at] ?? '';
  const whole = WHOLE[word];
  if (whole !== undefined) return { value: whole, unit: whole === 11 ? 1 : whole, length: 1 };
  const one = ONES[word];
  if (one === undefined) return null;
  const next = words[at + 1] ?? '';
  if (next === 'belas') return { value: 10 + one, unit: 1, length: 2 };
  const times = TIMES[next];
  return times === undefined ? { value: one, unit: 1, length: 1 } : { value: one * times, unit: times, length: 2 };
}
