// The new value before it is trusted: is it new, does its code arrive, does the code come back.
import type { TurnInput } from '#machines/conversation.setup.ts';
import { maskEmail, maskMobile } from '#machines/copy/masking.ts';
import type { CheckCodeOutcome, SendCodeOutcome, ValueOutcome } from '#machines/outcomes.ts';
import { type Channel, type Field, Field as Fields, type Hidden } from '#machines/vocabulary.ts';
import { failpoint } from '#src/failpoint.ts';
import { hide } from '#src/seal.ts';
import type { Challenges, CodeDelivery, CodeVerdict, Deliveries, Directory } from '../ports.ts';
import { isRegistered } from './find-participant.ts';

type Value = TurnInput & { participantId: string; field: Field; value: string };

/** Mobile numbers that are ours or nobody's. */
export const createCheckValue =
  ({ directory, ownNumbers }: { directory: Directory; ownNumbers: readonly string[] }) =>
  async ({ participantId, field, value }: Value, signal: AbortSignal): Promise<ValueOutcome> => {
    if (ownNumbers.includes(value)) return { type: 'value.isOurs' };
    const participant = await directory.read(participantId, signal);
    await failpoint('value.afterDirectory');
    return { type: isSame(participant[field], value) ? 'value.isRegistered' : 'value.isNew' };
  };

export const createSendCode =
  ({
    challenges,
    delivery,
    directory,
    deliveries,
    whatsappCodes,
    lifeSeconds,
  }: {
    challenges: Challenges;
    delivery: CodeDelivery;
    directory: Directory;
    deliveries: Pick<Deliveries, 'failedWays'>;
    /** an authentication template is configured */
    whatsappCodes: boolean;
    lifeSeconds: number;
  }) =>
  async ({ turnId, sender, participantId, field, value }: Value, signal: AbortSignal): Promise<SendCodeOutcome> => {
    const participant = await directory.read(participantId, signal);
    if (isSame(participant[field], value)) return { type: 'value.isRegistered' };

    const ways = waysTo(field, sender.channel, whatsappCodes);
    const { conversation } = sender;
    const failed = ways.length === 1 ? [] : await deliveries.failedWays({ conversation, target: value });
    const via = ways.find((way) => !failed.includes(way)) ?? ways[0];
    const started = await challenges.start({
      challengeId: turnId,
      sender,
      participantId,
      fromRegistered: isRegistered(sender.phone, participant),
      purpose: 'newValue',
      field,
      target: value,
      via,
    });
    if (started.result === 'wait') return { type: 'code.tooSoon', seconds: started.seconds };
    if (started.result === 'limited') return { type: 'code.limited', until: started.until?.getTime() ?? null };

    await failpoint('code.afterStart');
    const sent = await delivery.deliver(turnId, signal);
    if (sent.outcome === 'refused' && sent.why === 'optedOut' && via === 'sms') {
      return {
        type: 'code.numberStopped',
        next: ways.find((way) => way === 'whatsapp' && !failed.includes(way)) ? 'whatsapp' : null,
      };
    }
    if (sent.outcome === 'refused') {
      return { type: 'code.notSent', why: sent.why === 'configuration' ? 'unavailable' : 'destination' };
    }
    const destination = field === 'email' ? maskEmail(value) : maskMobile(value);
    return { type: 'code.sent', challengeId: turnId, via, destination, minutes: Math.floor(lifeSeconds / 60) };
  };

export const createCheckCode =
  ({ challenges }: { challenges: Challenges }) =>
  async (
    {
      turnId,
      sender,
      participantId,
      challengeId,
      value,
      code,
    }: TurnInput & {
      participantId: string;
      challengeId: string;
      value: string;
      code: Hidden;
    },
    _signal: AbortSignal,
  ): Promise<CheckCodeOutcome> => {
    const guess = hide(code.reveal());
    const attempt = { challengeId, attemptId: turnId, sender, participantId, target: value, guess };
    const verdict = await challenges.check(attempt);
    return verdict.result === 'right' ? { type: 'code.right' } : outcomeOfCode(verdict);
  };

/** Why a code was not taken. */
export function outcomeOfCode(
  verdict: Exclude<CodeVerdict, { result: 'right' }>,
): Exclude<CheckCodeOutcome, { type: 'code.right' }> {
  switch (verdict.result) {
    case 'wrong':
      return { type: 'code.wrong', triesLeft: verdict.triesLeft };
    case 'older':
      return { type: 'code.older', triesLeft: verdict.triesLeft };
    case 'expired':
      return { type: 'code.expired' };
    case 'exhausted':
      return { type: 'code.exhausted' };
    case 'limited':
      return { type: 'code.limited', until: verdict.until?.getTime() ?? null };
  }
}

const isSame = (registered: string | null, value: string) => registered?.toLowerCase() === value.toLowerCase();

/** The best one first; the next one where a code did not arrive by it. */
function waysTo(field: Field, channel: Channel, whatsappCodes: boolean): ['mail' | Channel, ...Channel[]] {
  if (field === Fields.enum.email) return ['mail'];
  if (!whatsappCodes) return ['sms'];
  return channel === 'whatsapp' ? ['whatsapp', 'sms'] : ['sms', 'whatsapp'];
}
