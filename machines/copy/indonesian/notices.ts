// What a turn says before its question, in Indonesian: what happened, what stays as it was, what to type.
import type { MediaKind, Topic } from '../../events.ts';
import type { Field } from '../../vocabulary.ts';
import type { Copy, Notice, Sentence, Wording } from '../keys.ts';
import { same, say } from '../sentence.ts';
import { fieldAtStart, fieldName, none, refusals, shortAtStart, shortName, viaName } from './terms.ts';
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
const here = (elsewhere: string) =>
  say(
    `Layanan ini hanya untuk mengganti email dan nomor HP. ${elsewhere}`,
    `Di sini hanya ganti email dan nomor HP. ${elsewhere}`,
  );

const elsewhere: Record<Topic, Sentence> = {
  bill: here('Tagihan iuran dapat dilihat di aplikasi Mobile JKN atau ditanyakan ke Care Center 165.'),
  status: same(
    `Status peserta dapat dilihat di sini setelah data cocok: ketik *DATA SAYA*. Untuk mengubahnya, hubungi Care Center 165.`,
  ),
  card: here(
    'Kartu digital ada di aplikasi Mobile JKN. Untuk cetak kartu, datang ke kantor cabang. Peserta aktif dapat berobat dengan NIK di KTP.',
  ),
  facility: here(
    'Ganti puskesmas, klinik, atau kelas: di aplikasi Mobile JKN, PANDAWA (WhatsApp), atau kantor cabang.',
  ),
  registration: here(
    'Mendaftar peserta: di aplikasi Mobile JKN, PANDAWA (WhatsApp), atau kantor cabang, dengan KTP dan KK.',
  ),
  identityData: here(
    'Nama, NIK, atau tanggal lahir diperbaiki lewat PANDAWA (WhatsApp) atau kantor cabang; bawa KTP, KK, dan kartu.',
  ),
  other: here('Untuk hal lain, hubungi Care Center 165 atau kantor cabang.'),
};

/** Before the last try, not after it. */
const lastTry = (left: number) => (left === 1 ? ' Ingin dibantu? Ketik *PETUGAS*.' : '');

const again = (field: Field, reason: 'valueInUse' | 'stale' | 'invalid') =>
  reason === 'stale' ? 'memulai lagi' : `mencoba ${shortName[field]} lain`;

/** Before the first dot of what follows; nothing where nobody knows. */
const placeOf = (place: number | null, minutes: number | null) =>
  place === null ? '' : ` Antrean Anda nomor ${place}${minutes === null ? '' : `, kira-kira ${minutes} menit`}.`;

const endings = {
  resolved: 'Percakapan dengan petugas berakhir.',
  noAgent: 'Mohon maaf, belum ada petugas yang dapat melayani. Anda dapat mencoba lagi atau menelepon Care Center 165.',
  closed: 'Percakapan dengan petugas ditutup.',
  left: 'Anda sudah keluar dari antrean petugas.',
};

