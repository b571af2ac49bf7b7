// One message through the statechart: what it means, what the machine decides, where it comes to rest. The only actor that runs.
import { createActor, initialTransition, waitFor } from 'xstate';
import type { ConversationMachine } from '#machines/conversation.machine.ts';
import type { Context, ConversationInput } from '#machines/conversation.setup.ts';
import type { Notice, PromptFacts, PromptKey } from '#machines/copy/keys.ts';
import { maskEmail, maskMobile, showMobile } from '#machines/copy/masking.ts';
import { redact } from '#machines/copy/redact.ts';
import type { ConversationEvent, ParticipantEvent, Resumable } from '#machines/events.ts';
import type { Known } from '#machines/outcomes.ts';
import { type ConversationSnapshot, restore, type StoredConversation, store } from '#machines/stored.ts';
import type { Asked, Expects } from '#machines/understanding/asked.ts';
import { readCaseWord } from '#machines/understanding/case-words.ts';
import type { Shown } from '#machines/understanding/choice.ts';
import { numbersOnCard } from '#machines/understanding/contact-card.ts';
import { isForThePerson, readTalk } from '#machines/understanding/talk.ts';
import type { Understanding } from '#machines/understanding/understand.ts';
import type { Field, Language } from '#machines/vocabulary.ts';
import { createDecide } from './decide.ts';
import type { Content, ReadCard, StepTaken } from './ports.ts';

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
  /** the next message is expected to hold one */
  asksSecret: boolean;
  case: CasePlace;
  /** masked; null: nobody has been identified */
  identified: { participantId: string; known: Known } | null;
  /** Somebody else has the word and nothing was asked of us. */
  isSilent: boolean;
  /** of what is being asked about, without saying it: a tap on an older bubble bears another one */
  choiceMark: string;
}

/** What the place in the conversation knows of its case. */
export interface CasePlace {
  /** it concerns this conversation */
  isOpen: boolean;
  /** a person is waited for or has the word */
  isHuman: boolean;
  /** how far the word had been passed when it was last heard of */
  epoch: string | null;
}

