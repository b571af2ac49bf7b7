// What the conversation needs from the world. Every other folder of src/ implements these, and knows no other folder.
import type { CaseControl, CaseState } from '#machines/case.machine.ts';
import type { Choices } from '#machines/copy/choices.ts';
import type { MediaKind, Resumable } from '#machines/events.ts';
import type { Channel, Field, Language, NumberKind } from '#machines/vocabulary.ts';
import type { Secret } from '#src/seal.ts';
import type { EndReason } from './desk-port.ts';

// --- what comes in ---------------------------------------------------------------------------------------------

/** One message of a person, whoever carried it. */
export interface Inbound {
  /** unique for ever; the same message delivered again has the same one */
  messageId: string;
  channel: Channel;
  /** Opaque channel address (`From`): `+62…`, `whatsapp:+62…`, `whatsapp:ID.…`. With the channel it names the conversation. */
  address: string;
  /** E.164, only where the address itself is a phone number; null proves nothing about the sender */
  phone: string | null;
  content: Content;
}

export type Content =
  | { kind: 'text'; text: string }
  /** a button or list tap; `id` is ours, `text` its title */
  | { kind: 'choice'; source: 'button' | 'list'; id: string; text: string }
  | { kind: 'media'; media: { kind: MediaKind; contentType: string; url: string }[]; text: string }
  | { kind: 'location'; latitude: number; longitude: number }
  /** `answered`: the carrier or Twilio has answered already, so we stay silent */
  | { kind: 'optOut'; action: 'stop' | 'start' | 'help'; answered: boolean; text: string }
  | { kind: 'unsupported' };

// --- the place in the conversation ---------------------------------------------------------------------------------

export interface OpenedSession {
  /** null: nobody wrote from there, or the place was lost */
  record: string | null;
  /** what `commit` compares with; opaque */
  version: string;
}

/** Keeps one sealed text per conversation. Loses at most the place, never a fact. */
export interface SessionStore {
  /**
   * One round trip.
   * @param key  keyed hash of channel and address
   * @throws UnavailableError `unavailable`
   */
  open(key: string): Promise<OpenedSession>;
  /**
   * One round trip, compare-and-set on the version.
   * @param ttlSeconds  the record is gone after that
   * @returns `conflict` when somebody else committed since `open`: start again from there
   * @throws UnavailableError `unavailable`  the outcome is unknown
   */
  commit(key: string, version: string, record: string, ttlSeconds: number): Promise<'stored' | 'conflict'>;
  /**
   * Counts that a message is opened; sent together with `open`. Opens within 2 s are one, so that duplicates at once
   * do not look like a message that breaks every turn.
   * @returns how often it was opened by now
   * @throws UnavailableError `unavailable`
   */
  noteOpen(key: string, messageId: string): Promise<number>;
  /** A turn broke off by our own mistake: the next open counts, however soon it comes. */
  noteFailure(key: string, messageId: string, opens: number): Promise<void>;
  /** @throws UnavailableError `unavailable` */
  ping(): Promise<void>;
}

// --- the insurer's directory -----------------------------------------------------------------------------------------

export interface Participant {
  participantId: string;
  name: string;
  /** open text: shown, never branched on */
  segment: string;
  membershipStatus: string;
  email: string | null;
  /** E.164 */
  mobileNumber: string | null;
  /** null: not told */
  pinSet: boolean | null;
  pinAttemptsLeft: number | null;
}

export type PinVerdict =
  | { result: 'ok' }
  | { result: 'wrong'; attemptsLeft: number }
  | { result: 'locked'; until: Date }
  | { result: 'notSet' };

export type ContactVerdict =
  | { result: 'changed'; changedAt: Date }
  | { result: 'valueInUse' }
  | { result: 'stale' }
  | { result: 'invalid' };

/** All four throw UnavailableError `unavailable` when no answer came within the budget. */
export interface Directory {
  /** @returns null for unknown and for another birth date alike */
  identify(
    query: { kind: NumberKind; number: string; birthDate: string },
    signal?: AbortSignal,
  ): Promise<Participant | null>;
  read(participantId: string, signal?: AbortSignal): Promise<Participant>;
  /** No answer is no verdict: the caller counts the attempt and fails closed. Never repeated. */
  verifyPin(participantId: string, pin: Secret, signal?: AbortSignal): Promise<PinVerdict>;
  /**
   * Safe to repeat with the same `changeId`. After a 5xx, timeout or reset it reads back before it decides.
   * @param expected  the old value, or null for none
   */
  changeContact(
    change: { changeId: string; participantId: string; field: Field; value: string; expected: string | null },
    signal?: AbortSignal,
  ): Promise<ContactVerdict>;
}

