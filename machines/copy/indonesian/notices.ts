// What a turn says before its question, in Indonesian: what happened, what stays as it was, what to type.
import type { MediaKind, Topic } from '../../events.ts';
import type { Field } from '../../vocabulary.ts';
import type { Copy, Notice, Sentence, Wording } from '../keys.ts';
import { same, say } from '../sentence.ts';
import {
  fieldAtStart,
  fieldName,
  none,
  refusals,
  segmentName,
  shortAtStart,
  shortMask,
  shortName,
  shortRefusals,
  statusName,
  viaName,
} from './terms.ts';
import { unclear } from './unclear.ts';

const time = (at: number, wording: Wording) => wording.time(at, 'id');

const media: Record<MediaKind, Sentence> = {
  image: say(
    'Maaf, gambar tidak kami buka dan tidak kami simpan. Mohon jangan kirim foto KTP atau kartu; cukup ketik jawabannya.',
    'Maaf, gambar tidak kami buka dan tidak kami simpan. Jangan kirim foto KTP; cukup ketik jawabannya.',
  ),
  voice: same('Maaf, pesan suara tidak dapat kami dengarkan di sini. Mohon ketik jawabannya.'),
  video: same('Maaf, video tidak kami buka dan tidak kami simpan. Mohon ketik jawabannya.'),
  document: same('Maaf, dokumen tidak kami buka dan tidak kami simpan. Mohon ketik jawabannya.'),
  contact: same('Maaf, kartu kontak tidak kami buka dan tidak kami simpan. Mohon ketik nomornya dengan angka.'),
  sticker: same('Terima kasih. Stiker tidak dapat kami baca; mohon ketik jawabannya.'),
  location: same('Maaf, lokasi tidak diperlukan di sini dan tidak kami simpan. Mohon ketik jawabannya.'),
  other: same('Maaf, pesan jenis itu tidak dapat kami baca. Mohon ketik jawabannya.'),
};

/** First what this service is for, then where the other one is. */
const here = (elsewhere: string, short: string) =>
  say(
    `Layanan ini hanya untuk mengganti email dan nomor HP. ${elsewhere}`,
    `Di sini hanya ganti email dan nomor HP. ${short}`,
  );

const elsewhere: Record<Topic, Sentence> = {
  bill: here(
    'Tagihan iuran dapat dilihat di aplikasi Mobile JKN atau ditanyakan ke Care Center 165.',
    'Tagihan: aplikasi Mobile JKN atau Care Center 165.',
  ),
  status: say(
    'Status peserta dapat dilihat di sini setelah data cocok: ketik *DATA SAYA*. Untuk mengubahnya, hubungi Care Center 165.',
    'Status peserta: ketik DATA SAYA setelah data cocok. Untuk mengubahnya, hubungi Care Center 165.',
  ),
  card: here(
    'Kartu digital ada di aplikasi Mobile JKN. Untuk cetak kartu, datang ke kantor cabang. Peserta aktif dapat berobat dengan NIK di KTP.',
    'Kartu ada di Mobile JKN, cetak di kantor cabang. Peserta aktif berobat dengan NIK.',
  ),
  facility: here(
    'Ganti alamat rumah, puskesmas, klinik, atau kelas: di aplikasi Mobile JKN, PANDAWA (WhatsApp), atau kantor cabang.',
    'Alamat, klinik, kelas: Mobile JKN, PANDAWA (WhatsApp), atau kantor cabang.',
  ),
  registration: here(
    'Mendaftar peserta: di aplikasi Mobile JKN, PANDAWA (WhatsApp), atau kantor cabang, dengan KTP dan KK.',
    'Mendaftar: Mobile JKN, PANDAWA (WhatsApp), atau kantor cabang; bawa KTP, KK.',
  ),
  identityData: here(
    'Nama, NIK, atau tanggal lahir diperbaiki lewat PANDAWA (WhatsApp) atau kantor cabang; bawa KTP, KK, dan kartu.',
    'Nama, NIK, tanggal lahir: PANDAWA (WhatsApp) atau kantor cabang.',
  ),
  other: here(
    'Untuk hal lain, hubungi Care Center 165 (24 jam) atau kantor cabang.',
    'Hal lain: Care Center 165 atau kantor cabang.',
  ),
};

