// A message cut into words, each with what it stands for.
import { type Concept, conceptOf, conceptOfPhrase, startsPhrase } from './lexicon.ts';

export interface Word {
  text: string;
  /** null: a word that is not known here */
  concept: Concept | null;
  start: number;
  end: number;
}

const WORD = /[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}]+)*/gu;
const LONGEST_FOR_SLIPS = 2000;
const ADDRESS = /\S{1,80}@\S{1,80}|https?:\/\/\S{1,200}/gi;

/** Words of a normalised text. What stands inside an e-mail address or a link is not a word. */
export function readWords(text: string): Word[] {
  // a long text is searched for an answer only: its words are labels at most
  const slips = text.length <= LONGEST_FOR_SLIPS;
  const plain = text.replace(ADDRESS, (address) => ' '.repeat(address.length));
  const found = joinSpelled(
    [...plain.matchAll(WORD)].map((match) => ({
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
    })),
  );
  const known = new Map<string, Concept | null>();
  const meaning = (word: string): Concept | null => {
    const concept = known.has(word) ? (known.get(word) ?? null) : conceptOf(word, slips);
    known.set(word, concept);
    return concept;
  };
  const words: Word[] = [];
  for (let at = 0; at < found.length; ) {
    const phrase = phraseAt(found, at);
    if (phrase !== null) {
      words.push(phrase.word);
      at += phrase.length;
      continue;
    }
    const word = found[at];
    if (word !== undefined) words.push(...(refusedIn(word, meaning) ?? [{ ...word, concept: meaning(word.text) }]));
    at++;
  }
  return words;
}

const REFUSED = /^((?:ng)?gak?|gk|nggak|engga?k?)(?=\p{L}{3})/iu;

// "gapunya", "gatau": a no that has grown together with its word
function refusedIn(word: Omit<Word, 'concept'>, meaning: (word: string) => Concept | null): Word[] | null {
  const refusal = REFUSED.exec(word.text)?.[0];
  if (refusal === undefined || conceptOf(word.text, false) !== null) return null;
  const rest = word.text.slice(refusal.length);
  const concept = conceptOf(rest, false);
  if (concept === null || concept === 'light') return null;
  const middle = word.start + refusal.length;
  return [
    { text: refusal, concept: meaning(refusal), start: word.start, end: middle },
    { text: rest, concept, start: middle, end: word.end },
  ];
}

// A message of single letters is one word spelled out: "m e n u".
function joinSpelled<Part extends { text: string; start: number; end: number }>(found: Part[]): Part[] {
  const [first] = found;
  const last = found.at(-1);
  if (first === undefined || last === undefined || found.length < 3) return found;
  if (!found.every((part) => /^\p{L}$/u.test(part.text))) return found;
  return [{ ...first, text: found.map((part) => part.text).join(''), end: last.end }];
}

function phraseAt(
  found: readonly { text: string; start: number; end: number }[],
  at: number,
): { word: Word; length: number } | null {
  const first = found[at];
  if (first === undefined || !startsPhrase(first.text)) return null;
  for (const length of [3, 2]) {
    const part = found.slice(at, at + length);
    const last = part.at(-1);
    if (part.length < length || last === undefined) continue;
    const concept = conceptOfPhrase(part.map((word) => word.text));
    if (concept === null) continue;
    return { word: { text: part.map((w) => w.text).join(' '), concept, start: first.start, end: last.end }, length };
  }
  return null;
}

export function has(words: readonly Word[], ...concepts: readonly Concept[]): boolean {
  return words.some((word) => word.concept !== null && concepts.includes(word.concept));
}

export function consistsOf(words: readonly Word[], concepts: readonly Concept[]): boolean {
  return words.every((word) => word.concept !== null && concepts.includes(word.concept));
}

/** Whether one of `second` follows one of `first`, with at most `between` words in the middle. */
export function follows(
  words: readonly Word[],
  first: readonly Concept[],
  second: readonly Concept[],
  between = 2,
): boolean {
  return words.some(
    (word, at) =>
      word.concept !== null && first.includes(word.concept) && has(words.slice(at + 1, at + 2 + between), ...second),
  );
}
