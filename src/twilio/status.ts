// Delivery reports: unordered, repeated, sometimes missing (twilio.md 5). What they add up to does not depend on it.
import { z } from 'zod';
import type { Channel } from '#machines/vocabulary.ts';
import type { TwilioConfig } from '#src/config.ts';
import { MalformedRequestError } from '#src/errors.ts';
import { twilioError } from './errors.ts';
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

export interface DeliveryReport {
  providerId: string;
  channel: Channel;
  /** ours, from the signed URL; names the row even when this arrives before the answer of the REST call */
  ref: string | null;
  status: DeliveryStatus;
  errorCode: string | null;
  /** nothing follows; on WhatsApp `read` follows `delivered` */
  terminal: boolean;
}

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
    errorCode: fields.ErrorCode ?? null,
    terminal: isTerminal(status, channel),
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

/** What is known of one message so far. */
export interface Delivery {
  status: DeliveryStatus;
  errorCode: string | null;
}

/** @returns `before` itself where the report adds nothing: any order and any repetition ends the same */
export function advanceDelivery(before: Delivery, report: Delivery): Delivery {
  const rise = ranks[report.status] - ranks[before.status];
  if (rise < 0 || (rise === 0 && (before.errorCode !== null || report.errorCode === null))) return before;
  return { status: report.status, errorCode: report.errorCode };
}

export interface DeliveryAdvice {
  /** the person said stop: nothing more to this address of our own accord */
  suppressRecipient: boolean;
  /** free text is over until they write again */
  needsTemplate: boolean;
  /** a notice may be tried again; a code never is, a new one replaces it */
  retryable: boolean;
}

/** What a failed delivery asks for. A code that is in no table counts as transient (twilio.md 5.6). */
export function adviceFor(errorCode: string): DeliveryAdvice {
  const row = twilioError(Number(errorCode));
  return {
    suppressRecipient: row?.remedy === 'suppress',
    needsTemplate: row?.remedy === 'template',
    retryable: row === undefined || row.kind === 'transient',
  };
}
