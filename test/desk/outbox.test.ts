// What a contact centre is told is rows: none is lost with its sender, none overtakes another, and without such a centre
// there are none.
import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DeskEvent } from '#src/conversation/external-desk.ts';
import { createRecords } from '#src/records/create-records.ts';
import { hide } from '#src/seal.ts';
import { askForPerson, createWorld, id, policy, seconds, stranger, type World } from '../records/world.ts';

async function besideADesk(hours = 'always') {
  const world = await createWorld();
  const desk = { kind: 'webhook', url: 'https://desk.example.id', secrets: [hide('whsec_')] } as const;
  const records = createRecords({
    config: {
      databaseUrl: world.appUrl,
      policy,
      careCenterHours: hours,
      desk: { ...desk, secrets: [...desk.secrets] },
    },
    seal: world.seal,
    directory: world.directory,
  });
  await records.start();
  onTestFinished(() => records.stop());
  return { ...world, records };
}

async function opened({ records }: Pick<World, 'records'>, sender = stranger()) {
  const { caseId } = await askForPerson(records, sender);
  const write = (text: string) =>
    records.cases.keepMessage({ sender, messageId: id(), text, kind: 'text', media: [], secretAsked: false });
  return { caseId, sender, write };
}

const later = { outcome: 'later', status: 503, retryAfterMs: null } as const;
const delivered = { outcome: 'delivered' } as const;

async function taken(
  world: Awaited<ReturnType<typeof besideADesk>>,
  caseId: string,
): Promise<{ event: DeskEvent; isRepeat: boolean }> {
  const next = await world.records.deskOutbox.take(caseId);
  if (next === null || next === 'later') throw new Error(`nothing to take: ${next}`);
  return next;
}

test('without a contact centre nothing is written for one', async () => {
  const world = await createWorld();
  const { caseId, write } = await opened(world);
  await write('halo');
  expect(await world.query('select from desk_events')).toEqual([]);
  expect(await world.records.deskOutbox.take(caseId)).toBeNull();
});

test('a report outside of the hours is requested once its owner lets it go, and one within them only once', async () => {
  const requestsOf = async (hours: string) => {
    const world = await besideADesk(hours);
    const { cases, database } = world.records;
    const sender = stranger();
    await database.transaction((trx) =>
      cases.openIn(trx, {
        ...{ caseId: id(), sender, participantId: null, reason: 'notMe', step: 'notMe' },
        ...{ origin: 'system', isReview: false, priority: 1, changeId: null },
      }),
    );
    const told = async () =>
      (await world.query<{ type: string }>('select type from desk_events')).map(({ type }) => type);
    const before = await told();
    await cases.leave({ sender, turnId: id(), event: 'leave' });
    return [before, await told()];
  };
  expect(await requestsOf('always')).toEqual([['case.requested'], ['case.requested']]);
  expect(await requestsOf('Mon-Sun 00:00-00:01')).toEqual([[], ['case.requested']]);
});

test('a turn that is undone tells nothing', async () => {
  const world = await besideADesk();
  const { sender } = await opened(world);
  const before = await world.query('select from desk_events');
  const broken = world.records.cases.keepMessage({
    sender,
    messageId: 'm1',
    text: 'halo\u0000',
    kind: 'text',
    media: [],
    secretAsked: false,
  });
  await broken.catch(() => undefined);
  const rows = await world.query<{
    told: number;
    kept: number;
  }>(`select (select count(*)::int from desk_events) as told,
    (select count(*)::int from case_messages) as kept`);
  expect((rows[0]?.told ?? 0) - before.length).toBe(rows[0]?.kept);
});

