// Finds the digits in a message: single runs, and runs that belong together as one number.
import { spokenDigits } from './number-words.ts';

export interface Run {
  digits: string;
  start: number;
  end: number;
  /** a `+` stands before it */
  plus: boolean;
  /** letters touch it, as in `kodenya123456` or `AB12` */
  glued: boolean;
}

export type Shape = 'nik' | 'virtualAccount' | 'cardNumber' | 'phone' | 'date' | 'other';

export interface Group {
  digits: string;
  start: number;
  end: number;
  plus: boolean;
  shape: Shape;
}

const TOKEN = /[\p{L}\p{N}]+/gu;
const DIGIT_LIKE = /^(?=.*[0-9])[0-9oOlI]+$/;
const FEWEST_SPOKEN = 4;
const LINK = /^[ .\-()_]{1,4}$/;
const LONGEST_CHAIN = 24;
const MOST_RUNS = 160;

/** Every run of digits; `O` and `l` beside digits are 0 and 1, digits spoken one by one count too. */
export function readRuns(text: string): Run[] {
  const runs: (Run & { spoken: boolean; weak: boolean })[] = [];
  for (const match of text.matchAll(TOKEN)) {
    if (runs.length >= MOST_RUNS) break;
    const [token] = match;
    const plus = text[match.index - 1] === '+';
    const whole = { start: match.index, end: match.index + token.length, plus, glued: false };
    const spoken = spokenDigits.get(token.toLowerCase());
    if (spoken !== undefined) runs.push({ ...whole, digits: String(spoken), spoken: true, weak: false });
    else if (DIGIT_LIKE.test(token)) runs.push({ ...whole, digits: mend(token), spoken: false, weak: false });
    else if (/^[oO]{2,5}$/.test(token)) runs.push({ ...whole, digits: mend(token), spoken: false, weak: true });
    else
      for (const part of token.matchAll(/\d+/g)) {
        const start = match.index + part.index;
        const end = start + part[0].length;
        runs.push({
          digits: part[0],
          start,
          end,
          plus: plus && part.index === 0,
          glued: true,
          spoken: false,
          weak: false,
        });
      }
  }
  const kept = runs.filter((run, at) => {
    if (run.spoken) return spokenLength(runs, at) >= FEWEST_SPOKEN;
    return !run.weak || [runs[at - 1], runs[at + 1]].some((next) => next && !next.weak && isLinked(text, run, next));
  });
  return joinSpoken(text, kept);
}

function mend(token: string): string {
  return token.replace(/[oO]/g, '0').replace(/[lI]/g, '1');
}

function spokenLength(runs: readonly { spoken: boolean }[], at: number): number {
  let first = at;
  let last = at;
  while (runs[first - 1]?.spoken) first--;
  while (runs[last + 1]?.spoken) last++;
  return last - first + 1;
}

function joinSpoken(text: string, runs: readonly (Run & { spoken: boolean })[]): Run[] {
  const joined: (Run & { spoken: boolean })[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (last?.spoken && run.spoken && /^[ ,]{1,2}$/.test(text.slice(last.end, run.start))) {
      last.digits += run.digits;
      last.end = run.end;
    } else joined.push({ ...run });
  }
  return joined.map(({ digits, start, end, plus, glued }) => ({ digits, start, end, plus, glued }));
}

function isLinked(text: string, one: Run, other: Run): boolean {
  const [left, right] = one.start < other.start ? [one, other] : [other, one];
  return !right.plus && LINK.test(text.slice(left.end, right.start));
}

/** Runs with nothing between them but blanks, dots, dashes and brackets. */
export function readChains(text: string): Run[][] {
  const chains: Run[][] = [];
  for (const run of readRuns(text)) {
    const chain = chains.at(-1);
    const last = chain?.at(-1);
    const goesOn = last && chain && chain.length < LONGEST_CHAIN && isLinked(text, last, run);
    if (goesOn) chain.push(run);
    else chains.push([run]);
  }
  return chains;
}

