// The console in a real browser with everything real behind it: two agents, a participant with a phone, and the bot.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser, launchWithinMs } from '../support/browser.ts';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';
import { type DeskAgent, expectNoSidewaysScroll, sitDown, violationsOf } from './desk-agent.ts';

let browser: Browser;
let world: World;
const sitting: DeskAgent[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
}, launchWithinMs);
afterAll(() => browser?.close());

beforeEach(async () => {
  world = await createWorld({ CONSOLE_AUTH: 'dev' });
});
afterEach(async () => {
  for (const agent of sitting.splice(0)) {
    await agent.leave();
    expect(agent.complaints).toEqual([]);
  }
  await world.stop();
});

async function sit(name: string, options?: BrowserContextOptions): Promise<Page> {
  const agent = await sitDown(browser, world.origin, name, options);
  sitting.push(agent);
  return agent.page;
}

const sitiNumber = '+6281200000011';
/** Siti gets as far as the new e-mail address, then wants a person. */
async function sitiAsks(): Promise<Person> {
  const siti = world.onWhatsApp(sitiNumber);
  for (const said of ['halo', '9901014506850001', '05-06-1985', '1', 'petugas', 'Email lama saya tidak aktif lagi']) {
    await siti.say(said);
  }
  return siti;
}
async function claim(page: Page): Promise<void> {
  await page.locator('#cases a').first().click();
  await page.getByRole('button', { name: 'Ambil kasus' }).click();
  await page.locator('#reply').waitFor();
}
const status = (page: Page) => page.locator('#status');

test('two agents race for a case: one has it, the other is told who', async () => {
  await sitiAsks();
  const [ayu, bima] = [await sit('Petugas A'), await sit('Petugas B')];
  // Nobody hears of the other before both have pressed.
  for (const page of [ayu, bima]) {
    await page.locator('#cases a').first().click();
    await page.getByRole('button', { name: 'Ambil kasus' }).waitFor();
  }
  await Promise.all(
    [ayu, bima].map((page) =>
      page.locator('#do-claim').evaluate((button) => (button as unknown as { click(): void }).click()),
    ),
  );

  await Promise.all([ayu, bima].map((page) => status(page).getByText(/Kasus/).waitFor()));
  const winner = (await ayu.locator('#reply').count()) === 1 ? ayu : bima;
  const loser = winner === ayu ? bima : ayu;
  await winner.getByText('Kasus Anda pegang').waitFor();
  expect(await status(loser).textContent()).toMatch(/sudah dipegang/);
  expect(await loser.locator('#log').count()).toBe(0);
  await loser.getByText('Pilih kasus di daftar').waitFor();
});

test('claim, reply, return to the bot at a step, and the participant finishes the change', async () => {
  const siti = await sitiAsks();
  const page = await sit('Petugas A');
  await claim(page);
  expect(await page.locator('#log').innerText()).toContain('Email lama saya tidak aktif lagi');

  await page.fill('#reply', 'Selamat siang, saya bantu sampai selesai.');
  await page.keyboard.press('Control+Enter');
  await page.locator('#log .agent', { hasText: 'saya bantu sampai selesai' }).waitFor();
  const heard = await eventually(
    () => siti.received().find((text) => text.includes('saya bantu sampai selesai')),
    'the reply on the phone',
  );
  expect(heard).toMatch(/^Petugas 165 - Ayu/);
  expect(await page.locator('#reply').inputValue()).toBe('');

  expect(await siti.say('terima kasih')).toBe('');
  await page.locator('#log .participant', { hasText: 'terima kasih' }).waitFor();

  await page.locator('#return-panel > summary').click();
  await page.getByLabel('Data baru').check();
  await page.getByRole('button', { name: 'Lihat kalimat' }).click();
  const preview = (await page.locator('#preview-text').innerText()).trim();
  await page.getByRole('button', { name: 'Kembalikan sekarang' }).click();
  await status(page).getByText('dikembalikan ke bot').waitFor();
  const told = await eventually(() => siti.received().find((text) => text.includes('email baru')), 'the prompt');
  expect(told.replaceAll('*', '').replace(/\s+/g, ' ')).toContain(
    preview.split('\n').at(-1)?.replaceAll('*', '').trim(),
  );

  await siti.say('siti.baru@example.com');
  await siti.say('YA');
  await siti.say(await world.codeMailedTo('siti.baru@example.com'));
  expect(await siti.say('135790')).toMatch(/^Selesai\./);
});

