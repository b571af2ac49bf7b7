// Everything that can happen to a conversation. What people type is understood first (`understanding/`), so the
// machine meets meanings, never raw text.
import { z } from 'zod';
import type { PromptKey } from './copy/keys.ts';
import type { CaseNow, Outcome } from './outcomes.ts';
import { type Channel, Field, type Hidden, type Language, NumberKind } from './vocabulary.ts';

const HiddenText = z.custom<Hidden>((value) => typeof value === 'object' && value !== null && 'reveal' in value);

/** Services that people ask for here and find elsewhere. */
export const Topic = z.enum(['bill', 'status', 'card', 'facility', 'registration', 'identityData', 'other']);
export type Topic = z.infer<typeof Topic>;

export const MediaKind = z.enum(['image', 'voice', 'video', 'document', 'contact', 'sticker', 'location', 'other']);
export type MediaKind = z.infer<typeof MediaKind>;

/** Why an answer could not be used. Each reason has its own sentence in `copy/`. */
export const Unclear = z.discriminatedUnion('reason', [
  z.object({ reason: z.literal('empty') }),
  z.object({ reason: z.literal('notUnderstood') }),
  z.object({ reason: z.literal('tooLong') }),
  z.object({ reason: z.literal('numberLength'), digits: z.number() }),
  z.object({ reason: z.literal('numberImpossible') }),
  z.object({ reason: z.literal('numberIsVirtualAccount') }),
  z.object({ reason: z.literal('numberIsPhone') }),
  z.object({ reason: z.literal('numbersTwo') }),
  z.object({ reason: z.literal('dateImpossible') }),
  z.object({ reason: z.literal('dateInFuture') }),
  z.object({ reason: z.literal('dateTooOld') }),
  z.object({ reason: z.literal('dateIncomplete') }),
  z.object({ reason: z.literal('dateYearUnclear'), years: z.tuple([z.number(), z.number()]) }),
  z.object({ reason: z.literal('emailMalformed') }),
  /** a mail service and no name before it */
  z.object({ reason: z.literal('emailNoName') }),
  z.object({ reason: z.literal('emailsTwo') }),
  /** they have none, and it is asked */
  z.object({ reason: z.literal('emailNone') }),
  /** both at once, where one is chosen */
  z.object({ reason: z.literal('fieldsTwo') }),
  /** the number they write from, which is not known to us */
  z.object({ reason: z.literal('thisNumberUnknown') }),
  z.object({ reason: z.literal('mobileLength'), digits: z.number() }),
  z.object({ reason: z.literal('mobileLandline') }),
  z.object({ reason: z.literal('mobileForeign') }),
  z.object({ reason: z.literal('mobilePremium') }),
  z.object({ reason: z.literal('mobilesTwo') }),
  z.object({ reason: z.literal('codeLength'), digits: z.number() }),
  z.object({ reason: z.literal('codesTwo') }),
  z.object({ reason: z.literal('pinLength'), digits: z.number() }),
  z.object({ reason: z.literal('pinIsPassword') }),
  z.object({ reason: z.literal('answerOld') }),
]);
export type Unclear = z.infer<typeof Unclear>;

