// What leaves outside a turn, in Indonesian: codes, and news of a change to everybody whom it concerns.
import type { Copy, Letter, LetterText, Wording } from '../keys.ts';
import { fieldAtStart, fieldName, refusals } from './terms.ts';

const callUs = 'hubungi Care Center 165';

function letter(subject: string, whatsapp: string, sms: string, mail: string, { brand }: Wording): LetterText {
  return {
    whatsapp,
    sms,
    mail: {
      subject: `${brand}: ${subject}`,
      text: `Bapak/Ibu,\n\n${mail}\n\nTerima kasih.\n${brand}, Care Center 165\n`,
    },
  };
}

/** Whoever reads the old mailbox may have no old number. */
const cancelByCode = (cancelCode: string | undefined, { chat }: Wording) =>
  cancelCode === undefined || chat === null
    ? ''
    : `Batalkan dari nomor mana pun: kirim pesan ini ke ${chat}\n\nBATAL ${cancelCode}\n\nTidak dapat mengirimnya? `;

/** Said when a change is held, and again at half of that time. */
function askedOfOld(
  {
    letter: which,
    field,
    value,
    until,
    ref,
    cancelCode,
  }: Extract<Letter, { letter: 'holdReminder' }> | Extract<Letter, { letter: 'changeHeld' }>,
  wording: Wording,
  canReply: boolean,
): LetterText {
  const when = wording.time(until, 'id');
  const [there, subject] = which === 'holdReminder' ? ['Masih ada', 'masih ada permintaan'] : ['Ada', 'permintaan'];
  const said = `${there} permintaan mengganti ${fieldName[field]} data JKN Anda menjadi ${value}, mulai berlaku ${when}. Sampai saat itu data lama tetap dipakai.`;
  return letter(
    `${subject} mengganti ${fieldName[field]}`,
    `${said} Bukan Anda? ${canReply ? `Balas *BATAL* atau ${callUs}` : `Mohon ${callUs}`}. Nomor referensi ${ref}.`,
    `${there} permintaan ganti ${fieldName[field]} data JKN Anda, berlaku ${when}. Bukan Anda? ${canReply ? `Balas BATAL atau ${callUs}` : `Mohon ${callUs}`}. Ref ${ref}.`,
    `${said}\n\nBukan Anda yang meminta? ${cancelByCode(cancelCode, wording)}Mohon ${callUs} sebelum waktu itu.\nNomor referensi ${ref}.`,
    wording,
  );
}

