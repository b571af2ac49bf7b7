// A day at the console in one browser and one world: tabs in the background, cases that wander, big letters, nasty texts,
// and what nobody may ever see. Each test has a participant of its own.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { query } from '../console/browser.ts';
import { launchBrowser, launchWithinMs } from '../support/browser.ts';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';
import { type DeskAgent, expectNoSidewaysScroll, sitDown, violationsOf } from './desk-agent.ts';
import { nastyTexts } from './nasty-texts.ts';

let browser: Browser;
let world: World;
const sitting: DeskAgent[] = [];

beforeAll(async () => {
  [browser, world] = await Promise.all([
    launchBrowser(),
    createWorld({
      CONSOLE_AUTH: 'dev',
      POLICY_CASE_MAX_OPEN: '20',
      POLICY_HOLD_WITHOUT_OLD_CONTACT: 'fourEyes',
      TEMPLATE_NOTICE_AGENT_ID: `HX${'a'.repeat(32)}`,
    }),
  ]);
}, launchWithinMs);
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});
afterEach(async () => {
  for (const agent of sitting.splice(0)) {
    await agent.leave();
    expect(agent.complaints).toEqual([]);
  }
});

async function sit(name: string, options?: BrowserContextOptions): Promise<Page> {
  const agent = await sitDown(browser, world.origin, name, options);
  sitting.push(agent);
  return agent.page;
}

let people = 0;
/** Somebody who has asked for a person; the case is the newest. */
async function asks(...first: string[]): Promise<{ phone: Person; caseId: string }> {
  people += 1;
  const phone = world.onWhatsApp(`+62812777700${String(people).padStart(2, '0')}`);
  for (const said of [...first, 'petugas']) await phone.say(said);
  const [row] = await query(world, 'select case_id from cases order by created_at desc limit 1');
  return { phone, caseId: String(row?.case_id) };
}
const open = (page: Page, caseId: string, view = 'queue') =>
  page.goto(`${world.origin}/console/work?view=${view}&case=${caseId}`);
async function claim(page: Page, caseId: string): Promise<void> {
  await open(page, caseId);
  await page.locator('#do-claim').click();
  await page.locator('#reply').waitFor();
}
const status = (page: Page) => page.locator('#status');

/** The tab goes behind another one, or comes back, as the page is told of it. */
const hide = (page: Page, isHidden: boolean) =>
  page.evaluate((hidden) => {
    const { document, Event: NewEvent } = globalThis as unknown as { document: EventTarget; Event: typeof Event };
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      get: () => (hidden ? 'hidden' : 'visible'),
    });
    document.dispatchEvent(new NewEvent('visibilitychange'));
  }, isHidden);

test('a tab in the background counts on in its title, keeps the draft, and a frozen one catches up', async () => {
  const { phone, caseId } = await asks();
  const page = await sit('Petugas A');
  await claim(page, caseId);
  await page.locator('#reply').pressSequentially('Sebentar');
  await hide(page, true);
  const waiting = Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0);
  await asks();
  await expect.poll(() => page.title()).toMatch(new RegExp(`^\\(${waiting + 1}\\)`));
  await phone.say('Halo?');
  await page.locator('#log', { hasText: 'Halo?' }).waitFor();

  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await phone.say('Masih di sana?');
  await asks();
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await hide(page, false);
  await page.locator('#log', { hasText: 'Masih di sana?' }).waitFor();
  await expect.poll(() => page.title()).toMatch(new RegExp(`^\\(${waiting + 2}\\)`));
  expect(await page.locator('#reply').inputValue()).toBe('Sebentar');
});

test('whoever comes back within half an hour has a case that leads to the one before, and later one of their own', async () => {
  const { phone, caseId } = await asks();
  const page = await sit('Petugas A');
  await claim(page, caseId);
  await page.getByRole('button', { name: 'Selesaikan' }).click();
  await page.getByLabel('Terbantu').check();
  await page.getByRole('button', { name: 'Simpan hasil' }).click();
  await status(page).getByText('Hasil dicatat').waitFor();
  const again = async () => {
    await phone.say('petugas');
    const [row] = await query(world, 'select case_id from cases order by created_at desc limit 1');
    return String(row?.case_id);
  };
  const next = await again();
  expect(next).not.toBe(caseId);
  await claim(page, next);
  await page.getByRole('link', { name: 'Lanjutan dari kasus sebelumnya' }).click();
  await page.locator('#talk-head', { hasText: 'Selesai' }).waitFor();
  expect(new URL(page.url()).searchParams.get('case')).toBe(caseId);

  await open(page, next, 'mine');
  await page.getByRole('button', { name: 'Selesaikan' }).click();
  await page.getByRole('button', { name: 'Simpan hasil' }).waitFor();
  // Only this conversation's past moves: the others of this world stay where they are.
  await query(
    world,
    `update cases set state = 'closed', closed_at = now() - interval '31 minutes', timer_kind = null
     where conversation = (select conversation from cases where case_id = $1)`,
    [next],
  );
  const late = await again();
  await claim(page, late);
  expect(await page.getByRole('link', { name: 'Lanjutan dari kasus sebelumnya' }).count()).toBe(0);
});

