// req:G5 Every timer of a case: set to the figure of the policy, void a second before it is due, and once from then on.
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { CaseDesk, Command, TimerKind } from '#src/conversation/desk-port.ts';
import { createRecords, type Records } from '#src/records/create-records.ts';
import { askForPerson, createWorld, id, policy, stranger, type World } from '../records/world.ts';

type Desk = Omit<CaseDesk, 'previewReturn'>;
const figures = policy.case;
const minutes = (count: number) => count * 60;

/** A place where it is between 12 and 13 o'clock now. */
const noon = (() => {
  const ahead = 12 - new Date().getUTCHours();
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
})();
const clock = (hour: number, minute: number) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
const closingSoon = (() => {
  const minute = new Date().getUTCMinutes() + 10;
  return `Mon-Sun 00:00-${clock(12 + Math.floor(minute / 60), minute % 60)}`;
})();

interface Scene {
  world: World;
  records: Records;
  caseId: string;
  sender: ReturnType<typeof stranger>;
  on(agentId?: string): Promise<Command>;
  row(): Promise<{ state: string; version: number; assignee: string | null; end_reason: string | null }>;
}

async function begin(hours: string): Promise<Scene> {
  const world = await createWorld();
  const records = createRecords({
    config: { databaseUrl: world.appUrl, policy, careCenterHours: hours, timeZone: noon },
    seal: world.seal,
    directory: world.directory,
  });
  await records.start();
  onTestFinished(() => records.stop());
  for (const role of ['agent', 'senior', 'supervisor'] as const)
    await records.desk.signIn({ agentId: role, name: role, alias: 'Ratna', role, team: 'care' });
  const sender = stranger();
  const { caseId } = await askForPerson(records, sender);
  const row = async () => {
    const [found] = await world.query<{
      state: string;
      version: number;
      assignee: string | null;
      end_reason: string | null;
    }>('select state, version, assignee, end_reason from cases where case_id = $1', [caseId]);
    if (found === undefined) throw new Error('no case');
    return found;
  };
  const on = async (agentId = 'agent') => ({
    agentId,
    caseId,
    version: (await row()).version,
    idempotencyKey: randomUUID(),
  });
  return { world, records, caseId, sender, on, row };
}

async function done(verdict: Promise<{ result: string }>): Promise<void> {
  expect((await verdict).result).toBe('done');
}
const claimed = async ({ records: { desk }, on }: Scene) => done(desk.claim(await on()));
const answered = async (scene: Scene) => {
  await claimed(scene);
  await done(scene.records.desk.send({ ...(await scene.on()), text: 'Baik.' }));
};
const run = (command: (desk: Desk, command: Command) => Promise<{ result: string }>) => async (scene: Scene) => {
  await claimed(scene);
  await done(command(scene.records.desk, await scene.on()));
};

interface Edge {
  kind: TimerKind;
  seconds: number | null;
  hours?: string;
  arrange?: (scene: Scene) => Promise<unknown>;
  /** the state afterwards; null: the same, and an event or a telling */
  becomes: string | null;
  endReason?: string;
}

const edges: Edge[] = [
  { kind: 'queueNotice1', seconds: minutes(figures.queueNotice1Minutes), becomes: null },
  { kind: 'queueNotice2', seconds: minutes(figures.queueNotice2Minutes), becomes: null },
  { kind: 'queueMax', seconds: minutes(figures.queueMaxMinutes), becomes: 'expired', endReason: 'expired_no_agent' },
  {
    kind: 'reviewMax',
    seconds: null,
    arrange: async ({ world, records, sender }) => {
      await world.query(`update cases set origin = 'system'`);
      await records.cases.leave({ sender, turnId: id(), event: 'leave' });
    },
    becomes: 'expired',
    endReason: 'expired_no_agent',
  },
  { kind: 'hoursEnd', seconds: null, hours: closingSoon, becomes: 'offline' },
  { kind: 'hoursStart', seconds: null, hours: 'Mon-Sun 00:00-00:30', becomes: 'queued' },
  {
    kind: 'offerMax',
    seconds: figures.offerSeconds,
    arrange: async ({ records: { desk }, on }) => done(desk.assign({ ...(await on('supervisor')), to: 'agent' })),
    becomes: 'queued',
  },
  { kind: 'firstReplyReminder', seconds: minutes(figures.firstReplyReminderMinutes), arrange: claimed, becomes: null },
  { kind: 'firstReplyMax', seconds: minutes(figures.firstReplyMaxMinutes), arrange: claimed, becomes: 'queued' },
  {
    kind: 'grace',
    seconds: minutes(figures.graceMinutes),
    arrange: async (scene) => {
      await claimed(scene);
      await scene.world.query(`update agents set beat_at = now() - make_interval(secs => $1)`, [
        figures.beatSeconds + 1,
      ]);
      await scene.records.caseClock.watchAgents();
    },
    becomes: 'queued',
  },
  { kind: 'silentReminder', seconds: minutes(figures.silentReminderMinutes), arrange: answered, becomes: null },
  { kind: 'silentPark', seconds: minutes(figures.silentParkMinutes), arrange: answered, becomes: 'parked' },
  {
    kind: 'parkMax',
    seconds: minutes(figures.parkMaxHours * 60),
    arrange: run((desk, command) => desk.park({ ...command, untilMinutes: null, tell: false })),
    becomes: 'wrapUp',
    endReason: 'resolved',
  },
  {
    kind: 'stepIdle',
    seconds: minutes(figures.stepIdleMinutes),
    arrange: async (scene) => {
      await run((desk, command) => desk.runStep({ ...command, step: 'identify' }))(scene);
      await scene.world.query(`update cases set last_in_at = last_in_at - interval '1 day'`);
    },
    becomes: 'connected',
  },
  {
    kind: 'wrapMax',
    seconds: minutes(figures.wrapMinutes),
    arrange: run((desk, command) => desk.resolve(command)),
    becomes: 'closed',
  },
];

