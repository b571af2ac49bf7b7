// The ways in and out: the identity provider or, on a developer's machine, a list of made-up agents; sign-out; its echo.
import { type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { AgentRole } from '#src/config.ts';
import type { AgentSessions, CaseDesk } from '#src/conversation/desk-port.ts';
import { SignInRefusedError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { Seal } from '#src/seal.ts';
import type { Cookies } from './guard.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { paths } from './paths.ts';
import type { SampleAgent } from './sample-agents.ts';
import { refusalPage, signedInPage, signedOutPage, signInPage, toSignIn } from './sign-in-pages.ts';
import type { Visit } from './visit.ts';
import { type Words, wordsOf } from './words/words.ts';

export type WayIn = { auth: 'oidc'; provider: IdentityProvider } | { auth: 'dev'; samples: readonly SampleAgent[] };

interface Needs {
  wayIn: WayIn;
  desk: Pick<CaseDesk, 'signIn'>;
  sessions: AgentSessions;
  cookies: Cookies;
  seal: Pick<Seal, 'index'>;
  log: Logger;
}

interface Known {
  issuer: string;
  subject: string;
  name: string;
  alias: string;
  role: AgentRole;
  providerSession: string | null;
}

const transactionSeconds = 600;
/** There is one team today; every case is its. */
const team = 'care';
/** The name of whom an agent is: nothing in it leads back to the provider's. */
const agentIdOf = (seal: Pick<Seal, 'index'>, issuer: string, subject: string) =>
  seal.index('agent', `${issuer} ${subject}`);

/** Routes of whoever is not signed in. */
export function createSignInRoutes(needs: Needs): Router {
  const { wayIn, cookies, log } = needs;
  const router = Router({ caseSensitive: true, strict: true });
  const wordsFor = (cookie: string | undefined) => wordsOf(cookies.read(cookie, 'lang'));

  router.get(paths.signIn, ({ headers }, response) => {
    response.send(signInPage(wordsFor(headers.cookie), wayIn.auth === 'dev' ? wayIn.samples : null).toString());
  });
  if (wayIn.auth === 'dev') {
    router.post(paths.signInAs, async (request, response) => {
      const sample = wayIn.samples.find(({ key }) => key === request.body?.who);
      if (sample === undefined) return void response.sendStatus(400);
      await enter(needs, request.headers.cookie, response, {
        ...sample,
        issuer: 'dev',
        subject: sample.key,
        providerSession: null,
      });
    });
    return router;
  }

  const { provider } = wayIn;
  return router
    .get(paths.begin, async (_request, response) => {
      const { location, transaction } = await provider.begin();
      cookies.set(response, 'tx', transaction, transactionSeconds);
      response.redirect(303, location);
    })
    .get(paths.callback, async (request, response) => {
      const { cookie } = request.headers;
      const words = wordsFor(cookie);
      const transaction = cookies.read(cookie, 'tx');
      // One use, whatever comes of it.
      cookies.clear(response, 'tx');
      const search = new URL(request.originalUrl, 'http://x').search;
      try {
        if (transaction === null) throw new SignInRefusedError('no sign-in was begun in this browser');
        const identity = await provider.finish(search, transaction);
        if (identity.role === null) {
          log.warn('console.refused', { reason: 'noRole' });
          return void response.status(403).send(refused(words, words.noRoleText));
        }
        const [alias = ''] = identity.name.split(/\s+/u);
        await enter(needs, cookie, response, { ...identity, role: identity.role, alias });
      } catch (error) {
        if (!(error instanceof SignInRefusedError)) throw error;
        log.warn('console.refused', { error });
        response.status(403).send(refused(words, words.refusedText));
      }
    });
}

const refused = (words: Words, text: string): string =>
  refusalPage(words, { title: words.refusedTitle, text, link: toSignIn(words) }).toString();

async function enter(
  { wayIn, desk, sessions, cookies, seal }: Needs,
  cookie: string | undefined,
  response: Response,
  { issuer, subject, name, alias, role, providerSession }: Known,
): Promise<void> {
  const words = wordsOf(cookies.read(cookie, 'lang'));
  const agent = await desk.signIn({ agentId: agentIdOf(seal, issuer, subject), name, alias, role, team });
  if (agent.disabled) return void response.status(403).send(refused(words, words.disabledText));
  // Whoever was signed in here before is not any more: no session lives on under a new name.
  const before = cookies.read(cookie, 'sid');
  if (before !== null) await sessions.end(before);
  const { token } = await sessions.begin({ agentId: agent.agentId, issuer, providerSession });
  cookies.set(response, 'sid', token);
  response.send(signedInPage(words, wayIn.auth === 'dev').toString());
}

/** Ends the session here, and offers to end the provider's too; the page is ours, so that `form-action` need not allow more. */
export async function signOut(
  { wayIn, sessions, cookies }: Pick<Needs, 'wayIn' | 'sessions' | 'cookies'>,
  { screen, response, token }: Visit,
): Promise<void> {
  await sessions.end(token);
  cookies.clear(response, 'sid');
  const url = wayIn.auth === 'oidc' ? await wayIn.provider.signOutUrl().catch(() => null) : null;
  response
    .set('clear-site-data', '"cookies", "storage"')
    .send(signedOutPage(screen.words, url, screen.isDev).toString());
}

const Logout = z.object({ logout_token: z.string().max(10_000) });

/** The provider says, from server to server, that somebody has signed out there. */
export function backChannelLogout({ wayIn, sessions, seal, log }: Omit<Needs, 'desk' | 'cookies'>): RequestHandler {
  return async (request, response) => {
    const form = Logout.safeParse(request.body);
    if (wayIn.auth !== 'oidc' || !form.success) return void response.sendStatus(400);
    try {
      const { issuer, subject, providerSession, at } = await wayIn.provider.readLogout(form.data.logout_token);
      const ended =
        providerSession !== null
          ? await sessions.endAll({ issuer, providerSession, by: 'provider', at })
          : await sessions.endAll({ agentId: agentIdOf(seal, issuer, subject ?? ''), by: 'provider', at });
      log.info('console.loggedOut', { count: ended });
      response.sendStatus(200);
    } catch (error) {
      if (!(error instanceof SignInRefusedError)) throw error;
      log.warn('console.refused', { error });
      response.sendStatus(400);
    }
  };
}