test('a case that is handed over is offered: declined it goes back to the queue, accepted it changes hands', async () => {
  const { phone, caseId } = await asks();
  const [ayu, bima] = [await sit('Petugas A'), await sit('Petugas B')];
  const handOver = async () => {
    await ayu.locator('#transfer-panel > summary').click();
    const bimaId = await ayu.locator('#transfer-panel option', { hasText: 'Petugas B' }).getAttribute('value');
    await ayu.locator('#transfer-panel select').selectOption(bimaId ?? '');
    await ayu.locator('#transfer-panel input[name=reason]').fill('lebih paham');
    await ayu.locator('#transfer-panel').getByRole('button', { name: 'Alihkan' }).click();
    await status(ayu).getByText('Kasus dialihkan').waitFor();
    await bima.getByRole('link', { name: /^Antrean/ }).click();
    await bima.locator(`#row-${caseId}`, { hasText: 'Ditawarkan' }).click();
  };
  await claim(ayu, caseId);
  await handOver();
  await bima.getByRole('button', { name: 'Tolak' }).click();
  await status(bima).getByText('dikembalikan ke antrean').waitFor();
  await bima.locator(`#row-${caseId}`, { hasText: 'Dalam antrean' }).waitFor();

  await claim(ayu, caseId);
  await handOver();
  await bima.getByRole('button', { name: 'Terima' }).click();
  await bima.locator('#reply').waitFor();
  expect(await ayu.locator('#log').count()).toBe(0);
  await bima.fill('#reply', 'Saya lanjutkan, ya.');
  await bima.keyboard.press('Control+Enter');
  const heard = await eventually(() => phone.received().find((text) => text.includes('Saya lanjutkan')), 'the reply');
  expect(heard).toMatch(/^Petugas 165 - Bima/);
});

describe('whoever moves by keyboard', () => {
  test.each([
    ['on a low screen', { viewport: { width: 1280, height: 480 } }],
    ['on a phone', { viewport: { width: 320, height: 560 } }],
  ] satisfies [string, BrowserContextOptions][])(
    'sees where they are, under no bar that stays, %s',
    async (_look, options) => {
      const { phone, caseId } = await asks();
      for (let line = 0; line < 12; line += 1) await phone.say(`Baris ke-${'x'.repeat(line + 3)}`);
      const page = await sit('Petugas A', options);
      await claim(page, caseId);
      await page.evaluate('document.activeElement.blur()');
      const hidden: string[] = [];
      const seen = new Set<string>();
      for (let presses = 0; presses < 45; presses += 1) {
        await page.keyboard.press('Tab');
        const [name, isVisible] = await page.evaluate(focusedBox);
        if (seen.has(name)) continue;
        seen.add(name);
        if (!isVisible) hidden.push(name);
      }
      expect(seen.size).toBeGreaterThan(12);
      expect(hidden).toEqual([]);
    },
  );
});

/** Runs in the page. @returns what has the focus, and whether some of it can be seen: WCAG 2.4.11 */
function focusedBox(): [string, boolean] {
  const { document, innerHeight, innerWidth } = globalThis as unknown as {
    document: {
      activeElement: {
        id: string;
        tagName: string;
        textContent: string;
        getBoundingClientRect(): { x: number; y: number; width: number; height: number };
        contains(other: unknown): boolean;
        closest(selector: string): unknown;
      };
      elementFromPoint(x: number, y: number): { contains(other: unknown): boolean } | null;
    };
    innerHeight: number;
    innerWidth: number;
  };
  const one = document.activeElement;
  const name = `${one.tagName} ${one.id} ${one.textContent.trim().slice(0, 30)}`;
  const { x, y, width, height } = one.getBoundingClientRect();
  const shares = [0.1, 0.5, 0.9];
  const isSeen = shares.some((right) =>
    shares.some((down) => {
      const [left, top] = [x + width * right, y + height * down];
      if (left < 0 || top < 0 || left > innerWidth || top > innerHeight) return false;
      const hit = document.elementFromPoint(left, top);
      return hit !== null && (one.contains(hit) || hit.contains(one));
    }),
  );
  return [name, one.tagName === 'BODY' || isSeen];
}

