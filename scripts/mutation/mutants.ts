// The changes that are made to a file, one at a time: the operators of Stryker as far as the text of a program shows them.
import { stripTypeScriptTypes } from 'node:module';

export interface Mutant {
  line: number;
  /** the line as it was */
  before: string;
  /** `what was found -> what is put in its place` */
  change: string;
  /** the whole file with the change */
  text: string;
}

/** `$` stands for what was found. */
const operators: [RegExp, string[]][] = [
  [/===/g, ['!==']],
  [/!==/g, ['===']],
  [/(?<![=<>])<=(?!=)/g, ['<', '>']],
  [/(?<![=<>])>=(?!=)/g, ['>', '<']],
  [/ < /g, [' <= ', ' >= ']],
  [/ > /g, [' >= ', ' <= ']],
  [/&&/g, ['||']],
  [/\|\|/g, ['&&']],
  [/\?\?/g, ['&&']],
  [/\btrue\b/g, ['false']],
  [/\bfalse\b/g, ['true']],
  [/ \+ /g, [' - ']],
  [/ - /g, [' + ']],
  [/ \* /g, [' / ']],
  [/ \+= /g, [' -= ']],
  [/!(?=[\w(])/g, ['']],
  [/\bif \((?=[^)])/g, ['if (true || ', 'if (false && ']],
  [/\.some\(/g, ['.every(']],
  [/\.every\(/g, ['.some(']],
  [/Math\.min\(/g, ['Math.max(']],
  [/Math\.max\(/g, ['Math.min(']],
  [/\.startsWith\(/g, ['.endsWith(']],
  [/\.(toLowerCase|toUpperCase|trim|sort|toSorted)\(\)/g, ['']],
  [/\.slice\(0, /g, ['.slice(1, ']],
  [/(?<=[( ])\d[\d_]*(?=[,);\s])/g, ['$+1']],
  // what a query compares
  [/, '=', /g, [", '<>', "]],
  [/, '<>', /g, [", '=', "]],
  [/, '>', /g, [", '<', "]],
  [/, 'is', /g, [", 'is not', "]],
  [/, 'is not', /g, [", 'is', "]],
  [/, 'in', /g, [", 'not in', "]],
  [/ is null\b/g, [' is not null']],
  [/ is not null\b/g, [' is null']],
  [/ and (?=[\w(${])/g, [' or ']],
  [/ or (?=[\w(${])/g, [' and ']],
  [/ desc\b/g, ['']],
];
/** A statement that only calls something. */
const call = /^ *(?:await )?[\w.?]+\([^\n]*\);$/gm;
/** A string that is a value; the names of keys are the compiler's business. */
const word = /(?<=[=(,:?[ ])'(?:[^'\\\n]|\\.)+'(?=[,);\]\s])/g;
/** Imports, the words of errors, and points where tests break in on purpose: no behaviour of the product. */
const notWorth = /^import |^} from |Error\(|failpoint\(/;

/** @returns every mutant of a TypeScript file; types and comments are left alone */
export function mutantsOf(source: string): Mutant[] {
  const code = withoutComments(stripTypeScriptTypes(source));
  const mutants: Mutant[] = [];
  const add = (at: number, found: string, put: string) => {
    const start = source.lastIndexOf('\n', at - 1) + 1;
    const before = source.slice(start, source.indexOf('\n', at)).trim();
    if (notWorth.test(before)) return;
    const text = source.slice(0, at) + put + source.slice(at + found.length);
    const line = source.slice(0, at).split('\n').length;
    mutants.push({ line, before, change: `${found.trim()} -> ${put.trim() || 'nothing'}`, text });
  };
  for (const [pattern, replacements] of operators)
    for (const { index, 0: found } of code.matchAll(pattern))
      for (const replacement of replacements) add(index, found, replacement.replace('$', found));
  for (const { index, 0: found } of code.matchAll(word)) add(index, found, "'mutated'");
  for (const { index, 0: found } of code.matchAll(call)) add(index, found, '');
  return mutants;
}

/** @returns `size` of them at the most; the same ones for the same seed, in the order of the file */
export function sampled(mutants: readonly Mutant[], size: number, seed: number): Mutant[] {
  let state = seed;
  const lot = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state;
  };
  const drawn = mutants.map((mutant) => ({ mutant, lot: lot() })).sort((a, b) => a.lot - b.lot);
  return drawn
    .slice(0, size)
    .map(({ mutant }) => mutant)
    .sort((a, b) => a.line - b.line);
}

/** Comments as blanks, so that all else stays where it is. */
const withoutComments = (code: string) =>
  code.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;,{}()])\/\/[^\n]*/g, (comment) => comment.replace(/[^\n]/g, ' '));
