import { randomInt } from 'node:crypto';

// Nothing that is mistaken for something else when read aloud or typed from paper: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
const letters = 'ACDEFGHJKMNPQRTWXY';
const digits = '34679';
const length = 6;

const pick = (alphabet: string) => alphabet.charAt(randomInt(alphabet.length));

/**
 * What people are told to name a change, a case or a warning by, e.g. `UD-7K3M9Q`. Its second sign is a letter, so that it can
 * never be read as a code.
 */
export function newReference(prefix: 'UD' | 'KC' | 'PK'): string {
  const signs = Array.from({ length }, (_, place) => pick(place === 1 ? letters : letters + digits));
  return `${prefix}-${signs.join('')}`;
}
