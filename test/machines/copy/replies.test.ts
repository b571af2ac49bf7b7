import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Notice, type PromptFacts, type PromptKey, promptKeys } from '#machines/copy/keys.ts';
import { renderReply } from '#machines/copy/render.ts';
import { countSegments } from '#machines/copy/segments.ts';
import { smsText } from '#machines/copy/sms-text.ts';
import { Language } from '#machines/vocabulary.ts';
import { endless, factsOf, forms, fortyCharacters, noticesOf, ordinary, type People, wording } from './samples.ts';

const carrierWords =
  /\b(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT|START|YES|UNSTOP|HELP|INFO|UNREG|BERHENTI|OFF)\b/;
const offeredCarrierWord =
  /\b(ketik|balas|type|reply)\s+(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout|start|yes|unstop|help|info)\b/i;
const longestBrand = { ...wording, brand: 'B'.repeat(30) };
/** Nothing has to be answered there. */
const isFinal: ReadonlySet<PromptKey> = new Set(['chooseField', 'waitForResult', 'waitForAgent', 'talkToAgent']);
const saysItAll: ReadonlySet<Notice['notice']> = new Set(['myData', 'codeSent', 'changeHeld', 'changeApplied']);
const isOnTheWay: ReadonlySet<PromptKey> = new Set([
  'askNumber',
  'askBirthDate',
  'askNewValue',
  'confirmNewValue',
  'askCode',
  'askPin',
]);
const goesOn =
  /\b(ketik|type|tulis|write|isi|enter|YA|OK|coba lagi|try again|begin again|BATAL|MENU|PETUGAS|AGENT|ULANG|AGAIN|165|kantor cabang|branch office)\b/i;
const isSaidAtReadBack = ({ notice }: { notice: Notice | null }) =>
  notice?.notice === 'languageChosen' ||
  (notice?.notice === 'help' && notice.prompt === 'confirmNewValue') ||
  (notice?.notice === 'unclear' && ['notUnderstood', 'empty', 'emailMalformed'].includes(notice.unclear.reason));
const valuesInFull: PromptKey[] = ['confirmSuggestion', 'confirmNewValue'];
const extensionCharacters = /[[\]{}~^\\|€]/;

const named = (notice: Notice | null, prompt: PromptKey | null) => JSON.stringify([notice, prompt]);

/** The full question for the PIN carries the link of its page. */
const hasLink = (prompt: PromptKey, { pinUrl }: PromptFacts) => prompt === 'askPin' && pinUrl !== null;

/** The longest notices of all are said where a code is asked only. */
const occurs = ({ notice, prompt }: { notice: Notice | null; prompt: PromptKey | null }) =>
  notice === null || !isOfCode.has(notice.notice) || prompt === 'askCode';
const isOfCode: ReadonlySet<Notice['notice']> = new Set(['codeMissing', 'codeSent', 'codeSentOtherWay']);

/** Every prompt alone, and every notice before every prompt. */
function repliesOf(people: People) {
  const alone = promptKeys.map((prompt) => ({ notice: null, prompt }));
  const after = noticesOf(people).flatMap((notice) =>
    [...promptKeys, null].map((prompt) => ({
      notice: notice.notice === 'unclear' && prompt !== null ? { ...notice, prompt } : notice,
      prompt,
    })),
  );
  return [...alone, ...after]
    .filter(occurs)
    .flatMap(({ notice, prompt }) => factsOf(people).map((facts) => ({ notice, prompt, facts })));
}

