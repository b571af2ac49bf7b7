// What stands before every route of the console: headers, and the proof that a form is our own.
import type { RequestHandler, Response } from 'express';
import type { Seal } from '#src/seal.ts';

const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export function headers(publicUrl: string): RequestHandler {
  const isSecure = publicUrl.startsWith('https:');
  return (_request, response, next) => {
    response.set({
      'content-security-policy': contentPolicy,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      'cache-control': 'no-store',
    });
    if (isSecure) response.set('strict-transport-security', 'max-age=63072000; includeSubDomains');
    next();
  };
}

const isSafe = (method: string) => method === 'GET' || method === 'HEAD';

/** What changes something comes from a page of ours: the browser says so, and no script can make it say so. */
export function onlyOwnForms(publicUrl: string): RequestHandler {
  const { origin } = new URL(publicUrl);
  return (request, response, next) => {
    const site = request.get('sec-fetch-site');
    const isOwn = site === undefined ? request.get('origin') === origin : site === 'same-origin';
    if (isSafe(request.method) || isOwn) return next();
    response.sendStatus(403);
  };
}

/** Beside that every form bears a token that only this session's pages know. */
export function createFormTokens(seal: Pick<Seal, 'index' | 'matches'>) {
  const purpose = 'console.form';
  return {
    of: (sessionToken: string) => seal.index(purpose, sessionToken),
    isOf: (sessionToken: string, given: unknown) =>
      typeof given === 'string' && seal.matches(purpose, sessionToken, given),
  };
}
export type FormTokens = ReturnType<typeof createFormTokens>;

// --- cookies --------------------------------------------------------------------------------------------------------------

export type CookieName = 'sid' | 'tx' | 'lang';

/**
 * `sid` is Strict, so no page elsewhere makes a request in an agent's name; `tx` is Lax, because the way back from the
 * identity provider is a navigation from elsewhere. Browsers take `__Host-` on https alone.
 */
export function createCookies(publicUrl: string) {
  const isSecure = publicUrl.startsWith('https:');
  const nameOf = (name: CookieName) => (isSecure ? `__Host-${name}` : name);
  const attributes = (name: CookieName) =>
    ({ httpOnly: true, secure: isSecure, path: '/', sameSite: name === 'tx' ? 'lax' : 'strict' }) as const;
  return {
    read(header: string | undefined, name: CookieName): string | null {
      const wanted = nameOf(name);
      const values = (header ?? '')
        .split(';')
        .map((pair) => pair.trim().split('='))
        .filter(([key]) => key === wanted)
        .map(([, value = '']) => value);
      // Two of one name: somebody planted one.
      return values.length === 1 && values[0] ? values[0] : null;
    },
    /** @param maxAgeSeconds  left out: until the browser is closed */
    set(response: Response, name: CookieName, value: string, maxAgeSeconds?: number): void {
      const age = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds * 1000 };
      response.cookie(nameOf(name), value, { ...attributes(name), ...age, encode: String });
    },
    clear(response: Response, name: CookieName): void {
      response.clearCookie(nameOf(name), attributes(name));
    },
  };
}
export type Cookies = ReturnType<typeof createCookies>;
