// As much of a browser as the console's HTTP tests need: it keeps cookies and fills in forms.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { World } from '../support/world.ts';

export interface Answer {
  status: number;
  text: string;
  headers: Headers;
}

export interface Browser {
  cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** A form of our own page: with the token of the last page that had one, and a fresh key. */
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  signInAs(key: 'a' | 'b' | 'senior' | 'supervisor' | 'auditor' | 'admin'): Promise<Answer>;
}

export function openBrowser(world: Pick<World, 'origin'>): Browser {
  const cookies = new Map<string, string>();
  let token = '';

  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const url = path.startsWith('http') ? path : `${world.origin}${path}`;
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await response.text();
    token = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? token;
    return { status: response.status, text, headers: response.headers };
  };
  const browser: Browser = {
    cookies,
    get: (path, headers = {}) => ask(path, { headers: { 'sec-fetch-site': 'same-origin', ...headers } }),
    post: (path, fields = {}, headers = {}) =>
      ask(path, {
        method: 'POST',
        body: new URLSearchParams({ csrf: token, key: randomUUID(), version: '1', ...fields }),
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
      }),
    async signInAs(key) {
      const answer = await browser.post('/console/sign-in/as', { who: key });
      const home = await browser.get('/console');
      await browser.get(home.headers.get('location') ?? '/console');
      return answer;
    },
  };
  return browser;
}

/** What is really stored. @returns the rows */
export async function query(
  world: Pick<World, 'database'>,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: world.database.ownerUrl });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
