import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Letter } from '#machines/copy/keys.ts';
import { letterText } from '#machines/copy/render.ts';
import { countSegments } from '#machines/copy/segments.ts';
import { Field, Language } from '#machines/vocabulary.ts';
import { fortyCharacters, lettersOf, ordinary, wording } from './samples.ts';

const isCode = ({ letter }: Letter) => letter === 'code' || letter === 'oldCode';
const isHeld = ({ letter }: Letter) => letter === 'changeHeld' || letter === 'holdReminder';
const asksForAnswer = /\b(balas|ketik|reply|type|BATAL|BUKAN SAYA|NOT ME|MENU)\b/i;

describe.each(Language.options)('in %s', (language) => {
  const texts = [ordinary, fortyCharacters].flatMap((people) =>
    [true, false].flatMap((canReply) =>
      lettersOf(people).map((letter) => ({
        letter,
        canReply,
        text: letterText(letter, { language, wording, canReply }),
      })),
    ),
  );

  test('every letter says something in every form, without gaps', () => {
    for (const { text } of texts) {
      for (const part of [text.whatsapp, text.sms, text.mail.subject, text.mail.text]) {
        expect(part.length).toBeGreaterThan(10);
        expect(part).not.toMatch(/undefined|null|NaN|\[object|!| {2}|\.\.|\?\.| [.,?]/);
      }
    }
  });

  test('every SMS names the service once, in GSM-7, within two segments', () => {
    for (const { text } of texts) {
      expect(text.sms.split('BPJS Kesehatan').length).toBe(2);
      expect(countSegments(text.sms).encoding, text.sms).toBe('GSM-7');
      expect(countSegments(text.sms).segments, text.sms).toBeLessThanOrEqual(2);
    }
  });

  test('an SMS to somebody who cannot answer fits into one segment', () => {
    for (const { canReply, text } of texts) {
      if (!canReply) expect(countSegments(text.sms).segments, `${text.sms.length}: ${text.sms}`).toBe(1);
    }
  });

  test('a sender that cannot receive asks for no answer and names Care Center 165', () => {
    for (const { letter, canReply, text } of texts) {
      if (canReply || isCode(letter)) continue;
      expect(text.sms).not.toMatch(asksForAnswer);
      expect(text.whatsapp).not.toMatch(asksForAnswer);
      if (!('to' in letter && letter.to === 'chat') && letter.letter !== 'changeCancelled') {
        expect(text.sms).toContain('Care Center 165');
      }
    }
  });

  test('a mail asks for no answer, but for a code that cancels, and names Care Center 165', () => {
    for (const { letter, text } of texts) {
      const mayCancel = 'cancelCode' in letter && letter.cancelCode !== undefined;
      if (!isCode(letter) && !mayCancel) expect(text.mail.text).not.toMatch(asksForAnswer);
      expect(text.mail.text).toContain('Care Center 165');
      expect(text.mail.subject).toContain('BPJS Kesehatan');
      expect(text.mail.subject).not.toMatch(/[\r\n]/);
    }
  });

  test('an old contact is told one word to cancel with, and another to report with', () => {
    for (const { letter, canReply, text } of texts) {
      if (!canReply || !('to' in letter) || letter.to !== 'old') continue;
      if (isHeld(letter)) expect(text.sms).toMatch(/\bBATAL\b/);
      if (letter.letter === 'changeApplied')
        expect(text.sms).toMatch(language === 'id' ? /\bBUKAN SAYA\b/ : /\bNOT ME\b/);
    }
  });

  test('a letter with a code has six digits in a row once, and no other long number', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{6}$/),
        fc.integer({ min: 2, max: 10 }),
        fc.constantFrom(...Field.options),
        (code, minutes, field) => {
          const text = letterText({ letter: 'code', field, code, minutes }, { language, wording, canReply: false });
          for (const whole of [text.whatsapp, text.sms, `${text.mail.subject}\n${text.mail.text}`]) {
            expect(whole.match(/\d{4,}/g)).toEqual([code]);
            expect(whole).toContain(`${minutes} men`.replace('men', language === 'id' ? 'menit' : 'minutes'));
            expect(whole).toContain('BPJS Kesehatan');
          }
        },
      ),
    );
  });

  test('the SMS with a code is one segment', () => {
    for (const { letter, text } of texts) {
      if (isCode(letter)) expect(countSegments(text.sms), text.sms).toMatchObject({ segments: 1 });
    }
  });

  test('on WhatsApp every bold word is closed', () => {
    for (const { text } of texts) {
      expect(text.whatsapp.replace(/\*[^*\s](?:[^*]*[^*\s])?\*/g, '')).not.toMatch(/[*_~`]/);
    }
  });
});
