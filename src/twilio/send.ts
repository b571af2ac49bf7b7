// Messages by Twilio's REST API. There is no idempotency key there: an unknown outcome is looked up before anything
// is sent again (twilio.md 6.2), which is what MessageRecords is for.
import { z } from 'zod';
import type { TwilioConfig } from '#src/config.ts';
import type { Messenger, OutgoingMessage, SendOutcome, SentMessages } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { type Guard, unguarded } from '#src/guard.ts';
import { type TwilioError, twilioError } from './errors.ts';

/** One message as Twilio keeps it. */
export interface MessageRecord {
  providerId: string;
  status: string;
  errorCode: string | null;
}

/** Both find out and redact; `find` sees only what we had sent by REST and Twilio has handed on. All three throw UnavailableError `unavailable` when Twilio gave no usable answer. */
export interface MessageRecords extends SentMessages {
  fetch(providerId: string, signal?: AbortSignal): Promise<MessageRecord | null>;
  /** Empties the text at Twilio. `notYet`: refused, as it is before the final status. */
  redact(providerId: string, signal?: AbortSignal): Promise<'redacted' | 'gone' | 'notYet'>;
}

export const statusPath = '/webhooks/twilio/status';

/** Where Twilio reports the fate of what carries `ref`. */
export const statusUrl = (publicUrl: string, ref: string): string =>
  `${publicUrl}${statusPath}?ref=${encodeURIComponent(ref)}`;

const whatsappPrefix = 'whatsapp:';
// Twilio message resource: ValidityPeriod
const maxValiditySeconds = 36_000;
// 63038 gives no time; an account's day is long, and nothing is lost by asking each hour.
const untilTomorrowMs = 3_600_000;

interface Bounds {
  /** for one request, the wait for a place and the answer included */
  budgetMs: number;
  /** every request passes through it once, whoever makes it; by default nothing is refused */
  guard?: Guard;
}

export function createMessenger(twilio: TwilioConfig, publicUrl: string, bounds: Bounds): Messenger {
  const call = createCall(twilio, bounds);
  return {
    async send(message, signal) {
      const sender = senderFor(message.channel, twilio);
      // What Twilio itself would say, without the way there.
      if (sender === null) return { outcome: 'refused', why: 'configuration', providerCode: '21603' };
      const form = new URLSearchParams({
        To: addressOf(message),
        ...sender,
        ...contentOf(message),
        StatusCallback: statusUrl(publicUrl, message.ref),
      });
      if (message.channel === 'sms') form.set('SmartEncoded', 'false');
      if (message.validitySeconds !== undefined) {
        const seconds = Math.floor(message.validitySeconds);
        form.set('ValidityPeriod', String(Math.min(Math.max(seconds, 1), maxValiditySeconds)));
      }
      return outcomeOf(await call('POST', 'Messages.json', form, signal));
    },
  };
}

/** What Twilio's clock and the database's may differ by, and its seconds without fractions. */
const clockSkewMs = 60_000;

export function createMessageRecords(twilio: TwilioConfig, bounds: Bounds): MessageRecords {
  const call = createCall(twilio, bounds);
  const answered = (answer: Answer): Extract<Answer, { status: number }> => {
    if (typeof answer === 'string' || answer.status === 429) throw new UnavailableError('twilio');
    return answer;
  };
  const read = <T>(schema: z.ZodType<T>, { status, json }: { status: number; json: unknown }): T => {
    const parsed = schema.safeParse(json);
    if (status !== 200 || !parsed.success) throw new UnavailableError('twilio');
    return parsed.data;
  };
  return {
    async find({ channel, to, since }, signal) {
      // Twilio lists by the day; the rest is decided here.
      const query = new URLSearchParams({
        To: addressOf({ channel, to }),
        'DateSent>': since.toISOString().slice(0, 10),
        PageSize: '100',
      });
      const answer = answered(await call('GET', `Messages.json?${query}`, null, signal));
      const { messages } = read(List, answer);
      return messages
        .filter(({ direction, sentAt }) => direction === 'outbound-api' && sentAt >= since.getTime() - clockSkewMs)
        .map(({ record }) => record);
    },
    async fetch(providerId, signal) {
      const answer = answered(await call('GET', `Messages/${encodeURIComponent(providerId)}.json`, null, signal));
      return answer.status === 404 ? null : read(Resource, answer).record;
    },
    async redact(providerId, signal) {
      const form = new URLSearchParams({ Body: '' });
      const { status } = answered(await call('POST', `Messages/${encodeURIComponent(providerId)}.json`, form, signal));
      if (status === 404) return 'gone';
      return status === 200 ? 'redacted' : 'notYet';
    },
  };
}

const Resource = z
  .object({
    sid: z.string(),
    status: z.string(),
    error_code: z.number().nullish(),
    direction: z.string().nullish(),
    date_sent: z.string().nullish(),
  })
  .transform(({ sid, status, error_code, direction, date_sent }) => {
    const record: MessageRecord = {
      providerId: sid,
      status,
      errorCode: error_code == null ? null : String(error_code),
    };
    return { record, direction: direction ?? null, sentAt: Date.parse(date_sent ?? '') };
  });
