// What an SMS costs: its encoding and its parts. Pure counting, after Twilio's own calculator (sms-segments-calculator
// 1.3.0): one foreign character makes the whole text UCS-2, and no character is split between two parts.

// GSM 03.38: the basic set costs one septet, the extension two (an escape before it).
export const basic: ReadonlySet<string> = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extension = new Set('\f^{}\\[~]|€');

export interface Segments {
  encoding: 'GSM-7' | 'UCS-2';
  /** septets, or UTF-16 units */
  units: number;
  /** an empty text counts as one */
  segments: number;
}

const sizes = { 'GSM-7': { single: 160, multi: 153 }, 'UCS-2': { single: 70, multi: 67 } } as const;

export function countSegments(text: string): Segments {
  const encoding = foreignCharacters(text).length === 0 ? 'GSM-7' : 'UCS-2';
  const costs = Array.from(text, (character) =>
    encoding === 'UCS-2' ? character.length : extension.has(character) ? 2 : 1,
  );
  const units = costs.reduce((sum, cost) => sum + cost, 0);
  const { single, multi } = sizes[encoding];
  return { encoding, units, segments: units <= single ? 1 : fill(costs, multi) };
}

/** The characters that GSM-7 has no place for, each once, in order: what makes an SMS dear. */
export const foreignCharacters = (text: string): string[] => [
  ...new Set(Array.from(text).filter((character) => !basic.has(character) && !extension.has(character))),
];

function fill(costs: readonly number[], size: number): number {
  let segments = 1;
  let used = 0;
  for (const cost of costs) {
    if (used + cost > size) {
      segments += 1;
      used = 0;
    }
    used += cost;
  }
  return segments;
}
