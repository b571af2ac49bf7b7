// Beside an external desk our console only looks on: who does what is decided in one place.
import type { CaseDesk } from './desk-port.ts';

const forbidden = async () => ({ result: 'forbidden' }) as const;

/** No queue is offered and nothing is taken; supervisors and auditors see cases, figures and audit, and may close. */
export function lookOnly(desk: CaseDesk): CaseDesk {
  return {
    ...desk,
    list: async (agentId, view) => (view === 'queue' ? [] : await desk.list(agentId, view)),
    counts: async (agentId) => ({ ...(await desk.counts(agentId)), queue: 0 }),
    claim: forbidden,
    accept: forbidden,
    takeOver: forbidden,
    assign: forbidden,
    transfer: forbidden,
    draft: forbidden,
  };
}
