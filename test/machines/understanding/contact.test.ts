// New values: mobile numbers in any form, e-mail addresses typed or spoken, and a suggestion instead of a correction.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { said } from './describe.ts';

const national = fc
  .tuple(fc.constantFrom('1', '2', '3', '5', '6', '7', '8', '9'), fc.stringMatching(/^\d{7,10}$/))
  .map(([second, tail]) => `8${second}${tail}`);

describe('a mobile number', () => {
  test('is the same in every written form', () => {
    fc.assert(
      fc.property(national, (number) => {
        const [a, b, c] = [number.slice(0, 3), number.slice(3, 7), number.slice(7)];
        const forms = [
          `0${number}`,
          `+62${number}`,
          `62${number}`,
          `0062${number}`,
          `+62 0${number}`,
          `0${a}-${b}-${c}`,
          `0${a} ${b} ${c}`,
          `(0${a}) ${b}-${c}`,
          `+62 ${a}-${b}-${c}`,
          `https://wa.me/62${number}`,
          `no baru saya 0${number} ya kak`,
          `hp: 0${a}.${b}.${c}`,
          `O${number}`,
        ];
        for (const form of forms) {
          expect(`${form}: ${said(form, 'value/mobileNumber')}`).toBe(`${form}: +62${number}`);
        }
      }),
    );
  });

  test('written twice is one, two different ones are asked about', () => {
    fc.assert(
      fc.property(national, national, (one, other) => {
        expect(said(`0${one}, +62${one}`, 'value/mobileNumber')).toBe(`+62${one}`);
        if (one !== other) expect(said(`0${one} / 0${other}`, 'value/mobileNumber')).toBe('unclear mobilesTwo');
        if (one !== other) expect(said(`dari 0${one} ke 0${other}`, 'value/mobileNumber')).toBe(`+62${other}`);
      }),
    );
  });

  test.each([
    ['0215550100', 'unclear mobileLandline'],
    ['0319000000', 'unclear mobileLandline'],
    ['08091234567', 'unclear mobilePremium'],
    ['+1 202 555 0123', 'unclear mobileForeign'],
    ['001 202 555 0123', 'unclear mobileForeign'],
    ['0812', 'unclear mobileLength 4'],
    ['081200000', 'unclear mobileLength 9'],
    ['08120000000112', 'unclear mobileLength 14'],
    ['nol delapan satu dua kosong kosong kosong kosong kosong kosong satu satu', '+6281200000011'],
  ])('%s: %s', (text, meaning) => {
    expect(said(text, 'value/mobileNumber')).toBe(meaning);
  });
});

const local = fc
  .array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 3 })
  .chain((parts) => fc.constantFrom('.', '_', '-', '+').map((gap) => parts.join(gap)));
const domain = fc.constantFrom('example.com', 'example.org', 'example.co.id', 'mail.example.com', 'surat-uji.example');

describe('an e-mail address', () => {
  test('comes through as it was typed, in any wrapping', () => {
    fc.assert(
      fc.property(local, domain, (name, host) => {
        const address = `${name}@${host}`;
        const forms = ['%', '<%>', 'mailto:%', '%.', 'email saya % ya', 'email: %, terima kasih', '"%"', '%\nmakasih'];
        for (const form of forms) expect(said(form.replace('%', address), 'value/email')).toBe(address);
        expect(said(`${name}@${host.toUpperCase()}`, 'value/email')).toBe(address);
      }),
    );
  });

  test('is put together again when blanks, commas or words stand in it', () => {
    fc.assert(
      fc.property(local, fc.constantFrom('example.com', 'example.org', 'example.co.id'), (name, host) => {
        const forms = [
          `${name} @ ${host}`,
          `${name}@${host.replaceAll('.', ' . ')}`,
          `${name}@${host.replaceAll('.', ',')}`,
          `${name}@${host.replaceAll('.', ' ')}`,
          `${name} at ${host.replaceAll('.', ' dot ')}`,
          `${name}(at)${host.replaceAll('.', '(dot)')}`,
          `${name} et ${host.replaceAll('.', ' titik ')}`,
        ];
        for (const form of forms) expect(`${form}: ${said(form, 'value/email')}`).toBe(`${form}: ${name}@${host}`);
      }),
    );
  });

  test('at a known domain or an example domain gets no suggestion', () => {
    const known = [
      'gmail.com',
      'yahoo.com',
      'yahoo.co.id',
      'ymail.com',
      'rocketmail.com',
      'hotmail.com',
      'outlook.com',
    ];
    const real = ['icloud.com', 'live.com', 'mail.com', 'email.com', 'telkom.net', 'example.com', 'example.net'];
    for (const host of [...known, ...real]) {
      expect(said(`warga.contoh@${host}`, 'value/email')).toBe(`warga.contoh@${host}`);
    }
  });

  test('one slip away from a large provider gets the provider as a suggestion, and stays as it was typed', () => {
    const provider = fc.constantFrom('gmail', 'yahoo', 'hotmail', 'outlook', 'icloud');
    fc.assert(
      fc.property(provider, fc.nat(), fc.constantFrom('drop', 'double', 'swap'), (name, at, slip) => {
        const place = 1 + (at % (name.length - 1));
        const [before, letter, after] = [name.slice(0, place), name[place] ?? '', name.slice(place + 1)];
        const slipped = {
          drop: before + after,
          double: before + letter + letter + after,
          swap: before + after.slice(0, 1) + letter + after.slice(1),
        }[slip];
        fc.pre(slipped !== name);
        expect(said(`warga.contoh@${slipped}.com`, 'value/email')).toBe(
          `warga.contoh@${slipped}.com, or warga.contoh@${name}.com?`,
        );
      }),
    );
  });

  test.each([
    ['warga.contoh@gmial.com', 'warga.contoh@gmial.com, or warga.contoh@gmail.com?'],
    ['warga.contoh@gmail.co', 'warga.contoh@gmail.co, or warga.contoh@gmail.com?'],
    ['warga.contoh@gmailcom', 'warga.contoh@gmailcom, or warga.contoh@gmail.com?'],
    ['warga.contoh@yaho.co.id', 'warga.contoh@yaho.co.id, or warga.contoh@yahoo.co.id?'],
    ['warga..contoh@example.com', 'unclear emailMalformed'],
    ['warga@', 'unclear emailMalformed'],
    ['wargagmail.com', 'unclear emailMalformed'],
    ['a@example.com b@example.com', 'unclear emailsTwo'],
    ['bukan a@example.com tapi b@example.com', 'b@example.com'],
  ])('%s: %s', (text, meaning) => {
    expect(said(text, 'value/email')).toBe(meaning);
  });

  test('longer than 254 characters is none', () => {
    expect(
      said(
        `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(20)}.com`,
        'value/email',
      ),
    ).toBe('unclear emailMalformed');
  });
});
