// The phone numbers of a shared contact (vCard), for where a number is asked.

const MOST = 10;

/** One number a line, as the card writes them; empty: the card has none, or it is none. */
export function numbersOnCard(card: string): string {
  if (!/^\uFEFF?BEGIN:VCARD/i.test(card)) return '';
  // A long line goes on behind a line break and a blank.
  const lines = card.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const numbers = lines.flatMap((line) => {
    const [, parameters = '', value = ''] = /^(?:[\w-]+\.)?TEL((?:;[^:]*)?):(?:tel:)?(.*)$/i.exec(line) ?? [];
    const whatsApp = /;waid=(\d{8,15})/i.exec(parameters)?.[1];
    const number = whatsApp === undefined ? value.replace(/[^\d+]/g, '') : `+${whatsApp}`;
    return number === '' ? [] : [number];
  });
  return [...new Set(numbers)].slice(0, MOST).join('\n');
}
