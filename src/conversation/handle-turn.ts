// The whole order of a turn: already answered? opt-out? advance, commit, reply. Facts first, then the place, then the answer.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ConversationInput } from '#machines/conversation.setup.ts';
import type { Wording } from '#machines/copy/keys.ts';
import { noFacts, renderReply } from '#machines/copy/render.ts';
import { Language } from '#machines/vocabulary.ts';
import { UnavailableError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Advance } from './advance.ts';
import type { Cases, Clock, Inbound, OptOuts, Sender, SessionStore } from './ports.ts';

/** What Redis keeps of a conversation, sealed as one text. */
const SessionRecord = z.object({
  /** short hashes of the last message ids, newest last */
  ids: z.array(z.string()),
  /** what the last few of them were answered */
  replies: z.array(z.object({ id: z.string(), text: z.string() })),
  language: Language,
  savedAt: z.number(),
  /** a StoredConversation; its own version decides whether it still fits */
  conversation: z.unknown(),
});
type SessionRecord = z.infer<typeof SessionRecord>;

/** @returns the text to answer with; empty: say nothing */
export type HandleTurn = (inbound: Inbound) => Promise<string>;

/** Duplicates of one message that run at once meet here; more of them than this and the store is not well. */
const triesOnConflict = 5;

/**
 * @throws UnavailableError `unavailable`  nothing was acknowledged and the message may come again
 */
export function createHandleTurn({
  sessions,
  advance,
  cases,
  optOuts,
  seal,
  wording,
  policy,
  clock,
  today,
}: {
  sessions: SessionStore;
  advance: Advance;
  cases: Cases;
  optOuts: OptOuts;
  seal: Seal;
  wording: Wording;
  policy: Policy;
  clock: Clock;
  /** the date where the participants live, YYYY-MM-DD */
  today: (at: number) => string;
}): HandleTurn {
  const placeSeconds = policy.session.placeHours * 3600;

  return async function handleTurn(inbound) {
    const key = seal.index('conversation', `${inbound.channel} ${inbound.address}`);
    const messageId = shortId(inbound.messageId);

    await failpoint('turn.began');
    for (let tries = 0; tries < triesOnConflict; tries += 1) {
      const opened = await sessions.open(key);
      await failpoint('turn.afterOpen');
      const record = readRecord(opened.record, clock.now(), placeSeconds);

      const answered = record?.replies.find((reply) => reply.id === messageId);
      if (answered !== undefined) return answered.text;
      if (record?.ids.includes(messageId)) return '';

      const next = await answer(inbound, key, record);
      await failpoint('turn.afterAdvance');
      const stored: SessionRecord = {
        ids: [...(record?.ids ?? []), messageId].slice(-policy.ids.inSession),
        replies: [...(record?.replies ?? []), { id: messageId, text: next.text }].slice(-policy.ids.repliesInSession),
        language: next.language,
        savedAt: clock.now(),
        conversation: next.conversation,
      };
      const committed = await sessions.commit(key, opened.version, JSON.stringify(stored), placeSeconds);
      await failpoint('turn.beforeReply');
      if (committed === 'stored') return next.text;
    }
    throw new UnavailableError('redis');
  };

  async function answer(inbound: Inbound, key: string, record: SessionRecord | null) {
    const { channel, address, phone, content } = inbound;
    const language = record?.language ?? 'id';
    const sender: Sender = { conversation: key, channel, address, phone, language };
    const stored = record?.conversation ?? null;

    if (content.kind === 'optOut' && content.action !== 'start') {
      if (content.action === 'stop') await optOuts.record(sender, 'stop');
      const text = content.answered
        ? ''
        : renderReply({ notice: { notice: 'optedOut' }, prompt: null, facts: noFacts }, { channel, language, wording });
      return { text, language, conversation: content.action === 'stop' ? null : stored };
    }
    // Writing again lifts an opt-out: whoever asks wants to be answered.
    if (content.kind === 'optOut' || record === null || stored === null) {
      await optOuts.record(sender, 'start');
      await failpoint('turn.afterOptOut');
    }
    if (content.kind === 'optOut' && content.answered) return { text: '', language, conversation: stored };

    const input: ConversationInput = {
      conversation: key,
      channel,
      address,
      phone,
      policy: { ...policy.session, noProgress: policy.loop.noProgress },
    };
    if (stored !== null && advance.isHuman(stored, input)) {
      const text = 'text' in content ? content.text : '';
      await cases.keepMessage({ sender, messageId: inbound.messageId, text, kind: content.kind });
      await failpoint('turn.afterKeepMessage');
    }
    const at = clock.now();
    const turn = { turnId: turnIdOf(seal, key, inbound.messageId), at, today: today(at), content };
    const advanced = await advance.advance(stored, input, turn);
    return {
      text: renderReply(advanced, { channel, language: advanced.language, wording }),
      language: advanced.language,
      conversation: advanced.stored,
    };
  }
}

const shortId = (messageId: string) => createHash('sha256').update(messageId).digest('base64url').slice(0, 12);

/**
 * A UUID made of the message id: whatever a message causes (an attempt, a challenge, a change, a case) bears it, so
 * the same message delivered again, to whichever process, causes nothing new.
 */
export function turnIdOf(seal: Seal, conversation: string, messageId: string): string {
  const hex = Buffer.from(seal.index('turn', `${conversation} ${messageId}`), 'base64url').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** @returns null where nothing was kept, or nothing that this release understands */
function readRecord(text: string | null, now: number, placeSeconds: number): SessionRecord | null {
  if (text === null) return null;
  const parsed = SessionRecord.safeParse(JSON.parse(text));
  if (!parsed.success || now - parsed.data.savedAt > placeSeconds * 1000) return null;
  return parsed.data;
}
