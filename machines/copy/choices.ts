// What can be tapped instead of typed, where a channel has buttons; the text of the prompt says the same in words.
import type { Language } from '../vocabulary.ts';
import type { PromptKey } from './keys.ts';

export interface Choice {
  /** comes back with the tap: `<promptKey>:<answer>`, understood by `understanding/choice.ts` */
  id: string;
  /** at most 20 characters */
  title: string;
}

type Titles = Readonly<Record<Language, readonly (readonly [answer: string, title: string])[]>>;

const yesNo: Titles = {
  id: [
    ['yes', 'Ya'],
    ['no', 'Tidak'],
  ],
  en: [
    ['yes', 'Yes'],
    ['no', 'No'],
  ],
};

const codeMissing: Titles = {
  id: [
    ['again', 'Kirim kode baru'],
    ['agent', 'Petugas'],
  ],
  en: [
    ['again', 'Send a new code'],
    ['agent', 'Talk to an agent'],
  ],
};

const choices: Partial<Readonly<Record<PromptKey, Titles>>> = {
  chooseField: {
    id: [
      ['email', 'Ganti email'],
      ['mobileNumber', 'Ganti nomor HP'],
      ['myData', 'Lihat data saya'],
    ],
    en: [
      ['email', 'Change email'],
      ['mobileNumber', 'Change mobile no.'],
      ['myData', 'See my data'],
    ],
  },
  confirmSuggestion: yesNo,
  confirmNewValue: {
    id: [
      ['yes', 'Ya, kirim kode'],
      ['cancel', 'Batal'],
    ],
    en: [
      ['yes', 'Yes, send a code'],
      ['cancel', 'Cancel'],
    ],
  },
  askCode: codeMissing,
  confirmLeave: yesNo,
  confirmFinish: yesNo,
};

/** At most three, as many as one message can carry; empty: nothing to choose from. */
export function choicesOf(prompt: PromptKey, language: Language): readonly Choice[] {
  return (choices[prompt]?.[language] ?? []).map(([answer, title]) => ({ id: `${prompt}:${answer}`, title }));
}