/** Whether a mobile number was lately taken over by another SIM or person; asked before an old number is trusted. */
export interface NumberRisk {
  /**
   * @param mobileNumber  E.164
   * @returns `high`: it vouches for nobody now; `unknown`: nothing can be told, which is no reason to distrust it
   */
  of(mobileNumber: string, signal: AbortSignal): Promise<'low' | 'high' | 'unknown'>;
}

// --- what goes out -----------------------------------------------------------------------------------------------------

/** How a provider took a message. */
export type SendOutcome =
  | { outcome: 'accepted'; providerId: string }
  /** Not processed; safe to send again after a while. */
  | { outcome: 'busy'; retryAfterMs: number | null }
  /** No answer or a 5xx: it may be on its way. */
  | { outcome: 'unknown' }
  /**
   * Final. `destination`: this number or address can never receive; `optedOut`: its owner said stop; `policy`: a
   * provider or carrier refuses; `pumping`: it suspects fraud with that block of numbers; `configuration`: our own
   * mistake, an alarm. `providerCode` e.g. 21211.
   */
  | {
      outcome: 'refused';
      why: 'destination' | 'optedOut' | 'policy' | 'pumping' | 'configuration';
      providerCode: string;
    };

export interface OutgoingMessage {
  channel: Channel;
  /** E.164 for SMS and WhatsApp, or the opaque WhatsApp address */
  to: string;
  content: { body: string } | { template: string; variables: Record<string, string> };
  /** comes back with delivery reports; our id, no personal data */
  ref: string;
  /** not delivered after that; the life of a code */
  validitySeconds?: number;
}

/** SMS and WhatsApp. Never throws for what the provider says. */
export interface Messenger {
  send(message: OutgoingMessage, signal?: AbortSignal): Promise<SendOutcome>;
}

/**
 * Says something with buttons under it, on WhatsApp.
 * @returns false: it did not leave, or nobody knows; say it as plain text, even if it may then be read twice
 */
export type OfferChoices = (offer: {
  to: string;
  text: string;
  language: Language;
  choices: Choices;
  /** of what they are about; comes back with a tap */
  mark: string;
  ref: string;
}) => Promise<boolean>;

export interface OutgoingMail {
  to: string;
  subject: string;
  text: string;
  /** makes the Message-ID, so that a repeated mail is recognised as such */
  ref: string;
}

/** Never throws for what the server says. */
export interface Mailer {
  send(mail: OutgoingMail, signal?: AbortSignal): Promise<SendOutcome>;
}

/** One report of a gateway about a message of ours: unordered, repeated, sometimes missing. */
export interface DeliveryReport {
  providerId: string;
  channel: Channel;
  /** ours: the challenge or notice that the message carried; known even before the answer of the sending */
  ref: string | null;
  /** the gateway's word for it */
  status: string;
  /** Only upward: what is lower than, or the same as, what was heard before adds nothing. */
  rank: number;
  /** nothing follows */
  terminal: boolean;
  /** null: on its way, or arrived */
  failure: DeliveryFailure | null;
}

export interface DeliveryFailure {
  /** e.g. 30005; null: the gateway did not say */
  providerCode: string | null;
  /**
   * `destination`: it can never receive · `way`: not by this channel · `window`: this channel wants a template now ·
   * `optedOut`: the recipient said stop · `policy`: refused for good · `filtered`: by a carrier, an alarm where it is
   * frequent · `pumping`: the gateway suspects fraud with that block of numbers, an alarm · `transient`: it may work
   * later · `configuration`: our own mistake, an alarm
   */
  why:
    | 'destination'
    | 'way'
    | 'window'
    | 'optedOut'
    | 'policy'
    | 'filtered'
    | 'pumping'
    | 'transient'
    | 'configuration';
  /** how often a notice is tried again because of it; a code never is, a new one replaces it */
  again: 'never' | 'once' | 'often';
}

