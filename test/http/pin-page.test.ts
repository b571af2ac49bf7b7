// req:A11 req:A10 The page on which the PIN is typed, from the link in the chat to the words that go on there.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';

const siti = { nik: '9901014506850001', born: '05-06-1985', number: '+6281200000011', pin: '135790' };
const minutes = (count: number) => count * 60_000;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

/** A world of its own, for whoever uses up limits. */
async function ownWorld(env: Record<string, string> = {}): Promise<World> {
  const own = await createWorld(env);
  onTestFinished(() => own.stop());
  return own;
}

let mailboxes = 0;

/** Up to the question for the PIN. @returns the link in the chat */
async function linkFor(person: Person, at = world): Promise<string> {
  mailboxes += 1;
  const mailbox = `siti.${mailboxes}@example.com`;
  await person.say(`${siti.nik} ${siti.born}`);
  await person.say('menu');
  await person.say('1');
  await person.say(mailbox);
  await person.say('ya');
  return linkIn(await person.say(await at.codeMailedTo(mailbox)));
}

const linkIn = (text: string): string => /http:\S+\/pin\/[0-9a-f]{32}/.exec(text)?.[0] ?? `no link in: ${text}`;

interface Page {
  status: number;
  headers: Headers;
  html: string;
  /** as a person reads it */
  text: string;
  attempt: string;
}

