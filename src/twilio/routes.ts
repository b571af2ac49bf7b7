// The two ways in from Twilio. Each is verify, parse, act, answer: one function a step, in the order of the contract.
import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';
import type { TwilioConfig } from '#src/config.ts';
import type { HandleTurn } from '#src/conversation/handle-turn.ts';
import type { DeliveryReport } from '#src/conversation/ports.ts';
import { ForgedRequestError, MalformedRequestError } from '#src/errors.ts';
import type { Logger } from '#src/log.ts';
import { type FormLimits, receiveForm, refuseUnread } from './form.ts';
import { isOneWay, parseInbound } from './parse.ts';
import { replyXml } from './reply.ts';
import { statusPath } from './send.ts';
import { parseStatus } from './status.ts';
import { signingTokens } from './verify.ts';

export const messagingPath = '/webhooks/twilio/messaging';
/** Where Twilio may be told to go when the first one failed: the same message, the same answer. */
export const fallbackPath = '/webhooks/twilio/fallback';

/**
 * @param handleTurn  answers a message; the 200 leaves only after it
 * @param takeReport  keeps what became of a message of ours
 */
export function createTwilioRoutes({
  twilio,
  publicUrl,
  limits,
  handleTurn,
  takeReport,
  log,
}: {
  twilio: TwilioConfig;
  publicUrl: string;
  limits: FormLimits;
  handleTurn: HandleTurn;
  takeReport: (report: DeliveryReport) => Promise<void>;
  log: Logger;
}): Router {
  const rules = { publicUrl, tokens: signingTokens(twilio), limits };
  const formOf = (request: express.Request) =>
    receiveForm(
      { body: request.body, originalUrl: request.originalUrl, signature: request.get('x-twilio-signature') },
      rules,
    );

  const takeMessage: RequestHandler = async (request, response) => {
    const inbound = parseInbound(formOf(request), twilio);
    const startedAt = performance.now();
    const isAnswerable = !isOneWay(inbound, twilio);
    const text = isAnswerable ? await handleTurn(inbound) : null;
    response.type('text/xml').send(replyXml(text));
    log.info(isAnswerable ? 'turn.answered' : 'turn.oneWay', {
      messageId: inbound.messageId,
      channel: inbound.channel,
      durationMs: Math.round(performance.now() - startedAt),
    });
  };

  const takeStatus: RequestHandler = async (request, response) => {
    await takeReport(parseStatus(formOf(request), request.originalUrl, twilio));
    response.status(200).end();
  };

  const refuse: RequestHandler = (request, response, next) => {
    const head = {
      method: request.method,
      contentType: request.get('content-type'),
      contentLength: request.get('content-length'),
    };
    const status = refuseUnread(head, limits);
    if (status === null) return next();
    response.set('allow', 'POST').status(status).end();
  };

  const readRaw = express.raw({ type: () => true, limit: limits.maxKilobytes * 1024, inflate: false });

  /** Nothing is said about why; and whatever we could not do may be sent again. */
  const answerError: ErrorRequestHandler = (error, request, response, _next) => {
    const status = statusOf(error);
    log.warn('webhook.refused', { status, error });
    if (status === 403 || status === 400) request.resume();
    response.status(status).end();
  };

  return Router({ caseSensitive: true, strict: true })
    .all([messagingPath, fallbackPath], refuse, readRaw, takeMessage)
    .all(statusPath, refuse, readRaw, takeStatus)
    .use(answerError);
}

function statusOf(error: unknown): number {
  if (error instanceof ForgedRequestError) return 403;
  if (error instanceof MalformedRequestError) return 400;
  // body-parser: too large, cut short, compressed
  if (error instanceof Error && 'expose' in error && error.expose === true) return 403;
  return 503;
}
