// Reads a date of birth in the ways people write one: day before month, always; a real day, or the reason why not.
import type { Unclear } from '../events.ts';
import { isNumberWord, readNumberWords } from './number-words.ts';
import { fold, isWithinOneEdit } from './spelling.ts';

export interface FoundDate {
  birthDate: string;
  start: number;
  end: number;
  /** written with a separator, a month name, four digits of year, or behind the word "born" */
  certain: boolean;
}

type Named = 'day' | 'month' | 'year';

interface Part {
  kind: 'number' | 'month' | 'born' | 'filler' | 'secret' | 'word';
  text: string;
  value: number;
  start: number;
  end: number;
  /** said in words */
  spoken: boolean;
}

const MONTHS = [
  ['januari', 'january'],
  ['februari', 'pebruari', 'february'],
  ['maret', 'march', 'mac'],
  ['april'],
  ['mei', 'may'],
  ['juni', 'june'],
  ['juli', 'july', 'julai'],
  ['agustus', 'august', 'ogos'],
  ['september'],
  ['oktober', 'october'],
  ['november', 'nopember'],
  ['desember', 'december', 'disember'],
] as const;
const SHORT_MONTHS: Readonly<Record<string, number>> = {
  agt: 8,
  ags: 8,
  agst: 8,
  agts: 8,
  augst: 8,
  mrt: 3,
  sptmbr: 9,
  jly: 7,
  juny: 6,
};
const ROMAN = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii'];
/** Words that say which part of a date follows. */
const NAMED: Readonly<Record<string, Named>> = {
  tanggal: 'day',
  tgl: 'day',
  tg: 'day',
  tnggl: 'day',
  day: 'day',
  bulan: 'month',
  bln: 'month',
  bl: 'month',
  sasi: 'month',
  month: 'month',
  tahun: 'year',
  thn: 'year',
  th: 'year',
  taun: 'year',
  year: 'year',
};
const FILLERS = new Set([...Object.keys(NAMED), 'st', 'nd', 'rd', 'of', 'the']);
const BORN = new Set(['lahir', 'lhr', 'kelahiran', 'ttl', 'born', 'birth', 'birthdate', 'birthday', 'dob', 'ktp']);
const SECRETS = new Set(['pin', 'kode', 'otp', 'code']);
const LINK = /^[ .,\-/'_:|]{0,24}$/;
const OLDEST_YEAR = 1900;
const MOST_PARTS = 1000;

/** The one date in a message, the reason why it cannot be taken, or null when none was meant. */
export function readBirthDate(text: string, today: string): FoundDate | Unclear | null {
  const parts = readParts(text);
  const readings = [...spelledOut(parts, text), ...compact(parts, text)].map((reading) => ({
    ...reading,
    result: judge(reading, today),
  }));
  const dates = readings.filter((reading) => typeof reading.result === 'string');
  const labelled = dates.filter((reading) => reading.labelled);
  const pool = labelled.length > 0 ? labelled : dates;
  const [first] = pool;
  if (first !== undefined && typeof first.result === 'string') {
    if (pool.some((other) => other.result !== first.result)) return { reason: 'dateIncomplete' };
    return { birthDate: first.result, start: first.start, end: first.end, certain: first.certain || first.labelled };
  }
  const refused = readings.find((reading) => reading.labelled) ?? readings[0];
  if (refused !== undefined && typeof refused.result !== 'string') return refused.result;
  return isPartOfDate(parts, text) ? { reason: 'dateIncomplete' } : null;
}

function readParts(text: string): Part[] {
  const parts: Part[] = [];
  for (const token of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (parts.length >= MOST_PARTS) break;
    const mended = /^(?=.*\d)[0-9oOlI]+$/.test(token[0])
      ? token[0].replace(/[oO]/g, '0').replace(/[lI]/g, '1')
      : token[0];
    for (const piece of mended.matchAll(/\d+|\p{L}+/gu)) {
      const start = token.index + piece.index;
      parts.push({ ...partOf(piece[0]), text: piece[0], start, end: start + piece[0].length, spoken: false });
    }
  }
  return joinNumberWords(withMonthsBetween(parts, text));
}

// "5/VI/1985", as old papers have it; "5 mey 1985": between two numbers a slip in a short name is one
function withMonthsBetween(parts: readonly Part[], text: string): Part[] {
  return parts.map((part, at) => {
    const [day, year] = [parts[at - 1], parts[at + 1]];
    if (part.kind !== 'word' || day?.kind !== 'number' || year?.kind !== 'number') return part;
    const month = monthBetween(part.text.toLowerCase());
    const isBetween = isLinked(day, part, text) && isLinked(part, year, text);
    return month === null || !isBetween ? part : { ...part, kind: 'month', value: month };
  });
}

function monthBetween(word: string): number | null {
  const roman = ROMAN.indexOf(word);
  if (roman >= 0) return roman + 1;
  if (word.length < 3 || isNumberWord(word)) return null;
  const near = MONTHS.flatMap((names, at) =>
    names.some((name) => isWithinOneEdit(name, word) || isWithinOneEdit(name.slice(0, 3), word)) ? [at + 1] : [],
  );
  return near.length === 1 ? (near[0] ?? null) : null;
}

function joinNumberWords(parts: readonly Part[]): Part[] {
  const words = parts.map((part) => (part.kind === 'word' ? part.text.toLowerCase() : ''));
  const joined: Part[] = [];
  for (let at = 0; at < parts.length; ) {
    const part = parts[at] as Part;
    const spoken = words[at] === '' ? null : readNumberWords(words, at);
    const last = spoken && parts[at + spoken.length - 1];
    if (spoken && last)
      joined.push({
        ...part,
        kind: 'number',
        text: String(spoken.value),
        value: spoken.value,
        end: last.end,
        spoken: true,
      });
    else joined.push(part);
    at += spoken?.length ?? 1;
  }
  return joinSpokenYears(joined);
}

// "juni delapan lima", "sembilan belas tujuh delapan": a year told in pieces
function joinSpokenYears(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (let at = 0; at < parts.length; ) {
    const part = parts[at] as Part;
    const ends = parts.findIndex((other, index) => index >= at && !other.spoken);
    const run = parts.slice(at, ends === -1 ? undefined : ends);
    const isYear = isBeforeYear(joined);
    const last = run.at(-1);
    const text = run.map((piece) => piece.text).join('');
    if (isYear && last !== undefined && run.length > 1 && (text.length === 2 || text.length === 4)) {
      joined.push({ ...part, text, value: Number(text), end: last.end });
      at += run.length;
    } else {
      joined.push(part);
      at += 1;
    }
  }
  return joined;
}

function isBeforeYear(before: readonly Part[]): boolean {
  const [day, month] = before.slice(-2);
  if (month?.kind === 'month' || /^(?:tahun|taun|thn|th)$/i.test(month?.text ?? '')) return true;
  // day and month before it, or "april twenty one"
  return month?.spoken === true && (day?.spoken === true || day?.kind === 'month');
}

function partOf(piece: string): { kind: Part['kind']; value: number } {
  if (/^\d/.test(piece)) return { kind: 'number', value: piece.length > 9 ? Number.NaN : Number(piece) };
  const word = fold(piece);
  const month = monthOf(word);
  if (month !== null) return { kind: 'month', value: month };
  if (FILLERS.has(word)) return { kind: 'filler', value: 0 };
  if (BORN.has(word) || /^lahir(?:nya)?$/.test(word)) return { kind: 'born', value: 0 };
  return { kind: SECRETS.has(word) ? 'secret' : 'word', value: 0 };
}

function monthOf(word: string): number | null {
  const short = SHORT_MONTHS[word];
  if (short !== undefined) return short;
  if (word.length < 3) return null;
  let near: number | null = null;
  for (const [at, names] of MONTHS.entries()) {
    for (const name of names) {
      if (name.startsWith(word)) return at + 1;
      if (word.length >= 5 && name.length >= 5 && word[0] === name[0] && isWithinOneEdit(word, name)) near ??= at + 1;
    }
  }
  return near ?? shortenedMonth(word);
}

// "aprl", "oktbr", "dsmbr": letters left out, none added
function shortenedMonth(word: string): number | null {
  if (isNumberWord(word)) return null;
  const isWithin = (name: string) => {
    let at = 0;
    for (const letter of name) if (letter === word[at]) at++;
    return at === word.length && name[0] === word[0];
  };
  const fitting = MONTHS.flatMap((names, at) => (names.some(isWithin) ? [at + 1] : []));
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

interface Reading {
  day: string;
  month: string | number;
  year: string;
  start: number;
  end: number;
  certain: boolean;
  labelled: boolean;
}

function spelledOut(parts: readonly Part[], text: string): Reading[] {
  const readings: Reading[] = [];
  const body = parts.filter((part) => part.kind !== 'filler');
  const blanked = withoutFillers(parts, text);
  for (let at = 0; at + 2 < body.length; at++) {
    const [a, b, c] = [body[at], body[at + 1], body[at + 2]];
    if (!a || !b || !c || !isLinked(a, b, blanked) || !isLinked(b, c, blanked)) continue;
    const isLoose = /\d \d/.test(text.slice(a.start, c.end));
    if (isChained(body[at - 1], a, text, isLoose) || isChained(c, body[at + 3], text, isLoose)) continue;
    const reading = orderByName(a, b, c, parts) ?? order(a, b, c);
    if (reading === null) continue;
    const labelled = body[at - 1]?.kind === 'born' || body[at - 2]?.kind === 'born';
    const certain =
      [a, b, c].some((part) => part.kind === 'month') ||
      (reading.year.length === 4 && text.slice(a.end, b.start) !== '');
    readings.push({ ...reading, start: a.start, end: c.end, certain, labelled });
    at += 2;
  }
  return readings;
}

// "thn 85 bln 8 tgl 17": two parts that are named say what the third is
function orderByName(
  a: Part,
  b: Part,
  c: Part,
  parts: readonly Part[],
): { day: string; month: string | number; year: string } | null {
  const named = [a, b, c].map((part) => [NAMED[fold(parts[parts.indexOf(part) - 1]?.text ?? '')], part] as const);
  const known = new Map(named.flatMap(([name, part]) => (name === undefined ? [] : [[name, part] as const])));
  const rest = named.find(([name]) => name === undefined)?.[1];
  if (known.size < 2 || known.size + (rest === undefined ? 0 : 1) !== 3) return null;
  const of = (name: Named) => known.get(name) ?? rest;
  const [day, month, year] = [of('day'), of('month'), of('year')];
  if (day?.kind !== 'number' || year?.kind !== 'number' || month === undefined) return null;
  return { day: day.text, month: month.kind === 'month' ? month.value : month.text, year: year.text };
}

function order(a: Part, b: Part, c: Part): { day: string; month: string | number; year: string } | null {
  const kinds = `${a.kind} ${b.kind} ${c.kind}`;
  if (kinds === 'number month number') {
    const yearFirst = a.text.length === 4 && c.text.length <= 2;
    if (!yearFirst && (a.text.length > 2 || c.text.length > 4)) return null;
    return yearFirst ? { day: c.text, month: b.value, year: a.text } : { day: a.text, month: b.value, year: c.text };
  }
  if (kinds === 'month number number') {
    if (b.text.length === 4 && c.text.length <= 2) return { day: c.text, month: a.value, year: b.text };
    return b.text.length > 2 || c.text.length !== 4 ? null : { day: b.text, month: a.value, year: c.text };
  }
  if (kinds === 'number number month') {
    return a.text.length === 4 && b.text.length <= 2 ? { day: b.text, month: c.value, year: a.text } : null;
  }
  if (kinds !== 'number number number' || b.text.length > 2) return null;
  if (a.text.length === 4 && c.text.length <= 2) return { day: c.text, month: b.text, year: a.text };
  return a.text.length <= 2 && c.text.length <= 4 ? { day: a.text, month: b.text, year: c.text } : null;
}

// Only separators and words such as "bulan", blanked here, between two parts of a date.
function isLinked(left: Part, right: Part, blanked: string): boolean {
  return LINK.test(blanked.slice(left.end, right.start));
}

function withoutFillers(parts: readonly Part[], text: string): string {
  let blanked = '';
  for (const part of parts.filter(({ kind }) => kind === 'filler')) {
    blanked += text.slice(blanked.length, part.start) + ' '.repeat(part.end - part.start);
  }
  return blanked + text.slice(blanked.length);
}

// A date is not cut out of a longer row of short numbers, such as a spaced phone number.
function isChained(left: Part | undefined, right: Part | undefined, text: string, isLoose = true): boolean {
  if (left?.kind !== 'number' || right?.kind !== 'number') return false;
  const gap = text.slice(left.end, right.start);
  if (/^[-./]$/.test(gap)) return true;
  if (left.text.length >= 8 && right.text.length >= 8) return false;
  const isWholeNumber = (part: Part) => part.text.length >= 9;
  return isLoose && /^ ?$/.test(gap) && !isWholeNumber(left) && !isWholeNumber(right);
}

function compact(parts: readonly Part[], text: string): Reading[] {
  return parts.flatMap((part, at) => {
    const [before, after] = [parts[at - 1], parts[at + 1]];
    if (part.kind !== 'number' || isChained(before, part, text) || isChained(part, after, text)) return [];
    const near = parts.slice(Math.max(0, at - 3), at);
    if (near.some((other) => other.kind === 'secret')) return [];
    const labelled = near.some((other) => other.kind === 'born');
    return readCompact(part.text).map((date) => ({
      ...date,
      start: part.start,
      end: part.end,
      certain: part.text.length === 8,
      labelled,
    }));
  });
}

function readCompact(digits: string): { day: string; month: string; year: string }[] {
  if (digits.length === 6) return [{ day: digits.slice(0, 2), month: digits.slice(2, 4), year: digits.slice(4) }];
  if (digits.length === 7) {
    const short = [1, 2].map((days) => ({
      day: digits.slice(0, days),
      month: digits.slice(days, 3),
      year: digits.slice(3),
    }));
    const real = short.filter((date) => isRealDay(Number(date.day), Number(date.month), Number(date.year)));
    return real.length === 1 ? real : [];
  }
  if (digits.length !== 8) return [];
  // Digits 5-6 are 19 or 20 in ddmmyyyy and 01-12 in yyyymmdd: never both.
  const isYearFirst = /^(?:1[6-9]|2\d)\d\d(?:0[1-9]|1[0-2])/.test(digits);
  return isYearFirst
    ? [{ day: digits.slice(6), month: digits.slice(4, 6), year: digits.slice(0, 4) }]
    : [{ day: digits.slice(0, 2), month: digits.slice(2, 4), year: digits.slice(4) }];
}

function judge(reading: Reading, today: string): string | Unclear {
  const day = Number(reading.day);
  const month = Number(reading.month);
  if (reading.year.length === 2) return judgeShortYear(day, month, Number(reading.year), today);
  if (reading.year.length !== 4) return { reason: 'dateIncomplete' };
  const year = Number(reading.year);
  if (!isRealDay(day, month, year)) return { reason: 'dateImpossible' };
  if (year < OLDEST_YEAR) return { reason: 'dateTooOld' };
  const date = iso(day, month, year);
  return date > today ? { reason: 'dateInFuture' } : date;
}

function judgeShortYear(day: number, month: number, short: number, today: string): string | Unclear {
  const earlier = 1900 + short;
  const later = 2000 + short;
  if (short > Number(today.slice(2, 4))) {
    return isRealDay(day, month, earlier) ? iso(day, month, earlier) : { reason: 'dateImpossible' };
  }
  const real = [earlier, later].filter((year) => isRealDay(day, month, year));
  const [only, second] = real;
  if (only === undefined) return { reason: 'dateImpossible' };
  return second === undefined ? iso(day, month, only) : { reason: 'dateYearUnclear', years: [earlier, later] };
}

function isPartOfDate(parts: readonly Part[], text: string): boolean {
  if (/\b(?:umur|umure|usia|age)\b/i.test(text)) return true;
  if (parts.some((part) => part.kind === 'month' && !isOrdinaryWord(part, text))) return true;
  const numbers = parts.filter((part) => part.kind === 'number');
  if (numbers.length === 0) return false;
  const rest = parts.filter((part) => part.kind === 'word');
  if (rest.length === 0) return true;
  return numbers.some((part) => /^(?:19|20)\d\d$/.test(part.text)) || numbers.length >= 2;
}

// "mar", "may", "mei" and other short names alone say little; a number must stand in the message.
function isOrdinaryWord(part: Part, text: string): boolean {
  return part.text.length <= 4 && !/\d|\b(?:bulan|bln)\b/i.test(text);
}

function isRealDay(day: number, month: number, year: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] ?? 0);
}

function iso(day: number, month: number, year: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
