// Reads an e-mail address as typed or as spoken ("budi at gmail titik com"); it suggests, it never corrects.
import type { Unclear } from '../events.ts';
import { isDomainSlip, isKnownDomain, suggestDomain } from './email-domains.ts';
import { conceptOf } from './lexicon.ts';
import { chooseMeant } from './meant.ts';
import type { FoundValue } from './mobile-number.ts';
import type { Word } from './words.ts';

const AT =
  /\s{0,3}(?:@[\s@]{0,3}|[([{]\s?(?:at|et|a|@)\s?[)\]}]\s{0,3}|(?<=\s)(?:at|et|add|ad|keong|a keong)\s{1,3})/giu;
const DOT = /\s{0,3}(?:\.{1,3}|,|[([{]\s?(?:dot|titik|\.)\s?[)\]}])\s{0,3}|\s{1,3}(?:dot|titik|point)\s{1,3}/iuy;
const LABEL = /[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,80}[\p{L}\p{N}])?/uy;
const LOCAL_END =
  /[a-z0-9._%+&!#$'*=~^-]+(?:(?:\s{1,2}(?:titik|dot|underscore|garis bawah|strip)\s{1,2}|\s{1,2}(?=[._])|(?<=_)\s{1,2}|(?<=\s[._])\s{1,2})[a-z0-9._%+&'-]+){0,4}$/i;
/** `[titik]` is "titik" */
const BRACKETED = /[([{](?:dot|titik|underscore|strip)[)\]}]/gi;
const TOP = /^(?:com|net|org|co|id|go|ac|or|sch|web|my|biz|info|edu|gov|mil|desa|me|io)$/i;
const LONGEST_LOCAL = 64;
const LONGEST = 254;
const MOST = 20;

/** The one address in a message, the reason why there is none, or null when no address was meant. */
export function readEmail(text: string, words: readonly Word[]): FoundValue | Unclear | null {
  return readAddress(
    text.replace(BRACKETED, (word) => ` ${word.slice(1, -1)} `),
    words,
  );
}

function readAddress(text: string, words: readonly Word[]): FoundValue | Unclear | null {
  if (/^\S(?: \S){5,}$/.test(text)) return wholeText(readEmail(text.replaceAll(' ', ''), []), text);
  const found: FoundValue[] = [];
  let from = 0;
  for (const at of [...text.matchAll(AT)].slice(0, MOST)) {
    if (at.index < from) continue;
    const address = addressAround(text, from, at.index, at.index + at[0].length, at[0].includes('@'));
    if (address === null) continue;
    found.push(address);
    from = address.end;
  }
  const different = found.filter(
    (one, at) => found.findIndex((other) => other.value.toLowerCase() === one.value.toLowerCase()) === at,
  );
  const meant = different.length > 1 ? chooseMeant(different, words) : different[0];
  if (meant === null) return { reason: 'emailsTwo' };
  return meant ?? (looksLikeAddress(text) ? { reason: 'emailMalformed' } : null);
}

// "b u d i @ ...": spelled out, letter by letter
function wholeText(found: FoundValue | Unclear | null, text: string): FoundValue | Unclear | null {
  return found !== null && 'value' in found ? { ...found, start: 0, end: text.length } : found;
}

function addressAround(text: string, from: number, atStart: number, atEnd: number, typed: boolean): FoundValue | null {
  const local = readLocal(text, from, atStart, typed);
  const domain = local && readDomain(text, atEnd);
  if (!local || !domain) return null;
  if (!typed && !domain.name.includes('.') && !isKnownDomain(`${domain.name}.com`)) return null;
  const ascii = asciiDomain(domain.name);
  if (ascii === null) return null;
  const wrapped = local.text.startsWith('_') && text[domain.end] === '_';
  const name = wrapped ? local.text.slice(1) : local.text;
  const value = `${name}@${ascii}`;
  if (name.length > LONGEST_LOCAL || value.length > LONGEST) return null;
  const suggested = suggestDomain(ascii);
  if (!ascii.includes('.') && suggested === null) return null;
  const before = partBeforeComma(text.slice(from, local.start));
  const isLikelier = before !== null || suggested !== null;
  const likelier = `${before === null ? '' : `${before}.`}${name}@${suggested ?? ascii}`;
  return {
    value,
    suggestion: isLikelier ? likelier : null,
    start: local.start - (before?.length ?? -1) - 1,
    end: domain.end,
  };
}

// "budi,santoso@...": a comma for the dot, unless what stands before it is a word of the sentence
function partBeforeComma(before: string): string | null {
  const part = /(?:^|\s)([a-z0-9]+(?:[._-][a-z0-9]+)*),$/i.exec(before)?.[1];
  return part === undefined || conceptOf(part, false) !== null ? null : part;
}

function readLocal(text: string, from: number, end: number, typed: boolean): { text: string; start: number } | null {
  const window = text.slice(Math.max(from, end - 160), end);
  const match = LOCAL_END.exec(window);
  if (match === null) return null;
  const written = match[0];
  // an address with letters that no mail server takes is not cut in the middle
  if (/[\p{L}\p{N}]/u.test(window[match.index - 1] ?? '')) return null;
  const local = written
    .replace(/\s+(?:titik|dot)\s+/gi, '.')
    .replace(/\s+(?:underscore|garis bawah)\s+/gi, '_')
    .replace(/\s+strip\s+/gi, '-')
    .replace(/\s/g, '')
    .replace(/^['*~^=.&-]+/, '');
  if (!/[a-z0-9]/i.test(local) || local.endsWith('.') || local.includes('..')) return null;
  if (!typed && written.length !== written.trim().length) return null;
  return { text: local, start: end - written.length };
}

function readDomain(text: string, start: number): { name: string; end: number } | null {
  const first = stick(LABEL, text, start);
  if (first === null) return null;
  const labels = [first];
  let end = start + first.length;
  while (labels.length < 8) {
    const dot = stick(DOT, text, end) ?? blankDot(text, end, labels);
    if (dot === null) break;
    const label = stick(LABEL, text, end + dot.length);
    const after = end + dot.length + (label?.length ?? 0);
    if (label === null || !goesOn(labels, dot, label, text.slice(after, after + 2))) break;
    labels.push(label);
    end = after;
  }
  return { name: labels.join('.').toLowerCase(), end };
}

// "gmail com", "yahoo co id": a blank for the dot
function blankDot(text: string, at: number, labels: readonly string[]): string | null {
  const gap = /^ {1,2}/.exec(text.slice(at, at + 3))?.[0];
  if (gap === undefined) return null;
  const next = /^(?:com|co|net|org|id)(?![\p{L}\p{N}@])/iu.exec(text.slice(at + gap.length, at + gap.length + 5))?.[0];
  if (next === undefined) return null;
  const second = /^(?:co|go|ac|or|sch|web|my)$/i.test(labels.at(-1) ?? '');
  return labels.length === 1 || (second && next.toLowerCase() === 'id') ? gap : null;
}

// The end of a sentence is not a dot of the address.
function goesOn(labels: readonly string[], dot: string, label: string, after: string): boolean {
  if (after.startsWith('@')) return false;
  const isTop = TOP.test(label);
  const isComplete = labels.length > 1 && TOP.test(labels.at(-1) ?? '');
  if (/^\.$/.test(dot)) {
    if (!isComplete || isTop) return true;
    return !isKnownDomain(labels.join('.').toLowerCase()) && label === label.toLowerCase();
  }
  if (isComplete) return isTop && /^(?:co|go|ac|or|sch|web|my|com)$/i.test(labels.at(-1) ?? '') && /^id$/i.test(label);
  if (dot.includes(',')) return isTop || isDomainSlip(label.toLowerCase());
  return isTop || /\p{L}/u.test(dot) || isDomainSlip(label.toLowerCase());
}

function stick(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] || null;
}

function asciiDomain(name: string): string | null {
  const ascii = /^[\x20-\x7e]*$/.test(name) ? name : hostOf(name);
  if (ascii === null) return null;
  const labels = ascii.split('.');
  if (labels.some((label) => label.length > 63 || !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label))) return null;
  const top = labels.at(-1) ?? '';
  return labels.length === 1 || /^(?:[a-z]{2,}|xn--[a-z0-9-]+)$/.test(top) || isDomainSlip(top) ? ascii : null;
}

function hostOf(name: string): string | null {
  const address = `http://${name}`;
  return URL.canParse(address) ? new URL(address).hostname : null;
}

function looksLikeAddress(text: string): boolean {
  if (text.includes('@')) return true;
  if (/[a-z0-9][\s.,]{0,2}(?:gmail|yahoo|ymail|hotmail|outlook|icloud)[\s.,]{0,3}(?:com|co)\b/i.test(text)) return true;
  if (/[a-z0-9_-]\.(?:com|co\.id|net|org)\b/i.test(text)) return true;
  return (
    /^[a-z0-9]+(?:[._][a-z0-9]+)+$/i.test(text) ||
    /^(?=.*[a-z])(?=.*\d)[a-z0-9]{5,}$/i.test(text) ||
    /^[\d +-]{9,}$/.test(text)
  );
}
