// Which texts surely hold no code, PIN, identity or value: those made of nothing but words that we know to be others.
import { type Concept, listedConcept } from './lexicon.ts';
import { normalise } from './normalise.ts';
import { isNumberWord } from './number-words.ts';

const numbers: ReadonlySet<Concept> = new Set(['one', 'two', 'three', 'both']);

/** Words of ours that somebody may also mean as a digit: letters, how English numbers sound, how Indonesian ones are clipped. */
const alsoDigits: ReadonlySet<string> = new Set(
  'oh ooh to too tu for fo won ate ten tu wa ga gak pa pat ma nam em juh pan lan luh sa du la ti tri ji ni'.split(' '),
);
/** A secret has three numbers or more; two that stand as they are meant are enough to see it, whatever became of the others. */
const mostAmbiguous = 1;
const longest = 500;

/**
 * For leaving a text where it is: whatever is not understood, misspelt, or in another language may be a secret, so an
 * unknown word is enough to say no.
 * @param text  as it came
 */
export function holdsNoSecret(text: string): boolean {
  const plain = normalise(text);
  if (plain.length > longest || !/^[\p{L}\s.,!?'"()-]*$/u.test(plain)) return false;
  const words = plain.match(/\p{L}+/gu) ?? [];
  return words.every(isHarmless) && words.filter(mayBeDigit).length <= mostAmbiguous;
}

function isHarmless(word: string): boolean {
  const concept = listedConcept(word);
  return concept !== null && !numbers.has(concept) && !isNumberWord(word.toLowerCase());
}

const mayBeDigit = (word: string): boolean => word.length === 1 || alsoDigits.has(word.toLowerCase());
