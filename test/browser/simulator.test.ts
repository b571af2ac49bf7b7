// The simulator in a real browser, with everything real behind it: what a newcomer sees within the first minutes.
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createLogger } from '#src/log.ts';
import { type Simulator, startSimulator } from '#src/simulator/start.ts';
import { launchBrowser, launchWithinMs } from '../support/browser.ts';
import { type Visitor, visit } from './visitor.ts';

let dataDir: string;
let simulator: Simulator;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'ubah-data-simulator-'));
  browser = await launchBrowser();
  simulator = await startSimulator({ env: { PORT: '0' }, dataDir, log: createLogger('silent') });
}, launchWithinMs);

afterAll(async () => {
  await browser?.close();
  await simulator?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  visitor = await visit(browser, simulator.url);
  await visitor.startOver();
  await visitor.pick('Siti Aminah');
});

afterEach(async () => {
  await visitor.leave();
  expect(visitor.complaints).toEqual([]);
});

const siti = ['halo', '9901014506850001', '05-06-1985'];
const pin = '135790';

const card = () => visitor.page.locator('.card');
const letter = (to: string, subject: string) =>
  visitor.page
    .locator('.letter')
    .filter({ hasText: `untuk ${to}` })
    .filter({ hasText: subject });

test('an e-mail change on WhatsApp from the registered number is saved with the code from the mailbox', async () => {
  await visitor.sayAll(...siti, '1', 'siti.baru@example.com', 'YA');
  await visitor.say(await visitor.code('mailbox'));
  const answer = await visitor.say(pin);

  expect(answer).toMatch(/^Selesai\. Email Anda sekarang s•••u@example\.com/);
  await card().getByText('siti.baru@example.com').waitFor();
  await letter('siti.aminah@example.com', 'email Anda sudah diganti').waitFor();
});

test('a mobile number change by SMS is saved with the code from the second phone', async () => {
  await visitor.open('SMS');
  await visitor.sayAll(...siti, '2', '0812 9900 0011', 'YA');
  await visitor.say(await visitor.code('second phone'));
  const answer = await visitor.say(pin);

  expect(answer).toMatch(/Selesai\. Nomor HP Anda sekarang 0812 \*{4} \*{2}11/);
  await card().getByText('+62 812-9900-0011').waitFor();
  await letter('siti.aminah@example.com', 'nomor HP Anda sudah diganti').waitFor();
  await visitor.page.locator('#log .received').last().getByText('1 segmen').waitFor();
});

test('a change from another number is held, and applied when 24 hours have passed', async () => {
  await visitor.page.getByRole('switch', { name: 'Tulis dari nomor lain' }).click();
  await visitor.page.getByText('nomor lain', { exact: false }).first().waitFor();
  await visitor.page.locator('.own', { hasText: '+62 812-9900-9999' }).waitFor();
  await visitor.sayAll(...siti, '1', 'siti.baru@example.com', 'YA');
  await visitor.say(await visitor.code('mailbox'));
  const answer = await visitor.say(pin);

  expect(answer).toMatch(/email baru mulai berlaku/);
  await letter('siti.aminah@example.com', 'permintaan mengganti email').waitFor();
  await card().getByText('siti.aminah@example.com').waitFor();

  await visitor.page.getByRole('button', { name: 'Lewati 24 jam' }).click();

  await letter('siti.aminah@example.com', 'email Anda sudah diganti').waitFor();
  await card().getByText('siti.baru@example.com').waitFor();
  expect(await visitor.say('halo')).toMatch(/Mohon ketik NIK/);
}, 40_000);

test('the registered number cancels a held change with one word', async () => {
  const otherNumber = visitor.page.getByRole('switch', { name: 'Tulis dari nomor lain' });
  await otherNumber.click();
  await visitor.page.locator('.own', { hasText: '+62 812-9900-9999' }).waitFor();
  await visitor.sayAll(...siti, '1', 'siti.baru@example.com', 'YA');
  await visitor.say(await visitor.code('mailbox'));
  await visitor.say(pin);

  await otherNumber.click();
  await visitor.page.locator('.own', { hasText: '+62 812-0000-0011' }).waitFor();
  expect(await visitor.say('BATAL')).toMatch(/sudah dibatalkan/);
}, 40_000);

test('starting over brings back the sample data, the empty phones and the empty mailbox', async () => {
  const { page } = visitor;
  await visitor.sayAll(...siti, '1', 'siti.baru@example.com', 'YA');
  await visitor.say(await visitor.code('mailbox'));
  await visitor.say(pin);
  await card().getByText('siti.baru@example.com').waitFor();

  await page.getByRole('button', { name: 'Mulai dari awal' }).click();

  await card().getByText('siti.aminah@example.com').waitFor();
  await page.getByText('Belum ada surat').waitFor();
  expect(await page.locator('#log .bubble').count()).toBe(0);
  expect(await visitor.say('halo')).toMatch(/Mohon ketik NIK/);
});