export const letters = {
  code: ({ field, code, minutes }, wording) =>
    letter(
      `kode untuk mengganti ${fieldName[field]}`,
      `Kode *${code}* dari ${wording.brand} untuk mengganti ${fieldName[field]}, berlaku ${minutes} menit. Ketik hanya di chat yang Anda mulai, jangan beri ke orang lain. Bukan Anda? Abaikan pesan ini.`,
      `Kode ${code} untuk ganti ${fieldName[field]}, berlaku ${minutes} menit. Ketik hanya di chat yang Anda mulai, jangan beri ke orang lain. Bukan Anda? Abaikan.`,
      `Kode Anda: ${code}\n\nKode ini untuk mengganti ${fieldName[field]} pada data JKN, berlaku ${minutes} menit. Ketik hanya di chat yang Anda mulai, jangan beri ke orang lain, juga tidak kepada petugas.\n\nBukan Anda yang meminta? Abaikan pesan ini. Data tidak berubah.`,
      wording,
    ),

  oldCode: ({ code, minutes }, wording) =>
    letter(
      'kode untuk perubahan data Anda',
      `Kode *${code}* dari ${wording.brand}, berlaku ${minutes} menit. Dengan kode ini, perubahan kontak data JKN Anda langsung berlaku. Bukan Anda? Jangan beri kode ini ke siapa pun, dan ${callUs}.`,
      `Kode ${code} (${minutes} menit) membuat perubahan kontak JKN Anda langsung berlaku. Bukan Anda? Jangan beri ke siapa pun, hubungi Care Center 165.`,
      `Kode Anda: ${code}\n\nDengan kode ini, perubahan kontak pada data JKN Anda langsung berlaku. Kode berlaku ${minutes} menit. Ketik hanya di chat yang Anda mulai.\n\nBukan Anda yang meminta? Jangan beri kode ini ke siapa pun, juga tidak kepada petugas, dan ${callUs}.`,
      wording,
    ),

  restoreApproved: ({ field, value, ref }, wording, canReply) => {
    const said = `Petugas Care Center 165 menyetujui agar ${fieldName[field]} ${value} dipakai lagi.`;
    return letter(
      `${fieldName[field]} lama dapat dipakai lagi`,
      `${said} ${canReply ? 'Ketik *KODE LAMA* di sini; kode kami kirim ke sana, lalu langsung berlaku' : `Mohon ${callUs}`}. Nomor referensi ${ref}.`,
      `${said} ${canReply ? 'Balas KODE LAMA untuk memastikannya' : `Mohon ${callUs}`}. Ref ${ref}.`,
      `${said}\n\nMohon ${callUs} untuk melanjutkan.\nNomor referensi ${ref}.`,
      wording,
    );
  },

  changeHeld: ({ to, field, value, until, ref, cancelCode }, wording, canReply) => {
    if (to === 'new') {
      const when = wording.time(until, 'id');
      const said = `${fieldAtStart[field]} ini akan tercatat pada data JKN seorang peserta, mulai ${when}.`;
      return letter(
        `${fieldName[field]} Anda akan didaftarkan`,
        `${said} Bukan Anda? Mohon ${callUs}. Nomor referensi ${ref}.`,
        `${fieldAtStart[field]} ini akan tercatat pada data JKN mulai ${when}. Bukan Anda? Mohon ${callUs}. Ref ${ref}.`,
        `${said}\n\nBukan Anda yang meminta? Mohon ${callUs}.\nNomor referensi ${ref}.`,
        wording,
      );
    }
    return askedOfOld({ letter: 'changeHeld', to, field, value, until, ref, cancelCode }, wording, canReply);
  },

  holdReminder: askedOfOld,

  triesUsedUp: ({ guessed, field, value, at, ref }, wording) => {
    const when = wording.time(at, 'id');
    const [what, short] =
      guessed === 'code'
        ? [`Kode yang kami kirim ke ${value} untuk mengubah kontak data JKN Anda`, 'Kode ubah kontak JKN Anda']
        : [`PIN Mobile JKN Anda, untuk ${fieldName[field]} baru ${value},`, 'PIN Mobile JKN Anda'];
    const said = `${what} terlalu sering salah diketik, terakhir ${when}. Data Anda tidak berubah.`;
    return letter(
      guessed === 'code' ? 'kode salah diketik berulang kali' : 'PIN salah diketik berulang kali',
      `${said} Bukan Anda? Mohon ${callUs}. Nomor referensi ${ref}.`,
      `${short} terlalu sering salah diketik, ${when}. Bukan Anda? Mohon ${callUs}. Ref ${ref}.`,
      `${said}\n\nBukan Anda yang mengetiknya? Mohon ${callUs}. Jangan beri kode dan PIN ke siapa pun, juga tidak kepada petugas.\nNomor referensi ${ref}.`,
      wording,
    );
  },

  changeApplied: ({ to, field, value, at, ref }, wording, canReply) => {
    const when = wording.time(at, 'id');
    if (to === 'chat') {
      const said = `Selesai. ${fieldAtStart[field]} Anda sekarang ${value}, berlaku sejak ${when}.`;
      return letter(
        `${fieldName[field]} Anda sudah diganti`,
        `${said} Kontak lama juga kami beri tahu. Nomor referensi ${ref}.`,
        `Selesai. ${fieldAtStart[field]} Anda sekarang ${value}, sejak ${when}. Ref ${ref}.`,
        `${said} Kontak lama juga kami beri tahu.\nNomor referensi ${ref}.`,
        wording,
      );
    }
    if (to === 'new') {
      const said = `${fieldAtStart[field]} ini sekarang tercatat pada data JKN seorang peserta, sejak ${when}.`;
      return letter(
        `${fieldName[field]} Anda sudah didaftarkan`,
        `${said} Bukan Anda? Mohon ${callUs}. Nomor referensi ${ref}.`,
        `${fieldAtStart[field]} ini tercatat pada data JKN sejak ${when}. Bukan Anda? Mohon ${callUs}. Ref ${ref}.`,
        `${said}\n\nBukan Anda yang meminta? Mohon ${callUs}.\nNomor referensi ${ref}.`,
        wording,
      );
    }
    const said = `${fieldAtStart[field]} data JKN Anda sudah diganti menjadi ${value} sejak ${when}.`;
    return letter(
      `${fieldName[field]} Anda sudah diganti`,
      `${said} Bukan Anda? ${canReply ? `Balas *BUKAN SAYA* atau ${callUs}` : `Mohon ${callUs}`}. Nomor referensi ${ref}.`,
      `${fieldAtStart[field]} data JKN Anda diganti sejak ${when}. Bukan Anda? ${canReply ? `Balas BUKAN SAYA atau ${callUs}` : `Mohon ${callUs}`}. Ref ${ref}.`,
      `${said}\n\nBukan Anda yang meminta? Mohon ${callUs}.\nNomor referensi ${ref}.`,
      wording,
    );
  },

  changeCancelled: ({ to, field, value, ref }, wording) => {
    const said =
      to === 'new'
        ? `${fieldAtStart[field]} ini tidak jadi dicatat pada data JKN seorang peserta; permintaannya sudah dibatalkan.`
        : `Permintaan mengganti ${fieldName[field]} data JKN Anda menjadi ${value} sudah dibatalkan. Data lama tetap berlaku.`;
    const ask = to === 'new' ? '' : ` Bukan Anda yang membatalkan? Mohon ${callUs}.`;
    return letter(
      `permintaan mengganti ${fieldName[field]} dibatalkan`,
      `${said}${ask} Nomor referensi ${ref}.`,
      to === 'new'
        ? `${fieldAtStart[field]} ini tidak jadi dicatat pada data JKN; permintaan dibatalkan. Ref ${ref}.`
        : `Permintaan ganti ${fieldName[field]} data JKN Anda dibatalkan. Data lama tetap berlaku. Pertanyaan: Care Center 165. Ref ${ref}.`,
      `${said}${ask}\nNomor referensi ${ref}.`,
      wording,
    );
  },

  changeRefused: ({ field, reason, ref }, wording, canReply) => {
    const said = `Mohon maaf. ${refusals[reason](field)}`;
    const next = canReply ? `Ketik *MENU* untuk mencoba lagi, atau *PETUGAS* agar kami periksa.` : `Mohon ${callUs}.`;
    return letter(
      `${fieldName[field]} belum diganti`,
      `${said} ${next} Nomor referensi ${ref}.`,
      `Maaf. ${refusals[reason](field)} ${canReply ? 'Ketik MENU atau PETUGAS' : `Mohon ${callUs}`}. Ref ${ref}.`,
      `${said}\n\nMohon ${callUs} bila perlu bantuan.\nNomor referensi ${ref}.`,
      wording,
    );
  },
} satisfies Copy['letters'];
