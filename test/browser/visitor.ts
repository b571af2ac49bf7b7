// Somebody who sits in front of the simulator's page and does what its buttons offer.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface Visitor {
  page: Page;
  /** Types and sends, then waits. @returns what has come since, as the phone shows it */
  say(text: string): Promise<string>;
  /** Several messages, one after the other. @returns the last answer */
  sayAll(...texts: string[]): Promise<string>;
  /** Switches to the conversation of that channel. */
  open(channel: 'WhatsApp' | 'SMS'): Promise<void>;
  pick(name: string): Promise<void>;
  startOver(): Promise<void>;
  /** the newest code that arrived there */
  code(where: 'mailbox' | 'second phone'): Promise<string>;
  /** what the browser complained about: errors, blocked content */
  complaints: string[];
  leave(): Promise<void>;
}

const lists = { mailbox: '#mails', 'second phone': '#elsewhere' };

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    // The stream of events ends with its page.
    if (!request.url().endsWith('/events')) complaints.push(`failed: ${request.url()}`);
  });
  await page.goto(url);

  const answers = page.locator('#log .received .said');
  const say = async (text: string) => {
    const before = await answers.count();
    await page.fill('#composer', text);
    await page.keyboard.press('Enter');
    await expect.poll(() => answers.count(), { timeout: 10_000 }).toBeGreaterThan(before);
    // News may come between: the answer is there when nobody types any more.
    await page.locator('#log-typing').waitFor({ state: 'detached' });
    return (await answers.allInnerTexts()).slice(before).join('\n\n');
  };
  return {
    page,
    complaints,
    say,
    async sayAll(...texts) {
      let answer = '';
      for (const text of texts) answer = await say(text);
      return answer;
    },
    async open(channel) {
      await page.getByRole('tab', { name: channel }).click();
      await page.locator(`#chat.${channel.toLowerCase()}`).waitFor();
    },
    async pick(name) {
      await page.getByRole('button', { name }).click();
      await page.getByRole('button', { name, pressed: true }).and(page.locator(':not([aria-busy])')).waitFor();
    },
    async startOver() {
      await page.getByRole('button', { name: 'Mulai dari awal' }).click();
      await page.getByText('Semua dimulai dari awal').waitFor();
      await page.locator('#start-over:not([aria-busy])').waitFor();
    },
    async code(where) {
      const code = page.locator(`${lists[where]} .code`).first();
      await code.waitFor();
      return (await code.textContent()) ?? '';
    },
    leave: () => context.close(),
  };
}
