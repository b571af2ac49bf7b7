// How contact values and names are shown: enough to recognise one's own, not enough to learn a stranger's.

const dot = '•';
const hidden = dot.repeat(3);

/** Keeps a masked address short enough that two of them fit into one SMS. */
const longestDomain = 24;

/** `siti.aminah@example.com` -> `s•••h@example.com`; three dots whatever the length, and nothing of a very short name. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  if (at < 0) return hidden;
  const local = [...email.slice(0, at)];
  const first = local.length > 1 ? local[0] : '';
  const last = local.length > 4 ? local.at(-1) : '';
  const domain = [...email.slice(at + 1)];
  const shown = domain.length > longestDomain ? hidden + domain.slice(3 - longestDomain).join('') : domain.join('');
  return `${first}${hidden}${last}@${shown}`;
}

/** `+6281200000011` -> `0812 •••• ••11`: the first four and the last two digits. */
export function maskMobile(mobileNumber: string): string {
  const shown = showMobile(mobileNumber);
  const digits = shown.replace(/\D/g, '').length;
  let seen = 0;
  return shown.replace(/\d/g, (digit) => {
    seen += 1;
    return seen <= Math.min(4, digits - 6) || seen > digits - 2 ? digit : dot;
  });
}

/** `Siti Aminah` -> `S••• A•••••`. */
export function maskName(name: string): string {
  return name
    .trim()
    .split(/\s+/u)
    .map((word) => {
      const [first = '', ...rest] = [...word];
      return rest.length === 0 ? dot : first + dot.repeat(rest.length);
    })
    .join(' ');
}

/** `+6281234567890` -> `0812 3456 7890`, as people write it; a foreign number keeps its country code. */
export function showMobile(mobileNumber: string): string {
  const digits = mobileNumber.replace(/\D/g, '');
  const national = digits.startsWith('62') ? `0${digits.slice(2)}` : digits;
  // Ten digits end in two threes and thirteen in a five, so that no group is left with one digit.
  const groups = national.length === 10 ? /^(\d{4})(\d{3})(\d+)$/ : /^(\d{4})(\d{4})(\d+)$/;
  return (digits.startsWith('62') ? '' : '+') + national.replace(groups, '$1 $2 $3');
}
