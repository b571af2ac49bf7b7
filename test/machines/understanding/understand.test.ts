// What a whole message means: order of precedence, several answers at once, taps, and texts nobody expected.
import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import { ParticipantEvent } from '../../../machines/events.ts';
import type { Asked } from '../../../machines/understanding/asked.ts';
import { asked, describe, type Step, said, understanding } from './describe.ts';

const STEPS: readonly Step[] = [
  'number',
  'birthDate',
  'field',
  'value/email',
  'value/mobileNumber',
  'confirmation/email',
  'confirmation/mobileNumber',
  'code/email',
  'code/mobileNumber',
  'pin',
  'words',
];

/** The first step answers the message, every next one what is left of it. */
function walk(text: string, steps: readonly Step[]): string[] {
  let rest = text;
  return steps.map((step, at) => {
    const understood =
      at === 0 ? understanding.understand(rest, asked(step)) : understanding.understandMore(rest, asked(step));
    if (understood === null) return 'nothing';
    rest = understood.rest;
    return describe(understood.event);
  });
}

group('several answers in one message', () => {
  test.each<[string, Step[], string[]]>([
    [
      'mau ganti email, NIK saya 9901014506850001 lahir 17 agustus 85 jadi budi.baru@example.com',
      ['number', 'birthDate', 'field', 'value/email'],
      ['nik 9901014506850001', '1985-08-17', 'field email', 'budi.baru@example.com'],
    ],
    [
      'NIK 9901014506850001 lahir 5 juni 85 mau ganti no hp ke 0812-0000-0011',
      ['number', 'birthDate', 'field', 'value/mobileNumber'],
      ['nik 9901014506850001', '1985-06-05', 'field mobileNumber', '+6281200000011'],
    ],
    [
      '0009900000022 17-08-1979 2 081200000033',
      ['number', 'birthDate', 'value/mobileNumber'],
      ['cardNumber 0009900000022', '1979-08-17', '+6281200000033'],
    ],
    [
      '9901 0117 0879 0002\n17/08/1979\nno hp\n+62 812 0000 0033',
      ['number', 'birthDate', 'field', 'value/mobileNumber'],
      ['nik 9901011708790002', '1979-08-17', 'field mobileNumber', '+6281200000033'],
    ],
    [
      'halo kak hp lama hilang mau ganti nomor ke 081200000033 nik 9901011708790002 tgl lahir 17081979',
      ['number', 'birthDate', 'field', 'value/mobileNumber'],
      ['nik 9901011708790002', '1979-08-17', 'field mobileNumber', '+6281200000033'],
    ],
    [
      'kartu 0009900000011, lahir 05061985, email siti.baru@example.com',
      ['number', 'birthDate', 'field', 'value/email'],
      ['cardNumber 0009900000011', '1985-06-05', 'field email', 'siti.baru@example.com'],
    ],
    [
      'ganti no hp dari 081200000011 ke 081200000022',
      ['field', 'value/mobileNumber'],
      ['field mobileNumber', '+6281200000022'],
    ],
    ['nomor lama hangus mau ganti nomor hp', ['number', 'number'], ['ask.oldContactDead', 'field mobileNumber']],
    ['lupa email, mau ganti email', ['birthDate', 'birthDate'], ['ask.forgottenEmail', 'field email']],
    ['NIK 9901014506850001 mau ganti email', ['number', 'birthDate'], ['nik 9901014506850001', 'field email']],
    ['nomor lama hangus', ['number', 'number'], ['ask.oldContactDead', 'nothing']],
    ['9901014506850001', ['number', 'birthDate'], ['nik 9901014506850001', 'nothing']],
    ['NIK 9901014506850001 nomor saya 081200000011', ['number', 'birthDate'], ['nik 9901014506850001', 'nothing']],
  ])('%j is taken step by step', (text, steps, meanings) => {
    expect(walk(text, steps)).toEqual(meanings);
  });

  test.each<[string, Step]>([
    ['123456', 'code/email'],
    ['135790', 'pin'],
    ['ya benar', 'confirmation/email'],
    ['081200000011', 'confirmation/mobileNumber'],
    ['batal', 'words'],
    ['081200000011', 'number'],
    ['99000000011', 'number'],
    ['5 juni', 'birthDate'],
    ['5 juni 10', 'birthDate'],
    ['pin 100185', 'birthDate'],
    ['nomor', 'value/email'],
    ['email lama saya lupa', 'field'],
    ['email dan nomor hp', 'field'],
    ['nomor lama 081200000011', 'value/mobileNumber'],
    ['a@example.com atau b@example.com', 'value/email'],
    ['', 'number'],
  ])('%j left over from a message is never taken for %s', (rest, step) => {
    expect(understanding.understandMore(rest, asked(step))).toBeNull();
  });
});

