// The whole order of a turn: already answered? opt-out? advance, commit, reply. Facts first, then the place, then the answer.
import type { ConversationInput } from '#machines/conversation.setup.ts';
import { choicesOf } from '#machines/copy/choices.ts';
import type { Wording } from '#machines/copy/keys.ts';
import { noFacts, renderReply } from '#machines/copy/render.ts';
import { holdsNoSecret } from '#machines/understanding/no-secret.ts';
import type { Channel } from '#machines/vocabulary.ts';
import { UnavailableError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Advance, CasePlace } from './advance.ts';
import { type FollowCase, isBehind, type WatchStep } from './follow-case.ts';
import { keepPace } from './pace.ts';
import type {
  AlteredMessages,
  Cases,
  Clock,
  Inbound,
  OfferChoices,
  OptOuts,
  Redactions,
  Sender,
  SessionStore,
  Standing,
} from './ports.ts';
import { findMessage, readRecord, type SessionRecord, shortId, withReply } from './session-record.ts';

/** @returns the text to answer with; empty: say nothing */
export type HandleTurn = (inbound: Inbound) => Promise<string>;

/** Messages of one person that arrive at once meet here, a heap of fifteen among them; after that the store is not well. */
const triesOnConflict = 20;

/**
 * @throws UnavailableError `unavailable`  nothing was acknowledged and the message may come again
 */
