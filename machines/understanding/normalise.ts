// Brings any text into one plain form before it is understood: same letters, ASCII digits, single blanks.

// Format and variation marks, the box of keycap emoji, Hangul fillers.
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}|\u{20E3}|\u{115F}|\u{1160}|\u{3164}/gu;
const CONTROL = /[^\P{Cc}\n]/gu;
const LONGEST = 10_000;
const PLAIN = /^[\x20-\x7e\n]*$/;

/**
 * NFKC, without zero-width, bidi and variation marks, digits of every script as ASCII, one kind of dash and quote,
 * single blanks. Line breaks stay, as a single `\n`: they part answers.
 */
export function normalise(text: string): string {
  const raw = text.slice(0, LONGEST).replace(/\r\n?|[\u2028\u2029\v\f]/g, '\n');
  return (PLAIN.test(raw) ? raw.replaceAll('`', "'") : plain(raw))
    .replace(/ {2,}/g, ' ')
    .replace(/ ?\n[\n ]*/g, '\n')
    .trim();
}

function plain(raw: string): string {
  return compatible(raw.toWellFormed().replace(INVISIBLE, ''))
    .replace(INVISIBLE, '')
    .replace(/(?![0-9])\p{Nd}/gu, asciiDigit)
    .replace(/[\u2010-\u2015\u2212\u2043\u02D7]/g, '-')
    .replace(/[\u2018\u2019\u201B\u02BC\u00B4`]/g, "'")
    .replace(/[\u201C-\u201F\u00AB\u00BB]/g, '"')
    .replace(CONTROL, ' ')
    .replace(/[^\S\n ]/g, ' ');
}

// In pieces, because one character may become eighteen.
function compatible(text: string): string {
  let result = '';
  for (const [piece] of text.matchAll(/[\s\S]{1,500}/gu)) {
    result += piece.normalize('NFKC');
    if (result.length >= LONGEST) break;
  }
  return result.slice(0, LONGEST).toWellFormed();
}

// Unicode keeps every set of decimal digits in ten neighbouring places that begin at ...0 or at ...6.
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  const place = point & 0xf;
  const startsAtZero = /\p{Nd}/u.test(String.fromCodePoint(point - place));
  return String(startsAtZero ? place : place - 6);
}
