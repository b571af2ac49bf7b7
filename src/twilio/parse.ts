// A genuine request -> one Inbound. Strict about what the signature does not delimit, patient about everything else.
import { z } from 'zod';
import type { MediaKind } from '#machines/events.ts';
import type { Channel } from '#machines/vocabulary.ts';
import type { TwilioConfig } from '#src/config.ts';
import type { Content, Inbound } from '#src/conversation/ports.ts';
import { MalformedRequestError } from '#src/errors.ts';
import { fieldsOf, type Pair } from './form.ts';

const MessageSid = z.string().regex(/^(SM|MM)[0-9a-f]{32}$/);

const Fields = z.object({
  AccountSid: z.string().regex(/^AC[0-9a-f]{32}$/),
  MessageSid,
  SmsSid: MessageSid.optional(),
  From: z.string(),
  To: z.string(),
  Body: z.string(),
  MessagingServiceSid: z.string().optional(),
  OptOutType: z.string().optional(),
  MessageType: z.string().optional(),
  NumMedia: z
    .string()
    .regex(/^\d{1,2}$/)
    .default('0'),
  ListId: z.string().optional(),
  ListTitle: z.string().optional(),
  ButtonPayload: z.string().optional(),
  ButtonText: z.string().optional(),
  InteractiveData: z.string().optional(),
  FlowData: z.string().optional(),
  Latitude: z.string().optional(),
  Longitude: z.string().optional(),
});
type Fields = z.infer<typeof Fields>;

const whatsappPrefix = 'whatsapp:';
const phoneShape = /^\+[1-9]\d{6,14}$/;

const addressShape: Record<Channel, RegExp> = {
  // a number, a short code, or the name of a sender
  sms: /^(\+[1-9]\d{6,14}|\d{3,8}|[A-Za-z0-9 &_-]{1,11})$/,
  // a number, or a business-scoped user id, whose digits are Meta's business
  whatsapp: /^whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128})$/,
};

// The keys that Twilio sorts between From and MessageSid: moved into an opaque From, they would sign just the same.
const swallowedKey = /From[A-Z]|InteractiveData|Label|Latitude|List(Id|Title)|Longitude|Media(ContentType|Url)\d/;

// What somebody types is signed without a border too: a Body of `hiFrom+6281…Gx` could later be cut into a Body of `hi`,
// a From of another person, and an unknown key that swallows the true From. So a second sender or message id anywhere
// in what was signed makes it worthless; nobody writes like that by chance.
const senderInside = /From(\+\d|whatsapp:)/;
const otherIdInside = /(?<!Replied)MessageSid((?:SM|MM)[0-9a-f]{32})/g;

/**
 * @param pairs  what `receiveForm` returned
 * @throws MalformedRequestError `malformed_request`  repeated or impossible keys, missing or misshapen fields, or an
 *   account or receiver that is not ours
 */
export function parseInbound(pairs: readonly Pair[], twilio: TwilioConfig): Inbound {
  const all = fieldsOf(pairs);
  const parsed = Fields.safeParse(all);
  if (!parsed.success) throw new MalformedRequestError(`misshapen: ${parsed.error.issues[0]?.path.join('.')}`);
  const fields = parsed.data;
  const channel: Channel = fields.From.startsWith(whatsappPrefix) ? 'whatsapp' : 'sms';

  if (fields.AccountSid !== twilio.accountSid) throw new MalformedRequestError('another account');
  if (!isOurs(fields, channel, twilio)) throw new MalformedRequestError('another receiver');
  if (!addressShape[channel].test(fields.From) || swallowedKey.test(fields.From)) {
    throw new MalformedRequestError('misshapen: From');
  }
  if (fields.SmsSid !== undefined && fields.SmsSid !== fields.MessageSid) {
    throw new MalformedRequestError('two message ids');
  }
  if (isAmbiguous(all, fields.MessageSid)) throw new MalformedRequestError('two senders or message ids');

  const bare = channel === 'whatsapp' ? fields.From.slice(whatsappPrefix.length) : fields.From;
  return {
    messageId: fields.MessageSid,
    channel,
    address: fields.From,
    phone: phoneShape.test(bare) ? bare : null,
    content: optOutOf(fields, channel) ?? contentOf(fields, all),
  };
}

/** An SMS to a sender that cannot answer: gets an empty response and is counted, whatever it says. */
export const isOneWay = (inbound: Inbound, twilio: TwilioConfig): boolean =>
  inbound.channel === 'sms' && !twilio.smsTwoWay;

