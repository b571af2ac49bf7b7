// req:A2 req:A7 The leg of the old channel, given after the PIN: a code at an old contact point, or a code that cancels.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';

const siti = {
  nik: '9901014506850001',
  born: '05-06-1985',
  email: 'siti.aminah@example.com',
  number: '+6281200000011',
  pin: '135790',
};
const minutes = (count: number) => count * 60_000;

let world: World;
let stranger: Person;
beforeEach(async () => {
  world = await createWorld();
  stranger = world.onWhatsApp('+6281277770001');
});
afterEach(() => world.stop());

/** Siti's e-mail address is changed from a number that is not hers. @returns what the PIN was answered */
async function hold(person: Person, mailbox = 'siti.baru@example.com'): Promise<string> {
  await person.say(`${siti.nik} ${siti.born}`);
  await person.say('menu');
  await person.say('1');
  await person.say(mailbox);
  await person.say('ya');
  await person.say(await world.codeMailedTo(mailbox));
  return person.say(siti.pin);
}

const registered = async () =>
  (await world.directory.identify({ kind: 'nik', number: siti.nik, birthDate: '1985-06-05' }))?.email;

/** The newest letter to that address about which somebody may have to do something. */
const letterTo = (address: string, what: RegExp) =>
  eventually(
    () => world.mail.mails().findLast((mail) => mail.to === address && what.test(mail.text)),
    `a letter with ${what} to ${address}`,
  );

describe('a held change', () => {
  test('tells the word that releases it; a code from the old mailbox makes it effective at once', async () => {
    expect(await hold(stranger)).toMatch(/mulai berlaku .*Ketik \*KODE LAMA\* agar langsung berlaku/);
    expect(await stranger.say('kode lama')).toMatch(
      /Ke kontak lama mana.*1\.\* Email s•••h@example\.com.*SMS ke 0812 •••• ••11/s,
    );
    expect(await stranger.say('1')).toMatch(/Kode 6 angka sudah dikirim ke s•••h@example\.com/);
    expect((await letterTo(siti.email, /Kode Anda: \d{6}/)).text).toMatch(
      /perubahan kontak pada data JKN Anda langsung berlaku/,
    );
    expect(await registered()).toBe(siti.email);
    const released = await stranger.say(await world.codeMailedTo(siti.email));
    expect(released).toMatch(/^Selesai\. Email Anda sekarang s•••u@example\.com/);
    expect(await registered()).toBe('siti.baru@example.com');
    expect(await stranger.say('kode lama')).toMatch(/Tidak ada perubahan yang menunggu kode/);
  });

  test('is released by a code that went to the old number by SMS', async () => {
    await hold(stranger);
    await stranger.say('KODE LAMA');
    expect(await stranger.say('2')).toMatch(/dikirim ke 0812 •••• ••11 lewat SMS/);
    expect(await stranger.say(await world.codeSentTo(siti.number))).toMatch(/^Selesai\./);
  });

  test('of somebody with one old contact point is released without a choice', async () => {
    const agus = world.onWhatsApp('+6281277770002');
    await agus.say('9901010101600004 11-01-1960');
    await agus.say('2');
    await agus.say('081277770002');
    await agus.say('ya');
    await agus.say(await world.codeSentTo('+6281277770002'));
    expect(await agus.say('112358')).toMatch(/KODE LAMA/);
    expect(await agus.say('kode lama')).toMatch(/sudah dikirim ke a•••a@example\.com/);
    expect(await agus.say(await world.codeMailedTo('agus.wijaya@example.com'))).toMatch(/^Selesai\./);
  });

  test('offers the same by SMS in English, without words that belong to the carriers', async () => {
    const budi = world.onSms('+6281277770003');
    await budi.say('english');
    await budi.say('9901011708790002 17-08-1979');
    await budi.say('1');
    await budi.say('budi@example.com');
    await budi.say('ok');
    await budi.say(await world.codeMailedTo('budi@example.com'));
    expect(await budi.say('246801')).toMatch(/At once: type OLD CODE\./);
    expect(await budi.say('old code')).toMatch(/sent to 0812 \*\*\*\* \*\*22/);
    expect(await budi.say(await world.codeSentTo('+6281200000022'))).toMatch(/Done\. Your email is now/);
  });

  test('is left by KEMBALI, MENU and BANTUAN as every other step, and still takes effect at its time', async () => {
    await hold(stranger);
    await stranger.say('kode lama');
    expect(await stranger.say('bantuan')).toMatch(/berlaku pada waktunya.*Ketik \*1\* untuk kode ke email lama/s);
    expect(await stranger.say('kembali')).toMatch(/Apa yang Bapak\/Ibu perlukan/);
    await stranger.say('kode lama');
    await stranger.say('1');
    expect(await stranger.say('halo')).toMatch(/Ketik kode dari kontak lama itu/);
    expect(await stranger.say('ulang')).toMatch(/detik lagi/);
    expect(await stranger.say('menu')).toMatch(/Apa yang Bapak\/Ibu perlukan/);
    await passTime(world.database.ownerUrl, minutes(24 * 60));
    await eventually(async () => ((await registered()) === 'siti.baru@example.com' ? true : undefined), 'the change');
  });

  test('tells the old mailbox and the old number again when half of its time has passed', async () => {
    await hold(stranger);
    const first = (await letterTo(siti.email, /BATAL [A-Z0-9]{5}-/)).text;
    await passTime(world.database.ownerUrl, minutes(12 * 60));
    const again = (await letterTo(siti.email, /Masih ada permintaan mengganti email/)).text;
    const codeIn = (text: string) => /BATAL [A-Z0-9]{5}-[A-Z0-9]{5}/.exec(text)?.[0] ?? '';
    expect(codeIn(again)).not.toBe(codeIn(first));
    await eventually(
      () =>
        world
          .onSms(siti.number)
          .received()
          .find((text) => /Masih ada permintaan ganti email/.test(text)),
      'the SMS to the old number',
    );
    expect(await world.onSms('+6281277770005').say(codeIn(again))).toMatch(/Perubahan email sudah dibatalkan/);
  });

  test('is cancelled by BATAL also where its code is asked', async () => {
    await hold(stranger);
    await stranger.say('kode lama');
    await stranger.say('1');
    expect(await stranger.say('batal')).toMatch(/Perubahan email sudah dibatalkan/);
    expect(await stranger.say('kode lama')).toMatch(/Tidak ada perubahan yang menunggu/);
  });

  test('takes five wrong codes, then the code is over and the change keeps its time', async () => {
    await hold(stranger);
    await stranger.say('kode lama');
    await stranger.say('1');
    const code = await world.codeMailedTo(siti.email);
    const wrong = (by: number) => String((Number(code) + by) % 1_000_000).padStart(6, '0');
    for (const left of [4, 3, 2, 1]) expect(await stranger.say(wrong(left))).toContain(`sisa ${left} kali`);
    expect(await stranger.say(wrong(5))).toMatch(/tidak dapat dicoba lagi/);
    expect(await stranger.say(code)).not.toMatch(/Selesai/);
    expect(await registered()).toBe(siti.email);
  });

  test('is not released with the code for the new value, nor by another conversation', async () => {
    await hold(stranger);
    const first = await world.codeMailedTo('siti.baru@example.com');
    await stranger.say('kode lama');
    await stranger.say('1');
    expect(await stranger.say(first)).toMatch(/belum cocok/);
    const code = await world.codeMailedTo(siti.email);
    const other = world.onWhatsApp('+6281277770009');
    await other.say(`${siti.nik} ${siti.born}`);
    expect(await other.say('kode lama')).toMatch(/Tidak ada perubahan yang menunggu/);
    await other.say(code);
    expect(await registered()).toBe(siti.email);
  });

  test('waits for the code across an aged identity, and goes on there', async () => {
    await hold(stranger);
    await stranger.say('kode lama');
    await stranger.say('1');
    world.sleep(minutes(16));
    await passTime(world.database.ownerUrl, minutes(16));
    expect(await stranger.say('hm')).toMatch(/cocokkan data sekali lagi/);
    expect(await stranger.say(`${siti.nik} ${siti.born}`)).toMatch(/Ke kontak lama mana/);
    await stranger.say('1');
    expect(await stranger.say(await world.codeMailedTo(siti.email))).toMatch(/^Selesai\./);
  });

  test('asks nobody for a code who is not identified', async () => {
    expect(await stranger.say('kode lama')).toMatch(/perlu mencocokkan data peserta dulu/);
  });
});

