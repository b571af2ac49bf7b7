// Twilio on loopback, for the simulator page and for tests: a real HTTP server with the REST API of messages, and the
// webhooks that follow from it, with everything about them that hurts (twilio.md 14). It knows no code of the product.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { countSegments } from '#machines/copy/segments.ts';
import { debuggerCodeOf, deliver } from './twilio-delivery.ts';
import { type InboundMessage, inboundParams } from './twilio-inbound.ts';
import { createKeptMedia, sampleOf } from './twilio-media.ts';
import { createPairs, readOptOut } from './twilio-pairs.ts';
import {
  type Content,
  callbackParams,
  type EmulatedMessage,
  finalStatuses,
  isListed,
  maxCharacters,
  Refusal,
  type RestCall,
  readCall,
  readContent,
  readCreate,
  resource,
  tappable,
  textOf,
  variablesOf,
} from './twilio-rest.ts';
import { isWhatsApp, newSid, readTwiml, type TwimlMessage } from './twilio-wire.ts';

export type { InboundMessage } from './twilio-inbound.ts';
export type { Content, EmulatedMessage } from './twilio-rest.ts';

export interface TwilioEmulatorOptions {
  accountSid: string;
  authToken: string;
  /** a free one by default */
  port?: number;
  host?: string;
  /** senders of the account; by default anything goes */
  senders?: string[];
  /** senders that receive nothing; a name never does */
  oneWaySenders?: string[];
  /** Messaging Service SID -> its senders */
  services?: Record<string, string[]>;
  /** Content SID -> text with `{{1}}` */
  templates?: Record<string, string>;
  /** what `POST /v1/Content` has made, by SID; handed in, it outlives one emulator as it outlives Twilio's day */
  contents?: Map<string, Content>;
  /** Twilio recognises opt-out words itself, on both channels, and says so with `OptOutType` */
  advancedOptOut?: boolean;
  /** what all tries of one webhook may take; Twilio's 15 s */
  webhookLimitMs?: number;
  now?: () => number;
}

/** One request to the REST API, as received. */
export interface RestRequest {
  method: string;
  path: string;
  params: Record<string, string>;
  /** null: left without an answer */
  answered: number | null;
}

/** One status callback, as sent. */
export interface SentCallback {
  url: string;
  params: Record<string, string>;
  /** null: nobody answered */
  answered: number | null;
}

export type Fault =
  /** refused at once: `{ code: 20429, retryAfterSeconds: 2 }`, `{ code: 21614 }`, `{ code: 20500 }` */
  | { kind: 'refuse'; code: number; status?: number; retryAfterSeconds?: number }
  /** accepted, and a callback brings the bad news */
  | { kind: 'fail'; code: number; status?: 'failed' | 'undelivered' }
  | { kind: 'html'; status: number; accepts?: boolean }
  /** the connection breaks, or stays silent until the caller gives up; `accepts`: after the message was taken */
  | { kind: 'reset'; accepts: boolean }
  | { kind: 'silence'; accepts: boolean };

type RequestKind = RestCall['kind'];

export interface InboundResult {
  messageSid: string;
  /** false: a one-way sender, so the carrier dropped it and nobody was called */
  carried: boolean;
  /** of the last try; null: no answer in time */
  status: number | null;
  /** the texts of the TwiML answer */
  replies: string[];
  attempts: number;
  /** what Twilio's debugger would show: 11200, 11205, 12100, 12300 */
  debuggerCode: number | null;
}

export interface TwilioEmulator {
  /** for `TWILIO_API_URL` */
  url: string;
  close(): Promise<void>;
  /**
   * Hears of everything that reaches a phone: by REST, by TwiML, or from Twilio itself.
   * @returns stops listening
   */
  onMessage(listener: (message: EmulatedMessage) => void): () => void;
  /** everything in both directions, oldest first, also what never arrived */
  messages(): EmulatedMessage[];
  requests(): RestRequest[];
  callbacks(): SentCallback[];
  /** Hands a person's message to the webhook, signed, as often as the fragment of its URL asks for. */
  sendInbound(message: InboundMessage): Promise<InboundResult>;
  /** Has the next `times` (1) requests of that kind, to that number, go wrong. */
  arm(fault: Fault, where?: { on?: RequestKind; to?: string; times?: number }): void;
  /** How status callbacks come from now on. `late`: after `releaseCallbacks`. */
  setCallbacks(mode: CallbackMode): void;
  releaseCallbacks(): void;
  /** Requests for this public origin go to that one; signatures stay with the public one. */
  route(publicOrigin: string, actualOrigin: string): void;
  /** Moves Twilio's clock on, e.g. past the 24 h window. */
  advance(ms: number): void;
  /** Resolves when nothing is on its way any more; held callbacks do not count. */
  idle(): Promise<void>;
}

