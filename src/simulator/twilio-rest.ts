// The 2010 REST API of messages, as far as requests, refusals and answers go; what becomes of a message is elsewhere.
import type { IncomingMessage } from 'node:http';
import { apiDate, isWhatsApp } from './twilio-wire.ts';

export interface EmulatedMessage {
  sid: string;
  /** `outbound-auto`: Twilio's own answer to an opt-out word */
  direction: 'inbound' | 'outbound-api' | 'outbound-reply' | 'outbound-auto';
  channel: 'sms' | 'whatsapp';
  /** null: a Messaging Service without known senders */
  from: string | null;
  to: string;
  /** rendered, where it came from a template; empty after a redaction */
  body: string;
  contentSid: string | null;
  contentVariables: Record<string, string>;
  /** what can be tapped under it */
  choices: Choice[];
  /** of the button that opens them as a list; null: each is a button */
  listLabel: string | null;
  messagingServiceSid: string | null;
  statusCallback: string | null;
  validitySeconds: number | null;
  status: string;
  errorCode: number | null;
  segments: number;
  redacted: boolean;
  createdAt: number;
  sentAt: number | null;
}

export interface Choice {
  id: string;
  title: string;
}

/** What was made by `POST /v1/Content`, as far as a phone shows it. */
export interface Content {
  sid: string;
  friendly_name: string;
  language: string;
  types: Record<string, { body?: string; actions?: Choice[]; button?: string; items?: { item: string; id: string }[] }>;
}

export const maxCharacters = 1600;
export const finalStatuses = new Set(['received', 'delivered', 'read', 'undelivered', 'failed', 'canceled']);

const httpStatus: Record<number, number> = { 20003: 401, 20404: 404, 20429: 429, 63038: 429, 20500: 500 };

/** Thrown inside, answered as a JSON error. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: number;
  readonly retryAfterSeconds: number | null;
  constructor(code: number, status = httpStatus[code] ?? 400, retryAfterSeconds: number | null = null) {
    super(`error ${code}`);
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type RestCall =
  | { kind: 'create'; params: Record<string, string> }
  | { kind: 'list'; query: URLSearchParams }
  | { kind: 'createContent'; json: unknown }
  | { kind: 'listContent' }
  | { kind: 'fetch'; sid: string }
  | { kind: 'delete'; sid: string }
  | { kind: 'redact'; sid: string; params: Record<string, string> };

/** @returns null for a path or method that the API has not */
export function readCall(
  method: string,
  url: URL,
  accountSid: string,
  params: Record<string, string>,
  json: unknown,
): RestCall | null {
  if (url.pathname === '/v1/Content') {
    if (method === 'POST') return { kind: 'createContent', json };
    return method === 'GET' ? { kind: 'listContent' } : null;
  }
  const root = `/2010-04-01/Accounts/${accountSid}/Messages`;
  if (url.pathname === `${root}.json`) {
    if (method === 'POST') return { kind: 'create', params };
    return method === 'GET' ? { kind: 'list', query: url.searchParams } : null;
  }
  const sid = new RegExp(`^${root}/(\\w+)\\.json$`).exec(url.pathname)?.[1];
  if (sid === undefined) return null;
  if (method === 'POST') return { kind: 'redact', sid, params };
  if (method === 'GET') return { kind: 'fetch', sid };
  return method === 'DELETE' ? { kind: 'delete', sid } : null;
}

const isAddress = (to: string): boolean => /^(whatsapp:)?\+[1-9]\d{7,14}$|^whatsapp:[A-Z]{2}\.[A-Za-z0-9.]+$/.test(to);

export function variablesOf(params: Record<string, string>): Record<string, string> {
  const text = params.ContentVariables;
  if (text === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) throw new Refusal(21656);
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    throw new Refusal(21656);
  }
}

/** Who may send, what was approved. */
export interface Assets {
  senders: string[] | undefined;
  services: Record<string, string[]> | undefined;
  templates: Record<string, string> | undefined;
  contents: ReadonlyMap<string, Content>;
}

/**
 * The sender and the text of a message to be created; null: the service will choose a sender that we do not know.
 * @throws Refusal
 */
export function readCreate(params: Record<string, string>, assets: Assets): { from: string | null; body: string } {
  const to = params.To ?? '';
  const service = params.MessagingServiceSid ?? null;
  const pool = service === null ? [] : (assets.services?.[service] ?? []);
  const from = params.From ?? pool.find((one) => isWhatsApp(one) === isWhatsApp(to)) ?? null;
  if (to === '') throw new Refusal(21604);
  if (!isAddress(to)) throw new Refusal(21211);
  if (from === null && service === null) throw new Refusal(21603);
  if (from === null && assets.services !== undefined) throw new Refusal(21703);
  if (params.Body === undefined && params.ContentSid === undefined) throw new Refusal(21602);
  if (from !== null && isWhatsApp(from) !== isWhatsApp(to)) throw new Refusal(21910);
  if (from !== null && service === null && assets.senders?.includes(from) === false) {
    throw new Refusal(isWhatsApp(from) ? 63007 : 21606);
  }
  const body = params.ContentSid === undefined ? (params.Body ?? '') : render(params.ContentSid, params, assets);
  if ([...body].length > maxCharacters) throw new Refusal(21617);
  return { from, body };
}

