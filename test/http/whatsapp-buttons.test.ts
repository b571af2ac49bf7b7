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
  expect(menu.choices.map(({ id, title }) => `${id} ${title}`)).toEqual([
    'chooseField:email Ganti email',
    'chooseField:mobileNumber Ganti nomor HP',
    'chooseField:myData Lihat data saya',
  ]);
  const next = await person.say({ button: { payload: 'chooseField:email', text: 'Ganti email' } });
  expect(next).toContain('email baru');
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

test('every button is short enough and means something where it stands', () => {
  for (const prompt of promptKeys) {
    for (const language of ['id', 'en'] as const) {
      const choices = choicesOf(prompt, language);
      expect(choices.length).toBeLessThanOrEqual(3);
      for (const { id, title } of choices) {
        expect(title.length).toBeLessThanOrEqual(20);
        expect(eventOfPayload(id, prompt)).not.toBeNull();
        expect(eventOfPayload(id, prompt)?.type).not.toBe('answer.unclear');
      }
    }
  }
});
