// req:G5 A contact centre that speaks signed webhooks: what it is told, in which order, and what it may ask.
import { randomUUID } from 'node:crypto';
import { HttpResponse, http } from 'msw';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifiedId } from '#src/desk/standard-webhooks.ts';
import { hide } from '#src/seal.ts';
import type { DeskWorld } from '../cases/desk-world.ts';
import { minutes, nextReceived, siti } from '../cases/desk-world.ts';
import { eventually } from '../support/world.ts';
import {
  budi,
  callUs,
  createWebhookWorld,
  deskUrl,
  dewi,
  hurryDesk,
  playDesk,
  stateOf,
  waitingAt,
  whsec,
} from './support.ts';

interface Told {
  id: string;
  type: string;
  data: Record<string, unknown> & { caseId: string };
  body: string;
}

let told: Told[] = [];
/** what the desk answers to new requests from now on, one after the other; then 204 */
let answers: (() => Response)[] = [];
const server = playDesk(
  http.post(deskUrl, async ({ request }) => {
    const body = Buffer.from(await request.arrayBuffer());
    const id = verifiedId([hide(whsec)], {
      header: (name) => request.headers.get(name) ?? undefined,
      body,
      now: Date.now(),
    });
    const { type, data } = JSON.parse(body.toString());
    told.push({ id: id ?? 'forged', type, data, body: body.toString() });
    const answer = type === 'case.requested' && !data.again ? answers.shift() : undefined;
    return answer?.() ?? new HttpResponse(null, { status: 204 });
  }),
);

let world: DeskWorld;
beforeAll(async () => {
  world = await createWebhookWorld();
});
afterAll(async () => {
  await world.stop();
  server.close();
});
beforeEach(() => {
  told = [];
  answers = [];
});
afterEach(() => expect(told.filter(({ id }) => id === 'forged')).toEqual([]));

const toldOf = (caseId: string) => told.filter(({ data }) => data.caseId === caseId);
const typesOf = (caseId: string) => toldOf(caseId).map(({ type }) => type);
const untilTold = (caseId: string, type: string) =>
  eventually(() => toldOf(caseId).find((one) => one.type === type), `${type} at the desk`);
const call = (name: Parameters<typeof callUs>[1], data: Parameters<typeof callUs>[2], options = {}) =>
  callUs(world.origin, name, data, options);

async function claimed(said?: string[]) {
  const { phone, caseId, ref } = await waitingAt(world, said);
  const answer = await call('claim', { caseId, agent: dewi });
  expect(answer.status).toBe(200);
  await nextReceived(phone, 0);
  return { phone, caseId, ref };
}