test('starting over lifts the limits', async () => {
  const guess = async () => {
    await visitor.say('halo');
    for (let tries = 0; tries < 6; tries += 1) await visitor.sayAll('9901014506850001', '01-01-1990');
    return visitor.sayAll('9901014506850001', '05-06-1985');
  };
  expect(await guess()).not.toMatch(/Ganti email/);
  await visitor.startOver();
  expect(await visitor.sayAll(...siti)).toMatch(/Ganti email/);
}, 40_000);

test('a sample participant brings the registered number along', async () => {
  await visitor.pick('Budi Santoso');
  await visitor.page.locator('.own', { hasText: '+62 812-0000-0022' }).waitFor();
  await card().getByText('246801').waitFor();
  await visitor.pick('Agus Wijaya');
  await visitor.page.locator('.own', { hasText: 'nomor lain' }).waitFor();
});

test('a reload and a second tab show the same conversation, and go on with it', async () => {
  await visitor.say('halo');
  await visitor.page.reload();
  expect(await visitor.page.locator('#log .received').count()).toBe(1);

  const second = await visit(browser, simulator.url);
  await second.say('9901014506850001');
  await visitor.page.locator('#log .received').nth(1).waitFor();
  await second.leave();
  expect(second.complaints).toEqual([]);
});

test('a picture, a voice note, a location and a contact are each answered', async () => {
  const { page } = visitor;
  await visitor.say('halo');
  for (const [index, name] of ['Gambar', 'Pesan suara', 'Lokasi', 'Kontak'].entries()) {
    await page.getByLabel('Lampirkan').click();
    await page.getByRole('button', { name, exact: true }).click();
    await page
      .locator('#log .received')
      .nth(index + 1)
      .waitFor();
  }
  expect(await page.locator('#log .attached').allInnerTexts()).toEqual(['Gambar', 'Pesan suara', 'Lokasi', 'Kontak']);
});

test('a value on the card is typed by a tap and sent by Enter', async () => {
  const { page } = visitor;
  await visitor.say('halo');
  await page.locator('.card').getByRole('button', { name: '9901014506850001' }).click();
  expect(await page.locator('#composer').inputValue()).toBe('9901014506850001');
  expect(await page.evaluate('document.activeElement.id')).toBe('composer');
  await page.keyboard.press('Enter');
  await page.getByText('Mohon ketik tanggal lahir').waitFor();
});

test('what can be tapped on a phone is tapped here, by mouse and by keyboard, and an old button says so', async () => {
  const { page } = visitor;
  const button = (name: string) => page.locator('.taps').getByRole('button', { name });
  const answered = (text: RegExp) => page.locator('#log .received').last().getByText(text).waitFor();
  await visitor.sayAll(...siti);
  await button('Ganti email').click();
  await answered(/Mohon ketik email baru/);
  expect(await page.locator('#log .written .said').last().innerText()).toBe('Ganti email');
  expect(await page.evaluate('document.activeElement.id')).toBe('composer');

  await visitor.say('siti.satu@example.com');
  await visitor.say('siti.dua@example.com');
  await button('Ya, kirim kode').first().click();
  await answered(/pesan yang lama/);
  expect(await page.locator('.letter').count()).toBe(0);
  await button('Ya, kirim kode').last().focus();
  await page.keyboard.press('Enter');
  await answered(/Kode 6 angka/);

  const list = page.locator('.taps summary', { hasText: 'Kode belum masuk?' });
  await list.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Kirim kode baru');
  await button('Kembali').click();
  await answered(/Mohon ketik email baru/);

  await visitor.open('SMS');
  await visitor.sayAll(...siti);
  expect(await page.locator('.taps').count()).toBe(0);
}, 40_000);

