// The words that always work, as a whole message or as its first word.
import type { ParticipantEvent } from '../events.ts';
import type { Concept } from './lexicon.ts';
import { reportsStranger } from './sayings.ts';
import { consistsOf, follows, has, type Word } from './words.ts';

export interface Command {
  event: ParticipantEvent;
  /** nothing else was said: no other reading of the message is left */
  whole: boolean;
}

export const FILLERS: readonly Concept[] = ['light', 'address', 'this', 'me', 'want'];
const ASIDE: readonly Concept[] = [...FILLERS, 'greeting'];
const OBJECTS: readonly Concept[] = [
  'change',
  'number',
  'phone',
  'email',
  'data',
  'code',
  'done',
  'to',
  'yes',
  'what',
  'can',
  'thanks',
];
const LONGEST = 12;

const WORDS = {
  menu: { event: { type: 'word.menu' }, with: ['back', 'again', 'to', 'from'] },
  cancel: { event: { type: 'word.cancel' }, with: ['ok', 'yes'] },
  back: { event: { type: 'word.back' }, with: ['to'] },
  again: { event: { type: 'word.again' }, with: ['send', 'request', 'arrive', 'code', 'sms', 'new', 'can'] },
  agent: {
    event: { type: 'word.agent' },
    with: ['talk', 'phone', 'to', 'and', 'send', 'request', 'help', 'can', 'number', 'arrive', 'what', 'where', 'not'],
  },
  help: { event: { type: 'word.help' }, with: ['what', 'request', 'not', 'know'] },
} as const satisfies Partial<Record<Concept, { event: ParticipantEvent; with: readonly Concept[] }>>;

/** null when the message is no command. */
export function readCommand(text: string, words: readonly Word[]): Command | null {
  if (words.length === 0)
    return /^\?+$/.test(text.replace(/\s/g, '')) ? { event: { type: 'word.help' }, whole: true } : null;
  if (words.length > LONGEST) return null;
  const notMe = readNotMe(text, words);
  if (notMe !== null) return notMe;
  if (asksRelease(words)) return { event: { type: 'ask.releaseHeld' }, whole: true };
  const joined = joinCancel(words);
  // "batal dulu": not "the old one"
  const core = joined.filter((word) => !consistsOf([word], ASIDE) && !/^du?lu$/i.test(word.text));
  // "halo admin" greets
  if (has(words, 'greeting') && core.length === 1 && /^(?:a[dt]min|mimin|cs)/i.test(core[0]?.text ?? '')) return null;
  return readLanguage(core) ?? readBareAddress(joined, core) ?? readAgain(joined, core) ?? readWord(text, joined, core);
}

function readWord(text: string, words: readonly Word[], core: readonly Word[]): Command | null {
  if (core.length === 0) return null;
  for (const [concept, { event, with: company }] of Object.entries(WORDS) as [
    keyof typeof WORDS,
    (typeof WORDS)[keyof typeof WORDS],
  ][]) {
    if (!has(core, concept)) continue;
    if (consistsOf(core, [concept, ...company])) return { event, whole: true };
    if (consistsOf(core, [concept, ...company, ...OBJECTS]) && !(concept === 'help' && isAboutMore(text, core)))
      return { event, whole: false };
  }
  const [first] = words;
  if (first?.concept && first.concept in WORDS && text.split(/\s/).length <= 2) {
    return { event: WORDS[first.concept as keyof typeof WORDS].event, whole: false };
  }
  // "mau ngobrol sama manusia, bukan robot"
  if (follows(core, ['talk'], ['agent'], 2) && core.length <= 6) return { event: WORDS.agent.event, whole: false };
  const asksWhat =
    has(core, 'what') &&
    consistsOf(core, ['what', 'number', 'nik', 'card', 'code', 'option', 'yes']) &&
    words.length <= 6;
  return asksWhat || consistsOf(core, ['talk']) ? { event: { type: 'word.help' }, whole: false } : null;
}

// "makasih bantuannya", "perubahan saya gimana" ask for no help
function isAboutMore(text: string, core: readonly Word[]): boolean {
  return has(core, 'not', 'thanks') || /\b(?:perubahan|pengajuan|permintaan|permohonan)/i.test(text);
}

