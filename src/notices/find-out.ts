// Whether a message whose sending got no answer left all the same: there is no idempotency key to ask for (Twilio 20500).
import type { Channel } from '#machines/vocabulary.ts';
import type { Deliveries, SentMessages } from '#src/conversation/ports.ts';

/** @returns the message, or null: nobody knows of one. @throws UnavailableError  it could not be found out */
export type FindOut = (
  lost: { ref: string; channel: Channel; to: string; since: Date },
  signal?: AbortSignal,
) => Promise<string | null>;

export function createFindOut({
  deliveries,
  sentMessages,
}: {
  deliveries: Pick<Deliveries, 'find' | 'unclaimed'>;
  sentMessages: SentMessages;
}): FindOut {
  return async ({ ref, channel, to, since }, signal) => {
    const reported = await deliveries.find(ref);
    if (reported !== null) return reported;
    const listed = await sentMessages.find({ channel, to, since }, signal);
    const ids = listed.map(({ providerId }) => providerId);
    return (await deliveries.unclaimed(ref, ids))[0] ?? null;
  };
}
