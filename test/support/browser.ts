// A real browser for the tests that look at pages with the eyes of a person.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { onPath } from '#src/simulator/embedded/redis.ts';
import { installWithApt } from './install.ts';

/** For the hook that launches: the first one on a machine may have to install the browser. */
export const launchWithinMs = 300_000;

const chromeOnMac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * `beforeAll(async () => { browser = await launchBrowser(); }, launchWithinMs)`; the test closes it.
 * @throws Error with what to install
 */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser(),
    args: [
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-quic',
    ],
  });
}

function findBrowser(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = onPath(...names) ?? (existsSync(chromeOnMac) ? chromeOnMac : null);
  if (found !== null) return found;
  installWithApt(
    'chromium',
    'The browser tests need Chromium or Google Chrome on the PATH (Debian: apt-get install chromium).',
  );
  const installed = onPath(...names);
  if (installed === null) throw new Error('chromium was installed, but is not on the PATH.');
  return installed;
}