export function createHandleTurn({
  sessions,
  advance,
  cases,
  followCase,
  watchStep,
  optOuts,
  redactions,
  alteredMessages,
  seal,
  wording,
  policy,
  clock,
  offerChoices,
  today,
}: {
  sessions: SessionStore;
  advance: Advance;
  cases: Cases;
  followCase: FollowCase;
  watchStep: WatchStep;
  optOuts: OptOuts;
  redactions: Redactions;
  alteredMessages: AlteredMessages;
  seal: Seal;
  wording: Wording;
  policy: Policy;
  clock: Clock;
  /** null: nothing is tapped, everything typed */
  offerChoices: OfferChoices | null;
  /** the date where the participants live, YYYY-MM-DD */
  today: (at: number) => string;
}): HandleTurn {
  const placeSeconds = policy.session.placeHours * 3600;

  return async function handleTurn(inbound) {
    const key = seal.index('conversation', `${inbound.channel} ${inbound.address}`);
    const messageId = shortId(inbound.messageId);
    const turnId = turnIdOf(seal, key, inbound.messageId);
    const input = inputOf({ key, ...inbound, policy });
    const digest = digestOf(seal, inbound);

    let wasForThePerson = false;
    await failpoint('turn.began');
    for (let tries = 0; tries < triesOnConflict; tries += 1) {
      const [opened, opens] = await Promise.all([sessions.open(key), sessions.noteOpen(key, messageId)]);
      await failpoint('turn.afterOpen');
      const record = readRecord(opened.record, clock.now(), placeSeconds);

      const found = findMessage(record, messageId, digest);
      if (found === 'altered') {
        await alteredMessages.note({ conversation: key, turnId });
        return '';
      }
      if (found === 'known') return record?.replies.find((reply) => reply.id === messageId)?.text ?? '';

      const place = advance.casePlace(record?.conversation, input);
      const heard: Heard = { inbound, turnId, input, record, place };
      const standing = await hear(heard);
      // A place that twice cannot be brought up to date must not cost the answer: beside a person it is silence.
      const isLagging =
        standing !== null && isBehind(place, standing) && !(await cases.wasMovedBy(standing.caseId, turnId));
      if (isLagging && tries < 2) {
        // Somebody else has got the word, or gave it back, and the place has not heard of it yet.
        if (place?.isHuman && standing.control === 'bot') wasForThePerson = true;
        await followCase(standing.caseId);
        continue;
      }

      const isPoison = opens >= policy.jobs.poisonOpens;
      const next = isPoison
        ? await setAside(heard)
        : wasForThePerson || (isLagging && standing.control === 'agent')
          ? unanswered(record)
          : await answer(heard).catch(async (error: unknown) => {
              if (!(error instanceof UnavailableError)) await sessions.noteFailure(key, messageId, opens);
              throw error;
            });
      await failpoint('turn.afterAdvance');
      const stored: SessionRecord = {
        ...withReply(record, { id: messageId, digest, text: next.text }, policy.ids),
        language: next.language,
        sender: { channel: inbound.channel, address: inbound.address, phone: inbound.phone },
        heardAt: clock.now(),
        asksSecret: next.asksSecret,
        steps: next.steps,
        pace: next.pace,
        conversation: next.conversation,
      };
      const committed = await sessions.commit(key, opened.version, JSON.stringify(stored), placeSeconds);
      await failpoint('turn.beforeReply');
      if (committed !== 'stored') continue;
      // Once stored, a repeated message is answered with the plain text, whatever became of the buttons.
      const choices = next.prompt === null ? null : choicesOf(next.prompt, next.language);
      if (offerChoices === null || inbound.channel !== 'whatsapp' || next.text === '' || choices === null)
        return next.text;
      const { address: to } = inbound;
      // Never the bare id: a code of the same turn may bear that.
      const ref = `choice.${turnId}`;
      const { text, language, choiceMark: mark } = next;
      const isOffered = await offerChoices({ to, text, language, choices, mark, ref });
      return isOffered ? '' : next.text;
    }
    throw new UnavailableError('redis');
  };

  /** A message that broke every turn it was in gets a person instead, and the others go on. */
  async function setAside({ turnId, input, record }: Heard) {
    const advanced = await advance.setAside(record?.conversation ?? null, input, { turnId, at: clock.now() });
    return {
      asksSecret: advanced.asksSecret,
      text: renderReply(advanced, { channel: input.channel, language: advanced.language, wording }),
      language: advanced.language,
      prompt: advanced.prompt,
      choiceMark: advanced.choiceMark,
      steps: record?.steps ?? [],
      pace: undefined,
      conversation: advanced.stored,
    };
  }

  /** What is written while somebody else has the word is theirs, and kept before it is acknowledged. */
  async function hear({ inbound, input, record, place }: Heard): Promise<Standing | null> {
    const { channel, address, phone, content, messageId } = inbound;
    const { conversation } = input;
    if (content.kind === 'optOut') return null;
    if (place === null) return await cases.standing(conversation);
    if (!place.isOpen) return null;
    const kept = await cases.keepMessage({
      sender: { conversation, channel, address, phone, language: record?.language ?? 'id' },
      messageId,
      text: textOf(content),
      kind: content.kind === 'media' ? (content.media[0]?.kind ?? 'other') : content.kind,
      media: content.kind === 'media' ? content.media : [],
      secretAsked: !place.isHuman && record?.asksSecret !== false,
    });
    await failpoint('turn.afterKeepMessage');
    return kept ?? (await cases.standing(conversation));
  }

  function unanswered(record: SessionRecord | null) {
    return {
      asksSecret: record?.asksSecret ?? true,
      text: '',
      language: record?.language ?? 'id',
      prompt: null,
      choiceMark: '',
      steps: record?.steps ?? [],
      pace: record?.pace,
      conversation: record?.conversation ?? null,
    };
  }

  async function answer({ inbound, turnId, input, record, place }: Heard) {
    const { channel, address, phone, content } = inbound;
    const silence = unanswered(record);
    const { language, asksSecret, steps, pace, conversation: stored } = silence;
    const sender: Sender = { conversation: input.conversation, channel, address, phone, language };

    if (content.kind === 'optOut' && content.action !== 'start') {
      if (content.action === 'stop') {
        await optOuts.record(sender, 'stop');
        await cases.optOut(sender);
      }
      const text = content.answered
        ? ''
        : renderReply({ notice: { notice: 'optedOut' }, prompt: null, facts: noFacts }, { channel, language, wording });
      return { ...silence, text, conversation: content.action === 'stop' && !content.answered ? null : stored };
    }
    // The carrier takes YES for START: from somebody who had said stop it is no answer to us.
    const isLifted = content.kind === 'optOut' && (await optOuts.isStopped(channel, phone ?? address));
    // Writing again lifts an opt-out: whoever asks wants to be answered.
    if (content.kind === 'optOut' || record === null || stored === null) {
      await optOuts.record(sender, 'start');
      await failpoint('turn.afterOptOut');
    }
    if (content.kind === 'optOut' && content.answered) return silence;

    const at = clock.now();
    const meantForUs: Inbound['content'] = isLifted ? { kind: 'text', text: 'START' } : content;
    const turn = { turnId, at, today: today(at), content: meantForUs };
    // Beside the turn, and durable before its answer: whatever becomes of us, the gateway's copy is emptied.
    const isSecret = mayHoldSecret(content, asksSecret);
    const [taken] = await Promise.all([
      advance.advance(stored, input, turn),
      isSecret ? redactions.request(inbound.messageId) : undefined,
    ]);
    const taking = [...steps, taken.meant].slice(-stepsKept);
    // The same turn opens it and gives it what went before; a repeated one finds that done.
    if (taken.case.isOpen && place?.isOpen !== true) await cases.keepSteps(turnId, taking);
    const advanced = await watchStep(taken, { sender: { ...sender, language: taken.language }, turnId, at });
    const kept = advanced.isSilent ? { pace, isSilent: true } : keepPace(pace, { at, ...taken }, policy.loop);
    return {
      asksSecret: advanced.asksSecret,
      text: kept.isSilent ? '' : renderReply(advanced, { channel, language: advanced.language, wording }),
      language: advanced.language,
      prompt: advanced.prompt,
      choiceMark: advanced.choiceMark,
      steps: taking,
      pace: kept.pace,
      conversation: advanced.stored,
    };
  }
}