/** A code that did not arrive, as the conversation that waits for it is told. */
export interface UndeliveredCode {
  /** key of the conversation that asked for it */
  conversation: string;
  via: 'mail' | Channel;
  why: DeliveryFailure['why'];
  /** neither used nor replaced nor too old */
  isLive: boolean;
  /** the turn that had it sent may not have ended yet */
  isFresh: boolean;
}

/** What became of codes and notices after a gateway took them. All throw UnavailableError. */
export interface Deliveries {
  /** Keeps the highest report of each message; a failed one has its consequences in the same transaction, once. */
  report(report: DeliveryReport): Promise<void>;
  /** null: no such code, or nothing bad is known of it */
  undelivered(challengeId: string): Promise<UndeliveredCode | null>;
  /** The ways by which no code of this conversation reached that target lately. */
  failedWays(request: { conversation: string; target: string }): Promise<('mail' | Channel)[]>;
  /** The message that a gateway reported for that challenge or notice; null: none so far. */
  find(ref: string): Promise<string | null>;
  /** Those of the messages that belong to no other challenge or notice. */
  unclaimed(ref: string, providerIds: readonly string[]): Promise<string[]>;
}

/** What Twilio itself remembers of messages to an address: how an unknown outcome is looked up. */
export interface SentMessages {
  /** newest first. @throws UnavailableError */
  find(
    query: { channel: Channel; to: string; since: Date },
    signal?: AbortSignal,
  ): Promise<{ providerId: string; status: string; errorCode: string | null }[]>;
}

/** What is said into a chat outside a turn: a row with its job. Throws UnavailableError. */
export interface ChatNotices {
  /**
   * @param entryId  unique for ever; the same one again says nothing more
   * @param texts  for each channel; on SMS no question where nobody can answer. An empty one is not sent
   */
  say(request: { entryId: string; sender: Sender; texts: ChatTexts; fence?: Fence | undefined }): Promise<void>;
}

/** Leaves only while nobody else has got the word: the bot's text is dropped then, an agent's comes back as a draft. */
export interface Fence {
  caseId: string;
  speaker: 'bot' | 'agent';
  /** of the case when it was said */
  epoch: string;
}

export type ChatTexts = Record<Channel, string>;

/** An approved template, where WhatsApp takes no free text; its words are kept by the provider. */
export interface SpokenTemplate {
  letter: 'template';
  to: 'chat';
  /** Content SID */
  template: string;
}

/** What was said into a chat, as it is kept until it was sent. */
export interface Spoken {
  letter: 'spoken';
  to: 'chat';
  texts: ChatTexts;
}

// --- the facts (Postgres) --------------------------------------------------------------------------------------------------

/** Who writes. The counters of a registered number are kept apart from everybody else's, so that a stranger never locks the owner out. */
export interface Sender {
  /** keyed hash of channel and address: the key of the conversation */
  conversation: string;
  channel: Channel;
  address: string;
  phone: string | null;
  language: Language;
}

export interface StartChallenge {
  /** from the turn, so that a repeated message starts it once */
  challengeId: string;
  sender: Sender;
  participantId: string;
  /** whether the sender is the participant's registered number */
  fromRegistered: boolean;
  /** `oldContact`: brings the change of that id about */
  purpose: 'newValue' | 'oldContact';
  changeId?: string;
  /** which kind of contact point the code goes to */
  field: Field;
  /** e-mail or E.164: where the code goes */
  target: string;
  via: 'mail' | Channel;
}

export type StartVerdict =
  | { result: 'started' }
  /** this id was started before; its state */
  | { result: 'repeated' }
  /** too soon after the last sending */
  | { result: 'wait'; seconds: number }
  /** a limit of `policy.send` or `policy.otp` is reached */
  | { result: 'limited'; until: Date | null };

export type CodeVerdict =
  | { result: 'right' }
  | { result: 'wrong'; triesLeft: number }
  /** a code of ours that a newer one replaced; counted all the same */
  | { result: 'older'; triesLeft: number }
  | { result: 'expired' }
  /** this challenge is dead: a new code is needed */
  | { result: 'exhausted' }
  /** the day's or the lifetime's limit */
  | { result: 'limited'; until: Date | null };

