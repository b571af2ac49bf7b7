// Tells yes from no; whoever is in doubt is asked again.
import { type Concept, conceptOf } from './lexicon.ts';
import { consistsOf, has, type Word } from './words.ts';

const LIGHT: readonly Concept[] = ['light', 'address', 'this', 'me', 'thanks', 'greeting', 'want'];
const NOUNS: readonly Concept[] = [
  'number',
  'email',
  'phone',
  'data',
  'code',
  'send',
  'new',
  'sms',
  'to',
  'typing',
  'me',
];
const REFUSING: readonly Concept[] = ['not', 'isNot', 'notYet', 'wrong', 'dont', 'nope'];
const LONGEST = 12;
// thumb up, OK hand, OK sign, ticks; thumb down, crosses, crossed arms
const UP = /[\u{1F44D}\u{1F44C}\u{1F197}\u2705\u2611\u2714]/u;
const DOWN = /[\u{1F44E}\u274C\u2716\u{1F645}]/u;

/** `isReadBack`: a value was read back and asked about, so "sudah" and "kirim" agree, "ganti" does not. */
export function readYesNo(text: string, words: readonly Word[], isReadBack: boolean): 'yes' | 'no' | null {
  const thumb = readThumb(text);
  if (words.length === 0) return isEmojiOnly(text) ? thumb : null;
  if (words.length > LONGEST || has(words, 'but', 'if') || text.includes('?') || words.some(asks)) return null;
  if (thumb !== null && consistsOf(words, ['thanks', 'address', 'light'])) return thumb;
  if (words[0]?.concept === 'thanks') return null;
  const core = words.filter((word) => !consistsOf([word], LIGHT));
  const said = has(core, ...REFUSING) ? readRefusal(core, isReadBack) : readConsent(words, core, isReadBack);
  const answer = said ?? (isReadBack && (wantsOther(core) || findsFault(core)) ? 'no' : null);
  return thumb !== null && answer !== null && thumb !== answer ? null : answer;
}

function readConsent(words: readonly Word[], core: readonly Word[], isReadBack: boolean): 'yes' | null {
  const agreeing: readonly Concept[] = isReadBack ? ['yes', 'done', 'send'] : ['yes'];
  if (has(core, ...agreeing)) {
    const isSure = words.length === 1 || words.every(isSpelledRight);
    return isSure && consistsOf(core, ['yes', 'ok', 'done', ...NOUNS]) ? 'yes' : null;
  }
  // "ok" with more words may be anything, sarcasm too
  const rest = words.filter(({ text }) => !/^(?:deh|dah|lah|dong|donk|wes)$/i.test(text));
  return has(core, 'ok') && consistsOf(rest, ['ok', 'address']) ? 'yes' : null;
}

// with more words around a yes, none of them is guessed at
function isSpelledRight(word: Word): boolean {
  return word.text.includes(' ') || conceptOf(word.text, false) !== null || word.concept === 'yes';
}

// "benarkah"
function asks(word: Word): boolean {
  return /kah$/i.test(word.text);
}

function readRefusal(core: readonly Word[], isReadBack: boolean): 'no' | null {
  if (!consistsOf(core, [...REFUSING, 'yes', 'ok', ...(isReadBack ? NOUNS : [])])) return null;
  if (!isReadBack && consistsOf(core, ['wrong', 'notYet'])) return null;
  const negations = core.filter((word) => consistsOf([word], ['not', 'isNot', 'notYet', 'dont']));
  // "tidak salah": two refusals are no refusal
  if (negations.length > 0 && has(core, 'wrong')) return null;
  const firstYes = core.findIndex((word) => word.concept === 'yes' || word.concept === 'ok');
  const firstNo = core.findIndex((word) => consistsOf([word], REFUSING));
  const isYesThenNo = firstYes >= 0 && firstYes < firstNo;
  return isYesThenNo && !has(core, 'wrong', 'isNot', 'dont') ? null : 'no';
}

function wantsOther(core: readonly Word[]): boolean {
  return has(core, 'change') && consistsOf(core, ['change', ...REFUSING, 'number', 'email', 'phone', 'data', 'typing']);
}

// "salah angka terakhir"
function findsFault(core: readonly Word[]): boolean {
  // "kurang satu angka"
  if (core.some(({ text }) => /^kurang$/i.test(text)) && has(core, 'number', 'one', 'two') && core.length <= 4)
    return true;
  return (
    has(core, 'wrong') && !has(core, 'not', 'notYet', 'yes', 'nik', 'name', 'born', 'card', 'code', 'pin', 'password')
  );
}

function readThumb(text: string): 'yes' | 'no' | null {
  const up = UP.test(text);
  const down = DOWN.test(text);
  return up === down ? null : up ? 'yes' : 'no';
}

function isEmojiOnly(text: string): boolean {
  return /^(?:\u{1F44D}|\u{1F44C}|\u{1F197}|[\u2705\u2611\u2714\u274C\u2716]|\u{1F44E}|\u{1F645}|[\u{1F3FB}-\u{1F3FF}]|[\s!.,])+$/u.test(
    text,
  );
}