test('the whole of it by keyboard alone', async () => {
  const siti = await sitiAsks();
  const page = await sit('Petugas A');
  const { keyboard } = page;
  const focused = () => page.evaluate('document.activeElement.id');
  const tabTo = async (id: string) => {
    for (let presses = 0; (await focused()) !== id; presses += 1) {
      expect([id, presses < 60]).toEqual([id, true]);
      await keyboard.press('Tab');
    }
  };
  const row = (await page.locator('#cases a').first().getAttribute('id')) ?? '';
  await tabTo(row);
  await keyboard.press('Enter');
  await page.locator('#do-claim').waitFor();
  await tabTo('do-claim');
  await keyboard.press('Enter');
  await page.locator('#reply').waitFor();
  await expect.poll(focused).toBe('reply');

  await keyboard.type('Selamat siang');
  await keyboard.press('Control+Enter');
  await page.locator('#log .agent').waitFor();
  await eventually(() => siti.received().find((text) => text.includes('Selamat siang')), 'the reply');

  await page.locator('#return-panel > summary').focus();
  await keyboard.press('Enter');
  await tabTo('');
  await page.locator('#return-panel input[value=menu]').focus();
  await tabTo('preview');
  await keyboard.press('Enter');
  await page.locator('#preview-text').waitFor();
  await expect.poll(focused).toBe('review-title');
  await tabTo('confirm-return');
  await keyboard.press('Enter');
  await status(page).getByText('dikembalikan ke bot').waitFor();
});

test('a case is resolved with its result, and nothing is typed twice', async () => {
  await sitiAsks();
  const page = await sit('Petugas A');
  await claim(page);
  await page.getByRole('button', { name: 'Selesaikan' }).click();
  await page.getByLabel('Terbantu').check();
  await page.getByRole('button', { name: 'Simpan hasil' }).click();
  await status(page).getByText('Hasil dicatat').waitFor();
  await page.getByRole('link', { name: /^Selesai/ }).click();
  await page.locator('#cases', { hasText: 'Diselesaikan petugas' }).waitFor();
});

test('draft, cursor and order stay while the list moves, and the draft is there on another machine', async () => {
  const siti = await sitiAsks();
  const page = await sit('Petugas A');
  await claim(page);
  await page.locator('#reply').pressSequentially('Mohon tunggu, saya periksa dulu');
  await page.evaluate("document.getElementById('reply').setSelectionRange(5, 11)");
  const before = await page.locator('#reply').elementHandle();
  await page.locator('#draft-state', { hasText: 'Draf tersimpan' }).waitFor();

  for (const number of [21, 22, 23]) await world.onWhatsApp(`+62812000009${number}`).say('petugas');
  await siti.say('Halo?');
  await page.locator('#log', { hasText: 'Halo?' }).waitFor();
  await page.locator('#view-queue', { hasText: '3' }).waitFor();

  expect(await page.evaluate('document.activeElement.id')).toBe('reply');
  expect(await page.locator('#reply').inputValue()).toBe('Mohon tunggu, saya periksa dulu');
  expect(
    await page.evaluate(
      "[document.getElementById('reply').selectionStart, document.getElementById('reply').selectionEnd]",
    ),
  ).toEqual([5, 11]);
  expect(await page.evaluate((area) => (area as unknown as { isConnected: boolean }).isConnected, before)).toBe(true);

  const elsewhere = await sit('Petugas A');
  await elsewhere.goto(page.url());
  expect(await elsewhere.locator('#reply').inputValue()).toBe('Mohon tunggu, saya periksa dulu');
});

test('rows do not move under a pointer: new ones wait behind a button', async () => {
  await world.onWhatsApp('+6281200000931').say('petugas');
  const page = await sit('Petugas A');
  await page.locator('#cases a').first().hover();
  const first = await page.locator('#cases li').first().getAttribute('id');
  await world.onWhatsApp('+6281200000932').say('petugas');
  await page.locator('#fresh', { hasText: '1 baru' }).waitFor();
  expect(await page.locator('#cases li').count()).toBe(1);
  // By keyboard: a pointer on its way there leaves the list, and that alone lets the rows in.
  await page.locator('#fresh').press('Enter');
  await expect.poll(() => page.locator('#cases li').count()).toBe(2);
  expect(await page.locator('#cases li').first().getAttribute('id')).toBe(first);
});

test('a new case is said aloud once, and the title counts it', async () => {
  const page = await sit('Petugas A');
  await page.getByText('Tidak ada yang menunggu').waitFor();
  await world.onWhatsApp('+6281200000941').say('petugas');
  await status(page).getByText('Menunggu di antrean: 1').waitFor();
  expect(await page.title()).toBe('(1) Kerja · Konsol 165');
});