/** A message with what is known of it before anything is done. */
interface Heard {
  inbound: Inbound;
  turnId: string;
  /** who writes, as the machine knows them */
  input: ConversationInput;
  record: SessionRecord | null;
  /** what the conversation has heard of its case; null: there is no conversation yet */
  place: CasePlace | null;
}

/** What a message says, as it is compared when its id comes again: keyed, because a PIN is soon guessed from a bare hash. */
const digestOf = (seal: Seal, { messageId, content }: Inbound): string =>
  seal.index('message-content', JSON.stringify([messageId, content])).slice(0, 8);

/** So many steps of the bot are shown to whoever takes the case. */
const stepsKept = 20;

function textOf(content: Inbound['content']): string {
  if (content.kind === 'location') return `${content.latitude}, ${content.longitude}`;
  return 'text' in content ? content.text : '';
}

function mayHoldSecret(content: Inbound['content'], asksSecret: boolean): boolean {
  if (!('text' in content)) return asksSecret;
  return cardOrNik.test(content.text) || (asksSecret && !holdsNoSecret(content.text));
}

/** In whatever step: 13 digits and more are no phone number. */
const cardOrNik = /(?:\p{Nd}[\s.-]?){13}/u;

/** Who writes, as the machine knows them. */
export const inputOf = ({
  key,
  channel,
  address,
  phone,
  policy,
}: {
  key: string;
  channel: Channel;
  address: string;
  phone: string | null;
  policy: Policy;
}): ConversationInput => ({
  conversation: key,
  channel,
  address,
  phone,
  policy: {
    ...policy.session,
    noProgress: policy.loop.noProgress,
    offerMinutes: policy.loop.offerMinutes,
    pinInChat: policy.pin.chatEntry,
    keptNoticeMinutes: policy.case.keptNoticeMinutes,
  },
});

/**
 * A UUID made of the message id: whatever a message causes (an attempt, a challenge, a change, a case) bears it, so
 * the same message delivered again, to whichever process, causes nothing new.
 */
export function turnIdOf(seal: Seal, conversation: string, messageId: string): string {
  const hex = Buffer.from(seal.index('turn', `${conversation} ${messageId}`), 'base64url').toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