/** What one message of a participant means. */
export const ParticipantEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer.number'), kind: NumberKind, number: z.string() }),
  z.object({ type: z.literal('answer.birthDate'), birthDate: z.iso.date() }),
  z.object({ type: z.literal('answer.field'), field: Field }),
  z.object({
    type: z.literal('answer.value'),
    field: Field,
    /** e-mail with its domain in lower case, or E.164 */
    value: z.string(),
    /** a likelier spelling of an e-mail address: always asked, never assumed */
    suggestion: z.string().nullable(),
  }),
  /** "this one": the number they write from */
  z.object({ type: z.literal('answer.thisNumber') }),
  z.object({ type: z.literal('answer.yes') }),
  z.object({ type: z.literal('answer.no') }),
  z.object({ type: z.literal('answer.code'), code: HiddenText }),
  z.object({ type: z.literal('answer.pin'), pin: HiddenText }),
  z.object({ type: z.literal('answer.unclear'), unclear: Unclear }),
  z.object({ type: z.literal('word.menu') }),
  z.object({ type: z.literal('word.cancel') }),
  z.object({ type: z.literal('word.back') }),
  z.object({ type: z.literal('word.again') }),
  z.object({ type: z.literal('word.help') }),
  z.object({ type: z.literal('word.agent') }),
  z.object({ type: z.literal('word.indonesian') }),
  z.object({ type: z.literal('word.english') }),
  z.object({ type: z.literal('word.notMe') }),
  /** how far the queue has come; only while one waits for an agent */
  z.object({ type: z.literal('word.place') }),
  /** the talk with an agent is over; only then */
  z.object({ type: z.literal('word.finish') }),
  /** read out on the phone by an agent: "KASUS MELATI BIRU 42" */
  z.object({ type: z.literal('word.case'), word: z.string() }),
  /** the code of a letter to an old mailbox */
  z.object({ type: z.literal('word.cancelCode'), code: HiddenText }),
  z.object({ type: z.literal('ask.releaseHeld') }),
  z.object({ type: z.literal('ask.myData') }),
  z.object({ type: z.literal('ask.changeState') }),
  z.object({ type: z.literal('ask.forgottenEmail') }),
  z.object({ type: z.literal('ask.forgottenPin') }),
  z.object({ type: z.literal('ask.codeMissing') }),
  z.object({ type: z.literal('ask.oldContactDead') }),
  /** who we are, and why we ask what we ask */
  z.object({ type: z.literal('ask.isGenuine') }),
  /** what is shown belongs to somebody else */
  z.object({ type: z.literal('ask.otherPerson') }),
  /** somebody types for the participant */
  z.object({ type: z.literal('ask.helper') }),
  z.object({ type: z.literal('ask.elsewhere'), topic: Topic }),
  z.object({ type: z.literal('said.greeting') }),
  z.object({ type: z.literal('said.thanks') }),
  z.object({ type: z.literal('said.anger') }),
  z.object({ type: z.literal('said.wait') }),
  z.object({ type: z.literal('sent.media'), media: MediaKind }),
]);
export type ParticipantEvent = z.infer<typeof ParticipantEvent>;

/** Where Care Center 165 may put a participant back: steps that take every proof again. */
export const Resumable = z.enum(['menu', 'identify', 'chooseField', 'newValue']);
export type Resumable = z.infer<typeof Resumable>;

/** What the host says to the machine: time, and what the world finished later. */
export type HostEvent =
  /**
   * First event of every turn. `turnId` comes from the message id, so a repeated message causes the same facts;
   * `asked` is the prompt that the message answers; `language` the only one it can be written in, null or left out
   * where it says nothing.
   */
  | { type: 'turn.began'; at: number; turnId: string; asked: PromptKey; language?: Language | null }
  /** The turn's budget is spent: rest now, a job goes on. */
  | { type: 'turn.ranOut' }
  /** A message broke every turn it was in: a person goes on. */
  | { type: 'turn.failed' }
  /** The PIN came through the page that was opened for that code, and whose link was sent into this conversation. */
  | { type: 'page.pinTyped'; challengeId: string; pin: Hidden }
  /** First event where nobody wrote: what follows happened elsewhere, and nothing grows younger by it. */
  | { type: 'entry.began'; at: number; turnId: string; asked: PromptKey }
  | CaseEvent
  | CodeFailed;

/** What Care Center 165 did with the case of this conversation. */
export type CaseEvent =
  | { type: 'case.queued'; case: CaseNow; again: boolean; place: number | null; minutes: number | null }
  | { type: 'case.connected'; case: CaseNow; alias: string }
  /** the bot runs a step, an agent looks on */
  | { type: 'case.assisted'; case: CaseNow; step: Resumable }
  /** the bot goes on alone, there */
  | { type: 'case.returned'; case: CaseNow; step: Resumable }
  /** somebody on the phone is asked to write here; the bot goes on */
  | { type: 'case.invited'; case: CaseNow }
  /** the bot goes on, the case waits for the hours */
  | { type: 'case.postponed'; case: CaseNow; opensAt: number | null }
  /** somebody will look at it; nobody waits for that here */
  | { type: 'case.reviewed'; case: CaseNow }
  | {
      type: 'case.ended';
      case: CaseNow;
      /** `stepGoesOn`, `reviewOver`: nothing changes for whoever writes */
      why: 'resolved' | 'noAgent' | 'closed' | 'left' | 'stepGoesOn' | 'reviewOver';
    }
  | { type: 'case.reminded'; what: 'place' | 'parked' | 'reminder'; place: number | null; minutes: number | null };

/** A code did not arrive. */
export interface CodeFailed {
  type: 'delivery.failed';
  challengeId: string;
  /**
   * `destination`: none ever will, there · `unavailable`: our own trouble · `otherWay`: a new one goes another way by
   * itself · `lost`: nobody knows, the participant decides · `stopped`: its owner said stop to our SMS
   */
  why: 'destination' | 'unavailable' | 'otherWay' | 'lost' | 'stopped';
  /** how the next one would go; null: the same way again */
  next: Channel | null;
}

export type ConversationEvent = ParticipantEvent | HostEvent | Outcome;
