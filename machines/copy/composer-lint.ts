// What an agent may not write to a participant: nothing that asks for a secret, leads elsewhere, or commands the carrier.
import type { Channel } from '../vocabulary.ts';
import { countSegments } from './segments.ts';
import { smsText } from './sms-text.ts';

export type LintRule =
  | 'asksForSecret'
  | 'link'
  | 'phoneNumber'
  | 'digits'
  | 'carrierWord'
  | 'tooLong'
  | 'empty'
  | 'placeholder'
  /** another participant's, of another case of this agent: only a warning */
  | 'otherCase';

export interface LintProblem {
  rule: LintRule;
  /** the part of the text, for the sentence beside the field */
  found: string;
}

const longest = 1_600;

const secret =
  /\b(?:m?-?pin|otp|(?:kata\s+)?sandi|pass\s*word|pass\s*code|kode|code|token|cvv)(?:nya|mu|ku|-?nya)?\b|\b(?:ke-?|angka\s+)rahasia\b/giu;
/** What sentences that warn of it may say: never a request. */
const warns = /\b(?:jangan|tidak|tak|tdk|nggak|gak|bukan|belum|tanpa|never|not|don'?t|do\s+not|no)\b[^.?!\n]{0,40}$/iu;
const request =
  /\b(?:kirim\w*|krim|mengirim\w*|beri\w*|kasih\w*|kasi|bagi\w*|sebut\w*|tulis\w*|ketik\w*|masuk(?:k|an|i)\w*|isi\w*|info\w*|minta\w*|mohon|tolong|berapa\w*|apa|bacakan?|baca\w*|teruskan|forward|share|send|tell|give|type|enter|write|what(?:'?s)?|which|provide|need|butuh\w*|perlu\w*|verifikasi|konfirmasi|confirm|screenshot|foto\w*)\b|\?/iu;

const link =
  /\b(?:https?:\/\/|www\.)\S+|\b[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.(?:com|id|net|org|me|ly|co|info|xyz|io|app|link|site|online|top|click|gg|to)(?:\/\S*)?\b/giu;
const phone = /(?:\+?\s?62|(?<![\d.,])0)[\s.-]?8(?:[\s.-]?\d){7,12}(?!\d)|\bwa\.me\b|\bt\.me\b/giu;
const digits = /(?<!\d)(?:\d[ .-]?){3,7}\d(?![ .-]?\d)/gu;
/** 08.00, 22-11-2026 */
const moment =
  /(?<!\d)(?:(?:[01]?\d|2[0-3])[.:][0-5]\d|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d)(?!\d)/gu;
const choiceOfCarrier =
  /\b(?:ketik|balas|kirim|jawab|type|reply|send|text)\s+["'*]?(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|start|yes|unstop|help|info|unreg|berhenti)\b/giu;
const carrierAlone = /(?<!\p{L})(?:STOP|STOPALL|UNSUBSCRIBE|CANCEL|QUIT|REVOKE|OPTOUT|UNSTOP|UNREG)(?!\p{L})/gu;
const placeholder = /\{[^{}]*\}/gu;

/**
 * @param allowedHosts  links to these, and below them, may be sent
 * @returns every problem, in the order of the text; empty: it may leave
 */
export function lintReply(
  text: string,
  { allowedHosts = [] }: { allowedHosts?: readonly string[] } = {},
): LintProblem[] {
  const plain = text.normalize('NFKC').replace(/\p{Cf}/gu, '');
  if (plain.trim() === '') return [{ rule: 'empty', found: '' }];
  const problems: LintProblem[] = [];
  const add = (rule: LintRule, found: string) => {
    if (!problems.some((one) => one.rule === rule && one.found === found)) problems.push({ rule, found });
  };
  if (plain.length > longest) add('tooLong', String(plain.length));
  for (const found of requestsForSecret(plain)) add('asksForSecret', found);
  for (const [found] of plain.matchAll(link)) if (!isAllowed(found, allowedHosts)) add('link', found);
  for (const [found] of plain.matchAll(phone)) add('phoneNumber', found.trim());
  for (const [found] of plain.replace(phone, ' ').replace(moment, ' ').matchAll(digits)) add('digits', found.trim());
  for (const [, found = ''] of plain.matchAll(choiceOfCarrier)) add('carrierWord', found);
  for (const [found] of plain.matchAll(carrierAlone)) add('carrierWord', found);
  for (const [found] of plain.matchAll(placeholder)) add('placeholder', found);
  return problems;
}

/** In any order of words: what matters is that a sentence names a secret and asks, and does not warn. */
function requestsForSecret(text: string): string[] {
  const spelled = text.replace(
    /\b([pP])[\s.*_-]+([iI])[\s.*_-]+([nN])\b|\b([oO])[\s.*_-]+([tT])[\s.*_-]+([pP])\b/g,
    (word) => word.replace(/[^\p{L}]/gu, ''),
  );
  return spelled.split(/(?<=[.!?\n])/).flatMap((sentence) =>
    [...sentence.matchAll(secret)].flatMap(([found]) => {
      const at = sentence.indexOf(found);
      return request.test(sentence) && !warns.test(sentence.slice(0, at)) ? [found] : [];
    }),
  );
}

function isAllowed(found: string, hosts: readonly string[]): boolean {
  const host = found
    .replace(/^https?:\/\//i, '')
    .replace(/[/?#].*$/s, '')
    .toLowerCase();
  return hosts.some((allowed) => host === allowed || host.endsWith(`.${allowed}`));
}

/** What a text costs; nothing of it blocks. */
export function hintsFor(text: string, channel: Channel | null): { segments: number | null; costly: string | null } {
  if (channel !== 'sms') return { segments: null, costly: null };
  const costly = [...text].find((sign) => smsText(sign) !== sign) ?? null;
  return { segments: countSegments(smsText(text)).segments, costly };
}