describe('what the desk is told', () => {
  test("a request for a person, with what the bot did before and nobody's name or number in clear", async () => {
    const phone = world.onWhatsApp(siti.number);
    for (const line of ['halo', siti.nik, siti.born, '1']) await phone.say(line);
    const ref = /KC-\w{6}/.exec(await phone.say('PETUGAS'))?.[0];
    const [{ case_id: caseId } = { case_id: '' }] = await world.query<{ case_id: string }>(
      'select case_id from cases where ref = $1',
      [ref],
    );
    const requested = await untilTold(caseId, 'case.requested');
    expect(requested.data).toEqual({
      caseId,
      ref,
      reason: 'requested',
      step: 'askNewValue',
      channel: 'whatsapp',
      language: 'id',
      participantRef: expect.stringMatching(/^[\w-]{22}$/),
      displayName: expect.stringMatching(/^S•+/),
      windowEndsAt: expect.stringMatching(/Z$/),
      dueAt: expect.stringMatching(/Z$/),
      again: false,
      steps: [],
    });
    const { data } = await untilTold(caseId, 'case.steps');
    expect(data.steps).toContainEqual({
      at: expect.stringMatching(/Z$/),
      prompt: 'askNumber',
      answer: 'answer.number',
      text: null,
    });
    const everything = toldOf(caseId)
      .map(({ body }) => body)
      .join('\n');
    for (const secret of [siti.nik, siti.number.slice(3), 'Aminah', '1985']) expect(everything).not.toContain(secret);
    await call('close', { caseId, agent: { ref: dewi.ref }, disposition: 'test' });
  });

  test('what a participant writes, without its codes, in the order in which it was written', async () => {
    const { phone, caseId } = await claimed();
    for (const said of ['nomor lama saya mati', 'kode saya 482913', 'pin 135790 ya'])
      expect(await phone.say(said)).toBe('');
    const texts = await eventually(() => {
      const received = toldOf(caseId).filter(({ type }) => type === 'message.received');
      return received.length === 3 ? received.map(({ data }) => data.text) : undefined;
    }, 'three messages');
    expect(texts).toEqual(['nomor lama saya mati', 'kode saya [kode disembunyikan]', 'pin [kode disembunyikan] ya']);
  });

  test('a picture is named and never sent', async () => {
    const { phone, caseId } = await claimed();
    await phone.say({
      body: 'ini fotonya',
      media: [{ contentType: 'image/jpeg', url: 'https://api.twilio.com/media/ME1' }],
    });
    const { data, body } = await untilTold(caseId, 'message.received');
    expect(data).toMatchObject({
      kind: 'image',
      text: 'ini fotonya',
      media: [{ kind: 'image', contentType: 'image/jpeg' }],
    });
    expect(body).not.toContain('api.twilio.com');
  });

  test('a participant who leaves the queue, ends the talk, or says stop', async () => {
    const queued = await waitingAt(world);
    await queued.phone.say('BATAL');
    expect((await untilTold(queued.caseId, 'participant.left')).data.how).toBe('left');
    const talking = await claimed();
    await talking.phone.say('SELESAI');
    await talking.phone.say('YA');
    expect((await untilTold(talking.caseId, 'participant.left')).data.how).toBe('finished');
    expect(typesOf(talking.caseId).filter((type) => type === 'case.closed')).toEqual([]);
  });

  test('a case that nobody took in time', async () => {
    const { caseId } = await waitingAt(world);
    await untilTold(caseId, 'case.requested');
    await world.passTime(minutes(31));
    expect((await untilTold(caseId, 'case.closed')).data.endReason).toBe('expired_no_agent');
  });

  test('nothing that is said into a conversation without a case', async () => {
    const phone = world.onWhatsApp('+6281355599999');
    await phone.say('halo');
    await phone.say('apa kabar');
    expect(
      await world.query(`select from desk_events e join cases c using (case_id) where c.conversation is null`),
    ).toEqual([]);
    expect(told).toEqual([]);
  });
});

describe('when the desk does not take it', () => {
  test('an event is told again with the same id and content, and what follows waits for it', async () => {
    answers = [
      () => new HttpResponse(null, { status: 503 }),
      () => HttpResponse.error(),
      () => new HttpResponse(null, { status: 429 }),
    ];
    const { phone, caseId } = await waitingAt(world);
    await phone.say('apakah ada orang?');
    await eventually(async () => {
      await hurryDesk(world);
      return typesOf(caseId).includes('message.received') || undefined;
    }, 'the message at the desk');
    const requests = toldOf(caseId).filter(({ type }) => type === 'case.requested');
    expect(requests).toHaveLength(4);
    expect(new Set(requests.map(({ id, data }) => `${id} ${JSON.stringify(data)}`)).size).toBe(1);
    expect([...new Set(typesOf(caseId))]).toEqual(['case.requested', 'case.steps', 'message.received']);
  });

  test('an event that it will never take is left out, and the next one comes', async () => {
    answers = [() => new HttpResponse(null, { status: 422 })];
    const { caseId } = await waitingAt(world);
    await untilTold(caseId, 'case.steps');
    const [first] = await world.query<{ state: string; status: number }>(
      'select state, status from desk_events where case_id = $1 order by position limit 1',
      [caseId],
    );
    expect(first).toEqual({ state: 'refused', status: 422 });
    expect(world.logged()).toContain('desk.notTold');
  });

  test('after a day it is given up', async () => {
    answers = Array.from({ length: 50 }, () => () => new HttpResponse(null, { status: 500 }));
    const { caseId } = await waitingAt(world);
    await untilTold(caseId, 'case.requested');
    await world.passTime(minutes(24 * 60 + 1));
    await eventually(async () => {
      const open = await world.query(
        'select from desk_events where case_id = $1 and type = $2 and finished_at is null',
        [caseId, 'case.requested'],
      );
      return open.length === 0 || undefined;
    }, 'the end of the event');
    expect(
      await world.query('select state from desk_events where case_id = $1 and type = $2', [caseId, 'case.requested']),
    ).toEqual([{ state: 'expired' }]);
  });
});

