// Keeps a conversation where its case stands: Postgres says who has the word, the place in Redis follows.
import { hasEnded } from '#machines/case.machine.ts';
import type { CaseEvent } from '#machines/events.ts';
import type { CaseNow } from '#machines/outcomes.ts';
import { endOfStep, triesLeftIn } from '#machines/step-end.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Advance, Advanced, CasePlace } from './advance.ts';
import type { Enter } from './enter.ts';
import type { CaseProjection, Cases, Sender, Standing } from './ports.ts';

/** What is told although nobody's word changes; `id`: of several within one version. */
export interface CaseTelling {
  what: 'place' | 'parked' | 'reminder';
  id: string;
}

/**
 * @param version  of the case when `tell` was to be told; in another one it is void
 * @throws UnavailableError `unavailable`  try again: nothing is said twice
 */
export type FollowCase = (caseId: string, version?: number, tell?: CaseTelling) => Promise<void>;

export function createFollowCase({
  cases,
  enter,
}: {
  cases: { projection(caseId: string): Promise<CaseProjection | null> };
  enter: Enter;
}): FollowCase {
  return async (caseId, version, tell) => {
    const projection = await cases.projection(caseId);
    if (projection === null) return;
    const { sender, heardAt, standing } = projection;
    // Where the case stands now is told whatever has happened since; a reminder only where nothing has.
    if (tell !== undefined && standing.caseId === caseId && standing.version !== version) return;
    const event = tell === undefined ? eventOf(projection) : remindOf(projection, tell);
    await enter({
      conversation: sender.conversation,
      entryId: `case ${standing.caseId} ${tell === undefined ? standing.epoch : `${standing.version} ${tell.id}`}`,
      event,
      lost: { sender, heardAt: heardAt.getTime() },
      fence: { caseId: standing.caseId, speaker: 'bot', epoch: standing.epoch },
    });
  };
}

/** Whether the place has not heard of the last change of speaker. */
export function isBehind(place: CasePlace | null, standing: Standing): boolean {
  if (place === null) return !hasEnded(standing.state) && (standing.control !== 'bot' || standing.state === 'assisted');
  return place.epoch === null || BigInt(place.epoch) < BigInt(standing.epoch);
}

export const caseNow = ({ ref, dueAt, epoch, control }: Standing): CaseNow => ({
  ref,
  dueAt: dueAt.getTime(),
  epoch,
  control,
});

function remindOf({ place }: CaseProjection, { what }: CaseTelling): CaseEvent {
  return { type: 'case.reminded', what, place: place?.place ?? null, minutes: place?.minutes ?? null };
}

function eventOf({ standing, place, opensAt, wasClaimed, isReview }: CaseProjection): CaseEvent {
  const now = caseNow(standing);
  switch (standing.state) {
    case 'queued':
    case 'offered':
      return {
        type: 'case.queued',
        case: now,
        again: wasClaimed,
        place: place?.place ?? null,
        minutes: place?.minutes ?? null,
      };
    case 'connected':
    case 'lost':
    case 'parked':
      return { type: 'case.connected', case: now, alias: standing.alias ?? '165' };
    case 'assisted':
      return { type: 'case.assisted', case: now, step: standing.step ?? 'identify' };
    case 'review':
      return { type: 'case.reviewed', case: now };
    case 'offline':
      return { type: 'case.postponed', case: now, opensAt: opensAt?.getTime() ?? null };
    case 'invited':
      return { type: 'case.invited', case: now };
    case 'drafted':
    case 'wrapUp':
    case 'expired':
    case 'closed':
      return standing.endReason === 'returned_to_bot'
        ? { type: 'case.returned', case: now, step: standing.step ?? 'menu' }
        : { type: 'case.ended', case: now, why: isReview ? 'reviewOver' : whyOf(standing) };
  }
}

function whyOf({ state, endReason }: Standing): Extract<CaseEvent, { type: 'case.ended' }>['why'] {
  if (state === 'expired') return 'noAgent';
  if (endReason === 'left_queue') return 'left';
  if (endReason === 'agent_left_step_running') return 'stepGoesOn';
  return endReason === 'resolved' || endReason === null ? 'resolved' : 'closed';
}

/**
 * While an agent looks on, they see each step of the bot, and have the word again when it has ended.
 * @returns what the participant is told then: the same news, under the new speaker
 */
export type WatchStep = (advanced: Advanced, turn: { sender: Sender; turnId: string; at: number }) => Promise<Advanced>;

export function createWatchStep({
  cases,
  advance,
  inputFor,
}: {
  cases: Pick<Cases, 'noteStep'>;
  advance: Pick<Advance, 'enter'>;
  inputFor: (sender: Sender) => Parameters<Advance['enter']>[1];
}): WatchStep {
  return async (advanced, { sender, turnId, at }) => {
    if (!advanced.case.isOpen || advanced.case.isHuman) return advanced;
    const { notice, prompt } = advanced;
    const standing = await cases.noteStep({
      sender,
      turnId,
      prompt,
      notice: notice?.notice ?? null,
      triesLeft: triesLeftIn(notice),
      ended: endOfStep(notice),
      identified: advanced.identified,
    });
    await failpoint('case.afterNoteStep');
    if (standing?.control !== 'agent' || !isBehind(advanced.case, standing)) return advanced;
    const event = { type: 'case.connected', case: caseNow(standing), alias: standing.alias ?? '165' } as const;
    const taken = await advance.enter(advanced.stored, inputFor(sender), { turnId, at, event });
    return taken === null ? advanced : { ...taken, notice: advanced.notice };
  };
}
