// Reads an Indonesian mobile number in any of its written forms, as E.164.
import type { Unclear } from '../events.ts';
import { type Group, readGroups } from './digits.ts';
import { chooseMeant } from './meant.ts';
import type { Word } from './words.ts';

export interface FoundValue {
  value: string;
  suggestion: string | null;
  start: number;
  end: number;
}

// National part and lengths as measured from libphonenumber (domain.md 3).
const NATIONAL = /^8[1-35-9]\d{7,10}$/;
const FEWEST_IN_A_SENTENCE = 5;

/** The one mobile number in a message, the reason why there is none, or null when no number was meant. */
export function readMobileNumber(text: string, words: readonly Word[]): FoundValue | Unclear | null {
  const isOnlyDigits = /^[\d .\-()+]*$/.test(text);
  const groups = readGroups(text).filter((group) => isOnlyDigits || group.digits.length >= FEWEST_IN_A_SENTENCE);
  const found = groups.flatMap((group) => {
    const value = e164(group);
    return value === null
      ? []
      : [{ value, suggestion: null, start: group.start - (group.plus ? 1 : 0), end: group.end }];
  });
  const different = found.filter((one, at) => found.findIndex((other) => other.value === one.value) === at);
  const meant = different.length > 1 ? chooseMeant(different, words) : different[0];
  if (meant === null) return { reason: 'mobilesTwo' };
  if (meant !== undefined) return meant;
  const [longest] = groups.toSorted((a, b) => b.digits.length - a.digits.length);
  return longest === undefined ? null : whyNot(longest);
}

function e164(group: Group): string | null {
  const national = nationalPart(group);
  return national !== null && NATIONAL.test(national) ? `+62${national}` : null;
}

/** Without country code and leading zero; null for another country. */
function nationalPart({ digits, plus }: Group): string | null {
  if (plus) return digits.startsWith('62') ? digits.slice(2).replace(/^0/, '') : null;
  if (digits.startsWith('00')) return digits.startsWith('0062') ? digits.slice(4).replace(/^0/, '') : null;
  if (digits.startsWith('0')) return digits.slice(1);
  if (/^620?8/.test(digits) || (digits.startsWith('62') && digits.length >= 10)) {
    return digits.slice(2).replace(/^0/, '');
  }
  return digits;
}

function whyNot(group: Group): Unclear {
  const national = nationalPart(group);
  if (national === null) return { reason: 'mobileForeign' };
  const withZero = national.length + 1;
  const isNational = /^(?:0|62)/.test(group.digits) || group.plus;
  if (!isNational && !national.startsWith('8')) {
    const isForeign = national.length >= 10 && national.length <= 13;
    return isForeign ? { reason: 'mobileForeign' } : { reason: 'mobileLength', digits: group.digits.length };
  }
  if (withZero < 8 || withZero > 15) return { reason: 'mobileLength', digits: withZero };
  if (national.startsWith('80')) return { reason: 'mobilePremium' };
  if (/^(?:84|[1-79])/.test(national)) return { reason: 'mobileLandline' };
  return { reason: 'mobileLength', digits: withZero };
}