describe.each(forms)('in $language on $channel', (form) => {
  const replies = repliesOf(ordinary).map((reply) => ({ ...reply, text: renderReply(reply, form) }));

  test('every reply says something, without gaps, exclamation marks or emoji', () => {
    for (const { text, notice, prompt } of replies) {
      expect(text, named(notice, prompt)).toMatch(/[.?:!\w)]$/);
      expect(text).not.toMatch(/undefined|null|NaN|\[object|!|\p{Extended_Pictographic}/u);
      expect(text).not.toMatch(/ {2}|\.\.|\?\.|,\.| [.,?]|^\s|\s$/);
    }
  });

  test('no sentence is longer than 25 words', () => {
    for (const { text } of replies) {
      for (const sentence of text.split(/[.?:;]\s|\n/)) {
        expect(sentence.split(' ').length, sentence).toBeLessThanOrEqual(25);
      }
    }
  });

  test('the participant is never blamed and never addressed without respect', () => {
    for (const { text } of replies) expect(text).not.toMatch(/\b(salah|kamu|gagal|invalid|wrong|failed|error)\b/i);
  });

  test('only the two read-backs show a value in full', () => {
    for (const { notice, prompt, facts, text } of replies) {
      const asksToRead = prompt !== null && valuesInFull.includes(prompt);
      const explains = notice?.notice === 'help' && valuesInFull.includes(notice.prompt);
      if (!asksToRead && !explains) {
        expect(text, named(notice, prompt)).not.toContain(facts.newValue);
        expect(text).not.toContain(facts.suggestion);
      }
    }
  });

  test('a full prompt stands alone, a short one follows a notice', () => {
    for (const prompt of promptKeys.filter((key) => key !== 'confirmSuggestion')) {
      for (const facts of factsOf(ordinary)) {
        const alone = renderReply({ notice: null, prompt, facts }, form);
        const thanks = renderReply({ notice: { notice: 'thanked' }, prompt: null, facts }, form);
        const after = renderReply({ notice: { notice: 'thanked' }, prompt, facts }, form);
        expect(after.startsWith(thanks)).toBe(true);
        expect(after.length - thanks.length).toBeLessThan(alone.length);
      }
    }
  });

  test('help names the ways out at every prompt', () => {
    const words = {
      'id whatsapp': ['MENU', 'BATAL', 'KEMBALI', 'PETUGAS'],
      'id sms': ['MENU', 'BATAL', 'KEMBALI', 'PETUGAS'],
      'en whatsapp': ['MENU', 'CANCEL', 'BACK', 'AGENT'],
      'en sms': ['MENU', 'BATAL', 'BACK', 'AGENT'],
    }[`${form.language} ${form.channel}` as const];
    for (const prompt of promptKeys) {
      for (const facts of factsOf(ordinary)) {
        const text = renderReply({ notice: { notice: 'help', prompt }, prompt, facts }, form);
        for (const word of words) expect(text).toMatch(new RegExp(`\\b${word}\\b`));
      }
    }
  });
});

describe.each(Language.options)('on SMS in %s', (language) => {
  const form = { language, channel: 'sms', wording } as const;

  test('every message names the service once, at its beginning', () => {
    for (const reply of repliesOf(ordinary)) {
      expect(renderReply(reply, form)).toMatch(/^BPJS Kesehatan: \S/);
    }
  });

  test('nothing is outside GSM-7 or costs two characters', () => {
    for (const reply of [...repliesOf(ordinary), ...repliesOf(endless)]) {
      const text = renderReply(reply, form);
      expect(countSegments(text).encoding, text).toBe('GSM-7');
      expect(text).not.toMatch(extensionCharacters);
    }
  });

  test('words that belong to the carriers are never offered', () => {
    for (const reply of repliesOf(ordinary)) {
      const text = renderReply(reply, form);
      expect(text).not.toMatch(carrierWords);
      expect(text).not.toMatch(offeredCarrierWord);
    }
  });

  test('every prompt fits into one segment, even with an address of forty characters; a link takes another', () => {
    for (const prompt of promptKeys.filter((key) => key !== 'confirmSuggestion')) {
      for (const facts of factsOf(fortyCharacters)) {
        const text = renderReply({ notice: null, prompt, facts }, form);
        expect(countSegments(text).segments, `${text.length}: ${text}`).toBe(hasLink(prompt, facts) ? 2 : 1);
      }
    }
  });

  test('the two spellings of a suggestion fit into two segments', () => {
    for (const facts of factsOf(fortyCharacters)) {
      const text = renderReply({ notice: null, prompt: 'confirmSuggestion', facts }, form);
      expect(countSegments(text).segments).toBeLessThanOrEqual(2);
    }
  });

  test('a notice and its prompt fit into one segment with the longest name of the service; a value read back may take two', () => {
    for (const reply of repliesOf(fortyCharacters)) {
      if (reply.notice === null || reply.prompt === 'confirmSuggestion') continue;
      const text = renderReply(reply, { ...form, wording: longestBrand });
      const most = reply.prompt !== null && valuesInFull.includes(reply.prompt) ? 2 : 1;
      expect(countSegments(text).segments, `${text.length}: ${text}`).toBeLessThanOrEqual(most);
    }
  });

  test('at a read-back help, a change of language and an unclear answer take one segment', () => {
    for (const reply of repliesOf(ordinary)) {
      if (reply.prompt !== 'confirmNewValue' || !isSaidAtReadBack(reply)) continue;
      const text = renderReply(reply, form);
      expect(countSegments(text).segments, `${text.length}: ${text}`).toBe(1);
    }
  });

  test('whatever leaves no room for its question says itself how to go on, and nothing read back is left out', () => {
    for (const reply of repliesOf(fortyCharacters)) {
      if (
        reply.prompt === null ||
        reply.notice === null ||
        isFinal.has(reply.prompt) ||
        saysItAll.has(reply.notice.notice)
      )
        continue;
      for (const each of isOnTheWay.has(reply.prompt) ? [wording, longestBrand] : [wording]) {
        const text = renderReply(reply, { ...form, wording: each });
        expect(text, named(reply.notice, reply.prompt)).toMatch(goesOn);
        if (reply.prompt === 'confirmNewValue') expect(text).toContain(reply.facts.newValue);
      }
    }
  });

  test('an endless address costs more only where it is read back', () => {
    for (const prompt of promptKeys.filter((key) => !valuesInFull.includes(key))) {
      for (const facts of factsOf(endless)) {
        const text = renderReply({ notice: null, prompt, facts }, form);
        expect(countSegments(text).segments, text).toBe(hasLink(prompt, facts) ? 2 : 1);
      }
    }
  });

  test('the whole way from greeting to saved change takes ten segments, the code and the link to the page included', () => {
    for (const facts of factsOf(ordinary).slice(0, 3)) {
      const notices = noticesOf(ordinary);
      const sent = notices.find((each) => each.notice === 'codeSent' && each.via === facts.via) ?? null;
      const applied = notices.find((each) => each.notice === 'changeApplied' && each.field === facts.field) ?? null;
      const turns: { notice: Notice | null; prompt: PromptKey }[] = [
        { notice: { notice: 'greeting' }, prompt: 'askNumber' },
        { notice: null, prompt: 'askBirthDate' },
        { notice: null, prompt: 'chooseField' },
        { notice: null, prompt: 'askNewValue' },
        { notice: null, prompt: 'confirmNewValue' },
        { notice: sent, prompt: 'askCode' },
        { notice: null, prompt: 'askPin' },
        { notice: applied, prompt: 'chooseField' },
      ];
      for (const turn of turns) {
        const text = renderReply({ ...turn, facts }, form);
        expect(countSegments(text).segments, `${text.length}: ${text}`).toBe(hasLink(turn.prompt, facts) ? 2 : 1);
      }
    }
  });
});

