// Everything that can be said, as data: which sentence, with which facts. The sentences themselves are in
// `indonesian.ts` and `english.ts`; a missing one does not compile.
import type { MediaKind, Topic, Unclear } from '../events.ts';
import type { Channel, Field, Language } from '../vocabulary.ts';

/** What a waiting state asks. */
export type PromptKey =
  | 'askNumber'
  | 'askBirthDate'
  | 'chooseField'
  | 'askNewValue'
  | 'confirmSuggestion'
  | 'confirmNewValue'
  | 'askCode'
  | 'askPin'
  | 'chooseOldContact'
  | 'askOldCode'
  | 'waitForResult'
  | 'waitForAgent'
  | 'confirmLeave'
  | 'talkToAgent'
  | 'confirmFinish';

export const promptKeys = [
  'askNumber',
  'askBirthDate',
  'chooseField',
  'askNewValue',
  'confirmSuggestion',
  'confirmNewValue',
  'askCode',
  'askPin',
  'chooseOldContact',
  'askOldCode',
  'waitForResult',
  'waitForAgent',
  'confirmLeave',
  'talkToAgent',
  'confirmFinish',
] as const satisfies readonly PromptKey[];

/** What prompts are filled with; all from the context of the machine. Masks are written with `•`. */
export interface PromptFacts {
  field: Field;
  /** the new value in full, for the read-back: `08…` with blanks, or the address */
  newValue: string;
  suggestion: string;
  /** masked; null: none registered */
  email: string | null;
  mobileNumber: string | null;
  oldMasked: string | null;
  newMasked: string;
  /** where the code went, masked */
  destination: string;
  via: 'mail' | Channel;
  codeMinutes: number;
  /** of the one-time page for the PIN; null: there is none, or it is over */
  pinUrl: string | null;
  pinMinutes: number;
  /** whether the PIN may be typed in the chat as well */
  pinInChat: boolean;
  caseRef: string;
  changeRef: string;
}

