// A shared contact, read where a number is asked: brought from Twilio as media is, small, and deleted there afterwards.
import type { TwilioConfig } from '#src/config.ts';
import type { ReadCard } from '#src/conversation/ports.ts';
import type { Logger } from '#src/log.ts';
import { createMediaSource } from './media.ts';

/** A card with a picture is larger, and its numbers can be typed. */
const largestBytes = 64 * 1024;
/** Of the turn's own seconds. */
const budgetMs = 2_000;
/** How a card begins, in hex: BEGIN:VCARD, with or without a byte order mark. */
const beginning = /^(?:efbbbf)?424547494e3a5643415244/i;
const accepts = { 'text/vcard': beginning, 'text/x-vcard': beginning };

export function createReadCard(
  twilio: Pick<TwilioConfig, 'accountSid' | 'authToken' | 'apiUrl'>,
  { log }: { log: Logger },
): ReadCard {
  const source = createMediaSource(twilio, { budgetMs, accepts, largestBytes });

  return async (url) => {
    try {
      const card = await source.fetch(url);
      if (card.result !== 'found') return null;
      // Once it is read nobody needs it; where this fails, the account's own retention is left.
      await source.discard(url).catch((error: unknown) => log.warn('contactCard.notDeleted', { error }));
      return card.bytes.toString('utf8');
    } catch (error) {
      log.warn('contactCard.notRead', { error });
      return null;
    }
  };
}