describe('the letter to the old mailbox', () => {
  const cancelCode = async () => {
    const { text } = await letterTo(siti.email, /BATAL \S{5}-\S{5}/);
    expect(text).toMatch(/kirim pesan ini ke WhatsApp 0811 9000 0165/);
    return /BATAL (\S{5}-\S{5})/.exec(text)?.[1] ?? '';
  };

  test('has a code that cancels from any number, in one message, and everybody is told', async () => {
    await hold(stranger);
    const code = await cancelCode();
    const anyone = world.onSms('+6281277770004');
    expect(await anyone.say(`batal ${code.toLowerCase()}`)).toMatch(/Perubahan email sudah dibatalkan/);
    await letterTo(siti.email, /sudah dibatalkan/);
    await eventually(() => stranger.received().find((text) => /dibatalkan/.test(text)), 'the news in the chat');
    await passTime(world.database.ownerUrl, minutes(24 * 60));
    expect(await registered()).toBe(siti.email);
    expect(await anyone.say(`BATAL ${code}`)).toMatch(/belum cocok, atau perubahannya sudah selesai/);
  });

  test('is the only one with such a code: no other letter and no SMS has it', async () => {
    await hold(stranger);
    await cancelCode();
    await eventually(
      () => (world.twilio.messages().some((one) => one.to === siti.number) ? true : undefined),
      'the SMS',
    );
    const others = [
      ...world.mail.mails().filter((mail) => mail.to !== siti.email),
      ...world.twilio.messages().map(({ body }) => ({ text: body })),
    ];
    expect(others.filter(({ text }) => /[A-Z2-9]{5}-[A-Z2-9]{5}/.test(text))).toEqual([]);
  });

  test('cannot be guessed: ten wrong codes from a number in a day, and then none is looked up', async () => {
    await hold(stranger);
    const code = await cancelCode();
    const attacker = world.onWhatsApp('+6281277770005');
    for (let tries = 0; tries < 10; tries += 1) {
      expect(await attacker.say(`BATAL A${(tries % 8) + 2}BCD-E2FGH`)).toMatch(/belum cocok/);
    }
    expect(await attacker.say(`BATAL ${code}`)).toMatch(/belum cocok/);
    expect(await world.onWhatsApp('+6281277770006').say(code)).toMatch(/sudah dibatalkan/);
  });
});
