// Whoever knows a NIK and a birth date cannot take the service away from the owner on the registered number, and the owner
// hears of it. req:B7 req:A13
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, eventually, type World } from '../support/world.ts';

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

test('of a code and a PIN that a stranger has guessed at until nothing was left the owner is told, at both old contacts', async () => {
  const other = await createWorld();
  const ours = world;
  world = other;
  try {
    const letters = (what: RegExp) =>
      eventually(() => {
        const mail = other.mail.mails().find(({ to, text }) => to === 'siti.aminah@example.com' && what.test(text));
        const sms = other
          .onSms(siti.phone)
          .received()
          .find((text) => what.test(text));
        return mail === undefined || sms === undefined ? undefined : [mail.text, sms];
      }, `${what} at both`);

    const one = await walkToCode('+6281200000911', 'thief@example.com');
    const code = await world.codeMailedTo('thief@example.com');
    for (let by = 1; by <= 5; by += 1) await one.person.say(String((Number(code) + by) % 1_000_000).padStart(6, '0'));
    const [mail, sms] = await letters(/[Kk]ode.*salah diketik/);
    expect(mail).toMatch(/t•••f@example\.com.*Data Anda tidak berubah.*Care Center 165.*PK-\w{6}/s);
    expect(sms).toMatch(/Bukan Anda\? Mohon hubungi Care Center 165\. Ref PK-\w{6}\.$/);

    const two = await walkToCode('+6281200000912', 'thief2@example.com');
    await two.person.say(await world.codeMailedTo('thief2@example.com'));
    const wrong = ['000001', '000002', '000003'];
    for (const pin of wrong) await two.person.say(pin);
    const three = await walkToCode('+6281200000913', 'thief3@example.com');
    await three.person.say(await world.codeMailedTo('thief3@example.com'));
    for (const pin of wrong) await three.person.say(pin);
    await letters(/PIN.*salah diketik/);
  } finally {
    world = ours;
    await other.stop();
  }
});
