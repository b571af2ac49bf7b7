// What is kept of a conversation between turns: the state's name and the context, under the machine's version.
import { z } from 'zod';
import { conversationMachine, machineVersion } from './conversation.machine.ts';
import type { ConversationInput } from './conversation.setup.ts';
import { promptKeys } from './copy/keys.ts';
import { Trouble } from './trouble.ts';
import { Channel, Field, Language, NumberKind } from './vocabulary.ts';

const Known = z.object({
  name: z.string(),
  email: z.string().nullable(),
  mobileNumber: z.string().nullable(),
  segment: z.string(),
  membershipStatus: z.string(),
});

export const StoredConversation = z.object({
  machine: z.literal('conversation'),
  version: z.number(),
  value: z.union([z.string(), z.record(z.string(), z.string())]),
  context: z.object({
    language: Language,
    now: z.number(),
    turnId: z.string(),
    asked: z.enum(promptKeys),
    lastAt: z.number().nullable(),
    fruitless: z.number(),
    offeredAt: z.number().nullable().default(null),
    candidate: z.object({ kind: NumberKind, number: z.string() }).nullable(),
    participantId: z.string().nullable(),
    identifiedAt: z.number().nullable(),
    known: Known.nullable(),
    expectedParticipantId: z.string().nullable(),
    field: Field.nullable(),
    newValue: z.string().nullable(),
    suggestion: z.string().nullable(),
    challengeId: z.string().nullable(),
    via: z.union([z.literal('mail'), Channel]).nullable(),
    destination: z.string().nullable(),
    codeMinutes: z.number(),
    pageToken: z.string().nullable(),
    pageUntil: z.number().nullable(),
    heldChangeId: z.string().nullable(),
    oldContact: Field.nullable(),
    changeId: z.string().nullable(),
    changeRef: z.string().nullable(),
    caseRef: z.string().nullable(),
    caseDueAt: z.number().nullable(),
    caseEpoch: z.string().nullable(),
    keptAt: z.number().nullable(),
    trouble: Trouble.nullable(),
  }),
});
export type StoredConversation = z.infer<typeof StoredConversation>;

export type ConversationSnapshot = ReturnType<typeof conversationMachine.resolveState>;

/** @param snapshot  at rest: a busy state is never stored */
export function store(snapshot: ConversationSnapshot): StoredConversation {
  if (snapshot.hasTag('busy')) throw new Error('a conversation is stored only at rest');
  // The notice was said in its turn, and who writes is known anew in each; the schema drops both.
  return StoredConversation.parse({
    machine: 'conversation',
    version: machineVersion,
    value: snapshot.value,
    context: snapshot.context,
  });
}

/** @returns null where the stored conversation is not one of this machine: start again, politely */
export function restore(stored: unknown, input: ConversationInput): ConversationSnapshot | null {
  const parsed = StoredConversation.safeParse(stored);
  if (!parsed.success || parsed.data.version !== machineVersion) return null;
  try {
    const context = { ...parsed.data.context, ...input, notice: null };
    const snapshot = conversationMachine.resolveState({ value: parsed.data.value, context });
    return snapshot.hasTag('waiting') ? snapshot : null;
  } catch {
    // a state that this machine does not have
    return null;
  }
}