describe('one case after the other', () => {
  test('the next event is given out when the one before it has arrived, and not before', async () => {
    const world = await besideADesk();
    const { caseId, write } = await opened(world);
    await write('satu');
    await write('dua');
    const first = await taken(world, caseId);
    expect(first).toMatchObject({ isRepeat: false, event: { type: 'case.requested' } });
    expect(await world.records.deskOutbox.take(caseId)).toBe('later');
    await world.records.deskOutbox.finish(first.event.eventId, delivered);
    const second = await taken(world, caseId);
    expect(second.event).toMatchObject({ type: 'message.received', data: { text: 'satu' } });
    await world.records.deskOutbox.finish(second.event.eventId, delivered);
    const third = await taken(world, caseId);
    expect(third.event).toMatchObject({ data: { text: 'dua' } });
    await world.records.deskOutbox.finish(third.event.eventId, delivered);
    expect(await world.records.deskOutbox.take(caseId)).toBeNull();
  });

  test('what a killed sender had in hand is given out again after its time, marked as a repetition', async () => {
    const world = await besideADesk();
    const { caseId } = await opened(world);
    const { event } = await taken(world, caseId);
    await world.passTime(seconds(13));
    expect(await world.records.deskOutbox.take(caseId)).toBe('later');
    await world.passTime(seconds(2));
    expect(await taken(world, caseId)).toEqual({ event: { ...event, at: expect.any(String) }, isRepeat: true });
  });

  test('what did not arrive waits, at least as long as the centre asks for', async () => {
    const world = await besideADesk();
    const { caseId } = await opened(world);
    const { event } = await taken(world, caseId);
    await world.records.deskOutbox.finish(event.eventId, { ...later, retryAfterMs: 30_000 });
    await world.passTime(seconds(29));
    expect(await world.records.deskOutbox.take(caseId)).toBe('later');
    await world.passTime(seconds(2));
    expect((await taken(world, caseId)).event.eventId).toBe(event.eventId);
  });

  test('of ten senders at once one has the event', async () => {
    const world = await besideADesk();
    const { caseId } = await opened(world);
    const tries = await Promise.all(Array.from({ length: 10 }, () => world.records.deskOutbox.take(caseId)));
    expect(tries.filter((one) => one !== 'later')).toHaveLength(1);
  });

  test('another case waits for nothing', async () => {
    const world = await besideADesk();
    const [one, other] = [await opened(world), await opened(world)];
    await taken(world, one.caseId);
    expect((await taken(world, other.caseId)).event.data.caseId).toBe(other.caseId);
  });
});

test.each(['epoch', 'window'] as const)('an agent hears that a text did not leave because of the %s', async (why) => {
  const world = await besideADesk();
  const { desk, notices } = world.records;
  const { caseId } = await opened(world);
  const agentId = 'desk|u-1';
  await desk.signIn({ agentId, name: 'Dewi', alias: 'Dewi', role: 'supervisor', team: 'care' });
  await desk.signIn({ agentId: 'desk|u-2', name: 'Budi', alias: 'Budi', role: 'supervisor', team: 'care' });
  const on = async (by: string) => {
    const [row] = await world.query<{ version: number }>('select version from cases where case_id = $1', [caseId]);
    return { agentId: by, caseId, version: row?.version ?? 0, idempotencyKey: randomUUID() };
  };
  await desk.takeOver(await on(agentId));
  const sent = await on(agentId);
  expect((await desk.send({ ...sent, text: 'Baik.' })).result).toBe('done');
  if (why === 'epoch') await desk.takeOver(await on('desk|u-2'));
  else await world.query(`update cases set window_ends_at = now() - interval '1 second'`);
  const [notice] = await world.query<{ notice_id: string }>(`select notice_id from notices where speaker = 'agent'`);
  expect(await notices.take(notice?.notice_id ?? '')).toBeNull();
  const told: DeskEvent[] = [];
  for (;;) {
    const next = await world.records.deskOutbox.take(caseId);
    if (next === null || next === 'later') break;
    told.push(next.event);
    await world.records.deskOutbox.finish(next.event.eventId, delivered);
  }
  expect(told.at(-1)).toMatchObject({ type: 'message.returned', data: { caseId, callId: sent.idempotencyKey, why } });
});

test('a participant whose number refuses the text is told of to the desk as well', async () => {
  const world = await besideADesk();
  const { desk, notices } = world.records;
  const { caseId } = await opened(world);
  await desk.signIn({ agentId: 'desk|u-1', name: 'Dewi', alias: 'Dewi', role: 'supervisor', team: 'care' });
  const command = (version: number) => ({ agentId: 'desk|u-1', caseId, version, idempotencyKey: randomUUID() });
  await desk.takeOver(command(1));
  const sent = command(2);
  await desk.send({ ...sent, text: 'Baik.' });
  const [notice] = await world.query<{ notice_id: string }>(`select notice_id from notices where speaker = 'agent'`);
  const noticeId = notice?.notice_id ?? '';
  await notices.take(noticeId);
  await notices.finish(noticeId, { outcome: 'refused', why: 'destination', providerCode: '21211' }, 'whatsapp');
  const rows = await world.query<{ type: string }>('select type from desk_events order by position desc limit 1');
  expect(rows).toEqual([{ type: 'message.returned' }]);
});
