// req:G5 Chatwoot's API inbox, by the requests and payloads of developers.chatwoot.com.
import { createHmac } from 'node:crypto';
import { HttpResponse, http } from 'msw';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDeskWorld, type DeskWorld, nextReceived } from '../cases/desk-world.ts';
import { eventually } from '../support/world.ts';
import { hurryDesk, playDesk, stateOf, waitingAt } from './support.ts';

const api = 'https://chat.example.id/api/v1/accounts/7';
const inboxId = 3;
const secret = 'd7mGq9WcVbZ2tX4yR8sK1pLf';
const token = 'canary-chatwoot-token';

interface Written {
  id: number;
  conversation: number;
  content: string;
  message_type: string;
  private: boolean;
  source_id: string | null;
}

/** Chatwoot as far as we use it. */
const contacts: { id: number; identifier: string; name: string; source_id: string }[] = [];
const conversations: { id: number; contact_id: number; status: string; custom_attributes: Record<string, string> }[] =
  [];
const messages: Written[] = [];
const asked: { method: string; path: string; token: string | null }[] = [];
/** what the next request to such a path meets instead, once it was done or before */
let trouble: { path: RegExp; when: 'before' | 'after'; response: () => Response }[] = [];

const shown = ({ id, identifier, name, source_id }: (typeof contacts)[number]) => ({
  id,
  identifier,
  name,
  email: null,
  phone_number: null,
  thumbnail: '',
  additional_attributes: {},
  custom_attributes: {},
  contact_inboxes: [{ source_id, inbox: { id: inboxId, name: '165', channel_type: 'Channel::Api' } }],
});

function answer(
  method: 'get' | 'post',
  path: string,
  give: (given: { body: never; params: Record<string, string>; url: URL }) => Response,
) {
  return http[method](`${api}/${path}`, async ({ request, params }) => {
    const url = new URL(request.url);
    asked.push({ method, path: url.pathname, token: request.headers.get('api_access_token') });
    const strikes = trouble.find((one) => one.path.test(url.pathname));
    if (strikes !== undefined) trouble = trouble.filter((one) => one !== strikes);
    if (strikes?.when === 'before') return strikes.response();
    const body = (method === 'post' ? await request.json() : null) as never;
    const given = give({ body, params: params as Record<string, string>, url });
    return strikes === undefined ? given : strikes.response();
  });
}

const server = playDesk(
  answer('post', 'contacts', ({ body }) => {
    const { identifier, name, inbox_id } = body as { identifier: string; name: string; inbox_id: number };
    if (inbox_id !== inboxId) return HttpResponse.json({ error: 'Resource could not be found' }, { status: 404 });
    if (contacts.some((one) => one.identifier === identifier))
      return HttpResponse.json(
        { message: 'Identifier has already been taken', attributes: ['identifier'] },
        { status: 422 },
      );
    const made = { id: contacts.length + 11, identifier, name, source_id: crypto.randomUUID() };
    contacts.push(made);
    return HttpResponse.json({ payload: { contact: shown(made), contact_inbox: { source_id: made.source_id } } });
  }),
  answer('get', 'contacts/search', ({ url }) =>
    HttpResponse.json({
      meta: { count: 1, current_page: '1' },
      payload: contacts.filter(({ identifier }) => identifier === url.searchParams.get('q')).map(shown),
    }),
  ),
  answer('get', 'contacts/:contact/conversations', ({ params }) =>
    HttpResponse.json({ payload: conversations.filter(({ contact_id }) => String(contact_id) === params.contact) }),
  ),
  answer('post', 'conversations', ({ body }) => {
    const { source_id, contact_id, status, custom_attributes } = body as {
      source_id: string;
      contact_id: number;
      status: string;
      custom_attributes: Record<string, string>;
    };
    if (!contacts.some((one) => one.source_id === source_id && one.id === contact_id))
      return HttpResponse.json({ error: 'Resource could not be found' }, { status: 404 });
    const made = { id: conversations.length + 101, contact_id, status, custom_attributes };
    conversations.push(made);
    return HttpResponse.json({ id: made.id, account_id: 7, inbox_id: inboxId });
  }),
  answer('get', 'conversations/:conversation/messages', ({ params }) =>
    HttpResponse.json({
      meta: {},
      payload: messages.filter(({ conversation }) => String(conversation) === params.conversation),
    }),
  ),
  answer('post', 'conversations/:conversation/messages', ({ body, params }) => {
    const written = {
      ...(body as Omit<Written, 'id' | 'conversation'>),
      id: messages.length + 501,
      conversation: Number(params.conversation),
    };
    messages.push(written);
    return HttpResponse.json({
      ...written,
      account_id: 7,
      inbox_id: inboxId,
      conversation_id: written.conversation,
      status: 'sent',
    });
  }),
  answer('post', 'conversations/:conversation/toggle_status', ({ body, params }) => {
    const { status } = body as { status: string };
    const one = conversations.find(({ id }) => String(id) === params.conversation);
    if (one === undefined) return HttpResponse.json({ error: 'Resource could not be found' }, { status: 404 });
    one.status = status;
    return HttpResponse.json({ meta: {}, payload: { success: true, current_status: status, conversation_id: one.id } });
  }),
);

