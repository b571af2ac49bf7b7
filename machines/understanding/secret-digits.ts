// Reads a one-time code or a PIN out of what was typed or pasted; what it finds is hidden at once by the caller.
import type { Unclear } from '../events.ts';
import { type Run, readChains, readRuns } from './digits.ts';
import { has, type Word } from './words.ts';

/** The one code of `length` digits in a message, the reason why there is none, or null when none was meant. */
export function readCode(text: string, words: readonly Word[], length: number): { code: string } | Unclear | null {
  const runs = readRuns(text);
  const exact = runs.filter((run) => run.digits.length === length);
  const clean = exact.filter((run) => !run.glued || isGluedToLabel(run, words));
  const candidates = clean.length > 0 ? clean : exact;
  const unlabelled = candidates.filter((run) => !isCalledPin(run, words));
  const different = new Set(unlabelled.map((run) => run.digits));
  const [only] = different;
  if (different.size > 1) return { reason: 'codesTwo' };
  if (only !== undefined) return { code: only };
  // a PIN in the wrong place costs no try
  if (candidates.length > 0) return null;
  const joined = readChains(text).map(join);
  const spaced = new Set(joined.filter((digits) => digits.length === length));
  if (spaced.size > 1) return { reason: 'codesTwo' };
  const [code] = spaced;
  if (code !== undefined) return { code };
  const total = joined.toSorted((a, b) => b.length - a.length)[0];
  if (total === undefined) return null;
  return isMostlyDigits(text) || total.length >= length - 2 ? { reason: 'codeLength', digits: total.length } : null;
}

/** Exactly `length` digits, blanks and dashes aside; letters are the password. */
export function readPin(text: string, words: readonly Word[], length: number): { pin: string } | Unclear | null {
  if (has(words, 'password')) return { reason: 'pinIsPassword' };
  if (/^(?=.*\d)(?=.*\p{L}{2})\S*[@#$%&*!^]\S*$/u.test(text)) return { reason: 'pinIsPassword' };
  const chains = readChains(text);
  const mixed = words.some(
    (word) =>
      /\p{L}/u.test(word.text) && /\d/.test(word.text) && !isLabelWithDigits(word.text) && !isOnlyDigitLike(word.text),
  );
  const whole = chains.filter((chain) => !chain.some((run) => run.glued)).map(join);
  const fitting = new Set(whole.filter((digits) => digits.length === length));
  const [pin] = fitting;
  if (fitting.size === 1 && pin !== undefined && !(mixed && words.length === 1)) return { pin };
  const glued = chains.flat().find((run) => run.glued && isGluedToLabel(run, words) && run.digits.length === length);
  if (glued !== undefined && fitting.size === 0) return { pin: glued.digits };
  if (mixed || /^\d{8,12}$/.test(text)) return { reason: 'pinIsPassword' };
  const isUnknownWord = words.some((word) => word.concept === null && /^\p{L}{3,}$/u.test(word.text));
  if (isUnknownWord && words.length <= 3 && /\d/.test(text)) return { reason: 'pinIsPassword' };
  const count = chains.map(join).join('').length;
  if (count > 0) return isMostlyDigits(text) || count >= length - 2 ? { reason: 'pinLength', digits: count } : null;
  return null;
}

/** One word that is none of ours: what people type when they take the PIN for the password. */
export function looksLikePassword(text: string, words: readonly Word[]): boolean {
  return /^\S{4,64}$/.test(text) && /\p{L}/u.test(text) && words.every((word) => word.concept === null);
}

function join(chain: readonly Run[]): string {
  return chain.map((run) => run.digits).join('');
}

function wordsBefore(run: Run, words: readonly Word[]): Word[] {
  return words.filter((word) => word.end <= run.start).slice(-2);
}

function isCalledPin(run: Run, words: readonly Word[]): boolean {
  const after = words.filter((word) => word.start >= run.end).slice(0, 2);
  const before = wordsBefore(run, words);
  return !has(before, 'code') && has([...before, ...after], 'pin');
}

// `kodenya123456`, `PIN135790`: letters that only name what follows.
function isGluedToLabel(run: Run, words: readonly Word[]): boolean {
  const word = words.find((other) => other.start < run.start && other.end >= run.end);
  return word !== undefined && isLabelWithDigits(word.text);
}

function isLabelWithDigits(word: string): boolean {
  return /^(?:kode|kodenya|otp|code|verifikasi|pin|pinnya|nomor|no|g)\d+$/i.test(word);
}

function isOnlyDigitLike(text: string): boolean {
  return /^[0-9oOlI .-]+$/.test(text);
}

function isMostlyDigits(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  const letters = text.replace(/[^\p{L}]/gu, '').length;
  return digits >= letters;
}
