// The words that the English sentences share.
import type { Channel, Field } from '../../vocabulary.ts';
import type { Letter } from '../keys.ts';

type Refusal = Extract<Letter, { letter: 'changeRefused' }>['reason'];

export const fieldName: Record<Field, string> = { email: 'email', mobileNumber: 'mobile number' };

/** How a field is called back in short: "this number", "this address". */
export const shortName: Record<Field, string> = { email: 'address', mobileNumber: 'number' };

export const viaName: Record<'mail' | Channel, string> = { mail: 'email', whatsapp: 'WhatsApp', sms: 'SMS' };

export const none = 'none yet';

/** `1 try`, `2 tries` */
export function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

/** A masked name on SMS: three signs for every word. */
export const shortMask = (name: string): string => name.replace(/•{3,}/gu, '•••');

/** Why a change was refused; of other people's data it says nothing. */
export const refusals: Record<Refusal, (field: Field) => string> = {
  valueInUse: (field) => `That ${fieldName[field]} cannot be registered for your data. Your old data is unchanged.`,
  stale: () => 'Your data was changed elsewhere in the meantime, so we did not go on with this change.',
  invalid: (field) => `The system cannot take that ${fieldName[field]}. Your old data is unchanged.`,
};

/** The same on SMS. */
export const shortRefusals: typeof refusals = {
  valueInUse: (field) => `That ${fieldName[field]} cannot be registered. Nothing has changed.`,
  stale: () => 'Your data was changed elsewhere, so we did not go on.',
  invalid: (field) => `The system cannot take that ${fieldName[field]}. Nothing has changed.`,
};
