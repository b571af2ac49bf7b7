// The words that the whole project shares; everything else names its types after these.
import { z } from 'zod';

export const Channel = z.enum(['whatsapp', 'sms']);
export type Channel = z.infer<typeof Channel>;

export const Language = z.enum(['id', 'en']);
export type Language = z.infer<typeof Language>;

/** A field of the contact data that can be changed here. */
export const Field = z.enum(['email', 'mobileNumber']);
export type Field = z.infer<typeof Field>;

/** How a participant names the record: NIK (16 digits) or JKN card number (13 digits, text: leading zeros matter). */
export const NumberKind = z.enum(['nik', 'cardNumber']);
export type NumberKind = z.infer<typeof NumberKind>;

/** What somebody typed and nobody else may read: prints as `[redacted]` everywhere. `src/seal.ts` has the one class. */
export interface Hidden {
  reveal(): string;
}
