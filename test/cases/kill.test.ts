// req:I3 Whoever has a case when a process is killed: nothing is lost, nothing happens twice, nobody else has it as well.
// The people of the desk come in by /desk/v1, so that every command crosses a process that dies in the middle of it.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Failpoint } from '#src/failpoint.ts';
import { budi, type Called, callUs, dewi, whsec } from '../desk/support.ts';
import { createFaultWorld, type FaultWorld } from '../faults/support/fault-world.ts';
import type { Product } from '../faults/support/product.ts';
import { eventually, whatsappFrom } from '../support/world.ts';

let world: FaultWorld;
let pool: pg.Pool;
let survivor: Product;
/** what the desk was told, and what happens when it is */
const told: { id: string; type: string; caseId: string }[] = [];
let onTold: (type: string) => boolean = () => false;
const desk = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { type, data } = JSON.parse(Buffer.concat(chunks).toString());
    told.push({ id: String(request.headers['webhook-id']), type, caseId: data.caseId });
    if (onTold(type)) return void request.socket.destroy();
    response.writeHead(204).end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => desk.listen(0, '127.0.0.1', resolve));
  const address = desk.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  world = await createFaultWorld({ people: 1, env: { DESK_URL: `http://127.0.0.1:${port}/`, DESK_SECRET: whsec } });
  world.inOrder = true;
  pool = new pg.Pool({ connectionString: world.ownerUrl, max: 2 });
  pool.on('error', () => {});
  survivor = await world.start();
});
afterAll(async () => {
  await pool.end();
  await world.stop();
  await new Promise((resolve) => desk.close(resolve));
});
afterEach(() => {
  onTold = () => false;
});

const query = async <Row extends object>(text: string, values: unknown[] = []) =>
  (await pool.query(text, values)).rows as Row[];

/** The first of them, or with KILLS=all every one. */
const points = <Point extends string>(...all: Point[]): Point[] =>
  process.env.KILLS === 'all' ? all : all.slice(0, 1);

let people = 0;
async function waiting(first: Product = survivor) {
  people += 1;
  const address = `whatsapp:+62813444${String(people).padStart(5, '0')}`;
  world.pool.splice(0, Number.POSITIVE_INFINITY, first, survivor);
  const received: string[] = [];
  world.twilio.onMessage(({ direction, to, body }) => {
    if (direction === 'outbound-api' && to === address) received.push(body);
  });
  /** Twilio delivers once more what nobody has answered. */
  const say = async (body: string, messageSid = `SM${randomUUID().replaceAll('-', '')}`): Promise<string> => {
    const given = { body, from: address, to: whatsappFrom, webhookUrl: world.webhookUrl, messageSid };
    const result = await world.twilio.sendInbound(given);
    if (result.status !== 200) throw new Error(`answered ${result.status}`);
    return result.replies[0] ?? '';
  };
  await say('halo');
  const ref = /KC-\w{6}/.exec(await say('PETUGAS'))?.[0];
  const [row] = await query<{ case_id: string }>('select case_id from cases where ref = $1', [ref]);
  return { say, received, caseId: row?.case_id ?? '' };
}

const at = ({ port }: Product) => `http://127.0.0.1:${port}`;
const claimed = async () => {
  const begun = await waiting();
  expect((await callUs(at(survivor), 'claim', { caseId: begun.caseId, agent: dewi })).status).toBe(200);
  await eventually(() => begun.received[0], 'the greeting');
  return begun;
};

/** The same call, to the process that dies of it and then to the one that lives: what its sender would do. */
async function throughDeath(
  armed: `${Failpoint}:${number}`,
  name: Parameters<typeof callUs>[1],
  data: Parameters<typeof callUs>[2],
): Promise<Called> {
  const doomed = await world.start(`${armed}:kill`);
  const id = randomUUID();
  // Else its jobs may do what the call is to do.
  survivor.signal('SIGSTOP');
  const lost = await callUs(at(doomed), name, data, { id })
    .catch(() => null)
    .finally(() => survivor.signal('SIGCONT'));
  expect(lost).toBeNull();
  expect((await doomed.gone).signal).toBe('SIGKILL');
  const answer = await callUs(at(survivor), name, data, { id });
  await hurry();
  return answer;
}

