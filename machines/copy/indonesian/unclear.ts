// Why an answer could not be used yet, in Indonesian, without blame; the short form of the prompt follows.
import type { Unclear } from '../../events.ts';
import type { Notice, Sentence, Wording } from '../keys.ts';
import { same, say } from '../sentence.ts';

type UnclearNotice = Extract<Notice, { notice: 'unclear' }>;

type Reasons = {
  [R in Unclear['reason']]: (
    unclear: Extract<Unclear, { reason: R }>,
    notice: UnclearNotice,
    wording: Wording,
  ) => Sentence;
};

const reasons: Reasons = {
  empty: () => same('Maaf, pesan Anda kami terima kosong.'),
  notUnderstood: (_, { prompt }) =>
    prompt === 'chooseField'
      ? same('Maaf, pilihannya belum kami pahami.')
      : same('Maaf, jawabannya belum kami pahami. Perlu contoh? Ketik *BANTUAN*.'),
  tooLong: () => same('Maaf, pesannya terlalu panjang untuk kami baca. Mohon tulis jawabannya saja.'),
  numberLength: ({ digits }) =>
    say(
      `Yang kami terima ${digits} angka. NIK harus 16 angka, nomor kartu harus 13 angka. Mohon periksa, mungkin ada angka yang tertinggal.`,
      `Yang kami terima ${digits} angka. NIK harus 16 angka, nomor kartu 13 angka.`,
    ),
  numberImpossible: () => same('Nomor itu belum dapat dipakai. Mohon periksa lagi NIK di KTP atau nomor di kartu JKN.'),
  numberIsVirtualAccount: () =>
    say(
      'Itu nomor *virtual account* untuk membayar iuran. Yang diperlukan nomor kartu: 13 angka di bagian depan kartu JKN, atau NIK di KTP.',
      'Itu nomor untuk membayar iuran. Pakai nomor di depan kartu JKN, atau NIK di KTP.',
    ),
  numberIsPhone: () =>
    say(
      'Itu tampaknya nomor HP. Nomor HP baru kami tanyakan nanti; sekarang kami perlu NIK atau nomor kartu.',
      'Itu tampaknya nomor HP. Nomor HP baru kami tanyakan nanti.',
    ),
  numbersTwo: () => same('Ada dua nomor dalam pesan Anda. Mohon kirim satu nomor saja.'),
  dateImpossible: () => same('Tanggal itu tidak ada di kalender. Mohon tulis tanggal dulu, lalu bulan, lalu tahun.'),
  dateInFuture: () => same('Tanggal itu belum tiba. Mohon periksa tahunnya.'),
  dateTooOld: () => same('Tahun itu terlalu jauh ke belakang. Mohon periksa tahunnya.'),
  dateIncomplete: () => same('Tanggal lahirnya belum lengkap. Mohon tulis tanggal, bulan, dan tahun.'),
  dateYearUnclear: ({ years: [older, newer] }) =>
    same(`Tahun lahirnya ${older} atau ${newer}? Mohon tulis tahun dengan 4 angka.`),
  emailMalformed: () => same('Alamat email itu belum lengkap. Alamat email memakai tanda @ dan titik, tanpa spasi.'),
  emailNoName: () =>
    same('Itu baru nama layanannya. Yang kurang: nama Anda dan tanda @ di depannya, misalnya nama@gmail.com.'),
  emailNone: () =>
    say(
      'Tidak punya email? Tidak apa-apa. Ketik *MENU*, lalu *2* untuk mengganti nomor HP. Ingin tetap memakai email? Buat dulu di HP Anda, lalu ketik di sini; langkah Anda tersimpan.',
      'Tidak punya email? Ketik MENU, lalu 2 untuk nomor HP. Atau buat email dulu; langkah Anda tersimpan.',
    ),
  fieldsTwo: () => same('Keduanya dapat diganti, satu per satu.'),
  thisNumberUnknown: () => same('Nomor yang Anda pakai sekarang tidak terlihat oleh kami. Mohon ketik angkanya.'),
  emailsTwo: () => same('Ada dua alamat email dalam pesan Anda. Mohon kirim satu saja.'),
  mobileLength: ({ digits }) =>
    say(
      `Yang kami terima ${digits} angka. Nomor HP 10 sampai 13 angka dan dimulai dengan 08. Mohon periksa, mungkin ada angka yang tertinggal.`,
      `Yang kami terima ${digits} angka. Nomor HP 10 sampai 13 angka, dimulai dengan 08.`,
    ),
  mobileLandline: () => same('Itu tampaknya nomor telepon rumah atau kantor. Kode kami hanya sampai ke nomor HP.'),
  mobileForeign: () => same('Itu nomor luar negeri. Di sini hanya nomor HP Indonesia yang dapat didaftarkan.'),
  mobilePremium: () => same('Itu nomor layanan khusus, bukan nomor HP. Nomor HP dimulai dengan 08, misalnya 0812.'),
  mobilesTwo: () => same('Ada dua nomor HP dalam pesan Anda. Mohon kirim satu nomor saja.'),
  codeLength: ({ digits }, _, { codeDigits }) =>
    same(`Yang kami terima ${digits} angka, kodenya ${codeDigits} angka. Percobaan Anda tidak berkurang.`),
  codesTwo: () => same('Ada dua kode dalam pesan Anda. Mohon kirim satu kode saja, yang paling baru.'),
  pinLength: ({ digits }, _, { pinDigits }) =>
    same(`Yang kami terima ${digits} angka, PIN Mobile JKN ${pinDigits} angka. Percobaan Anda tidak berkurang.`),
  pinIsPassword: () =>
    say(
      'Itu tampaknya *kata sandi*. Yang diperlukan PIN Mobile JKN, isinya angka saja. Percobaan Anda tidak berkurang.',
      'Itu tampaknya kata sandi. PIN isinya angka saja. Percobaan Anda tidak berkurang.',
    ),
  answerOld: () => same('Pilihan itu dari pesan yang lama, jadi tidak kami pakai. Pertanyaan sekarang:'),
};

export function unclear(notice: UnclearNotice, wording: Wording): Sentence {
  const pick = <R extends Unclear['reason']>(reason: R, why: Extract<Unclear, { reason: R }>) =>
    reasons[reason](why, notice, wording);
  return pick(notice.unclear.reason, notice.unclear);
}
