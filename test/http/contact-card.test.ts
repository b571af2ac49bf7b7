// A shared contact is understood as its number where one is asked, brought from Twilio and deleted there.
import { afterEach, expect, test } from 'vitest';
import { createWorld, type World } from '../support/world.ts';

let world: World;
afterEach(() => world?.stop());

const card = (...numbers: string[]) => ({
  media: [
    {
      contentType: 'text/vcard',
      bytes: Buffer.from(
        ['BEGIN:VCARD', 'VERSION:3.0', ...numbers.map((one) => `TEL:${one}`), 'END:VCARD', ''].join('\r\n'),
      ),
    },
  ],
});
const asked = () =>
  world.twilio
    .requests()
    .filter(({ path }) => path.includes('/Media/'))
    .map(({ method, answered }) => `${method} ${answered}`);

async function atTheNewNumber() {
  world = await createWorld();
  const person = world.onWhatsApp('+6281200000011');
  await person.say('9901014506850001 5 juni 1985');
  await person.say('2');
  return person;
}

test('the number on a shared contact is read back, and the card is deleted at Twilio', async () => {
  const person = await atTheNewNumber();
  expect(await person.say(card('+62 812-0000-0044'))).toContain('Nomor HP baru: *0812 0000 0044*');
  expect(asked().at(-1)).toBe('DELETE 204');
  expect(await person.say(card('081200000055'))).toContain('Nomor HP baru: *0812 0000 0055*');
});

test('a contact with two numbers, or none, is asked about', async () => {
  const person = await atTheNewNumber();
  expect(await person.say(card('081200000044', '081200000055'))).toContain('Ada dua nomor HP');
  expect(await person.say(card())).toContain('Mohon ketik nomornya dengan angka');
});

test('where no number is asked, a contact is not even opened', async () => {
  world = await createWorld();
  const person = world.onWhatsApp('+6281200000011');
  await person.say('halo');
  expect(await person.say(card('081200000044'))).toContain('kartu kontak tidak kami buka');
  expect(asked()).toEqual([]);
});

test('what is no contact, too large, or kept by somebody else is not read', async () => {
  const person = await atTheNewNumber();
  const bytes = (text: string) => ({ media: [{ contentType: 'text/vcard', bytes: Buffer.from(text) }] });
  expect(await person.say(bytes('TEL:081200000044'))).toContain('ketik nomornya');
  const large = `BEGIN:VCARD\r\nTEL:081200000044\r\nNOTE:${'x'.repeat(70_000)}\r\nEND:VCARD\r\n`;
  expect(await person.say(bytes(large))).toContain('ketik nomornya');
  const before = asked().length;
  const foreign = { media: [{ contentType: 'text/vcard', url: `${world.twilio.url}/elsewhere.vcf` }] };
  expect(await person.say(foreign)).toContain('ketik nomornya');
  expect(asked()).toHaveLength(before);
});