/** Before the last try, not after it. */
const lastTry = (left: number) => (left === 1 ? ' Ingin dibantu? Ketik *PETUGAS*.' : '');

const again = (field: Field, reason: 'valueInUse' | 'stale' | 'invalid') =>
  reason === 'stale' ? 'memulai lagi' : `mencoba ${shortName[field]} lain`;

/** Before the first dot of what follows; nothing where nobody knows. */
const placeOf = (place: number | null, minutes: number | null) =>
  place === null ? '' : ` Antrean Anda nomor ${place}${minutes === null ? '' : `, kira-kira ${minutes} menit`}.`;

const shortPlaceOf = (place: number | null, minutes: number | null) =>
  place === null ? '' : ` Antrean ${place}${minutes === null ? '' : `, ${minutes} menit`}.`;

const endings = {
  resolved: 'Percakapan dengan petugas berakhir.',
  noAgent: 'Mohon maaf, belum ada petugas yang dapat melayani. Anda dapat mencoba lagi atau menelepon Care Center 165.',
  closed: 'Percakapan dengan petugas ditutup.',
  left: 'Anda sudah keluar dari antrean petugas.',
};
const shortEndings = {
  ...endings,
  noAgent: 'Mohon maaf, belum ada petugas. Anda dapat mencoba lagi atau menelepon Care Center 165.',
};

function stopped(what: string, until: number | null, wording: Wording): Sentence {
  return until === null
    ? same(`Demi keamanan, ${what} dihentikan. Data lama tidak berubah. Untuk melanjutkan, ketik *PETUGAS*.`)
    : say(
        `Demi keamanan, ${what} dihentikan sampai ${time(until, wording)}. Data lama tidak berubah. Tidak bisa menunggu? Ketik *PETUGAS*.`,
        `Demi keamanan, ${what} dihentikan sampai ${time(until, wording)}. Data tidak berubah. Bantuan: PETUGAS.`,
      );
}

