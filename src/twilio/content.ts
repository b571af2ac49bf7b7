// Buttons under a WhatsApp message, by Twilio's Content API: TwiML carries none (twilio.md 4.7, 10.2).
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TwilioConfig } from '#src/config.ts';
import type { Messenger, OfferChoices } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import type { Guard } from '#src/guard.ts';
import type { Logger } from '#src/log.ts';

/** What a message with buttons or a list may hold; Twilio: quick-reply, list-picker. */
const maxCharacters = 1024;
const realApi = 'https://api.twilio.com';
const realContent = 'https://content.twilio.com';
/** For all requests of one offer, own: what a full turn leaves of Twilio's 15 s, with as much again to spare. */
const budgetMs = 3_000;
const pageSize = 100;
const mostPages = 20;

const Sid = z.string().regex(/^HX[0-9a-f]{32}$/);
const Created = z.object({ sid: Sid });
const Page = z.object({
  contents: z.array(z.object({ sid: Sid, friendly_name: z.string().nullish() })),
  meta: z.object({ next_page_url: z.string().nullish() }).nullish(),
});

/**
 * The text goes in as a variable, so that no person's data is kept in a content and a handful of them serves everybody.
 * They are named by the hash of their JSON and found by it after a restart.
 */
export function createOfferChoices(
  twilio: TwilioConfig,
  { messenger, guard, log }: { messenger: Messenger; guard: Guard; log: Logger },
): OfferChoices {
  const base = twilio.apiUrl === realApi ? realContent : twilio.apiUrl;
  const known = new Map<string, Promise<string>>();

  async function call(method: 'GET' | 'POST', url: string, signal: AbortSignal, json?: unknown): Promise<unknown> {
    const credentials = Buffer.from(`${twilio.accountSid}:${twilio.authToken.reveal()}`).toString('base64');
    const ask = () =>
      fetch(url, {
        method,
        headers: {
          authorization: `Basic ${credentials}`,
          accept: 'application/json',
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: json === undefined ? null : JSON.stringify(json),
        redirect: 'manual',
        signal,
      }).catch(() => {
        throw new UnavailableError('twilio');
      });
    const response = await guard(ask, signal);
    if (!response.ok) throw new Error(`content answered ${response.status}`);
    return await response.json();
  }

  async function find(name: string, signal: AbortSignal): Promise<string | null> {
    let path: string | null = `/v1/Content?PageSize=${pageSize}`;
    for (let page = 0; path !== null && page < mostPages; page += 1) {
      const { contents, meta }: z.infer<typeof Page> = Page.parse(await call('GET', `${base}${path}`, signal));
      const found = contents.find((one) => one.friendly_name === name);
      if (found !== undefined) return found.sid;
      const next = meta?.next_page_url ?? null;
      path = next === null ? null : `${new URL(next).pathname}${new URL(next).search}`;
    }
    return null;
  }

  async function create(name: string, content: object, signal: AbortSignal): Promise<string> {
    const made = await call('POST', `${base}/v1/Content`, signal, { friendly_name: name, ...content });
    return Created.parse(made).sid;
  }

  /** One search a process and content, however many people ask at once; a failed one is tried again. */
  function sidOf(content: object, signal: AbortSignal): Promise<string> {
    const name = nameOf(content);
    const asked = known.get(name);
    if (asked !== undefined) return asked;
    const found = find(name, signal)
      // Where contents may be made but not listed, a second one of that name does no harm.
      .catch((error: unknown) => (error instanceof UnavailableError ? Promise.reject(error) : null))
      .then(async (sid) => sid ?? (await create(name, content, signal)));
    known.set(name, found);
    found.catch(() => known.delete(name));
    return found;
  }

  return async ({ to, text, language, choices, mark, ref }) => {
    if ([...text].length > maxCharacters) return false;
    const signal = AbortSignal.timeout(budgetMs);
    try {
      const made = contentOf(language, choices);
      const template = await sidOf(made, signal);
      const content = { template, variables: { 1: text, 2: mark } };
      const sent = await messenger.send({ channel: 'whatsapp', to, content, ref }, signal);
      // It may have been deleted at Twilio: looked for again next time.
      if (sent.outcome === 'refused') known.delete(nameOf(made));
      if (sent.outcome !== 'accepted') log.warn('choices.notSent', { state: sent.outcome });
      return sent.outcome === 'accepted';
    } catch (error) {
      log.warn('choices.notSent', { error });
      return false;
    }
  };
}

const nameOf = (content: object): string =>
  `ubah-data-${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)}`;

type Offer = Parameters<OfferChoices>[0];

const contentOf = (language: Offer['language'], { entries, label }: Offer['choices']) => ({
  language,
  variables: { 1: 'text', 2: 'mark' },
  types: {
    ...(label === null
      ? {
          'twilio/quick-reply': {
            body: '{{1}}',
            actions: entries.map(({ id, title }) => ({ type: 'QUICK_REPLY', title, id: `${id}:{{2}}` })),
          },
        }
      : {
          'twilio/list-picker': {
            body: '{{1}}',
            button: label,
            items: entries.map(({ id, title }) => ({ item: title, id: `${id}:{{2}}` })),
          },
        }),
    'twilio/text': { body: '{{1}}' },
  },
});
