// req:G5 Races for one case, from several processes' worth of records on one database. Elsewhere two agents took the
// same conversation (fazer-ai/chatwoot PR 359), capacity was overrun (Rocket.Chat PR 37776).
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { CaseDesk } from '#src/conversation/desk-port.ts';
import { createRecords, type Records } from '#src/records/create-records.ts';
import { askForPerson, createWorld, policy, stranger, type World } from '../records/world.ts';

type Desk = Omit<CaseDesk, 'previewReturn'>;

async function processes(world: World, count: number): Promise<Records[]> {
  const more = await Promise.all(
    Array.from({ length: count - 1 }, async () => {
      const records = createRecords({
        config: { databaseUrl: world.appUrl, policy },
        seal: world.seal,
        directory: world.directory,
      });
      await records.start();
      return records;
    }),
  );
  onTestFinished(async () => {
    await Promise.all(more.map((records) => records.stop()));
  });
  return [world.records, ...more];
}

async function signIn(desk: Desk, role: 'agent' | 'supervisor' = 'agent', team = 'care') {
  const agentId = `test|${randomUUID()}`;
  return await desk.signIn({ agentId, name: `Agen ${agentId.slice(5, 9)}`, alias: 'Agen', role, team });
}

async function queued(world: World): Promise<{ caseId: string; version: number }> {
  const sender = stranger();
  const { caseId, version } = await askForPerson(world.records, sender);
  return { caseId, version };
}

const command = (agentId: string, seen: { caseId: string; version: number }) => ({
  agentId,
  ...seen,
  idempotencyKey: randomUUID(),
});

test('of fifty claims at once from three processes one wins, and the others hear who has it', async () => {
  const world = await createWorld();
  const desks = (await processes(world, 3)).map(({ desk }) => desk);
  for (let round = 0; round < 10; round += 1) {
    const seen = await queued(world);
    const agents = await Promise.all(Array.from({ length: 50 }, (_, at) => signIn(desks[at % 3] as Desk)));
    const verdicts = await Promise.all(
      agents.map(({ agentId }, at) => (desks[at % 3] as Desk).claim(command(agentId, seen))),
    );
    const winners = verdicts.filter(({ result }) => result === 'done');
    expect(winners).toHaveLength(1);
    const [row] = await world.query<{ assignee: string; epoch: string }>(
      'select assignee, epoch from cases where case_id = $1',
      [seen.caseId],
    );
    const winner = agents.find(({ agentId }) => agentId === row?.assignee);
    for (const verdict of verdicts.filter(({ result }) => result !== 'done')) {
      expect(verdict).toMatchObject({ result: 'conflict', takenBy: winner?.name, state: 'connected' });
    }
    expect(
      await world.query(`select count(*)::int from case_events where case_id = $1 and event = 'claim'`, [seen.caseId]),
    ).toEqual([{ count: 1 }]);
    await world.query(`update cases set state = 'closed', control = 'bot', closed_at = now() where case_id = $1`, [
      seen.caseId,
    ]);
  }
});

test('an agent with one place left wins one of twenty claims made at once', async () => {
  const world = await createWorld();
  const desks = (await processes(world, 3)).map(({ desk }) => desk);
  const { agentId } = await signIn(desks[0] as Desk);
  for (let open = 1; open < policy.case.maxOpen; open += 1) {
    expect((await world.records.desk.claim(command(agentId, await queued(world)))).result).toBe('done');
  }
  const cases = await Promise.all(Array.from({ length: 20 }, () => queued(world)));
  const verdicts = await Promise.all(cases.map((seen, at) => (desks[at % 3] as Desk).claim(command(agentId, seen))));
  const results = verdicts.map(({ result }) => result);
  expect(results.filter((result) => result === 'done')).toHaveLength(1);
  expect(results.filter((result) => result === 'full')).toHaveLength(19);
});

test('a claim sent twice, at once and later, is one claim', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const { agentId } = await signIn(desk);
  const once = command(agentId, await queued(world));
  const verdicts = await Promise.all([desk.claim(once), desk.claim(once), desk.claim(once)]);
  expect(verdicts.map(({ result }) => result)).toEqual(['done', 'done', 'done']);
  expect((await desk.claim(once)).result).toBe('done');
  expect(await world.query(`select version from cases`)).toEqual([{ version: 2 }]);
});

test('a claim on what has changed since it was seen is refused, although the case waits', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const seen = await queued(world);
  const [agent, lead] = [await signIn(desk), await signIn(desk, 'supervisor')];
  expect((await desk.prioritise({ ...command(lead.agentId, seen), priority: 3 })).result).toBe('done');
  expect(await desk.claim(command(agent.agentId, seen))).toMatchObject({
    result: 'conflict',
    takenBy: null,
    version: 2,
  });
  expect((await desk.claim(command(agent.agentId, { ...seen, version: 2 }))).result).toBe('done');
});

test('a person of another team, a disabled one and a stranger get nothing', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const seen = await queued(world);
  const other = await signIn(desk, 'agent', 'other');
  expect((await desk.claim(command(other.agentId, seen))).result).toBe('forbidden');
  expect((await desk.claim(command('test|nobody', seen))).result).toBe('forbidden');
  const gone = await signIn(desk);
  await world.query('update agents set disabled_at = now() where agent_id = $1', [gone.agentId]);
  expect((await desk.claim(command(gone.agentId, seen))).result).toBe('forbidden');
  expect(await desk.read(gone.agentId, seen.caseId)).toBeNull();
});

test('whoever lost a race or the case reads and writes nothing more of it', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const seen = await queued(world);
  const [agent, lead] = [await signIn(desk), await signIn(desk, 'supervisor')];
  await desk.claim(command(agent.agentId, seen));
  const now = { ...seen, version: 2 };
  expect((await desk.takeOver(command(lead.agentId, now))).result).toBe('done');
  expect(await desk.read(agent.agentId, seen.caseId)).toBeNull();
  const late = { ...command(agent.agentId, { ...seen, version: 3 }), text: 'Halo' };
  expect((await desk.send(late)).result).toBe('forbidden');
  expect((await desk.note(late)).result).toBe('forbidden');
  expect(await desk.saveDraft(late)).toBe('forbidden');
  expect(await desk.reveal({ ...late, field: 'email', reason: 'typo' })).toBe('forbidden');
});

test('every change of a case is told to every process, with its position', async () => {
  const world = await createWorld();
  const [here, there] = await processes(world, 2);
  const heard: string[][] = [[], []];
  here?.desk.onCaseChanged(({ caseId }) => heard[0]?.push(caseId));
  there?.desk.onCaseChanged(({ caseId }) => heard[1]?.push(caseId));
  const seen = await queued(world);
  await expect.poll(() => heard.map((cases) => cases.includes(seen.caseId)), { timeout: 10_000 }).toEqual([true, true]);
});
