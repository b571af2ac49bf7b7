// Chatwoot by an API inbox: a case is a conversation, what participants write is incoming, what we have to say to agents
// is a private note (developers.chatwoot.com, "Application APIs"; webhooks signed since 4.13, chatwoot/chatwoot PR 13573).
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { Resumable } from '#machines/events.ts';
import type { DeskConfig } from '#src/config.ts';
import type {
  DeskAgent,
  DeskCall,
  DeskEvent,
  DeskLinks,
  DeskNews,
  ExternalDesk,
} from '#src/conversation/external-desk.ts';
import type { Clock } from '#src/conversation/ports.ts';
import { MalformedRequestError } from '#src/errors.ts';
import { ask, outcomeOf } from './ask.ts';
import { isFresh, isSame } from './standard-webhooks.ts';
import type { Reading } from './way-in.ts';

type Chatwoot = Extract<DeskConfig, { kind: 'chatwoot' }>;

export const chatwootPaths = ['/desk/v1/chatwoot'];

// --- what it is told ---------------------------------------------------------------------------------------------

const ContactInbox = z.object({ source_id: z.string(), inbox: z.object({ id: z.number() }) });
const Contact = z.object({ id: z.number(), contact_inboxes: z.array(ContactInbox).default([]) });
const MadeContact = z.object({ payload: z.object({ contact: Contact }) });
const FoundContacts = z.object({ payload: z.array(Contact.extend({ identifier: z.string().nullish() })) });
const Conversation = z.object({ id: z.number() });
const Conversations = z.object({
  payload: z.array(Conversation.extend({ custom_attributes: z.record(z.string(), z.unknown()).nullish() })),
});
const Messages = z.object({ payload: z.array(z.object({ source_id: z.string().nullish() })) });

/** Chatwoot did not do it; `answer` says what that means. */
class Untaken extends Error {
  readonly outcome: Exclude<ReturnType<typeof outcomeOf>, { outcome: 'delivered' }>;
  constructor(outcome: Untaken['outcome']) {
    super('untaken');
    this.outcome = outcome;
  }
}