const standing = async (caseId: string) => {
  const [row] = await query<{ state: string; control: string; assignee: string | null }>(
    'select state, control, assignee from cases where case_id = $1',
    [caseId],
  );
  return row;
};
/** That timer of the case is due. */
async function fire(caseId: string, kind: string): Promise<void> {
  await query(`update case_timers set due_at = now() - interval '30 seconds' where case_id = $1 and kind = $2`, [
    caseId,
    kind,
  ]);
}

/** Whatever a dead process had in hand looks as old as it would soon be. */
async function hurry(): Promise<void> {
  await query(`update notices set next_try_at = now(), sending_at = sending_at - interval '15 seconds',
    unknown_since = unknown_since - interval '15 seconds' where finished_at is null`);
  await query(`update desk_events set sending_at = sending_at - interval '15 seconds' where finished_at is null`);
  await query(`update pgboss.job set started_on = started_on - interval '20 seconds' where state = 'active'`);
  await query(`update pgboss.job set start_after = now() where state = 'retry'`);
}

/** One owner at a time: every change of speaker drew an epoch of its own, and only upward. */
async function expectOneOwner(caseId: string, moves: string[]): Promise<void> {
  const events = await query<{ event: string; version: number }>(
    `select event, version from case_events where case_id = $1 and details ? 'to' order by position`,
    [caseId],
  );
  expect(events.map(({ event }) => event)).toEqual(moves);
  expect(events.map(({ version }) => version)).toEqual([...events.keys()].map((index) => index + 2));
}

