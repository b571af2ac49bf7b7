// A code did not arrive: the conversation that waits for it hears so at once, with the way on.
import type { CodeFailed } from '#machines/events.ts';
import type { Enter } from './enter.ts';
import type { Deliveries, UndeliveredCode } from './ports.ts';

/** Handler of the job; `later`: the turn that had the code sent has not ended yet. */
export type TellUndelivered = (challengeId: string) => Promise<'done' | 'later'>;

/** @param whatsappCodes  codes can go by WhatsApp as well as by SMS */
export function createTellUndelivered({
  deliveries,
  enter,
  whatsappCodes,
}: {
  deliveries: Pick<Deliveries, 'undelivered'>;
  enter: Enter;
  whatsappCodes: boolean;
}): TellUndelivered {
  return async (challengeId) => {
    const code = await deliveries.undelivered(challengeId);
    if (code === null || !code.isLive) return 'done';
    const event = eventOf(challengeId, code, whatsappCodes);
    const { result } = await enter({ conversation: code.conversation, entryId: `undelivered ${challengeId}`, event });
    return result === 'ignored' && code.isFresh ? 'later' : 'done';
  };
}

function eventOf(challengeId: string, { via, why }: UndeliveredCode, whatsappCodes: boolean): CodeFailed {
  const failed = { type: 'delivery.failed', challengeId } as const;
  const next = via === 'whatsapp' ? 'sms' : via === 'sms' && whatsappCodes ? 'whatsapp' : null;
  switch (why) {
    case 'destination':
    case 'policy':
    case 'pumping':
      return { ...failed, why: 'destination', next: null };
    case 'configuration':
    case 'way':
    case 'filtered':
    case 'window':
      // SMS reaches every number; WhatsApp only those that have it, so the participant is asked first.
      if (via === 'whatsapp') return { ...failed, why: 'otherWay', next };
      return why === 'configuration' ? { ...failed, why: 'unavailable', next: null } : { ...failed, why: 'lost', next };
    case 'optedOut':
      return via === 'whatsapp' ? { ...failed, why: 'otherWay', next } : { ...failed, why: 'stopped', next };
    case 'transient':
      return { ...failed, why: 'lost', next };
  }
}
