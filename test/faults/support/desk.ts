// Agents of Care Center 165: their commands reach the same Postgres as those of the product's own console.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Command, Verdict } from '#src/conversation/desk-port.ts';
import { readPolicy } from '#src/policy.ts';
import { createRecords } from '#src/records/create-records.ts';
import type { FaultWorld } from './fault-world.ts';
import type { Participant } from './participant.ts';

export interface Desk {
  /** Somebody free takes the case of this conversation. @returns who */
  claim(one: Participant): Promise<string>;
  /** Its agent gives the word back to the bot, at the menu. */
  returnToMenu(one: Participant): Promise<void>;
  /** For somebody on the phone. @returns what they are told to type */
  makeWord(): Promise<string>;
  /** To whoever calls, at the registered number. */
  invite(one: Participant): Promise<void>;
  close(): Promise<void>;
}

/** Agents stay, whatever time is let pass: no heartbeat of theirs is tried here. */
export const patientAgents = { POLICY_CASE_BEAT_SECONDS: '300', POLICY_CASE_GRACE_MINUTES: '30' };

export async function openDesk({ appUrl, seal, directory }: FaultWorld): Promise<Desk> {
  const policy = readPolicy(patientAgents);
  if ('complaints' in policy) throw new Error(policy.complaints.join('\n'));
  const records = createRecords({ config: { databaseUrl: appUrl, policy }, seal, directory });
  await records.start();
  const pool = new pg.Pool({ connectionString: appUrl, max: 2 });
  const { desk } = records;

  async function somebody(): Promise<string> {
    const agentId = `fault|${randomUUID()}`;
    await desk.signIn({ agentId, name: 'Ratna Dewi', alias: 'Ratna', role: 'senior', team: 'care' });
    return agentId;
  }

  /** As the agent's screen shows the case at that moment. */
  async function on(where: 'case_id' | 'conversation', value: string, agentId?: string): Promise<Command> {
    const { rows } = await pool.query<{ case_id: string; version: number; assignee: string | null }>(
      `select case_id, version, assignee from cases where ${where} = $1 order by enqueued_at desc limit 1`,
      [value],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('no such case');
    const who = agentId ?? row.assignee ?? '';
    return { agentId: who, caseId: row.case_id, version: row.version, idempotencyKey: randomUUID() };
  }

  /** The participant may have written meanwhile: whoever looks at a newer case tries again. */
  async function done<More>(
    command: () => Promise<Verdict<More>>,
  ): Promise<Extract<Verdict<More>, { result: 'done' }>> {
    for (let tries = 0; ; tries += 1) {
      const verdict = await command();
      if (verdict.result === 'done') return verdict as Extract<Verdict<More>, { result: 'done' }>;
      if (verdict.result !== 'conflict' || tries === 5) throw new Error(`not done: ${JSON.stringify(verdict)}`);
    }
  }

  const draft = async (agentId: string) =>
    (await done(() => desk.draft({ agentId, reason: 'call', idempotencyKey: randomUUID() }))).case.caseId;

  return {
    async claim({ conversation }) {
      const agentId = await somebody();
      await done(async () => desk.claim(await on('conversation', conversation, agentId)));
      return agentId;
    },
    async returnToMenu({ conversation }) {
      await done(async () => desk.returnToBot({ ...(await on('conversation', conversation)), step: 'menu' }));
    },
    async makeWord() {
      const agentId = await somebody();
      const caseId = await draft(agentId);
      return (await done(async () => desk.newWord(await on('case_id', caseId, agentId)))).word;
    },
    async invite({ member }) {
      const agentId = await somebody();
      const caseId = await draft(agentId);
      const { nik: number, bornOn: birthDate } = member;
      await done(async () =>
        desk.findToInvite({ ...(await on('case_id', caseId, agentId)), kind: 'nik', number, birthDate }),
      );
      await done(async () => desk.inviteContact({ ...(await on('case_id', caseId, agentId)), index: 0 }));
    },
    async close() {
      await pool.end();
      await records.stop();
    },
  };
}
