// What every Directory does, shown on the sample participants; run on each implementation by directory.test.ts.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Directory, Participant } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { hide } from '#src/seal.ts';

export interface DirectoryWorld {
  /** over fresh sample data; the clock stands at `contractStart` */
  directory: Directory;
  passTime(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export const contractStart = Date.parse('2026-11-22T02:40:00.000Z');
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const siti: Participant = {
  participantId: 'P-0011',
  name: 'Siti Aminah',
  segment: 'PBPU',
  membershipStatus: 'active',
  email: 'siti.aminah@example.com',
  mobileNumber: '+6281200000011',
  pinSet: true,
  pinAttemptsLeft: 5,
};
const newAddress = {
  changeId: 'change-1',
  participantId: 'P-0011',
  field: 'email',
  value: 'siti.baru@example.com',
  expected: 'siti.aminah@example.com',
} as const;

export function describeDirectory(name: string, open: () => Promise<DirectoryWorld>): void {
  describe(`the directory port over ${name}`, () => {
    let world: DirectoryWorld;
    let directory: Directory;
    beforeEach(async () => {
      world = await open();
      directory = world.directory;
    });
    afterEach(() => world.stop());

    const guess = (participantId: string, pin: string) => directory.verifyPin(participantId, hide(pin));
    const guessWrongly = async (participantId: string, times: number) => {
      const verdicts = [];
      for (let guesses = 0; guesses < times; guesses += 1) verdicts.push(await guess(participantId, '000000'));
      return verdicts;
    };

    describe('who somebody is', () => {
      test('a NIK with the registered birth date finds the participant', async () => {
        const query = { kind: 'nik', number: '9901014506850001', birthDate: '1985-06-05' } as const;
        expect(await directory.identify(query)).toEqual(siti);
      });

      test('a card number with its leading zeros finds the same participant', async () => {
        const query = { kind: 'cardNumber', number: '0009900000011', birthDate: '1985-06-05' } as const;
        expect(await directory.identify(query)).toEqual(siti);
      });

      test('another birth date and an unknown number look the same', async () => {
        const otherDate = { kind: 'nik', number: '9901014506850001', birthDate: '1985-06-06' } as const;
        const unknown = { kind: 'nik', number: '9901014506850009', birthDate: '1985-06-05' } as const;
        expect(await directory.identify(otherDate)).toBeNull();
        expect(await directory.identify(unknown)).toBeNull();
      });

      test('the registered birth date counts, not the one that a NIK seems to carry', async () => {
        const registered = { kind: 'nik', number: '9901010101600004', birthDate: '1960-01-11' } as const;
        expect((await directory.identify(registered))?.name).toBe('Agus Wijaya');
        expect(await directory.identify({ ...registered, birthDate: '1960-01-01' })).toBeNull();
      });

      test('a missing contact value is null', async () => {
        expect((await directory.read('P-0022')).email).toBeNull();
        expect((await directory.read('P-0044')).mobileNumber).toBeNull();
      });

      test('there are exactly the five sample participants, each with the status of the table', async () => {
        const people = [
          ['nik', '9901014506850001', '1985-06-05', 'Siti Aminah', 'PBPU', 'active'],
          ['nik', '9901011708790002', '1979-08-17', 'Budi Santoso', 'PPU', 'active'],
          ['nik', '9901017112920003', '1992-12-31', 'Dewi Lestari', 'PBI', 'active'],
          ['nik', '9901010101600004', '1960-01-11', 'Agus Wijaya', 'BP', 'inactive (premium)'],
          ['nik', '9901016802990005', '1999-02-28', 'Rina Marlina', 'PBPU', 'active'],
        ] as const;
        for (const [kind, number, birthDate, personName, segment, membershipStatus] of people) {
          const found = await directory.identify({ kind, number, birthDate });
          expect(found).toMatchObject({ name: personName, segment, membershipStatus });
        }
      });

      test('an id that nobody has is no answer', async () => {
        await expect(directory.read('P-9999')).rejects.toThrow(UnavailableError);
        await expect(guess('P-9999', '135790')).rejects.toThrow(UnavailableError);
        await expect(directory.changeContact({ ...newAddress, participantId: 'P-9999' })).rejects.toThrow(
          UnavailableError,
        );
      });
    });

    describe('the PIN', () => {
      test('the right PIN is right', async () => {
        expect(await guess('P-0011', '135790')).toEqual({ result: 'ok' });
        expect(await guess('P-0022', '246801')).toEqual({ result: 'ok' });
        expect(await guess('P-0044', '112358')).toEqual({ result: 'ok' });
      });

      test('each wrong PIN leaves one attempt less, and the participant shows it', async () => {
        expect(await guessWrongly('P-0011', 2)).toEqual([
          { result: 'wrong', attemptsLeft: 4 },
          { result: 'wrong', attemptsLeft: 3 },
        ]);
        expect((await directory.read('P-0011')).pinAttemptsLeft).toBe(3);
      });

      test('the right PIN gives all attempts back', async () => {
        await guessWrongly('P-0011', 4);
        expect(await guess('P-0011', '135790')).toEqual({ result: 'ok' });
        expect((await directory.read('P-0011')).pinAttemptsLeft).toBe(5);
      });

      test('the fifth wrong PIN locks for 30 minutes, also for the right PIN', async () => {
        const locked = { result: 'locked', until: new Date(contractStart + 30 * minuteMs) };
        expect((await guessWrongly('P-0011', 5)).at(-1)).toEqual(locked);
        expect(await guess('P-0011', '135790')).toEqual(locked);
        expect((await directory.read('P-0011')).pinAttemptsLeft).toBe(0);
      });

      test('guesses that arrive together cost one attempt each', async () => {
        const verdicts = await Promise.all(
          ['000001', '000002', '000003', '000004', '000005'].map((pin) => guess('P-0011', pin)),
        );
        const left = verdicts.map((verdict) => (verdict.result === 'wrong' ? verdict.attemptsLeft : verdict.result));
        expect(left.toSorted()).toEqual([1, 2, 3, 4, 'locked']);
      });

      test('after 30 minutes the PIN counts again, with all attempts', async () => {
        await guessWrongly('P-0011', 5);
        await world.passTime(30 * minuteMs);
        expect((await directory.read('P-0011')).pinAttemptsLeft).toBe(5);
        expect(await guessWrongly('P-0011', 2)).toEqual([
          { result: 'wrong', attemptsLeft: 4 },
          { result: 'wrong', attemptsLeft: 3 },
        ]);
        expect(await guess('P-0011', '135790')).toEqual({ result: 'ok' });
      });

      test('Dewi has no PIN', async () => {
        expect(await guess('P-0033', '000000')).toEqual({ result: 'notSet' });
        expect(await directory.read('P-0033')).toMatchObject({ pinSet: false, pinAttemptsLeft: null });
      });

      test('Rina is locked for the first 24 hours', async () => {
        expect(await guess('P-0055', '000000')).toEqual({
          result: 'locked',
          until: new Date(contractStart + 24 * hourMs),
        });
        await world.passTime(24 * hourMs);
        expect(await guess('P-0055', '000000')).toEqual({ result: 'wrong', attemptsLeft: 4 });
      });
    });

    describe('a change of contact data', () => {
      test('the new value is there afterwards, and nothing else has changed', async () => {
        expect(await directory.changeContact(newAddress)).toEqual({
          result: 'changed',
          changedAt: new Date(contractStart),
        });
        expect(await directory.read('P-0011')).toEqual({ ...siti, email: newAddress.value });
      });

      test('a first value can be added where there was none', async () => {
        const verdict = await directory.changeContact({
          changeId: 'change-2',
          participantId: 'P-0044',
          field: 'mobileNumber',
          value: '+6281299999944',
          expected: null,
        });
        expect(verdict.result).toBe('changed');
        expect((await directory.read('P-0044')).mobileNumber).toBe('+6281299999944');
      });

      test('the same change again gets the first answer and changes nothing, whatever happened since', async () => {
        const first = await directory.changeContact(newAddress);
        await directory.changeContact({
          ...newAddress,
          changeId: 'change-2',
          value: 'siti.lain@example.com',
          expected: newAddress.value,
        });
        expect(await directory.changeContact(newAddress)).toEqual(first);
        expect((await directory.read('P-0011')).email).toBe('siti.lain@example.com');
      });

      test('a change that was refused stays refused under its key', async () => {
        const inUse = { ...newAddress, value: 'agus.wijaya@example.com' };
        await directory.changeContact(inUse);
        await directory.changeContact({
          changeId: 'change-2',
          participantId: 'P-0044',
          field: 'email',
          value: 'agus.baru@example.com',
          expected: 'agus.wijaya@example.com',
        });
        expect(await directory.changeContact(inUse)).toEqual({ result: 'valueInUse' });
      });

      test('a key that was used for another value is refused', async () => {
        await directory.changeContact(newAddress);
        const other = { ...newAddress, value: 'siti.lain@example.com', expected: newAddress.value };
        expect(await directory.changeContact(other)).toEqual({ result: 'invalid' });
        expect((await directory.read('P-0011')).email).toBe(newAddress.value);
      });

      test.each([
        ['email', 'agus.wijaya@example.com', 'siti.aminah@example.com'],
        ['email', 'AGUS.Wijaya@Example.com', 'siti.aminah@example.com'],
        ['mobileNumber', '+6281200000022', '+6281200000011'],
      ] as const)('another participant’s %s %s is in use', async (field, value, expected) => {
        expect(await directory.changeContact({ ...newAddress, field, value, expected })).toEqual({
          result: 'valueInUse',
        });
        expect(await directory.read('P-0011')).toEqual(siti);
      });

      test('one’s own value in other letters is not in use', async () => {
        const verdict = await directory.changeContact({ ...newAddress, value: 'Siti.Aminah@example.com' });
        expect(verdict.result).toBe('changed');
      });

      test.each([
        ['an older value', 'siti.lama@example.com'],
        ['none', null],
      ])('a change that expects %s is stale', async (_, expected) => {
        expect(await directory.changeContact({ ...newAddress, expected })).toEqual({ result: 'stale' });
        expect(await directory.read('P-0011')).toEqual(siti);
      });

      test.each([
        ['email', 'siti.example.com', 'siti.aminah@example.com'],
        ['email', 'siti@localhost', 'siti.aminah@example.com'],
        ['email', '', 'siti.aminah@example.com'],
        ['mobileNumber', '081200000099', '+6281200000011'],
        ['mobileNumber', '+62812-0000-0099', '+6281200000011'],
      ] as const)('as %s, "%s" is invalid', async (field, value, expected) => {
        expect(await directory.changeContact({ ...newAddress, field, value, expected })).toEqual({ result: 'invalid' });
        expect(await directory.read('P-0011')).toEqual(siti);
      });

      test('of two different changes at once exactly one wins', async () => {
        const verdicts = await Promise.all([
          directory.changeContact(newAddress),
          directory.changeContact({ ...newAddress, changeId: 'change-2', value: 'siti.lain@example.com' }),
        ]);
        expect(verdicts.map((verdict) => verdict.result).toSorted()).toEqual(['changed', 'stale']);
      });
    });

    test('a caller who has given up gets no answer, and nothing is done', async () => {
      const gone = AbortSignal.abort();
      const query = { kind: 'nik', number: '9901014506850001', birthDate: '1985-06-05' } as const;
      await expect(directory.identify(query, gone)).rejects.toThrow(UnavailableError);
      await expect(directory.read('P-0011', gone)).rejects.toThrow(UnavailableError);
      await expect(directory.verifyPin('P-0011', hide('000000'), gone)).rejects.toThrow(UnavailableError);
      await expect(directory.changeContact(newAddress, gone)).rejects.toThrow(UnavailableError);
      expect(await directory.read('P-0011')).toEqual(siti);
    });
  });
}