/** What a turn may say before its prompt: at most one. Names and contact values come masked. */
export type Notice =
  | { notice: 'greeting' }
  | { notice: 'languageChosen' }
  /** a message in English, where Indonesian is spoken */
  | { notice: 'englishOffered' }
  /** somebody needs a moment */
  | { notice: 'placeKept' }
  | { notice: 'nothingBefore' }
  | { notice: 'help'; prompt: PromptKey }
  | { notice: 'unclear'; prompt: PromptKey; unclear: Unclear; field: Field | null }
  | { notice: 'mediaNotRead'; media: MediaKind }
  | { notice: 'greetedBack' }
  | { notice: 'thanked' }
  | { notice: 'sorryForTrouble' }
  | { notice: 'elsewhere'; topic: Topic }
  /** who asks, and what for */
  | { notice: 'aboutUs' }
  /** what is shown belongs to somebody else */
  | { notice: 'dataOfOther' }
  /** somebody types for the participant */
  | { notice: 'helperWelcome' }
  | { notice: 'oldContactNotNeeded' }
  /** nothing was found, or nothing may be told: one neutral answer */
  | { notice: 'notMatched' }
  /** the directory did not answer; nothing is lost, the same answer can be given again */
  | { notice: 'directoryAway' }
  /** the turn ran out of time at something that can simply be tried again */
  | { notice: 'tryAgain' }
  /** identification has aged; the step goes on after it */
  | { notice: 'identifyAgain' }
  /** the same, where an old code was typed */
  | { notice: 'codeAgedIdentifyAgain' }
  | { notice: 'identifyFirst' }
  | {
      notice: 'myData';
      name: string;
      email: string | null;
      mobileNumber: string | null;
      segment: string;
      membershipStatus: string;
    }
  | { notice: 'changeIsHeld'; field: Field; ref: string; until: number }
  | { notice: 'changeIsProcessing'; field: Field; ref: string }
  | { notice: 'noOpenChange' }
  | { notice: 'forgottenEmail'; email: string | null }
  | { notice: 'forgottenPin' }
  | { notice: 'valueIsRegistered'; field: Field }
  | { notice: 'valueIsOurs' }
  /** a value of the other kind was typed while `field` is being changed */
  | { notice: 'otherField'; field: Field }
  | { notice: 'codeSent'; via: 'mail' | Channel; destination: string; minutes: number; again: boolean }
  | { notice: 'codeMissing'; via: 'mail' | Channel; destination: string }
  | { notice: 'resendWait'; seconds: number }
  /** `until` null: not by itself */
  | { notice: 'sendLimited'; until: number | null }
  | { notice: 'codeNotSent'; field: Field; why: 'destination' | 'unavailable' }
  /** the owner of that number said stop to our SMS; `next`: how a code can go all the same */
  | { notice: 'numberStopped'; next: Channel | null }
  /** a code was sent and did not arrive; `next`: how the next one would go, null: the same way; `seconds`: not before */
  | { notice: 'codeLost'; via: 'mail' | Channel; destination: string; next: Channel | null; seconds: number | null }
  /** the same, and a new one has left by another channel */
  | { notice: 'codeSentOtherWay'; via: 'mail' | Channel; destination: string; minutes: number }
  | { notice: 'codeWrong'; triesLeft: number }
  | { notice: 'codeOlder'; triesLeft: number }
  | { notice: 'codeExpired' }
  | { notice: 'codeExhausted' }
  | { notice: 'codeLimited'; until: number | null }
  /** the code that just succeeded, typed again where the PIN is asked; no attempt was spent */
  | { notice: 'codeIsNotPin' }
  | { notice: 'pinWrong'; attemptsLeft: number }
  | { notice: 'pinLocked'; until: number | null }
  | { notice: 'pinNotSet' }
  | { notice: 'pinLimited'; until: number | null }
  /** as many wrong PINs as one code allows; with a new code there are others */
  | { notice: 'pinSpent' }
  /** a PIN was typed in the chat where policy wants it on the page */
  | { notice: 'pinOnPageOnly' }
  /** the directory gave no answer: the attempt counts and nothing was changed */
  | { notice: 'pinNoAnswer' }
  | { notice: 'changeApplied'; field: Field; value: string; at: number; ref: string }
  /** `canRelease`: a code at an old contact point would make it effective now */
  /** `hasOldContact`: somebody can be told of it */
  | { notice: 'changeHeld'; field: Field; until: number; ref: string; canRelease: boolean; hasOldContact: boolean }
  | { notice: 'changeProcessing'; field: Field; ref: string }
  | { notice: 'changeRefused'; field: Field; reason: 'valueInUse' | 'stale' | 'invalid'; ref: string }
  | { notice: 'heldCancelled'; field: Field; ref: string }
  /** unknown, used, or too many were tried: nobody learns which */
  | { notice: 'cancelCodeUnknown' }
  /** nothing is held that a code at an old contact point could release */
  | { notice: 'nothingHeld' }
  | { notice: 'noOldContact' }
  /** the code to that old contact point did not leave, or did not arrive */
  | { notice: 'oldContactNotReached' }
  | { notice: 'cancelled' }
  | { notice: 'nothingToCancel' }
  | { notice: 'reportTaken'; ref: string; caseRef: string; frozen: boolean }
  | { notice: 'nothingToReport' }
  | { notice: 'caseOpened'; ref: string; dueAt: number; place: number | null; minutes: number | null }
  | { notice: 'casePlace'; ref: string; place: number | null; minutes: number | null }
  /** the agent could not go on, or asked for another one */
  | { notice: 'caseQueuedAgain'; place: number | null }
  /** nobody is there now; null: nobody knows when */
  | { notice: 'caseDeferred'; ref: string; opensAt: number | null }
  | { notice: 'agentConnected'; alias: string }
  | { notice: 'agentAssists'; ref: string }
  | { notice: 'agentReturned' }
  | { notice: 'callerInvited'; ref: string }
  | { notice: 'agentWaits'; what: 'parked' | 'reminder' }
  | { notice: 'caseEnded'; ref: string; why: 'resolved' | 'noAgent' | 'closed' | 'left' }
  | { notice: 'wordUnknown' }
  | { notice: 'wordLimited' }
  | { notice: 'caseIsOpen'; ref: string; dueAt: number }
  | { notice: 'caseLimited' }
  | { notice: 'caseLeft' }
  /** nobody waits for it here, and somebody will look at it */
  | { notice: 'caseReviewed'; ref: string }
  | { notice: 'messageKept' }
  | { notice: 'agentOffered' }
  | { notice: 'optedOut' };

