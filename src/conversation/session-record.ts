// What Redis keeps of a conversation, sealed as one text: the machine's place, who is there, and what was answered last.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Channel, Language } from '#machines/vocabulary.ts';

const Reply = z.object({
  id: z.string(),
  text: z.string(),
  /** Where nobody had written: what is said into the chat, in the form of each channel. */
  texts: z.record(Channel, z.string()).optional(),
});

export const SessionRecord = z.object({
  /** short hashes of the last message and entry ids, newest last; of a message with one of its content behind */
  ids: z.array(z.string()),
  /** what the last few of them were answered */
  replies: z.array(Reply),
  language: Language,
  /** who writes, so that the host can speak to them */
  sender: z.object({ channel: Channel, address: z.string(), phone: z.string().nullable() }),
  /** when they last wrote: the place, and WhatsApp's window for free text, last 24 h from there */
  heardAt: z.number(),
  /** whether the next message is expected to hold an identity, a code or a PIN; left out: who knows */
  asksSecret: z.boolean().optional(),
  /** the last steps of the bot, newest last; copied into a case */
  steps: z.array(z.tuple([z.number(), z.string(), z.string()], z.string())).optional(),
  /** replies without progress since then; left out: the last one brought some */
  pace: z.object({ since: z.number(), replies: z.number(), silentUntil: z.number().nullable() }).optional(),
  /** a StoredConversation; its own version decides whether it still fits */
  conversation: z.unknown(),
});
export type SessionRecord = z.infer<typeof SessionRecord>;

/** @returns null where nothing was kept, or nothing that this release understands */
export function readRecord(text: string | null, now: number, placeSeconds: number): SessionRecord | null {
  if (text === null) return null;
  const parsed = SessionRecord.safeParse(JSON.parse(text));
  if (!parsed.success || now - parsed.data.heardAt > placeSeconds * 1000) return null;
  return parsed.data;
}

/** @returns `altered`: the id is known, with another content */
export function findMessage(record: SessionRecord | null, id: string, digest: string): 'unknown' | 'known' | 'altered' {
  const known = record?.ids.find((one) => one.startsWith(id));
  if (known === undefined) return 'unknown';
  // Without a digest it was noted by an older release, which compared nothing.
  return known === id || known === id + digest ? 'known' : 'altered';
}

/**
 * The ids and replies of a record, with one more at the end.
 * @param digest  of the content that was answered; empty: an entry, which has none
 */
export function withReply(
  record: SessionRecord | null,
  { digest = '', ...reply }: SessionRecord['replies'][number] & { digest?: string },
  { inSession, repliesInSession }: { inSession: number; repliesInSession: number },
): Pick<SessionRecord, 'ids' | 'replies'> {
  return {
    ids: [...(record?.ids ?? []), reply.id + digest].slice(-inSession),
    replies: [...(record?.replies ?? []), reply].slice(-repliesInSession),
  };
}

/** How an id is remembered: short, and nothing to be read from. */
export const shortId = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, 12);
