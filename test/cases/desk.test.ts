// req:G2 req:G3 req:G4 What each role may do with a case, read from the database at every command; deny by default.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AgentRole } from '#src/config.ts';
import type { CaseDesk, Command } from '#src/conversation/desk-port.ts';
import { createWorld, hours, id, policy, somebody, stranger, type World } from '../records/world.ts';

type Desk = Omit<CaseDesk, 'previewReturn'>;
const roles: AgentRole[] = ['agent', 'senior', 'supervisor', 'auditor', 'admin'];

async function signIn({ records: { desk } }: World, role: AgentRole = 'agent', team = 'care') {
  const agentId = `test|${randomUUID()}`;
  return await desk.signIn({ agentId, name: `${role} ${agentId.slice(5, 9)}`, alias: 'Ratna', role, team });
}

async function queued(world: World, participantId: string | null = null) {
  const sender = stranger();
  const known = {
    name: 'S••• A•••••',
    email: 's•••h@example.com',
    mobileNumber: '0812 •••• ••11',
    segment: 'PBPU',
    membershipStatus: 'active',
  };
  const request = { caseId: id(), sender, participantId, known, reason: 'requested', step: 'askPin' };
  const opened = await world.records.cases.open(request);
  if (opened.result !== 'opened') throw new Error('not opened');
  return { sender, caseId: opened.standing.caseId };
}

async function on(world: World, caseId: string, agentId: string): Promise<Command> {
  const [row] = await world.query<{ version: number }>('select version from cases where case_id = $1', [caseId]);
  return { agentId, caseId, version: row?.version ?? 0, idempotencyKey: randomUUID() };
}

async function connected(world: World, agentId: string, participantId: string | null = null) {
  const { caseId, sender } = await queued(world, participantId);
  const verdict = await world.records.desk.claim(await on(world, caseId, agentId));
  if (verdict.result !== 'done') throw new Error(`not claimed: ${verdict.result}`);
  return { caseId, sender };
}

const commands: Record<string, (desk: Desk, command: Command, other: string) => Promise<{ result: string }>> = {
  send: (desk, command) => desk.send({ ...command, text: 'Baik, Ibu.' }),
  note: (desk, command) => desk.note({ ...command, text: 'menunggu cabang' }),
  park: (desk, command) => desk.park({ ...command, untilMinutes: 5, tell: false }),
  runStep: (desk, command) => desk.runStep({ ...command, step: 'identify' }),
  returnToBot: (desk, command) => desk.returnToBot({ ...command, step: 'menu' }),
  resolve: (desk, command) => desk.resolve(command),
  transfer: (desk, command, agentId) => desk.transfer({ ...command, to: { agentId }, reason: 'cuti' }),
  takeOver: (desk, command) => desk.takeOver(command),
  assign: (desk, command, to) => desk.assign({ ...command, to }),
  prioritise: (desk, command) => desk.prioritise({ ...command, priority: 2 }),
  close: (desk, command) => desk.close({ ...command, reason: 'ganda' }),
  liftLock: (desk, command) => desk.liftLock({ ...command, reason: 'sudah diperiksa' }),
};
const supervisors = ['note', 'transfer', 'takeOver', 'assign', 'prioritise', 'close', 'liftLock'];
const assignees = ['send', 'note', 'park', 'runStep', 'returnToBot', 'resolve', 'transfer'];

describe('on a case that somebody else has', () => {
  test.each(roles.flatMap((role) => ['care', 'other'].map((team) => [role, team] as const)))(
    'a %s of the team %s may do what the table of roles says, and nothing else',
    async (role, team) => {
      const world = await createWorld();
      const [holder, me, other] = [await signIn(world), await signIn(world, role, team), await signIn(world)];
      for (const [name, run] of Object.entries(commands)) {
        const { caseId } = await connected(world, holder.agentId, somebody().participant.participantId);
        const verdict = await run(world.records.desk, await on(world, caseId, me.agentId), other.agentId);
        const may = role === 'supervisor' && team === 'care' && supervisors.includes(name);
        expect([name, verdict.result]).toEqual([name, may ? 'done' : 'forbidden']);
        await world.query(
          `update cases set state = 'closed', control = 'bot', assignee = null, closed_at = now() where closed_at is null`,
        );
      }
      const { caseId } = await connected(world, holder.agentId);
      const reads = role === 'auditor' || (role === 'supervisor' && team === 'care');
      expect((await world.records.desk.read(me.agentId, caseId)) !== null).toBe(reads);
    },
  );
});

