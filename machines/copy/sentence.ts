// How a sentence is written down: once for both channels, or once for each.
import type { Sentence } from './keys.ts';

export function say(whatsapp: string, sms: string): Sentence {
  return { whatsapp, sms };
}

/** The same words on both channels; `*WORD*` loses its stars on SMS, where they would be printed. */
export function same(text: string): Sentence {
  return { whatsapp: text, sms: text.replace(/\*([A-Z\d ]+)\*/g, '$1') };
}