export const notices = {
  greeting: (_, { brand, privacyUrl }) =>
    say(
      `Selamat datang di layanan perubahan kontak JKN, ${brand}. Di sini Bapak/Ibu dapat mengganti *email* atau *nomor HP*.\nKami akan meminta tanggal lahir, kode, dan PIN Mobile JKN. Petugas tidak pernah meminta kode dan PIN.${privacyUrl === null ? '' : `\nCara kami memakai data: ${privacyUrl}`}\nPerlu bantuan? Ketik *BANTUAN*. English? Type *ENGLISH*.`,
      'Layanan ganti email dan nomor HP JKN. Petugas tidak pernah meminta kode dan PIN.',
    ),
  languageChosen: () => same('Baik, kita memakai bahasa Indonesia. For English, type *ENGLISH*.'),
  englishOffered: () => same('For English, type *ENGLISH*.'),
  placeKept: () => same('Silakan, kami tunggu. Langkah Anda tetap tersimpan.'),
  nothingBefore: () => same('Dari sini tidak ada langkah sebelumnya.'),
  unclear,
  mediaNotRead: (notice) => media[notice.media],
  greetedBack: () => same('Salam, Bapak/Ibu. Mari kita lanjutkan.'),
  thanked: () => same('Sama-sama, Bapak/Ibu.'),
  sorryForTrouble: () =>
    say(
      'Mohon maaf atas kesulitan Bapak/Ibu. Langkah Anda tetap tersimpan. Ingin dibantu petugas? Ketik *PETUGAS*.',
      'Mohon maaf atas kesulitannya. Langkah Anda tersimpan. Ingin dibantu? Ketik PETUGAS.',
    ),
  elsewhere: ({ topic }) => elsewhere[topic],
  aboutUs: (_, { brand }) =>
    say(
      `Ini layanan resmi ${brand}. NIK atau nomor kartu dan tanggal lahir kami pakai untuk mencari data. Kode dan PIN memastikan bahwa Anda sendiri yang mengganti. Petugas tidak pernah meminta kode dan PIN. Masih ragu? Hubungi Care Center 165.`,
      'Ini layanan resmi. Petugas tidak pernah meminta kode dan PIN. Masih ragu? Care Center 165.',
    ),
  dataOfOther: () =>
    say(
      'Data ini kami cari dengan nomor dan tanggal lahir yang tadi diketik. Ingin mencari peserta lain? Ketik NIK atau nomor kartunya. Nomornya sudah benar, tetapi datanya milik orang lain? Ketik *PETUGAS*.',
      'Ingin mencari peserta lain? Ketik NIK atau nomor kartunya. NIK benar tetapi datanya milik orang lain? Ketik PETUGAS.',
    ),
  helperWelcome: () =>
    say(
      'Boleh dibantu keluarga atau orang yang dipercaya. PIN tetap dipegang peserta; jangan beri kode dan PIN kepada orang lain.',
      'Boleh dibantu keluarga. PIN tetap dipegang peserta.',
    ),
  oldContactNotNeeded: () =>
    say(
      'Tidak apa-apa bila nomor atau email lama sudah tidak bisa dipakai. Kode kami kirim ke nomor atau email yang *baru*, lalu kami meminta PIN Mobile JKN.',
      'Nomor atau email lama tidak diperlukan. Kode kami kirim ke yang baru, lalu kami minta PIN.',
    ),
  notMatched: () =>
    say(
      'Data belum cocok. Mohon periksa 16 angka NIK di KTP (bukan nomor KK) atau 13 angka di kartu, dan tanggal lahirnya. Tetap belum cocok? Ketik *PETUGAS*.',
      'Data belum cocok. Periksa NIK di KTP (bukan nomor KK) dan tanggal lahir, lalu ketik lagi NIK. Bantuan: ketik PETUGAS.',
    ),
  directoryAway: () =>
    say(
      'Maaf, data peserta belum dapat kami buka saat ini. Langkah Anda tersimpan dan tidak ada data yang berubah. Mohon coba lagi beberapa menit lagi, atau ketik *PETUGAS*.',
      'Maaf, data peserta belum dapat kami buka. Langkah Anda tersimpan. Coba lagi beberapa menit lagi, atau ketik PETUGAS.',
    ),
  tryAgain: () =>
    say(
      'Maaf, sistem kami sedang lambat dan permintaan tadi belum selesai. Langkah Anda tersimpan. Mohon coba lagi sebentar lagi, atau ketik *PETUGAS*.',
      'Maaf, sistem kami sedang lambat. Langkah Anda tersimpan. Mohon coba lagi sebentar lagi.',
    ),
  identifyAgain: () =>
    say(
      'Sudah agak lama sejak pesan terakhir. Demi keamanan, mohon cocokkan data sekali lagi; setelah itu kita lanjut dari langkah tadi.',
      'Sudah agak lama. Demi keamanan, mohon cocokkan data lagi; lalu kita lanjut dari langkah tadi.',
    ),
  codeAgedIdentifyAgain: () =>
    say(
      'Kode itu sudah lewat waktunya. Demi keamanan, mohon cocokkan data sekali lagi; setelah itu kita lanjut dari langkah tadi dengan kode baru.',
      'Kode itu sudah lewat waktunya. Mohon cocokkan data lagi; lalu kita lanjut dengan kode baru.',
    ),
  identifyFirst: () => same('Untuk itu, kami perlu mencocokkan data peserta dulu.'),
  myData: ({ name, email, mobileNumber, segment, membershipStatus }) =>
    say(
      `Data Anda (sebagian kami tutup demi keamanan):\nNama: ${name}\nEmail: ${email ?? none}\nNomor HP: ${mobileNumber ?? none}\nJenis peserta: ${segmentName(segment)}\nStatus: ${statusName(membershipStatus)}`,
      `Data Anda: ${shortMask(name)}, email ${email ?? none}, HP ${mobileNumber ?? none}, status ${statusName(membershipStatus)}.`,
    ),
  changeIsHeld: ({ field, ref, until }, wording) =>
    say(
      `Perubahan ${fieldName[field]} Anda mulai berlaku ${time(until, wording)}, referensi ${ref}. Sampai saat itu data lama tetap dipakai. Ingin membatalkan? Ketik *BATAL*.`,
      `Perubahan ${fieldName[field]} berlaku ${time(until, wording)}, ref ${ref}. Sampai itu data lama dipakai. Membatalkan: ketik BATAL.`,
    ),
  changeIsProcessing: ({ field, ref }) =>
    say(
      `Perubahan ${fieldName[field]} Anda masih kami proses, referensi ${ref}. Bapak/Ibu tidak perlu mengulang.`,
      `Perubahan ${fieldName[field]} masih kami proses, ref ${ref}. Tidak perlu mengulang.`,
    ),
  noOpenChange: () => same('Tidak ada perubahan yang sedang berjalan untuk data Anda.'),
  forgottenEmail: ({ email }, { brand }) =>
    say(
      `${email === null ? '' : `Email yang terdaftar: ${email}\n`}Email lama tidak perlu diingat untuk menggantinya di sini. Cara resmi lain:\n1. Datang ke kantor cabang ${brand}.\n2. Hubungi Care Center 165 (24 jam).\n3. Bila akun tidak bisa dibuka lagi, minta *reset akun* di kantor cabang.`,
      `${email === null ? '' : `Email terdaftar: ${email}. `}Di sini tidak perlu diingat. Cara lain: Care Center 165 atau kantor cabang.`,
    ),
  forgottenPin: () =>
    say(
      'PIN tidak dapat dibuat ulang di chat ini. PIN bukan kata sandi dan bukan kode tadi. Bila kontak lama masih aktif, buka aplikasi Mobile JKN dan pilih *Lupa PIN*. Bila sudah tidak aktif, ketik *PETUGAS*. Langkah Anda di sini tetap tersimpan.',
      'PIN dibuat ulang di aplikasi Mobile JKN: pilih Lupa PIN. Kontak lama tidak aktif? Ketik PETUGAS. Langkah Anda tersimpan.',
    ),
  valueIsRegistered: ({ field }) =>
    say(
      `${shortAtStart[field]} itu sudah terdaftar pada data Anda, jadi tidak ada yang diganti dan tidak ada kode yang dikirim.`,
      `${shortAtStart[field]} itu sudah terdaftar pada data Anda. Tidak ada kode yang dikirim.`,
    ),
  valueIsOurs: () =>
    same('Itu alamat atau nomor milik layanan kami, jadi tidak dapat didaftarkan. Data lama tidak berubah.'),
  otherField: ({ field }) =>
    field === 'email'
      ? same('Itu nomor HP. Ingin mengganti nomor HP? Ketik *NO HP*.')
      : same('Itu alamat email. Ingin mengganti email? Ketik *EMAIL*.'),
  codeSent: ({ via, destination, minutes, again }, { codeDigits }) =>
    say(
      `${again ? 'Kode baru' : `Kode ${codeDigits} angka`} sudah dikirim ke ${destination}${via === 'mail' ? '' : ` lewat ${viaName[via]}`}, berlaku ${minutes} menit.${again ? ' Kode sebelumnya tidak berlaku lagi.' : ''}${via === 'mail' ? ' Periksa juga folder spam.' : ''} Anda boleh meninggalkan chat ini, langkah Anda tersimpan.`,
      `${again ? 'Kode baru' : `Kode ${codeDigits} angka`} dikirim ke ${destination}, berlaku ${minutes} menit.${again ? ' Kode sebelumnya tidak berlaku.' : ''}${via === 'mail' ? ' Lihat juga spam.' : ''}`,
    ),
  codeMissing,
  resendWait: ({ seconds }) =>
    say(
      `Kode sebelumnya mungkin masih dalam perjalanan. Kode baru dapat diminta ${seconds} detik lagi.`,
      `Kode sebelumnya mungkin masih di jalan. Kode baru dapat diminta ${seconds} detik lagi.`,
    ),
  sendLimited: ({ until }, wording) => stopped('pengiriman kode', until, wording),
  codeNotSent: ({ field, why }) =>
    why === 'destination'
      ? same(
          `Kode tidak dapat dikirim ke ${shortName[field]} itu; mungkin belum aktif. Data lama tidak berubah. Pakai ${shortName[field]} lain, atau ketik *PETUGAS*.`,
        )
      : same(
          `Maaf, kode belum dapat kami kirim saat ini. Data lama tidak berubah. Mohon coba lagi beberapa menit lagi, atau ketik *PETUGAS*.`,
        ),
  numberStopped: ({ next }) =>
    say(
      `Nomor itu pernah meminta kami berhenti mengirim SMS, jadi kode tidak dapat kami kirim lewat SMS. Data lama tidak berubah. ${next === null ? '' : `Kode berikutnya kami kirim lewat ${viaName[next]}. `}Ingin menerima SMS lagi? Dari nomor itu, balas SMS kami dengan START. Atau ketik nomor lain.`,
      next === null
        ? 'Nomor itu berhenti menerima SMS kami. Dari nomor itu kirim MULAI lewat SMS ke kami, atau ketik nomor lain.'
        : `Nomor itu berhenti menerima SMS kami; kode berikutnya lewat ${viaName[next]}. Atau ketik nomor lain.`,
    ),
  codeLost: ({ via, destination, next, seconds }) =>
    say(
      `Kode ke ${destination} lewat ${viaName[via]} tidak sampai. ${via === 'mail' ? 'Mungkin alamatnya belum benar atau kotaknya penuh.' : 'Mungkin nomornya belum aktif atau di luar jangkauan.'} Data lama tidak berubah. ${seconds === null ? 'Ketik' : `Mulai ${seconds} detik lagi, ketik`} *ULANG* untuk kode baru${next === null ? '' : ` lewat ${viaName[next]}`}, atau ketik ${via === 'mail' ? shortName.email : shortName.mobileNumber} yang benar.`,
      `Kode ke ${destination} tidak sampai. ${seconds === null ? '' : `${seconds} detik lagi, `}ULANG: kode baru${next === null ? '' : ` lewat ${viaName[next]}`}, atau ketik ${via === 'mail' ? shortName.email : shortName.mobileNumber} yang benar.`,
    ),
  codeSentOtherWay: ({ via, destination, minutes }) =>
    say(
      `Kode tadi tidak sampai, jadi kode baru sudah kami kirim ke ${destination} lewat *${viaName[via]}*, berlaku ${minutes} menit. Kode sebelumnya tidak berlaku lagi.`,
      `Kode tadi tidak sampai. Kode baru ke ${destination} lewat ${viaName[via]}, berlaku ${minutes} menit.`,
    ),
  codeWrong: ({ triesLeft }) =>
    same(`Kode belum cocok, sisa ${triesLeft} kali. Mohon pakai kode terbaru dari kami.${lastTry(triesLeft)}`),
  codeOlder: ({ triesLeft }) =>
    same(`Itu kode yang lama. Mohon pakai kode terbaru dari kami, sisa ${triesLeft} kali.${lastTry(triesLeft)}`),
  codeExpired: () =>
    same('Kode itu sudah lewat waktunya. Langkah Anda tetap tersimpan. Ketik *ULANG* untuk kode baru.'),
  codeExhausted: () =>
    say(
      'Kode belum cocok dan sudah tidak dapat dicoba lagi. Data lama tidak berubah. Anda dapat meminta kode baru, atau ketik *PETUGAS*.',
      'Kode belum cocok dan tidak dapat dicoba lagi. Data tidak berubah. Bantuan: PETUGAS.',
    ),
  codeLimited: ({ until }, wording) => stopped('percobaan kode', until, wording),
  codeIsNotPin: () =>
    say(
      'Kode itu sudah kami terima, terima kasih. Sekarang yang diperlukan *PIN Mobile JKN*. Percobaan PIN Anda tidak berkurang.',
      'Kode itu sudah kami terima. Sekarang yang diperlukan PIN. Percobaan PIN Anda tidak berkurang.',
    ),
  pinWrong: ({ attemptsLeft }) =>
    say(
      `PIN belum cocok, sisa ${attemptsLeft} kali. Data lama tidak berubah. PIN bukan kata sandi dan bukan kode tadi.${lastTry(attemptsLeft)}`,
      `PIN belum cocok, sisa ${attemptsLeft} kali. Data tidak berubah. PIN bukan kata sandi.${attemptsLeft === 1 ? ' Bantuan: PETUGAS.' : ''}`,
    ),
  pinLocked: ({ until }, wording) =>
    say(
      `PIN Mobile JKN sedang terkunci${until === null ? '' : ` sampai ${time(until, wording)}`}. Data lama tidak berubah. ${until === null ? 'Untuk membukanya, hubungi' : 'Tidak bisa menunggu? Hubungi'} Care Center 165 atau ketik *PETUGAS*.`,
      `PIN Mobile JKN terkunci${until === null ? '' : ` sampai ${time(until, wording)}`}. Data tidak berubah. Bantuan: Care Center 165 atau PETUGAS.`,
    ),
  pinNotSet: () =>
    say(
      'PIN Mobile JKN untuk data ini belum dibuat. PIN dibuat di aplikasi Mobile JKN. Data lama tidak berubah. Aplikasi tidak dapat dibuka? Ketik *PETUGAS*.',
      'PIN untuk data ini belum dibuat; buat di aplikasi Mobile JKN. Data tidak berubah. Tidak bisa dibuka? Ketik PETUGAS.',
    ),
  pinLimited: ({ until }, wording) => stopped('percobaan PIN di sini', until, wording),
  pinSpent: () =>
    say(
      'PIN belum cocok dan tidak dapat dicoba lagi dengan kode tadi. Data lama tidak berubah. Anda dapat mulai lagi dengan kode baru, atau ketik *PETUGAS*.',
      'PIN belum cocok; kode tadi sudah habis. Data tidak berubah. Bantuan: PETUGAS.',
    ),
  pinOnPageOnly: () =>
    say(
      'Demi keamanan, PIN hanya diisi di halaman aman, tidak di chat ini. Pesan tadi tidak kami pakai dan percobaan Anda tidak berkurang.',
      'PIN hanya diisi di halaman aman, tidak di sini. Percobaan Anda tidak berkurang.',
    ),
  pinNoAnswer: () =>
    say(
      'Maaf, PIN belum dapat kami periksa. Data lama tidak berubah. Demi keamanan, percobaan tadi tetap dihitung. Mohon coba lagi, atau ketik *PETUGAS*.',
      'Maaf, PIN belum dapat kami periksa. Percobaan tadi tetap dihitung. Mohon coba lagi, atau ketik PETUGAS.',
    ),
  changeApplied: ({ field, value, at, ref }, wording) =>
    say(
      `Selesai. ${fieldAtStart[field]} Anda sekarang ${value}, berlaku sejak ${time(at, wording)}. Kontak lama juga kami beri tahu. Nomor referensi ${ref}.`,
      `Selesai. ${fieldAtStart[field]} Anda sekarang ${value}, sejak ${time(at, wording)}. Ref ${ref}.`,
    ),
  changeHeld: ({ field, until, ref, canRelease, hasOldContact }, wording) =>
    hasOldContact
      ? say(
          `PIN cocok. Demi keamanan, ${fieldName[field]} baru mulai berlaku ${time(until, wording)}, karena belum dipastikan lewat kontak lama. Kontak lama kami beri tahu. Sampai saat itu data lama tetap dipakai.${canRelease ? ' Masih bisa membuka email atau nomor lama? Ketik *KODE LAMA* agar langsung berlaku.' : ''} Ingin membatalkan? Ketik *BATAL*. Nomor referensi ${ref}.`,
          `PIN cocok. ${fieldAtStart[field]} baru berlaku ${time(until, wording)}. ${canRelease ? 'Agar langsung: ketik KODE LAMA' : 'Kontak lama kami beri tahu'}. Membatalkan: BATAL. Ref ${ref}.`,
        )
      : say(
          `PIN cocok. Data Anda belum punya kontak lama; petugas memeriksa, referensi ${ref}. ${fieldAtStart[field]} baru mulai berlaku ${time(until, wording)}. Ingin membatalkan? Ketik *BATAL*.`,
          `PIN cocok. Belum ada kontak lama; petugas memeriksa, ref ${ref}. Berlaku ${time(until, wording)}. Membatalkan: BATAL.`,
        ),
  changeProcessing: ({ field, ref }) =>
    say(
      `PIN cocok. Perubahan ${fieldName[field]} sudah kami catat dan sedang diproses, nomor referensi ${ref}. Bapak/Ibu tidak perlu mengulang.`,
      `PIN cocok. Perubahan ${fieldName[field]} sedang diproses, ref ${ref}. Tidak perlu mengulang.`,
    ),
  changeRefused: ({ field, reason, ref }) =>
    say(
      `${refusals[reason](field)} Bapak/Ibu dapat ${again(field, reason)}, atau ketik *PETUGAS* agar kami periksa. Nomor referensi ${ref}.`,
      `${shortRefusals[reason](field)} Anda dapat ${again(field, reason)}, atau ketik PETUGAS. Ref ${ref}.`,
    ),
  heldCancelled: ({ field, ref }) =>
    say(
      `Perubahan ${fieldName[field]} sudah dibatalkan. Data lama tetap berlaku. Nomor referensi ${ref}.`,
      `Perubahan ${fieldName[field]} sudah dibatalkan. Data lama tetap berlaku. Ref ${ref}.`,
    ),
  cancelCodeUnknown: () =>
    same(
      'Kode pembatalan itu belum cocok, atau perubahannya sudah selesai. Mohon periksa surat kami, atau hubungi Care Center 165.',
    ),
  nothingHeld: () => same('Tidak ada perubahan yang menunggu kode dari kontak lama.'),
  noOldContact: () =>
    same('Tidak ada kontak lama yang dapat kami kirimi kode. Perubahan Anda tetap berlaku pada waktunya.'),
  oldContactNotReached: () =>
    say(
      'Kode tidak sampai ke kontak lama itu. Perubahan Anda tetap berlaku pada waktunya; tidak ada yang perlu diulang.',
      'Kode tidak sampai ke kontak lama itu. Perubahan Anda tetap berlaku pada waktunya.',
    ),
  cancelled: () => same('Baik, tidak jadi. Data lama tidak berubah.'),
  nothingToCancel: () => same('Tidak ada perubahan yang perlu dibatalkan. Data lama tidak berubah.'),
  reportTaken: ({ ref, caseRef, frozen }) =>
    say(
      `Laporan Anda kami terima, nomor kasus ${caseRef}${frozen ? '' : `, tentang perubahan ${ref}`}. ${frozen ? `Perubahan ${ref} sudah kami batalkan. Data lama tetap berlaku. ` : ''}Petugas Care Center 165 akan memeriksanya. Jangan beri kode atau PIN kepada siapa pun.`,
      frozen
        ? `Perubahan ${ref} sudah kami batalkan. Data lama tetap berlaku. Petugas memeriksanya, kasus ${caseRef}. Jangan beri kode, PIN.`
        : `Laporan kami terima, kasus ${caseRef}, perubahan ${ref}. Petugas akan memeriksanya. Jangan beri kode atau PIN.`,
    ),
  nothingToReport: () =>
    say(
      'Tidak ada perubahan baru yang tercatat untuk kontak ini. Jangan beri kode atau PIN kepada siapa pun. Tetap khawatir? Ketik *PETUGAS* atau hubungi Care Center 165.',
      'Tidak ada perubahan baru untuk kontak ini. Jangan beri kode atau PIN. Khawatir? Ketik PETUGAS atau hubungi 165.',
    ),
  caseOpened: ({ ref, dueAt, place, minutes }, wording) =>
    say(
      `Anda kami hubungkan ke petugas Care Center 165, referensi ${ref}.${placeOf(place, minutes)} Ringkasan sudah diteruskan tanpa kode dan PIN. Kami jawab paling lambat ${time(dueAt, wording)}.`,
      `Anda menunggu petugas 165, ref ${ref}.${shortPlaceOf(place, minutes)} Kami jawab paling lambat ${time(dueAt, wording)}.`,
    ),
  casePlace: ({ ref, place, minutes }) =>
    place === null
      ? same(`Permintaan Anda ada pada petugas Care Center 165, ref ${ref}.`)
      : say(
          `Anda menunggu petugas Care Center 165, ref ${ref}.${placeOf(place, minutes)} Cek lagi: ketik *POSISI*.`,
          `Anda menunggu petugas 165, ref ${ref}.${shortPlaceOf(place, minutes)} Cek lagi: ketik POSISI.`,
        ),
  caseQueuedAgain: ({ place }) =>
    same(`Kami carikan petugas lain untuk Anda.${placeOf(place, null)} Anda tidak perlu mengulang cerita.`),
  caseDeferred: ({ ref, opensAt }, wording) =>
    say(
      `Petugas belum dapat melayani sekarang. Permintaan Anda kami simpan, ref ${ref}${opensAt === null ? '' : `, dan masuk antrean ${time(opensAt, wording)}`}. Tidak perlu lagi? Ketik *BATAL*.`,
      `Petugas belum dapat melayani. Permintaan kami simpan, ref ${ref}${opensAt === null ? '' : `, antre ${time(opensAt, wording)}`}. Tidak perlu? Ketik BATAL.`,
    ),
  agentConnected: ({ alias }) => same(`Petugas 165 - ${alias} sudah di sini dan membaca percakapan ini.`),
  agentAssists: ({ ref }) =>
    same(`Layanan otomatis melanjutkan, petugas tetap memantau (ref ${ref}). Petugas tidak melihat kode dan PIN.`),
  callerInvited: ({ ref }) =>
    same(
      `Petugas Care Center 165 mengundang Anda melanjutkan di sini, ref ${ref}. Tidak sedang menelepon 165? Abaikan pesan ini.`,
    ),
  agentReturned: () => same('Percakapan dengan petugas selesai. Kita lanjutkan di sini.'),
  agentWaits: ({ what }) =>
    what === 'parked' ? same('Kami tunggu balasan Anda.') : same('Petugas masih menunggu balasan Anda di sini.'),
  caseEnded: ({ ref, why }) => say(`${endings[why]} Nomor referensi ${ref}.`, `${shortEndings[why]} Ref ${ref}.`),
  wordUnknown: () => same('Kata kasus itu belum kami kenali. Mohon tanyakan lagi kepada petugas di telepon.'),
  wordLimited: () => same('Kata kasus dari sini sudah mencapai batas hari ini. Mohon beri tahu petugas di telepon.'),
  caseIsOpen: ({ ref, dueAt }, wording) =>
    say(
      `Permintaan Anda sudah ada pada petugas Care Center 165, referensi ${ref}. Kami jawab paling lambat ${time(dueAt, wording)}.`,
      `Permintaan Anda sudah ada pada petugas, ref ${ref}. Kami jawab paling lambat ${time(dueAt, wording)}.`,
    ),
  caseLimited: () =>
    same(
      'Maaf, permintaan ke petugas dari sini sudah mencapai batas hari ini. Mohon hubungi Care Center 165. Data lama tidak berubah.',
    ),
  caseLeft: () => same('Baik, percakapan dengan petugas sudah diakhiri. Anda kembali ke layanan otomatis.'),
  caseReviewed: ({ ref }) =>
    say(
      `Petugas Care Center 165 tetap memeriksa laporan Anda, referensi ${ref}. Anda tidak perlu menunggu di sini.`,
      `Petugas tetap memeriksa laporan Anda, ref ${ref}. Anda tidak perlu menunggu.`,
    ),
  messageKept: () => same('Pesan Anda sudah kami teruskan ke petugas.'),
  agentOffered: () =>
    same(
      'Tampaknya langkah ini belum berhasil. Bila Bapak/Ibu ingin dibantu petugas Care Center 165, ketik *PETUGAS*.',
    ),
  optedOut: () =>
    say(
      'Baik, kami tidak akan mengirim pesan lagi ke nomor ini. Bila perlu lagi, tulis pesan apa saja ke sini. Care Center 165 tetap dapat dihubungi.',
      'Baik, kami tidak mengirim pesan lagi ke nomor ini. Bila perlu lagi, tulis pesan apa saja ke sini.',
    ),
} satisfies Copy['notices'];

