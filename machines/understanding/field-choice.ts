// Which field is to be changed, as a digit, a word or inside a short sentence.
import type { Field } from '../vocabulary.ts';
import type { Concept } from './lexicon.ts';
import { consistsOf, follows, has, type Word } from './words.ts';

export interface FieldChoice {
  choice: Field | 'myData';
  start: number;
  end: number;
  /** said with the wish to change, or nothing else said: not merely mentioned */
  certain: boolean;
}

const OPTIONS: Readonly<Partial<Record<Concept, Field | 'myData'>>> = {
  one: 'email',
  two: 'mobileNumber',
  three: 'myData',
};
const ASIDE: readonly Concept[] = [
  'light',
  'address',
  'this',
  'me',
  'want',
  'option',
  'number',
  'yes',
  'typing',
  'ok',
  'greeting',
  'thanks',
  'change',
  'to',
];
const TROUBLE: readonly Concept[] = ['forget', 'dead', 'not', 'notYet', 'isNot', 'code', 'arrive', 'old'];

/** A number from the menu: `1`, "nomor 2", "yang ketiga". */
export function readOption(words: readonly Word[]): FieldChoice | null {
  const said = words.filter((word) => !consistsOf([word], ASIDE));
  // "the second one"
  const core = said.length === 2 && /^one$/i.test(said[1]?.text ?? '') ? said.slice(0, 1) : said;
  const [only] = core;
  const first = words[0];
  const isFollowedByValue =
    first !== undefined && /^[123]$/.test(first.text) && words.slice(1).every((word) => /^\d{4,}$/.test(word.text));
  const word = isFollowedByValue ? first : only;
  if (word?.concept == null || (core.length !== 1 && !isFollowedByValue)) return null;
  const choice = OPTIONS[word.concept];
  return choice === undefined ? null : { choice, start: word.start, end: word.end, certain: true };
}

/** The field named in a message, or null when none or both are. */
export function readField(words: readonly Word[]): FieldChoice | null {
  const all = words.flatMap((word, at) => {
    const choice = fieldOf(word, words[at + 1], words);
    return choice === null || isRuledOut(words, at) ? [] : [{ choice, word, at }];
  });
  const kept = all.filter(({ at }) => !isDeclined(words, at));
  const named = kept.length > 0 && new Set(all.map(({ choice }) => choice)).size > 1 ? kept : all;
  const fields = new Set(named.map(({ choice }) => choice));
  const wished = named.find(({ word }) => isWished(words, word));
  const [first] = named;
  const chosen = fields.size === 1 ? (wished ?? first) : areJoined(named, words) ? undefined : onlyWished(named, words);
  if (chosen === undefined) return null;
  const certain = has(words, 'change') || !has(words, ...TROUBLE);
  const label = words[chosen.at - 1];
  const start = label?.concept === 'number' ? label.start : chosen.word.start;
  return { choice: chosen.choice, start, end: chosen.word.end, certain };
}

function fieldOf(word: Word, next: Word | undefined, words: readonly Word[]): Field | null {
  if (word.concept === 'email') return 'email';
  if (word.concept === 'phone' || word.concept === 'nope') return 'mobileNumber';
  if (word.concept !== 'number') return null;
  // a bare "nomor" counts when it is to be changed or stands alone; "nomor kartu" is another thing
  if (
    next !== undefined &&
    next.start - word.end <= 1 &&
    !/^\d/.test(next.text) &&
    consistsOf(
      [{ ...next, concept: next.concept ?? 'other' }],
      ['other', 'nik', 'card', 'code', 'member', 'pin', 'phone', 'email', 'one', 'two', 'three'],
    )
  )
    return null;
  const isAlone = words.every((other) => other === word || consistsOf([other], [...ASIDE, 'new', 'old']));
  return isAlone || isWished(words, word) ? 'mobileNumber' : null;
}

// "bukan email", "ga jadi email"
function isRuledOut(words: readonly Word[], at: number): boolean {
  const before = words.slice(Math.max(0, at - 2), at);
  return before.some((word) => word.concept === 'isNot') || follows(before, ['not'], ['become'], 0);
}

// "hp tidak usah", said beside the other field
function isDeclined(words: readonly Word[], at: number): boolean {
  return words.slice(at + 1, at + 3).some((word) => word.concept === 'dont' || word.concept === 'not');
}

function isWished(words: readonly Word[], word: Word): boolean {
  const at = words.indexOf(word);
  const near = words.slice(Math.max(0, at - 3), at + 1);
  return follows(near, ['change'], ['email', 'phone', 'number'], 2) || words[at + 1]?.concept === 'change';
}

// "email dan nomor hp": one at a time
function areJoined(named: readonly { at: number }[], words: readonly Word[]): boolean {
  const [first, last] = [named[0]?.at ?? 0, named.at(-1)?.at ?? 0];
  return last - first <= 3 && has(words.slice(first, last), 'and');
}

// "ganti nomor, email tetap": the one that stands nearest behind the wish
function onlyWished<Named extends { choice: Field; word: Word; at: number }>(
  named: readonly Named[],
  words: readonly Word[],
): Named | undefined {
  const wished = named.filter(({ word, at }, index) => {
    const last = named[index - 1]?.at ?? -1;
    return isWished(words, word) && has(words.slice(Math.max(last + 1, at - 3), at + 2), 'change');
  });
  return new Set(wished.map(({ choice }) => choice)).size === 1 ? wished[0] : undefined;
}
