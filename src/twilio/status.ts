// Delivery reports: unordered, repeated, sometimes missing (twilio.md 5), so each says how far it reaches.
import { z } from 'zod';
import type { Channel } from '#machines/vocabulary.ts';
import type { TwilioConfig } from '#src/config.ts';
import type { DeliveryFailure, DeliveryReport } from '#src/conversation/ports.ts';
import { MalformedRequestError } from '#src/errors.ts';
import { type Remedy, twilioError } from './errors.ts';
import { fieldsOf, type Pair } from './form.ts';

// Only upward: `read` may overtake `delivered`, and what ended stays ended. `other`: a status that we do not know.
const ranks = {
  other: 0,
  accepted: 0,
  scheduled: 0,
  queued: 1,
  sending: 2,
  sent: 3,
  delivered: 4,
  read: 5,
  canceled: 6,
  undelivered: 7,
  failed: 8,
} as const;
export type DeliveryStatus = keyof typeof ranks;

const MessageSid = z.string().regex(/^(SM|MM)[0-9a-f]{32}$/);

const Fields = z.object({
  AccountSid: z.string().regex(/^AC[0-9a-f]{32}$/),
  MessageSid,
  SmsSid: MessageSid.optional(),
  MessageStatus: z.string().regex(/^[a-z_-]{1,32}$/),
  To: z.string().optional(),
  ChannelPrefix: z.string().optional(),
  ErrorCode: z
    .string()
    .regex(/^\d{1,6}$/)
    .optional(),
});

const refShape = /^[A-Za-z0-9._:~-]{1,128}$/;

/**
 * @param pairs  what `receiveForm` returned
 * @param originalUrl  path and query as received
 * @throws MalformedRequestError `malformed_request`
 */
export function parseStatus(pairs: readonly Pair[], originalUrl: string, twilio: TwilioConfig): DeliveryReport {
  const parsed = Fields.safeParse(fieldsOf(pairs));
  if (!parsed.success) throw new MalformedRequestError(`misshapen: ${parsed.error.issues[0]?.path.join('.')}`);
  const fields = parsed.data;
  if (fields.AccountSid !== twilio.accountSid) throw new MalformedRequestError('another account');
  if (fields.SmsSid !== undefined && fields.SmsSid !== fields.MessageSid) {
    throw new MalformedRequestError('two message ids');
  }
  const status = isStatus(fields.MessageStatus) ? fields.MessageStatus : 'other';
  const channel = fields.ChannelPrefix === 'whatsapp' || fields.To?.startsWith('whatsapp:') ? 'whatsapp' : 'sms';
  return {
    providerId: fields.MessageSid,
    channel,
    ref: refOf(originalUrl),
    status,
    rank: ranks[status],
    terminal: isTerminal(status, channel),
    failure: hasFailed(status) ? failureOf(fields.ErrorCode ?? null) : null,
  };
}

const isStatus = (text: string): text is DeliveryStatus => Object.hasOwn(ranks, text);

/** Whether no further report is to be expected. */
export const isTerminal = (status: DeliveryStatus, channel: Channel): boolean =>
  ranks[status] >= ranks.read || (status === 'delivered' && channel === 'sms');

function refOf(originalUrl: string): string | null {
  const query = originalUrl.indexOf('?');
  if (query === -1) return null;
  const refs = new URLSearchParams(originalUrl.slice(query)).getAll('ref');
  const [ref] = refs;
  if (refs.length !== 1 || ref === undefined || !refShape.test(ref)) throw new MalformedRequestError('misshapen: ref');
  return ref;
}

const hasFailed = (status: DeliveryStatus): boolean => ranks[status] >= ranks.canceled;

/** What a failed delivery asks for. A code that is in no table counts as transient, for one more try (twilio.md 5.6). */
export function failureOf(errorCode: string | null): DeliveryFailure {
  const row = errorCode === null ? undefined : twilioError(Number(errorCode));
  return { providerCode: errorCode, ...(row === undefined ? { why: 'transient', again: 'once' } : asks[row.remedy]) };
}

const asks: Record<Remedy, Pick<DeliveryFailure, 'why' | 'again'>> = {
  alarm: { why: 'configuration', again: 'never' },
  log: { why: 'configuration', again: 'never' },
  askAgain: { why: 'destination', again: 'never' },
  otherChannel: { why: 'way', again: 'never' },
  watchShare: { why: 'filtered', again: 'never' },
  slowDown: { why: 'transient', again: 'often' },
  later: { why: 'transient', again: 'often' },
  findOut: { why: 'transient', again: 'once' },
  onceMore: { why: 'transient', again: 'once' },
  untilTomorrow: { why: 'transient', again: 'often' },
  suppress: { why: 'optedOut', again: 'never' },
  template: { why: 'window', again: 'never' },
  newCode: { why: 'transient', again: 'never' },
  stopPrefix: { why: 'pumping', again: 'never' },
};
