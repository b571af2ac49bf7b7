// One message through the statechart: what it means, what the machine decides, where it comes to rest. The only createActor.
import { createActor, initialTransition, transition, waitFor } from 'xstate';
import type { ConversationMachine } from '#machines/conversation.machine.ts';
import type { Context, ConversationInput } from '#machines/conversation.setup.ts';
import type { Notice, PromptFacts, PromptKey } from '#machines/copy/keys.ts';
import { maskEmail, maskMobile, showMobile } from '#machines/copy/masking.ts';
import type { ConversationEvent, ParticipantEvent } from '#machines/events.ts';
import { type ConversationSnapshot, restore, type StoredConversation, store } from '#machines/stored.ts';
import type { Asked } from '#machines/understanding/asked.ts';
import type { Understanding } from '#machines/understanding/understand.ts';
import type { Field, Language } from '#machines/vocabulary.ts';
import type { Content } from './ports.ts';

export interface Turn {
  turnId: string;
  /** milliseconds since 1970 */
  at: number;
  /** YYYY-MM-DD where the participants live */
  today: string;
  content: Content;
}

/** What a turn caused, as data: where it rests and what is said. */
export interface Advanced {
  stored: StoredConversation;
  language: Language;
  notice: Notice | null;
  prompt: PromptKey;
  facts: PromptFacts;
}

export interface Advance {
  /** Whether an agent has the word in a stored conversation. */
  isHuman(stored: unknown, input: ConversationInput): boolean;
  /** @param stored  null, or what cannot be restored: a new conversation */
  advance(stored: unknown, input: ConversationInput, turn: Turn): Promise<Advanced>;
}

/** A message can answer as many questions as there are before the read-back. */
const answersPerMessage = 5;

/**
 * @param machine  with its actors provided
 * @param turnMs  after that the machine is told to rest, and a job goes on
 */
export function createAdvance({
  machine,
  understanding,
  digits,
  turnMs,
}: {
  machine: ConversationMachine;
  understanding: Understanding;
  digits: { code: number; pin: number };
  turnMs: number;
}): Advance {
  const begin = (input: ConversationInput) => initialTransition(machine, input)[0];

  async function step(snapshot: ConversationSnapshot, event: ConversationEvent, deadline: number) {
    const [next] = transition(machine, snapshot, event);
    const rested = next.hasTag('busy') ? await act(snapshot, event, deadline) : next;
    if (rested.status === 'error') throw rested.error;
    return machine.resolveState({ value: rested.value, context: rested.context });
  }

  async function act(snapshot: ConversationSnapshot, event: ConversationEvent, deadline: number) {
    const actor = createActor(machine, {
      snapshot: machine.getPersistedSnapshot(snapshot),
      input: undefined as never,
    });
    // Without a listener xstate throws a machine's error into the void, and the process dies of it.
    actor.subscribe({ error: () => undefined });
    actor.start();
    try {
      actor.send(event);
      const isAtRest = (state: ConversationSnapshot) => state.status === 'error' || !state.hasTag('busy');
      await waitFor(actor, isAtRest, { timeout: Math.max(1, deadline - performance.now()) }).catch(() => {
        actor.send({ type: 'turn.ranOut' });
      });
      return actor.getSnapshot();
    } finally {
      actor.stop();
    }
  }

  const askedOf = (snapshot: ConversationSnapshot, today: string): Asked => ({
    expects: metaOf(snapshot).expects,
    field: snapshot.context.field,
    today,
    codeDigits: digits.code,
    pinDigits: digits.pin,
  });

  return {
    isHuman: (stored, input) => restore(stored, input)?.hasTag('human') ?? false,

    async advance(stored, input, turn) {
      const deadline = performance.now() + turnMs;
      const before = restore(stored, input) ?? begin(input);
      const asked = metaOf(before).prompt;
      let { event, rest } = meaningOf(turn.content, asked, askedOf(before, turn.today), understanding);

      let now = await step(before, { type: 'turn.began', at: turn.at, turnId: turn.turnId, asked }, deadline);
      const identityHasAged = metaOf(now).prompt !== asked;
      // What was meant for another question says nothing here.
      if (!identityHasAged || event.type !== 'answer.unclear') now = await step(now, event, deadline);

      for (let answers = 1; answers < answersPerMessage && rest !== '' && mayGoOn(now); answers += 1) {
        const more = understanding.understandMore(rest, askedOf(now, turn.today));
        if (more === null) break;
        ({ event, rest } = more);
        now = await step(now, event, deadline);
      }
      return {
        stored: store(now),
        language: now.context.language,
        notice: now.context.notice,
        prompt: metaOf(now).prompt,
        facts: factsOf(now.context),
      };
    },
  };
}

/** The message as one event; `rest` is what it may say beyond that. */
function meaningOf(
  content: Content,
  prompt: PromptKey,
  asked: Asked,
  understanding: Understanding,
): { event: ParticipantEvent; rest: string } {
  switch (content.kind) {
    case 'text':
    case 'optOut': {
      const meant = understanding.understand(content.text, asked);
      if (meant.event.type !== 'answer.unclear' || !(asked.expects === 'number' || asked.expects === 'birthDate')) {
        return meant;
      }
      // "mau ganti email" before anybody asked: remembered for when it is.
      return understanding.understandMore(content.text, { ...asked, expects: 'field' }) ?? meant;
    }
    case 'choice':
      return { event: understanding.understandChoice(content.id, content.text, prompt, asked), rest: '' };
    case 'media': {
      const caption = understanding.understand(content.text, asked);
      const media = content.media[0]?.kind ?? 'other';
      return caption.event.type === 'answer.unclear' ? { event: { type: 'sent.media', media }, rest: '' } : caption;
    }
    case 'location':
      return { event: { type: 'sent.media', media: 'location' }, rest: '' };
    case 'unsupported':
      return { event: { type: 'sent.media', media: 'other' }, rest: '' };
  }
}

/** After a notice of something gone wrong, the rest of the message would answer a question nobody saw. */
const mayGoOn = ({ context }: ConversationSnapshot) => context.notice === null || context.notice.notice === 'greeting';

export function metaOf(snapshot: ConversationSnapshot) {
  const [meta] = Object.values(snapshot.getMeta());
  if (meta === undefined) throw new Error('the conversation rests in a state that asks nothing');
  return meta;
}

const maskOf = { email: maskEmail, mobileNumber: maskMobile } satisfies Record<Field, (value: string) => string>;

function factsOf(context: Context): PromptFacts {
  const field = context.field ?? 'email';
  const newValue = context.newValue ?? '';
  return {
    field,
    newValue: field === 'mobileNumber' && newValue !== '' ? showMobile(newValue) : newValue,
    suggestion: context.suggestion ?? '',
    email: context.known?.email ?? null,
    mobileNumber: context.known?.mobileNumber ?? null,
    oldMasked: context.known?.[field] ?? null,
    newMasked: newValue === '' ? '' : maskOf[field](newValue),
    destination: context.destination ?? '',
    via: context.via ?? 'sms',
    codeMinutes: context.codeMinutes,
    caseRef: context.caseRef ?? '',
    changeRef: context.changeRef ?? '',
  };
}