let world: DeskWorld;
beforeAll(async () => {
  world = await createDeskWorld({
    CHATWOOT_URL: api,
    CHATWOOT_TOKEN: token,
    CHATWOOT_INBOX_ID: String(inboxId),
    CHATWOOT_SECRET: secret,
  });
});
afterAll(async () => {
  await world.stop();
  server.close();
});
beforeEach(() => {
  trouble = [];
});

const conversationOf = (caseId: string) =>
  eventually(
    () => conversations.find(({ custom_attributes }) => custom_attributes.case_id === caseId),
    'its conversation',
  );
const messagesOf = (conversation: number) => messages.filter((one) => one.conversation === conversation);
const untilWritten = (conversation: number, text: RegExp) =>
  eventually(() => messagesOf(conversation).find(({ content }) => text.test(content)), `${text} in Chatwoot`);

async function waiting() {
  const begun = await waitingAt(world);
  const { id } = await conversationOf(begun.caseId);
  await untilWritten(id, /minta petugas/);
  return { ...begun, conversation: id };
}

const ratna = { id: 21, name: 'Ratna Dewi', email: 'ratna@desk.example.id', type: 'user' };
const tono = { id: 22, name: 'Tono', email: 'tono@desk.example.id', type: 'user' };
const account = { id: 7, name: '165' };
const inbox = { id: inboxId, name: '165' };

let sent = 9_000;
const next = () => {
  sent += 1;
  return sent;
};
const messageCreated = (conversation: number, changed: Record<string, unknown> = {}) => ({
  event: 'message_created',
  id: next(),
  content: 'Baik Ibu, saya bantu.',
  created_at: '2026-11-22T06:00:00.000Z',
  message_type: 'outgoing',
  content_type: 'text',
  content_attributes: {},
  private: false,
  source_id: null,
  sender: ratna,
  account,
  inbox,
  conversation: { id: conversation, inbox_id: inboxId, status: 'open', channel: 'Channel::Api', can_reply: true },
  ...changed,
});
const statusChanged = (conversation: number, status: string) => ({
  event: 'conversation_status_changed',
  id: conversation,
  inbox_id: inboxId,
  status,
  channel: 'Channel::Api',
  can_reply: true,
  meta: { sender: { id: 11, name: 'Peserta ••42', type: 'contact' }, assignee: ratna },
  changed_attributes: [{ status: { current_value: status, previous_value: 'open' } }],
  timestamp: next(),
});
const assigned = (conversation: number, assignee: typeof ratna | null) => ({
  ...statusChanged(conversation, 'open'),
  event: 'conversation_updated',
  meta: { assignee },
  changed_attributes: [{ assignee_id: { current_value: assignee?.id ?? null, previous_value: null } }],
});

