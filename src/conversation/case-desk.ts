// The console's port: Postgres first, then the conversation follows, then the agent's screen. What fails after the first
// has a job.
import type { Wording } from '#machines/copy/keys.ts';
import { renderReply } from '#machines/copy/render.ts';
import type { Resumable } from '#machines/events.ts';
import type { Policy } from '#src/policy.ts';
import type { Advance } from './advance.ts';
import type { CaseDesk, Verdict } from './desk-port.ts';
import type { FollowCase } from './follow-case.ts';
import { inputOf } from './handle-turn.ts';
import type { CaseProjection, Clock, SessionStore } from './ports.ts';
import { readRecord } from './session-record.ts';

/** Everything that needs no conversation. */
export type DeskBook = Omit<CaseDesk, 'previewReturn'>;

export function createCaseDesk({
  desk,
  cases,
  sessions,
  advance,
  followCase,
  wording,
  policy,
  clock,
  onFailure,
}: {
  desk: DeskBook;
  cases: { projection(caseId: string): Promise<CaseProjection | null> };
  sessions: Pick<SessionStore, 'open'>;
  advance: Pick<Advance, 'resumeAt'>;
  followCase: FollowCase;
  wording: Wording;
  policy: Policy;
  clock: Clock;
  /** told of a conversation that could not follow at once; its job does */
  onFailure: (error: unknown) => void;
}): CaseDesk {
  const placeSeconds = policy.session.placeHours * 3600;

  /** The same command; when it was done the conversation is where the case is before the agent hears so. */
  const followed =
    <Given, Answer extends Verdict>(command: (given: Given) => Promise<Answer>) =>
    async (given: Given): Promise<Answer> => {
      const answer = await command(given);
      if (answer.result === 'done') await followCase(answer.case.caseId).catch(onFailure);
      return answer;
    };

  /** Where the conversation would really go on: a step whose evidence is missing or old begins with identification. */
  async function resume(caseId: string, step: Resumable): Promise<{ step: Resumable; text: string } | null> {
    const projection = await cases.projection(caseId);
    if (projection === null) return null;
    const { sender } = projection;
    const { record } = await sessions.open(sender.conversation);
    const place = readRecord(record, clock.now(), placeSeconds);
    const input = inputOf({ key: sender.conversation, ...sender, policy });
    const advanced = advance.resumeAt(place?.conversation, input, { at: clock.now(), step });
    const { channel } = sender;
    // The participant reads their new value in full; who looks over their shoulder sees it masked.
    const facts = { ...advanced.facts, newValue: advanced.facts.newMasked, suggestion: '', pinUrl: null };
    const text = renderReply({ ...advanced, facts }, { channel, language: advanced.language, wording });
    return { step: advanced.prompt === 'askNumber' && step !== 'menu' ? 'identify' : step, text };
  }

  return {
    ...desk,
    claim: followed(desk.claim),
    accept: followed(desk.accept),
    decline: followed(desk.decline),
    transfer: followed(desk.transfer),
    returnToBot: async (given) => {
      const { step } = (await resume(given.caseId, given.step)) ?? given;
      return await followed(desk.returnToBot)({ ...given, step });
    },
    runStep: async (given) => {
      const { step } = (await resume(given.caseId, given.step)) ?? given;
      return await followed(desk.runStep)({ ...given, step });
    },
    takeBack: followed(desk.takeBack),
    resolve: followed(desk.resolve),
    takeOver: followed(desk.takeOver),
    assign: followed(desk.assign),
    close: followed(desk.close),
    inviteContact: followed(desk.inviteContact),
    async previewReturn(agentId, caseId, step) {
      const view = await desk.agent(agentId);
      const mine = view === null ? [] : await desk.list(agentId, 'mine');
      return mine.some((one) => one.caseId === caseId) ? await resume(caseId, step) : null;
    },
  };
}