/**
 * Cuts every chain into numbers: as few digits as possible stay without a shape, then as few numbers as possible.
 * So `9901 0145 0685 0001 17-08-1985` is a NIK and a date.
 */
export function readGroups(text: string): Group[] {
  const groups = readChains(text).flatMap((chain) => cut(text, chain));
  if (groups.some((group) => group.shape !== 'other')) return groups;
  // Numbers written with slashes, commas or over several lines.
  const pressed = text.replace(/(?<=\d)[ ]?[/,\n][ ]?(?=\d)/g, (gap) => '-'.repeat(gap.length));
  if (pressed === text) return groups;
  const again = readChains(pressed).flatMap((chain) => cut(pressed, chain));
  return again.some((group) => group.shape !== 'other') ? again : groups;
}

interface Cut {
  lost: number;
  pieces: number;
  groups: Group[];
}

function cut(text: string, chain: readonly Run[]): Group[] {
  const best: Cut[] = [{ lost: 0, pieces: 0, groups: [] }];
  for (let end = 1; end <= chain.length; end++) {
    let winner: Cut | null = null;
    for (let start = end - 1; start >= 0; start--) {
      const before = best[start];
      const part = chain.slice(start, end);
      const group = groupOf(text, part);
      if (group.digits.length > 20 && part.length > 1) break;
      if (before === undefined) continue;
      const lost = before.lost + (group.shape === 'other' ? group.digits.length : 0);
      const candidate = { lost, pieces: before.pieces + 1, groups: [...before.groups, group] };
      if (winner === null || lost < winner.lost || (lost === winner.lost && candidate.pieces < winner.pieces)) {
        winner = candidate;
      }
    }
    if (winner !== null) best[end] = winner;
  }
  return best[chain.length]?.groups ?? [];
}

function groupOf(text: string, part: readonly Run[]): Group {
  const digits = part.map((run) => run.digits).join('');
  const start = part[0]?.start ?? 0;
  const end = part.at(-1)?.end ?? 0;
  const plus = part[0]?.plus ?? false;
  return { digits, start, end, plus, shape: shapeOf(digits, plus, part, text.slice(start, end)) };
}

function shapeOf(digits: string, plus: boolean, part: readonly Run[], text: string): Shape {
  if (plus) return digits.length >= 8 && digits.length <= 15 ? 'phone' : 'other';
  // "2 081200000011": a whole phone number is not a part of another number
  const isPhoneInside =
    part.length > 1 &&
    part.some((run) => digits.length - run.digits.length <= 3 && /^0?8[1-35-9]\d{8,10}$/.test(run.digits));
  if (digits.length === 16) {
    if (/^8[89]888/.test(digits)) return 'virtualAccount';
    return part.length === 1 || (/^[1-9]/.test(digits) && !isPhoneInside) ? 'nik' : 'other';
  }
  if (/^(?:0062|62|)0?8[1-35-9]\d{7,10}$/.test(digits) && !/^8[1-35-9]\d{11}$/.test(digits)) return 'phone';
  if (digits.length === 13) return isPhoneInside ? 'other' : 'cardNumber';
  if (looksLikeDate(part, text)) return 'date';
  return 'other';
}

// Shape only: whether such a day exists is for `birth-date.ts` to say.
function looksLikeDate(part: readonly Run[], text: string): boolean {
  const [a, b, c] = part.map((run) => run.digits);
  if (a === undefined) return false;
  if (b === undefined) return /^(?:[0-3]\d[01]\d(?:19|20)\d\d|(?:19|20)\d\d[01]\d[0-3]\d)$/.test(a);
  if (c === undefined || part.length > 3) return false;
  if (/[()]/.test(text)) return false;
  const isDay = /^[0-3]?\d$/;
  const isMonth = /^[01]?\d$/;
  const isYear = /^(?:19|20)\d\d$/;
  if (isYear.test(a)) return isMonth.test(b) && isDay.test(c);
  return isDay.test(a) && isMonth.test(b) && (isYear.test(c) || /^\d\d$/.test(c));
}