export interface Advance {
  /** null: nobody wrote from there, or the place was lost */
  casePlace(stored: unknown, input: ConversationInput): CasePlace | null;
  /** Where a case would go on if it were put back there, and what would be said. */
  resumeAt(stored: unknown, input: ConversationInput, resume: { at: number; step: Resumable }): Advanced;
  /**
   * @param stored  null, or what cannot be restored: a new conversation
   * @returns `isFruitless`: no word that always works was said, and the same is asked again
   */
  advance(
    stored: unknown,
    input: ConversationInput,
    turn: Turn,
  ): Promise<Advanced & { meant: StepTaken; isFruitless: boolean }>;
  /** Hands over to a person, from wherever the conversation stands; from its beginning where even that fails. */
  setAside(stored: unknown, input: ConversationInput, entry: { turnId: string; at: number }): Promise<Advanced>;
  /** @returns null: where the conversation stands, the event means nothing to it */
  enter(
    stored: unknown,
    input: ConversationInput,
    entry: { turnId: string; at: number; event: ConversationEvent },
  ): Promise<Advanced | null>;
  /** What the PIN page of that code shows; null: the conversation does not wait for that PIN. Changes nothing. */
  pinPage(
    stored: unknown,
    input: ConversationInput,
    page: { at: number; challengeId: string },
  ): Pick<Advanced, 'language' | 'facts'> | null;
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
  publicUrl,
  mark,
  readCard,
}: {
  machine: ConversationMachine;
  understanding: Understanding;
  digits: { code: number; pin: number };
  turnMs: number;
  /** what the path of the PIN page is appended to */
  publicUrl: string;
  /** keyed, one-way, at most 40 characters: it leaves with the buttons */
  mark: (about: string) => string;
  readCard: ReadCard;
}): Advance {
  const markOf = ({ context }: ConversationSnapshot) =>
    mark(
      [
        context.conversation,
        context.participantId,
        context.field,
        context.newValue,
        context.suggestion,
        context.heldChangeId,
        context.oldContact,
      ].join(' '),
    );
  const advancedTo = (now: ConversationSnapshot): Advanced => ({
    stored: store(now),
    language: now.context.language,
    notice: now.context.notice,
    prompt: metaOf(now).prompt,
    facts: factsOf(now.context, publicUrl),
    asksSecret: secrets.has(metaOf(now).expects),
    case: placeOf(now),
    identified: identifiedIn(now.context),
    isSilent: now.context.notice === null && silent.has(metaOf(now).prompt),
    choiceMark: markOf(now),
  });

  const decide = createDecide(machine);
  const begin = (input: ConversationInput) => initialTransition(machine, input)[0];

  async function step(snapshot: ConversationSnapshot, event: ConversationEvent, deadline: number) {
    const next = decide(snapshot, event);
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
    language: snapshot.context.language,
    today,
    codeDigits: digits.code,
    pinDigits: digits.pin,
    retriesDate: snapshot.context.candidate !== null,
  });

  return {
    casePlace(stored, input) {
      const place = restore(stored, input);
      return place === null ? null : placeOf(place);
    },

    resumeAt(stored, input, { at, step: resumed }) {
      const before = restore(stored, input) ?? begin(input);
      const began = decide(before, {
        type: 'entry.began',
        at,
        turnId: '',
        asked: metaOf(before).prompt,
      });
      const now = { ref: '', dueAt: 0, epoch: '0', control: 'bot' } as const;
      return advancedTo(decide(began, { type: 'case.returned', case: now, step: resumed }));
    },

    async advance(stored, input, turn) {
      const deadline = performance.now() + turnMs;
      const before = restore(stored, input) ?? begin(input);
      const asked = metaOf(before).prompt;
      const content = await readable(turn.content, askedOf(before, turn.today), readCard);
      let { event, rest } =
        meaningOfWord(content, before.hasTag('human')) ??
        meaningOf(content, { prompt: asked, mark: markOf(before) }, askedOf(before, turn.today), understanding);
      const meant: StepTaken = [turn.at, asked, event.type, ...notUnderstood(event, turn.content)];

      const language = turn.content.kind === 'text' ? understanding.languageOf(turn.content.text) : null;
      const began = { type: 'turn.began', at: turn.at, turnId: turn.turnId, asked, language } as const;
      let now = await step(before, began, deadline);
      const saidWord = event.type.startsWith('word.');
      const identityHasAged = metaOf(now).prompt !== asked;
      // What was meant for another question says nothing here.
      if (!identityHasAged || event.type !== 'answer.unclear') now = await step(now, event, deadline);

      for (let answers = 1; answers < answersPerMessage && rest !== '' && mayGoOn(now); answers += 1) {
        const more = understanding.understandMore(rest, askedOf(now, turn.today));
        if (more === null) break;
        ({ event, rest } = more);
        now = await step(now, event, deadline);
      }
      return { ...advancedTo(now), meant, isFruitless: !saidWord && metaOf(now).prompt === asked };
    },

    async setAside(stored, input, { turnId, at }) {
      const deadline = performance.now() + turnMs;
      const handOver = async (before: ConversationSnapshot) => {
        const { prompt: asked } = metaOf(before);
        const began = await step(before, { type: 'entry.began', at, turnId, asked }, deadline);
        return advancedTo(await step(began, { type: 'turn.failed' }, deadline));
      };
      const before = restore(stored, input);
      return before === null
        ? await handOver(begin(input))
        : await handOver(before).catch(() => handOver(begin(input)));
    },

    async enter(stored, input, { turnId, at, event }) {
      const deadline = performance.now() + turnMs;
      // A case may begin where nobody has written, or where the place was lost.
      const before = restore(stored, input) ?? (event.type.startsWith('case.') ? begin(input) : null);
      if (before === null || isStale(before, event)) return null;
      const { prompt: asked } = metaOf(before);
      const began = await step(before, { type: 'entry.began', at, turnId, asked }, deadline);
      return began.can(event) ? advancedTo(await step(began, event, deadline)) : null;
    },

    pinPage(stored, input, { at, challengeId }) {
      const before = restore(stored, input);
      if (before === null) return null;
      const began = decide(before, {
        type: 'entry.began',
        at,
        turnId: '',
        asked: metaOf(before).prompt,
      });
      if (!began.can({ type: 'page.pinTyped', challengeId, pin: nothingTyped })) return null;
      return { language: began.context.language, facts: factsOf(began.context, publicUrl) };
    },
  };
}

