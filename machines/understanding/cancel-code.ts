// The code of a letter that tells an old mailbox of a held change: `BATAL K7MPQ-3XRTW`, the word being optional.

const MESSAGE = /^(?:batal(?:kan)?|cancel)?[\s:]*([a-z2-9]{5})[\s-]*([a-z2-9]{5})[\s.]*$/i;
const isGroup = (text: string) => /[A-Z]/.test(text) && /\d/.test(text);

/** The code in capitals, its two groups joined by a dash; null when the message is anything else. */
export function readCancelCode(text: string): string | null {
  const [, first = '', second = ''] = MESSAGE.exec(text)?.map((part) => part.toUpperCase()) ?? [];
  return isGroup(first) && isGroup(second) ? `${first}-${second}` : null;
}
