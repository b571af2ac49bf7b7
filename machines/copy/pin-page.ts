// The words of the page on which the PIN is typed, in both languages; what came of a PIN is said by the notices.
import type { Field, Language } from '../vocabulary.ts';
import { fieldName as englishField } from './english/terms.ts';
import { fieldName as indonesianField } from './indonesian/terms.ts';

export interface PinPageWords {
  title: string;
  /** above the old and the new value */
  change: (field: Field) => string;
  old: string;
  none: string;
  new: string;
  label: string;
  hint: (digits: number) => string;
  send: string;
  /** for whoever did not ask for this */
  warning: string;
  malformed: (digits: number) => string;
  /** where it goes on */
  backToChat: string;
  saidInChat: string;
  unknown: string;
  gone: string;
  again: string;
  unavailable: string;
}

export const pinPageWords: Record<Language, PinPageWords> = {
  id: {
    title: 'PIN Mobile JKN',
    change: (field) => `Anda akan mengganti ${indonesianField[field]}:`,
    old: 'Sekarang',
    none: 'belum ada',
    new: 'Menjadi',
    label: 'PIN Mobile JKN',
    hint: (digits) =>
      `${digits} angka yang Anda buat di aplikasi Mobile JKN. PIN bukan kata sandi dan bukan kode tadi.`,
    send: 'Kirim PIN',
    warning:
      'Bukan Anda yang meminta perubahan ini? Jangan isi PIN, dan tutup halaman ini. Petugas tidak pernah meminta PIN.',
    malformed: (digits) => `PIN harus ${digits} angka. Percobaan Anda tidak berkurang.`,
    backToChat: 'Silakan kembali ke chat.',
    saidInChat: 'PIN itu sudah kami terima. Hasilnya ada di chat.',
    unknown: 'Halaman ini tidak ada. Mohon periksa tautannya di chat.',
    gone: 'Halaman ini sudah dipakai atau sudah lewat waktunya.',
    again: 'Hasilnya ada di chat. Perlu halaman baru? Ketik ULANG di sana.',
    unavailable: 'Maaf, sistem kami sedang lambat. Mohon muat ulang halaman ini sebentar lagi, atau kembali ke chat.',
  },
  en: {
    title: 'Mobile JKN PIN',
    change: (field) => `You are changing the ${englishField[field]}:`,
    old: 'Now',
    none: 'none yet',
    new: 'New',
    label: 'Mobile JKN PIN',
    hint: (digits) =>
      `${digits} digits that you chose in the Mobile JKN app. It is not the password and not the code you just typed.`,
    send: 'Send the PIN',
    warning:
      'You did not ask for this change? Do not enter the PIN, and close this page. Agents never ask for the PIN.',
    malformed: (digits) => `The PIN has ${digits} digits. You have not lost a try.`,
    backToChat: 'Please go back to the chat.',
    saidInChat: 'We have that PIN already. The result is in the chat.',
    unknown: 'There is no such page. Please check the link in the chat.',
    gone: 'This page was used already, or is too old.',
    again: 'The result is in the chat. Need a new page? Type AGAIN there.',
    unavailable: 'Sorry, our system is slow. Please reload this page in a moment, or go back to the chat.',
  },
};
