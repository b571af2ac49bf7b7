// The words that the Indonesian sentences share.
import type { Channel, Field } from '../../vocabulary.ts';
import type { Letter } from '../keys.ts';

type Refusal = Extract<Letter, { letter: 'changeRefused' }>['reason'];

export const fieldName: Record<Field, string> = { email: 'email', mobileNumber: 'nomor HP' };

/** Where a sentence begins with it. */
export const fieldAtStart: Record<Field, string> = { email: 'Email', mobileNumber: 'Nomor HP' };

/** How a field is called back in short: "nomor ini", "email ini". */
export const shortName: Record<Field, string> = { email: 'email', mobileNumber: 'nomor' };

export const shortAtStart: Record<Field, string> = { email: 'Email', mobileNumber: 'Nomor' };

export const viaName: Record<'mail' | Channel, string> = { mail: 'email', whatsapp: 'WhatsApp', sms: 'SMS' };

export const none = 'belum ada';

const segments: Readonly<Record<string, string>> = {
  PBPU: 'mandiri (PBPU)',
  PPU: 'pekerja (PPU)',
  PBI: 'penerima bantuan iuran (PBI)',
  BP: 'bukan pekerja (BP)',
};
const statuses: Readonly<Record<string, string>> = {
  active: 'aktif',
  inactive: 'tidak aktif',
  'inactive (premium)': 'tidak aktif (iuran belum dibayar)',
};

/** Open texts of the directory: what is not known here is shown as it came. */
export const segmentName = (segment: string): string => segments[segment] ?? segment;
export const statusName = (status: string): string => statuses[status] ?? status;

/** A masked name on SMS: three signs for every word. */
export const shortMask = (name: string): string => name.replace(/•{3,}/gu, '•••');

/** Why a change was refused; of other people's data it says nothing. */
export const refusals: Record<Refusal, (field: Field) => string> = {
  valueInUse: (field) => `${fieldAtStart[field]} itu tidak dapat didaftarkan untuk data Anda. Data lama tidak berubah.`,
  stale: () => 'Data Anda sudah berubah lebih dulu di tempat lain, jadi perubahan ini tidak kami lanjutkan.',
  invalid: (field) => `${fieldAtStart[field]} itu belum dapat diterima sistem. Data lama tidak berubah.`,
};

/** The same on SMS. */
export const shortRefusals: typeof refusals = {
  valueInUse: (field) => `${fieldAtStart[field]} itu tidak dapat didaftarkan. Data tidak berubah.`,
  stale: () => 'Data Anda sudah berubah di tempat lain; perubahan tidak dilanjutkan.',
  invalid: (field) => `${fieldAtStart[field]} itu belum dapat diterima. Data tidak berubah.`,
};
