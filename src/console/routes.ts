// `/console`: every route of `access.ts` with its handler, behind the guards that all of them share.
import { readFileSync } from 'node:fs';
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { Language } from '#machines/vocabulary.ts';
import type { Config } from '#src/config.ts';
import type { AgentSessions, CaseDesk } from '#src/conversation/desk-port.ts';
import type { Clock, MediaSource } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import type { Seal } from '#src/seal.ts';
import { may, type RouteName, routeNames, routes } from './access.ts';
import { caseCommandNames } from './commands.ts';
import { adminPage, auditPage, boardPage } from './desk-pages.ts';
import { createEvents } from './events.ts';
import { createCookies, createFormTokens, headers, onlyOwnForms } from './guard.ts';
import { createIdentityProvider } from './identity-provider.ts';
import { paths } from './paths.ts';
import { sampleAgentsFor } from './sample-agents.ts';
import { firstPageFor, type Outcome } from './screen.ts';
import { closedPage, refusalPage } from './sign-in-pages.ts';
import { backChannelLogout, createSignInRoutes, signOut, type WayIn } from './sign-in-routes.ts';
import { type Entrance, guarded, type Visit } from './visit.ts';
import { labelOf, wordsOf } from './words/words.ts';
import { createWork } from './work-routes.ts';

export interface Console {
  router: Router;
  /** Ends the streams, which would keep the server from closing. */
  close(): void;
}

interface Needs {
  config: Pick<Config, 'console' | 'publicUrl' | 'timeZone'>;
  seal: Seal;
  desk: CaseDesk;
  sessions: AgentSessions;
  media: MediaSource;
  clock: Clock;
  log: Logger;
}

const largestForm = '64kb';

/** Without a way in, `/console` answers 503 and names the settings that are missing. */
export function createConsole(needs: Needs): Console {
  const { config, log } = needs;
  const cookies = createCookies(config.publicUrl);
  const router = Router({ caseSensitive: true, strict: true })
    .use('/console', headers(config.publicUrl))
    .get('/console/console.js', asset('console.js', 'text/javascript'))
    .get('/console/patch.js', asset('patch.js', 'text/javascript'))
    .get('/console/console.css', asset('console.css', 'text/css'))
    .get('/console/icon.svg', asset('icon.svg', 'image/svg+xml'));

  if (config.console.auth === 'off') {
    const { missing } = config.console;
    if (missing.length > 0) log.info('console.closed', { count: missing.length });
    router.use('/console', ({ headers: { cookie } }, response) => {
      response.status(503).send(closedPage(wordsOf(cookies.read(cookie, 'lang')), missing).toString());
    });
    return { router, close: () => {} };
  }
  return openConsole(needs, router, wayInOf(needs, config.console));
}

function wayInOf({ config, seal, clock }: Needs, console: Exclude<Config['console'], { auth: 'off' }>): WayIn {
  if (console.auth === 'dev') return { auth: 'dev', samples: sampleAgentsFor(config.publicUrl) };
  const provider = createIdentityProvider({ oidc: console, publicUrl: config.publicUrl, seal, now: clock.now });
  return { auth: 'oidc', provider };
}

function openConsole(
  { config, seal, desk, sessions, media, clock, log }: Needs,
  router: Router,
  wayIn: WayIn,
): Console {
  const cookies = createCookies(config.publicUrl);
  const isDev = wayIn.auth === 'dev';
  const events = createEvents({ desk, sessions });
  const entrance: Entrance = {
    desk,
    sessions,
    cookies,
    formTokens: createFormTokens(seal),
    timeZone: config.timeZone,
    isDev,
    now: () => new Date(clock.now()),
  };
  const handlers = handlersOf({
    desk,
    sessions,
    media,
    events,
    signOut: (visit) => signOut({ wayIn, sessions, cookies }, visit),
  });
  const forms = express.urlencoded({ extended: false, limit: largestForm });

  router
    // From the provider's server: no browser, no cookie, its own proof.
    .post(paths.backChannelLogout, forms, backChannelLogout({ wayIn, sessions, seal, log }))
    .use('/console', onlyOwnForms(config.publicUrl), forms)
    .post(paths.language, (request, response) => {
      const language = Language.catch('id').parse(request.body?.language);
      cookies.set(response, 'lang', language, 31_536_000);
      response.redirect(303, paths.home);
    })
    .use(createSignInRoutes({ wayIn, desk, sessions, cookies, seal, log }));
  for (const name of routeNames)
    router[routes[name].method](routes[name].path, guarded(entrance, name, handlers[name]));
  router.use('/console', ({ headers: { cookie } }, response) => {
    const words = wordsOf(cookies.read(cookie, 'lang'));
    response.status(404).send(refusalPage(words, { title: words.absentTitle, text: words.absentText }).toString());
  });
  const answerAway: ErrorRequestHandler = (error, request, response, next) => {
    if (!(error instanceof UnavailableError) || response.headersSent) return next(error);
    log.warn('console.unavailable', { error });
    const words = wordsOf(cookies.read(request.headers.cookie, 'lang'));
    const text = error.dependency === 'oidc' ? words.providerAway : words.awayText;
    response.status(503).send(refusalPage(words, { title: words.awayTitle, text }).toString());
  };
  router.use('/console', answerAway);
  return { router, close: events.close };
}

type Handler = (visit: Visit) => unknown;

