// From what is said (data) to what is read (text): one bubble per turn, in the language and form of its channel.
import { type Channel, Field, type Language } from '../vocabulary.ts';
import { english } from './english.ts';
import { indonesian } from './indonesian.ts';
import type {
  Copy,
  Letter,
  LetterKey,
  LetterText,
  Notice,
  NoticeKey,
  PromptFacts,
  PromptKey,
  Sentence,
  Wording,
} from './keys.ts';
import { countSegments } from './segments.ts';
import { smsText } from './sms-text.ts';

const copies: Record<Language, Copy> = { id: indonesian, en: english };

export interface Reply {
  notice: Notice | null;
  /** null: nothing is asked, as after an opt-out */
  prompt: PromptKey | null;
  facts: PromptFacts;
}

export interface Form {
  channel: Channel;
  language: Language;
  wording: Wording;
}

/** For a reply outside any conversation, such as the answer to an opt-out. */
export const noFacts: PromptFacts = {
  field: Field.enum.email,
  newValue: '',
  suggestion: '',
  email: null,
  mobileNumber: null,
  oldMasked: null,
  newMasked: '',
  destination: '',
  via: 'sms',
  codeMinutes: 0,
  pinUrl: null,
  pinMinutes: 0,
  pinInChat: true,
  caseRef: '',
  changeRef: '',
};

/** One bubble: the notice and a short form of the prompt, or the full prompt alone. */
export function renderReply({ notice, prompt, facts }: Reply, { channel, language, wording }: Form): string {
  const copy = copies[language];
  const known = withoutSurprises(facts, channel);
  const said = notice === null ? null : sayNotice(copy, withoutSurprises(notice, channel), known, wording);
  const asked = prompt === null ? null : copy.prompts[prompt](known, wording);
  if (said === null && asked === null) return '';
  const form = asked && formOf(asked, notice);
  if (channel === 'whatsapp') return [said, form].flatMap((part) => part?.whatsapp ?? []).join('\n\n');
  const shorter = asked === null || (notice === null && prompt === 'askPin') ? [] : [asked.brief.sms, asked.least];
  const questions = form === null ? [] : [form.sms, ...shorter];
  return shortest(
    said?.sms ?? null,
    prompt !== null && isNeverLeftOut(prompt, notice) ? questions : [...questions, ''],
  );

  function shortest(first: string | null, rest: readonly string[]): string {
    const texts = rest.map((last) => smsWithBrand([first, last].filter((part) => part).join(' '), wording));
    return texts.find((text) => countSegments(text).segments === 1) ?? (first === null ? texts[0] : texts.at(-1)) ?? '';
  }
}

/** What is read back is always seen; and where nothing else is said, the question is the message, and the link in it. */
const isNeverLeftOut = (prompt: PromptKey, notice: Notice | null): boolean =>
  notice === null || prompt === 'confirmNewValue' || prompt === 'confirmSuggestion';

/** These say themselves how to get another code. */
const saysHow: ReadonlySet<NoticeKey> = new Set<NoticeKey>(['codeExpired', 'codeLost', 'codeMissing']);

function formOf({ full, brief, bare }: ReturnType<Copy['prompts'][PromptKey]>, notice: Notice | null): Sentence {
  if (notice === null) return full;
  return saysHow.has(notice.notice) ? (bare ?? brief) : brief;
}

/** @param canReply  whether the recipient can answer there: false for a one-way SMS sender */
export function letterText(
  letter: Letter,
  { language, wording, canReply }: { language: Language; wording: Wording; canReply: boolean },
): LetterText {
  const write = (channel: Channel) => sayLetter(copies[language], withoutSurprises(letter, channel), wording, canReply);
  const plain = write('sms');
  return { whatsapp: write('whatsapp').whatsapp, sms: smsWithBrand(plain.sms, wording), mail: plain.mail };
}

const agentName: Record<Language, string> = { id: 'Petugas 165', en: 'Agent 165' };

/** What an agent writes, under the only name of theirs that participants see. */
export function agentTexts(
  { alias, text }: { alias: string; text: string },
  { language, brand }: { language: Language; brand: string },
): Record<Channel, string> {
  const who = `${agentName[language]} - ${alias}`;
  return { whatsapp: `${who}:\n${text}`, sms: smsText(`${brand}: ${who}: ${text}`) };
}

/** @param timeZone  IANA name; the zones of Indonesia are written WIB, WITA, WIT */
export function createWording({
  brand,
  privacyUrl,
  timeZone,
  chat = null,
  codeDigits = 6,
  pinDigits = 6,
}: {
  brand: string;
  privacyUrl: string | null;
  timeZone: string;
  chat?: string | null;
  codeDigits?: number;
  pinDigits?: number;
}): Wording {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    timeZoneName: 'short',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return {
    brand,
    chat,
    privacyUrl,
    codeDigits,
    pinDigits,
    time(at, language) {
      const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
      const [day, month, year, hour, minute] = ['day', 'month', 'year', 'hour', 'minute'].map((type) =>
        parts.get(type as Intl.DateTimeFormatPartTypes),
      );
      const zone = indonesianZones[timeZone] ?? parts.get('timeZoneName');
      const date = `${day}-${month}-${year}`;
      return language === 'id' ? `${date} pukul ${hour}.${minute} ${zone}` : `${date} ${hour}:${minute} ${zone}`;
    },
  };
}

const indonesianZones: Record<string, string> = {
  'Asia/Jakarta': 'WIB',
  'Asia/Pontianak': 'WIB',
  'Asia/Makassar': 'WITA',
  'Asia/Jayapura': 'WIT',
};

function sayNotice(copy: Copy, notice: Notice, facts: PromptFacts, wording: Wording): Sentence {
  if (notice.notice === 'help') return copy.helps[notice.prompt](facts, wording);
  // The type parameter keeps the key and its notice together, which a union would not.
  const pick = <K extends Exclude<NoticeKey, 'help'>>(key: K, said: Extract<Notice, { notice: K }>) =>
    copy.notices[key](said, wording);
  return pick(notice.notice, notice);
}

function sayLetter(copy: Copy, letter: Letter, wording: Wording, canReply: boolean): LetterText {
  const pick = <K extends LetterKey>(key: K, said: Extract<Letter, { letter: K }>) =>
    copy.letters[key](said, wording, canReply);
  return pick(letter.letter, letter);
}

function smsWithBrand(text: string, wording: Wording): string {
  return smsText(`${wording.brand}: ${text}`);
}

/** Values come from people and from the directory: on one line, and without markup that would break the bold around them. */
function withoutSurprises<T extends object>(values: T, channel: Channel): T {
  const entries = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === 'string' ? withoutMarkup(value.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim(), channel) : value,
  ]);
  return Object.fromEntries(entries);
}

/**
 * Markup characters become their full-width twins, which look alike, mean nothing to WhatsApp, and turn back by NFKC
 * when somebody copies them. `_` between letters or digits is no markup and stays: many addresses have one.
 */
function withoutMarkup(value: string, channel: Channel): string {
  if (channel === 'sms') return value;
  return value.replace(/[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (mark) =>
    String.fromCharCode(mark.charCodeAt(0) + 0xfee0),
  );
}