describe('a process dies', () => {
  test('while the desk is told of a request: it is told again, as the same one', async () => {
    const doomed = await world.start();
    let isDead = false;
    onTold = (type) => {
      if (isDead || type !== 'case.requested') return false;
      isDead = true;
      // Whichever process told it, the one that has the job is gone.
      doomed.signal('SIGKILL');
      return true;
    };
    const { caseId } = await waiting();
    await eventually(() => isDead || undefined, 'a dead process');
    await hurry();
    await eventually(
      () => told.filter((one) => one.caseId === caseId && one.type === 'case.requested')[1],
      'the request again',
    );
    await eventually(() => told.find((one) => one.caseId === caseId && one.type === 'case.steps'), 'what follows');
    const requests = told.filter((one) => one.caseId === caseId && one.type === 'case.requested');
    expect(new Set(requests.map(({ id }) => id)).size).toBe(1);
  });

  test.each(points('enter.afterCommit:1', 'enter.afterAdvance:1', 'enter.afterSay:1'))(
    'while a queued case is claimed, at %s: the agent has it, and the participant hears so once',
    async (armed) => {
      const { say, received, caseId } = await waiting();
      expect((await throughDeath(armed, 'claim', { caseId, agent: dewi })).status).toBe(200);
      await eventually(() => received[0], 'the greeting');
      expect((await callUs(at(survivor), 'claim', { caseId, agent: budi })).body).toEqual({ result: 'taken' });
      expect(await say('halo?')).toBe('');
      expect(await standing(caseId)).toEqual({ state: 'connected', control: 'agent', assignee: 'desk|u-17' });
      await expectOneOwner(caseId, ['takeOver']);
      expect(received).toHaveLength(1);
    },
  );

  test.each(points('notice.afterSend:1', 'notice.afterTake:1'))(
    'while a claimed case is written to, at %s: the text reaches the participant once',
    async (armed) => {
      const { received, caseId } = await claimed();
      const doomed = await world.start(`${armed}:kill`);
      const id = randomUUID();
      survivor.signal('SIGSTOP');
      await callUs(at(doomed), 'messages', { caseId, agent: dewi, text: 'Baik Ibu.' }, { id }).catch(() => null);
      expect((await doomed.gone).signal).toBe('SIGKILL');
      survivor.signal('SIGCONT');
      const again = await callUs(at(survivor), 'messages', { caseId, agent: dewi, text: 'Baik Ibu.' }, { id });
      expect(again.status).toBe(200);
      await hurry();
      await eventually(async () => {
        const open = await query(`select from notices where case_id = $1 and state in ('queued', 'sending')`, [caseId]);
        return open.length === 0 || undefined;
      }, 'the end of the notice');
      expect(received.filter((text) => text.endsWith('Baik Ibu.'))).toHaveLength(1);
      expect(await query(`select from case_messages where case_id = $1 and speaker = 'agent'`, [caseId])).toHaveLength(
        1,
      );
      expect(await standing(caseId)).toMatchObject({ state: 'connected', assignee: 'desk|u-17' });
    },
  );

  test('while the participant writes to a parked case: the message is kept once, and the agent has it back', async () => {
    const { say, caseId } = await claimed();
    await callUs(at(survivor), 'messages', { caseId, agent: dewi, text: 'Kami tunggu.' });
    await eventually(async () => {
      await fire(caseId, 'silentPark');
      return (await standing(caseId))?.state === 'parked' || undefined;
    }, 'a parked case');
    const doomed = await world.start('turn.afterKeepMessage:1:kill');
    world.pool.splice(0, Number.POSITIVE_INFINITY, doomed, survivor);
    const sid = `SM${randomUUID().replaceAll('-', '')}`;
    expect(await say('sudah saya cek', sid)).toBe('');
    expect((await doomed.gone).signal).toBe('SIGKILL');
    expect(await standing(caseId)).toEqual({ state: 'connected', control: 'agent', assignee: 'desk|u-17' });
    expect(await query('select from case_messages where message_id = $1', [sid])).toHaveLength(1);
    await eventually(
      () => told.find((one) => one.caseId === caseId && one.type === 'message.received'),
      'the message at the desk',
    );
    await expectOneOwner(caseId, ['takeOver', 'park', 'inbound']);
  });

  test.each(points('enter.afterSay:1', 'enter.afterAdvance:1', 'enter.afterCommit:1'))(
    'while a case is returned, at %s: the bot goes on once, and nobody has the case',
    async (armed) => {
      const { say, received, caseId } = await claimed();
      const data = { caseId, agent: { ref: dewi.ref }, step: 'identify' };
      expect(await throughDeath(armed, 'return', data)).toMatchObject({ status: 200, body: { result: 'done' } });
      await eventually(() => received[1], 'the question of the bot');
      expect(await standing(caseId)).toMatchObject({ state: 'closed', control: 'bot' });
      expect((await callUs(at(survivor), 'messages', { caseId, agent: dewi, text: 'Halo' })).status).toBe(409);
      expect(await say('9901014506850001')).toMatch(/tanggal lahir/);
      expect(received).toHaveLength(2);
      await expectOneOwner(caseId, ['takeOver', 'return']);
    },
  );

  test.each(points('enter.afterAdvance:1', 'enter.afterCommit:1', 'enter.afterSay:1'))(
    'while a case is closed, at %s: it is closed once, with its disposition',
    async (armed) => {
      const { received, caseId } = await claimed();
      const data = { caseId, agent: { ref: dewi.ref }, disposition: 'helped' };
      expect((await throughDeath(armed, 'close', data)).status).toBe(200);
      await eventually(() => received[1], 'the end');
      expect(await query('select state, disposition from cases where case_id = $1', [caseId])).toEqual([
        { state: 'closed', disposition: 'helped' },
      ]);
      expect(received).toHaveLength(2);
      await expectOneOwner(caseId, ['takeOver', 'resolve', 'dispose']);
      await eventually(
        () => told.find((one) => one.caseId === caseId && one.type === 'case.closed'),
        'the end at the desk',
      );
    },
  );
});
