// Of two values in one message, the one that is meant: "dari A ke B", "bukan A tapi B".
import type { Concept } from './lexicon.ts';
import type { Word } from './words.ts';

const NEW: readonly Concept[] = ['to', 'become', 'new', 'but', 'yes'];
const OLD: readonly Concept[] = ['from', 'old', 'isNot', 'not', 'wrong', 'dead', 'dont'];
const NEAR = 4;

/** null when the words around the values do not say it. */
export function chooseMeant<Value extends { start: number }>(
  values: readonly Value[],
  words: readonly Word[],
): Value | null {
  const marks = values.map((value, at) => ({ value, mark: markOf(value, values[at - 1]?.start ?? 0, words) }));
  const wanted = marks.filter(({ mark }) => mark === 'new');
  const open = marks.filter(({ mark }) => mark !== 'old');
  const [chosen] = wanted.length === 1 ? wanted : open;
  if (wanted.length > 1 || (wanted.length === 0 && open.length !== 1)) return null;
  return chosen?.value ?? null;
}

/** Whether the words before a value say that it is the one to be replaced. */
export function isCalledOld(value: { start: number }, words: readonly Word[]): boolean {
  return markOf(value, 0, words) === 'old';
}

function markOf(value: { start: number }, after: number, words: readonly Word[]): 'new' | 'old' | null {
  const before = words
    .filter((word) => word.end <= value.start && word.start >= after)
    .slice(-NEAR)
    .reverse();
  for (const { concept } of before) {
    if (concept === null) continue;
    if (NEW.includes(concept)) return 'new';
    if (OLD.includes(concept)) return 'old';
  }
  return null;
}
