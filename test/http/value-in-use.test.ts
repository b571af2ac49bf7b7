// req:B6 What others have registered shows to nobody without the PIN, and to somebody with it three times a day; whoever
// helps is told why a value was refused.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { rowsOf } from '../support/rows.ts';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';

const siti = { nik: '9901014506850001', born: '05-06-1985', number: '+6281200000011', pin: '135790' };
/** Dewi's, and one that is masked alike and belongs to nobody. */
const taken = 'dewi.lestari@example.com';
const free = 'dodi.lestari@example.com';
/** Whatever would tell that somebody else is behind it. */
const ofOthers = /peserta lain|orang lain|milik|dipakai|digunakan|terpakai|dimiliki|sudah (ada|terdaftar)/i;

let world: World;
beforeEach(async () => {
  world = await createWorld();
  onTestFinished(() => world.stop());
});

/** @returns everything that was answered, without what differs in any two walks */
async function walk(person: Person, value: string, pin: string): Promise<string[]> {
  const said = async (text: string) =>
    (await person.say(text)).replace(/\/pin\/\w+|UD-\w{6}/g, '…').replaceAll(value, '…');
  const answers = [];
  for (const text of ['menu', 'email', value, 'ya']) answers.push(await said(text));
  answers.push(await said(await world.codeMailedTo(value)), await said(pin));
  return answers;
}

const reasons = async () =>
  (await rowsOf<{ reason: string }>(world.database.ownerUrl, 'select reason from cases order by created_at')).map(
    (one) => one.reason,
  );

test('up to the PIN, and with a wrong one, a value that somebody has is answered like one that nobody has', async () => {
  const [one, other] = [world.onWhatsApp('+6281277770001'), world.onWhatsApp('+6281277770002')];
  for (const person of [one, other]) await person.say(`${siti.nik} ${siti.born}`);
  const refused = await walk(one, taken, '111111');
  await passTime(world.database.ownerUrl, 24 * 3_600_000);
  // The directory counts both wrong PINs; what it has left is the only difference.
  const without = (answers: string[]) => answers.map((answer) => answer.replace(/sisa \d kali/, 'sisa … kali'));
  expect(without(refused)).toEqual(without(await walk(other, free, '222222')));
});

test('with the right PIN it cannot be registered, which says nothing about anybody, and three times is all', async () => {
  const person = world.onWhatsApp(siti.number);
  await person.say(`${siti.nik} ${siti.born}`);
  for (const value of [taken, 'agus.wijaya@example.com', 'rina.marlina@example.com']) {
    const answer = (await walk(person, value, siti.pin)).at(-1) ?? '';
    expect(answer).toMatch(/^Email itu tidak dapat didaftarkan untuk data Anda\. Data lama tidak berubah\./);
    expect(answer).not.toMatch(ofOthers);
    // One code more or less is not what stops the fourth.
    await rowsOf(world.database.ownerUrl, "update challenges set created_at = created_at - interval '25 hours'");
  }
  await person.say('menu');
  await person.say('email');
  await person.say('siti.baru@example.com');
  expect(await person.say('ya')).toMatch(/pengiriman kode dihentikan sampai/);
  expect(world.mail.mails().filter((mail) => mail.to === 'siti.baru@example.com')).toEqual([]);
  await person.say('petugas');
  expect(await reasons()).toEqual(['valueInUse']);
});

test('the agent reads why, also where a job found it after the hold; and never about another conversation', async () => {
  const person = world.onWhatsApp('+6281277770001');
  await person.say(`${siti.nik} ${siti.born}`);
  expect((await walk(person, taken, siti.pin)).at(-1)).toMatch(/mulai berlaku/);
  await passTime(world.database.ownerUrl, 24 * 3_600_000);
  const told = await eventually(() => person.received().find((text) => text.includes('tidak dapat didaftarkan')), 'it');
  expect(told).not.toMatch(ofOthers);
  await person.say('petugas');
  const other = world.onWhatsApp('+6281277770002');
  await other.say('halo');
  await other.say('petugas');
  expect(await reasons()).toEqual(['valueInUse', 'requested']);
});

test('a day after the refusal somebody who asks for a person just asks', async () => {
  const person = world.onWhatsApp('+6281277770001');
  await person.say(`${siti.nik} ${siti.born}`);
  await walk(person, taken, siti.pin);
  await passTime(world.database.ownerUrl, 24 * 3_600_000);
  await eventually(() => person.received().find((text) => text.includes('tidak dapat didaftarkan')), 'the refusal');
  await passTime(world.database.ownerUrl, 24 * 3_600_000);
  await person.say('petugas');
  expect(await reasons()).toEqual(['requested']);
});