test.each(edges)(
  '$kind strikes when it is due, once, and not a second earlier',
  async ({ kind, seconds, hours, arrange, becomes, endReason }) => {
    const scene = await begin(hours ?? 'always');
    await arrange?.(scene);
    const { world, records, caseId } = scene;
    const before = await scene.row();
    const timers = await world.query<{ version: number; seconds: number }>(
      `select t.version, extract(epoch from t.due_at - e.created_at)::float8 as seconds from case_timers t
     join lateral (select max(created_at) as created_at from case_events where case_id = t.case_id) e on true
     where t.case_id = $1 and t.kind = $2 and t.fired_at is null`,
      [caseId, kind],
    );
    expect(timers.map(({ version }) => version)).toEqual([before.version]);
    if (seconds !== null) expect(timers[0]?.seconds).toBeCloseTo(seconds, 1);

    const eventsOf = () =>
      world.query<{ event: string }>('select event from case_events where case_id = $1 order by position', [caseId]);
    const quiet = await eventsOf();
    const fire = async (offset: number, version = before.version) => {
      await world.query(
        `update case_timers set due_at = now() + make_interval(secs => $1) where case_id = $2 and kind = $3`,
        [offset, caseId, kind],
      );
      await records.caseClock.fire({ caseId, version, kind });
    };
    await fire(1.5);
    expect(await scene.row()).toEqual(before);
    expect(await eventsOf()).toEqual(quiet);
    // A timer of another version of the case is void, however late it comes.
    await fire(-1, before.version + 1);
    expect(await scene.row()).toEqual(before);

    await fire(0);
    const after = await scene.row();
    expect(after.state).toBe(becomes ?? before.state);
    if (endReason !== undefined) expect(after.end_reason).toBe(endReason);
    expect((await eventsOf()).length).toBe(quiet.length + 1);
    const struck = await eventsOf();
    await fire(-1);
    await Promise.all([fire(-1), fire(-1)]);
    expect(await scene.row()).toEqual(after);
    expect(await eventsOf()).toEqual(struck);
  },
);

test.each(edges.filter(({ kind }) => ['queueMax', 'reviewMax', 'grace', 'parkMax'].includes(kind)))(
  '$kind is found by the sweep when its job is gone, and strikes once for five sweeps',
  async ({ kind, hours, arrange, becomes }) => {
    const scene = await begin(hours ?? 'always');
    await arrange?.(scene);
    const { world, records, caseId } = scene;
    const before = await scene.row();
    await world.query(`update case_timers set due_at = now() + interval '1 day' where kind <> $1`, [kind]);
    await world.query(`update case_timers set due_at = now() - interval '1 second' where case_id = $1 and kind = $2`, [
      caseId,
      kind,
    ]);
    expect(await records.caseClock.sweep()).toBe(0);
    await world.query(
      `update case_timers set due_at = now() - interval '21 seconds' where case_id = $1 and kind = $2`,
      [caseId, kind],
    );
    const count = () => world.query('select from case_events where case_id = $1', [caseId]);
    const quiet = (await count()).length;
    await Promise.all(Array.from({ length: 5 }, () => records.caseClock.sweep()));
    expect((await scene.row()).state).toBe(becomes ?? before.state);
    expect((await count()).length).toBe(quiet + 1);
  },
);

test('inviteMax ends an invitation that nobody followed, from its second on', async () => {
  const scene = await begin('always');
  const { world, records } = scene;
  const draft = await records.desk.draft({ agentId: 'senior', reason: 'call', idempotencyKey: randomUUID() });
  if (draft.result !== 'done') throw new Error(draft.result);
  const { caseId } = draft.case;
  const command = { agentId: 'senior', caseId, version: draft.case.version, idempotencyKey: randomUUID() };
  expect((await records.desk.newWord(command)).result).toBe('done');
  const stateOf = () =>
    world.query<{ state: string; version: number }>('select state, version from cases where case_id = $1', [caseId]);
  const [{ version } = { version: 0 }] = await stateOf();
  for (const [offset, state] of [
    [1.5, 'invited'],
    [0, 'expired'],
    [-1, 'expired'],
  ] as const) {
    await world.query(`update case_timers set due_at = now() + make_interval(secs => $1) where case_id = $2`, [
      offset,
      caseId,
    ]);
    await records.caseClock.fire({ caseId, version, kind: 'inviteMax' });
    expect((await stateOf())[0]?.state).toBe(state);
  }
});

test.each([
  [-1, 'connected'],
  [1, 'lost'],
] as const)('an agent who has been silent for 45 s and %i has the case %s', async (offset, state) => {
  const scene = await begin('always');
  await claimed(scene);
  await scene.world.query(`update agents set beat_at = now() - make_interval(secs => $1)`, [
    figures.beatSeconds + offset,
  ]);
  await scene.records.caseClock.watchAgents();
  expect((await scene.row()).state).toBe(state);
});