/** One-time codes. Counted before compared, durable before the verdict leaves. All throw UnavailableError. */
export interface Challenges {
  /** Stores the hash and the sealed copy that `release` hands out once; kills the participant's older challenge of that purpose. */
  start(request: StartChallenge): Promise<StartVerdict>;
  /** Claims the sealed copy for sending; null when another sender has it, it was sent, or its life ended. */
  takeForSending(challengeId: string): Promise<CodeToSend | null>;
  /** Records what the provider said; the sealed copy is gone unless the outcome is `busy`. */
  sent(challengeId: string, outcome: SendOutcome): Promise<void>;
  /**
   * @param attemptId  from the turn: a repeated message gets its recorded verdict and costs nothing
   * @param guess  digits as understood; anything but the right code is wrong
   */
  check(request: {
    challengeId: string;
    attemptId: string;
    sender: Sender;
    participantId: string;
    /** must be what the code was sent to */
    target: string;
    guess: Secret;
  }): Promise<CodeVerdict>;
  /** Whether somebody typed that challenge's code where a PIN was asked; costs nothing. */
  wasCode(challengeId: string, typed: Secret): Promise<boolean>;
}

/** Sends the code of a challenge that was just started, once; the recovery job of the challenge does the same. */
export interface CodeDelivery {
  deliver(challengeId: string, signal?: AbortSignal): Promise<SendOutcome>;
}

export interface CodeToSend {
  purpose: StartChallenge['purpose'];
  via: 'mail' | Channel;
  target: string;
  code: Secret;
  field: Field;
  language: Language;
  lifeSeconds: number;
}

/** Attempts that are counted per person and day: identification and PIN. */
export interface Attempts {
  /**
   * Counts before the directory is asked.
   * @returns `counted`; `repeated` for the same message again; `limited`: this sender may not look anybody up now;
   *   `numberLimited`: others have used up this number's look-ups, so only its registered phone may find it
   */
  identify(request: {
    attemptId: string;
    sender: Sender;
    number: string;
  }): Promise<'counted' | 'repeated' | 'limited' | 'numberLimited'>;
  identified(request: { attemptId: string; sender: Sender; participantId: string | null }): Promise<void>;
  /** The directory did not say: nobody learned anything, so the look-up counts no longer. */
  unanswered(attemptId: string): Promise<void>;
  /**
   * Counts a PIN before the directory is asked.
   * @returns `counted` with how many others of this participant are with the directory just now; `repeated` with the
   * verdict of that very message, null: none yet; or why it may not be tried
   */
  pin(request: {
    attemptId: string;
    challengeId: string;
    sender: Sender;
    participantId: string;
    fromRegistered: boolean;
  }): Promise<{ result: 'counted'; inFlight: number } | { result: 'repeated'; verdict: PinCheck | null } | PinLimit>;
  /**
   * @param isLast  the directory takes no further PIN from this sender; its owner is warned
   * @param field, value  what the PIN was to make
   * @returns what the next PIN would meet
   */
  pinChecked(request: {
    attemptId: string;
    sender: Sender;
    participantId: string;
    verdict: PinCheck;
    isLast: boolean;
    field: Field;
    value: string;
  }): Promise<{ result: 'open'; triesLeft: number } | PinLimit>;
}

/** `noAnswer`: the directory was asked and said nothing; `withheld`: it was not asked, to leave its tries to the owner. */
export type PinCheck = PinVerdict['result'] | 'noAnswer' | 'withheld';

/** `spent`: this code has had its PINs, a new one may have others; `until` null: not by itself. */
export type PinLimit = { result: 'spent' } | { result: 'limited'; until: Date | null };

/** A page that may still be used. */
export interface PinPage {
  /** keyed hash of its token */
  pageId: string;
  /** the code whose proof it follows */
  challengeId: string;
  sender: Sender;
}

/** One-time pages on which the PIN is typed instead of in the chat. All throw UnavailableError. */
export interface PinPages {
  /** The one live page of this conversation; the one before it ends. @returns its token, 128 random bits in hex */
  open(request: { sender: Sender; challengeId: string }): Promise<{ token: Secret; lifeSeconds: number }>;
  /** @returns `gone`: used or expired. Changes nothing: what scans links finds them too. */
  find(token: Secret): Promise<PinPage | 'unknown' | 'gone'>;
  end(pageId: string): Promise<void>;
}

/** `approved`: a supervisor wants an old value back, and a code at that contact point is still to come. */
export type ChangeState = 'approved' | 'confirmed' | 'held' | 'applied' | 'refused' | 'cancelled';

