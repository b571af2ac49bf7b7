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

/** Why a change was refused; of other people's data it says nothing. */
export const refusals: Record<Refusal, (field: Field) => string> = {
  valueInUse: (field) => `${fieldAtStart[field]} itu tidak dapat didaftarkan untuk data Anda. Data lama tidak berubah.`,
  stale: () => 'Data Anda sudah berubah lebih dulu di tempat lain, jadi perubahan ini tidak kami lanjutkan.',
  invalid: (field) => `${fieldAtStart[field]} itu belum dapat diterima sistem. Data lama tidak berubah.`,
};