const limits = { body: 1024, title: 20, item: 24, id: 200, buttons: 3, items: 10 };

/** @throws Refusal */
export function readContent(json: unknown, sid: string): Content {
  const { friendly_name = '', language, types } = (json ?? {}) as Partial<Content>;
  if (typeof language !== 'string' || typeof types !== 'object' || types === null) throw new Refusal(20001);
  const actions = types['twilio/quick-reply']?.actions ?? [];
  const isTooLong = actions.some(({ id, title }) => title.length > limits.title || id.length > limits.id);
  if (actions.length > limits.buttons || isTooLong) throw new Refusal(20001);
  const { items = [], button } = types['twilio/list-picker'] ?? { button: '-' };
  const isListTooLong = items.some(({ id, item }) => item.length > limits.item || id.length > limits.id);
  if (items.length > limits.items || isListTooLong || !button || button.length > limits.title) throw new Refusal(20001);
  return { sid, friendly_name, language, types };
}

/** What can be tapped under a message made of a content, its variables filled in. */
export function tappable(
  content: Content | undefined,
  variables: Record<string, string>,
): Pick<EmulatedMessage, 'choices' | 'listLabel'> {
  const list = content?.types['twilio/list-picker'];
  const entries =
    list?.items?.map(({ id, item }) => ({ id, title: item })) ?? content?.types['twilio/quick-reply']?.actions ?? [];
  const choices = entries.map(({ id, title }) => ({ id: filled(id, variables), title: filled(title, variables) }));
  return { choices, listLabel: list?.button ?? null };
}

const filled = (template: string, variables: Record<string, string>): string =>
  template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => variables[name] ?? '');

function render(contentSid: string, params: Record<string, string>, { templates, contents }: Assets): string {
  const variables = variablesOf(params);
  const made = Object.values(contents.get(contentSid)?.types ?? {})[0];
  const template = made?.body ?? templates?.[contentSid];
  if (template !== undefined) {
    const text = filled(template, variables);
    if (made !== undefined && text.length > limits.body) throw new Refusal(21617);
    return text;
  }
  if (templates !== undefined) throw new Refusal(21655);
  return Object.values(variables).join(' ');
}

export function isListed(message: EmulatedMessage, query: URLSearchParams): boolean {
  const day = message.sentAt === null ? null : new Date(message.sentAt).toISOString().slice(0, 10);
  const matches = (key: string, test: (value: string) => boolean) => {
    const value = query.get(key);
    return value === null || test(value);
  };
  return (
    matches('To', (to) => message.to === to) &&
    matches('From', (from) => message.from === from) &&
    matches('DateSent', (date) => day === date.slice(0, 10)) &&
    matches('DateSent>', (date) => day !== null && day >= date.slice(0, 10)) &&
    matches('DateSent<', (date) => day !== null && day <= date.slice(0, 10))
  );
}

export function callbackParams(message: EmulatedMessage, status: string, accountSid: string): Record<string, string> {
  const isLast = status === 'failed' || status === 'undelivered';
  return {
    SmsSid: message.sid,
    SmsStatus: status,
    MessageStatus: status,
    To: message.to,
    MessageSid: message.sid,
    AccountSid: accountSid,
    From: message.from ?? '',
    ApiVersion: '2010-04-01',
    ...(message.messagingServiceSid === null ? {} : { MessagingServiceSid: message.messagingServiceSid }),
    ...(isLast && message.errorCode !== null ? { ErrorCode: String(message.errorCode) } : {}),
    ...(message.channel === 'whatsapp' ? { ChannelPrefix: 'whatsapp', EventType: status.toUpperCase() } : {}),
  };
}

/** The 2010 API's JSON of one message. */
export function resource(message: EmulatedMessage, accountSid: string) {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}`;
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: apiDate(message.createdAt),
    date_sent: apiDate(message.sentAt),
    date_updated: apiDate(message.sentAt ?? message.createdAt),
    direction: message.direction === 'outbound-auto' ? 'outbound-reply' : message.direction,
    error_code: message.errorCode,
    error_message: message.errorCode === null ? null : `error ${message.errorCode}`,
    from: message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: '0',
    num_segments: message.from === null ? '0' : String(message.segments),
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: message.to,
    uri: `${uri}.json`,
  };
}

export async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
