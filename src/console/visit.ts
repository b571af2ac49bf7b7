// One request to the console: who asks, whether they may, whether the form is ours. Every route goes through here.
import type { Request, RequestHandler, Response } from 'express';
import type { AgentSessions, CaseDesk } from '#src/conversation/desk-port.ts';
import { may, type RouteName, routes } from './access.ts';
import type { Cookies, FormTokens } from './guard.ts';
import { paths } from './paths.ts';
import type { Screen } from './screen.ts';
import { refusalPage, toSignIn } from './sign-in-pages.ts';
import { wordsOf } from './words/words.ts';

export interface Visit {
  screen: Screen;
  request: Request;
  response: Response;
  /** of the session */
  token: string;
}

export interface Entrance {
  desk: Pick<CaseDesk, 'agent'>;
  sessions: Pick<AgentSessions, 'find'>;
  cookies: Cookies;
  formTokens: FormTokens;
  timeZone: string;
  isDev: boolean;
  now: () => Date;
}

/** Requests that a page makes by itself: they keep nobody signed in. */
const byItself: readonly RouteName[] = ['events', 'presence'];

/** @param handle  runs for whoever may, and after a POST only where the form bears the session's token */
export function guarded(
  { desk, sessions, cookies, formTokens, timeZone, isDev, now }: Entrance,
  name: RouteName,
  handle: (visit: Visit) => unknown,
): RequestHandler {
  return async (request, response) => {
    const { cookie } = request.headers;
    const words = wordsOf(cookies.read(cookie, 'lang'));
    const token = cookies.read(cookie, 'sid');
    const isRefresh = request.get('x-refresh') !== undefined;
    const byPerson = !isRefresh && !byItself.includes(name);
    const session = token === null ? null : await sessions.find(token, { byPerson });
    const agent = session === null ? null : await desk.agent(session.agentId);
    if (token === null || agent === null || agent.disabled) {
      // A page that is drawn goes to the sign-in; what it asks for by script is only told.
      if (routes[name].method === 'get' && name !== 'events' && !isRefresh) return response.redirect(303, paths.signIn);
      const title = words.sessionEnded;
      return void response
        .status(401)
        .send(refusalPage(words, { title, text: words.signInText, link: toSignIn(words) }).toString());
    }
    const refuse = (text: string) =>
      void response.status(403).send(refusalPage(words, { title: words.forbiddenTitle, text }).toString());
    if (!may(agent.role, name)) return refuse(words.forbiddenText);
    if (routes[name].method === 'post' && !formTokens.isOf(token, request.body?.csrf))
      return refuse(words.expiredFormText);
    const screen = { words, agent, formToken: formTokens.of(token), now: now(), timeZone, isDev };
    await handle({ screen, request, response, token });
  };
}