// "ga jadi", "tidak mau ganti": two words that together call the change off
function joinCancel(words: readonly Word[]): Word[] {
  const joined: Word[] = [];
  for (const word of words) {
    const last = joined.at(-1);
    const callsOff = word.concept === 'become' || (word.concept === 'want' && has(words, 'change', 'become'));
    if (last?.concept === 'not' && callsOff) joined[joined.length - 1] = { ...last, concept: 'cancel', end: word.end };
    else joined.push(word);
  }
  return joined.some((word, at) => word.concept === 'cancel' && isRefused(joined[at - 1])) ? [...words] : joined;
}

function isRefused(before: Word | undefined): boolean {
  return before !== undefined && consistsOf([before], ['not', 'isNot', 'dont', 'notYet']);
}

function readLanguage(core: readonly Word[]): Command | null {
  if (!has(core, 'language', 'indonesian', 'english')) return null;
  if (!consistsOf(core, ['language', 'indonesian', 'english', 'talk', 'can', 'change', 'use', 'to', 'what']))
    return null;
  return { event: { type: has(core, 'english') ? 'word.english' : 'word.indonesian' }, whole: true };
}

// "min" is called for, "pak" and "kak" are greeted; "tolong" alone asks for help
function readBareAddress(words: readonly Word[], core: readonly Word[]): Command | null {
  if (!consistsOf(core, ['request'])) return null;
  if (words.some((word) => /^(?:tolong(?:in|i)?|tlg|mohon|mhn|please|pls)+$/i.test(word.text)))
    return { event: { type: 'word.help' }, whole: true };
  if (!has(words, 'address') || !consistsOf(words, ['address', 'light', 'want'])) return null;
  // "min" is the admin; "kak" and "pak" only call out
  const isForAgent = words.some((word) => /^min+$/i.test(word.text));
  return { event: { type: isForAgent ? 'word.agent' : 'said.greeting' }, whole: true };
}

// "kirim kodenya lagi", "minta kode baru"
function readAgain(words: readonly Word[], core: readonly Word[]): Command | null {
  const repeats =
    has(core, 'again', 'new') || words.some((word) => /^(?:lagi|lg|maning|maneh|malih|deui)$/i.test(word.text));
  const isSending = has(core, 'code', 'sms') || (has(core, 'send') && consistsOf(core, ['send', 'request', 'again']));
  if (!isSending || !repeats) return null;
  return consistsOf(core, ['code', 'sms', 'send', 'request', 'again', 'new', 'can', 'what', 'help', 'to', 'number'])
    ? { event: { type: 'word.again' }, whole: true }
    : null;
}

// "KODE LAMA": a code to an old contact, and nothing else; "ini kode yang lama" is about a code that was sent
function asksRelease([first, second, ...rest]: readonly Word[]): boolean {
  const said = `${first?.text} ${second?.text}`.toLowerCase();
  return (said === 'kode lama' || said === 'old code') && rest.every((word) => consistsOf([word], FILLERS));
}

const DEED: readonly Concept[] = ['request', 'change', 'feel'];

function readNotMe(text: string, words: readonly Word[]): Command | null {
  const at = words.findIndex((word, index) => isRefused(word) && words[index + 1]?.concept === 'me');
  const event = { type: 'word.notMe' } as const;
  if (at >= 0) {
    const rest = words.filter((_, index) => index < at || index > at + 1);
    const before = words.slice(0, at);
    const isLight = consistsOf(rest, [
      ...FILLERS,
      'change',
      'request',
      'greeting',
      'who',
      'send',
      'code',
      'what',
      'done',
      'thanks',
      'data',
      'number',
      'phone',
      'email',
    ]);
    const isPlain = !has(rest, 'number', 'phone', 'email') || has(rest, 'change', 'request', 'send');
    if (
      isLight &&
      isPlain &&
      consistsOf(before, [...FILLERS, 'greeting', 'change', 'what', 'who', 'number', 'phone', 'email', 'data'])
    )
      return { event, whole: true };
    if (at === 0 && text.split(/\s/).length <= 3) return { event, whole: false };
  }
  return deniesDeed(words) || reportsStranger(text, words) ? { event, whole: true } : null;
}

/** "saya tidak pernah minta", "tidak merasa mengganti" */
export function deniesDeed(words: readonly Word[]): boolean {
  if (has(words, 'want', 'can')) return false;
  if (follows(words, ['not', 'notYet'], ['feel'], 1)) return true;
  if (follows(words, ['not', 'notYet'], ['ever'], 0) && follows(words, ['ever'], DEED, 1)) return true;
  return follows(words, ['me'], ['not'], 1) && follows(words, ['not'], ['request', 'change'], 0);
}
