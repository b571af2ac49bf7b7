// How hard Twilio tries to call a webhook, and what it makes of the answer.
import { randomUUID } from 'node:crypto';
import { readTwiml, sign, withoutFragment } from './twilio-wire.ts';

/** The answer of our webhook, as far as Twilio got one. */
export interface Delivered {
  /** null: none within the time */
  status: number | null;
  contentType: string;
  text: string;
  attempts: number;
}

/**
 * POSTs a signed form, and again as the fragment of the URL says: by default once more and only after a failed
 * connection; `rc` tries of kind `rp`, all of them within `limitMs` (twilio.md 4).
 * @param wire.reach  where a signed URL is really to be found
 */
export async function deliver(
  url: string,
  params: Record<string, string>,
  wire: { authToken: string; reach: (url: string) => string; limitMs: number },
): Promise<Delivered> {
  const wishes = new URLSearchParams(url.split('#')[1] ?? '');
  const tries = 1 + Math.min(Number(wishes.get('rc') ?? 1), 5);
  const policy = new Set((wishes.get('rp') ?? 'ct').split(','));
  const wanted = (failure: string) => policy.has('all') || policy.has(failure);
  const signed = withoutFragment(url);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    'user-agent': 'TwilioProxy/1.1',
    accept: '*/*',
    'i-twilio-idempotency-token': randomUUID(),
    'x-twilio-signature': sign(wire.authToken, signed, params),
    // A kept connection that dies under a request would look like a fault of the receiver.
    connection: 'close',
  };
  const deadline = Date.now() + wire.limitMs;
  const readMs = Number(wishes.get('rt') ?? wire.limitMs);
  let last: Delivered = { status: null, contentType: '', text: '', attempts: 0 };
  for (let attempts = 1; attempts <= tries; attempts += 1) {
    const leftMs = deadline - Date.now();
    if (leftMs <= 0) return last;
    let failure: string | null;
    try {
      const response = await fetch(wire.reach(signed), {
        method: 'POST',
        headers,
        body: new URLSearchParams(params).toString(),
        redirect: 'manual',
        signal: AbortSignal.timeout(Math.min(leftMs, readMs)),
      });
      const text = await response.text();
      last = { status: response.status, contentType: response.headers.get('content-type') ?? '', text, attempts };
      failure = response.status < 300 ? null : response.status >= 500 ? '5xx' : '4xx';
    } catch (error) {
      last = { status: null, contentType: '', text: '', attempts };
      failure = error instanceof Error && error.name === 'TimeoutError' ? 'rt' : 'ct';
    }
    if (failure === null || !wanted(failure)) return last;
  }
  return last;
}

/** What Twilio's debugger would say about the answer; null: nothing. */
export function debuggerCodeOf({ status, contentType, text }: Delivered): number | null {
  if (status === null) return 11205;
  if (status >= 300) return 11200;
  if (text === '') return null;
  if (!/^(text|application)\/xml\b/.test(contentType)) return 12300;
  return readTwiml(text) === null ? 12100 : null;
}
