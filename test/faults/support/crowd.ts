// As many fictitious participants as a campaign needs, in the store of a sample directory.
import { randomBytes, scryptSync } from 'node:crypto';
import type { SampleStore } from '#src/participants/sample-directory.ts';

export interface Member {
  participantId: string;
  nik: string;
  /** as typed */
  birthDate: string;
  /** YYYY-MM-DD */
  bornOn: string;
  email: string;
  /** E.164 */
  mobileNumber: string;
  newEmail: string;
  /** an address that looks like a slip of the finger, and is none */
  oddEmail: string;
  /** what the slip was probably meant to be */
  meantEmail: string;
  newNumber: string;
}

export const pin = '135790';

const digits = (number: number, width: number) => String(number).padStart(width, '0');

export const memberOf = (number: number): Member => ({
  participantId: `F-${digits(number, 5)}`,
  nik: `990101${'450685'}${digits(number, 4)}`,
  birthDate: '5 Juni 1985',
  bornOn: '1985-06-05',
  email: `lama.${number}@example.com`,
  mobileNumber: `+62812100${digits(number, 5)}`,
  newEmail: `baru.${number}@example.com`,
  oddEmail: `baru.${number}@gmial.com`,
  meantEmail: `baru.${number}@gmail.com`,
  // Blocks of their own: nobody types most of these codes (security.md B4).
  newNumber: `+62813${digits(number % 1_000, 3)}${digits(number, 5)}`,
});

/**
 * @param size  at most 9999
 * @param without  contact points that nobody has registered
 */
export function createCrowdStore(size: number, without: { email?: null; mobileNumber?: null } = {}): SampleStore {
  const salt = randomBytes(16);
  // As the sample directory hashes; one hash for all, or thousands of them would take their time.
  const hash = scryptSync(pin, salt, 32, { N: 2 ** 12 });
  const people = Array.from({ length: size }, (_, number) => {
    const { participantId, nik, email, mobileNumber, bornOn } = memberOf(number);
    return {
      participantId,
      name: 'Siti Aminah',
      nik,
      cardNumber: `00099${digits(number, 8)}`,
      birthDate: bornOn,
      email,
      mobileNumber,
      ...without,
      segment: 'PBPU',
      membershipStatus: 'active',
      pin: { salt: salt.toString('base64url'), hash: hash.toString('base64url') },
      attemptsLeft: 5,
      lockedUntil: null,
    };
  });
  let kept: string = JSON.stringify({ version: 1, people, answers: [] });
  return {
    load: async () => kept,
    async save(text) {
      kept = text;
    },
  };
}
