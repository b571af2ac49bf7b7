// What an external desk asks of a case becomes the commands that our console would give: the same rights, lint, fence and
// 24 hours. Each call is taken once.
import { type CaseState, hasEnded } from '#machines/case.machine.ts';
import type { CaseDesk, Command, Verdict } from './desk-port.ts';
import {
  agentOfDesk,
  type DeskAgent,
  type DeskAnswer,
  type DeskCall,
  type DeskCalls,
  type DeskStanding,
  type TakeDeskCall,
} from './external-desk.ts';

/** A call is up to three commands, and somebody else may move the case between any two of them. */
const mostLooks = 8;
/** Its agents may take cases from each other, because who does what is the desk's business; nothing else of a supervisor is offered to them. */
const roleOfDesk = 'supervisor';
const teamOfDesk = 'care';
/** Closes what nobody had. */
const nobody: DeskAgent = { ref: 'desk', name: 'Desk', alias: '165' };
/** Where somebody of the desk can have the case. */
const claimable: ReadonlySet<CaseState> = new Set(['queued', 'review', 'offered', 'connected', 'lost', 'parked']);

type Given<Call extends DeskCall['call']> = Extract<DeskCall, { call: Call }>;
/** `again`: done so far, or the case has changed since; look anew. */
type Taken = DeskAnswer | 'again';

export function createTakeDeskCall({
  desk,
  calls,
}: {
  desk: Pick<
    CaseDesk,
    'agent' | 'signIn' | 'takeOver' | 'takeBack' | 'send' | 'returnToBot' | 'resolve' | 'dispose' | 'close'
  >;
  calls: DeskCalls;
}): TakeDeskCall {
  return async (call) => {
    const begun = await calls.begin(call);
    if (begun.result === 'answered') return begun.answer;
    if (begun.result === 'other') return { result: 'idReused' };
    const answer = await take(call);
    await calls.answer(call.callId, answer);
    return answer;
  };

  async function take(call: DeskCall): Promise<DeskAnswer> {
    for (let looks = 0; looks < mostLooks; looks += 1) {
      const standing = await calls.standing(call.caseId);
      if (standing === null) return { result: 'unknownCase' };
      const taken = await takeFrom(standing, call);
      if (taken !== 'again') return taken;
    }
    return { result: 'conflict' };
  }

  async function takeFrom(standing: DeskStanding, call: DeskCall): Promise<Taken> {
    switch (call.call) {
      case 'claim':
        return await claim(standing, call);
      case 'message':
        return await write(standing, call);
      case 'return':
        return await handBack(standing, call);
      case 'close':
        return await close(standing, call);
    }
  }

  async function claim(standing: DeskStanding, call: Given<'claim'>): Promise<Taken> {
    const agentId = agentOfDesk(call.agent.ref);
    const isTheirs = standing.assignee === agentId;
    if (isTheirs && standing.state === 'connected') return doneWith(standing);
    if (standing.assignee !== null && !isTheirs && !call.reassigns) return { result: 'taken' };
    return await have(standing, call.agent, call.callId);
  }

  async function have(standing: DeskStanding, agent: DeskAgent, key: string): Promise<Taken> {
    if (!claimable.has(standing.state)) return { result: 'illegal', state: standing.state };
    await signIn(agent);
    return told(await desk.takeOver(commandOn(standing, agentOfDesk(agent.ref), key)));
  }

  async function write(standing: DeskStanding, { callId, agent, claims, text }: Given<'message'>): Promise<Taken> {
    const agentId = agentOfDesk(agent.ref);
    if (standing.assignee !== agentId) {
      return claims ? goOn(await have(standing, agent, `${callId}.claim`)) : { result: 'notYours' };
    }
    if (standing.state === 'parked') return await bringBack(standing, agentId, callId);
    return told(await desk.send({ ...commandOn(standing, agentId, callId), text, sure: true }));
  }

  async function handBack(standing: DeskStanding, { callId, agent, step }: Given<'return'>): Promise<Taken> {
    const { assignee, state } = standing;
    if (assignee === null) return { result: 'illegal', state };
    if (agent !== null && assignee !== agentOfDesk(agent.ref)) return { result: 'notYours' };
    if (state === 'parked') return await bringBack(standing, assignee, callId);
    return told(await desk.returnToBot({ ...commandOn(standing, assignee, callId), step }));
  }

  async function close(standing: DeskStanding, { callId, agent, disposition }: Given<'close'>): Promise<Taken> {
    const { assignee, state } = standing;
    if (hasEnded(state)) return doneWith(standing);
    if (assignee !== null && agent !== null && assignee !== agentOfDesk(agent.ref)) return { result: 'notYours' };
    if (assignee === null) {
      await signIn(nobody);
      const command = commandOn(standing, agentOfDesk(nobody.ref), callId);
      return told(await desk.close({ ...command, reason: disposition }));
    }
    if (state === 'parked') return await bringBack(standing, assignee, callId);
    if (state === 'wrapUp') {
      const command = commandOn(standing, assignee, `${callId}.dispose`);
      return told(await desk.dispose({ ...command, code: disposition, note: '' }));
    }
    return goOn(told(await desk.resolve(commandOn(standing, assignee, callId))));
  }

  async function bringBack(standing: DeskStanding, agentId: string, callId: string): Promise<Taken> {
    return goOn(told(await desk.takeBack(commandOn(standing, agentId, `${callId}.back`))));
  }

  /** The alias of the desk's agents may change there. */
  async function signIn({ ref, name, alias }: DeskAgent): Promise<void> {
    const agentId = agentOfDesk(ref);
    const known = await desk.agent(agentId);
    if (known?.name === name && known.alias === alias) return;
    await desk.signIn({ agentId, name, alias, role: roleOfDesk, team: teamOfDesk });
  }
}

const commandOn = ({ caseId, version }: DeskStanding, agentId: string, idempotencyKey: string): Command => ({
  agentId,
  caseId,
  version,
  idempotencyKey,
});

const goOn = (taken: Taken): Taken => (taken !== 'again' && taken.result === 'done' ? 'again' : taken);

const doneWith = ({ caseId, ref, state, version }: DeskStanding): DeskAnswer => ({
  result: 'done',
  case: { caseId, ref, state, version },
});

function told(verdict: Verdict<{ step?: DeskStep }>): Taken {
  switch (verdict.result) {
    case 'done': {
      const { caseId, ref, state, version } = verdict.case;
      const step = verdict.step === undefined ? {} : { step: verdict.step };
      return { result: 'done', case: { caseId, ref, state, version }, ...step };
    }
    case 'conflict':
      return 'again';
    case 'illegal':
      return { result: 'illegal', state: verdict.state };
    case 'absent':
      return { result: 'unknownCase' };
    case 'windowClosed':
      return { result: 'windowClosed', since: verdict.since.toISOString() };
    case 'linted':
      return { result: 'linted', rules: verdict.problems.map(({ rule }) => rule) };
    case 'invalid':
      return { result: 'invalid', why: verdict.why };
    case 'forbidden':
    case 'full':
      return { result: 'forbidden' };
  }
}

type DeskStep = Extract<DeskAnswer, { result: 'done' }>['step'];
