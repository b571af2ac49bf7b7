// How closely two spellings of a word agree: stretched letters, doubled words, one slip of the finger.

/** Lower case, without accents, without the `2` of a doubled word (`masuk2`). */
export function fold(word: string): string {
  const plain = /^[ -~]*$/.test(word) ? word : word.normalize('NFD').replace(/\p{M}/gu, '');
  return plain
    .toLowerCase()
    .replace(/'/g, '')
    .replace(/^(\p{L}{2,})2(nya|an)?$/u, '$1$2');
}

/** `yaaa` and `ya` are the same when squeezed. */
export function squeeze(word: string): string {
  return word.replace(/(\p{L})\1+/gu, '$1');
}

/** One letter more, less, different, or two neighbours swapped. */
export function isWithinOneEdit(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const gap = long.length - short.length;
  if (gap > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start++;
  let end = 0;
  while (end < short.length - start && short[short.length - 1 - end] === long[long.length - 1 - end]) end++;
  const left = short.length - start - end;
  if (left <= 1 - gap) return true;
  return gap === 0 && left === 2 && short[start] === long[start + 1] && short[start + 1] === long[start];
}

/** The number of slips between two words: insertion, deletion, substitution, swap of neighbours. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