async function read(response: Response): Promise<Page> {
  const html = await response.text();
  const text = html
    .replace(/<(head|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
  const attempt = /name="attempt" value="([0-9a-f]{16})"/.exec(html)?.[1] ?? '';
  return { status: response.status, headers: response.headers, html, text, attempt };
}

const open = async (link: string, method = 'GET') => read(await fetch(link, { method }));

async function type(link: string, pin: string, attempt?: string): Promise<Page> {
  const body = new URLSearchParams({ pin, attempt: attempt ?? (await open(link)).attempt });
  return read(await fetch(link, { method: 'POST', body }));
}

const said = (person: Person, what: RegExp) =>
  eventually(() => person.received().find((text) => what.test(text)), `${what} in the chat`);

/** Forgets what Siti's tests have used up. */
async function tomorrow(): Promise<void> {
  world.sleep(minutes(25 * 60));
  await passTime(world.database.ownerUrl, minutes(25 * 60));
}

describe('from the registered number', () => {
  test('the right PIN saves the change, says so on the page and in the chat, and the chat goes on', async () => {
    const person = world.onWhatsApp(siti.number);
    const link = await linkFor(person);
    const form = await open(link);
    expect(form.status).toBe(200);
    expect(form.text).toMatch(/Sekarang s•••h@example\.com Menjadi s•••\S*@example\.com PIN Mobile JKN/);
    expect(form.text).not.toContain('siti.');

    const done = await type(link, siti.pin, form.attempt);
    expect(done.status).toBe(200);
    expect(done.text).toMatch(/Selesai\. Email Anda sekarang .* Nomor referensi UD-\w{6}\. Silakan kembali ke chat\./);
    expect(done.html).not.toContain('<form');
    expect(await said(person, /^Selesai\. Email Anda sekarang/)).toMatch(/Ketik \*1\* untuk ganti email/);
    expect(await person.say('terima kasih')).toMatch(/Sama-sama/);
    await tomorrow();
  });

  test('a hundred scans of the link cost nothing; the PIN works after them, and only once', async () => {
    const person = world.onWhatsApp(siti.number);
    const link = await linkFor(person);
    const scans = await Promise.all(Array.from({ length: 100 }, (_, at) => open(link, at % 2 === 0 ? 'GET' : 'HEAD')));
    expect(new Set(scans.map(({ status }) => status))).toEqual(new Set([200]));
    const form = await open(link);
    expect((await type(link, siti.pin, form.attempt)).text).toContain('Selesai.');
    expect((await type(link, siti.pin, form.attempt)).status).toBe(410);
    expect((await type(link, siti.pin, 'fedcba9876543210')).status).toBe(410);
    expect((await open(link)).status).toBe(410);
    await tomorrow();
  });

  test('a wrong PIN is told on the page alone, which stays open', async () => {
    const person = world.onWhatsApp(siti.number);
    const link = await linkFor(person);
    const before = person.received().length;
    const wrong = await type(link, '111111');
    expect(wrong.status).toBe(200);
    expect(wrong.text).toMatch(/PIN belum cocok, sisa 2 kali/);
    expect(wrong.html).toMatch(/<title>PIN belum cocok/);
    expect(wrong.html).toMatch(/aria-invalid="true"/);
    expect(person.received()).toHaveLength(before);
    expect((await type(link, siti.pin, wrong.attempt)).text).toContain('Selesai.');
    await tomorrow();
  });

  test('the same form sent twice costs one try and gets the same answer', async () => {
    const person = world.onWhatsApp(siti.number);
    const link = await linkFor(person);
    const { attempt } = await open(link);
    const answers = await Promise.all([type(link, '222222', attempt), type(link, '222222', attempt)]);
    for (const answer of [...answers, await type(link, '222222', attempt), await type(link, siti.pin, attempt)]) {
      expect(answer.text).toMatch(/PIN belum cocok, sisa 2 kali/);
    }
    expect((await type(link, '333333')).text).toMatch(/sisa 1 kali/);
    await tomorrow();
  });

  test('what has not the form of a PIN costs no try', async () => {
    const link = await linkFor(world.onWhatsApp(siti.number));
    for (const typed of ['13579', '1357901', 'rahasia', '']) {
      const page = await type(link, typed);
      expect([typed, page.status]).toEqual([typed, 422]);
      expect(page.text).toContain('PIN harus 6 angka. Percobaan Anda tidak berkurang.');
    }
    expect((await type(link, ' １３５ ７９０ ')).text).toContain('Selesai.');
    await tomorrow();
  });
});

describe('wrong PINs', () => {
  test('are counted as in the chat: after the third the page is over, and the chat has the way on', async () => {
    const own = await ownWorld();
    const person = own.onWhatsApp(siti.number);
    const link = await linkFor(person, own);
    expect((await type(link, '111111')).text).toMatch(/sisa 2 kali/);
    expect(await person.say('222222')).toMatch(/sisa 1 kali/);
    const over = await type(link, '333333');
    expect(over.text).toMatch(/tidak dapat dicoba lagi dengan kode tadi/);
    expect(over.html).not.toContain('<form');
    expect(await said(person, /tidak dapat dicoba lagi/)).toMatch(/Ketik \*YA\* agar kode dikirim/);
    expect((await open(link)).status).toBe(410);
    expect(own.directory).toBeDefined();
  });
});

describe('the page is over', () => {
  test('five minutes after it was opened; ULANG in the chat opens another, which ends the one before', async () => {
    const person = world.onWhatsApp(siti.number);
    const first = await linkFor(person);
    world.sleep(minutes(5));
    await passTime(world.database.ownerUrl, minutes(5));
    expect((await open(first)).status).toBe(410);
    const second = linkIn(await person.say('ulang'));
    const third = linkIn(await person.say('ulang'));
    expect(new Set([first, second, third]).size).toBe(3);
    expect((await open(second)).status).toBe(410);
    expect((await type(second, siti.pin, 'fedcba9876543210')).status).toBe(410);
    expect((await open(third)).status).toBe(200);
    await tomorrow();
  });

  test.each(['batal', 'menu', 'kembali', 'petugas'])('once the chat has gone elsewhere with %s', async (word) => {
    const person = world.onWhatsApp(siti.number);
    const link = await linkFor(person);
    await person.say(word);
    const gone = await open(link);
    expect(gone.status).toBe(410);
    expect(gone.text).toMatch(/Halaman ini sudah dipakai atau sudah lewat waktunya\..*This page was used already/);
    expect((await type(link, siti.pin, 'fedcba9876543210')).status).toBe(410);
    await person.say('batal');
    await tomorrow();
  });

  test('when the PIN was typed in the chat', async () => {
    const person = world.onWhatsApp(siti.number);
    const link = await linkFor(person);
    expect(await person.say(siti.pin)).toMatch(/^Selesai/);
    expect((await open(link)).status).toBe(410);
    await tomorrow();
  });
});

test('an unknown page is 404, whatever its address looks like', async () => {
  for (const token of ['0'.repeat(32), '0'.repeat(31), 'x', '%00', '%E0%A4%A', 'a'.repeat(5_000)]) {
    expect((await open(`${world.origin}/pin/${token}`)).status).toBe(404);
    const body = new URLSearchParams({ pin: siti.pin, attempt: '0123456789abcdef' });
    expect((await fetch(`${world.origin}/pin/${token}`, { method: 'POST', body })).status).toBe(404);
  }
  expect((await open(`${world.origin}/pin/`)).status).toBe(404);
});

test('nothing but a small form with its two fields is read', async () => {
  const link = await linkFor(world.onWhatsApp(siti.number));
  const post = async (body: string, type = 'application/x-www-form-urlencoded') =>
    (await fetch(link, { method: 'POST', body, headers: { 'content-type': type } })).status;
  expect(await post('pin=135790&attempt=../../x')).toBe(400);
  expect(await post('{"pin":"135790"}', 'application/json')).toBe(400);
  expect(await post('pin=135790&pin=135790&attempt=0123456789abcdef')).toBe(400);
  expect(await post(`pin=${'1'.repeat(2_000)}&attempt=0123456789abcdef`)).toBeGreaterThanOrEqual(400);
  for (const method of ['PUT', 'DELETE', 'PATCH']) expect((await open(link, method)).status).toBe(405);
  expect((await open(link)).status).toBe(200);
  // A form that is not ours names no attempt; it is taken once, and what the page is worth is said first.
  expect(await post('pin=135790')).toBe(200);
  for (const body of ['pin=135790', 'attempt=../../x', '']) expect(await post(body)).toBe(410);
  await tomorrow();
});

test('every answer forbids scripts, frames, referrers and copies', async () => {
  const link = await linkFor(world.onWhatsApp(siti.number));
  const unknown = `${world.origin}/pin/${'0'.repeat(32)}`;
  for (const page of [await open(link), await open(unknown), await type(link, '12', '0123456789abcdef')]) {
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-security-policy':
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(page.html).not.toMatch(/<script|style="|onclick|<img|<iframe/i);
  }
  await tomorrow();
});

test('an SMS with the link takes two parts at most, and the page speaks the language of the chat', async () => {
  const person = world.onSms('+6281277770001');
  await person.say('english');
  const link = await linkFor(person);
  const asked = world.twilio.messages().findLast((one) => one.body.includes(link));
  expect(asked?.segments).toBeLessThanOrEqual(2);
  const form = await open(link);
  expect(form.html).toContain('<html lang="en">');
  expect(form.text).toMatch(/You are changing the email: Now s•••\S+ New/);
  const held = await type(link, siti.pin);
  expect(held.text).toMatch(/PIN matched\. .* Please go back to the chat\./);
  expect(held.text).not.toMatch(/CANCEL/);
  expect(await said(person, /PIN matched/)).toMatch(/^BPJS Kesehatan: /);
  await person.say('batal');
  await tomorrow();
});

test('where policy wants the PIN on the page only, the chat takes none and loses no try', async () => {
  const own = await ownWorld({ POLICY_PIN_CHAT_ENTRY: 'false' });
  const person = own.onWhatsApp(siti.number);
  const link = await linkFor(person, own);
  const refused = await person.say(siti.pin);
  expect(refused).toMatch(/PIN hanya diisi di halaman aman/);
  expect(refused).not.toMatch(/ketik di sini/);
  expect((await type(link, '111111')).text).toMatch(/sisa 2 kali/);
  expect((await type(link, siti.pin)).text).toContain('Selesai.');
});

test('the PIN, the token and the link are in no log line and in no row', async () => {
  const person = world.onWhatsApp(siti.number);
  const link = await linkFor(person);
  await type(link, siti.pin);
  const token = link.slice(-32);
  expect(world.logged()).not.toContain(token);
  expect(world.logged()).not.toContain(siti.pin);
  const client = new pg.Client({ connectionString: world.database.ownerUrl });
  await client.connect();
  const { rows } = await client.query(
    'select pin_pages::text from pin_pages union all select notices::text from notices',
  );
  await client.end();
  expect(rows.length).toBeGreaterThan(1);
  expect(JSON.stringify(rows)).not.toContain(token);
  await tomorrow();
});