describe.each(Language.options)('on WhatsApp in %s', (language) => {
  const form = { language, channel: 'whatsapp', wording } as const;

  test('prompts leave room for buttons and whole messages stay within the limit of Twilio', () => {
    for (const reply of [...repliesOf(ordinary), ...repliesOf(endless)]) {
      const text = renderReply(reply, form);
      expect(text.length, named(reply.notice, reply.prompt)).toBeLessThanOrEqual(1600);
      if (reply.notice === null) expect(text.length, text).toBeLessThanOrEqual(1024);
    }
    for (const reply of repliesOf(ordinary)) {
      expect(renderReply(reply, form).length, named(reply.notice, reply.prompt)).toBeLessThanOrEqual(1024);
    }
  });

  test('every bold word is closed on its own line', () => {
    for (const reply of repliesOf(ordinary)) {
      for (const line of renderReply(reply, form).split('\n')) {
        expect(line.replace(/\*[^*\s](?:[^*]*[^*\s])?\*/g, ''), line).not.toMatch(/[*_~`]/);
      }
    }
  });
});

describe('values from people and from the directory', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'*_~`a1.@-\n\t\u202e ') });
  const [facts] = factsOf(ordinary);
  if (facts === undefined) throw new Error('there are samples');

  test('markup in a value does not reach WhatsApp', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...promptKeys), (value, prompt) => {
        const filled = { ...facts, newValue: value, suggestion: value, newMasked: value, email: value };
        const empty = { ...facts, newValue: 'x', suggestion: 'x', newMasked: 'x', email: 'x' };
        const form = { language: 'id', channel: 'whatsapp', wording } as const;
        const text = renderReply({ notice: null, prompt, facts: filled }, form);
        const plain = renderReply({ notice: null, prompt, facts: empty }, form);
        expect(text.split('*').length).toBe(plain.split('*').length);
        expect(text.split('\n').length).toBe(plain.split('\n').length);
        expect(text).not.toMatch(/[~`\u202e]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u);
      }),
    );
  });

  test('an ordinary underscore stays as it was typed', () => {
    const text = renderReply(
      { notice: null, prompt: 'confirmNewValue', facts: { ...facts, newValue: 'siti_aminah_99@example.com' } },
      { language: 'id', channel: 'whatsapp', wording },
    );
    expect(text).toContain('*siti_aminah_99@example.com*');
  });

  test('any value becomes GSM-7 on SMS', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const text = renderReply(
          { notice: null, prompt: 'confirmNewValue', facts: { ...facts, newValue: value } },
          { language: 'id', channel: 'sms', wording },
        );
        expect(countSegments(text).encoding).toBe('GSM-7');
        expect(text).not.toMatch(extensionCharacters);
      }),
    );
  });

  test('foreign letters are replaced by their nearest relatives, else by a question mark', () => {
    expect(smsText('José Čapek 李 •••• “a”–b…')).toBe('José Capek ? **** "a"-b...');
  });
});
