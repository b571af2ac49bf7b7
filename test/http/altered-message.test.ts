// req:H6 req:C3 A gateway delivers a message again, it never alters one: a known id with another content has no effect and
// raises an alarm.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { rowsOf } from '../support/rows.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

const siti = { nik: '9901014506850001', born: '05-06-1985', number: '+6281200000011', pin: '135790' };
const sid = `SM${'0'.repeat(29)}0a6`;

let world: World;
let person: Person;
beforeEach(async () => {
  world = await createWorld();
  onTestFinished(() => world.stop());
  person = world.onWhatsApp(siti.number);
});

/** @returns how many alarms there are: in the log, and in the audit */
async function alarms(): Promise<[logged: number, audited: number]> {
  const logged = world
    .logged()
    .split('\n')
    .filter((line) => line.includes('"message.altered"') && line.includes('"level":"error"'));
  const audited = await rowsOf(world.database.ownerUrl, "select 1 from audit where event = 'message.altered'");
  return [logged.length, audited.length];
}

const metric = async () =>
  Number(/^altered_messages_total (\d+)$/m.exec(await (await fetch(`${world.origin}/metrics`)).text())?.[1]);

test('is met with silence and an alarm, and the message itself stays what it was', async () => {
  const greeted = await person.say('halo', sid);
  expect(await person.say(siti.nik, sid)).toBe('');
  expect(await alarms()).toEqual([1, 1]);
  expect(await metric()).toBe(1);
  // Not even a fact of the altered one: no number was taken, and the first is answered as before.
  expect(await person.say('halo', sid)).toBe(greeted);
  expect(await person.say(siti.born)).not.toMatch(/Ganti email/);
  expect(await alarms()).toEqual([1, 1]);
});

test('cannot give a second PIN where the first was wrong', async () => {
  await person.say(`${siti.nik} ${siti.born}`);
  for (const text of ['menu', 'email', 'siti.baru@example.com', 'ya']) await person.say(text);
  await person.say(await world.codeMailedTo('siti.baru@example.com'));
  const wrong = await person.say('111111', sid);
  expect(wrong).toMatch(/sisa 2 kali/);
  expect(await person.say(siti.pin, sid)).toBe('');
  expect(await person.say('111111', sid)).toBe(wrong);
  expect(await rowsOf(world.database.ownerUrl, 'select verdict from pin_attempts')).toEqual([{ verdict: 'wrong' }]);
  expect((await alarms())[1]).toBe(1);
});

test('is refused also among the last 32, when the reply is no longer kept', async () => {
  await person.say('halo', sid);
  for (let count = 0; count < 10; count += 1) await person.say(`pesan ${count}`);
  expect(await person.say('halo', sid)).toBe('');
  expect(await alarms()).toEqual([0, 0]);
  expect(await person.say('batal', sid)).toBe('');
  expect(await alarms()).toEqual([1, 1]);
});

test('is refused 89 days later too, where the message had looked somebody up', async () => {
  await person.say(siti.nik);
  await person.say(siti.born, sid);
  await passTime(world.database.ownerUrl, 89 * 24 * 3_600_000);
  world.sleep(89 * 24 * 3_600_000);
  await person.say('halo');
  // Agus's card and birth date, under the id of Siti's birth date.
  await person.say('0009900000044');
  expect(await person.say('11-01-1960', sid)).toMatch(/belum cocok/);
  expect(await alarms()).toEqual([1, 1]);
  expect(await person.say('11-01-1960')).toMatch(/Ganti email|tanggal lahir|NIK/);
});

test('is one whatever its kind: a tap, a place and a text differ', async () => {
  const tap = { button: { text: 'Ganti email', payload: 'email' } };
  const first = await person.say(tap, sid);
  expect(await person.say(tap, sid)).toBe(first);
  expect(await alarms()).toEqual([0, 0]);
  expect(await person.say({ button: { text: 'Ganti nomor HP', payload: 'mobileNumber' } }, sid)).toBe('');
  expect(await person.say('Ganti email', sid)).toBe('');
  expect(await person.say({ location: { latitude: -6.2, longitude: 106.8 } }, sid)).toBe('');
  expect(await alarms()).toEqual([3, 3]);
});
