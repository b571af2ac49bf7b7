// What BANTUAN explains at each prompt, in Indonesian; the short form of the prompt follows it.
import type { Copy, Sentence } from '../keys.ts';
import { say } from '../sentence.ts';
import { fieldName, shortName, viaName } from './terms.ts';

/** The words that work everywhere come after every explanation. */
function help(whatsapp: string, sms: string): Sentence {
  return say(
    `${whatsapp}\nKata yang selalu bisa dipakai: *MENU* (ke awal), *KEMBALI* (satu langkah ke belakang), *ULANG* (tampilkan lagi), *BATAL* (tidak jadi), *PETUGAS* (bicara dengan Care Center 165).`,
    `${sms} Juga: MENU, KEMBALI, BATAL, PETUGAS.`,
  );
}

export const helps = {
  askNumber: (_, { privacyUrl }) =>
    help(
      `Kami mencari data peserta dengan *NIK* atau *nomor kartu JKN*.\nNIK: 16 angka di KTP (bukan nomor KK), misalnya 99xxxxxxxxxxxxxx.\nNomor kartu: 13 angka di kartu JKN-KIS, misalnya 000xxxxxxxxxx.${privacyUrl === null ? '' : `\nCara kami memakai data: ${privacyUrl}`}`,
      `Ketik NIK (16 angka, KTP) atau nomor kartu (13).${privacyUrl === null ? '' : ` Privasi: ${privacyUrl}`}`,
    ),
  askBirthDate: () =>
    help(
      'Tanggal lahir dipakai untuk mencocokkan data. Tulis tanggal, bulan, lalu tahun seperti di KTP, misalnya 17-08-1945 atau 17 Agustus 1945.',
      'Ketik tanggal, bulan, lalu tahun lahir seperti di KTP, misalnya 17 Agustus 1945.',
    ),
  chooseField: () =>
    help(
      'Pilih dengan satu angka, misalnya *2* bila ingin mengganti nomor HP. Layanan ini hanya mengganti email dan nomor HP.',
      'Pilih dengan satu angka, misalnya 2 bila ingin mengganti nomor HP.',
    ),
  askNewValue: ({ field }) =>
    help(
      `Ketik ${fieldName[field]} yang ingin Anda pakai. ${
        field === 'email'
          ? 'Alamat email memakai tanda @ dan titik, misalnya nama@example.com.'
          : 'Nomor dimulai dengan 08 dan sudah bisa menerima pesan, misalnya 0812xxxxxxxx.'
      } Kami tunjukkan dulu kepada Anda sebelum kode dikirim. ${field === 'email' ? 'Email' : 'Nomor'} lama tidak diperlukan.`,
      `${
        field === 'email' ? 'Alamat email memakai tanda @ dan titik.' : 'Nomor dimulai dengan 08 dan sudah aktif.'
      } Kami tunjukkan dulu sebelum kode dikirim.`,
    ),
  confirmSuggestion: () =>
    help(
      'Email yang Anda ketik mungkin kurang satu huruf. Mohon bandingkan keduanya pelan-pelan. *YA* memakai yang kami sarankan, *TIDAK* memakai yang Anda ketik. Anda juga boleh mengetik email yang benar.',
      'Email tadi mungkin kurang satu huruf. Belum ada kode yang dikirim.',
    ),
  confirmNewValue: ({ field }) =>
    help(
      `Mohon baca pelan-pelan ${fieldName[field]} di bawah ini. Kode dikirim ke sana setelah Anda mengetik *YA*. Belum benar? Ketik saja ${shortName[field]} yang benar.`,
      `Kode dikirim ke ${fieldName[field]} ini setelah YA.`,
    ),
  askCode: ({ destination, via }, { codeDigits }) =>
    help(
      `Kami mengirim kode ${codeDigits} angka (kode OTP) ke ${destination} lewat ${viaName[via]}. Buka pesan itu, lalu ketik angkanya di sini. ${
        via === 'mail' ? 'Periksa juga folder spam.' : 'Periksa sinyal dan pulsa.'
      } Jangan beri kode ke orang lain. ${via === 'mail' ? 'Emailnya' : 'Nomornya'} belum benar? Ketik yang benar di sini.`,
      `Ketik ${codeDigits} angka yang dikirim ke ${destination}${via === 'mail' ? ', lihat juga spam' : ''}.`,
    ),
  askPin: (_, { pinDigits }) =>
    help(
      `PIN Mobile JKN adalah ${pinDigits} angka yang Anda buat sendiri di aplikasi Mobile JKN. PIN bukan PIN ATM, bukan kata sandi, dan bukan kode tadi. PIN memastikan bahwa Anda sendiri yang meminta. Petugas tidak pernah menanyakannya.`,
      `PIN: ${pinDigits} angka dari aplikasi Mobile JKN, bukan PIN ATM atau kata sandi.`,
    ),
  chooseOldContact: () =>
    help(
      'Perubahan Anda sudah tercatat dan berlaku pada waktunya. Dengan kode dari email atau nomor HP lama, perubahan langsung berlaku. Kedua kontak lama tidak bisa dibuka? Tidak apa-apa, tidak ada yang perlu dilakukan.',
      'Ketik 1 atau 2: dengan kode kontak lama, perubahan langsung berlaku.',
    ),
  askOldCode: ({ destination }) =>
    help(
      `Kami mengirim kode ke kontak lama ${destination}. Buka pesan itu, lalu ketik angkanya di sini. Periksa juga folder spam. Tanpa kode ini, perubahan tetap berlaku pada waktunya.`,
      `Ketik kode dari kontak lama ${destination}.`,
    ),
  waitForResult: () =>
    help(
      'PIN sudah cocok dan perubahan Anda sudah kami catat. Tidak ada yang perlu diketik sekarang; Bapak/Ibu boleh meninggalkan chat ini.',
      'PIN sudah cocok dan perubahan sudah dicatat. Tidak ada yang perlu diketik sekarang.',
    ),
  waitForAgent: () =>
    help(
      'Petugas membaca apa yang Anda tulis di sini, misalnya "nomor lama saya sudah mati". Petugas tidak pernah meminta kode dan PIN.',
      'Petugas membaca yang Anda tulis di sini, dan tidak pernah meminta kode dan PIN.',
    ),
  confirmLeave: () =>
    help(
      'Bila Anda keluar dari antrean, permintaan ke petugas ditutup. Anda boleh memintanya lagi nanti.',
      'Bila Anda keluar, permintaan ke petugas ditutup.',
    ),
  talkToAgent: () =>
    help(
      'Yang Anda tulis di sini dibaca petugas. Ketik *SELESAI* bila percakapan sudah cukup.',
      'Yang Anda tulis dibaca petugas. Ketik SELESAI bila sudah cukup.',
    ),
  confirmFinish: () =>
    help(
      'Bila percakapan diakhiri, layanan otomatis melanjutkan. Anda boleh meminta petugas lagi nanti.',
      'Bila percakapan diakhiri, layanan otomatis melanjutkan.',
    ),
} satisfies Copy['helps'];