test('a lost connection is said, what is typed stays, and all is caught up once it is back', async () => {
  const siti = await sitiAsks();
  const page = await sit('Petugas A');
  await claim(page);
  const offline = page.locator('#offline');
  await page.context().setOffline(true);
  // A stream that is open already is cut by the other side.
  await world.restart();
  await offline.waitFor();
  await page.locator('#reply').pressSequentially('Sebentar ya');
  expect(await page.getByRole('button', { name: 'Kirim balasan' }).isDisabled()).toBe(true);
  await siti.say('Masih di sana?');

  await page.context().setOffline(false);
  await offline.waitFor({ state: 'hidden' });
  await page.locator('#log', { hasText: 'Masih di sana?' }).waitFor();
  expect(await page.locator('#reply').inputValue()).toBe('Sebentar ya');
  await page.getByRole('button', { name: 'Kirim balasan' }).click();
  await eventually(() => siti.received().find((text) => text.includes('Sebentar ya')), 'the reply');
  sitting[0]?.complaints.splice(0);
}, 60_000);

test('a session that ends is said, and the composer is off', async () => {
  await sitiAsks();
  const page = await sit('Petugas A');
  await claim(page);
  const supervisor = await sit('Supervisor');
  await supervisor.goto(`${world.origin}/console/board`);
  await supervisor.getByRole('button', { name: 'Akhiri sesi Petugas A' }).click();
  await status(supervisor).getByText('Sesi diakhiri').waitFor();
  await world.onWhatsApp('+6281200000951').say('petugas');
  await page.locator('#ended').waitFor();
  expect(await page.getByRole('button', { name: 'Kirim balasan' }).isDisabled()).toBe(true);
});

test('one field is open for thirty seconds, with a reason, and not in what is fetched later', async () => {
  await sitiAsks();
  const page = await sit('Petugas A');
  await page.clock.install();
  await page.reload();
  await claim(page);
  await page.locator('#reveal > summary').click();
  await page.locator('#reveal select').selectOption('email');
  await page.locator('#reveal input[name=reason]').fill('mengeja alamat');
  await page.getByRole('button', { name: 'Buka 30 detik' }).click();
  await page.locator('#revealed', { hasText: 'siti.aminah@example.com' }).waitFor();
  const later = await page.request.get(page.url());
  expect(await later.text()).not.toContain('siti.aminah@example.com');
  await page.clock.runFor(29_000);
  expect(await page.locator('#revealed').count()).toBe(1);
  await page.clock.runFor(2_000);
  await page.locator('#revealed').waitFor({ state: 'detached' });
});

test('a supervisor takes over, and the agent stops seeing the conversation', async () => {
  await sitiAsks();
  const page = await sit('Petugas A');
  await claim(page);
  const supervisor = await sit('Supervisor');
  await supervisor.getByRole('link', { name: /^Semua/ }).click();
  await supervisor.locator('#cases a').first().click();
  await supervisor.locator('#log').waitFor();
  await supervisor.locator('#supervisor-panel > summary').click();
  await supervisor.getByRole('button', { name: 'Ambil alih' }).click();
  await supervisor.locator('#reply').waitFor();
  await page.getByText('Pilih kasus di daftar').waitFor();
  expect(await page.locator('#log').count()).toBe(0);
  expect(await page.content()).not.toContain('Email lama saya tidak aktif lagi');
});

test('a parked case comes back when the participant writes', async () => {
  const siti = await sitiAsks();
  const page = await sit('Petugas A');
  await claim(page);
  await page.locator('#park-panel > summary').click();
  await page.locator('#park-panel').getByRole('button', { name: 'Parkir' }).click();
  await status(page).getByText('Kasus diparkir').waitFor();
  await page.locator('#talk-head', { hasText: 'Diparkir' }).waitFor();
  await siti.say('Saya sudah di kantor');
  await page.locator('#talk-head', { hasText: 'Dengan petugas' }).waitFor();
  await page.locator('#reply').waitFor();
});

test('started for a caller: the caller types the case word, and the bot asks for every proof', async () => {
  const page = await sit('Senior');
  await page.getByRole('link', { name: 'Mulai untuk penelepon' }).click();
  await page.getByRole('button', { name: 'Siapkan kasus' }).click();
  await page.getByRole('button', { name: 'Buat kata kasus' }).click();
  const word = await page.locator('#case-word').innerText();
  expect(word).toMatch(/^KASUS [A-Z ]+ \d{1,2}$/);
  const caller = world.onWhatsApp(sitiNumber);
  expect(await caller.say(word)).toMatch(/NIK/);
  await page.getByRole('link', { name: 'Kerja' }).first().click();
  await page.getByRole('link', { name: /^Milik saya/ }).click();
  await page.locator('#cases', { hasText: 'Bot bekerja' }).waitFor();
});