test.each(['agent', 'senior', 'supervisor'] as const)(
  'a %s may do with their own case what the table says',
  async (role) => {
    const world = await createWorld();
    const [me, other] = [await signIn(world, role), await signIn(world)];
    for (const [name, run] of Object.entries(commands)) {
      const { caseId } = await connected(world, me.agentId, somebody().participant.participantId);
      const verdict = await run(world.records.desk, await on(world, caseId, me.agentId), other.agentId);
      const may = assignees.includes(name) || (role === 'supervisor' && supervisors.includes(name));
      expect([name, verdict.result]).toEqual([name, may ? 'done' : 'forbidden']);
      await world.query(
        `update cases set state = 'closed', control = 'bot', assignee = null, closed_at = now() where closed_at is null`,
      );
    }
  },
);

test.each(['auditor', 'admin'] as const)('an %s sees no queue to take from and claims nothing', async (role) => {
  const world = await createWorld();
  const me = await signIn(world, role);
  const { caseId } = await queued(world);
  expect((await world.records.desk.claim(await on(world, caseId, me.agentId))).result).toBe('forbidden');
});

test('no command of the desk can write contact data', async () => {
  const world = await createWorld();
  const names = Object.keys(world.records.desk).sort();
  expect(names.filter((name) => /change|email|mobile|contact|value/i.test(name))).toEqual([
    'inviteContact',
    'onCaseChanged',
  ]);
  expect(world.directory.writes.size).toBe(0);
});

test('one field is revealed with a reason, twenty times an hour, and each time is on record', async () => {
  const world = await createWorld();
  const { participant } = somebody();
  world.directory.read = async () => participant;
  const me = await signIn(world);
  const { caseId } = await connected(world, me.agentId, participant.participantId);
  const ask = (reason: string) => world.records.desk.reveal({ agentId: me.agentId, caseId, field: 'email', reason });
  expect(await ask(' ')).toBe('forbidden');
  for (let count = 0; count < policy.case.revealsPerHour; count += 1) {
    expect(await ask('salah ketik')).toEqual({ value: participant.email });
  }
  expect(await ask('salah ketik')).toBe('limited');
  const [{ count } = { count: 0 }] = await world.query<{ count: number }>(
    `select count(*)::int from audit where event = 'case.revealed'`,
  );
  expect(count).toBe(policy.case.revealsPerHour);
  await world.passTime(hours(1));
  expect(await ask('salah ketik')).toEqual({ value: participant.email });
});

test('a draft stays on the server, without codes, until it is sent', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const me = await signIn(world);
  const { caseId } = await connected(world, me.agentId);
  const saved = await desk.saveDraft({ ...(await on(world, caseId, me.agentId)), text: 'Kode 482913 itu' });
  expect(saved).toBe('saved');
  expect((await desk.read(me.agentId, caseId))?.draft?.text).toBe('Kode [kode disembunyikan] itu');
  expect((await desk.send({ ...(await on(world, caseId, me.agentId)), text: 'Baik.' })).result).toBe('done');
  expect((await desk.read(me.agentId, caseId))?.draft).toBeNull();
});

test('a case handed to a colleague waits for their yes, and goes back to its old place by their no', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const [me, other] = [await signIn(world), await signIn(world)];
  const { caseId } = await connected(world, me.agentId);
  const [before] = await world.query<{ enqueued_at: Date }>('select enqueued_at from cases');
  const to = { agentId: other.agentId };
  expect((await desk.transfer({ ...(await on(world, caseId, me.agentId)), to, reason: 'bahasa' })).result).toBe('done');
  expect((await desk.list(other.agentId, 'queue')).map((one) => one.state)).toEqual(['offered']);
  expect(await desk.read(me.agentId, caseId)).toBeNull();
  expect((await desk.accept(await on(world, caseId, me.agentId))).result).toBe('forbidden');
  expect((await desk.decline(await on(world, caseId, other.agentId))).result).toBe('done');
  expect(await world.query('select state, assignee, target, enqueued_at from cases')).toEqual([
    { state: 'queued', assignee: null, target: null, enqueued_at: before?.enqueued_at },
  ]);
});

test('a disabled agent loses every case to the queue at once, and may nothing more', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const [me, admin] = [await signIn(world), await signIn(world, 'admin')];
  const { caseId } = await connected(world, me.agentId);
  expect(await desk.disable(me.agentId, admin.agentId)).toBe('forbidden');
  expect(await desk.disable(admin.agentId, me.agentId)).toBe('done');
  expect(await world.query('select state, control, assignee from cases')).toEqual([
    { state: 'queued', control: 'queue', assignee: null },
  ]);
  expect((await desk.claim(await on(world, caseId, me.agentId))).result).toBe('forbidden');
  expect(await desk.agent(me.agentId)).toBeNull();
});