group('precedence', () => {
  test.each(['menu', 'batal', 'kembali', 'ulang', 'bantuan', 'petugas', 'cancel', 'help', 'ya', 'min', 'stop'])(
    'an e-mail address that begins with "%s" is an address',
    (word) => {
      expect(said(`${word}@example.com`, 'value/email')).toBe(`${word}@example.com`);
      expect(said(`email ${word}@example.com`, 'confirmation/email')).toBe(`${word}@example.com`);
    },
  );

  test.each<[string, Step, string]>([
    ['bantu 9901014506850001', 'number', 'nik 9901014506850001'],
    ['ulang 123456', 'code/email', 'code 123456'],
    ['kode belum masuk tapi ini ada 123456', 'code/email', 'code 123456'],
    ['lupa email, 9901014506850001', 'number', 'nik 9901014506850001'],
    ['batal ganti email', 'field', 'word.cancel'],
    ['bukan saya', 'confirmation/email', 'word.notMe'],
    ['halo 990101450685000', 'number', 'unclear numberLength 15'],
  ])('%j at %s is %s', (text, step, meaning) => {
    expect(said(text, step)).toBe(meaning);
  });

  test('words that always work do so at every step', () => {
    const words = { menu: 'MENU', cancel: 'batal', back: 'kembali', again: 'ulang', help: 'bantuan', agent: 'petugas' };
    for (const [meaning, word] of Object.entries(words)) {
      for (const step of STEPS) expect(`${step} ${said(word, step)}`).toBe(`${step} word.${meaning}`);
    }
  });

  test('a word inside a longer sentence is no command', () => {
    expect(said('saya takut kalau nanti batal sendiri', 'number')).toBe('unclear notUnderstood');
    expect(said('jangan batalkan', 'confirmation/email')).toBe('unclear notUnderstood');
  });

  test('"no" refuses where English is spoken', () => {
    const { event } = understanding.understand('No.', asked('confirmation/email', { language: 'en' }));
    expect(describe(event)).toBe('answer.no');
  });

  test('"no" is a number in Indonesian, never a refusal', () => {
    for (const step of STEPS) expect(said('no', step)).not.toBe('answer.no');
  });
});

group('a code is typed where a new value may be corrected', () => {
  const atCode = (text: string, changes: Partial<Asked>) =>
    describe(understanding.understand(text, asked('code', changes)).event);

  test('an address or a number of the field at hand is a corrected value', () => {
    expect(atCode('budi@example.com', { field: 'email' })).toBe('budi@example.com');
    expect(atCode('081200000011', { field: 'mobileNumber' })).toBe('+6281200000011');
    expect(atCode('081200000011', { field: 'email' })).toBe('unclear codeLength 12');
  });

  test('lengths come from the policy', () => {
    expect(atCode('12345678', { codeDigits: 8 })).toBe('code 12345678');
    expect(describe(understanding.understand('1234', asked('pin', { pinDigits: 4 })).event)).toBe('pin 1234');
  });
});

