// The HTTP surface: which path goes where, and what every answer carries.
import express, { type ErrorRequestHandler, type Express, type Router } from 'express';
import type { Logger } from './log.ts';

/**
 * @param dependencies  asked by `/health/ready`, by name
 * @param mounts  further routers, e.g. the simulator's in development
 */
export function createApp({
  twilioRoutes,
  pinPageRoutes,
  dependencies,
  mounts,
  log,
}: {
  twilioRoutes: Router;
  pinPageRoutes: Router;
  dependencies: Record<string, () => Promise<void>>;
  mounts: readonly Router[];
  log: Logger;
}): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');

  app.use((_request, response, next) => {
    response.set('x-content-type-options', 'nosniff').set('cache-control', 'no-store');
    next();
  });

  app.get('/health/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  app.get('/health/ready', async (_request, response) => {
    const names = Object.keys(dependencies);
    const results = await Promise.allSettled(Object.values(dependencies).map((check) => check()));
    const down = names.filter((_, index) => results[index]?.status === 'rejected');
    response.status(down.length === 0 ? 200 : 503).json({ status: down.length === 0 ? 'ready' : 'unavailable', down });
  });

  for (const mount of mounts) app.use(mount);
  app.use(twilioRoutes);
  app.use(pinPageRoutes);

  app.use((_request, response) => {
    response.sendStatus(404);
  });
  const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
    // A path like /pin/%E0%A4%A, which names nothing.
    if (error instanceof URIError) return void response.sendStatus(404);
    log.error('request.failed', { error });
    if (!response.headersSent) response.sendStatus(500);
  };
  app.use(answerError);
  return app;
}
