// How Twilio writes things down: signatures, sids, dates, forms and TwiML. Written apart from src/twilio/ on purpose,
// so that a mistake there does not find its twin here.
import { createHmac, randomBytes } from 'node:crypto';

/** `X-Twilio-Signature` of a form POST. */
export function sign(authToken: string, url: string, params: Record<string, string>): string {
  const signed = Object.keys(params)
    .sort()
    .reduce((text, key) => `${text}${key}${params[key]}`, withoutFragment(url));
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}

export const withoutFragment = (url: string): string => url.split('#')[0] ?? '';

export const newSid = (prefix: 'SM' | 'MM' | 'ME' | 'RQ' | 'HX'): string =>
  `${prefix}${randomBytes(16).toString('hex')}`;

/** RFC 2822, as the 2010 API has it */
export const apiDate = (at: number | null): string | null =>
  at === null ? null : new Date(at).toUTCString().replace('GMT', '+0000');

export const isWhatsApp = (address: string): boolean => address.startsWith('whatsapp:');

export interface TwimlMessage {
  body: string;
  statusCallback: string | null;
}

/** @returns null for what Twilio would refuse as TwiML (its 12100) */
export function readTwiml(xml: string): TwimlMessage[] | null {
  const response = /^\s*(?:<\?xml[^>]*\?>)?\s*<Response\s*(?:\/>|>([\s\S]*)<\/Response>)\s*$/.exec(xml);
  if (response === null || illegalInXml.test(xml)) return null;
  const inner = response[1] ?? '';
  const messages: TwimlMessage[] = [];
  for (const [, attributes = '', content = ''] of inner.matchAll(/<Message((?:\s[^>]*)?)>([\s\S]*?)<\/Message>/g)) {
    const body = unescapeXml(/<Body>([\s\S]*?)<\/Body>/.exec(content)?.[1] ?? content);
    const callback = /\b(?:statusCallback|action)="([^"]*)"/.exec(attributes)?.[1];
    if (body === null) return null;
    messages.push({ body, statusCallback: callback === undefined ? null : unescapeXml(callback) });
  }
  const rest = inner.replace(/<Message(?:\s[^>]*)?>[\s\S]*?<\/Message>/g, '').trim();
  return rest === '' ? messages : null;
}

const illegalInXml = /[^\P{Cc}\n\r\t]|\p{Cs}|[\uFFFE\uFFFF]/u;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string | null {
  if (/<|&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-f]+);)/i.test(text)) return null;
  return text.replace(/&(#x?)?([0-9a-z]+);/gi, (_, number: string | undefined, name: string) => {
    if (number === undefined) return entities[name] ?? '';
    return String.fromCodePoint(Number.parseInt(name, number === '#x' ? 16 : 10));
  });
}
