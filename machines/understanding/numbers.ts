// Tells NIK, card number, virtual account and phone apart by their count of digits.
import type { ParticipantEvent, Unclear } from '../events.ts';
import { type Group, readGroups } from './digits.ts';
import type { Concept } from './lexicon.ts';
import { consistsOf, has, type Word } from './words.ts';

export interface Found {
  event: ParticipantEvent;
  start: number;
  end: number;
}

const CARD_DIGITS = 13;
const NIK_DIGITS = 16;
const SHORTEST_CARD = 9;
const FEWEST_IN_A_SENTENCE = 5;

/** The NIK or card number in a message, the reason why there is none, or null when no number was meant. */
export function readIdentity(text: string, words: readonly Word[]): Found | Unclear | null {
  const groups = readGroups(text).filter((group) => group.shape !== 'date' || isWhole(text, group));
  const explicit = explicitNumbers(groups, text, words);
  if (explicit !== null) return explicit;
  const account = groups.find((group) => group.shape === 'virtualAccount');
  if (account) return { reason: 'numberIsVirtualAccount' };
  const [long, second] = groups
    .filter((group) => group.digits.length >= FEWEST_IN_A_SENTENCE || isWhole(text, group))
    .sort((a, b) => b.digits.length - a.digits.length);
  if (long === undefined) return null;
  if (long.plus) return { reason: 'numberIsPhone' };
  if (long.digits.length === CARD_DIGITS && !long.digits.startsWith('62') && !isLabelled(long, words, ['phone'])) {
    return second?.shape === 'phone' && second.digits !== long.digits && second.digits.length === CARD_DIGITS
      ? { reason: 'numbersTwo' }
      : found(long, words, 'cardNumber', long.digits);
  }
  if (long.shape === 'phone' && !(isLabelled(long, words, ['card']) && !/^(?:62|0?8)/.test(long.digits))) {
    return { reason: 'numberIsPhone' };
  }
  if (isShortCard(long.digits)) return found(long, words, 'cardNumber', long.digits.padStart(CARD_DIGITS, '0'));
  return { reason: 'numberLength', digits: long.digits.length };
}

/** Only what cannot be anything else: 16 digits, or 13 that are no phone. */
export function readExplicitIdentity(text: string, words: readonly Word[]): Found | null {
  const explicit = explicitNumbers(readGroups(text), text, words);
  return explicit !== null && 'event' in explicit ? explicit : null;
}

function explicitNumbers(groups: readonly Group[], text: string, words: readonly Word[]): Found | Unclear | null {
  const niks = distinct(groups.filter((group) => group.shape === 'nik'));
  const cards = distinct(groups.filter((group) => group.shape === 'cardNumber'));
  const candidates = niks.length > 0 ? niks : cards;
  const [only, second] = candidates;
  if (only === undefined) return null;
  if (second !== undefined) {
    const named = candidates.filter((group) => isLabelled(group, words, niks.length > 0 ? ['nik'] : ['card']));
    const personal = named.filter((group) => !/\bkk\b/i.test(labelText(group, text, words)));
    const [chosen, other] = personal;
    if (chosen === undefined || other !== undefined) return { reason: 'numbersTwo' };
    return judge(chosen, words);
  }
  return judge(only, words);
}

function judge(group: Group, words: readonly Word[]): Found | Unclear {
  if (/^(\d)\1*$/.test(group.digits)) return { reason: 'numberImpossible' };
  return found(group, words, group.digits.length === NIK_DIGITS ? 'nik' : 'cardNumber', group.digits);
}

function isShortCard(digits: string): boolean {
  return digits.length >= SHORTEST_CARD && digits.length < CARD_DIGITS && !/^0?8/.test(digits) && !/^0*$/.test(digits);
}

function distinct(groups: readonly Group[]): Group[] {
  return groups.filter((group, at) => groups.findIndex((other) => other.digits === group.digits) === at);
}

function isWhole(text: string, group: Group): boolean {
  const around = text.length - (group.end - group.start);
  return around < 20 && !/[\p{L}\p{N}]/u.test(text.slice(0, group.start) + text.slice(group.end));
}

const LABELS: readonly Concept[] = ['number', 'nik', 'card', 'member', 'phone', 'me', 'this', 'what'];

/** Words of a label directly before the number: `no kartu saya`. */
function labelWords(group: { start: number }, words: readonly Word[]): Word[] {
  const before = words.filter((word) => word.end <= group.start).slice(-4);
  const label: Word[] = [];
  for (const word of before.reverse()) {
    if (!consistsOf([word], LABELS)) break;
    label.unshift(word);
  }
  // `NIK9901...`: the label and the number are one word
  const glued = words.find((word) => word.start < group.start && word.end >= group.start + 1);
  return glued === undefined ? label : [...label, glued];
}

function labelText(group: Group, text: string, words: readonly Word[]): string {
  const [first] = labelWords(group, words);
  return first === undefined ? '' : text.slice(first.start, group.start);
}

function isLabelled(group: Group, words: readonly Word[], concepts: readonly Concept[]): boolean {
  const before = labelWords(group, words);
  return has(before.length > 0 ? before : labelBehind(group, words), ...concepts);
}

// "9901014506850001 itu nik saya"
function labelBehind(group: Group, words: readonly Word[]): Word[] {
  const after = words.filter((word) => word.start >= group.end).slice(0, 3);
  const other = after.findIndex((word) => !consistsOf([word], ['this', 'light', 'me', 'nik', 'card']));
  if (other === -1) return after;
  // "…0001 nik saya …0002": of the next number
  return /^\d/.test(after[other]?.text ?? '') ? [] : after.slice(0, other);
}

function found(group: Group, words: readonly Word[], kind: 'nik' | 'cardNumber', number: string): Found {
  const label = labelWords(group, words).filter((word) => word.concept !== 'phone');
  const start = Math.min(group.start, label[0]?.start ?? group.start);
  return { event: { type: 'answer.number', kind, number }, start, end: group.end };
}
