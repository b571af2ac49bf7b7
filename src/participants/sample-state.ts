// What the sample directory remembers between two starts: people, their PIN hashes, and the answers it has given.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { ContactVerdict } from '#src/conversation/ports.ts';
import { ConfigError } from '#src/errors.ts';
import { type SamplePerson, samplePeople } from './sample-people.ts';

export const pinAttempts = 5;
const firstLockMs = 24 * 60 * 60_000;

// Low on purpose: the PINs are fictitious and printed in the manual, and tests make many directories.
const scryptCost = { N: 2 ** 12 };

const PinHash = z.object({ salt: z.string(), hash: z.string() });
type PinHash = z.infer<typeof PinHash>;

const Person = z.object({
  participantId: z.string(),
  name: z.string(),
  nik: z.string(),
  cardNumber: z.string(),
  birthDate: z.string(),
  email: z.string().nullable(),
  mobileNumber: z.string().nullable(),
  segment: z.string(),
  membershipStatus: z.string(),
  pin: PinHash.nullable(),
  attemptsLeft: z.int(),
  /** milliseconds since 1970 */
  lockedUntil: z.number().nullable(),
});
export type Person = z.infer<typeof Person>;

const GivenAnswer = z.object({
  changeId: z.string(),
  /** hash of what was asked, so that a key cannot be used for something else */
  asked: z.string(),
  verdict: z.discriminatedUnion('result', [
    z.object({ result: z.literal('changed'), changedAt: z.coerce.date() }),
    z.object({ result: z.enum(['valueInUse', 'stale', 'invalid']) }),
  ]) satisfies z.ZodType<ContactVerdict>,
});

const SampleState = z.object({ version: z.literal(1), people: z.array(Person), answers: z.array(GivenAnswer) });
export type SampleState = z.infer<typeof SampleState>;

/** The sample data as on the first day: Rina is locked for 24 h from `now`. */
export async function freshState(now: number): Promise<SampleState> {
  return { version: 1, people: await Promise.all(samplePeople.map((sample) => enrol(sample, now))), answers: [] };
}

async function enrol({ lockedFromTheStart, pin, ...person }: SamplePerson, now: number): Promise<Person> {
  return {
    ...person,
    pin: pin === null ? null : await hashPin(pin),
    attemptsLeft: lockedFromTheStart ? 0 : pinAttempts,
    lockedUntil: lockedFromTheStart ? now + firstLockMs : null,
  };
}

/** @throws ConfigError `config`  the text is not a state of this version */
export function parseState(text: string): SampleState {
  const parsed = SampleState.safeParse(jsonOrNull(text));
  if (parsed.success) return parsed.data;
  throw new ConfigError(['the stored sample directory does not fit this version: delete it to start with fresh data']);
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const derive = (pin: string, salt: Buffer) =>
  new Promise<Buffer>((resolve, reject) => {
    scrypt(pin, salt, 32, scryptCost, (error, key) => (error ? reject(error) : resolve(key)));
  });

async function hashPin(pin: string): Promise<PinHash> {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64url'), hash: (await derive(pin, salt)).toString('base64url') };
}

export async function isRightPin(pin: string, { salt, hash }: PinHash): Promise<boolean> {
  return timingSafeEqual(await derive(pin, Buffer.from(salt, 'base64url')), Buffer.from(hash, 'base64url'));
}