const silent: ReadonlySet<PromptKey> = new Set<PromptKey>(['waitForAgent', 'talkToAgent']);

const placeOf = (place: ConversationSnapshot): CasePlace => ({
  isOpen: place.context.caseRef !== null,
  isHuman: place.hasTag('human'),
  epoch: place.context.caseEpoch,
});

const identifiedIn = ({ participantId, known }: Context): Advanced['identified'] =>
  participantId === null || known === null ? null : { participantId, known };

/** The word was passed on since: what is told late would give it back. */
function isStale({ context }: ConversationSnapshot, event: ConversationEvent): boolean {
  if (!('case' in event) || event.case === null || context.caseEpoch === null) return false;
  return BigInt(event.case.epoch) <= BigInt(context.caseEpoch);
}

const takesValue: ReadonlySet<Expects> = new Set(['value', 'confirmation', 'code']);

/** A shared contact is its number, where one is asked; elsewhere it is not even opened. */
async function readable(content: Content, { expects, field }: Asked, readCard: ReadCard): Promise<Content> {
  if (content.kind !== 'media' || field !== 'mobileNumber' || !takesValue.has(expects)) return content;
  const card = content.media.find(({ kind }) => kind === 'contact');
  const read = card === undefined ? null : await readCard(card.url);
  const numbers = read === null ? '' : numbersOnCard(read);
  return numbers === '' ? content : { kind: 'text', text: numbers };
}

/** Case words count everywhere; beside a person little else is meant for us. */
function meaningOfWord(content: Content, isHuman: boolean): { event: ParticipantEvent; rest: string } | null {
  const text = content.kind === 'text' ? content.text : content.kind === 'choice' ? content.text : null;
  if (text === null) return null;
  const word = readCaseWord(text);
  if (word !== null) return { event: { type: 'word.case', word }, rest: '' };
  if (!isHuman) return null;
  const talk = readTalk(text);
  if (talk !== null) return { event: talk, rest: '' };
  return isForThePerson(text)
    ? { event: { type: 'answer.unclear', unclear: { reason: 'notUnderstood' } }, rest: '' }
    : null;
}

const longestKept = 80;

/** What the bot did not understand is shown to whoever helps, without codes and numbers. */
function notUnderstood(event: ParticipantEvent, content: Content): [string] | [] {
  if (event.type !== 'answer.unclear' || !('text' in content)) return [];
  const text = redact(content.text, { codeLived: true }).slice(0, longestKept);
  return text === '' ? [] : [text];
}

const secrets: ReadonlySet<Expects> = new Set(['number', 'birthDate', 'code', 'pin']);

/** For asking whether a PIN would be taken. */
const nothingTyped = { reveal: () => '' };

/** The message as one event; `rest` is what it may say beyond that. */
function meaningOf(
  content: Content,
  shown: Shown,
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
      return { event: understanding.understandChoice(content.id, content.text, shown, asked), rest: '' };
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
const mayGoOn = ({ context: { notice } }: ConversationSnapshot) => notice === null || harmless.has(notice.notice);

/** The question in a message is answered, and its wish is kept. */
const harmless: ReadonlySet<Notice['notice']> = new Set<Notice['notice']>([
  'greeting',
  'englishOffered',
  'oldContactNotNeeded',
  'forgottenEmail',
  'aboutUs',
  'elsewhere',
]);

export function metaOf(snapshot: ConversationSnapshot) {
  const [meta] = Object.values(snapshot.getMeta());
  if (meta === undefined) throw new Error('the conversation rests in a state that asks nothing');
  return meta;
}

const maskOf = { email: maskEmail, mobileNumber: maskMobile } satisfies Record<Field, (value: string) => string>;

/** A link that ends before it is read helps nobody. */
const shortestLinkMs = 30_000;

function factsOf(context: Context, publicUrl: string): PromptFacts {
  const pageMs = context.pageToken === null ? 0 : (context.pageUntil ?? 0) - context.now;
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
    pinUrl: pageMs < shortestLinkMs ? null : `${publicUrl}/pin/${context.pageToken}`,
    pinMinutes: Math.max(1, Math.floor(pageMs / 60_000)),
    pinInChat: context.policy.pinInChat,
    caseRef: context.caseRef ?? '',
    changeRef: context.changeRef ?? '',
  };
}
