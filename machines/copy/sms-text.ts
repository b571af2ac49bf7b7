// Makes any text fit for SMS: the basic GSM-7 characters only, because one other character halves the segment.
import { basic } from './segments.ts';

const nearest: Record<string, string> = {
  '•': '*',
  '→': '->',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
};

/** Characters without a near relative become `?`; so do the extension characters, which some carriers garble. */
export function smsText(text: string): string {
  return [...text].map(nearestBasic).join('');
}

function nearestBasic(character: string): string {
  if (basic.has(character)) return character;
  const known = nearest[character];
  if (known !== undefined) return known;
  const plain = character.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain !== '' && [...plain].every((part) => basic.has(part)) ? plain : '?';
}
