// Whoever knows a NIK and a birth date cannot take the service away from the owner on the registered number. req:B7
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const siti = { nik: '9901014506850001', born: '05-06-1985', phone: '+6281200000011', pin: '135790' };
const stranger = (one: number) => world.onWhatsApp(`+62812000007${String(one).padStart(2, '0')}`);

async function walkToCode(number: string, mailbox: string) {
  const person = world.onWhatsApp(number);
  for (const said of [siti.nik, siti.born, 'email', mailbox]) await person.say(said);
  return { person, reply: await person.say('YA') };
}

test("strangers who use up a NIK's look-ups do not keep its owner out", async () => {
  for (let one = 0; one < 10; one += 1) {
    const person = stranger(one);
    await person.say(siti.nik);
    expect(await person.say('01-01-1990')).toContain('belum cocok');
  }
  // Even with the right date a stranger now finds nothing …
  await stranger(20).say(siti.nik);
  expect(await stranger(20).say(siti.born)).toContain('belum cocok');
  // … and the owner does.
  const owner = world.onWhatsApp(siti.phone);
  await owner.say(siti.nik);
  expect(await owner.say(siti.born)).toContain('Ganti email');
});

test("a stranger's codes neither kill the owner's nor use up what the owner may ask for", async () => {
  const other = await createWorld();
  const ours = world;
  world = other;
  try {
    const owner = await walkToCode(siti.phone, 'siti.baru@example.com');
    expect(owner.reply).toContain('Kode 6 angka sudah dikirim');
    for (let one = 0; one < 5; one += 1) {
      const { reply } = await walkToCode(`+62812000008${one}0`, `stranger${one}@example.com`);
      expect(reply).toContain('Kode 6 angka sudah dikirim');
    }
    // All others together have had their five codes of the day.
    expect((await walkToCode('+6281200000899', 'stranger9@example.com')).reply).not.toContain('sudah dikirim');
    expect(await owner.person.say(await world.codeMailedTo('siti.baru@example.com'))).toContain('PIN Mobile JKN');
    expect(await owner.person.say(siti.pin)).toContain('Selesai');
  } finally {
    world = ours;
    await other.stop();
  }
});
