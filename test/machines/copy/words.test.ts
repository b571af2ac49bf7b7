import { describe, expect, test } from 'vitest';
import { type PromptKey, promptKeys } from '#machines/copy/keys.ts';
import { renderReply } from '#machines/copy/render.ts';
import type { ParticipantEvent } from '#machines/events.ts';
import type { Expects } from '#machines/understanding/asked.ts';
import { readTalk } from '#machines/understanding/talk.ts';
import { createUnderstanding } from '#machines/understanding/understand.ts';
import type { Field, Language } from '../../../machines/vocabulary.ts';
import { factsOf, forms, noticesOf, ordinary } from './samples.ts';

const expected: Record<PromptKey, Expects> = {
  askNumber: 'number',
  askBirthDate: 'birthDate',
  chooseField: 'field',
  askNewValue: 'value',
  confirmSuggestion: 'confirmation',
  confirmNewValue: 'confirmation',
  askCode: 'code',
  askPin: 'pin',
  chooseOldContact: 'field',
  askOldCode: 'code',
  waitForResult: 'words',
  waitForAgent: 'words',
  confirmLeave: 'confirmation',
  talkToAgent: 'words',
  confirmFinish: 'confirmation',
};

const meanings: Record<string, ParticipantEvent['type']> = {
  MENU: 'word.menu',
  BATAL: 'word.cancel',
  CANCEL: 'word.cancel',
  KEMBALI: 'word.back',
  BACK: 'word.back',
  ULANG: 'word.again',
  AGAIN: 'word.again',
  BANTUAN: 'word.help',
  HELP: 'word.help',
  PETUGAS: 'word.agent',
  AGENT: 'word.agent',
  BAHASA: 'word.indonesian',
  ENGLISH: 'word.english',
  'LUPA PIN': 'ask.forgottenPin',
  'FORGOT PIN': 'ask.forgottenPin',
  'DATA SAYA': 'ask.myData',
  'MY DATA': 'ask.myData',
  'BUKAN SAYA': 'word.notMe',
  'KODE LAMA': 'ask.releaseHeld',
  'OLD CODE': 'ask.releaseHeld',
  'NOT ME': 'word.notMe',
};

const answers: Record<string, ParticipantEvent['type']> = {
  YA: 'answer.yes',
  YES: 'answer.yes',
  OK: 'answer.yes',
  TIDAK: 'answer.no',
  NO: 'answer.no',
  '1': 'answer.field',
  '2': 'answer.field',
  '3': 'ask.myData',
  'NO HP': 'answer.field',
  EMAIL: 'answer.field',
  MULAI: 'word.menu',
  START: 'word.again',
};

/** Words that count while one waits for, or talks to, an agent. */
const talk: Record<string, ParticipantEvent['type']> = {
  POSISI: 'word.place',
  POSITION: 'word.place',
  SELESAI: 'word.finish',
};

/** What is in capitals and no word to type. */
const names = new Set([
  'NIK',
  'PIN',
  'JKN',
  'KTP',
  'KK',
  'HP',
  'SMS',
  'BPJS',
  'WIB',
  'OTP',
  'ATM',
  'PANDAWA',
  'PBPU',
  'KIS',
]);

const understanding = createUnderstanding({ hide: (text) => ({ reveal: () => text }) });

const meaningAt = (prompt: PromptKey, word: string, language: Language = 'id', field: Field = 'email') =>
  understanding.understand(word, {
    expects: expected[prompt],
    field,
    language,
    today: '2026-11-22',
    codeDigits: 6,
    pinDigits: 6,
  }).event.type;

describe.each(promptKeys)('at %s', (prompt) => {
  test.each(Object.entries(meanings))('%s is understood as %s', (word, meaning) => {
    expect(meaningAt(prompt, word)).toBe(meaning);
    expect(meaningAt(prompt, word.toLowerCase())).toBe(meaning);
  });
});

test.each(Object.entries(talk))('%s is understood as %s where a person is waited for', (word, meaning) => {
  for (const typed of [word, word.toLowerCase(), `${word}?`]) expect(readTalk(typed)?.type).toBe(meaning);
});

test('an answer is understood where it is offered', () => {
  for (const prompt of ['confirmSuggestion', 'confirmNewValue'] as const) {
    for (const word of ['YA', 'YES', 'OK', 'TIDAK']) expect(meaningAt(prompt, word), word).toBe(answers[word]);
    for (const word of ['YES', 'OK', 'NO']) expect(meaningAt(prompt, word, 'en'), word).toBe(answers[word]);
  }
  expect(meaningAt('askNewValue', 'NO HP')).toBe('answer.field');
  expect(meaningAt('askNewValue', 'EMAIL', 'id', 'mobileNumber')).toBe('answer.field');
  expect(meaningAt('askNumber', 'MULAI')).toBe('word.menu');
  expect(meaningAt('askNumber', 'START')).toBe('word.again');
  for (const word of ['1', '2', '3']) expect(meaningAt('chooseField', word)).toBe(answers[word]);
});

test('no other word is offered than those that are understood', () => {
  for (const form of forms) {
    for (const facts of factsOf(ordinary)) {
      const alone = promptKeys.map((prompt) => renderReply({ notice: null, prompt, facts }, form));
      const said = noticesOf(ordinary).map((notice) => renderReply({ notice, prompt: null, facts }, form));
      for (const text of [...alone, ...said]) {
        const plain = text.replace(/(UD|KC)-\w+|TIDAK AKTIF KARENA PREMI|[A-Z](•+|\*{3,})/g, '');
        for (const [word] of plain.matchAll(/\b[A-Z]{2,}(?: [A-Z]{2,})*\b/g)) {
          const isKnown =
            word in meanings || word in answers || word in talk || word.split(' ').every((part) => names.has(part));
          expect(isKnown, `${word} in: ${text}`).toBe(true);
        }
      }
    }
  }
});
