// req:A9 req:A10 req:B7 The PIN between our counting and the insurer's: counted, asked once, and what is said of it.
import { beforeEach, expect, test } from 'vitest';
import { createCheckPin, type TypedPin } from '#src/conversation/actors/check-pin.ts';
import type { Attempts, Directory, PinCheck, PinVerdict } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { hide } from '#src/seal.ts';

type Counted = Awaited<ReturnType<Attempts['pin']>>;
type Next = Awaited<ReturnType<Attempts['pinChecked']>>;

let told: string[];
let counted: Counted[];
let next: Next;
let verdict: PinVerdict | Error;
let left: number | null;

beforeEach(() => {
  told = [];
  counted = [{ result: 'counted', inFlight: 0 }];
  next = { result: 'open', triesLeft: 2 };
  verdict = { result: 'ok' };
  left = 5;
});

const attempts: Pick<Attempts, 'pin' | 'pinChecked'> = {
  async pin() {
    told.push('counted');
    const [now, ...later] = counted;
    if (later.length > 0) counted = later;
    if (now === undefined) throw new Error('nothing was prepared');
    return now;
  },
  async pinChecked({ verdict: check, isLast }: { verdict: PinCheck; isLast: boolean }) {
    told.push(`checked ${check}${isLast ? ', the last' : ''}`);
    return next;
  },
};
const directory: Pick<Directory, 'read' | 'verifyPin'> = {
  async read() {
    told.push('read');
    const contacts = { email: null, mobileNumber: null };
    const person = { participantId: 'P-1', name: 'Siti', segment: 'PBPU', membershipStatus: 'active', ...contacts };
    return { ...person, pinSet: true, pinAttemptsLeft: left };
  },
  async verifyPin(_participantId, pin) {
    told.push(`asked ${pin.reveal()}`);
    if (verdict instanceof Error) throw verdict;
    return verdict;
  },
};

function check(typed: Partial<TypedPin> = {}, answerMs = 250) {
  const checkPin = createCheckPin({
    attempts: attempts as Attempts,
    directory: directory as Directory,
    keepDirectoryAttempts: 1,
    answerMs,
  });
  const sender = { conversation: 'c', channel: 'whatsapp', address: 'a', phone: null, language: 'id' } as const;
  const one = { attemptId: 't', challengeId: 'c', sender, participantId: 'P-1', pin: hide('135790') };
  const aim = { field: 'email', value: 'siti.baru@example.com' } as const;
  return checkPin({ ...one, ...aim, fromRegistered: true, pinAttemptsLeft: 5, ...typed }, AbortSignal.timeout(5_000));
}
const stranger = { fromRegistered: false };

test('a PIN is counted before the directory is asked, and its verdict kept before it is told', async () => {
  expect(await check()).toEqual({ finding: 'ok' });
  expect(told).toEqual(['counted', 'asked 135790', 'checked ok']);
});

test.each([
  [{ result: 'spent' }, { finding: 'spent' }],
  [
    { result: 'limited', until: null },
    { finding: 'limited', until: null },
  ],
  [
    { result: 'limited', until: new Date(7) },
    { finding: 'limited', until: new Date(7) },
  ],
] as [Counted, object][])('at a limit nobody is asked', async (limit, finding) => {
  counted = [limit];
  expect(await check()).toEqual(finding);
  expect(told).toEqual(['counted']);
});

test('a wrong PIN leaves the smaller of what the directory and we still allow', async () => {
  verdict = { result: 'wrong', attemptsLeft: 4 };
  expect(await check()).toEqual({ finding: 'wrong', attemptsLeft: 2 });
  verdict = { result: 'wrong', attemptsLeft: 1 };
  expect(await check()).toEqual({ finding: 'wrong', attemptsLeft: 1 });
  expect(told.at(-1)).toBe('checked wrong');
});

test('a wrong PIN that was the last one says which limit ends it', async () => {
  verdict = { result: 'wrong', attemptsLeft: 4 };
  next = { result: 'spent' };
  expect(await check()).toEqual({ finding: 'spent' });
  next = { result: 'limited', until: new Date(9) };
  expect(await check()).toEqual({ finding: 'limited', until: new Date(9) });
});

