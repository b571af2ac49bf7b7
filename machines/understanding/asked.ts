// What the conversation is waiting for, as far as understanding needs to know it.
import type { Field, Language } from '../vocabulary.ts';

/** The answer that a waiting state expects. `value` and `confirmation` are about `Asked.field`. */
export type Expects =
  /** NIK or card number */
  | 'number'
  | 'birthDate'
  /** the menu: which field, or "my data" */
  | 'field'
  /** the new value of `Asked.field` */
  | 'value'
  /** yes, no, or a corrected value of `Asked.field` */
  | 'confirmation'
  /** the one-time code, or a corrected value of `Asked.field` */
  | 'code'
  | 'pin'
  /** nothing in particular: only the words that always work */
  | 'words';

export interface Asked {
  expects: Expects;
  field: Field | null;
  /** spoken by us; in Indonesian a "no" is a number */
  language: Language;
  /** Today where the participants live, YYYY-MM-DD. */
  today: string;
  codeDigits: number;
  pinDigits: number;
  /** a number was typed before and its birth date did not fit: the date alone may be typed again */
  retriesDate?: boolean;
}