test.each([1280, 320])('with the spacing of WCAG 1.4.12 nothing is cut off, %d px wide', async (width) => {
  const { caseId } = await asks();
  const page = await sit('Petugas A', { viewport: { width, height: 800 }, bypassCSP: true });
  await claim(page, caseId);
  await page.addStyleTag({
    content: `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
      p { margin-bottom: 2em !important }`,
  });
  await expectNoSidewaysScroll(page);
  const cut = await page.evaluate(() => {
    interface Box {
      scrollWidth: number;
      clientWidth: number;
      scrollHeight: number;
      clientHeight: number;
      textContent: string;
      tagName: string;
      id: string;
    }
    const { document, getComputedStyle: styleOf } = globalThis as unknown as {
      document: { querySelectorAll(selector: string): Iterable<Box> };
      getComputedStyle(box: Box): { overflowX: string; overflowY: string; display: string; textOverflow: string };
    };
    return [...document.querySelectorAll('button, a, label, summary, h1, h2, h3, p, dt, dd, li')]
      .filter((box) => {
        const { overflowX, overflowY, display } = styleOf(box);
        if (display.startsWith('inline') && display === 'inline') return false;
        const isCutWide = overflowX === 'hidden' && box.scrollWidth > box.clientWidth + 1;
        const isCutHigh = overflowY === 'hidden' && box.scrollHeight > box.clientHeight + 1;
        return box.clientWidth > 1 && (isCutWide || isCutHigh);
      })
      .map((box) => `${box.tagName} ${box.id} ${box.textContent.trim().slice(0, 40)}`);
  });
  expect(cut).toEqual([]);
});

/** As it is kept: signs put together where they can be, and none that only turn the direction or hide. */
const normal = (text: string): string =>
  text
    .replace(/\p{Cf}/gu, '')
    .normalize('NFC')
    .trim();

