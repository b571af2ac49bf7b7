// What can be tapped instead of typed, where a channel has buttons; the text of the prompt says the same in words.
import type { Language } from '../vocabulary.ts';
import type { PromptKey } from './keys.ts';

export interface Choice {
  /** comes back with the tap: `<promptKey>:<answer>`, understood by `understanding/choice.ts` */
  id: string;
  /** at most 20 characters on a button, 24 in a list */
  title: string;
}

/** Buttons, at most three, or a list behind one button. */
export interface Choices {
  entries: readonly Choice[];
  /** of the button that opens the list, at most 20 characters; null: buttons */
  label: string | null;
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

/** The code is typed; what is tapped is for whoever has none. */
const codeMissing: Titles = {
  id: [
    ['again', 'Kirim kode baru'],
    ['back', 'Kembali'],
    ['cancel', 'Batal'],
    ['agent', 'Petugas'],
  ],
  en: [
    ['again', 'Send a new code'],
    ['back', 'Back'],
    ['cancel', 'Cancel'],
    ['agent', 'Talk to an agent'],
  ],
};

const pinMissing: Titles = {
  id: [
    ['forgottenPin', 'Lupa PIN'],
    ['again', 'Tautan baru'],
    ['cancel', 'Batal'],
  ],
  en: [
    ['forgottenPin', 'Forgot PIN'],
    ['again', 'New link'],
    ['cancel', 'Cancel'],
  ],
};

const oldContact: Titles = {
  id: [
    ['email', 'Email lama'],
    ['mobileNumber', 'Nomor HP lama'],
    ['back', 'Tidak jadi'],
  ],
  en: [
    ['email', 'Old email'],
    ['mobileNumber', 'Old mobile number'],
    ['back', 'Never mind'],
  ],
};

const oldCodeMissing: Titles = {
  id: [
    ['again', 'Kirim kode baru'],
    ['back', 'Tidak jadi'],
  ],
  en: [
    ['again', 'Send a new code'],
    ['back', 'Never mind'],
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
  askPin: pinMissing,
  chooseOldContact: oldContact,
  askOldCode: oldCodeMissing,
  confirmLeave: yesNo,
  confirmFinish: yesNo,
};

const labels: Record<Language, Partial<Record<PromptKey, string>>> = {
  id: { askCode: 'Kode belum masuk?' },
  en: { askCode: 'No code yet?' },
};

/** @returns null: nothing to choose from */
export function choicesOf(prompt: PromptKey, language: Language): Choices | null {
  const titles = choices[prompt]?.[language];
  if (titles === undefined) return null;
  const entries = titles.map(([answer, title]) => ({ id: `${prompt}:${answer}`, title }));
  return { entries, label: labels[language][prompt] ?? null };
}
