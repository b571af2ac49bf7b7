// req:B8 A person is offered instead of the same sentence again; another program is not answered for ever.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Policy } from '#src/policy.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

const loop = Policy.shape.loop.parse({});
const offer = /Bila Bapak\/Ibu ingin dibantu petugas Care Center 165, ketik \*PETUGAS\*/;

let world: World;
let person: Person;
beforeEach(async () => {
  // A crowded machine takes its time.
  world = await createWorld({ POLICY_LOOP_PACE_SECONDS: '60' });
  onTestFinished(() => world.stop());
  person = world.onWhatsApp('+6281277770001');
  await person.say('halo');
});

async function sayOften(text: string, times: number): Promise<string[]> {
  const replies = [];
  for (let count = 0; count < times; count += 1) replies.push(await person.say(text));
  return replies;
}

test('the fifth reply that helped nobody offers a person, once in ten minutes', async () => {
  const first = await sayOften('qwerty', 12);
  expect(first.map((reply) => offer.test(reply))).toEqual(Array.from({ length: 12 }, (_, at) => at === 4));
  world.sleep(loop.offerMinutes * 60_000 - 60_000);
  expect(await person.say('qwerty')).not.toMatch(offer);
  world.sleep(60_000);
  expect(await person.say('qwerty')).toMatch(offer);
});

describe('another program', () => {
  test.each([
    ['echoes', 'Mohon ketik NIK (16 angka di KTP) atau nomor kartu JKN (13 angka).'],
    ['thanks for everything', 'Terima kasih'],
    ['greets', 'Selamat siang'],
  ])('that %s gets thirty replies, then silence for thirty seconds', async (_what, text) => {
    // `halo` was the first one.
    const replies = await sayOften(text, loop.paceReplies + 5);
    expect(replies.map((reply) => reply !== '')).toEqual(replies.map((_, at) => at < loop.paceReplies - 1));
    world.sleep(loop.silentSeconds * 1000);
    expect(await person.say(text)).not.toBe('');
  });
});

test('fifteen messages in a heap are all answered', async () => {
  const heap = await Promise.all(Array.from({ length: 15 }, (_, at) => person.say(`pesan ke ${'a'.repeat(at + 1)}`)));
  expect(heap.filter((reply) => reply === '')).toEqual([]);
});

describe('in the silence', () => {
  beforeEach(async () => {
    expect((await sayOften('qwerty', loop.paceReplies + 1)).at(-1)).toBe('');
  });

  test.each(['menu', 'bantuan', 'ulang', 'batal', 'english', 'kembali'])(
    '“%s” is answered and ends it',
    async (word) => {
      expect(await person.say(word)).not.toBe('');
      expect(await person.say('qwerty')).not.toBe('');
    },
  );

  test('“petugas” opens a case', async () => {
    expect(await person.say('petugas')).toMatch(/petugas Care Center 165, referensi KC-/);
  });

  test('an answer that can be used is answered, and the step is not lost', async () => {
    expect(await person.say('9901014506850001')).toMatch(/tanggal lahir/);
    expect(await person.say('qwerty')).not.toBe('');
  });

  test('a message delivered again stays unanswered, as it was', async () => {
    const sid = `SM${'0'.repeat(30)}b8`;
    expect(await person.say('qwerty', sid)).toBe('');
    await person.say('menu');
    expect(await person.say('qwerty', sid)).toBe('');
  });

  test('somebody else is answered', async () => {
    expect(await world.onWhatsApp('+6281277770002').say('halo')).not.toBe('');
  });
});
