// req:G5 promise:G6 Three agents, a supervisor, the bot, the timers and the participant, in any order and at once: one
// owner at a time, epochs that only grow, no text under an old one, and an end for every case.
// 60 courses in `npm test`; INTERLEAVINGS=10000 runs the long form.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CaseDesk, Command } from '#src/conversation/desk-port.ts';
import type { Sender } from '#src/conversation/ports.ts';
import { createWorld, id, patient, stranger, type World } from '../records/world.ts';

type Desk = Omit<CaseDesk, 'previewReturn'>;
const courses = Number(process.env.INTERLEAVINGS ?? 60);
const lanes = 4;

const agentActs = {
  claim: (desk, command) => desk.claim(command),
  accept: (desk, command) => desk.accept(command),
  decline: (desk, command) => desk.decline(command),
  send: (desk, command) => desk.send({ ...command, text: 'Baik, Ibu.' }),
  note: (desk, command) => desk.note({ ...command, text: 'catatan' }),
  toColleague: (desk, command, other) => desk.transfer({ ...command, to: { agentId: other }, reason: 'cuti' }),
  toTeam: (desk, command) => desk.transfer({ ...command, to: { team: 'care' }, reason: 'cuti' }),
  park: (desk, command) => desk.park({ ...command, untilMinutes: 5, tell: false }),
  runStep: (desk, command) => desk.runStep({ ...command, step: 'identify' }),
  takeBack: (desk, command) => desk.takeBack(command),
  returnToBot: (desk, command) => desk.returnToBot({ ...command, step: 'menu' }),
  resolve: (desk, command) => desk.resolve(command),
  dispose: (desk, command) => desk.dispose({ ...command, code: 'helped', note: '' }),
} as const satisfies Record<string, (desk: Desk, command: Command, other: string) => Promise<{ result: string }>>;
const leadActs = {
  takeOver: (desk, command) => desk.takeOver(command),
  assign: (desk, command, other) => desk.assign({ ...command, to: other }),
  prioritise: (desk, command) => desk.prioritise({ ...command, priority: 3 }),
  close: (desk, command) => desk.close({ ...command, reason: 'ganda' }),
} as const satisfies
  | typeof agentActs
  | Record<string, (desk: Desk, command: Command, other: string) => Promise<{ result: string }>>;
const others = ['write', 'asks', 'leave', 'finish', 'optOut', 'stepEnds', 'timer', 'agentsGone', 'botSays'] as const;

type Act =
  | { by: 'agent'; act: keyof typeof agentActs; who: number; other: number; isStale: boolean }
  | { by: 'lead'; act: keyof typeof leadActs; other: number; isStale: boolean }
  | { by: 'other'; act: (typeof others)[number] };

const number = fc.integer({ min: 0, max: 2 });
const rarely = fc.constantFrom(false, false, false, true);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      by: fc.constant('agent' as const),
      act: fc.constantFrom(...(Object.keys(agentActs) as (keyof typeof agentActs)[])),
      who: number,
      other: number,
      isStale: rarely,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      by: fc.constant('lead' as const),
      act: fc.constantFrom(...(Object.keys(leadActs) as (keyof typeof leadActs)[])),
      other: number,
      isStale: rarely,
    }),
  },
  { weight: 4, arbitrary: fc.record({ by: fc.constant('other' as const), act: fc.constantFrom(...others) }) },
);
/** Asked for in the chat, or to be looked at in any case. */
const begins = ['asked', 'review', 'report'] as const;
/** What is in one group happens at once. */
const course = fc.record({
  begin: fc.constantFrom(...begins),
  groups: fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 9 }),
});

interface Row {
  state: string;
  control: string;
  assignee: string | null;
  epoch: string;
  version: number;
}