interface Signing {
  by?: string;
  late?: number;
  signature?: string;
}
async function chatwootTells(payload: object, { by = secret, late = 0, signature }: Signing = {}) {
  const body = JSON.stringify(payload);
  const timestamp = Math.floor(Date.now() / 1000) - late;
  const hmac = createHmac('sha256', by).update(`${timestamp}.${body}`).digest('hex');
  const response = await fetch(`${world.origin}/desk/v1/chatwoot`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-chatwoot-timestamp': String(timestamp),
      'x-chatwoot-signature': signature ?? `sha256=${hmac}`,
      'x-chatwoot-delivery': crypto.randomUUID(),
    },
    body,
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

describe('what Chatwoot is told', () => {
  test('a case is a conversation of its own, with a masked contact and a private note', async () => {
    const { conversation, ref, phone } = await waiting();
    const { contact_id, custom_attributes, status } = await conversationOf((await waitingCase(ref)) ?? '');
    expect(status).toBe('open');
    expect(custom_attributes).toMatchObject({ case_ref: ref, reason: 'requested', channel: 'whatsapp' });
    expect(contacts.find(({ id }) => id === contact_id)).toMatchObject({
      name: `Peserta ••${phone.address.slice(-2)}`,
      identifier: expect.stringMatching(/^[\w-]{22}$/),
    });
    const note = messagesOf(conversation)[0];
    expect(note).toMatchObject({
      private: true,
      message_type: 'outgoing',
      source_id: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(note?.content).toMatch(/Jangan pernah meminta kode atau PIN/);
    expect(JSON.stringify([contacts, conversations, messages])).not.toContain(phone.address.slice(-8));
    expect(asked.every((one) => one.token === token)).toBe(true);
  });

  test('what a participant writes is incoming, without its codes', async () => {
    const { phone, conversation } = await waiting();
    await phone.say('kode saya 482913');
    expect(await untilWritten(conversation, /kode saya/)).toMatchObject({
      content: 'kode saya [kode disembunyikan]',
      message_type: 'incoming',
      private: false,
    });
  });

  test('a participant who leaves resolves the conversation', async () => {
    const { phone, caseId } = await waiting();
    await phone.say('BATAL');
    const one = await conversationOf(caseId);
    await eventually(() => (one.status === 'resolved' ? true : undefined), 'a resolved conversation');
    expect(messagesOf(one.id).at(-1)?.content).toMatch(/Peserta mengakhiri percakapan/);
  });

  test.each([
    ['contacts', /contacts$/],
    ['conversations', /conversations$/],
    ['messages', /messages$/],
  ])('an answer lost after %s were made makes them no second time', async (_title, path) => {
    trouble = [{ path, when: 'after', response: () => HttpResponse.error() }];
    const { phone, caseId } = await waitingAt(world);
    const { id } = await conversationOf(caseId);
    await phone.say('masih menunggu');
    await eventually(async () => {
      await hurryDesk(world);
      return messagesOf(id).some(({ content }) => content === 'masih menunggu') || undefined;
    }, 'the message');
    expect(conversations.filter(({ custom_attributes }) => custom_attributes.case_id === caseId)).toHaveLength(1);
    expect(messagesOf(id).filter(({ content }) => /minta petugas/.test(content))).toHaveLength(1);
    expect(new Set(contacts.map(({ identifier }) => identifier)).size).toBe(contacts.length);
  });

  test('while Chatwoot is away nothing is lost', async () => {
    const away = { path: /./, when: 'before', response: () => HttpResponse.json({}, { status: 502 }) } as const;
    trouble = Array.from({ length: 3 }, () => ({ ...away }));
    const { caseId } = await waitingAt(world);
    await eventually(async () => {
      await hurryDesk(world);
      return conversations.some(({ custom_attributes }) => custom_attributes.case_id === caseId) || undefined;
    }, 'the conversation');
  });
});

describe('what Chatwoot tells us', () => {
  test('whoever is assigned has the case, and whoever writes takes it', async () => {
    const { phone, caseId, conversation } = await waiting();
    expect(await chatwootTells(assigned(conversation, ratna))).toMatchObject({ status: 200, body: { result: 'done' } });
    expect(await nextReceived(phone, 0)).toMatch(/^Petugas 165 - Ratna /);
    expect(await chatwootTells(messageCreated(conversation))).toMatchObject({ status: 200 });
    expect(await nextReceived(phone, 1)).toBe('Petugas 165 - Ratna:\nBaik Ibu, saya bantu.');
    await chatwootTells(messageCreated(conversation, { sender: tono, content: 'Saya lanjutkan.' }));
    await eventually(
      () => phone.received().find((text) => text === 'Petugas 165 - Tono:\nSaya lanjutkan.'),
      'the reply',
    );
    expect(await stateOf(world, caseId)).toMatchObject({ assignee: 'desk|chatwoot:22' });
  });

  test('a first reply claims the case by itself', async () => {
    const { phone, caseId, conversation } = await waiting();
    expect((await chatwootTells(messageCreated(conversation))).status).toBe(200);
    await eventually(() => phone.received().find((text) => text.endsWith('Baik Ibu, saya bantu.')), 'the reply');
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'connected', assignee: 'desk|chatwoot:21' });
  });

  test('resolving ends the talk', async () => {
    const { phone, caseId, conversation } = await waiting();
    await chatwootTells(assigned(conversation, ratna));
    expect((await chatwootTells(statusChanged(conversation, 'resolved'))).status).toBe(200);
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'closed', end_reason: 'resolved' });
    await eventually(() => phone.received().find((text) => /petugas berakhir/.test(text)), 'the end');
    // What we set to resolved ourselves comes back as well.
    expect((await chatwootTells(statusChanged(conversation, 'resolved'))).status).toBe(200);
  });

  test.each([
    ['bot: chooseField', 'identify'],
    ['bot: menu', 'menu'],
    ['BOT: NewValue', 'identify'],
  ])('the private note %j hands the conversation back', async (content, step) => {
    const { caseId, conversation } = await waiting();
    await chatwootTells(assigned(conversation, ratna));
    const answer = await chatwootTells(messageCreated(conversation, { private: true, content }));
    expect(answer).toMatchObject({ status: 200, body: { result: 'done', step } });
    const one = await conversationOf(caseId);
    await eventually(() => (one.status === 'resolved' ? true : undefined), 'a resolved conversation');
  });

  test('"pending" hands it back to the menu', async () => {
    const { caseId, conversation } = await waiting();
    await chatwootTells(assigned(conversation, ratna));
    expect(await chatwootTells(statusChanged(conversation, 'pending'))).toMatchObject({ body: { step: 'menu' } });
    expect(await stateOf(world, caseId)).toMatchObject({ end_reason: 'returned_to_bot', control: 'bot' });
  });

  test('a text that the lint forbids is answered 422, which Chatwoot shows as failed', async () => {
    const { phone, conversation } = await waiting();
    await chatwootTells(assigned(conversation, ratna));
    await nextReceived(phone, 0);
    const answer = await chatwootTells(messageCreated(conversation, { content: 'Sebutkan PIN Anda' }));
    expect(answer).toEqual({ status: 422, body: { result: 'linted', rules: ['asksForSecret'] } });
    expect(phone.received()).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>]>([
    ['a private note', { private: true, content: 'menunggu cabang' }],
    ['a note that names no step of ours', { private: true, content: 'bot: askPin' }],
    ['what we wrote ourselves', { source_id: 'c1a6b0c0-0000-4000-8000-000000000001', message_type: 'outgoing' }],
    ['what the participant wrote', { message_type: 'incoming', sender: { id: 11, name: 'Peserta', type: 'contact' } }],
    ['what a bot of Chatwoot wrote', { sender: { id: 1, name: 'Captain', type: 'agent_bot' } }],
    ['an activity', { message_type: 'activity', sender: null }],
    ['another inbox', { inbox: { id: 4, name: 'Other' } }],
    ['a conversation that is none of ours', { conversation: { id: 4_711 } }],
  ])('%s says nothing to the participant', async (_title, changed) => {
    const { phone, caseId, conversation } = await waiting();
    expect(await chatwootTells(messageCreated(conversation, changed))).toEqual({
      status: 200,
      body: { result: 'ignored' },
    });
    expect(phone.received()).toEqual([]);
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'queued' });
  });

  test.each([
    'conversation_created',
    'message_updated',
    'conversation_typing_on',
    'webwidget_triggered',
    'some_future_event',
  ])('%s is of no concern', async (event) => {
    expect(await chatwootTells({ event, id: 1 })).toEqual({ status: 200, body: { result: 'ignored' } });
  });

  test('an event of ours in another shape is a 400', async () => {
    expect((await chatwootTells({ event: 'message_created', id: 1 })).status).toBe(400);
    expect((await chatwootTells([])).status).toBe(400);
  });

  test.each<[string, Signing]>([
    ['by another secret', { by: 'another-secret-of-chatwoot' }],
    ['six minutes ago', { late: 360 }],
    ['without a signature', { signature: '' }],
    ['with the plain hash', { signature: 'sha256=' }],
  ])('an event signed %s is refused', async (_title, signing) => {
    const { caseId, conversation } = await waiting();
    expect(await chatwootTells(assigned(conversation, ratna), signing)).toEqual({ status: 403, body: {} });
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'queued' });
  });

  test('the same event again, under whatever delivery id, is one', async () => {
    const { phone, conversation } = await waiting();
    await chatwootTells(assigned(conversation, ratna));
    const message = messageCreated(conversation, { content: 'Sekali.' });
    for (let times = 0; times < 3; times += 1) expect((await chatwootTells(message)).status).toBe(200);
    await eventually(() => phone.received().find((text) => text.endsWith('Sekali.')), 'the reply');
    expect(phone.received().filter((text) => text.endsWith('Sekali.'))).toHaveLength(1);
  });
});

test('the token of Chatwoot is in no line of the log', () => {
  expect(world.logged()).not.toContain(token);
  expect(world.logged()).not.toContain(secret);
});

async function waitingCase(ref: string): Promise<string | undefined> {
  const rows = await world.query<{ case_id: string }>('select case_id from cases where ref = $1', [ref]);
  return rows[0]?.case_id;
}
