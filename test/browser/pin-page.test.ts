// req:A11 The PIN page with the eyes and hands of a person: a small phone, no script, a keyboard, a screen reader.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { launchBrowser, launchWithinMs } from '../support/browser.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

const siti = { nik: '9901014506850001', born: '05-06-1985', number: '+6281200000011', pin: '135790' };

let world: World;
let browser: Browser;
beforeAll(async () => {
  [browser, world] = await Promise.all([launchBrowser(), createWorld()]);
}, launchWithinMs);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

let mailboxes = 0;

async function linkFor(person: Person): Promise<string> {
  mailboxes += 1;
  const mailbox = `siti.${mailboxes}@example.com`;
  await person.say(`${siti.nik} ${siti.born}`);
  for (const said of ['menu', '1', mailbox, 'ya']) await person.say(said);
  const question = await person.say(await world.codeMailedTo(mailbox));
  return /http:\S+\/pin\/[0-9a-f]{32}/.exec(question)?.[0] ?? '';
}

/** @returns the page, and what the browser complained about */
async function visit(link: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 320, height: 568 },
    javaScriptEnabled: false,
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A page that is over says so by its status, and the browser repeats that.
    if (['error', 'warning'].includes(message.type()) && !message.text().includes('410'))
      complaints.push(message.text());
  });
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  onTestFinished(async () => {
    await context.close();
    world.sleep(25 * 3_600_000);
    await passTime(world.database.ownerUrl, 25 * 3_600_000);
    expect(complaints).toEqual([]);
  });
  await page.goto(link);
  return page;
}

const isWiderThanScreen = (page: Page) => page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth);

/** Colours of a text against what is behind it, as WCAG counts. */
const contrastOf = (page: Page, selector: string) =>
  page.locator(selector).evaluate((element) => {
    const light = (color: string) => {
      const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const view = element.ownerDocument.defaultView;
    const groundOf = (at: typeof element | null): string => {
      const ground = at === null ? 'rgb(255, 255, 255)' : (view?.getComputedStyle(at).backgroundColor ?? '');
      return /, 0\)$/.test(ground) ? groundOf(at?.parentElement ?? null) : ground;
    };
    const [a, b] = [light(view?.getComputedStyle(element).color ?? ''), light(groundOf(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });

test('on 320 pixels, without any script, by keyboard alone: a wrong PIN is explained, the right one saves', async () => {
  const page = await visit(await linkFor(world.onWhatsApp(siti.number)));
  expect(await page.title()).toBe('PIN Mobile JKN');
  expect(await isWiderThanScreen(page)).toBe(false);
  const field = page.getByLabel('PIN Mobile JKN');
  expect(await field.getAttribute('inputmode')).toBe('numeric');
  expect(await field.getAttribute('autocomplete')).toBe('off');
  expect(await field.getAttribute('type')).toBe('password');

  await page.keyboard.type('111111');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const problem = page.getByRole('alert');
  await problem.waitFor();
  expect(await problem.innerText()).toMatch(/PIN belum cocok, sisa 2 kali/);
  expect(await page.title()).toMatch(/^PIN belum cocok/);
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  expect(await field.getAttribute('aria-describedby')).toBe('problem hint');
  expect(await isWiderThanScreen(page)).toBe(false);

  await page.keyboard.type(siti.pin);
  await page.keyboard.press('Enter');
  const result = page.getByRole('status');
  await result.waitFor();
  expect(await result.innerText()).toMatch(/^Selesai\. Email Anda sekarang/);
  expect(await isWiderThanScreen(page)).toBe(false);
  await page.reload();
  expect(await page.locator('main').innerText()).toMatch(/sudah dipakai/);
});

test('a screen reader hears what changes, the field with its name and hint, and the button', async () => {
  const page = await visit(await linkFor(world.onWhatsApp(siti.number)));
  const heard = await page.locator('main').ariaSnapshot();
  expect(heard).toMatch(/heading "PIN Mobile JKN" \[level=1\]/);
  expect(heard).toMatch(/term: Sekarang\n\s*- definition: s•••\S+@example\.com/);
  expect(heard).toMatch(/term: Menjadi/);
  expect(heard).toMatch(/textbox "PIN Mobile JKN"/);
  expect(heard).toMatch(/button "Kirim PIN"/);
  expect(await page.locator('html').getAttribute('lang')).toBe('id');
});

test.each(['light', 'dark'] as const)('every text can be read in a %s browser', async (colorScheme) => {
  const page = await visit(await linkFor(world.onWhatsApp(siti.number)), { colorScheme });
  for (const selector of [
    'h1',
    '.brand',
    'dt >> nth=0',
    'dd >> nth=0',
    'label',
    '.hint',
    '.warning',
    'button',
    'input >> nth=0',
  ])
    expect([selector, (await contrastOf(page, selector)) >= 4.5]).toEqual([selector, true]);
  await page.fill('#pin', '111111');
  await page.click('button');
  await page.getByRole('alert').waitFor();
  expect(await contrastOf(page, '.problem')).toBeGreaterThanOrEqual(4.5);
});

test('what a finger has to hit is large enough, also with large letters', async () => {
  const page = await visit(await linkFor(world.onWhatsApp(siti.number)));
  for (const selector of ['#pin', 'button']) {
    const box = await page.locator(selector).boundingBox();
    expect([selector, (box?.height ?? 0) >= 44]).toEqual([selector, true]);
  }
  await page.setViewportSize({ width: 160, height: 284 });
  expect(await isWiderThanScreen(page)).toBe(false);
});

test('the page is English where the chat is', async () => {
  const person = world.onWhatsApp('+6281277770001');
  await person.say('english');
  const page = await visit(await linkFor(person));
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  await page.getByRole('button', { name: 'Send the PIN' }).waitFor();
  await person.say('cancel');
});
