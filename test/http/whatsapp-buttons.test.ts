// Buttons under a question on WhatsApp: they leave by REST, and the plain text is always there when they cannot.
import { afterEach, expect, test } from 'vitest';
import { choicesOf } from '#machines/copy/choices.ts';
import { promptKeys } from '#machines/copy/keys.ts';
import { eventOfPayload } from '#machines/understanding/choice.ts';
import { createWorld, eventually, type World } from '../support/world.ts';

let world: World;
afterEach(() => world?.stop());

const siti = '+6281200000011';
const identify = ['NIK 9901014506850001', '5 juni 1985'];

/** The newest message with buttons that reached the phone. */
const lastTappable = (count = 1) =>
  eventually(() => world.onPhones().filter((one) => one.choices.length > 0)[count - 1], 'a message with buttons');
const tapOn = (message: { choices: { id: string; title: string }[] }, title: string) => ({
  button: { payload: message.choices.find((choice) => choice.title === title)?.id ?? 'no such button', text: title },
});
const created = () => world.twilio.requests().filter(({ method, path }) => method === 'POST' && path === '/v1/Content');

async function atTheMenu(env: Record<string, string> = { WHATSAPP_BUTTONS: 'on' }) {
  world = await createWorld(env);
  const person = world.onWhatsApp(siti);
  await person.say(identify[0] as string);
  return { person, reply: await person.say(identify[1] as string) };
}

test('the menu comes with three buttons, and a tap is an answer', async () => {
  const { person, reply } = await atTheMenu();
  expect(reply).toBe('');
  const menu = await lastTappable();
  expect(menu.body).toContain('*1.* Ganti email');
  expect(menu.choices.map(({ id, title }) => `${id.replace(/:[^:]*$/, '')} ${title}`)).toEqual([
    'chooseField:email Ganti email',
    'chooseField:mobileNumber Ganti nomor HP',
    'chooseField:myData Lihat data saya',
  ]);
  const next = await person.say(tapOn(menu, 'Ganti email'));
  expect(next).toContain('email baru');
});

test('where contents may be made but not listed, the menu still has its buttons', async () => {
  world = await createWorld({ WHATSAPP_BUTTONS: 'on' });
  const person = world.onWhatsApp(siti);
  await person.say(identify[0] as string);
  world.twilio.arm({ kind: 'refuse', code: 20404 }, { on: 'listContent' });
  expect(await person.say(identify[1] as string)).toBe('');
  expect((await lastTappable()).choices).toHaveLength(3);
});

test('a tap on an older menu is no answer to a newer question', async () => {
  const { person } = await atTheMenu();
  await person.say('1');
  const reply = await person.say({ button: { payload: 'chooseField:mobileNumber', text: 'Ganti nomor HP' } });
  expect(reply).toContain('pesan yang lama');
  expect(reply).toContain('email baru');
});

test('one content serves everybody, also after a restart', async () => {
  const { person } = await atTheMenu();
  await person.say('menu');
  await lastTappable(2);
  await world.restart();
  await person.say('menu');
  await lastTappable(3);
  expect(created()).toHaveLength(1);
});

test('no data of a person is kept in a content', async () => {
  await atTheMenu();
  const menu = await lastTappable();
  expect(menu.contentVariables['1']).toBe(menu.body);
  const listed = await fetch(`${world.twilio.url}/v1/Content`, {
    headers: {
      authorization: `Basic ${Buffer.from(`${world.settings.TWILIO_ACCOUNT_SID}:${world.authToken}`).toString('base64')}`,
    },
  });
  expect(await listed.text()).not.toContain('••');
});

test('where Twilio takes no content, the question comes as plain text', async () => {
  world = await createWorld({ WHATSAPP_BUTTONS: 'on' });
  world.twilio.arm({ kind: 'refuse', code: 20500 }, { on: 'createContent' });
  const person = world.onWhatsApp(siti);
  await person.say(identify[0] as string);
  expect(await person.say(identify[1] as string)).toContain('*1.* Ganti email');
  expect(await person.say('menu')).toBe('');
  await lastTappable();
});

test('where the message with buttons is refused, the question comes as plain text', async () => {
  world = await createWorld({ WHATSAPP_BUTTONS: 'on' });
  world.twilio.arm({ kind: 'refuse', code: 63018 }, { to: `whatsapp:${siti}` });
  const person = world.onWhatsApp(siti);
  await person.say(identify[0] as string);
  expect(await person.say(identify[1] as string)).toContain('*1.* Ganti email');
});

test('a message that is delivered again is answered in plain text', async () => {
  const { person } = await atTheMenu();
  const sid = `SM${'a'.repeat(32)}`;
  expect(await person.say('menu', sid)).toBe('');
  expect(await person.say('menu', sid)).toContain('*1.*');
});

test('without the setting, and on SMS, everything is typed', async () => {
  const { reply } = await atTheMenu({});
  expect(reply).toContain('*1.*');
  await world.restart({ WHATSAPP_BUTTONS: 'on' });
  const person = world.onSms('+6281200000022');
  await person.say('NIK 9901011708790002');
  expect(await person.say('17-08-1979')).toContain('Ketik 1');
  expect(created()).toEqual([]);
});

test('“Ya” under an older address does not send a code to the newer one', async () => {
  const { person } = await atTheMenu();
  await person.say('1');
  await person.say('satu@example.com');
  const older = await lastTappable(2);
  await person.say('dua@example.com');
  const newer = await lastTappable(3);
  const reply = await person.say(tapOn(older, 'Ya, kirim kode'));
  expect(reply).toBe('');
  expect((await lastTappable(4)).body).toMatch(/pesan yang lama[\s\S]*dua@example\.com/);
  expect(world.mail.mails()).toEqual([]);
  await person.say(tapOn(newer, 'Ya, kirim kode'));
  await world.codeMailedTo('dua@example.com');
});

test('a button says nothing about the person it was made for', async () => {
  const { person } = await atTheMenu();
  await person.say('2');
  await person.say('0812 0000 0044');
  const { choices } = await lastTappable(2);
  expect(choices.map(({ id }) => id)).toEqual([
    expect.stringMatching(/^confirmNewValue:yes:[\w-]{16}$/),
    expect.stringMatching(/^confirmNewValue:cancel:[\w-]{16}$/),
  ]);
  expect(JSON.stringify(choices)).not.toContain('81200000044');
});

test('whoever has no code finds four ways behind one button', async () => {
  const { person } = await atTheMenu();
  await person.say('1');
  await person.say('dua@example.com');
  await person.say('ya');
  const list = await lastTappable(3);
  expect(list.listLabel).toBe('Kode belum masuk?');
  expect(list.choices.map(({ title }) => title)).toEqual(['Kirim kode baru', 'Kembali', 'Batal', 'Petugas']);
  const back = list.choices[1];
  expect(await person.say({ list: { id: back?.id ?? '', title: 'Kembali' } })).toContain('email baru');
});

test('every button and entry is short enough and means something where it stands', () => {
  for (const prompt of promptKeys) {
    for (const language of ['id', 'en'] as const) {
      const { entries, label } = choicesOf(prompt, language) ?? { entries: [], label: null };
      expect(entries.length).toBeLessThanOrEqual(label === null ? 3 : 10);
      expect(label?.length ?? 0).toBeLessThanOrEqual(20);
      for (const { id, title } of entries) {
        expect(title.length).toBeLessThanOrEqual(label === null ? 20 : 24);
        expect(eventOfPayload(`${id}:m`, { prompt, mark: 'm' })?.type).toMatch(/^(?:answer\.(?!unclear)|word|ask)/);
      }
    }
  }
});
