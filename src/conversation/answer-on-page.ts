// The PIN page as a use case: what it shows, and the PIN that is typed on it, which enters the conversation it belongs to.
import type { Channel, Field, Language } from '#machines/vocabulary.ts';
import type { Policy } from '#src/policy.ts';
import type { Secret } from '#src/seal.ts';
import type { Advance } from './advance.ts';
import type { Enter } from './enter.ts';
import { inputOf } from './handle-turn.ts';
import type { Clock, PinPage, PinPages, SessionStore } from './ports.ts';
import { readRecord } from './session-record.ts';

export interface OpenPage {
  language: Language;
  field: Field;
  /** masked with `•`; null: none registered */
  oldMasked: string | null;
  newMasked: string;
}

export interface PageAnswer {
  language: Language;
  /** the text is in the form of this channel */
  channel: Channel;
  /** what came of the PIN; empty: it was said before, in the chat */
  text: string;
  /** the page once more, for another PIN; null: it has served */
  page: OpenPage | null;
}

/** `unknown`: there was never such a page; `gone`: it was used, is too old, or its conversation has gone on. */
export type NoPage = 'unknown' | 'gone';

/** All throw UnavailableError. */
export interface AnswerOnPage {
  /** Changes nothing. */
  look(token: Secret): Promise<OpenPage | NoPage>;
  /**
   * @param attempt  made for each form that is shown: the same one again gets the same answer and costs no try
   * @param pin  digits, as many as the policy says
   */
  answer(token: Secret, attempt: string, pin: Secret): Promise<PageAnswer | NoPage>;
}

/**
 * A page serves until the right PIN, a lock or a limit ends the step, until it expires, or until the conversation goes
 * on without it. A wrong PIN leaves it open: what it costs is counted elsewhere, by the same rules as in the chat.
 */
export function createAnswerOnPage({
  pinPages,
  sessions,
  advance,
  enter,
  policy,
  clock,
}: {
  pinPages: PinPages;
  sessions: SessionStore;
  advance: Advance;
  enter: Enter;
  policy: Policy;
  clock: Clock;
}): AnswerOnPage {
  const placeSeconds = policy.session.placeHours * 3600;

  async function shown({ sender, challengeId }: PinPage): Promise<OpenPage | null> {
    const { record: text } = await sessions.open(sender.conversation);
    const at = clock.now();
    const record = readRecord(text, at, placeSeconds);
    if (record === null) return null;
    const input = inputOf({ key: sender.conversation, ...record.sender, policy });
    const page = advance.pinPage(record.conversation, input, { at, challengeId });
    if (page === null) return null;
    const { field, oldMasked, newMasked } = page.facts;
    return { language: page.language, field, oldMasked, newMasked };
  }

  return {
    async look(token) {
      const found = await pinPages.find(token);
      return typeof found === 'string' ? found : ((await shown(found)) ?? 'gone');
    },

    async answer(token, attempt, pin) {
      const found = await pinPages.find(token);
      if (typeof found === 'string') return found;
      const { pageId, challengeId, sender } = found;
      const entered = await enter({
        conversation: sender.conversation,
        entryId: `pin ${pageId} ${attempt}`,
        event: { type: 'page.pinTyped', challengeId, pin },
        onPage: true,
      });
      const page = await shown(found);
      if (page === null) await pinPages.end(pageId);
      if (entered.result === 'ignored' || entered.result === 'gone') return 'gone';
      const text = entered.result === 'said' ? entered.text : '';
      return { language: page?.language ?? sender.language, channel: sender.channel, text, page };
    },
  };
}