export type CallbackMode = 'prompt' | 'late' | 'doubled' | 'reordered' | 'absent';

export async function startTwilioEmulator(options: TwilioEmulatorOptions): Promise<TwilioEmulator> {
  const { accountSid, authToken, host = '127.0.0.1', webhookLimitMs = 15_000 } = options;
  const ledger = new Map<string, EmulatedMessage>();
  const contents = options.contents ?? new Map<string, Content>();
  const requests: RestRequest[] = [];
  const callbacks: SentCallback[] = [];
  const listeners = new Set<(message: EmulatedMessage) => void>();
  const routes = new Map<string, string>();
  const armed: { fault: Fault; on: RequestKind; to: string | undefined; times: number }[] = [];
  const held: (() => void)[] = [];
  const pending = new Set<Promise<void>>();
  const kept = createKeptMedia();
  let mode: CallbackMode = 'prompt';
  let skewMs = 0;

  const now = () => (options.now?.() ?? Date.now()) + skewMs;
  const pairs = createPairs(now);
  const { senders, services, templates } = options;
  const reach = (url: string) => {
    const { origin } = new URL(url);
    return `${routes.get(origin) ?? origin}${url.slice(origin.length)}`;
  };
  const wire = { authToken, reach, limitMs: webhookLimitMs };
  const inBackground = (work: () => Promise<void>) => {
    const running = work().finally(() => pending.delete(running));
    pending.add(running);
  };
  const show = (message: EmulatedMessage) => {
    for (const listener of listeners) listener(structuredClone(message));
  };

  // --- what becomes of a message ------------------------------------------------------------------------------------

  const store = (message: Partial<EmulatedMessage> & Pick<EmulatedMessage, 'direction' | 'to' | 'body' | 'status'>) => {
    const channel = isWhatsApp(message.to) ? 'whatsapp' : 'sms';
    const full: EmulatedMessage = {
      sid: newSid('SM'),
      channel,
      from: null,
      contentSid: null,
      contentVariables: {},
      choices: [],
      listLabel: null,
      messagingServiceSid: null,
      statusCallback: null,
      validitySeconds: null,
      errorCode: null,
      segments: channel === 'sms' ? countSegments(message.body).segments : 1,
      redacted: false,
      createdAt: now(),
      sentAt: null,
      ...message,
    };
    ledger.set(full.sid, full);
    return full;
  };

  // The first status is in the answer of the REST call and never called back.
  const settle = (message: EmulatedMessage, failure: { code: number; status: string } | null) => {
    const steps = message.status === 'accepted' ? ['queued'] : [];
    if (failure?.status !== 'failed') steps.push('sent');
    steps.push(failure?.status ?? 'delivered');
    message.status = steps.at(-1) ?? message.status;
    message.errorCode = failure?.code ?? null;
    if (failure?.status !== 'failed') message.sentAt = now();
    if (failure === null) show(message);
    report(message, steps);
  };

  const report = (message: EmulatedMessage, steps: string[]) => {
    const url = message.statusCallback;
    if (url === null || mode === 'absent') return;
    const order = mode === 'reordered' ? steps.toReversed() : steps;
    const sent = mode === 'doubled' ? order.flatMap((step) => [step, step]) : order;
    const post = async () => {
      for (const status of sent) {
        const params = callbackParams(message, status, accountSid);
        const { status: answered } = await deliver(url, params, wire);
        callbacks.push({ url, params, answered });
      }
    };
    if (mode === 'late') held.push(() => inBackground(post));
    else inBackground(post);
  };

  // --- REST -------------------------------------------------------------------------------------------------------------

  const takeFault = (on: RequestKind, to: string | undefined): Fault | null => {
    const found = armed.find((entry) => entry.on === on && (entry.to === undefined || entry.to === to));
    if (found === undefined) return null;
    found.times -= 1;
    if (found.times <= 0) armed.splice(armed.indexOf(found), 1);
    return found.fault;
  };

  const accept = (params: Record<string, string>, fault: Fault | null): EmulatedMessage => {
    const service = params.MessagingServiceSid ?? null;
    const to = params.To ?? '';
    const { from, body } = readCreate(params, { senders, services, templates, contents });
    const isStopped = pairs.isStopped({ from, messagingServiceSid: service }, to);
    // With a service the sender is chosen later, so the refusal comes later too.
    if (isStopped && service === null) throw new Refusal(21610);
    const callback = params.StatusCallback;
    const message = store({
      direction: 'outbound-api',
      sid: newSid(params.ContentSid === undefined ? 'SM' : 'MM'),
      from,
      to,
      body,
      contentSid: params.ContentSid ?? null,
      contentVariables: variablesOf(params),
      ...tappable(contents.get(params.ContentSid ?? ''), variablesOf(params)),
      messagingServiceSid: service,
      statusCallback: callback === undefined || callback === '' ? null : callback,
      validitySeconds: params.ValidityPeriod === undefined ? null : Number(params.ValidityPeriod),
      status: service === null ? 'queued' : 'accepted',
    });
    const failure = () => {
      if (fault?.kind === 'fail') return { code: fault.code, status: fault.status ?? 'undelivered' };
      if (isStopped) return { code: 21610, status: 'failed' };
      const isFreeText = message.channel === 'whatsapp' && message.contentSid === null;
      return isFreeText && !pairs.isInWindow(message, to) ? { code: 63016, status: 'undelivered' } : null;
    };
    // After the answer, as a rule; a callback may overtake it all the same, as it does at Twilio.
    inBackground(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      settle(message, failure());
    });
    return { ...message };
  };

  const perform = (request: RestCall, fault: Fault | null): { status: number; json: unknown } => {
    if (request.kind === 'create') {
      return { status: 201, json: resource(accept(request.params, fault), accountSid) };
    }
    if (request.kind === 'list') {
      const messages = [...ledger.values()]
        .toReversed()
        .filter((one) => isListed(one, request.query))
        .slice(0, Number(request.query.get('PageSize') ?? 50));
      const page = { page: 0, page_size: messages.length, start: 0, end: Math.max(0, messages.length - 1) };
      return { status: 200, json: { messages: messages.map((one) => resource(one, accountSid)), ...page } };
    }
    if (request.kind === 'createContent') {
      const content = readContent(request.json, newSid('HX'));
      contents.set(content.sid, content);
      return { status: 201, json: { ...content, account_sid: accountSid } };
    }
    if (request.kind === 'listContent') {
      return {
        status: 200,
        json: { contents: [...contents.values()], meta: { key: 'contents', next_page_url: null } },
      };
    }
    const message = ledger.get(request.sid);
    if (message === undefined) throw new Refusal(20404);
    if (request.kind === 'fetch') return { status: 200, json: resource(message, accountSid) };
    if (!finalStatuses.has(message.status)) throw new Refusal(20009);
    if (request.kind === 'delete') {
      ledger.delete(message.sid);
      return { status: 204, json: null };
    }
    if (request.params.Status !== undefined) throw new Refusal(30400);
    if (request.params.Body !== '') throw new Refusal(21602);
    message.body = '';
    message.contentVariables = {};
    message.redacted = true;
    return { status: 200, json: resource(message, accountSid) };
  };

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', 'http://emulator');
    const { authorization } = incoming.headers;
    const isAuthorised = authorization === `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    if (incoming.method === 'DELETE' && isAuthorised && kept.has(url.pathname)) {
      requests.push({ method: 'DELETE', path: url.pathname, params: {}, answered: 204 });
      kept.remove(url.href);
      return void outgoing.writeHead(204).end();
    }
    if (kept.serve(url.pathname, isAuthorised, authorization, outgoing)) {
      requests.push({ method: 'GET', path: url.pathname, params: {}, answered: outgoing.statusCode });
      return;
    }
    const text = await textOf(incoming);
    const isJson = incoming.headers['content-type']?.startsWith('application/json') === true;
    const params = isJson ? {} : Object.fromEntries(new URLSearchParams(text));
    const entry: RestRequest = {
      method: incoming.method ?? '',
      path: `${url.pathname}${url.search}`,
      params,
      answered: null,
    };
    requests.push(entry);
    const send = (status: number, json: unknown, headers: Record<string, string> = {}) => {
      entry.answered = status;
      outgoing.writeHead(status, { 'content-type': 'application/json', 'twilio-request-id': newSid('RQ'), ...headers });
      outgoing.end(json === null ? undefined : JSON.stringify(json));
    };
    try {
      if (!isAuthorised) throw new Refusal(20003);
      const call = readCall(incoming.method ?? '', url, accountSid, params, isJson ? JSON.parse(text) : null);
      if (call === null) throw new Refusal(20404);
      const fault = takeFault(call.kind, call.kind === 'create' ? params.To : undefined);
      if (fault === null || fault.kind === 'fail') {
        const { status, json } = perform(call, fault);
        return send(status, json);
      }
      if (fault.kind === 'refuse') throw new Refusal(fault.code, fault.status, fault.retryAfterSeconds ?? null);
      if (fault.accepts) perform(call, null);
      if (fault.kind === 'reset') return void incoming.socket.destroy();
      if (fault.kind === 'silence') return;
      entry.answered = fault.status;
      outgoing
        .writeHead(fault.status, { 'content-type': 'text/html' })
        .end('<html><h1>Service Unavailable</h1></html>');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, status, message, retryAfterSeconds } = error;
      const more_info = `https://www.twilio.com/docs/errors/${code}`;
      const wait = retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
      send(status, { code, message, more_info, status }, wait);
    }
  };

  // --- from a person to the webhook ---------------------------------------------------------------------------------------

  const sendReply = (reply: TwimlMessage, message: InboundMessage) => {
    const side = { from: message.to, messagingServiceSid: message.messagingServiceSid ?? null };
    const { body, statusCallback } = reply;
    const sent = store({
      direction: 'outbound-reply',
      body,
      to: message.from,
      from: message.to,
      statusCallback,
      status: 'queued',
    });
    if ([...body].length > maxCharacters) settle(sent, { code: 21617, status: 'failed' });
    else settle(sent, pairs.isStopped(side, message.from) ? { code: 21610, status: 'failed' } : null);
  };

  const keepMedia = (message: InboundMessage, params: Record<string, string>) => {
    if (!('media' in message)) return;
    for (const [index, { contentType, bytes }] of message.media.entries()) {
      kept.keep(params[`MediaUrl${index}`] ?? '', { contentType, bytes: bytes ?? sampleOf(contentType) });
    }
  };

  // Twilio answers and blocks by itself, and calls the webhook all the same.
  const takeInbound = (message: InboundMessage): Record<string, string> => {
    const isAdvanced = options.advancedOptOut === true;
    const messagingServiceSid = message.messagingServiceSid ?? null;
    const side = { from: message.to, messagingServiceSid };
    const word = readOptOut('body' in message ? (message.body ?? '') : '', message.to, isAdvanced);
    const optOutType = isAdvanced && word !== null ? word.type : null;
    const params = inboundParams(message, { accountSid, apiUrl: urlOf(), optOutType });
    const { MessageSid: sid = '', Body: body = '', From: from = '', To: to = '' } = params;
    if (ledger.has(sid)) return params;
    keepMedia(message, params);
    store({ direction: 'inbound', sid, from, to, body, messagingServiceSid, status: 'received', sentAt: now() });
    pairs.wrote(side, from);
    if (word === null) return params;
    pairs.said(word.type, side, from);
    if (word.answer === null) return params;
    show(
      store({ direction: 'outbound-auto', body: word.answer, from: to, to: from, status: 'delivered', sentAt: now() }),
    );
    return params;
  };

  const sendInbound = async (message: InboundMessage): Promise<InboundResult> => {
    const isNumber = /^(whatsapp:)?\+?\d+$/.test(message.to);
    if (!isNumber || options.oneWaySenders?.includes(message.to)) {
      return { messageSid: '', carried: false, status: null, replies: [], attempts: 0, debuggerCode: null };
    }
    const params = takeInbound(message);
    const first = await deliver(message.webhookUrl, params, wire);
    let last = first;
    const failureCode = debuggerCodeOf(first);
    if (failureCode !== null && message.fallbackUrl !== undefined) {
      const error = { ErrorCode: String(failureCode), ErrorUrl: message.webhookUrl };
      last = await deliver(message.fallbackUrl, { ...params, ...error }, wire);
    }
    const debuggerCode = debuggerCodeOf(last);
    const twiml = debuggerCode === null ? (readTwiml(last.text) ?? []) : [];
    for (const reply of twiml) sendReply(reply, message);
    const attempts = last === first ? first.attempts : first.attempts + last.attempts;
    return {
      messageSid: params.MessageSid ?? '',
      carried: true,
      status: last.status,
      replies: twiml.map(({ body }) => body),
      attempts,
      debuggerCode,
    };
  };

  // --- the server -------------------------------------------------------------------------------------------------------------

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const urlOf = () => `http://${host}:${port}`;
  const idle = async () => {
    while (pending.size > 0) await Promise.all(pending);
  };

  return {
    url: urlOf(),
    async close() {
      mode = 'absent';
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await idle();
    },
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    messages: () => [...ledger.values()].map((message) => structuredClone(message)),
    requests: () => structuredClone(requests),
    callbacks: () => structuredClone(callbacks),
    sendInbound,
    arm(fault, { on = 'create', to, times = 1 } = {}) {
      armed.push({ fault, on, to, times });
    },
    setCallbacks(next) {
      mode = next;
    },
    releaseCallbacks() {
      for (const release of held.splice(0)) release();
    },
    route(publicOrigin, actualOrigin) {
      routes.set(new URL(publicOrigin).origin, actualOrigin);
    },
    advance(ms) {
      skewMs += ms;
    },
    idle,
  };
}