group('taps', () => {
  const tap = (payload: string, title = 'Ya', promptKey = 'confirmNewValue') =>
    describe(
      understanding.understandChoice(payload, title, { prompt: promptKey, mark: 'm1' }, asked('confirmation/email')),
    );

  test.each([
    ['confirmNewValue:yes', 'answer.yes'],
    ['confirmNewValue:yes:m1', 'answer.yes'],
    ['confirmNewValue:yes:m2', 'unclear answerOld'],
    ['confirmNewValue:cancel:m2', 'unclear answerOld'],
    ['confirmNewValue:agent:m2', 'word.agent'],
    ['confirmNewValue:yes:{{2}}', 'answer.yes'],
    ['confirmNewValue:no', 'answer.no'],
    ['confirmNewValue:email', 'field email'],
    ['confirmNewValue:mobileNumber', 'field mobileNumber'],
    ['confirmNewValue:myData', 'ask.myData'],
    ['confirmNewValue:again', 'word.again'],
    ['confirmNewValue:cancel', 'word.cancel'],
    ['confirmNewValue:back', 'word.back'],
    ['chooseField:email', 'unclear answerOld'],
    ['chooseField:cancel', 'unclear answerOld'],
    ['chooseField:yes', 'unclear answerOld'],
    ['chooseField:agent', 'word.agent'],
    ['chooseField:menu', 'word.menu'],
    ['chooseField:help', 'word.help'],
  ])('%s means %s', (payload, meaning) => {
    expect(tap(payload)).toBe(meaning);
  });

  test.each(['', 'something else', 'confirmNewValue:', 'confirmNewValue:constructor', ':yes', 'a:b:yes'])(
    'a payload that is not ours (%j) gives way to the title',
    (payload) => {
      expect(tap(payload, 'Ya')).toBe('answer.yes');
      expect(tap(payload, 'Petugas')).toBe('word.agent');
    },
  );
});

group('texts nobody expected', () => {
  test.each([
    ['', 'unclear empty'],
    ['  \n\t ', 'unclear empty'],
    ['\u200b\u200e\u2069', 'unclear empty'],
    ['😀', 'unclear notUnderstood'],
    ['👍🏽', 'answer.yes'],
    ['👎', 'answer.no'],
    ['?', 'word.help'],
  ])('%j is %s', (text, meaning) => {
    expect(said(text, 'words')).toBe(meaning);
  });

  test('a very long text is too long, unless it holds the answer', () => {
    const story = 'saya sudah menunggu di loket dan belum dilayani. '.repeat(60);
    expect(said(story, 'number')).toBe('unclear tooLong');
    expect(said(`${story} NIK 9901014506850001 ${story}`, 'number')).toBe('nik 9901014506850001');
    expect(said(`${story} kode 123456`, 'code/email')).toBe('code 123456');
    expect(said(`${story} budi@example.com`, 'value/email')).toBe('budi@example.com');
  });

  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 10_000 }),
    fc.string({ unit: 'grapheme', maxLength: 2000 }),
    fc.string({ maxLength: 2000 }),
    fc
      .array(fc.constantFrom('0812', '@', '.', ' ', 'ya', 'batal', '17', '-', 'at', 'dot', '\n', 'O', '+', '٣'), {
        maxLength: 2000,
      })
      .map((parts) => parts.join('')),
  );

  test('no text throws, and every meaning is one of ours', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(...STEPS), (text, step) => {
        const { event, rest } = understanding.understand(text, asked(step));
        expect(ParticipantEvent.safeParse(event).success).toBe(true);
        expect(typeof rest).toBe('string');
        understanding.understandMore(text, asked(step));
        understanding.understandChoice(text, text, { prompt: text, mark: text }, asked(step));
      }),
      { numRuns: 400 },
    );
  });

  test('a text is the same with blanks, marks and letter case that mean nothing', () => {
    const texts = ['batal', 'kode belum masuk', '9901014506850001', 'ganti no hp', 'ya', 'petugas'];
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.constantFrom(...STEPS),
        fc.constantFrom(' ', '\u200b', '\u200f', '\u00a0', '\n', '\ufeff'),
        (text, step, mark) => {
          const plain = said(text, step);
          expect(said(mark + text + mark, step)).toBe(plain);
          expect(said(text.toUpperCase(), step)).toBe(plain);
          expect(said(text.replaceAll(' ', `${mark === '\n' ? ' ' : mark} `), step)).toBe(plain);
        },
      ),
    );
  });

  test.each([
    'a',
    '1 ',
    '12-',
    'a@',
    'a@b.',
    'a titik ',
    '0812 ',
    'satu ',
    '1,',
    '17 agustus ',
    'kodee blm ',
    '\ufdfa',
    '👍🏽',
    '_ ',
    'tgl ',
  ])('a megabyte of %j is answered: nothing here grows faster than the text', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    for (const step of STEPS) expect(understanding.understand(text, asked(step)).event.type).toMatch(/^\w+\.\w+$/);
  });
});
