// req:G2
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hintsFor, lintReply } from '#machines/copy/composer-lint.ts';

const rulesOf = (text: string) => [...new Set(lintReply(text).map(({ rule }) => rule))];

describe('an agent who asks for a secret is stopped', () => {
  test.each([
    'Mohon kirim kode OTP Anda',
    'Berapa PIN Bapak?',
    'Kode yang masuk tadi, tolong disebutkan ya',
    'OTP-nya apa ya',
    'P I N nya berapa?',
    'Boleh minta sandi Mobile JKN-nya?',
    'Sandi Anda apa?',
    'Tulis di sini kodenya Bu',
    'Kata sandi mohon diketik',
    'Please share the code you received',
    'What is your password?',
    'Silakan foto kode itu',
    'ＰＩＮ Anda berapa?',
    'Saya butuh angka rahasia Ibu',
    'kirimkan 6 angka kode ke saya',
  ])('%s', (text) => {
    expect(rulesOf(text)).toContain('asksForSecret');
  });

  test('in any order of words', () => {
    const words = fc.shuffledSubarray(['mohon', 'kirim', 'kode', 'yang', 'masuk', 'tadi'], {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(fc.property(words, (order) => rulesOf(order.join(' ')).includes('asksForSecret')));
  });
});

describe('a warning of it may be sent', () => {
  test.each([
    'Jangan pernah memberi kode atau PIN kepada siapa pun.',
    'Petugas tidak pernah meminta PIN.',
    'We never ask for your PIN or code.',
    'Terima kasih, data Bapak sudah benar.',
    'Layanan otomatis akan melanjutkan, Bu.',
  ])('%s', (text) => {
    expect(lintReply(text)).toEqual([]);
  });
});

test.each([
  ['Buka https://bit.ly/x1', 'link'],
  ['lihat www.contoh.id/klaim', 'link'],
  ['daftar di contoh.my.id ya', 'link'],
  ['hubungi 0812 3456 7890', 'phoneNumber'],
  ['WA saya +62 812-3456-7890', 'phoneNumber'],
  ['chat wa.me/6281234', 'phoneNumber'],
  ['nomornya 482913', 'digits'],
  ['4 8 2 9', 'digits'],
  ['Balas YES', 'carrierWord'],
  ['ketik stop bila tidak jadi', 'carrierWord'],
  ['Halo {nama}', 'placeholder'],
  ['', 'empty'],
  [' \n ', 'empty'],
  ['a'.repeat(1_601), 'tooLong'],
])('%j is stopped: %s', (text, rule) => {
  expect(rulesOf(text)).toContain(rule);
});

test.each([
  'Kami buka pukul 08.00-17.00, Senin sampai Jumat.',
  'Diproses paling lambat 24-11-2026.',
  'Referensi Anda KC-7K3M9Q.',
  'Mohon tunggu 15 menit, Bu.',
  'Hubungi 165 bila perlu.',
])('%s may be sent', (text) => {
  expect(lintReply(text)).toEqual([]);
});

test('a link to a host that the operator allows may be sent, and to what is below it', () => {
  const allowedHosts = ['bpjs-kesehatan.go.id'];
  expect(lintReply('Lihat https://bpjs-kesehatan.go.id/privasi', { allowedHosts })).toEqual([]);
  expect(lintReply('Lihat https://www.bpjs-kesehatan.go.id', { allowedHosts })).toEqual([]);
  expect(lintReply('Lihat https://bpjs-kesehatan.go.id.contoh.com', { allowedHosts })).not.toEqual([]);
});

test('whatever is typed, the lint answers', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      for (const { found } of lintReply(text)) expect(typeof found).toBe('string');
    }),
  );
});

test('on SMS the agent hears of segments and of the first costly sign, on WhatsApp of nothing', () => {
  expect(hintsFor('Baik, Ibu.', 'sms')).toEqual({ segments: 1, costly: null });
  expect(hintsFor('Baik 😀', 'sms').costly).toBe('😀');
  expect(hintsFor('Baik 😀', 'whatsapp')).toEqual({ segments: null, costly: null });
});
