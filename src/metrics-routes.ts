// `GET /metrics` and who may read it, and the counting of what webhooks are answered.
import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList } from 'node:net';
import { type Request, Router } from 'express';
import type { Metrics } from './metrics.ts';
import type { Secret } from './seal.ts';

/** Comes before the routes whose answers it counts. @param token  null: whoever asks from this machine itself */
export function createMetricsRoutes({ metrics, token }: { metrics: Metrics; token: Secret | null }): Router {
  return Router({ caseSensitive: true, strict: true })
    .use('/webhooks', (_request, response, next) => {
      response.once('finish', () => metrics.webhookAnswered(response.statusCode));
      next();
    })
    .get('/metrics', async (request, response) => {
      if (token === null && !isFromHere(request)) return void response.sendStatus(404);
      if (token !== null && !isBearer(request, token)) {
        return void response.set('www-authenticate', 'Bearer').sendStatus(401);
      }
      response.set('content-type', metrics.contentType).end(await metrics.text());
    });
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** Also for an IPv4 address in IPv6 clothes, `::ffff:127.0.0.1`. */
export const isLoopback = (address: string): boolean =>
  loopback.check(address, address.includes(':') ? 'ipv6' : 'ipv4');

const forwarding = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];

/** A proxy on this machine brings strangers over loopback; it says so in one of these. */
function isFromHere({ socket, headers }: Request): boolean {
  return isLoopback(socket.remoteAddress ?? '') && forwarding.every((name) => headers[name] === undefined);
}

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Digests are equally long, so the comparison tells nothing about the token. */
const isBearer = (request: Request, token: Secret): boolean =>
  timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token.reveal()}`));