export type NoticeKey = Notice['notice'];

/** One thing said, in the form of each channel. SMS without the brand: it is put in front once for a whole message. */
export interface Sentence {
  whatsapp: string;
  sms: string;
}

/** What sentences need besides facts. */
export interface Wording {
  brand: string;
  /** where people write to us, e.g. `WhatsApp 0811 9000 0165`; null: nowhere that can receive */
  chat: string | null;
  privacyUrl: string | null;
  codeDigits: number;
  pinDigits: number;
  /** e.g. `22-11-2026 pukul 09.30 WIB` */
  time(at: number, language: Language): string;
}

/** What leaves outside a turn, to a contact point or into the chat of whoever asked for the change; `value` is masked. */
export type Letter =
  | { letter: 'code'; field: Field; code: string; minutes: number }
  /** to an old contact point: makes a held change effective now */
  | { letter: 'oldCode'; code: string; minutes: number }
  | {
      letter: 'changeHeld';
      to: 'old' | 'new';
      field: Field;
      value: string;
      until: number;
      ref: string;
      /** in a mail to an old contact point: cancels from any number */
      cancelCode?: string | undefined;
    }
  /** to an old contact point, when half of the hold has passed */
  | {
      letter: 'holdReminder';
      to: 'old';
      field: Field;
      value: string;
      until: number;
      ref: string;
      cancelCode?: string | undefined;
    }
  /** to an old contact point: the tries at a code (`value`: where it went) or at the PIN (`value`: what it was to make) were used up */
  | { letter: 'triesUsedUp'; to: 'old'; guessed: 'code' | 'pin'; field: Field; value: string; at: number; ref: string }
  /** a supervisor approved that the old value comes back; a code there brings it about */
  | { letter: 'restoreApproved'; to: 'chat'; field: Field; value: string; ref: string }
  | { letter: 'changeApplied'; to: 'old' | 'new' | 'chat'; field: Field; value: string; at: number; ref: string }
  | { letter: 'changeCancelled'; to: 'old' | 'new' | 'chat'; field: Field; value: string; ref: string }
  | { letter: 'changeRefused'; to: 'chat'; field: Field; reason: 'valueInUse' | 'stale' | 'invalid'; ref: string };

export type LetterKey = Letter['letter'];

export interface LetterText extends Sentence {
  mail: { subject: string; text: string };
}

export interface Copy {
  /**
   * `full` stands alone, `brief` follows a notice, `bare` one that has said already how to get another code, `least` is
   * for an SMS that has room for no more.
   */
  prompts: {
    [K in PromptKey]: (
      facts: PromptFacts,
      wording: Wording,
    ) => { full: Sentence; brief: Sentence; bare?: Sentence; least: string };
  };
  /** What `BANTUAN` says at that prompt, before the prompt itself. */
  helps: { [K in PromptKey]: (facts: PromptFacts, wording: Wording) => Sentence };
  /** `help` is in `helps`: it needs the facts of its prompt. */
  notices: {
    [K in Exclude<NoticeKey, 'help'>]: (notice: Extract<Notice, { notice: K }>, wording: Wording) => Sentence;
  };
  /** @param canReply  whether the recipient can answer on that channel; never ask for an answer where not */
  letters: {
    [K in LetterKey]: (letter: Extract<Letter, { letter: K }>, wording: Wording, canReply: boolean) => LetterText;
  };
}
