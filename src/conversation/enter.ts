// What happened elsewhere enters a conversation: a code that did not arrive, a page that was filled in, a case that came
// back. As a turn it opens, advances and commits; what it causes to be said leaves as a notice into the chat.
import type { Wording } from '#machines/copy/keys.ts';
import { renderReply } from '#machines/copy/render.ts';
import type { ConversationEvent } from '#machines/events.ts';
import type { Outcome } from '#machines/outcomes.ts';
import type { Channel } from '#machines/vocabulary.ts';
import { UnavailableError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Advance, Advanced } from './advance.ts';
import type { WatchStep } from './follow-case.ts';
import { inputOf, turnIdOf } from './handle-turn.ts';
import type { ChatNotices, ChatTexts, Clock, Fence, Sender, SessionStore } from './ports.ts';
import { readRecord, type SessionRecord, shortId, withReply } from './session-record.ts';

/** Everything but what an actor answers and what begins or ends a turn. */
export type EntryEvent = Exclude<ConversationEvent, Outcome | { type: `turn.${string}` | 'entry.began' }>;

export interface Entry {
  /** key of the conversation */
  conversation: string;
  /** unique for ever: the same one again causes nothing new and says nothing more */
  entryId: string;
  event: EntryEvent;
  /** Whoever caused it reads on a page what came of it: the chat hears it only when it no longer asks for the PIN. */
  onPage?: true;
  /** who is there, where the place was lost: it begins again with this */
  lost?: { sender: Sender; heardAt: number };
  fence?: Fence;
}

export type Entered =
  /** The text is on its way into the chat; for a page it is the news alone, without the chat's next question. */
  | { result: 'said'; text: string }
  /** Where the conversation stands, this means nothing to it; nothing was kept, so it may be tried again. */
  | { result: 'ignored' }
  /** It entered before, and so long ago that nobody waits for what it said. */
  | { result: 'passed' }
  /** There is no such conversation any more. */
  | { result: 'gone' };

/** @throws UnavailableError `unavailable`  the outcome is unknown; enter it again with the same id */
export type Enter = (entry: Entry) => Promise<Entered>;

const triesOnConflict = 5;
const silence: ChatTexts = { whatsapp: '', sms: '' };

/** @param smsTwoWay  without it nothing is asked by SMS */
export function createEnter({
  sessions,
  advance,
  notices,
  seal,
  wording,
  policy,
  clock,
  smsTwoWay,
  watchStep,
}: {
  sessions: SessionStore;
  advance: Advance;
  watchStep: WatchStep;
  notices: ChatNotices;
  seal: Seal;
  wording: Wording;
  policy: Policy;
  clock: Clock;
  smsTwoWay: boolean;
}): Enter {
  const placeSeconds = policy.session.placeHours * 3600;

  return async function enter({ conversation, entryId, event, onPage, lost, fence }) {
    const id = shortId(entryId);
    for (let tries = 0; tries < triesOnConflict; tries += 1) {
      const opened = await sessions.open(conversation);
      const record = readRecord(opened.record, clock.now(), placeSeconds) ?? (lost === undefined ? null : begun(lost));
      if (record === null) return { result: 'gone' };

      // Committed before, and perhaps not said: the row of the notice decides that.
      const before = record.replies.find((reply) => reply.id === id);
      if (before?.texts !== undefined) return await say(record, before.texts, before.text);
      if (record.ids.includes(id)) return { result: 'passed' };

      const at = clock.now();
      const turnId = turnIdOf(seal, conversation, entryId);
      const input = inputOf({ key: conversation, ...record.sender, policy });
      const entered = await advance.enter(record.conversation, input, { turnId, at, event });
      if (entered === null) return { result: 'ignored' };
      const sender = { conversation, ...record.sender, language: entered.language };
      const advanced = event.type.startsWith('case.') ? entered : await watchStep(entered, { sender, turnId, at });

      await failpoint('enter.afterAdvance');

      const { channel } = record.sender;
      const isUnsaid = advanced.isSilent || (event.type.startsWith('case.') && advanced.notice === null);
      const texts = isUnsaid || (onPage && advanced.prompt === 'askPin') ? silence : textsOf(advanced);
      const text = onPage ? newsOf(advanced, channel) : texts[channel];
      const next: SessionRecord = {
        ...record,
        ...withReply(record, { id, text, texts }, policy.ids),
        language: advanced.language,
        asksSecret: advanced.asksSecret,
        conversation: advanced.stored,
      };
      // Nobody wrote, so the place lasts no longer than it did.
      const leftSeconds = Math.max(1, Math.ceil(placeSeconds - (at - record.heardAt) / 1000));
      const committed = await sessions.commit(conversation, opened.version, JSON.stringify(next), leftSeconds);
      await failpoint('enter.afterCommit');
      if (committed === 'stored') return await say(next, texts, text);
    }
    throw new UnavailableError('redis');

    async function say({ sender, language }: SessionRecord, texts: ChatTexts, text: string): Promise<Entered> {
      await notices.say({ entryId, sender: { conversation, ...sender, language }, texts, fence });
      await failpoint('enter.afterSay');
      return { result: 'said', text };
    }
  };

  function newsOf(advanced: Advanced, channel: Channel): string {
    return renderReply({ ...advanced, prompt: null }, { channel, language: advanced.language, wording });
  }

  function textsOf(advanced: Advanced): ChatTexts {
    const { language } = advanced;
    const bySms = smsTwoWay ? advanced : { ...advanced, prompt: null };
    return {
      whatsapp: renderReply(advanced, { channel: 'whatsapp', language, wording }),
      sms: renderReply(bySms, { channel: 'sms', language, wording }),
    };
  }
}

function begun({ sender, heardAt }: NonNullable<Entry['lost']>): SessionRecord {
  const { channel, address, phone, language } = sender;
  return { ids: [], replies: [], language, sender: { channel, address, phone }, heardAt, conversation: null };
}

/**
 * Whether WhatsApp still takes free text there. Where the place cannot be read it is tried: a refusal comes by report.
 * @param conversation  key of the conversation
 */
export function createIsInWindow({
  sessions,
  clock,
}: {
  sessions: SessionStore;
  clock: Clock;
}): (conversation: string) => Promise<boolean> {
  return async (conversation) => {
    try {
      const { record } = await sessions.open(conversation);
      return readRecord(record, clock.now(), windowSeconds) !== null;
    } catch (error) {
      if (error instanceof UnavailableError) return true;
      throw error;
    }
  };
}

// Meta's customer service window.
const windowSeconds = 24 * 3600;