test('media that came while a code lived is opened by a supervisor with a reason, and by nobody else', async () => {
  const world = await createWorld();
  const { desk, cases } = world.records;
  const [me, lead] = [await signIn(world), await signIn(world, 'supervisor')];
  const { caseId, sender } = await connected(world, me.agentId);
  const media = [{ kind: 'image', contentType: 'image/png', url: 'https://api.twilio.com/ME1' }];
  const keep = (messageId: string, secretAsked: boolean) =>
    cases.keepMessage({ sender, messageId, text: '', kind: 'image', media, secretAsked });
  await keep('m-open', false);
  await keep('m-hidden', true);
  const ask = (agentId: string, messageId: string, reason: string) =>
    desk.media({ agentId, caseId, messageId, index: 0, reason });
  expect(await ask(me.agentId, 'm-open', '')).toEqual({ url: media[0]?.url, contentType: 'image/png' });
  expect(await ask(me.agentId, 'm-hidden', 'perlu')).toBeNull();
  expect(await ask(lead.agentId, 'm-hidden', '')).toBeNull();
  expect(await ask(lead.agentId, 'm-hidden', 'perlu')).not.toBeNull();
  const shown = (await desk.read(me.agentId, caseId))?.timeline ?? [];
  expect(shown.flatMap((one) => (one.entry === 'participant' ? [one.hidden] : []))).toEqual([false, true]);
});

test('an old canned reply stays, a new one is a new version, and what the lint forbids is refused', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const [admin, me] = [await signIn(world, 'admin'), await signIn(world)];
  const reply = { key: 'greeting', language: 'id' as const, title: 'Salam', text: 'Halo, saya {alias}.' };
  expect(await desk.saveCanned(me.agentId, reply)).toBe('forbidden');
  expect(await desk.saveCanned(admin.agentId, reply)).toBe('done');
  expect(await desk.saveCanned(admin.agentId, { ...reply, text: 'Halo, ref {ref}.' })).toBe('done');
  expect(await desk.saveCanned(admin.agentId, { ...reply, text: 'Halo {nik}' })).toBe('invalid');
  expect(await desk.saveCanned(admin.agentId, { ...reply, text: 'Kirim kode Anda' })).toBe('invalid');
  expect(await desk.canned('id')).toEqual([{ ...reply, version: 2, text: 'Halo, ref {ref}.' }]);
  expect(await world.query('select count(*)::int from canned_replies')).toEqual([{ count: 2 }]);
});

test('figures count what happened, for a team, for oneself, and not for an admin', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const [me, lead, admin] = [await signIn(world), await signIn(world, 'supervisor'), await signIn(world, 'admin')];
  await queued(world);
  const { caseId } = await connected(world, me.agentId);
  await desk.send({ ...(await on(world, caseId, me.agentId)), text: 'Berapa PIN Ibu?' });
  await desk.returnToBot({ ...(await on(world, caseId, me.agentId)), step: 'menu' });
  expect(await desk.figures(lead.agentId)).toMatchObject({
    now: { queued: 1, connected: 0 },
    day: { opened: 2, closed: 1, returnedToBot: 1, lintBlocks: 1, byReason: [{ reason: 'requested', count: 2 }] },
  });
  expect(await desk.figures(me.agentId)).toMatchObject({ day: { opened: 1 } });
  expect(await desk.figures(admin.agentId)).toBeNull();
  expect(await desk.counts(lead.agentId)).toEqual({ queue: 1, mine: 0, waiting: 0, all: 1, closed: 1 });
});

test('each transition has its event and its audit, and the audit names no value', async () => {
  const world = await createWorld();
  const { desk } = world.records;
  const me = await signIn(world);
  const { caseId } = await connected(world, me.agentId);
  await desk.park({ ...(await on(world, caseId, me.agentId)), untilMinutes: 5, tell: true });
  await desk.takeBack(await on(world, caseId, me.agentId));
  await desk.resolve(await on(world, caseId, me.agentId));
  const events = await world.query<{ event: string }>('select event from case_events order by position');
  expect(events.map(({ event }) => event)).toEqual(['opened', 'claim', 'park', 'takeBack', 'resolve']);
  const audited = await world.query<{ details: { event: string } }>(
    `select details from audit where event = 'case.moved' order by at, details->>'event'`,
  );
  expect(audited.map(({ details }) => details.event).sort()).toEqual(['claim', 'park', 'resolve', 'takeBack']);
});
