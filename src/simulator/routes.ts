// The simulator's own HTTP: one page, its assets, a form for each thing a person can do, and a stream that says "changed".
import { readFileSync } from 'node:fs';
import express, { type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { Channel } from '#machines/vocabulary.ts';
import { type Look, page } from './page.ts';
import type { World } from './world.ts';

export interface SimulatorRoutes {
  router: Router;
  /** Ends the streams, which would keep the server from closing. */
  close(): void;
}

const heartbeatMs = 15_000;
const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const Written = z.object({ text: z.string() });
const Attached = z.object({ attachment: z.enum(['image', 'voice', 'location', 'contact']) });
const Tapped = z.object({ entry: z.string(), choice: z.string() });
const Picked = z.object({ person: z.string() });
const Numbered = z.object({ other: z.enum(['on', 'off']) });
const Shown = z.object({ channel: Channel });

export function createSimulatorRoutes(world: World, look: Look): SimulatorRoutes {
  const streams = new Set<Response>();
  let isClosed = false;
  const tell = (text: string) => {
    for (const stream of streams) stream.write(text);
  };
  world.onChange(() => tell('event: changed\ndata:\n\n'));
  const heartbeat = setInterval(() => tell(':\n\n'), heartbeatMs);
  heartbeat.unref();

  const showPage: RequestHandler = async (_request, response) => {
    response.type('html').send(page(await world.view(), look).toString());
  };

  const stream: RequestHandler = (_request, response) => {
    if (isClosed) return void response.sendStatus(503);
    response.set({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    // At once, so that a page which missed something while it was away catches up.
    response.write('retry: 1000\n\nevent: changed\ndata:\n\n');
    streams.add(response);
    response.once('close', () => streams.delete(response));
  };

  /** The page itself is the answer to a form: with a redirect for browsers, followed by the client as well. */
  const act =
    <Form>(form: z.ZodType<Form>, work: (form: Form) => unknown): RequestHandler =>
    async (request, response) => {
      const parsed = form.safeParse(request.body ?? {});
      if (!parsed.success || (await work(parsed.data)) === false) return void response.sendStatus(400);
      response.redirect(303, '/simulator');
    };
  const NoForm = z.object({});

  const router = Router({ caseSensitive: true, strict: true })
    .use('/simulator', onlyHere, headers)
    .get('/simulator', showPage)
    .get('/simulator/events', stream)
    .get('/simulator/simulator.js', asset('simulator.js', 'text/javascript'))
    .get('/simulator/simulator.css', asset('simulator.css', 'text/css'))
    .get('/simulator/icon.svg', asset('icon.svg', 'image/svg+xml'))
    .use('/simulator', onlyOwnForms, express.urlencoded({ extended: false, limit: '256kb' }))
    .post(
      '/simulator/messages',
      act(Written, ({ text }) => world.write(text.replaceAll('\r\n', '\n'))),
    )
    .post(
      '/simulator/attachments',
      act(Attached, ({ attachment }) => world.attach(attachment)),
    )
    .post(
      '/simulator/taps',
      act(Tapped, ({ entry, choice }) => world.tap(entry, choice)),
    )
    .post(
      '/simulator/person',
      act(Picked, ({ person }) => world.pick(person)),
    )
    .post(
      '/simulator/number',
      act(Numbered, ({ other }) => world.useOtherNumber(other === 'on')),
    )
    .post(
      '/simulator/channel',
      act(Shown, ({ channel }) => world.show(channel)),
    )
    .post(
      '/simulator/fresh',
      act(NoForm, () => world.startOver()),
    )
    .post(
      '/simulator/day',
      act(NoForm, () => world.passDay()),
    )
    .use('/simulator', (_request, response) => {
      response.sendStatus(404);
    });

  return {
    router,
    close() {
      isClosed = true;
      clearInterval(heartbeat);
      for (const response of streams) response.end();
    },
  };
}

/** A foreign name that resolves to this machine would make a foreign page same-origin. */
const onlyHere: RequestHandler = (request, response, next) => {
  if (/^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/.test(request.get('host') ?? '')) return next();
  response.status(403).type('text').send('The simulator answers on localhost only.\n');
};

const headers: RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy': contentPolicy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  next();
};

/** What changes something comes from our own page, never from another one that is open in the same browser. */
const onlyOwnForms: RequestHandler = (request, response, next) => {
  const site = request.get('sec-fetch-site');
  const isOwn = site === undefined ? request.get('origin') === `http://${request.get('host')}` : site === 'same-origin';
  if (request.method === 'POST' && !isOwn) return void response.sendStatus(403);
  next();
};

function asset(name: string, type: string): RequestHandler {
  const body = readFileSync(new URL(`./client/${name}`, import.meta.url));
  return (_request, response) => {
    response.type(`${type}; charset=utf-8`).send(body);
  };
}
