// What a person's message looks like when Twilio hands it on.
import { countSegments } from '#machines/copy/segments.ts';
import { isWhatsApp, newSid } from './twilio-wire.ts';

/** What a person can do with a phone. */
export type Typed =
  | { body: string }
  | { media: { contentType: string; url?: string; bytes?: Buffer }[]; body?: string }
  | { location: { latitude: number; longitude: number; label?: string; address?: string } }
  | { button: { payload: string; text: string } }
  | { list: { id: string; title: string } }
  | { flow: Record<string, string> }
  /** WhatsApp hands nothing on but its `MessageType` */
  | { other: string };

export type InboundMessage = Typed & {
  /** as configured at Twilio, with its fragment, e.g. `…/messaging#rc=5&rp=all` */
  webhookUrl: string;
  fallbackUrl?: string;
  from: string;
  to: string;
  /** the same one again is a redelivery */
  messageSid?: string;
  messagingServiceSid?: string;
  /** added as they are, before signing */
  extra?: Record<string, string>;
};

export function inboundParams(
  message: InboundMessage,
  account: { accountSid: string; apiUrl: string; optOutType: string | null },
): Record<string, string> {
  const sid = message.messageSid ?? newSid('media' in message ? 'MM' : 'SM');
  const body = 'body' in message ? (message.body ?? '') : '';
  const params: Record<string, string> = {
    SmsMessageSid: sid,
    NumMedia: '0',
    SmsSid: sid,
    SmsStatus: 'received',
    Body: body,
    To: message.to,
    NumSegments: isWhatsApp(message.to) ? '1' : String(countSegments(body).segments),
    MessageSid: sid,
    AccountSid: account.accountSid,
    From: message.from,
    ApiVersion: '2010-04-01',
    ...(isWhatsApp(message.from) ? whatsappFields(message) : smsFields()),
    ...contentFields(message, `${account.apiUrl}/2010-04-01/Accounts/${account.accountSid}/Messages/${sid}`),
  };
  if (message.messagingServiceSid !== undefined) params.MessagingServiceSid = message.messagingServiceSid;
  if (account.optOutType !== null) params.OptOutType = account.optOutType;
  return { ...params, ...message.extra };
}

const smsFields = (): Record<string, string> => ({
  ToCountry: 'ID',
  ToState: '',
  ToCity: '',
  ToZip: '',
  FromCountry: 'ID',
  FromState: '',
  FromCity: '',
  FromZip: '',
});

function whatsappFields(message: InboundMessage): Record<string, string> {
  const number = /^whatsapp:\+(\d+)$/.exec(message.from)?.[1];
  const context = { ProfileName: 'Peserta', ...(number === undefined ? {} : { WaId: number }) };
  return {
    ...context,
    ...(number === undefined ? { ExternalUserId: message.from } : {}),
    MessageType: messageType(message),
    ReferralNumMedia: '0',
    ChannelMetadata: JSON.stringify({ type: 'whatsapp', data: { context } }),
  };
}

function messageType(message: Typed): string {
  if ('other' in message) return message.other;
  if ('location' in message) return 'location';
  if ('button' in message || 'list' in message || 'flow' in message) return 'interactive';
  if ('media' in message)
    return message.media[0]?.contentType.split('/')[0]?.replace('application', 'document') ?? 'text';
  return 'text';
}

function contentFields(message: Typed, messageUrl: string): Record<string, string> {
  if ('media' in message) {
    const items = message.media.flatMap(({ contentType, url }, index) => [
      [`MediaContentType${index}`, contentType],
      [`MediaUrl${index}`, url ?? `${messageUrl}/Media/${newSid('ME')}`],
    ]);
    return { NumMedia: String(message.media.length), ...Object.fromEntries(items) };
  }
  if ('location' in message) {
    const { latitude, longitude, label, address } = message.location;
    return {
      Latitude: String(latitude),
      Longitude: String(longitude),
      ...(label === undefined ? {} : { Label: label }),
      ...(address === undefined ? {} : { Address: address }),
    };
  }
  if ('button' in message) {
    const { payload, text } = message.button;
    return { Body: text, ButtonText: text, ButtonPayload: payload };
  }
  if ('list' in message) return { Body: message.list.title, ListId: message.list.id, ListTitle: message.list.title };
  if ('flow' in message) {
    const data = JSON.stringify(message.flow);
    return { InteractiveData: JSON.stringify({ flowResponse: message.flow }), FlowData: data };
  }
  return {};
}