test('the whole change is walked with the keyboard alone', async () => {
  const { page } = visitor;
  await page.reload();
  const focused = () => page.evaluate('document.activeElement.id');
  expect(await focused()).toBe('composer');
  const type = async (text: string, expected: RegExp) => {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await page.locator('#log .received').last().locator('.said', { hasText: expected }).waitFor();
    expect(await focused()).toBe('composer');
  };
  await type('halo', /Mohon ketik NIK/);
  await type('9901014506850001', /tanggal lahir/);
  await type('05-06-1985', /Ganti email/);
  await type('1', /email baru/);
  await type('siti.baru@example.com', /Sudah benar/);
  await type('YA', /Kode 6 angka/);
  await type(await visitor.code('mailbox'), /PIN Mobile JKN/);
  await type(pin, /Selesai/);

  await reach('tab-whatsapp', 'Shift+Tab');
  await page.keyboard.press('ArrowRight');
  await page.locator('#chat.sms').waitFor();
  expect(await focused()).toBe('tab-sms');
  await reach('pass-day', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByText('24 jam sudah lewat').waitFor();
  expect(await focused()).toBe('pass-day');

  async function reach(id: string, key: string): Promise<void> {
    for (let presses = 0; presses < 80 && (await focused()) !== id; presses += 1) await page.keyboard.press(key);
    expect(await focused()).toBe(id);
  }
}, 40_000);

test.each(['light', 'dark'] as const)('nothing scrolls sideways at 320 px in %s', async (colorScheme) => {
  const narrow = await visit(browser, simulator.url, { viewport: { width: 320, height: 640 }, colorScheme });
  const { page } = narrow;
  await narrow.sayAll(...siti, '1', 'siti.yang.namanya.sangat.panjang.sekali@example.com', 'YA');
  await narrow.code('mailbox');
  await narrow.say('x'.repeat(400));
  for (const channel of ['SMS', 'WhatsApp'] as const) {
    await narrow.open(channel);
    const tooWide = await page.evaluate(`[...document.querySelectorAll('html, body *')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      .filter((element) => element.checkVisibility() && getComputedStyle(element).display !== 'inline')
      .filter((element) => !element.matches('.unseen, textarea, svg, svg *'))
      .map((element) => element.outerHTML.slice(0, 80))`);
    expect(tooWide).toEqual([]);
  }
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await narrow.leave();
  expect(narrow.complaints).toEqual([]);
});

test('what looks like markup stays what was typed', async () => {
  const markup = '<img src=x onerror=alert(1)> *<b>tebal</b>* & "kutip"';
  await visitor.say(markup);
  const said = visitor.page.locator('#log .written .said').last();
  expect(await said.innerText()).toBe('<img src=x onerror=alert(1)> <b>tebal</b> & "kutip"');
  expect(await said.locator('strong').innerText()).toBe('<b>tebal</b>');
  expect(await said.locator('img, b').count()).toBe(0);
});

test('every message that is new is read out once, by a log that is there before it', async () => {
  const { page } = visitor;
  await visitor.say('halo');
  await page.getByRole('log', { name: 'Percakapan' }).waitFor();
  await page.evaluate(`window.added = [];
    new MutationObserver((records) => {
      for (const record of records) for (const node of record.addedNodes) window.added.push(node.id);
    }).observe(document.getElementById('log'), { childList: true });`);
  await visitor.say('9901014506850001');
  const added = z.array(z.string()).parse(await page.evaluate('window.added'));
  expect(added.filter((id) => id !== 'log-typing')).toHaveLength(2);
});

// --- nobody but this page drives it ---------------------------------------------------------------------------------------

const send = (method: string, path: string, headers: Record<string, string>) =>
  new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    request(new URL(path, simulator.url), { method, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    })
      .on('error', reject)
      .end();
  });

test('a foreign host name gets nothing, whatever it resolves to', async () => {
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '192.168.1.4:3000']) {
    expect(await send('GET', '/simulator', { host })).toMatchObject({ status: 403 });
    expect(await send('POST', '/simulator/fresh', { host, 'sec-fetch-site': 'same-origin' })).toMatchObject({
      status: 403,
    });
  }
});

test('a form of another page is refused', async () => {
  const own = new URL(simulator.url).origin;
  const refused: Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', origin: own },
    { origin: 'http://evil.example' },
    { origin: 'null' },
  ];
  for (const headers of refused) {
    expect(await send('POST', '/simulator/fresh', headers)).toMatchObject({ status: 403 });
  }
  expect(await send('POST', '/simulator/day', { origin: own })).toMatchObject({ status: 303 });
});

test('the page and its parts come with a strict policy and are kept by nobody', async () => {
  for (const path of ['/simulator', '/simulator/simulator.js', '/simulator/simulator.css', '/simulator/icon.svg']) {
    const { status, headers } = await send('GET', path, {});
    expect([path, status]).toEqual([path, 200]);
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  }
});

test('one click leads to Care Center 165, where sample agents are waiting to be played', async () => {
  const opened = visitor.page.context().waitForEvent('page');
  await visitor.page.getByRole('link', { name: /Konsol 165/ }).click();
  const desk = await opened;
  await desk.getByRole('button', { name: 'Petugas A' }).click();
  await desk.getByText('Tidak ada yang menunggu').waitFor();
});
