// Short sayings that have an answer of their own: "this number", "I have no email", "both", "someone else changed it".
import type { Field } from '../vocabulary.ts';
import type { Concept } from './lexicon.ts';
import { consistsOf, follows, has, type Word } from './words.ts';

const LIGHT: readonly Concept[] = ['light', 'address', 'me', 'ok', 'yes', 'want', 'done'];
const CONTACT: readonly Concept[] = ['phone', 'email', 'number', 'data'];

/** "pakai nomor ini saja", where the new number is asked. */
export function namesThisNumber(text: string, words: readonly Word[]): boolean {
  if (text.includes('?') || words.length > 10) return false;
  const isPointedAt = /\b(?:ini|nih|iki|ieu|this|sekarang|skrg)\b/i.test(text);
  const allowed: readonly Concept[] = [
    ...LIGHT,
    'this',
    'use',
    'number',
    'phone',
    'and',
    'to',
    'new',
    'active',
    'talk',
  ];
  const known = words.filter(
    (word) => !/^(?:kaya|kayak|kyk|seperti|dipake|chat|chatting|current|same)$/i.test(word.text),
  );
  return isPointedAt && has(words, 'number', 'phone', 'use', 'this') && consistsOf(known, allowed);
}

/** "saya tidak punya email" */
export function lacksEmail(text: string, words: readonly Word[]): boolean {
  if (!has(words, 'email') || has(words, 'old', 'change', 'phone', 'code')) return false;
  const exists = /\b(?:ada|have|got)\b/i.test(text) && follows(words, ['not', 'notYet'], ['arrive', 'own'], 0);
  const owns = follows(words, ['not', 'notYet', 'isNot'], ['own', 'set'], 1);
  return (exists || owns || has(words, 'none')) && words.length <= 8;
}

/** "dua-duanya", "nomor HP sama email": one after the other. */
export function namesBothFields(words: readonly Word[]): boolean {
  const rest: readonly Concept[] = [...LIGHT, 'both', 'change', 'number', 'and', 'this', 'option', 'data', 'can'];
  if (has(words, 'both')) return consistsOf(words, [...rest, 'phone', 'email']);
  return (
    has(words, 'email') && has(words, 'phone', 'number') && consistsOf(words, [...rest, 'phone', 'email', 'greeting'])
  );
}

/** "salah email", "ganti nomor saja", after a code was sent there. */
export function correctsField(words: readonly Word[], asked: Field | null): Field | null {
  if (words.length > 8 || has(words, 'code', 'pin', 'nik', 'card', 'password', 'not', 'name', 'born')) return null;
  if (!has(words, 'wrong', 'change')) return null;
  const isEmail = has(words, 'email');
  const isPhone = has(words, 'phone', 'number');
  if (isEmail !== isPhone) return isEmail ? 'email' : 'mobileNumber';
  return isEmail && has(words, 'number') && !has(words, 'phone') ? asked : null;
}

const STRANGER = /\b(?:orang|org|oknum|seseorang|someone|somebody|stranger|hacker|penipu|sendiri)\b/i;
const WITHOUT_LEAVE = /\b(?:tanpa|tnpa|without)\s(?:\S+\s)?(?:izin|ijin|sepengetahuan|persetujuan|my|sy|saya)/i;
const SUFFERED =
  /\b(?:di(?:ganti|rubah|ubah|tukar|update)\p{L}{0,4}|(?:ke|ter)(?:ganti|ubah|rubah)|berubah|changed)\b/iu;
const THERE_IS =
  /\bada (?:(?:orang|org|oknum|seseorang)(?: lain| yg| yang){0,2}|(?:yg|yang)) (?:sudah |udah |telah |sdh |coba )?(?:meng|me|nge|ng)?(?:g?anti|ubah|rubah)/i;

/** "nomor saya diganti orang": a change, or the fear of one, that the participant did not make. */
export function reportsStranger(text: string, words: readonly Word[]): boolean {
  if (!has(words, ...CONTACT) || words.length > 16) return false;
  if (has(words, 'want', 'can') && !WITHOUT_LEAVE.test(text)) return false;
  if (THERE_IS.test(text)) return true;
  if (!SUFFERED.test(text)) return false;
  return WITHOUT_LEAVE.test(text) || (STRANGER.test(text) && !/\b(?:orang|org) ?tua/i.test(text));
}

/** "tunggu dulu", "sebentar" */
export function asksToWait(words: readonly Word[]): boolean {
  return has(words, 'wait') && consistsOf(words, [...LIGHT, 'wait', 'old', 'notYet', 'this']) && !has(words, 'done');
}

const ENGLISH =
  /^(?:the|i|im|my|me|want|would|please|change|changed|update|how|what|can|could|you|need|have|has|is|are|there|morning|afternoon|evening|help|number|phone|hello|hi|good|to|a|an|do|does|not|dont|with|for|new|old|address|mobile|lost|forgot|access|someone|and|of|on|in|it)$/i;
const SURE =
  /^(?:the|i|im|my|want|would|please|change|changed|how|what|could|you|need|have|are|there|morning|afternoon|evening|forgot|someone|does)$/i;
const IN_BOTH = /^(?:email|hp|no|pin|ok|nik|jkn|bpjs|wa|whatsapp|sms|kis|ktp|admin|\d+)$/i;

/** Whether a whole message can only be English: "hello" alone is said by everybody. */
export function isEnglish(words: readonly Word[]): boolean {
  const said = words.flatMap((word) => word.text.split(' ')).filter((word) => !IN_BOTH.test(word));
  const english = said.filter((word) => ENGLISH.test(word.replaceAll("'", '')));
  return english.length >= 2 && english.length * 4 >= said.length * 3 && english.some((word) => SURE.test(word));
}
