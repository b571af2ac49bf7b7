import { maskEmail, maskMobile } from '#machines/copy/masking.ts';
import type { Field } from '#machines/vocabulary.ts';

/** How a contact value is shown in letters and in the audit. */
export function maskContact(field: Field, value: string): string {
  return field === 'email' ? maskEmail(value) : maskMobile(value);
}
