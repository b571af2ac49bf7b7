// A participant's attachment, brought when an agent asks for it: from Twilio alone, with the account's credentials, of a
// few types that are what they say, and never larger than WhatsApp lets anybody send.
import type { TwilioConfig } from '#src/config.ts';
import type { MediaSource } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';

/** WhatsApp's own limit for all but documents; MMS stays below 5 MB. */
const largestMediaBytes = 16 * 1024 * 1024;
const wholeMs = 15_000;
/** Each is held in memory while it passes through. */
const atOnce = 4;
const mostRedirects = 3;

/** How files of a type begin, in hex; what begins otherwise is something else. Nothing here is run by whoever opens it. */
const beginnings: Record<string, RegExp> = {
  'image/jpeg': /^ffd8ff/,
  'image/png': /^89504e470d0a1a0a/,
  'image/webp': /^52494646.{8}57454250/,
  'image/gif': /^474946383[79]61/,
  'audio/ogg': /^4f676753/,
  'audio/mpeg': /^(494433|ff[ef])/,
  'audio/amr': /^2321414d52/,
  'audio/mp4': /^.{8}66747970/,
  'video/mp4': /^.{8}66747970/,
  'video/3gpp': /^.{8}66747970/,
  'application/pdf': /^255044462d/,
};

/** @param budgetMs  for all of it; `accepts`: content type -> how its files begin, in hex */
export function createMediaSource(
  twilio: Pick<TwilioConfig, 'accountSid' | 'authToken' | 'apiUrl'>,
  {
    budgetMs = wholeMs,
    accepts = beginnings,
    largestBytes = largestMediaBytes,
  }: { budgetMs?: number; accepts?: Record<string, RegExp>; largestBytes?: number } = {},
): MediaSource & { /** deletes it at Twilio */ discard(url: string): Promise<void> } {
  const own = `${twilio.apiUrl}/2010-04-01/Accounts/${twilio.accountSid}/Messages/`;
  const isOurs = (url: string) =>
    url.startsWith(own) && /^(SM|MM)[0-9a-f]{32}\/Media\/ME[0-9a-f]{32}$/.test(url.slice(own.length));
  const credentials = () => Buffer.from(`${twilio.accountSid}:${twilio.authToken.reveal()}`).toString('base64');
  let running = 0;

  async function follow(url: string, signal: AbortSignal): Promise<Response> {
    let at = url;
    let headers: Record<string, string> = { authorization: `Basic ${credentials()}` };
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      const response = await fetch(at, { headers, redirect: 'manual', signal });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return response;
      await response.body?.cancel();
      const next = new URL(location, at);
      if (!isStorage(next, twilio.apiUrl)) throw new UnavailableError('twilio');
      at = next.href;
      // The storage knows the address itself; the credentials are Twilio's API's alone.
      headers = {};
    }
    throw new UnavailableError('twilio');
  }

  async function bring(url: string, signal: AbortSignal): ReturnType<MediaSource['fetch']> {
    const response = await follow(url, signal);
    const done = async <T>(result: T) => {
      await response.body?.cancel();
      return result;
    };
    if (response.status === 404 || response.status === 410) return await done({ result: 'gone' as const });
    if (response.status !== 200) throw await done(new UnavailableError('twilio'));
    const contentType = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    const beginning = Object.hasOwn(accepts, contentType) ? accepts[contentType] : undefined;
    if (beginning === undefined) return await done({ result: 'refused' as const, why: 'type' as const });
    const bytes = await bounded(response, largestBytes);
    if (bytes === null) return { result: 'refused', why: 'size' };
    return beginning.test(bytes.subarray(0, 16).toString('hex'))
      ? { result: 'found', contentType, bytes }
      : { result: 'refused', why: 'type' };
  }

  return {
    async fetch(url, signal) {
      // Whatever a message said its media was at: nothing but our own account's is ever asked for.
      if (!isOurs(url)) return { result: 'refused', why: 'address' };
      if (running >= atOnce) throw new UnavailableError('twilio');
      running += 1;
      const budget = AbortSignal.timeout(budgetMs);
      try {
        return await bring(url, signal === undefined ? budget : AbortSignal.any([budget, signal]));
      } catch (error) {
        // The error itself is dropped: it may hold the request, and with it the credentials.
        throw error instanceof UnavailableError ? error : new UnavailableError('twilio');
      } finally {
        running -= 1;
      }
    },

    async discard(url) {
      if (!isOurs(url)) return;
      const headers = { authorization: `Basic ${credentials()}` };
      const signal = AbortSignal.timeout(budgetMs);
      const response = await fetch(url, { method: 'DELETE', headers, redirect: 'manual', signal }).catch(() => null);
      await response?.body?.cancel();
      if (response?.status !== 204 && response?.status !== 404) throw new UnavailableError('twilio');
    },
  };
}

/** Where Twilio keeps media. */
function isStorage(url: URL, apiUrl: string): boolean {
  if (url.origin === new URL(apiUrl).origin) return true;
  return url.protocol === 'https:' && /(^|\.)(twilio\.com|twiliocdn\.com|amazonaws\.com)$/.test(url.hostname);
}

/** @returns null: it is too large, and the rest was not read */
async function bounded(response: Response, largestBytes: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > largestBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
