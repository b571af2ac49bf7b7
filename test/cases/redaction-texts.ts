// What participants really type and say to a person, with what of it nobody may read afterwards.

/** One six-digit code in every spelling that people use. */
export const spellings: readonly string[] = [
  '482913',
  '482 913',
  '48 29 13',
  '4 8 2 9 1 3',
  '4-8-2-9-1-3',
  '482-913',
  '482.913',
  '4.8.2.9.1.3',
  '4 - 8 - 2 - 9 - 1 - 3',
  '4, 8, 2, 9, 1, 3',
  '482_913',
  '482/913',
  '*482913*',
  '"482913"',
  '4\n8\n2\n9\n1\n3',
  '４８２９１３',
  '٤٨٢٩١٣',
  '४८२९१३',
  '4\u200b8\u200b2\u200b9\u200b1\u200b3',
  '4️⃣8️⃣2️⃣9️⃣1️⃣3️⃣',
  'empat delapan dua sembilan satu tiga',
  'Empat, Delapan, Dua, Sembilan, Satu, Tiga',
  'empat-delapan-dua-sembilan-satu-tiga',
  'empatdelapanduasembilansatutiga',
  'empat ratus delapan puluh dua sembilan ratus tiga belas',
  'four eight two nine one three',
  'four eight, two nine, thirteen',
  '4 delapan 2 sembilan 1 tiga',
];

export const phrases: readonly string[] = [
  '{}',
  'kode saya {}',
  'kodenya {} ya bu',
  'ini OTP nya: {}',
  'PIN saya {}',
  'pin={}',
  'sandi\n{}',
  '{} itu kodenya',
  'my code is {}',
  'tolong bantu, kode verifikasi saya {} tidak bisa dipakai',
];

/** Beside no word for a code: hidden while one is on its way. */
export const bare: readonly string[] = [
  'saya dapat {} tadi',
  'yang masuk {}, betul?',
  'ini {} makasih',
  'I got {} just now',
];

/** Longer numbers: only the last four digits may be left. */
export const numbers: readonly { text: string; secret: string }[] = [
  { text: 'NIK saya 9901014506850001', secret: '9901014506850001' },
  { text: 'nik 9901 0145 0685 0001', secret: '9901014506850001' },
  { text: 'nik 9901-0145-0685-0001 atas nama Siti', secret: '9901014506850001' },
  { text: '99.01.01.45.06.85.0001', secret: '9901014506850001' },
  { text: '9 9 0 1 0 1 4 5 0 6 8 5 0 0 0 1', secret: '9901014506850001' },
  { text: 'NIK ９９０１０１４５０６８５０００１', secret: '9901014506850001' },
  { text: 'KK 3201010101200001 ya', secret: '3201010101200001' },
  { text: 'kartu 0009900000011', secret: '0009900000011' },
  { text: 'kartu JKN 0009 9000 00011', secret: '0009900000011' },
  { text: '000-99000-00011 itu kartu saya', secret: '0009900000011' },
  {
    text: 'sembilan sembilan nol satu nol satu empat lima nol enam delapan lima nol nol nol satu',
    secret: '9901014506850001',
  },
  { text: 'kartu nol nol nol sembilan sembilan nol nol nol nol nol nol satu satu', secret: '0009900000011' },
  { text: 'nik dan pin: 9901014506850001 135790', secret: '135790' },
  { text: 'kode 482913 081234567890', secret: '482913' },
];

/** Nothing secret in them, and they stay as they are. */
export const innocent: readonly string[] = [
  'nomor lama saya sudah mati',
  'email saya siti.aminah@example.com',
  'nomor baru 081234567890',
  'nomor baru 0812 3456 7890',
  'nomor baru +62 812-3456-7890',
  '081234567890 dan 085612345678',
  'nomor HP untuk kode 081234567890',
  'email lama siti2024@example.com',
  'saya tinggal di RT 03 RW 12',
  'jam 8 sampai jam 12',
  'sudah 3 kali saya coba',
  'anak saya dua, yang satu sudah pindah',
  'satu lagi, dua minggu lalu juga begitu',
  'tolong satukan datanya',
  'lima puluh tahun saya di sini',
  'bayar seratus lima puluh ribu rupiah',
  'saya lahir tahun 1985',
  'kasus KC-7K3M9Q',
  'kelas 3, naik ke kelas 2',
  'tunggakan Rp150.000',
  'lantai 2 no 17',
  'terima kasih',
  '👍',
];

/** Nothing secret in them, and hidden all the same: the price of hiding what looks like a code. */
export const tooMuch: readonly { text: string; becomes: string; codeLived?: true }[] = [
  // a birth date as eight digits, alone: agents do not need it
  { text: '05061985', becomes: '[kode disembunyikan]' },
  { text: '05-06-1985', becomes: '[kode disembunyikan]' },
  { text: '1985', becomes: '[kode disembunyikan]' },
  { text: 'kode pos 40115', becomes: 'kode pos [kode disembunyikan]' },
  { text: 'kode referensi saya 2026', becomes: 'kode referensi saya [kode disembunyikan]' },
  { text: 'satu dua tiga empat, dicoba', becomes: '[kode disembunyikan], dicoba' },
  { text: 'jam 08.00 - 12.00 saya di rumah', becomes: 'jam [kode disembunyikan] saya di rumah', codeLived: true },
  { text: 'saya lahir tahun 1985', becomes: 'saya lahir tahun [kode disembunyikan]', codeLived: true },
  { text: 'rekening 123456789012', becomes: 'rekening [kode disembunyikan]', codeLived: true },
];
