// Requests as Twilio makes them, to the real app, with a signature over the configured URL.
import { sign } from '#src/simulator/twilio-wire.ts';
import type { World } from '../support/world.ts';

export const messaging = '/webhooks/twilio/messaging';

export interface Post {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  /** signed unless `signature` is given */
  params?: Record<string, string>;
  rawBody?: string;
  signature?: string | null;
}

export const formOf = (params: Record<string, string>): string => new URLSearchParams(params).toString();

export function post(
  world: World,
  { path = messaging, method = 'POST', headers, params = {}, rawBody, signature }: Post,
) {
  const signed = signature === undefined ? sign(world.authToken, `${world.publicUrl}${path}`, params) : signature;
  return fetch(`${world.origin}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      ...(signed === null ? {} : { 'x-twilio-signature': signed }),
      ...headers,
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: rawBody ?? formOf(params) }),
  });
}
