// The words that always work, at every question, over the real webhook.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, type Person, type World } from '../support/world.ts';

let world: World;
let lastPerson = 100;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

/** Each walk is somebody else's, so that no limit of one counts for another. */
const newMailbox = () => `walk${lastPerson}@example.com`;

const identify = ['9901014506850001', '05-06-1985'];

/** The messages that lead from `halo` to each question; a function types what only then is known. */
const ways: Record<string, (mailbox: string) => (string | (() => Promise<string>))[]> = {
  askNumber: () => [],
  askBirthDate: () => ['9901014506850001'],
  chooseField: () => identify,
  askNewValue: () => [...identify, '1'],
  confirmSuggestion: () => [...identify, '1', 'siti@gmial.com'],
  confirmNewValue: (mailbox) => [...identify, '1', mailbox],
  askCode: (mailbox) => [...identify, '1', mailbox, 'YA'],
  askPin: (mailbox) => [...identify, '1', mailbox, 'YA', () => world.codeMailedTo(mailbox)],
  waitForAgent: () => [...identify, 'PETUGAS'],
};

/** What the reply says of each question, whatever was said before it. */
const asks: Record<string, RegExp> = {
  askNumber: /\*NIK\* \(16 angka/,
  askBirthDate: /\*tanggal lahir\*/,
  chooseField: /\*1\.?\*.*ganti email|Ganti email/is,
  askNewValue: /\*(email|nomor HP) baru\*/i,
  confirmSuggestion: /maksudnya/,
  confirmNewValue: /Ketik \*YA\*/,
  askCode: /kode terbaru/,
  askPin: /PIN Mobile JKN/,
  waitForAgent: /Silakan tulis di sini/,
  confirmLeaving: /Keluar dari antrean petugas/,
};

const words = {
  MENU: (asked: string) =>
    ({ askNumber: 'askNumber', askBirthDate: 'askNumber', waitForAgent: 'confirmLeaving' })[asked] ?? 'chooseField',
  BATAL: (asked: string) => (asked === 'askNumber' || asked === 'askBirthDate' ? 'askNumber' : 'chooseField'),
  KEMBALI: (asked: string) =>
    ({
      askBirthDate: 'askNumber',
      askNewValue: 'chooseField',
      confirmSuggestion: 'askNewValue',
      confirmNewValue: 'askNewValue',
      askCode: 'askNewValue',
      askPin: 'confirmNewValue',
    })[asked] ?? asked,
  ULANG: (asked: string) => asked,
  BANTUAN: (asked: string) => asked,
  PETUGAS: () => 'waitForAgent',
  BAHASA: (asked: string) => asked,
} satisfies Record<string, (asked: string) => string>;

async function walkTo(asked: string): Promise<Person> {
  lastPerson += 1;
  const person = world.onWhatsApp(`+628120000${String(lastPerson).padStart(4, '0')}`);
  await person.say('halo');
  const mailbox = newMailbox();
  for (const step of ways[asked]?.(mailbox) ?? []) await person.say(typeof step === 'string' ? step : await step());
  return person;
}

test.each(Object.keys(ways))(
  '%s: each of the words leads where it says, and something is asked again',
  async (asked) => {
    // One code and one PIN question are enough of them: a participant gets five codes a day.
    const isCostly = asked === 'askCode' || asked === 'askPin';
    const walked = isCostly ? await walkTo(asked) : null;
    const all = Object.keys(words) as (keyof typeof words)[];
    const tried = isCostly ? (['BANTUAN', 'BAHASA', 'ULANG', 'KEMBALI'] as const) : all;
    for (const word of tried) {
      const leadsTo = words[word];
      const person = walked ?? (await walkTo(asked));
      expect([asked, word, await person.say(word)]).toEqual([
        asked,
        word,
        expect.stringMatching(asks[leadsTo(asked)] as RegExp),
      ]);
    }
  },
);

test.each(['askCode', 'askPin'])('%s: BATAL, MENU and PETUGAS lead out', async (asked) => {
  const person = await walkTo(asked);
  expect(await person.say('MENU')).toMatch(asks.chooseField as RegExp);
  expect(await person.say('BATAL')).toMatch(asks.chooseField as RegExp);
  expect(await person.say('PETUGAS')).toMatch(asks.waitForAgent as RegExp);
});

test('ENGLISH is understood at every step and stays', async () => {
  const person = await walkTo('askNewValue');
  expect(await person.say('ENGLISH')).toContain('new email');
  expect(await person.say('BACK')).toMatch(/change email/i);
  expect(await person.say('BAHASA')).toMatch(/ganti email/i);
});