test('the PIN that locks the record was compared, so it counts as wrong; one that met a lock does not', async () => {
  const until = new Date(11);
  verdict = { result: 'locked', until };
  expect(await check({ pinAttemptsLeft: 1 })).toEqual({ finding: 'locked', until });
  expect(told.at(-1)).toBe('checked wrong, the last');
  expect(await check({ pinAttemptsLeft: null })).toEqual({ finding: 'locked', until });
  expect(told.at(-1)).toBe('checked wrong, the last');
  expect(await check({ pinAttemptsLeft: 0 })).toEqual({ finding: 'locked', until });
  expect(told.at(-1)).toBe('checked locked');
  verdict = { result: 'wrong', attemptsLeft: 0 };
  expect(await check()).toEqual({ finding: 'locked', until: null });
  expect(told.at(-1)).toBe('checked wrong, the last');
});

test.each([
  [2, 0, 'asked'],
  [1, 0, 'kept'],
  [3, 1, 'asked'],
  [2, 1, 'kept'],
  [null, 9, 'asked'],
] as const)(
  'of %s tries of the directory, with %i at it already, the last is %s for the owner',
  async (tries, inFlight, end) => {
    left = tries;
    counted = [{ result: 'counted', inFlight }];
    verdict = { result: 'wrong', attemptsLeft: 3 };
    const finding = await check(stranger);
    if (end === 'kept') {
      expect(finding).toEqual({ finding: 'limited', until: null });
      expect(told).toEqual(['counted', 'read', 'checked withheld']);
    } else {
      expect(finding).toEqual({ finding: 'wrong', attemptsLeft: 2 });
      expect(told).toEqual(['counted', 'read', 'asked 135790', 'checked wrong']);
    }
  },
);

test('a stranger is told of no try that is kept for the owner', async () => {
  verdict = { result: 'wrong', attemptsLeft: 2 };
  expect(await check(stranger)).toEqual({ finding: 'wrong', attemptsLeft: 1 });
  expect(told.at(-1)).toBe('checked wrong');
  verdict = { result: 'wrong', attemptsLeft: 1 };
  expect(await check(stranger)).toEqual({ finding: 'limited', until: null });
  expect(told.at(-1)).toBe('checked wrong, the last');
});

test('no answer is no verdict and stays counted; a mistake of ours is not hidden', async () => {
  verdict = new UnavailableError('directory');
  expect(await check()).toEqual({ finding: 'noAnswer' });
  expect(told.at(-1)).toBe('checked noAnswer');
  verdict = { result: 'notSet' };
  expect(await check()).toEqual({ finding: 'notSet' });
  verdict = new TypeError('a mistake');
  await expect(check()).rejects.toThrow('a mistake');
});

test('the same message again gets what was recorded, and the directory is not asked again', async () => {
  counted = [{ result: 'repeated', verdict: 'ok' }];
  expect(await check()).toEqual({ finding: 'ok' });
  counted = [{ result: 'repeated', verdict: 'wrong' }];
  expect(await check()).toEqual({ finding: 'wrong', attemptsLeft: 2 });
  counted = [{ result: 'repeated', verdict: 'locked' }];
  expect(await check()).toEqual({ finding: 'locked', until: null });
  expect(told.filter((one) => one.startsWith('asked'))).toEqual([]);
  expect(told).toContain('checked locked');
});

test('while another process asks for the same message its verdict is waited for, as long as it may take', async () => {
  counted = [
    { result: 'repeated', verdict: null },
    { result: 'repeated', verdict: 'ok' },
  ];
  expect(await check()).toEqual({ finding: 'ok' });
  told = [];
  counted = [{ result: 'repeated', verdict: null }];
  expect(await check()).toEqual({ finding: 'noAnswer' });
  // Looked at a few times in that quarter of a second, not all the time.
  expect(told.filter((one) => one === 'counted').length).toBeLessThanOrEqual(4);
  counted = [{ result: 'repeated', verdict: null }, { result: 'spent' }];
  expect(await check({}, 0)).toEqual({ finding: 'noAnswer' });
  expect(told.filter((one) => one.startsWith('asked'))).toEqual([]);
});