function handlersOf({
  desk,
  sessions,
  media,
  events,
  signOut,
}: {
  desk: CaseDesk;
  sessions: AgentSessions;
  media: MediaSource;
  events: ReturnType<typeof createEvents>;
  signOut: Handler;
}): Record<RouteName, Handler> {
  const work = createWork(desk, media);
  const commands = Object.fromEntries(caseCommandNames.map((name) => [name, work.command(name)])) as Record<
    (typeof caseCommandNames)[number],
    Handler
  >;
  return {
    ...commands,
    home: ({ screen, response }) => response.redirect(303, firstPageFor(screen.agent)),
    work: work.page,
    find: work.find,
    startPage: work.startPage,
    start: work.start,
    draft: work.draft,
    reveal: work.reveal,
    media: work.media,
    events: ({ screen, response, token }) =>
      events.open(response, { token, seesCases: may(screen.agent.role, 'work') }),
    async presence({ screen, response }) {
      await desk.heartbeat(screen.agent.agentId);
      response.sendStatus(204);
    },
    // The session was extended on the way here.
    stay: ({ screen, response }) => response.redirect(303, firstPageFor(screen.agent)),
    signOut,
    async availability({ screen, request, response }) {
      const choice = z.enum(['available', 'break', 'call']).safeParse(request.body.availability);
      if (!choice.success) return response.sendStatus(422);
      await desk.setAvailability(screen.agent.agentId, choice.data);
      response.redirect(303, `${routes.work.path}?done=availability`);
    },
    async board(visit) {
      const { screen, request, response } = visit;
      const { agentId } = screen.agent;
      const [figures, agents] = await Promise.all([
        desk.figures(agentId),
        may(screen.agent.role, 'audit') ? desk.agents(agentId) : null,
      ]);
      if (figures === null) return refuse(visit);
      response.send(boardPage(screen, { figures, agents, outcome: outcomeOf(visit, request.query.done) }).toString());
    },
    async audit(visit) {
      const { screen, request, response } = visit;
      const moment = z.iso.datetime().safeParse(request.query.before);
      const before = moment.success ? new Date(moment.data) : null;
      const lines = await desk.audit(screen.agent.agentId, { before });
      if (lines === null) return refuse(visit);
      response.send(auditPage(screen, { lines, before }).toString());
    },
    admin: (visit) => showAdmin(visit, outcomeOf(visit, visit.request.query.done)),
    async endSessions({ screen, request, response }) {
      const target = String(request.params.agentId);
      await sessions.endAll({ agentId: target, by: `agent:${screen.agent.agentId}` });
      response.redirect(303, `${firstOf(screen.agent.role)}?done=endSessions`);
    },
    async disable(visit) {
      const { screen, request, response } = visit;
      const target = String(request.params.agentId);
      if ((await desk.disable(screen.agent.agentId, target)) === 'forbidden') return refuse(visit);
      await sessions.endAll({ agentId: target, by: `agent:${screen.agent.agentId}` });
      response.redirect(303, `${routes.admin.path}?done=disable`);
    },
    async setTeam(visit) {
      const { screen, request, response } = visit;
      const team = z.string().max(60).catch('').parse(request.body.team).trim().toLowerCase();
      const moved = await desk.setTeam(screen.agent.agentId, String(request.params.agentId), team);
      if (moved === 'forbidden') return refuse(visit);
      if (moved === 'done') return response.redirect(303, `${routes.admin.path}?done=setTeam`);
      response.status(422);
      await showAdmin(visit, { text: screen.words.refused.invalid, isRefusal: true });
    },
    async canned(visit) {
      const { screen, request, response } = visit;
      const Canned = z.object({
        key: z.string().regex(/^[a-zA-Z0-9-]{1,40}$/),
        language: Language,
        title: z.string().trim().min(1).max(80),
        text: z.string().trim().min(1).max(1000),
      });
      const form = Canned.safeParse(request.body);
      const saved = form.success ? await desk.saveCanned(screen.agent.agentId, form.data) : 'invalid';
      if (saved === 'forbidden') return refuse(visit);
      if (saved === 'done') return response.redirect(303, `${routes.admin.path}?done=canned`);
      const text = (name: string) => String(request.body[name] ?? '');
      response.status(422);
      const typed = { key: text('key'), title: text('title'), text: text('text') };
      await showAdmin(visit, { text: screen.words.refused.invalid, isRefusal: true }, typed);
    },
  };

  async function showAdmin(
    { screen, response }: Visit,
    outcome: Outcome | null,
    typed: { key: string; title: string; text: string } | null = null,
  ) {
    const [agents, ...canned] = await Promise.all([
      desk.agents(screen.agent.agentId),
      ...Language.options.map((language) => desk.canned(language)),
    ]);
    response.send(adminPage(screen, { agents, canned: canned.flat(), typed, outcome }).toString());
  }
}

const firstOf = (role: Visit['screen']['agent']['role']) =>
  may(role, 'admin') ? routes.admin.path : routes.board.path;

function outcomeOf({ screen: { words } }: Visit, name: unknown): Outcome | null {
  if (typeof name !== 'string' || !Object.hasOwn(words.done, name)) return null;
  return { text: labelOf(words.done, name), isRefusal: false };
}

/** The route was right for the role, and the database says no all the same. */
function refuse({ screen: { words }, response }: Visit): void {
  response.status(403).send(refusalPage(words, { title: words.forbiddenTitle, text: words.forbiddenText }).toString());
}

function asset(name: string, type: string): RequestHandler {
  const body = readFileSync(new URL(`./client/${name}`, import.meta.url));
  return (_request, response) => {
    response.type(`${type}; charset=utf-8`).send(body);
  };
}