export function createChatwootDesk(
  { url, token, inboxId }: Chatwoot,
  { links, budgetMs }: { links: DeskLinks; budgetMs: number },
): ExternalDesk {
  return {
    async deliver(event, { isRepeat, signal }) {
      const deadline = AbortSignal.timeout(budgetMs);
      const api = apiUntil(signal === undefined ? deadline : AbortSignal.any([signal, deadline]));
      try {
        await tell(api, event, isRepeat);
        return { outcome: 'delivered' };
      } catch (error) {
        if (error instanceof Untaken) return error.outcome;
        throw error;
      }
    },
  };

  function apiUntil(signal: AbortSignal) {
    const raw = (method: 'GET' | 'POST', path: string, body?: object) =>
      ask(`${url}/${path}`, {
        method,
        headers: { api_access_token: token.reveal(), 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
        signal,
      });
    return {
      raw,
      async call<Shape>(schema: z.ZodType<Shape>, ...request: Parameters<typeof raw>): Promise<Shape> {
        const answer = await raw(...request);
        const outcome = outcomeOf(answer);
        if (outcome.outcome !== 'delivered') throw new Untaken(outcome);
        return inShape(schema, answer);
      },
    };
  }

  type Api = ReturnType<typeof apiUntil>;

  async function tell(api: Api, event: DeskEvent, isRepeat: boolean): Promise<void> {
    const known = await links.find(event.data.caseId);
    if (event.type === 'case.requested') {
      const conversation = known ?? (await conversationOf(api, event.data, isRepeat));
      if (known === null) await links.keep(event.data.caseId, conversation);
      else await setStatus(api, conversation, 'open');
      return await write(api, conversation, event, isRepeat);
    }
    // Its opening was refused, so there is nowhere to write to.
    if (known === null) throw new Untaken({ outcome: 'refused', status: 404 });
    await write(api, known, event, isRepeat);
    if (event.type === 'case.closed' || event.type === 'participant.left') await setStatus(api, known, 'resolved');
  }

  /** Each of its steps finds what an earlier try has made. */
  async function conversationOf(api: Api, news: DeskNews['case.requested'], isRepeat: boolean): Promise<string> {
    const { participantRef: identifier, displayName: name } = news;
    const made = await api.raw('POST', 'contacts', { inbox_id: inboxId, name, identifier });
    const isKnown = made.status === 422;
    const contact = isKnown ? await knownContact(api, identifier) : contactIn(made);
    if (isRepeat) {
      const { payload } = await api.call(Conversations, 'GET', `contacts/${contact.id}/conversations`);
      const same = payload.find(({ custom_attributes }) => custom_attributes?.case_id === news.caseId);
      if (same !== undefined) return String(same.id);
    }
    const { caseId, ref, reason, step, channel } = news;
    const { id } = await api.call(Conversation, 'POST', 'conversations', {
      source_id: await sourceOf(api, contact),
      inbox_id: inboxId,
      contact_id: contact.id,
      status: 'open',
      custom_attributes: { case_id: caseId, case_ref: ref, reason, step, channel },
    });
    return String(id);
  }

  function contactIn(made: Awaited<ReturnType<typeof ask>>): z.infer<typeof Contact> {
    const outcome = outcomeOf(made);
    if (outcome.outcome !== 'delivered') throw new Untaken(outcome);
    return inShape(MadeContact, made).payload.contact;
  }

  async function knownContact(api: Api, identifier: string): Promise<z.infer<typeof Contact>> {
    const { payload } = await api.call(FoundContacts, 'GET', `contacts/search?q=${encodeURIComponent(identifier)}`);
    const found = payload.find((one) => one.identifier === identifier);
    if (found === undefined) throw new Untaken({ outcome: 'refused', status: 422 });
    return found;
  }

  /** A contact of another inbox has no session in ours yet. */
  async function sourceOf(api: Api, contact: z.infer<typeof Contact>): Promise<string> {
    const ours = contact.contact_inboxes.find(({ inbox }) => inbox.id === inboxId);
    if (ours !== undefined) return ours.source_id;
    const made = await api.call(z.object({ source_id: z.string() }), 'POST', `contacts/${contact.id}/contact_inboxes`, {
      inbox_id: inboxId,
    });
    return made.source_id;
  }

  async function write(api: Api, conversation: string, event: DeskEvent, isRepeat: boolean): Promise<void> {
    const path = `conversations/${conversation}/messages`;
    if (isRepeat) {
      const { payload } = await api.call(Messages, 'GET', path);
      if (payload.some(({ source_id }) => source_id === event.eventId)) return;
    }
    const isTheirs = event.type === 'message.received';
    await api.call(z.unknown(), 'POST', path, {
      content: contentOf(event),
      message_type: isTheirs ? 'incoming' : 'outgoing',
      private: !isTheirs,
      source_id: event.eventId,
    });
  }

  async function setStatus(api: Api, conversation: string, status: 'open' | 'resolved'): Promise<void> {
    await api.call(z.unknown(), 'POST', `conversations/${conversation}/toggle_status`, { status });
  }
}

/** An answer in another shape is no answer. */
function inShape<Shape>(schema: z.ZodType<Shape>, { status, json }: { status: number | null; json: unknown }): Shape {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Untaken({ outcome: 'later', status, retryAfterMs: null });
  return parsed.data;
}

function contentOf(event: DeskEvent): string {
  switch (event.type) {
    case 'case.requested': {
      const { ref, reason, step, channel, again, steps } = event.data;
      const head = again ? `Kasus ${ref} kembali ke antrean.` : `Kasus ${ref}: minta petugas lewat ${channel}.`;
      return [head, `Alasan: ${reason}. Langkah: ${step}.`, ...linesOf(steps), howTo].join('\n');
    }
    case 'case.steps':
      return ['Sebelumnya dengan layanan otomatis:', ...linesOf(event.data.steps)].join('\n');
    case 'message.received': {
      const { text, kind, media } = event.data;
      const named = media.map((one) => `[${one.kind}: ${one.contentType}]`);
      return [text, ...named].filter((line) => line !== '').join('\n') || `[${kind}]`;
    }
    case 'message.returned':
      return `Pesan terakhir tidak sampai ke peserta: ${notSent[event.data.why]}.`;
    case 'participant.left':
      return `Peserta mengakhiri percakapan (${event.data.how}).`;
    case 'case.closed':
      return `Kasus ditutup (${event.data.endReason}).`;
  }
}

const howTo =
  'Jangan pernah meminta kode atau PIN. Kembalikan ke layanan otomatis dengan catatan pribadi "bot: menu", "bot: identify", "bot: chooseField" atau "bot: newValue".';
const notSent = {
  epoch: 'kasus sudah berpindah',
  window: 'jendela 24 jam WhatsApp sudah tertutup',
  refused: 'ditolak operator',
} as const;

const linesOf = (steps: DeskNews['case.steps']['steps']) =>
  steps.map(({ prompt, answer, text }) => `- ${prompt} -> ${answer}${text === null ? '' : `: ${text}`}`);

// --- what it tells us --------------------------------------------------------------------------------------------

const User = z.object({ id: z.number(), name: z.string(), type: z.literal('user') });
const MessageCreated = z.object({
  event: z.literal('message_created'),
  content: z.string().nullable(),
  message_type: z.enum(['incoming', 'outgoing', 'activity', 'template']),
  private: z.boolean().default(false),
  /** what we have written ourselves bears our id */
  source_id: z.string().nullish(),
  sender: z.unknown(),
  conversation: z.object({ id: z.number() }),
  inbox: z.object({ id: z.number() }),
});
const StatusChanged = z.object({
  event: z.literal('conversation_status_changed'),
  id: z.number(),
  inbox_id: z.number(),
  status: z.enum(['open', 'resolved', 'pending', 'snoozed']),
});
const ConversationUpdated = z.object({
  event: z.literal('conversation_updated'),
  id: z.number(),
  inbox_id: z.number(),
  meta: z.object({ assignee: z.unknown() }),
  changed_attributes: z.array(z.record(z.string(), z.unknown())).nullish(),
});
const Told = z.discriminatedUnion('event', [MessageCreated, StatusChanged, ConversationUpdated]);
const Any = z.object({ event: z.string() });
const ours: ReadonlySet<string> = new Set(['message_created', 'conversation_status_changed', 'conversation_updated']);

const command = /^bot:\s*(\w+)\s*$/i;

type Asked = DeskCall extends infer Call ? (Call extends DeskCall ? Omit<Call, 'callId' | 'caseId'> : never) : never;

export function readChatwoot(
  { secrets, inboxId }: Chatwoot,
  { links, clock }: { links: Pick<DeskLinks, 'caseOf'>; clock: Clock },
): Reading {
  return {
    verify({ header, body }) {
      const timestamp = header('x-chatwoot-timestamp') ?? '';
      if (!/^\d{1,12}$/.test(timestamp) || !isFresh(Number(timestamp), clock.now())) return null;
      const given = header('x-chatwoot-signature') ?? '';
      const isGenuine = secrets.some((secret) => {
        const hmac = createHmac('sha256', secret.reveal()).update(`${timestamp}.`).update(body);
        return isSame(given, `sha256=${hmac.digest('hex')}`);
      });
      // Their delivery id is not signed, so the bytes are the id: each bears a message, or the moment of a change.
      return isGenuine ? `chatwoot-${createHash('sha256').update(body).digest('hex')}` : null;
    },

    async read({ id: callId, json }) {
      const any = Any.safeParse(json);
      if (any.success && !ours.has(any.data.event)) return null;
      const told = Told.safeParse(json);
      if (!told.success) throw new MalformedRequestError('not an event of Chatwoot');
      const { conversation, inbox } = whereOf(told.data);
      const asked = inbox === inboxId ? askedIn(told.data) : null;
      const caseId = asked === null ? null : await links.caseOf(String(conversation));
      return asked === null || caseId === null ? null : ({ ...asked, callId, caseId } as DeskCall);
    },
  };
}

const whereOf = (told: z.infer<typeof Told>) =>
  told.event === 'message_created'
    ? { conversation: told.conversation.id, inbox: told.inbox.id }
    : { conversation: told.id, inbox: told.inbox_id };

function askedIn(told: z.infer<typeof Told>): Asked | null {
  switch (told.event) {
    case 'message_created': {
      const agent = agentIn(told.sender);
      if (told.message_type !== 'outgoing' || told.source_id != null || agent === null) return null;
      const text = told.content ?? '';
      if (!told.private) return { call: 'message', agent, claims: true, text };
      const step = Resumable.safeParse(stepNamed(command.exec(text)?.[1]));
      return step.success ? { call: 'return', agent: null, step: step.data } : null;
    }
    case 'conversation_status_changed':
      // "Pending" is Chatwoot's own word for a conversation that a bot has.
      if (told.status === 'pending') return { call: 'return', agent: null, step: 'menu' };
      return told.status === 'resolved' ? { call: 'close', agent: null, disposition: 'resolved' } : null;
    case 'conversation_updated': {
      const isAssigned = told.changed_attributes?.some((change) => Object.hasOwn(change, 'assignee_id')) === true;
      const agent = isAssigned ? agentIn(told.meta.assignee) : null;
      return agent === null ? null : { call: 'claim', agent, reassigns: true };
    }
  }
}

const stepNamed = (typed = '') => Resumable.options.find((step) => step.toLowerCase() === typed.toLowerCase());

/** @returns null: not a person who works there */
function agentIn(sender: unknown): DeskAgent | null {
  const user = User.safeParse(sender);
  if (!user.success) return null;
  const { id, name } = user.data;
  const [alias] = /^[\p{L}\p{M}'-]{1,30}/u.exec(name.trim()) ?? ['Petugas'];
  return { ref: `chatwoot:${id}`, name: name.trim().slice(0, 80) || 'Petugas', alias };
}
