// Fictitious participants whose every value is drawn by lot, so that whatever is found of them was written down by us.
import { randomBytes, randomInt, scryptSync } from 'node:crypto';
import type { SampleStore } from '#src/participants/sample-directory.ts';

export interface Marked {
  participantId: string;
  nik: string;
  cardNumber: string;
  /** YYYY-MM-DD */
  birthDate: string;
  email: string;
  mobileNumber: string;
  pin: string;
  newEmail: string;
  newNumber: string;
  strangersNumber: string;
}

const digits = (length: number) => Array.from({ length }, () => randomInt(10)).join('');
const letters = (length: number) => Array.from({ length }, () => 'abcdefghijkmnpqrstuvwxyz'[randomInt(24)]).join('');
const numberLike = (prefix: string) => `+628${prefix}${digits(8)}`;
/** Nothing that a chooser of PINs or a reader of dates would take for something else. */
const oddDigits = () => `${randomInt(4, 10)}${digits(4)}${randomInt(4, 10)}`;

export function markedPerson(): Marked {
  const [day, month, year] = [randomInt(1, 29), randomInt(1, 13), randomInt(1950, 2000)];
  const two = (number: number) => String(number % 100).padStart(2, '0');
  return {
    participantId: `P-${letters(14)}`,
    nik: `990101${two(day)}${two(month)}${two(year)}${digits(4)}`,
    cardNumber: `00099${digits(8)}`,
    birthDate: `${year}-${two(month)}-${two(day)}`,
    email: `${letters(14)}@example.com`,
    mobileNumber: numberLike('12'),
    pin: oddDigits(),
    newEmail: `${letters(14)}@example.com`,
    newNumber: numberLike('13'),
    strangersNumber: numberLike('57'),
  };
}

export function storeOf(people: readonly Marked[]): SampleStore {
  const enrolled = people.map(({ participantId, nik, cardNumber, birthDate, email, mobileNumber, pin }) => {
    const salt = randomBytes(16);
    const hash = scryptSync(pin, salt, 32, { N: 2 ** 12 });
    return {
      participantId,
      name: 'Siti Aminah',
      nik,
      cardNumber,
      birthDate,
      email,
      mobileNumber,
      segment: 'PBPU',
      membershipStatus: 'active',
      pin: { salt: salt.toString('base64url'), hash: hash.toString('base64url') },
      attemptsLeft: 5,
      lockedUntil: null,
    };
  });
  let kept = JSON.stringify({ version: 1, people: enrolled, answers: [] });
  return {
    load: async () => kept,
    async save(text) {
      kept = text;
    },
  };
}