test('without JavaScript a case is claimed, answered and returned all the same', async () => {
  const siti = await sitiAsks();
  const page = await sit('Petugas A', { javaScriptEnabled: false });
  await page.locator('#cases a').first().click();
  await page.getByRole('button', { name: 'Ambil kasus' }).click();
  await page.fill('#reply', 'Selamat siang');
  await page.getByRole('button', { name: 'Kirim balasan' }).click();
  await eventually(() => siti.received().find((text) => text.includes('Selamat siang')), 'the reply');
  await page.locator('#return-panel > summary').click();
  await page.getByLabel('Menu awal').check();
  await page.getByRole('button', { name: 'Lihat kalimat' }).click();
  await page.getByRole('button', { name: 'Kembalikan sekarang' }).click();
  await status(page).getByText('dikembalikan ke bot').waitFor();
});

test('what participants write is text, whatever it looks like', async () => {
  const siti = await sitiAsks();
  const payloads = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    '<form action=/console/sign-out method=post><button>ok',
    '<a href="javascript:alert(1)">x</a>',
    '</textarea><script>alert(1)</script>',
    '<meta http-equiv=refresh content=0;url=https://evil.example>',
    '<base href=https://evil.example>',
    '{{constructor.constructor("alert(1)")()}}',
    '<details open ontoggle=alert(1)>',
    '<iframe srcdoc="<script>alert(1)</script>">',
  ];
  const page = await sit('Petugas A');
  await claim(page);
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(world.origin)) foreign.push(request.url());
  });
  for (const payload of payloads) await siti.say(payload);
  await page.locator('#log', { hasText: 'srcdoc' }).waitFor();
  await page.reload();
  const said = await page.locator('#log .said').allInnerTexts();
  expect(payloads.filter((payload) => !said.includes(payload))).toEqual([]);
  expect(await page.locator('#log :is(script, img, form, iframe, a, base, meta)').count()).toBe(0);
  expect(foreign).toEqual([]);
});

describe('every screen is without a violation of WCAG 2.2 AA', () => {
  const looks: [string, BrowserContextOptions][] = [
    ['in the light', { colorScheme: 'light' }],
    ['in the dark', { colorScheme: 'dark' }],
    ['at 320 px', { viewport: { width: 320, height: 640 } }],
    ['at 320 px in the dark', { viewport: { width: 320, height: 640 }, colorScheme: 'dark' }],
    ['on a tablet', { viewport: { width: 820, height: 1100 } }],
  ];
  test.each(looks)(
    '%s',
    async (look, options) => {
      const seen: string[] = [];
      const check = async (page: Page, screen: string) => {
        seen.push(...(await violationsOf(page)).map((line) => `${screen}: ${line}`));
        await expectNoSidewaysScroll(page);
        if (process.env.SCREENSHOTS !== undefined) {
          await page.screenshot({ path: `${process.env.SCREENSHOTS}/${look}-${screen}.png`.replaceAll(' ', '-') });
        }
      };
      const context = await browser.newContext(options);
      const stranger = await context.newPage();
      await stranger.goto(`${world.origin}/console`);
      await check(stranger, 'sign-in');
      await context.close();

      const page = await sit('Petugas A', options);
      await check(page, 'no case');
      await sitiAsks();
      await page.locator('#cases a').first().waitFor();
      await check(page, 'queue');
      await page.locator('#cases a').first().click();
      await page.locator('#do-claim').waitFor();
      await check(page, 'case to claim');
      await page.locator('#do-claim').click();
      await page.locator('#reply').waitFor();
      await page.locator('#note-box > summary').click();
      await check(page, 'conversation');
      await page.fill('#reply', 'Tolong kirim PIN Anda');
      await page.getByRole('button', { name: 'Kirim balasan' }).click();
      await page.locator('#problems').waitFor();
      await check(page, 'blocked reply');
      await page.fill('#reply', '');
      await page.locator('#return-panel > summary').click();
      await page.getByRole('button', { name: 'Lihat kalimat' }).click();
      await page.locator('#preview-text').waitFor();
      await check(page, 'return');
      await page.locator('.me > summary').click();
      await check(page, 'menu');

      const supervisor = await sit('Supervisor', options);
      for (const screen of ['board', 'audit', 'start']) {
        await supervisor.goto(`${world.origin}/console/${screen}`);
        await check(supervisor, screen);
      }
      await supervisor.getByRole('button', { name: 'Siapkan kasus' }).click();
      await supervisor.getByRole('button', { name: 'Buat kata kasus' }).click();
      await supervisor.locator('#case-word').waitFor();
      await check(supervisor, 'case word');
      await supervisor.goto(`${world.origin}/console/work?view=all`);
      await supervisor.locator('#cases a', { hasText: 'Meminta petugas' }).click();
      await supervisor.locator('#supervisor-panel > summary').click();
      await check(supervisor, 'case of an agent');

      const admin = await sit('Admin', options);
      await check(admin, 'admin');
      expect(seen).toEqual([]);
    },
    120_000,
  );
});
