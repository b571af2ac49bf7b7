// The whole product, with people on phones and agents at the console's port.
import { randomUUID } from 'node:crypto';
import type { AgentRole } from '#src/config.ts';
import type { CaseSummary, CaseView, Command, Verdict } from '#src/conversation/desk-port.ts';
import { createWorld, eventually, type World } from '../support/world.ts';

export const siti = { number: '+6281200000011', nik: '9901014506850001', born: '05-06-1985' };
export const stranger = { number: '+6281399999901' };

export interface DeskWorld extends World {
  agent(name: string, role?: AgentRole, team?: string): Promise<AtDesk>;
  query<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
  passTime(ms: number): Promise<void>;
}

export interface AtDesk {
  agentId: string;
  queue(): Promise<CaseSummary[]>;
  /** the newest of the queue, as a command's beginning */
  next(): Promise<Command>;
  read(caseId: string): Promise<CaseView>;
  /** what a command needs, as the agent's screen shows it now */
  on(caseId: string): Promise<Command>;
}

export async function createDeskWorld(...about: Parameters<typeof createWorld>): Promise<DeskWorld> {
  const { default: pg } = await import('pg');
  const { passTime } = await import('#src/simulator/pass-time.ts');
  const world = await createWorld(...about);
  const pool = new pg.Pool({ connectionString: world.database.ownerUrl, max: 2 });
  pool.on('error', () => {});
  const query = async <T extends object>(text: string, values: unknown[] = []) =>
    (await pool.query(text, values)).rows as T[];
  return {
    ...world,
    query,
    passTime: (ms) => passTime(world.database.ownerUrl, ms),
    async agent(name, role = 'agent', team = 'care') {
      const agentId = `test|${name}-${randomUUID().slice(0, 8)}`;
      await world.desk().signIn({ agentId, name, alias: name.split(' ')[0] ?? name, role, team });
      const desk = () => world.desk();
      const on = async (caseId: string): Promise<Command> => {
        const [row] = await query<{ version: number }>('select version from cases where case_id = $1', [caseId]);
        return { agentId, caseId, version: row?.version ?? 0, idempotencyKey: randomUUID() };
      };
      return {
        agentId,
        queue: () => desk().list(agentId, 'queue'),
        on,
        async next() {
          const first = await eventually(async () => (await desk().list(agentId, 'queue'))[0], 'a case in the queue');
          return await on(first.caseId);
        },
        async read(caseId) {
          const view = await desk().read(agentId, caseId);
          if (view === null) throw new Error('not theirs to read');
          return view;
        },
      };
    },
    async stop() {
      await pool.end();
      await world.stop();
    },
  };
}

/** @throws where the command was not done */
export function done<More>(verdict: Verdict<More>): Extract<Verdict<More>, { result: 'done' }> {
  if (verdict.result !== 'done') throw new Error(`not done: ${JSON.stringify(verdict)}`);
  return verdict as Extract<Verdict<More>, { result: 'done' }>;
}

/** What reached a phone out of turn, once there is more than was there before. */
export const nextReceived = (phone: { received(): string[] }, before: number): Promise<string> =>
  eventually(() => phone.received()[before], 'a message out of turn');

export const minutes = (count: number): number => count * 60_000;
