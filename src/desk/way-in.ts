// The way in for a contact centre, in the order of the other webhooks: method 405, type 415, size and signature 403
// unread, shape 400; then the call is taken, and answered by what became of it.
import express, { type ErrorRequestHandler, type Request, type RequestHandler, Router } from 'express';
import type { DeskAnswer, DeskCall, TakeDeskCall } from '#src/conversation/external-desk.ts';
import { MalformedRequestError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';

/** What one kind of contact centre sends. */
export interface Reading {
  /** @returns the id of a genuine request; null: of no other */
  verify(request: { header: (name: string) => string | undefined; body: Buffer }): string | null;
  /**
   * @returns null: genuine, and nothing for us
   * @throws MalformedRequestError `malformed_request`  not one that this desk sends
   */
  read(request: { id: string; json: unknown; path: Record<string, string> }): Promise<DeskCall | null>;
}

export function createWayIn({
  paths,
  reading,
  take,
  maxKilobytes,
  log,
}: {
  paths: string[];
  reading: Reading;
  take: TakeDeskCall;
  maxKilobytes: number;
  log: Logger;
}): Router {
  const refuseUnread: RequestHandler = (request, response, next) => {
    if (request.method !== 'POST') return void response.set('allow', 'POST').status(405).end();
    if (!/^application\/json\s*(;|$)/i.test(request.get('content-type') ?? '')) return void response.status(415).end();
    next();
  };
  const readRaw = express.raw({ type: () => true, limit: maxKilobytes * 1024, inflate: false });

  const answer: RequestHandler = async (request, response) => {
    const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const id = reading.verify({ header: (name) => request.get(name), body });
    if (id === null) {
      log.warn('desk.forged');
      return void response.status(403).end();
    }
    const call = await reading.read({ id, json: jsonIn(body), path: pathOf(request) });
    if (call === null) return void response.json({ result: 'ignored' });
    const given = await take(call);
    log.info('desk.called', { caseId: call.caseId, purpose: call.call, outcome: given.result });
    response.status(statusOf(given)).json(given);
  };

  const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
    const status = error instanceof MalformedRequestError ? 400 : isOfParser(error) ? 403 : 503;
    log.warn('desk.refused', { status, error });
    response.status(status).end();
  };

  return Router({ caseSensitive: true, strict: true })
    .all(paths, refuseUnread, readRaw, answer)
    .use('/desk', answerError);
}

const pathOf = ({ params }: Request) =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));

/** body-parser: too large, cut short, compressed */
const isOfParser = (error: unknown) => error instanceof Error && 'expose' in error && error.expose === true;

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new MalformedRequestError('not JSON');
  }
}

function statusOf({ result }: DeskAnswer): number {
  switch (result) {
    case 'done':
      return 200;
    case 'unknownCase':
      return 404;
    case 'forbidden':
      return 403;
    case 'linted':
    case 'invalid':
      return 422;
    case 'taken':
    case 'notYours':
    case 'conflict':
    case 'idReused':
    case 'illegal':
    case 'windowClosed':
      return 409;
  }
}