function stopped(what: string, until: number | null, wording: Wording): Sentence {
  return until === null
    ? same(`Demi keamanan, ${what} dihentikan. Data lama tidak berubah. Untuk melanjutkan, ketik *PETUGAS*.`)
    : same(
        `Demi keamanan, ${what} dihentikan sampai ${time(until, wording)}. Data lama tidak berubah. Tidak bisa menunggu? Ketik *PETUGAS*.`,
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
  nothingBefore: () => same('Ini langkah pertama, jadi tidak ada langkah sebelumnya.'),
  unclear,
  mediaNotRead: (notice) => media[notice.media],
  greetedBack: () => same('Salam, Bapak/Ibu. Mari kita lanjutkan.'),
  thanked: () => same('Sama-sama, Bapak/Ibu.'),
  sorryForTrouble: () =>
    same('Mohon maaf atas kesulitan Bapak/Ibu. Langkah Anda tetap tersimpan. Ingin dibantu petugas? Ketik *PETUGAS*.'),
  elsewhere: ({ topic }) => elsewhere[topic],
  oldContactNotNeeded: () =>
    say(
      'Tidak apa-apa bila nomor atau email lama sudah tidak bisa dipakai. Kode kami kirim ke nomor atau email yang *baru*, lalu kami meminta PIN Mobile JKN.',
      'Nomor atau email lama tidak diperlukan. Kode kami kirim ke yang baru, lalu kami meminta PIN Mobile JKN.',
    ),
  notMatched: () =>
    say(
      'Data belum cocok. Mohon periksa 16 angka NIK di KTP (bukan nomor KK) atau 13 angka di kartu, dan tanggal lahirnya. Tetap belum cocok? Ketik *PETUGAS*.',
      'Data belum cocok. Mohon periksa NIK di KTP (bukan nomor KK) atau nomor kartu, dan tanggal lahir. Tetap belum cocok? Ketik PETUGAS.',
    ),
  directoryAway: () =>
    say(
      'Maaf, data peserta belum dapat kami buka saat ini. Langkah Anda tersimpan dan tidak ada data yang berubah. Mohon coba lagi beberapa menit lagi, atau ketik *PETUGAS*.',
      'Maaf, data peserta belum dapat kami buka. Langkah Anda tersimpan, data tidak berubah. Coba lagi beberapa menit lagi, atau ketik PETUGAS.',
    ),
  tryAgain: () =>
    say(
      'Maaf, sistem kami sedang lambat dan permintaan tadi belum selesai. Langkah Anda tersimpan. Mohon coba lagi sebentar lagi, atau ketik *PETUGAS*.',
      'Maaf, sistem kami lambat dan permintaan tadi belum selesai. Langkah Anda tersimpan. Mohon coba lagi sebentar lagi.',
    ),
  identifyAgain: () =>
    say(
      'Sudah agak lama sejak pesan terakhir. Demi keamanan, mohon cocokkan data sekali lagi; setelah itu kita lanjut dari langkah tadi.',
      'Sudah agak lama. Demi keamanan, mohon cocokkan data lagi; setelah itu kita lanjut dari langkah tadi.',
    ),
  codeAgedIdentifyAgain: () =>
    say(
      'Kode itu sudah lewat waktunya. Demi keamanan, mohon cocokkan data sekali lagi; setelah itu kita lanjut dari langkah tadi dengan kode baru.',
      'Kode itu sudah lewat waktunya. Mohon cocokkan data lagi; setelah itu kita lanjut dengan kode baru.',
    ),
  identifyFirst: () => same('Untuk itu, kami perlu mencocokkan data peserta dulu.'),
  myData: ({ name, email, mobileNumber, segment, membershipStatus }) =>
    say(
      `Data Anda (sebagian kami tutup demi keamanan):\nNama: ${name}\nEmail: ${email ?? none}\nNomor HP: ${mobileNumber ?? none}\nJenis peserta: ${segment}\nStatus: ${membershipStatus}`,
      `Data Anda: ${name}, email ${email ?? none}, HP ${mobileNumber ?? none}, jenis peserta ${segment}, status ${membershipStatus}.`,
    ),
  changeIsHeld: ({ field, ref, until }, wording) =>
    say(
      `Perubahan ${fieldName[field]} Anda mulai berlaku ${time(until, wording)}, referensi ${ref}. Sampai saat itu data lama tetap dipakai. Ingin membatalkan? Ketik *BATAL*.`,
      `Perubahan ${fieldName[field]} mulai berlaku ${time(until, wording)}, ref ${ref}. Sampai saat itu data lama dipakai. Membatalkan: ketik BATAL.`,
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
      `${email === null ? '' : `Email terdaftar: ${email}. `}Di sini email lama tidak perlu diingat. Cara lain: kantor cabang, Care Center 165 (24 jam), reset akun di kantor cabang.`,
    ),
  forgottenPin: () =>
    say(
      'PIN tidak dapat dibuat ulang di chat ini. PIN bukan kata sandi dan bukan kode tadi. Bila kontak lama masih aktif, buka aplikasi Mobile JKN dan pilih *Lupa PIN*. Bila sudah tidak aktif, ketik *PETUGAS*. Langkah Anda di sini tetap tersimpan.',
      'PIN dibuat ulang di aplikasi Mobile JKN: pilih Lupa PIN. Kontak lama sudah tidak aktif? Ketik PETUGAS. Langkah Anda di sini tetap tersimpan.',
    ),
  valueIsRegistered: ({ field }) =>
    same(
      `${shortAtStart[field]} itu sudah terdaftar pada data Anda, jadi tidak ada yang diganti dan tidak ada kode yang dikirim.`,
    ),
  valueIsOurs: () =>
    same('Itu alamat atau nomor milik layanan kami, jadi tidak dapat didaftarkan. Data lama tidak berubah.'),
  otherField: ({ field }) =>
    same(`Sekarang kita mengganti ${fieldName[field]}. Ingin mengganti yang lain? Ketik *MENU*.`),
  codeSent: ({ via, destination, minutes, again }, { codeDigits }) =>
    say(
      `${again ? 'Kode baru' : `Kode ${codeDigits} angka`} sudah dikirim ke ${destination}${via === 'mail' ? '' : ` lewat ${viaName[via]}`}, berlaku ${minutes} menit.${again ? ' Kode sebelumnya tidak berlaku lagi.' : ''}${via === 'mail' ? ' Periksa juga folder spam.' : ''} Anda boleh meninggalkan chat ini, langkah Anda tersimpan.`,
      `${again ? 'Kode baru' : `Kode ${codeDigits} angka`} dikirim ke ${destination}, berlaku ${minutes} menit.${again ? ' Kode sebelumnya tidak berlaku lagi.' : ''}${via === 'mail' ? ' Lihat juga folder spam.' : ''}`,
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
          `Kode tidak dapat dikirim ke ${shortName[field]} itu; mungkin belum aktif. Data lama tidak berubah. Mohon pakai ${shortName[field]} lain, atau ketik *PETUGAS*.`,
        )
      : same(
          `Maaf, kode belum dapat kami kirim saat ini. Data lama tidak berubah. Mohon coba lagi beberapa menit lagi, atau ketik *PETUGAS*.`,
        ),
  codeLost: ({ via, destination, next }) =>
    say(
      `Kode ke ${destination} lewat ${viaName[via]} tidak sampai. Mungkin belum aktif atau di luar jangkauan. Data lama tidak berubah. Ketik *ULANG* untuk kode baru${next === null ? '' : ` lewat ${viaName[next]}`}, atau ketik ${via === 'mail' ? shortName.email : shortName.mobileNumber} yang benar.`,
      `Kode ke ${destination} tidak sampai. ULANG: kode baru${next === null ? '' : ` lewat ${viaName[next]}`}, atau ketik ${via === 'mail' ? shortName.email : shortName.mobileNumber} yang benar.`,
    ),
  codeSentOtherWay: ({ via, destination, minutes }) =>
    say(
      `Kode tadi tidak sampai, jadi kode baru sudah kami kirim ke ${destination} lewat *${viaName[via]}*, berlaku ${minutes} menit. Kode sebelumnya tidak berlaku lagi.`,
      `Kode tadi tidak sampai. Kode baru dikirim ke ${destination} lewat ${viaName[via]}, berlaku ${minutes} menit.`,
    ),
  codeWrong: ({ triesLeft }) =>
    same(`Kode belum cocok, sisa ${triesLeft} kali. Mohon pakai kode terbaru dari kami.${lastTry(triesLeft)}`),
  codeOlder: ({ triesLeft }) =>
    same(`Itu kode yang lama. Mohon pakai kode terbaru dari kami, sisa ${triesLeft} kali.${lastTry(triesLeft)}`),
  codeExpired: () =>
    same('Kode itu sudah lewat waktunya. Langkah Anda tetap tersimpan. Ketik *ULANG* untuk kode baru.'),
  codeExhausted: () =>
    same(
      'Kode belum cocok dan sudah tidak dapat dicoba lagi. Data lama tidak berubah. Anda dapat meminta kode baru, atau ketik *PETUGAS*.',
    ),
  codeLimited: ({ until }, wording) => stopped('percobaan kode', until, wording),
  codeIsNotPin: () =>
    say(
      'Kode itu sudah kami terima, terima kasih. Sekarang yang diperlukan *PIN Mobile JKN*. Percobaan PIN Anda tidak berkurang.',
      'Kode itu sudah kami terima. Sekarang yang diperlukan PIN. Percobaan PIN Anda tidak berkurang.',
    ),
  pinWrong: ({ attemptsLeft }) =>
    same(
      `PIN belum cocok, sisa ${attemptsLeft} kali. Data lama tidak berubah. PIN bukan kata sandi dan bukan kode tadi.${lastTry(attemptsLeft)}`,
    ),
  pinLocked: ({ until }, wording) =>
    same(
      `PIN Mobile JKN sedang terkunci${until === null ? '' : ` sampai ${time(until, wording)}`}. Data lama tidak berubah. ${until === null ? 'Untuk membukanya, hubungi' : 'Tidak bisa menunggu? Hubungi'} Care Center 165 atau ketik *PETUGAS*.`,
    ),
  pinNotSet: () =>
    same(
      'PIN Mobile JKN untuk data ini belum dibuat. PIN dibuat di aplikasi Mobile JKN. Data lama tidak berubah. Aplikasi tidak dapat dibuka? Ketik *PETUGAS*.',
    ),
  pinLimited: ({ until }, wording) => stopped('percobaan PIN di sini', until, wording),
  pinSpent: () =>
    same(
      'PIN belum cocok dan tidak dapat dicoba lagi dengan kode tadi. Data lama tidak berubah. Anda dapat mulai lagi dengan kode baru, atau ketik *PETUGAS*.',
    ),
  pinOnPageOnly: () =>
    same(
      'Demi keamanan, PIN hanya diisi di halaman aman, tidak di chat ini. Pesan tadi tidak kami pakai dan percobaan Anda tidak berkurang.',
    ),
  pinNoAnswer: () =>
    same(
      'Maaf, PIN belum dapat kami periksa. Data lama tidak berubah. Demi keamanan, percobaan tadi tetap dihitung. Mohon coba lagi, atau ketik *PETUGAS*.',
    ),
  changeApplied: ({ field, value, at, ref }, wording) =>
    say(
      `Selesai. ${fieldAtStart[field]} Anda sekarang ${value}, berlaku sejak ${time(at, wording)}. Kontak lama juga kami beri tahu. Nomor referensi ${ref}.`,
      `Selesai. ${fieldAtStart[field]} Anda sekarang ${value}, sejak ${time(at, wording)}. Ref ${ref}.`,
    ),
  changeHeld: ({ field, until, ref, canRelease }, wording) =>
    say(
      `PIN cocok. Demi keamanan, ${fieldName[field]} baru mulai berlaku ${time(until, wording)}, karena kontak lama belum dapat memastikannya. Kontak lama kami beri tahu. Sampai saat itu data lama tetap dipakai.${canRelease ? ' Masih bisa membuka email atau nomor lama? Ketik *KODE LAMA* agar langsung berlaku.' : ''} Ingin membatalkan? Ketik *BATAL*. Nomor referensi ${ref}.`,
      `PIN cocok. ${fieldAtStart[field]} baru mulai berlaku ${time(until, wording)}. Kontak lama kami beri tahu.${canRelease ? ' Kontak lama masih bisa dibuka? Ketik KODE LAMA.' : ''} Membatalkan: ketik BATAL. Ref ${ref}.`,
    ),
  changeProcessing: ({ field, ref }) =>
    say(
      `PIN cocok. Perubahan ${fieldName[field]} sudah kami catat dan sedang diproses, nomor referensi ${ref}. Bapak/Ibu tidak perlu mengulang.`,
      `PIN cocok. Perubahan ${fieldName[field]} sedang diproses, ref ${ref}. Tidak perlu mengulang.`,
    ),
  changeRefused: ({ field, reason, ref }) =>
    say(
      `${refusals[reason](field)} Bapak/Ibu dapat ${again(field, reason)}, atau ketik *PETUGAS* agar kami periksa. Nomor referensi ${ref}.`,
      `${refusals[reason](field)} Anda dapat ${again(field, reason)}, atau ketik PETUGAS. Ref ${ref}.`,
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
    same(
      'Kode tidak sampai ke kontak lama itu. Perubahan Anda tetap berlaku pada waktunya; tidak ada yang perlu diulang.',
    ),
  cancelled: () => same('Baik, tidak jadi. Data lama tidak berubah.'),
  nothingToCancel: () => same('Tidak ada perubahan yang perlu dibatalkan. Data lama tidak berubah.'),
  reportTaken: ({ ref, caseRef, frozen }) =>
    say(
      `Laporan Anda kami terima, nomor kasus ${caseRef}, tentang perubahan ${ref}. ${frozen ? 'Perubahan lain untuk data ini kami hentikan dulu. ' : ''}Petugas Care Center 165 akan memeriksanya. Jangan beri kode atau PIN kepada siapa pun.`,
      `Laporan kami terima, nomor kasus ${caseRef}, perubahan ${ref}. ${frozen ? 'Perubahan lain kami hentikan dulu. ' : ''}Petugas akan memeriksanya. Jangan beri kode atau PIN.`,
    ),
  nothingToReport: () =>
    same(
      'Tidak ada perubahan baru yang tercatat untuk kontak ini. Tetap khawatir? Ketik *PETUGAS* atau hubungi Care Center 165.',
    ),
  caseOpened: ({ ref, dueAt, place, minutes }, wording) =>
    say(
      `Anda kami hubungkan ke petugas Care Center 165, referensi ${ref}.${placeOf(place, minutes)} Ringkasan sudah diteruskan tanpa kode dan PIN. Kami jawab paling lambat ${time(dueAt, wording)}.`,
      `Anda dihubungkan ke petugas Care Center 165, ref ${ref}.${placeOf(place, minutes)} Kami jawab paling lambat ${time(dueAt, wording)}.`,
    ),
  casePlace: ({ ref, place, minutes }) =>
    same(
      place === null
        ? `Permintaan Anda ada pada petugas Care Center 165, ref ${ref}.`
        : `Anda menunggu petugas Care Center 165, ref ${ref}.${placeOf(place, minutes)} Cek lagi: ketik *POSISI*.`,
    ),
  caseQueuedAgain: ({ place }) =>
    same(`Kami carikan petugas lain untuk Anda.${placeOf(place, null)} Anda tidak perlu mengulang cerita.`),
  caseDeferred: ({ ref, opensAt }, wording) =>
    same(
      `Petugas belum dapat melayani sekarang. Permintaan Anda kami simpan, ref ${ref}${opensAt === null ? '' : `, dan masuk antrean ${time(opensAt, wording)}`}. Tidak perlu lagi? Ketik *BATAL*.`,
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
  caseEnded: ({ ref, why }) => same(`${endings[why]} Nomor referensi ${ref}.`),
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
  messageKept: () => same('Pesan Anda sudah kami teruskan ke petugas.'),
  agentOffered: () =>
    same(
      'Tampaknya langkah ini belum berhasil. Bila Bapak/Ibu ingin dibantu petugas Care Center 165, ketik *PETUGAS*.',
    ),
  optedOut: () =>
    same(
      'Baik, kami tidak akan mengirim pesan lagi ke nomor ini. Bila perlu lagi, tulis pesan apa saja ke sini. Care Center 165 tetap dapat dihubungi.',
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
    mail: '1 internet, 2 folder spam, 3 kotak penuh',
    whatsapp: '1 internet, 2 WhatsApp aktif, 3 blokir',
    sms: '1 sinyal, 2 pulsa, 3 SMS diblokir atau spam',
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
    `Kode dikirim ke ${destination}. Periksa: ${short}, 4 kode terbaru, 5 ketik ULANG, 6 ${value} belum benar? Ketik yang benar, 7 PETUGAS.`,
  );
}
