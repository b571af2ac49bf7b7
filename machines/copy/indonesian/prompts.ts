// What each waiting state asks, in Indonesian.
import type { Copy } from '../keys.ts';
import { same, say } from '../sentence.ts';
import { fieldAtStart, fieldName, none, shortName, viaName } from './terms.ts';

const exampleOf = {
  email: 'yang bisa Anda buka sekarang, misalnya nama@example.com',
  mobileNumber: 'yang sudah aktif, misalnya 0812xxxxxxxx',
};

export const prompts = {
  askNumber: () => ({
    full: say(
      'Mohon ketik *NIK* (16 angka di KTP) atau *nomor kartu JKN* (13 angka di kartu).\nPerlu bantuan? Ketik *BANTUAN* atau *PETUGAS*.',
      'Mohon ketik NIK (16 angka di KTP) atau nomor kartu JKN (13 angka di kartu). Perlu bantuan? Ketik BANTUAN atau PETUGAS.',
    ),
    brief: say(
      'Mohon ketik *NIK* (16 angka) atau *nomor kartu JKN* (13 angka).',
      'Ketik NIK (16 angka) atau nomor kartu JKN (13 angka).',
    ),
    least: 'Ketik NIK atau nomor kartu.',
  }),

  askBirthDate: () => ({
    full: say(
      'Mohon ketik *tanggal lahir* peserta sesuai KTP, misalnya 17-08-1945 atau 17 Agustus 1945.\nIngin mengganti NIK atau nomor kartunya? Ketik *KEMBALI*.',
      'Mohon ketik tanggal lahir peserta sesuai KTP, misalnya 17-08-1945. Ganti NIK atau nomor kartu: ketik KEMBALI.',
    ),
    brief: say(
      'Mohon ketik *tanggal lahir* peserta, misalnya 17-08-1945.',
      'Ketik tanggal lahir peserta, misalnya 17-08-1945.',
    ),
    least: 'Ketik tanggal lahir peserta.',
  }),

  chooseField: ({ email, mobileNumber }) => ({
    full: say(
      `Apa yang Bapak/Ibu perlukan?\n*1.* Ganti email (sekarang: ${email ?? none})\n*2.* Ganti nomor HP (sekarang: ${mobileNumber ?? none})\n*3.* Lihat data saya\nKetik *1*, *2*, atau *3*. Ingin bicara dengan petugas? Ketik *PETUGAS*.`,
      `Ketik 1 untuk ganti email (${email ?? none}), 2 ganti nomor HP (${mobileNumber ?? none}), 3 lihat data saya. Atau ketik PETUGAS.`,
    ),
    brief: say(
      'Ketik *1* untuk ganti email, *2* untuk ganti nomor HP, atau *3* untuk melihat data.',
      'Menu: 1 ganti email, 2 ganti nomor HP, 3 data.',
    ),
    least: 'Menu: 1 email, 2 HP, 3 data.',
  }),

  askNewValue: ({ field }) => ({
    full: say(
      `Mohon ketik *${fieldName[field]} baru* ${exampleOf[field]}.\nKode kami kirim ke ${shortName[field]} baru itu; ${shortName[field]} lama tidak diperlukan.\nTidak jadi? Ketik *BATAL*.`,
      `Mohon ketik ${fieldName[field]} baru ${exampleOf[field]}. Kode kami kirim ke situ. Tidak jadi? Ketik BATAL.`,
    ),
    brief: say(
      `Mohon ketik *${fieldName[field]} baru* ${exampleOf[field]}.`,
      `Ketik ${fieldName[field]} baru ${exampleOf[field]}.`,
    ),
    least: `Ketik ${fieldName[field]} baru.`,
  }),

  confirmSuggestion: ({ newValue, suggestion }) => {
    const sentence = say(
      `Yang Anda ketik: ${newValue}\nMungkin maksudnya: *${suggestion}*\nKetik *YA* bila itu yang benar. Ketik *TIDAK* untuk tetap memakai yang Anda ketik.`,
      `Anda ketik ${newValue}. Mungkin maksudnya ${suggestion}? Ketik YA bila benar, TIDAK untuk memakai yang Anda ketik.`,
    );
    return { full: sentence, brief: sentence, least: sentence.sms };
  },

  confirmNewValue: ({ field, newValue }) => ({
    full: say(
      `${fieldAtStart[field]} baru: *${newValue}*\nSudah benar? Ketik *YA* agar kode dikirim ke sana, atau ketik ${shortName[field]} yang benar.\nTidak jadi? Ketik *BATAL*.`,
      `${fieldAtStart[field]} baru: ${newValue}. Sudah benar? Ketik YA agar kode dikirim, atau ketik ${shortName[field]} yang benar.`,
    ),
    brief: say(
      `${fieldAtStart[field]} baru: *${newValue}*\nKetik *YA* agar kode dikirim ke sana, atau ketik ${shortName[field]} yang benar.`,
      `${fieldAtStart[field]} baru: ${newValue}. Ketik YA agar kode dikirim, atau ketik yang benar.`,
    ),
    least: `${newValue}: ketik YA bila benar.`,
  }),

  askCode: ({ destination, via, codeMinutes }, { codeDigits }) => ({
    full: say(
      `Kode ${codeDigits} angka sudah kami kirim ke ${destination}${via === 'mail' ? '' : ` lewat ${viaName[via]}`}, berlaku ${codeMinutes} menit sejak dikirim.\nMohon ketik kode itu di sini.${via === 'mail' ? ' Periksa juga folder spam.' : ''}\nBelum masuk? Ketik *ULANG*. Tidak jadi? Ketik *BATAL*.`,
      `Kode ${codeDigits} angka sudah dikirim ke ${destination}${via === 'mail' ? ' (lihat juga spam)' : ''}. Mohon ketik kode itu. Belum masuk? Ketik ULANG.`,
    ),
    brief: say(
      'Mohon ketik kode terbaru di sini. Kode belum masuk? Ketik *ULANG*.',
      'Ketik kode terbaru. Belum masuk? Ketik ULANG.',
    ),
    bare: say('Mohon ketik kode terbaru di sini.', 'Lalu ketik kode terbaru.'),
    least: 'Ketik kode terbaru.',
  }),

  askPin: ({ field, oldMasked, newMasked, pinUrl, pinMinutes, pinInChat }, { pinDigits }) => {
    const change = say(
      `${fieldAtStart[field]} Anda: ${oldMasked ?? none}, akan diganti menjadi ${newMasked}.`,
      `${oldMasked === null ? `${fieldAtStart[field]} baru` : `${oldMasked} diganti`} ${newMasked}.`,
    );
    const ask =
      pinUrl !== null
        ? say(
            `Langkah terakhir: isi *PIN Mobile JKN* (${pinDigits} angka) di halaman aman ini, sekali pakai, berlaku ${pinMinutes} menit:\n${pinUrl}\n${pinInChat ? 'Halaman tidak terbuka? Ketik PIN di sini. ' : ''}PIN bukan kata sandi dan bukan kode tadi.`,
            `Terakhir, isi PIN Mobile JKN (bukan kata sandi, bukan kode tadi) di ${pinUrl}${pinInChat ? ' atau ketik PIN di sini' : ''}`,
          )
        : pinInChat
          ? say(
              `Langkah terakhir: mohon ketik *PIN Mobile JKN* (${pinDigits} angka). PIN bukan kata sandi dan bukan kode tadi.`,
              'Terakhir, ketik PIN Mobile JKN (bukan kata sandi, bukan kode tadi).',
            )
          : say(
              `Langkah terakhir: *PIN Mobile JKN* di halaman aman. Ketik *ULANG* untuk tautannya. PIN bukan kata sandi dan bukan kode tadi.`,
              'Terakhir, PIN Mobile JKN di halaman aman. Ketik ULANG untuk tautannya.',
            );
    return {
      full: say(
        `${change.whatsapp}\n${ask.whatsapp}\nLupa PIN? Ketik *LUPA PIN*. Tidak jadi? Ketik *BATAL*.`,
        `${change.sms} ${ask.sms}`,
      ),
      brief: pinInChat
        ? say(
            `Mohon isi *PIN Mobile JKN* (${pinDigits} angka) di halaman tadi, atau ketik di sini. Tautan baru? Ketik *ULANG*. Lupa? Ketik *LUPA PIN*.`,
            `Ketik PIN Mobile JKN (${pinDigits} angka) di sini atau di halaman tadi. Lupa? Ketik LUPA PIN.`,
          )
        : say(
            `Mohon isi *PIN Mobile JKN* (${pinDigits} angka) di halaman tadi. Tautan baru? Ketik *ULANG*. Lupa? Ketik *LUPA PIN*.`,
            `Isi PIN Mobile JKN di halaman tadi. Tautan baru: ULANG. Lupa? Ketik LUPA PIN.`,
          ),
      least: pinInChat ? 'Ketik PIN Mobile JKN.' : 'Isi PIN di halaman tadi.',
    };
  },

  chooseOldContact: ({ email, mobileNumber }) => ({
    full: say(
      `Ke kontak lama mana kode kami kirim?\n*1.* Email ${email ?? none}\n*2.* SMS ke ${mobileNumber ?? none}\nKetik *1* atau *2*. Tidak jadi? Ketik *KEMBALI*; perubahan tetap berlaku pada waktunya.`,
      `Ke kontak lama mana kode dikirim? 1 email ${email ?? none}, 2 SMS ${mobileNumber ?? none}. Ketik 1 atau 2. Tidak jadi? KEMBALI.`,
    ),
    brief: say(
      'Ketik *1* untuk kode ke email lama, *2* untuk kode ke nomor HP lama.',
      'Ketik 1 untuk kode ke email lama, 2 ke nomor HP lama.',
    ),
    least: 'Ketik 1 (email) atau 2 (HP).',
  }),

  askOldCode: ({ destination }, { codeDigits }) => ({
    full: say(
      `Kode ${codeDigits} angka sudah kami kirim ke kontak lama ${destination}.\nKetik kode itu di sini, dan perubahan Anda langsung berlaku.\nBelum masuk? Ketik *ULANG*. Tidak jadi? Ketik *KEMBALI*; perubahan tetap berlaku pada waktunya.`,
      `Kode dikirim ke ${destination}. Ketik kode itu agar perubahan langsung berlaku. Belum masuk? ULANG. Tidak jadi? KEMBALI.`,
    ),
    brief: say(
      'Ketik kode dari kontak lama itu di sini. Belum masuk? Ketik *ULANG*. Tidak jadi? Ketik *KEMBALI*.',
      'Ketik kode dari kontak lama. Belum masuk? ULANG. Tidak jadi? KEMBALI.',
    ),
    bare: say('Ketik kode terbaru dari kontak lama itu di sini.', 'Lalu ketik kode terbaru dari kontak lama.'),
    least: 'Ketik kode dari kontak lama.',
  }),

  waitForResult: ({ changeRef }) => ({
    full: say(
      `Perubahan Anda sedang kami proses${changeRef === '' ? '' : `, referensi ${changeRef}`}. Hasilnya kami beri tahu di sini; Bapak/Ibu tidak perlu mengulang.\nKe menu: ketik *MENU*. Perlu bantuan? Ketik *PETUGAS*.`,
      `Perubahan sedang kami proses${changeRef === '' ? '' : `, ref ${changeRef}`}. Hasilnya kami beri tahu di sini. Ke menu: MENU. Bantuan: PETUGAS.`,
    ),
    brief: same('Hasilnya kami beri tahu di sini. Perlu bantuan? Ketik *PETUGAS*.'),
    least: 'Hasilnya kami beri tahu di sini.',
  }),

  waitForAgent: ({ caseRef }) => ({
    full: say(
      `Percakapan ini ada pada petugas Care Center 165, referensi ${caseRef}. Silakan tulis di sini, petugas akan membacanya. Mohon jangan menulis kode atau PIN.\nIngin kembali ke layanan otomatis? Ketik *MENU*.`,
      `Percakapan ini ada pada petugas Care Center 165, ref ${caseRef}. Silakan tulis di sini, tanpa kode dan PIN. Kembali: ketik MENU.`,
    ),
    brief: say(
      'Silakan tulis di sini, tanpa kode dan PIN. Kembali ke layanan otomatis: ketik *MENU*.',
      'Silakan tulis di sini, tanpa kode dan PIN. Kembali: ketik MENU.',
    ),
    least: 'Kembali: ketik MENU.',
  }),

  confirmLeave: () => ({
    full: say(
      'Keluar dari antrean petugas dan kembali ke layanan otomatis?\nKetik *YA* untuk keluar, *TIDAK* untuk tetap menunggu.',
      'Keluar dari antrean petugas dan kembali ke layanan otomatis? Ketik YA untuk keluar, TIDAK untuk tetap menunggu.',
    ),
    brief: say(
      'Keluar dari antrean petugas? Ketik *YA* untuk keluar, *TIDAK* untuk tetap menunggu.',
      'Keluar dari antrean petugas? Ketik YA atau TIDAK.',
    ),
    least: 'Keluar dari antrean? YA atau TIDAK.',
  }),

  talkToAgent: ({ caseRef }) => ({
    full: say(
      `Anda sedang bicara dengan petugas Care Center 165, referensi ${caseRef}. Petugas tidak pernah meminta kode atau PIN.\nSudah cukup? Ketik *SELESAI*.`,
      `Anda sedang bicara dengan petugas Care Center 165, ref ${caseRef}. Petugas tidak pernah meminta kode atau PIN. Cukup? Ketik SELESAI.`,
    ),
    brief: same('Petugas tidak pernah meminta kode atau PIN. Sudah cukup? Ketik *SELESAI*.'),
    least: 'Cukup? Ketik SELESAI.',
  }),

  confirmFinish: () => ({
    full: say(
      'Akhiri percakapan dengan petugas 165 dan kembali ke layanan otomatis?\nKetik *YA* untuk mengakhiri, *TIDAK* untuk melanjutkan.',
      'Akhiri percakapan dengan petugas 165? Ketik YA untuk mengakhiri, TIDAK untuk melanjutkan.',
    ),
    brief: same('Akhiri percakapan dengan petugas 165? Ketik *YA* atau *TIDAK*.'),
    least: 'Akhiri percakapan? YA atau TIDAK.',
  }),
} satisfies Copy['prompts'];