export interface Change {
  changeId: string;
  /** what people are told, e.g. `UD-7K3M9Q`: never all digits */
  ref: string;
  field: Field;
  state: ChangeState;
  oldValue: string | null;
  newValue: string;
  participantId: string;
  heldUntil: Date | null;
  appliedAt: Date | null;
  /** why it was refused: `valueInUse`, `stale`, `invalid`; why cancelled: `requester`, `oldContact` */
  reason: string | null;
}

/** Changes from the moment the PIN is right. All throw UnavailableError. */
export interface Changes {
  find(changeId: string): Promise<Change | null>;
  /** What this code has served, or null: one code, one change. How a repeated PIN finds what it caused already. */
  ofChallenge(challengeId: string): Promise<Change | null>;
  /**
   * The row, its audit, its notices and its job, in one transaction. Only where the challenge was passed for this
   * sender, participant and value; the database refuses anything else.
   * @param oldChannelProved  the message comes from the registered number
   */
  confirm(request: {
    changeId: string;
    challengeId: string;
    sender: Sender;
    participant: Participant;
    field: Field;
    value: string;
    oldChannelProved: boolean;
  }): Promise<Change>;
  /**
   * Brings a confirmed or due change to its end: asks the directory, then row, audit and notices in one transaction.
   * Safe to run twice at once. @returns the change as it then is
   */
  settle(changeId: string, signal?: AbortSignal): Promise<Change>;
  /**
   * Cancels the held change that this sender asked for, or of which it is an old contact point.
   * @param asOldContact  only the latter
   */
  cancelHeld(request: { sender: Sender; turnId: string; asOldContact?: boolean }): Promise<Change | null>;
  /** An old contact point says it was not them: a case opens. @returns the change it is about */
  reportNotMe(request: {
    sender: Sender;
    turnId: string;
    caseId: string;
  }): Promise<{ change: Change; standing: Standing } | null>;
  /** The newest change of this participant that is still held or being processed. */
  openChange(participantId: string): Promise<Change | null>;
}

/** A change that a code at an old contact point would bring about at once. */
export interface AwaitingChange {
  change: Change;
  /** where such a code may go: as registered before, and never the one that writes; empty: nowhere */
  contacts: { field: Field; target: string }[];
  /** whether the sender is the number that was registered then */
  fromRegistered: boolean;
}

/** The leg of the old channel, given after the PIN. All throw UnavailableError. */
export interface OldContacts {
  /** The change of this conversation that is held, or that a supervisor has approved for it. */
  awaiting(request: { sender: Sender; participantId: string }): Promise<AwaitingChange | null>;
  /**
   * From held or approved to confirmed, with its job: only where the code was passed for this sender, participant and
   * change, at one of its contacts. @returns the change as it then is, also where it had gone on before
   */
  release(request: { changeId: string; challengeId: string; sender: Sender; participantId: string }): Promise<Change>;
  /** Cancels the held change whose letter to an old mailbox had this code; from any number, a few tries a day. */
  cancelByCode(request: { sender: Sender; turnId: string; code: Secret }): Promise<Change | null>;
}

/** Where a case stands, by the only truth there is. */
export interface Standing {
  caseId: string;
  ref: string;
  state: CaseState;
  control: CaseControl;
  /** grows at every change of speaker or agent */
  epoch: string;
  version: number;
  dueAt: Date;
  /** where the bot goes on, once it has the word */
  step: Resumable | null;
  endReason: EndReason | null;
  /** of the agent who has it */
  alias: string | null;
}

/** A participant as the bot showed them: masked. */
export interface KnownPerson {
  name: string;
  email: string | null;
  mobileNumber: string | null;
  segment: string;
  membershipStatus: string;
}

/** How many wait before a case, and how long that takes as far as the last hours tell; minutes null: nobody knows. */
export interface QueuePlace {
  place: number;
  minutes: number | null;
}

/** What the conversation of a case is told. */
export interface CaseProjection {
  sender: Sender;
  /** when they last wrote */
  heardAt: Date;
  /** of the newest case of that conversation */
  standing: Standing;
  place: QueuePlace | null;
  /** `offline`: when it is queued again */
  opensAt: Date | null;
  /** an agent has had it before */
  wasClaimed: boolean;
  /** nobody asked for it in the chat, and no agent has had it: its end is no news there */
  isReview: boolean;
}