describe('what the desk may ask', () => {
  test('claim, write, close: the participant hears the alias, the text and the end', async () => {
    const { phone, caseId, ref } = await claimed();
    expect(phone.received()[0]).toMatch(/^Petugas 165 - Dewi .*tidak pernah meminta kode atau PIN/s);
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'connected', control: 'agent', assignee: 'desk|u-17' });
    const sent = await call('messages', { caseId, agent: dewi, text: 'Baik Ibu, saya bantu.' });
    expect(sent).toMatchObject({ status: 200, body: { result: 'done', case: { caseId, ref, state: 'connected' } } });
    expect(await nextReceived(phone, 1)).toBe('Petugas 165 - Dewi:\nBaik Ibu, saya bantu.');
    const closed = await call('close', { caseId, agent: { ref: dewi.ref }, disposition: 'helped' });
    expect(closed).toMatchObject({ status: 200, body: { case: { state: 'closed' } } });
    expect(await nextReceived(phone, 2)).toMatch(/^Percakapan dengan petugas berakhir.*NIK/s);
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'closed', control: 'bot', end_reason: 'resolved' });
    expect((await untilTold(caseId, 'case.closed')).data.endReason).toBe('resolved');
    expect(typesOf(caseId).filter((type) => /closed|left/.test(type))).toHaveLength(1);
  });

  test('a case that nobody has beaten for stays where it is: the desk knows who is there', async () => {
    const { caseId } = await claimed();
    await call('messages', { caseId, agent: dewi, text: 'Sebentar ya.' });
    await world.passTime(minutes(4));
    await world.restart();
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'connected', assignee: 'desk|u-17' });
  });

  test('return to a chosen step: the participant goes on there, and a step without evidence begins with identification', async () => {
    const { phone, caseId } = await claimed();
    const answer = await call('return', { caseId, agent: { ref: dewi.ref }, step: 'newValue' });
    expect(answer).toMatchObject({
      status: 200,
      body: { result: 'done', step: 'identify', case: { state: 'closed' } },
    });
    expect(await nextReceived(phone, 1)).toMatch(/NIK/);
    expect((await untilTold(caseId, 'case.closed')).data.endReason).toBe('returned_to_bot');
  });

  test.each(['askPin', 'askCode', 'confirm', 'applying', 'prove'])('never a return to %s', async (step) => {
    const { caseId } = await claimed();
    expect((await call('return', { caseId, agent: { ref: dewi.ref }, step })).status).toBe(400);
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'connected' });
  });

  test('a text that asks for a code is refused by its rule, and audited', async () => {
    const { phone, caseId } = await claimed();
    const answer = await call('messages', { caseId, agent: dewi, text: 'Mohon kirim kode OTP-nya ke 081234567890' });
    expect(answer).toEqual({
      status: 422,
      body: { result: 'linted', rules: expect.arrayContaining(['asksForSecret', 'phoneNumber']) },
    });
    expect(phone.received()).toHaveLength(1);
    expect(
      await world.query(`select actor from audit where event = 'case.textBlocked' and refs->>'caseId' = $1`, [caseId]),
    ).toEqual([{ actor: 'agent:desk|u-17' }]);
  });

  test('nothing is written to WhatsApp after 24 hours', async () => {
    const { caseId } = await claimed();
    await world.query(`update cases set window_ends_at = now() - interval '1 second' where case_id = $1`, [caseId]);
    expect(await call('messages', { caseId, agent: dewi, text: 'Halo lagi.' })).toMatchObject({
      status: 409,
      body: { result: 'windowClosed' },
    });
  });

  test('of two agents one has the case, until the desk gives it to the other', async () => {
    const { caseId } = await waitingAt(world);
    const both = await Promise.all([call('claim', { caseId, agent: dewi }), call('claim', { caseId, agent: budi })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [winner, loser] = both[0]?.status === 200 ? [dewi, budi] : [budi, dewi];
    expect(both.find(({ status }) => status === 409)?.body).toEqual({ result: 'taken' });
    expect((await call('messages', { caseId, agent: loser, text: 'Halo' })).body).toEqual({ result: 'notYours' });
    expect((await call('claim', { caseId, agent: loser, reassign: true })).status).toBe(200);
    expect((await call('messages', { caseId, agent: winner, text: 'Halo' })).body).toEqual({ result: 'notYours' });
    expect((await call('messages', { caseId, agent: loser, text: 'Halo' })).status).toBe(200);
  });

  test('whoever comes too late hears where the case is', async () => {
    const { phone, caseId } = await waitingAt(world);
    await phone.say('BATAL');
    expect(await call('claim', { caseId, agent: dewi })).toEqual({
      status: 409,
      body: { result: 'illegal', state: 'closed' },
    });
    expect((await call('close', { caseId, agent: { ref: 'u-1' }, disposition: 'late' })).status).toBe(200);
    expect((await call('claim', { caseId: randomUUID(), agent: dewi })).status).toBe(404);
  });

  test('a parked case comes back to whoever writes', async () => {
    const { caseId } = await claimed();
    await call('messages', { caseId, agent: dewi, text: 'Apakah masih di sana?' });
    await world.passTime(minutes(61));
    await eventually(
      async () => ((await stateOf(world, caseId))?.state === 'parked' ? true : undefined),
      'a parked case',
    );
    expect((await call('messages', { caseId, agent: dewi, text: 'Kami masih menunggu.' })).status).toBe(200);
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'connected' });
  });
});

