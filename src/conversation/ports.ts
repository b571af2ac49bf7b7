// What the conversation needs from the world. Every other folder of src/ implements these, and knows no other folder.
import type { MediaKind } from '#machines/events.ts';
import type { Channel, Field, Language, NumberKind } from '#machines/vocabulary.ts';
import type { Secret } from '#src/seal.ts';

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

// --- what goes out -----------------------------------------------------------------------------------------------------

/** How a provider took a message. */
export type SendOutcome =
  | { outcome: 'accepted'; providerId: string }
  /** Not processed; safe to send again after a while. */
  | { outcome: 'busy'; retryAfterMs: number | null }
  /** No answer or a 5xx: it may be on its way. */
  | { outcome: 'unknown' }
  /**
   * Final. `destination`: this number or address can never receive; `policy`: the recipient or a carrier refuses;
   * `configuration`: our own mistake, an alarm. `providerCode` e.g. 21211.
   */
  | { outcome: 'refused'; why: 'destination' | 'policy' | 'configuration'; providerCode: string };

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
  purpose: 'newValue';
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
  /** Counts a PIN before the directory is asked. `limited` names when the next try is possible, null: not by itself. */
  pin(request: {
    attemptId: string;
    challengeId: string;
    sender: Sender;
    participantId: string;
    fromRegistered: boolean;
  }): Promise<{ result: 'counted' } | { result: 'repeated' } | { result: 'limited'; until: Date | null }>;
  pinChecked(request: {
    attemptId: string;
    sender: Sender;
    participantId: string;
    verdict: 'ok' | 'wrong' | 'locked' | 'notSet' | 'noAnswer';
  }): Promise<void>;
}

export type ChangeState = 'confirmed' | 'held' | 'applied' | 'refused' | 'cancelled';

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
  /** The change with that id, or null; how a repeated message finds what it caused. */
  find(changeId: string): Promise<Change | null>;
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
  /** Cancels the held change that this sender asked for, or of which it is an old contact point. */
  cancelHeld(request: { sender: Sender; turnId: string }): Promise<Change | null>;
  /** An old contact point says it was not them: a case opens. @returns the change it is about */
  reportNotMe(request: {
    sender: Sender;
    turnId: string;
    caseId: string;
  }): Promise<{ change: Change; caseRef: string } | null>;
  /** The newest change of this participant that is still held or being processed. */
  openChange(participantId: string): Promise<Change | null>;
}

export interface Cases {
  /** Opens the one case of a conversation, or finds the open one; kills live challenges in the same transaction. */
  open(request: {
    caseId: string;
    sender: Sender;
    participantId: string | null;
    reason: string;
    /** the prompt at which the participant was */
    step: string;
  }): Promise<{ ref: string; dueAt: Date; isNew: boolean } | 'limited'>;
  /** Keeps what the participant writes while the case is open, redacted. */
  keepMessage(request: { sender: Sender; messageId: string; text: string; kind: string }): Promise<void>;
  /** The participant leaves the queue. */
  leave(request: { sender: Sender; turnId: string }): Promise<void>;
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