export type OpenedCase =
  | { result: 'opened'; standing: Standing; isNew: boolean; place: QueuePlace | null; opensAt: Date | null }
  /** too often today */
  | { result: 'limited' };

/** One line of the bot's part, short because it is kept with the place: moment, prompt, meaning of the answer, text. */
export type StepTaken = [at: number, prompt: string, answer: string, ...text: string[]];

export interface KeptMedia {
  kind: string;
  contentType: string;
  /** never fetched before an agent asks */
  url: string;
}

/** What became of asking for an attachment; `refused`: not ours to ask for, of a type that is not let through, too large. */
export type FetchedMedia =
  | { result: 'found'; contentType: string; bytes: Buffer }
  | { result: 'gone' }
  | { result: 'refused'; why: 'address' | 'type' | 'size' };

/** Attachments of participants, where the gateway keeps them. */
export interface MediaSource {
  /** @throws UnavailableError `unavailable` */
  fetch(url: string, signal?: AbortSignal): Promise<FetchedMedia>;
}

/**
 * A contact that a participant shared, as vCard; deleted at the gateway once it is read.
 * @returns null: it cannot be had; never throws
 */
export type ReadCard = (url: string) => Promise<string | null>;

/** Cases as the conversation meets them. All throw UnavailableError. */
export interface Cases {
  /** Opens the one case of a conversation, or finds the open one; kills live challenges in the same transaction. */
  open(request: {
    caseId: string;
    sender: Sender;
    participantId: string | null;
    known: KnownPerson | null;
    reason: string;
    /** the prompt at which the participant was */
    step: string;
  }): Promise<OpenedCase>;
  /** The open case of the conversation, else its last one; null: there was none, and the bot speaks. */
  standing(conversation: string): Promise<Standing | null>;
  /** null: nobody writes there yet */
  projection(caseId: string): Promise<CaseProjection | null>;
  /**
   * Keeps what the participant writes, redacted, once a message; brings a parked case back.
   * @param secretAsked  the bot asked for a code or a PIN
   * @returns where the case stands then; null: the conversation has no open case
   */
  keepMessage(request: {
    sender: Sender;
    messageId: string;
    text: string;
    kind: string;
    media: readonly KeptMedia[];
    secretAsked: boolean;
  }): Promise<Standing | null>;
  /** Keeps the bot's last steps with a case; once. */
  keepSteps(caseId: string, steps: readonly StepTaken[]): Promise<void>;
  place(conversation: string): Promise<QueuePlace | null>;
  /** The participant leaves the queue, or ends the talk. @returns where the case stands then */
  leave(request: { sender: Sender; turnId: string; event: 'leave' | 'finish' }): Promise<Standing | null>;
  /** Whether that turn itself has moved the case: it was answered by nobody yet, and is taken once more where it was. */
  wasMovedBy(caseId: string, turnId: string): Promise<boolean>;
  /** A step that the bot runs for an agent; an end gives the word back. @returns where the case stands then */
  noteStep(request: {
    sender: Sender;
    turnId: string;
    prompt: string;
    notice: string | null;
    triesLeft: number | null;
    ended: 'done' | 'stuck' | null;
    /** whom the chat has identified by now */
    identified: { participantId: string; known: KnownPerson } | null;
  }): Promise<Standing | null>;
  /** A case word of somebody who calls: binds the case to this conversation, once. */
  bindWord(request: {
    sender: Sender;
    turnId: string;
    word: string;
  }): Promise<{ result: 'bound'; standing: Standing } | { result: 'unknown' } | { result: 'limited' }>;
  /** The participant said stop: nothing may be written to them. */
  optOut(sender: Sender): Promise<void>;
}

/** A known message id came with another content. */
export interface AlteredMessages {
  /** Raises an alarm and keeps it. @throws UnavailableError `unavailable` */
  note(altered: { conversation: string; turnId: string }): Promise<void>;
}

/** What a gateway has kept of a message is emptied there. */
export interface Redactions {
  /** Durable when it resolves. @throws UnavailableError `unavailable` */
  request(messageId: string): Promise<void>;
}

export interface OptOuts {
  record(sender: Sender, action: 'stop' | 'start'): Promise<void>;
  /** whether this phone number said stop on that channel */
  isStopped(channel: Channel, phone: string): Promise<boolean>;
}

export interface Clock {
  /** milliseconds since 1970 */
  now(): number;
}
