// `GET` and `POST /pin/{token}`. Only a POST does anything: what scans links, and previews them, fetches with GET.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import express, { type ErrorRequestHandler, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { pinPageWords } from '#machines/copy/pin-page.ts';
import type { Language } from '#machines/vocabulary.ts';
import type { AnswerOnPage, NoPage } from '#src/conversation/answer-on-page.ts';
import { UnavailableError } from '#src/errors.ts';
import type { Html } from '#src/html.ts';
import type { Logger } from '#src/log.ts';
import { hide } from '#src/seal.ts';
import { endPage, formPage, type Look, noPage, type Said, stylePath } from './page.ts';

/** 128 bits in hex, as `PinPages.open` makes them. */
const isToken = (text: string) => /^[0-9a-f]{32}$/.test(text);

const newAttempt = () => randomBytes(8).toString('hex');
/** Our form names its attempt, so that it costs one try however often it is sent; any other form is a new one each time. */
const Typed = z.object({
  pin: z.string(),
  attempt: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .default(newAttempt),
});
const formBytes = 1024;

const headers = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};
const statusOf = { unknown: 404, gone: 410 } as const satisfies Record<NoPage, number>;

export function createPinPageRoutes({
  answerOnPage,
  pinDigits,
  brand,
  log,
}: {
  answerOnPage: AnswerOnPage;
  pinDigits: number;
  brand: string;
  log: Logger;
}): Router {
  const look: Look = { brand, pinDigits };
  const style = readFileSync(new URL('./pin-page.css', import.meta.url));
  const isPin = new RegExp(`^\\d{${pinDigits}}$`);

  const send = (response: Response, status: number, page: Html) =>
    response.status(status).type('html').send(page.toString());
  const refuse = (response: Response, why: NoPage) => send(response, statusOf[why], noPage(why, look));

  const malformed = (language: Language): Said => ({
    text: pinPageWords[language].malformed(pinDigits),
    channel: 'whatsapp',
  });

  const show: RequestHandler<{ token: string }> = async (request, response) => {
    const { token } = request.params;
    const page = isToken(token) ? await answerOnPage.look(hide(token)) : 'unknown';
    if (typeof page === 'string') return void refuse(response, page);
    send(response, 200, formPage(page, { attempt: newAttempt(), said: null }, look));
  };

  const take: RequestHandler<{ token: string }> = async (request, response) => {
    const { token } = request.params;
    if (!isToken(token)) return void refuse(response, 'unknown');

    const typed = Typed.safeParse(request.body);
    const pin = (typed.data?.pin ?? '').normalize('NFKC').replace(/[\s.-]/g, '');
    const answer =
      typed.success && isPin.test(pin)
        ? await answerOnPage.answer(hide(token), typed.data.attempt, hide(pin))
        : await answerOnPage.look(hide(token));
    if (typeof answer === 'string') return void refuse(response, answer);
    if (!typed.success) return void response.sendStatus(400);
    if (!('page' in answer))
      return void send(
        response,
        422,
        formPage(answer, { attempt: newAttempt(), said: malformed(answer.language) }, look),
      );

    const { language, page, ...said } = answer;
    if (page === null) return void send(response, 200, endPage({ language, said }, look));
    send(response, 200, formPage(page, { attempt: newAttempt(), said }, look));
  };

  /** The same form may be sent again: its attempt is counted once. */
  const answerError: ErrorRequestHandler = (error, _request, response, next) => {
    if (!(error instanceof UnavailableError)) return next(error);
    log.warn('page.failed', { error });
    send(response, 503, noPage('unavailable', look));
  };

  return Router({ caseSensitive: true, strict: true })
    .use('/pin', (_request, response, next) => {
      response.set(headers);
      next();
    })
    .get(stylePath, (_request, response) => {
      response.type('css').send(style);
    })
    .get('/pin/:token', show)
    .post('/pin/:token', express.urlencoded({ extended: false, limit: formBytes, parameterLimit: 4 }), take)
    .all('/pin/:token', (_request, response) => {
      response.set('allow', 'GET, HEAD, POST').sendStatus(405);
    })
    .use('/pin', answerError);
}
