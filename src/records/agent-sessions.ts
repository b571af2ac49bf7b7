// The sessions of the console's agents: found by the hash of their token, idle and absolute ends by the database clock.
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { AgentSessions } from '#src/conversation/desk-port.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import type { Database } from './database.ts';

const tokenBytes = 32;

/** A token has 256 random bits: nobody can try them, so a plain hash is enough. */
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

export function createAgentSessions({
  database,
  seal,
  audit,
  policy,
}: {
  database: Database;
  seal: Seal;
  audit: Audit;
  policy: Pick<Policy, 'console'>;
}): AgentSessions {
  const idleSeconds = policy.console.idleMinutes * 60;
  const maxSeconds = policy.console.sessionHours * 3600;
  const providerHash = (issuer: string, session: string) =>
    seal.index('agent_session.provider', `${issuer} ${session}`);

  return {
    async begin({ agentId, issuer, providerSession }) {
      const token = randomBytes(tokenBytes).toString('base64url');
      await database.transaction(async (trx) => {
        await trx
          .insertInto('agent_sessions')
          .values({
            session_hash: hashOf(token),
            agent_id: agentId,
            provider_session: providerSession === null ? null : providerHash(issuer, providerSession),
          })
          .execute();
        const actor = `agent:${agentId}`;
        await audit(trx, { actor, event: 'agent.sessionBegan', subject: null, refs: { agentId }, details: {} });
      });
      return { token };
    },

    async find(token, { byPerson }) {
      const { rows } = await database.run((db) =>
        sql<{ agent_id: string; idle_left: number; left: number }>`
          update agent_sessions as s
          set seen_at = case when ${byPerson} then now() else s.seen_at end
          from agents as a
          where s.session_hash = ${hashOf(token)} and a.agent_id = s.agent_id and a.disabled_at is null
            and s.ended_at is null
            and s.seen_at > now() - make_interval(secs => ${idleSeconds})
            and s.created_at > now() - make_interval(secs => ${maxSeconds})
          returning s.agent_id,
            extract(epoch from s.seen_at - now())::float + ${idleSeconds} as idle_left,
            extract(epoch from s.created_at - now())::float + ${maxSeconds} as left`.execute(db),
      );
      const [found] = rows;
      if (found === undefined) return null;
      return { agentId: found.agent_id, idleSecondsLeft: found.idle_left, secondsLeft: found.left };
    },

    async end(token) {
      await database.transaction(async (trx) => {
        const ended = await trx
          .updateTable('agent_sessions')
          .set({ ended_at: sql<Date>`now()`, ended_by: sql<string>`'agent:' || agent_id` })
          .where('session_hash', '=', hashOf(token))
          .where('ended_at', 'is', null)
          .returning('agent_id')
          .executeTakeFirst();
        if (ended === undefined) return;
        const { agent_id: agentId } = ended;
        const actor = `agent:${agentId}`;
        await audit(trx, {
          actor,
          event: 'agent.sessionEnded',
          subject: null,
          refs: { agentId },
          details: { count: 1 },
        });
      });
    },

    endAll: ({ by, at, ...which }) =>
      database.transaction(async (trx) => {
        const ended = await trx
          .updateTable('agent_sessions')
          .set({ ended_at: sql<Date>`now()`, ended_by: by })
          .where('ended_at', 'is', null)
          .where('created_at', '<=', at ?? sql<Date>`now()`)
          .where((row) =>
            'agentId' in which
              ? row('agent_id', '=', which.agentId)
              : row('provider_session', '=', providerHash(which.issuer, which.providerSession)),
          )
          .returning('agent_id')
          .execute();
        for (const agentId of new Set(ended.map((row) => row.agent_id))) {
          const count = ended.filter((row) => row.agent_id === agentId).length;
          await audit(trx, {
            actor: by,
            event: 'agent.sessionEnded',
            subject: null,
            refs: { agentId },
            details: { count },
          });
        }
        return ended.length;
      }),
  };
}