/** The checklist goes from what costs nothing to what needs others. */
function codeMissing({ via, destination }: Extract<Notice, { notice: 'codeMissing' }>): Sentence {
  const value = via === 'mail' ? 'email' : 'nomor';
  const checks = {
    mail: ['Sambungan internet ada.', 'Lihat folder spam atau promosi.', 'Kotak email tidak penuh.'],
    whatsapp: ['Sambungan internet ada.', 'WhatsApp di nomor itu aktif.', 'Pesan dari kami tidak diblokir.'],
    sms: [
      'Sinyal ada.',
      'Pulsa ada; sebagian kartu memerlukannya untuk menerima kode.',
      'SMS tidak diblokir dan tidak masuk folder spam.',
    ],
  }[via];
  const short = {
    mail: 'internet, spam, kotak penuh',
    whatsapp: 'internet, WhatsApp aktif, blokir',
    sms: 'sinyal, pulsa, blokir, spam',
  }[via];
  const steps = [
    ...checks,
    'Pakai kode yang terbaru.',
    `Ketik *ULANG* untuk kode baru.`,
    `Bila ${value} itu belum benar, ketik ${value} yang benar.`,
    'Tetap belum masuk? Ketik *PETUGAS*.',
  ];
  return say(
    `Kode dikirim ke ${destination}${via === 'mail' ? '' : ` lewat ${viaName[via]}`}. Mohon periksa berurutan:\n${steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}`,
    `Kode dikirim ke ${destination}. Periksa ${short}. Lalu ULANG, ${value} yang benar, atau PETUGAS.`,
  );
}