function isOurs(fields: Fields, channel: Channel, twilio: TwilioConfig): boolean {
  if (fields.To.startsWith(whatsappPrefix) !== (channel === 'whatsapp')) return false;
  if (fields.To === (channel === 'whatsapp' ? twilio.whatsappFrom : twilio.smsFrom)) return true;
  return twilio.messagingServiceSid !== null && fields.MessagingServiceSid === twilio.messagingServiceSid;
}

function isAmbiguous(all: Record<string, string>, messageSid: string): boolean {
  return Object.entries(all).some(([key, value]) => {
    const signed = `${key}${value}`;
    if (key !== 'From' && senderInside.test(signed)) return true;
    return signed.includes('MessageSid') && [...signed.matchAll(otherIdInside)].some(([, sid]) => sid !== messageSid);
  });
}

type OptOut = Extract<Content, { kind: 'optOut' }>;

// Advanced Opt-Out: Twilio recognised the word and has answered.
const byOptOutType: Record<string, OptOut['action']> = { STOP: 'stop', START: 'start', HELP: 'help' };

// Twilio's defaults on SMS. It answers STOP and HELP and says nothing about it; START it leaves to us (twilio.md 8.1).
const onSms: Record<string, { action: OptOut['action']; answered: boolean }> = {
  ...each(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'], 'stop', true),
  ...each(['START', 'YES', 'UNSTOP'], 'start', false),
  ...each(['HELP', 'INFO'], 'help', true),
};

// Words that nobody but we would act on (twilio.md 8.3). On SMS, STOP is above; the Indonesian ones are the custom there.
const ours = each(['STOP', 'BERHENTI', 'UNREG'], 'stop', false);

function each(words: string[], action: OptOut['action'], answered: boolean) {
  return Object.fromEntries(words.map((word) => [word, { action, answered }]));
}

function optOutOf(fields: Fields, channel: Channel): OptOut | null {
  const text = fields.Body;
  const told = fields.OptOutType === undefined ? undefined : byOptOutType[fields.OptOutType.toUpperCase()];
  if (told !== undefined) return { kind: 'optOut', action: told, answered: true, text };
  const word = text.trim().toUpperCase();
  const meant = (channel === 'sms' ? lookUp(onSms, word) : undefined) ?? lookUp(ours, word);
  return meant === undefined ? null : { kind: 'optOut', ...meant, text };
}

const lookUp = <T>(table: Record<string, T>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

// MessageType of what WhatsApp delivers with nothing that we could read; `text` and `button` come with their words.
const wordy = new Set(['text', 'button', 'interactive']);

function contentOf(fields: Fields, all: Record<string, string>): Content {
  if (fields.ListId) {
    return { kind: 'choice', source: 'list', id: fields.ListId, text: fields.ListTitle ?? fields.Body };
  }
  if (fields.ButtonPayload) {
    return { kind: 'choice', source: 'button', id: fields.ButtonPayload, text: fields.ButtonText ?? fields.Body };
  }
  if (fields.InteractiveData !== undefined || fields.FlowData !== undefined) return { kind: 'unsupported' };
  if (fields.Latitude !== undefined) return locationOf(fields.Latitude, fields.Longitude);
  const media = Array.from({ length: Number(fields.NumMedia) }, (_, index) => {
    const contentType = all[`MediaContentType${index}`] ?? '';
    return { kind: mediaKind(contentType, fields.MessageType), contentType, url: all[`MediaUrl${index}`] ?? '' };
  });
  if (media.length > 0) return { kind: 'media', media, text: fields.Body };
  if (fields.Body === '' && fields.MessageType !== undefined && !wordy.has(fields.MessageType)) {
    return { kind: 'unsupported' };
  }
  return { kind: 'text', text: fields.Body };
}

const degrees = /^-?\d{1,3}(\.\d{1,20})?$/;

function locationOf(latitude: string, longitude = ''): Content {
  if (!degrees.test(latitude) || !degrees.test(longitude)) return { kind: 'unsupported' };
  return { kind: 'location', latitude: Number(latitude), longitude: Number(longitude) };
}

function mediaKind(contentType: string, messageType: string | undefined): MediaKind {
  if (messageType === 'sticker') return 'sticker';
  const [family = '', name = ''] = contentType.toLowerCase().split(/[/;]/);
  if (name === 'vcard' || name === 'x-vcard') return 'contact';
  if (family === 'image' || family === 'video') return family;
  if (family === 'audio') return 'voice';
  if (family === 'application' || family === 'text') return 'document';
  return 'other';
}
