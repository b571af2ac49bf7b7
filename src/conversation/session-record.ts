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
  /** short hashes of the last message and entry ids, newest last */
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

/** The ids and replies of a record, with one more at the end. */
export function withReply(
  record: SessionRecord | null,
  reply: SessionRecord['replies'][number],
  { inSession, repliesInSession }: { inSession: number; repliesInSession: number },
): Pick<SessionRecord, 'ids' | 'replies'> {
  return {
    ids: [...(record?.ids ?? []), reply.id].slice(-inSession),
    replies: [...(record?.replies ?? []), reply].slice(-repliesInSession),
  };
}

/** How an id is remembered: short, and nothing to be read from. */
export const shortId = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, 12);
