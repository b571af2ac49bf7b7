// The agents of Care Center 165: who they are and whether they are there. What they may do is read here at every command.
import { type Selectable, sql } from 'kysely';
import type { CaseHat } from '#machines/case.machine.ts';
import type { Agent } from '#src/conversation/desk-port.ts';
import { agentOfDesk } from '#src/conversation/external-desk.ts';
import type { CaseRow } from './case-rows.ts';
import type { Trx } from './database.ts';
import type { AgentsTable } from './tables.ts';

export type AgentRow = Selectable<AgentsTable>;

/** Agents of an external desk: nobody beats for them, because whether they are there is their desk's business. */
export const ofExternalDesk = sql<boolean>`starts_with(agents.agent_id, ${agentOfDesk('')})`;

/** Those that take an agent's time: a parked case waits for somebody else. */
const counted = ['offered', 'connected', 'lost', 'assisted', 'drafted', 'invited'] as const;

/** @param lock  until the transaction ends nobody else counts this agent's cases */
export async function readAgent(trx: Pick<Trx, 'selectFrom'>, agentId: string, lock = false): Promise<AgentRow | null> {
  const query = trx.selectFrom('agents').selectAll().where('agent_id', '=', agentId).where('disabled_at', 'is', null);
  return (await (lock ? query.forUpdate() : query).executeTakeFirst()) ?? null;
}

export async function openCasesOf(trx: Pick<Trx, 'selectFrom'>, agentId: string): Promise<number> {
  const { open } = await trx
    .selectFrom('cases')
    .select((count) => count.fn.countAll<string>().as('open'))
    .where('state', 'in', counted)
    .where((row) =>
      row.or([row('assignee', '=', agentId), row.and([row('state', '=', 'offered'), row('target', '=', agentId)])]),
    )
    .executeTakeFirstOrThrow();
  return Number(open);
}

export async function shownAgent(trx: Pick<Trx, 'selectFrom'>, row: AgentRow): Promise<Agent> {
  return {
    agentId: row.agent_id,
    name: row.name,
    alias: row.alias,
    role: row.role,
    team: row.team,
    availability: row.availability,
    disabled: row.disabled_at !== null,
    open: await openCasesOf(trx, row.agent_id),
  };
}

const working = new Set<AgentRow['role']>(['agent', 'senior', 'supervisor']);

/** Everything that an agent is to a case. */
export function hatsOf(agent: AgentRow, row: CaseRow): CaseHat[] {
  const isOfTeam = agent.team === row.team;
  const hats: [CaseHat, boolean][] = [
    ['assignee', row.assignee === agent.agent_id && working.has(agent.role)],
    ['target', row.target === agent.agent_id && working.has(agent.role)],
    ['colleague', isOfTeam && working.has(agent.role)],
    ['senior', agent.role === 'senior' && row.assignee === agent.agent_id],
    ['supervisor', agent.role === 'supervisor' && isOfTeam],
  ];
  return hats.filter(([, is]) => is).map(([hat]) => hat);
}

/** Own cases, offered ones, those of a supervisor's team; an auditor reads all. */
export function mayRead(agent: AgentRow, row: CaseRow): boolean {
  const hats = hatsOf(agent, row);
  return agent.role === 'auditor' || hats.some((hat) => hat === 'assignee' || hat === 'target' || hat === 'supervisor');
}

export async function beat(trx: Trx, agentId: string): Promise<void> {
  await trx
    .updateTable('agents')
    .set({ beat_at: sql<Date>`now()` })
    .where('agent_id', '=', agentId)
    .where('disabled_at', 'is', null)
    .execute();
}
