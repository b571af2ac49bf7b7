// What people write to a person of Care Center 165 may hold a code, a PIN or a NIK: it is stored without.

const hidden = '[kode disembunyikan]';

/** Digits of any script and width become 0-9: `٤`, `４` and `4` are one sign to a reader. */
function plainDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    // Each script has its ten digits in a row, and the row starts where the next sign before it is no digit.
    let zero = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero -= 1;
    return String(code - zero);
  });
}

const blank = String.raw`[\s.,\-_/*|:]`;
const onlyDigits = new RegExp(String.raw`^${blank}*(?:\d${blank}*){4,8}$`);
const afterWord = new RegExp(
  String.raw`(\b(?:m?-?pin|otp|kode|code|sandi|password|passcode|token)(?:nya|ku|mu)?\b[^\d\n]{0,20})((?:\d${blank}?){3,7}\d)(?!\d)`,
  'gi',
);
const beforeWord = new RegExp(
  String.raw`(?<!\d)((?:\d${blank}?){3,7}\d)([^\d\n]{0,12}\b(?:pin|otp|kode|code|sandi|password)(?:nya|ku|mu)?\b)`,
  'gi',
);
/** any group of 4 to 8 digits, blanks between them or not */
const anyGroup = /(?<![\d+])(?:\d[ .-]?){3,7}\d(?!\d)(?![ .-]?\d)/g;
/** NIK and KK have 16 digits, the card 13; people write them in groups as well. */
const longNumber = /(?<!\d)(?:\d[ .-]?){12,}\d(?!\d)/g;
const isPhone = (digits: string) => digits.length < 15 && /^(?:62|08)/.test(digits);

const digitWord =
  'nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|lapan|sembilan|zero|one|two|three|four|five|six|seven|eight|nine';
/** "empat delapan dua sembilan satu tiga" */
const spokenDigits = new RegExp(
  String.raw`(?<![\p{L}\d])(?:(?:${digitWord}|\d)[\s,.\-]+){3,7}(?:${digitWord}|\d)(?![\p{L}\d])`,
  'giu',
);

/**
 * @param codeLived  a code was on its way in the last 15 min, or the bot asked for a code or a PIN: then every group of
 * 4 to 8 digits goes, whatever stands beside it
 * @returns the text without codes and PINs (4 to 8 digits alone, also as words, or beside a word for them), NIK, KK and
 * card number shortened to their last four digits; e-mail addresses and phone numbers stay, because agents help with typos
 */
export function redact(text: string, { codeLived = false }: { codeLived?: boolean } = {}): string {
  const plain = plainDigits(text.normalize('NFKC'));
  if (onlyDigits.test(plain)) return hidden;
  const told = plain
    .replace(longNumber, (whole) => {
      const digits = whole.replace(/\D/g, '');
      return isPhone(digits) ? whole : `…${digits.slice(-4)}`;
    })
    .replace(afterWord, (_, word: string) => `${word}${hidden}`)
    .replace(beforeWord, (_, __, word: string) => `${hidden}${word}`)
    .replace(spokenDigits, hidden);
  return codeLived ? told.replace(anyGroup, (group, at: number) => (told[at - 1] === '…' ? group : hidden)) : told;
}