describe('a call is verified before anything else', () => {
  const closing = (caseId: string) => ({ caseId, agent: { ref: dewi.ref }, disposition: 'helped' });

  test.each<[string, Parameters<typeof callUs>[3], number]>([
    ['another secret', { secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, 403],
    ['a time six minutes ago', { late: 360 }, 403],
    ['a time six minutes ahead', { late: -360 }, 403],
    ['another type in its body than in its path', { type: 'case.claim' }, 400],
    ['another content type', { contentType: 'text/plain' }, 415],
    ['another method', { method: 'PUT' }, 405],
  ])('%s', async (_title, options, status) => {
    const { caseId } = await claimed();
    const answer = await call('close', closing(caseId), options);
    expect(answer).toEqual({ status, body: {} });
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'connected' });
  });

  test('a field that nobody knows, a name that is a number, and an agent of ours are refused', async () => {
    const { caseId } = await waitingAt(world);
    expect((await call('claim', { caseId, agent: dewi, role: 'admin' })).status).toBe(400);
    expect((await call('claim', { caseId, agent: { ...dewi, alias: '0812 3456' } })).status).toBe(400);
    expect((await call('claim', { caseId, agent: { ...dewi, alias: 'bit.ly/x' } })).status).toBe(400);
    expect((await call('claim', { caseId, agent: { ...dewi, ref: '../x' } })).status).toBe(400);
    expect(await stateOf(world, caseId)).toMatchObject({ state: 'queued', assignee: null });
  });

  test('a signed body for one case opens no other', async () => {
    const [one, other] = [await waitingAt(world), await waitingAt(world)];
    const response = await fetch(`${world.origin}/desk/v1/cases/${other.caseId}/close`, await signedClose(one.caseId));
    expect(response.status).toBe(400);
    expect(await stateOf(world, other.caseId)).toMatchObject({ state: 'queued' });
  });

  test('the same call again gets the same answer and does nothing more; its id for another call is refused', async () => {
    const { phone, caseId } = await claimed();
    const id = randomUUID();
    const text = { caseId, agent: dewi, text: 'Sekali saja.' };
    const [first, ...others] = await Promise.all([
      call('messages', text, { id }),
      call('messages', text, { id }),
      call('messages', text, { id }),
    ]);
    for (const other of [...others, await call('messages', text, { id })])
      expect([other.status, other.body.result]).toEqual([200, first?.body.result]);
    await nextReceived(phone, 1);
    expect(
      await world.query(`select from case_messages where case_id = $1 and speaker = 'agent'`, [caseId]),
    ).toHaveLength(1);
    expect(await call('messages', { ...text, text: 'Lain.' }, { id })).toEqual({
      status: 409,
      body: { result: 'idReused' },
    });
  });

  test('a claim that is played again later takes nothing back', async () => {
    const { caseId } = await waitingAt(world);
    const id = randomUUID();
    await call('claim', { caseId, agent: dewi }, { id });
    await call('claim', { caseId, agent: budi, reassign: true });
    expect((await call('claim', { caseId, agent: dewi }, { id })).status).toBe(200);
    expect(await stateOf(world, caseId)).toMatchObject({ assignee: 'desk|u-18' });
  });
});

test('our console only looks on', async () => {
  const { caseId } = await waitingAt(world);
  const lead = await world.agent('Sari', 'supervisor');
  expect(await lead.read(caseId)).toMatchObject({ state: 'queued' });
  await world.restart();
  const page = await fetch(`${world.origin}/console`);
  expect(page.status).toBe(503);
});

async function signedClose(caseId: string): Promise<RequestInit> {
  const { headersOf } = await import('#src/desk/standard-webhooks.ts');
  const body = JSON.stringify({
    type: 'case.close',
    timestamp: new Date().toISOString(),
    data: { caseId, agent: { ref: 'u-1' }, disposition: 'x' },
  });
  const signed = { id: randomUUID(), timestamp: Math.floor(Date.now() / 1000), body };
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headersOf([hide(whsec)], signed) }, body };
}