test('a thousand nasty texts, from participants and colleagues, run nothing and break nothing', async () => {
  const { phone, caseId } = await asks();
  await sit('Petugas B');
  const texts = nastyTexts(1_000);
  const messages: string[] = [];
  for (const text of texts) {
    const last = messages.at(-1);
    if (last !== undefined && last.length + text.length < 1_500) messages[messages.length - 1] = `${last}\n${text}`;
    else messages.push(text);
  }
  const page = await sit('Petugas A');
  await claim(page, caseId);
  const strange: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${world.origin}/console`) && request.url() !== 'about:blank')
      strange.push(request.url());
    if (request.method() === 'POST' && !request.url().endsWith('/presence')) strange.push(`POST ${request.url()}`);
  });
  await page.goto('about:blank');
  for (const message of messages) await phone.say(message);
  await query(world, 'update agents set name = $1 where name = $2', [texts[1], 'Petugas B']);
  try {
    await open(page, caseId, 'mine');
    await page
      .locator('#log .participant')
      .nth(messages.length - 1)
      .waitFor();
    const said = await page.locator('#log .said').allInnerTexts();
    const lines = new Set(said.flatMap((one) => one.split('\n').map(normal)));
    expect(texts.filter((text) => !lines.has(normal(text)))).toEqual([]);
    expect(
      await page
        .locator('#log :is(script, img, svg, form, iframe, object, embed, a, base, meta, style, input)')
        .count(),
    ).toBe(0);
    expect(await page.evaluate('globalThis.wasRun')).toBeUndefined();
    await expectNoSidewaysScroll(page);
    expect(
      await page
        .locator('#transfer-panel option')
        .filter({ hasText: texts[1] ?? '' })
        .count(),
    ).toBe(1);
    expect(strange).toEqual([]);
  } finally {
    await query(world, 'update agents set name = $1 where name = $2', ['Petugas B', texts[1]]);
  }
});

describe('what a supervisor decides is looked at twice, and each screen of it is without a violation of WCAG 2.2 AA', () => {
  /** Up to the PIN, from that phone. */
  async function change(phone: Person, who: string, mailbox: string): Promise<string> {
    for (const said of [who, '1', mailbox, 'ya']) await phone.say(said);
    await phone.say(await world.codeMailedTo(mailbox));
    return await phone.say('135790');
  }
  const caseFor = async (reason: string) =>
    String((await query(world, 'select case_id from cases where reason = $1', [reason]))[0]?.case_id);
  async function decide(page: Page, name: string, done: RegExp): Promise<void> {
    await page.getByRole('link', { name }).click();
    await page.locator('#review-title', { hasText: name }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('review-title');
    expect(await violationsOf(page)).toEqual([]);
    await expectNoSidewaysScroll(page);
    await page.locator('#review input[name=reason]').fill('pemilik melapor');
    await page.locator('#confirm').click();
    await status(page).getByText(done).waitFor();
  }

  test('an exception for whoever has lost both contacts, proposed and approved by two people', async () => {
    const phone = world.onWhatsApp('+6281277770099');
    expect(await change(phone, '9901014506850001 05-06-1985', 'siti.lain@example.com')).toMatch(/PIN cocok/);
    const caseId = await caseFor('noOldContact');
    const senior = await sit('Senior', { colorScheme: 'dark' });
    await open(senior, caseId);
    await senior.locator('#do-claim').click();
    await decide(senior, 'Usulkan pengecualian', /Diusulkan/);
    const supervisor = await sit('Supervisor', { viewport: { width: 320, height: 640 } });
    await open(supervisor, caseId, 'all');
    await decide(supervisor, 'Setujui pengecualian', /Disetujui/);
  });

  test('the return of an old value', async () => {
    const siti = world.onWhatsApp('+6281200000011');
    expect(await change(siti, '9901014506850001 05-06-1985', 'penipu@example.com')).toMatch(/^Selesai/);
    await siti.say('BUKAN SAYA');
    const supervisor = await sit('Supervisor');
    await open(supervisor, await caseFor('notMe'), 'all');
    await supervisor.locator('#supervisor-panel > summary').click();
    expect(await violationsOf(supervisor)).toEqual([]);
    await decide(supervisor, 'Kembalikan data lama', /Disetujui/);
    await eventually(() => siti.received().find((text) => text.includes('KODE LAMA')), 'the news');
  });

  test('the template after the window has closed', async () => {
    const { caseId } = await asks();
    const page = await sit('Petugas A');
    await claim(page, caseId);
    await query(world, "update cases set window_ends_at = now() - interval '1 second' where case_id = $1", [caseId]);
    await open(page, caseId, 'mine');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Kirim templat' }).click();
    await page.locator('#confirm').click();
    await page.locator('#log .agent', { hasText: 'Templat: ada balasan petugas' }).waitFor();
  });
});

test('no role ever meets a personal value that is not masked, on any page that it may see', async () => {
  const { phone, caseId } = await asks('9901014506850001 05-06-1985', '1', 'siti.baru@example.com', 'ya');
  const code = await world.codeMailedTo('siti.baru@example.com');
  await phone.say(`Kode saya ${code}`);
  await phone.say('135790');
  await phone.say('NIK 9901014506850001, kartu 0009900000011');
  const canaries = [
    '9901014506850001',
    '0009900000011',
    '0009900000022',
    '05-06-1985',
    '05061985',
    '1985-06-05',
    '135790',
    code,
    'Siti Aminah',
    'Budi Santoso',
    'siti.aminah@example.com',
    'siti.baru@example.com',
    '+6281200000011',
    '6281200000011',
    '081200000011',
    '0812 0000 0011',
    phone.address.replace('whatsapp:', ''),
    phone.address.replace('whatsapp:+62', '0'),
  ];
  const agent = await sit('Petugas A');
  await claim(agent, caseId);
  const views = ['queue', 'mine', 'all'].map((view) => `work?view=${view}&case=${caseId}`);
  const pages = [
    ...views,
    `work?view=mine&case=${caseId}&ask=return&step=newValue`,
    'start',
    'board',
    'audit',
    'admin',
  ];
  const leaks: string[] = [];
  let isRead = false;
  for (const role of ['Petugas A', 'Senior', 'Supervisor', 'Auditor', 'Admin']) {
    const page = role === 'Petugas A' ? agent : await sit(role);
    const look = (path: string, html: string) => {
      for (const value of canaries) if (html.includes(value)) leaks.push(`${role}, ${path}: ${value}`);
    };
    // As the server draws them, and one as it stands in the browser after its script has run.
    for (const path of pages) look(path, await (await page.request.get(`${world.origin}/console/${path}`)).text());
    await open(page, caseId, 'all');
    const html = await page.content();
    isRead ||= html.includes('id="log"');
    look('in the browser', html);
  }
  expect(isRead).toBe(true);
  expect(leaks).toEqual([]);
});