async function play(world: World, begin: (typeof begins)[number], groups: Act[][]): Promise<void> {
  const { desk, cases, caseClock, notices, database } = world.records;
  const sender: Sender = stranger();
  const people = [0, 1, 2].map((at) => `agent-${at}-${randomUUID()}`);
  const lead = `lead-${randomUUID()}`;
  for (const agentId of people) await desk.signIn({ agentId, name: 'A', alias: 'A', role: 'agent', team: 'care' });
  await desk.signIn({ agentId: lead, name: 'L', alias: 'L', role: 'supervisor', team: 'care' });
  const ask = () =>
    cases.open({
      ...{ caseId: id(), sender, participantId: null, known: null },
      ...{ reason: 'requested', step: 'askNumber' },
    });
  const notice = () =>
    database.transaction((trx) =>
      cases.openIn(trx, {
        ...{ caseId: id(), sender, participantId: null, reason: 'notMe', step: 'notMe' },
        ...{ origin: 'system', isReview: begin === 'review', priority: 1, changeId: null },
      }),
    );
  const opened = begin === 'asked' ? await ask() : { result: 'opened' as const, ...(await notice()) };
  if (opened.result !== 'opened') throw new Error('not opened');
  const { caseId } = opened.standing;
  const read = async (): Promise<Row> => {
    const [row] = await world.query<Row>(
      'select state, control, assignee, epoch, version from cases where case_id = $1',
      [caseId],
    );
    if (row === undefined) throw new Error('no case');
    return row;
  };
  const isOver = ({ state }: Row) => state === 'closed' || state === 'expired';

  async function fireTimers(): Promise<void> {
    const timers = await world.query<{ version: number; kind: Parameters<typeof caseClock.fire>[0]['kind'] }>(
      `update case_timers set due_at = now() where case_id = $1 and fired_at is null returning version, kind`,
      [caseId],
    );
    for (const timer of timers) await caseClock.fire({ caseId, ...timer });
  }
  async function agentsGone(): Promise<void> {
    await world.query(`update agents set beat_at = now() - interval '1 hour' where agent_id = any($1)`, [
      [...people, lead],
    ]);
    await caseClock.watchAgents();
  }

  async function perform(seen: Row, one: Act): Promise<unknown> {
    const command = (agentId: string, isStale: boolean): Command => ({
      agentId,
      caseId,
      version: isStale ? seen.version - 1 : seen.version,
      idempotencyKey: randomUUID(),
    });
    if (one.by === 'agent')
      return await agentActs[one.act](desk, command(people[one.who] ?? '', one.isStale), people[one.other] ?? '');
    if (one.by === 'lead') return await leadActs[one.act](desk, command(lead, one.isStale), people[one.other] ?? '');
    switch (one.act) {
      case 'write':
        return await cases.keepMessage({
          sender,
          messageId: id(),
          text: 'halo',
          kind: 'text',
          media: [],
          secretAsked: false,
        });
      case 'asks':
        // Whoever asks in a conversation that has an open case is heard there, and opens no other.
        return isOver(await read()) ? null : await ask();
      case 'leave':
      case 'finish':
        return await cases.leave({ sender, turnId: id(), event: one.act });
      case 'optOut':
        return await cases.optOut(sender);
      case 'stepEnds':
        return await cases.noteStep({
          sender,
          turnId: id(),
          prompt: 'askPin',
          notice: null,
          triesLeft: null,
          ended: 'stuck',
          identified: null,
        });
      case 'timer':
        return await fireTimers();
      case 'agentsGone':
        return await agentsGone();
      case 'botSays':
        // As a slow turn does: with the epoch that it saw when it began.
        return await notices.say({
          entryId: id(),
          sender,
          texts: { whatsapp: 'Mohon ketik NIK.', sms: 'Mohon ketik NIK.' },
          fence: { caseId, speaker: 'bot', epoch: seen.epoch },
        });
    }
  }

  /** Whatever waits to be said is claimed for sending now. */
  async function deliver(): Promise<void> {
    const waiting = await world.query<{ notice_id: string; epoch: string }>(
      `select notice_id, epoch from notices where case_id = $1 and state = 'queued' order by created_at`,
      [caseId],
    );
    const { epoch } = await read();
    for (const notice of waiting) {
      const taken = await notices.take(notice.notice_id);
      if (taken !== null && taken !== 'later') {
        expect(notice.epoch).toBe(epoch);
        await notices.finish(
          notice.notice_id,
          { outcome: 'accepted', providerId: `SM${notice.notice_id}` },
          'whatsapp',
        );
      } else if (notice.epoch === epoch) expect(taken, 'a text under the epoch of today stays').toBe('later');
    }
  }

  async function expectLaws(before: Row): Promise<Row> {
    const now = await read();
    expect(BigInt(now.epoch)).toBeGreaterThanOrEqual(BigInt(before.epoch));
    if (now.control !== before.control || now.assignee !== before.assignee)
      expect(BigInt(now.epoch)).toBeGreaterThan(BigInt(before.epoch));
    if (isOver(before)) expect({ ...now, version: 0 }).toEqual({ ...before, version: 0 });
    expect(now.control === 'agent').toBe(['connected', 'lost', 'parked'].includes(now.state));
    if (now.control === 'agent') expect(now.assignee).not.toBeNull();
    if (now.state === 'queued') expect(now.assignee).toBeNull();
    const [rows] = await world.query<{ open: number; timers: number }>(
      `select (select count(*)::int from cases where conversation = $1 and closed_at is null) as open,
        (select count(*)::int from case_timers where case_id = $2 and version = $3 and fired_at is null) as timers`,
      [sender.conversation, caseId, now.version],
    );
    // Whoever asks at the moment of the end opens another one.
    expect(isOver(now) ? [0, 1] : [1]).toContain(rows?.open);
    if (!isOver(now) && now.assignee === null) expect([now.state, (rows?.timers ?? 0) > 0]).toEqual([now.state, true]);
    return now;
  }

  let row = await expectLaws(await read());
  for (const group of groups) {
    const seen = row;
    await Promise.all(group.map((one) => perform(seen, one)));
    row = await expectLaws(seen);
    await deliver();
  }
  // One event for each version: nobody moved it beside the others.
  const versions = await world.query<{ version: number }>(
    `select version from case_events where case_id = $1 and details ? 'to' order by position`,
    [caseId],
  );
  expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 2));

  // Left to itself it ends.
  for (let rounds = 0; rounds < 12 && !isOver(row); rounds += 1) {
    await agentsGone();
    await fireTimers();
    row = await expectLaws(row);
  }
  expect([row.state, isOver(row)]).toEqual([row.state, true]);
  await deliver();
  expect(await world.query(`select from notices where case_id = $1 and state = 'queued'`, [caseId])).toEqual([]);
}

/** So many courses are in one database: what they leave behind slows the next ones down. */
const perWorld = 240;

test(`${courses} courses keep the laws`, { timeout: 60_000 + courses * 2_000 }, async () => {
  for (let left = courses; left > 0; left -= perWorld) {
    const world = await createWorld({ policy: { ...patient, case: { ...patient.case, queueSize: 2_000 } } });
    const numRuns = Math.ceil(Math.min(left, perWorld) / lanes);
    const lane = () =>
      fc.assert(
        fc.asyncProperty(course, ({ begin, groups }) => play(world, begin, groups)),
        { numRuns, endOnFailure: courses > 1_000 },
      );
    await Promise.all(Array.from({ length: lanes }, lane));
  }
});
