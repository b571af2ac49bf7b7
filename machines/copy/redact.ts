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

const one =
  'nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|lapan|sembilan|zero|one|two|three|four|five|six|seven|eight|nine';
const two =
  'sepuluh|sebelas|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty';
/** What people say or type between two digits of one number: blanks and signs, and what only weighs the digit before. */
const between = String.raw`(?:[^\p{L}\p{Nd}]|ratus|puluh|belas|ribu|hundred|thousand|strip|titik|koma|dash|dot){0,4}`;
/** Digits and digit words that belong together: "4-8-2", "empat delapan 2", "empat ratus delapan puluh dua". */
const chain = new RegExp(
  String.raw`(?<![\p{Nd}])(?:\d|(?<!\p{L})(?:${two}|${one}))(?:${between}(?:\d|${two}|${one}))*`,
  'giu',
);
const element = new RegExp(String.raw`(\d)|(${two})|(${one})`, 'gi');

const label = 'm?-?pin|otp|kode|code|kata ?sandi|sandi|password|passcode|token';
const labelBefore = new RegExp(String.raw`(?<!\p{L})(?:${label})(?:nya|ku|mu)?(?!\p{L})[^\d]{0,20}$`, 'iu');
const labelAfter = new RegExp(String.raw`^[^\d]{0,12}(?<!\p{L})(?:${label})(?:nya|ku|mu)?(?!\p{L})`, 'iu');
const isPhone = (digits: string) => digits.length >= 9 && digits.length < 15 && /^(?:62|08)/.test(digits);
/** What follows within an e-mail address. */
const inAddress = /^[\w.%+-]*@[\w-]+\./;
const nothingElse = /^[^\p{L}\p{Nd}]*\[kode disembunyikan\][^\p{L}\p{Nd}]*$/u;
/** Whoever says a number of one or two words counts something. */
const leastSpoken = 4;

/**
 * @param codeLived  a code was on its way in the last 15 min, or the bot asked for a code or a PIN: then every group of
 * 4 to 8 digits goes, whatever stands beside it
 * @returns the text without codes and PINs (4 to 8 digits alone, also as words, or beside a word for them), NIK, KK and
 * card number shortened to their last four digits; e-mail addresses and phone numbers stay, because agents help with typos
 */
export function redact(text: string, { codeLived = false }: { codeLived?: boolean } = {}): string {
  const plain = plainDigits(text.normalize('NFKC').replace(/\p{Cf}/gu, ''));
  const told = plain.replace(chain, (whole: string, at: number) => {
    const { digits, spoken } = lengthOf(whole);
    const rest = plain.slice(at + whole.length);
    if (/^\p{L}/u.test(rest) && spoken > 0 && !/\d$/.test(whole)) return whole;
    if (inAddress.test(rest)) return whole;
    const before = plain.slice(0, at);
    const figures = whole.replace(/\D/g, '');
    if (digits > 8) {
      if (isPhone(figures) && spoken === 0) return whole;
      if (digits >= 13 && spoken === 0) return `…${figures.slice(-4)}`;
      return spoken > 0 || codeLived || labelBefore.test(before) ? hidden : whole;
    }
    if (digits < 4) return whole;
    const isAlone = !/[\p{L}\p{Nd}]/u.test(before + rest);
    const isSpoken = spoken >= leastSpoken || (spoken > 0 && digits > spoken);
    const isMeant = isAlone || isSpoken || codeLived || labelBefore.test(before) || labelAfter.test(rest);
    return isMeant && !(before.endsWith('+') && digits > 6) ? hidden : whole;
  });
  return nothingElse.test(told) ? hidden : told;
}

function lengthOf(whole: string): { digits: number; spoken: number } {
  let digits = 0;
  let spoken = 0;
  for (const [, figure, pair] of whole.matchAll(element)) {
    digits += pair === undefined ? 1 : 2;
    if (figure === undefined) spoken += 1;
  }
  return { digits, spoken };
}