const List = z.object({ messages: z.array(Resource) });
const Accepted = z.object({ sid: z.string().regex(/^(SM|MM)[0-9a-f]{32}$/) });
const Refused = z.object({ code: z.number().int() });

function senderFor(channel: OutgoingMessage['channel'], twilio: TwilioConfig): Record<string, string> | null {
  const from = channel === 'whatsapp' ? twilio.whatsappFrom : twilio.smsFrom;
  if (from !== null) return { From: from };
  return twilio.messagingServiceSid === null ? null : { MessagingServiceSid: twilio.messagingServiceSid };
}

const addressOf = ({ channel, to }: Pick<OutgoingMessage, 'channel' | 'to'>): string =>
  channel === 'whatsapp' && !to.startsWith(whatsappPrefix) ? `${whatsappPrefix}${to}` : to;

const contentOf = ({ content }: OutgoingMessage): Record<string, string> =>
  'body' in content
    ? { Body: content.body }
    : { ContentSid: content.template, ContentVariables: JSON.stringify(content.variables) };

/** `nowhere`: Twilio was not reached, so nothing happened; `silence`: it may have happened. */
type Answer = { status: number; json: unknown; retryAfterMs: number | null } | 'nowhere' | 'silence';

type Call = (
  method: 'GET' | 'POST',
  path: string,
  form: URLSearchParams | null,
  signal?: AbortSignal,
) => Promise<Answer>;

function createCall(twilio: TwilioConfig, { budgetMs, guard = unguarded }: Bounds): Call {
  const base = `${twilio.apiUrl}/2010-04-01/Accounts/${twilio.accountSid}`;

  async function exchange(method: string, path: string, form: URLSearchParams | null, signal: AbortSignal) {
    const credentials = Buffer.from(`${twilio.accountSid}:${twilio.authToken.reveal()}`).toString('base64');
    try {
      const response = await fetch(`${base}/${path}`, {
        method,
        headers: { authorization: `Basic ${credentials}`, accept: 'application/json' },
        body: form,
        // A redirect would carry the text to a place that nobody configured.
        redirect: 'manual',
        signal,
      });
      const { status } = response;
      const text = await response.text();
      // Whatever a 5xx says, nobody knows what was done.
      if (status >= 500) throw new NoAnswerError('silence');
      return { status, json: parseJson(text), retryAfterMs: retryAfterMs(response.headers.get('retry-after')) };
    } catch (error) {
      if (error instanceof NoAnswerError) throw error;
      // The error itself is dropped: it may hold the request, and with it the text and the credentials.
      throw new NoAnswerError(wasNeverSent(error) ? 'nowhere' : 'silence');
    }
  }

  return async (method, path, form, given) => {
    if (given?.aborted) return 'nowhere';
    const budget = AbortSignal.timeout(budgetMs);
    const signal = given === undefined ? budget : AbortSignal.any([budget, given]);
    try {
      // Whoever gets a place too late was not told by Twilio that it is ill.
      return await guard(async () => (signal.aborted ? 'nowhere' : exchange(method, path, form, signal)), signal);
    } catch (error) {
      if (error instanceof NoAnswerError) return error.where;
      // Refused by the guard, so nothing left.
      if (error instanceof UnavailableError) return 'nowhere';
      throw error;
    }
  };
}

/** What the guard counts. */
class NoAnswerError extends UnavailableError {
  readonly where: 'nowhere' | 'silence';
  constructor(where: NoAnswerError['where']) {
    super('twilio');
    this.where = where;
  }
}

const beforeConnecting = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

function wasNeverSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && beforeConnecting.has(String(cause.code));
}

function outcomeOf(answer: Answer): SendOutcome {
  if (answer === 'silence') return { outcome: 'unknown' };
  if (answer === 'nowhere') return { outcome: 'busy', retryAfterMs: null };
  const { status, json, retryAfterMs } = answer;
  if (status === 408) return { outcome: 'unknown' };
  if (status >= 200 && status < 300) {
    const accepted = Accepted.safeParse(json);
    return accepted.success ? { outcome: 'accepted', providerId: accepted.data.sid } : { outcome: 'unknown' };
  }
  const refused = Refused.safeParse(json);
  const code = refused.success ? refused.data.code : null;
  const row = code === null ? undefined : twilioError(code);
  if (row?.remedy === 'findOut') return { outcome: 'unknown' };
  if (row?.remedy === 'untilTomorrow') return { outcome: 'busy', retryAfterMs: retryAfterMs ?? untilTomorrowMs };
  if (row?.kind === 'transient' || (row === undefined && status === 429)) return { outcome: 'busy', retryAfterMs };
  return { outcome: 'refused', why: whyOf(row), providerCode: code === null ? `http_${status}` : String(code) };
}

function whyOf(row: TwilioError | undefined): Extract<SendOutcome, { outcome: 'refused' }>['why'] {
  if (row?.remedy === 'suppress') return 'optedOut';
  if (row?.remedy === 'stopPrefix') return 'pumping';
  if (row?.kind === 'permanent') return 'destination';
  return row?.kind === 'policy' ? 'policy' : 'configuration';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
