// Every code of twilio.md 7 and what it asks of us. Twilio calls its codes unfit for control flow, yet they are the
// only signal there is: whoever reads this table needs a default for the code that is not in it.

/** The letters P, T, Q and C of twilio.md. */
export type ErrorKind = 'permanent' | 'transient' | 'policy' | 'configuration';

export type Remedy =
  /** our own mistake or the account's: somebody must look */
  | 'alarm'
  | 'log'
  /** the value itself is wrong: ask the participant for it again */
  | 'askAgain'
  | 'otherChannel'
  /** by a carrier: the other channel, and somebody must look when it becomes frequent */
  | 'watchShare'
  /** back off, as often as the life of the text allows */
  | 'slowDown'
  | 'later'
  | 'onceMore'
  /** the recipient opted out: mark the address, never retry */
  | 'suppress'
  /** outside the 24 h window: an approved template, or SMS; retrying the text is always wrong */
  | 'template'
  /** too late for this code: offer a new one */
  | 'newCode'
  /** the account's day is used up: nothing goes out until the window moves */
  | 'untilTomorrow'
  /** suspected pumping: no retry, stop the prefix, alarm */
  | 'stopPrefix'
  /** nobody knows whether it went out (twilio.md 6.2) */
  | 'findOut';

export interface TwilioError {
  kind: ErrorKind;
  remedy: Remedy;
  meaning: string;
}

const rows: [codes: number[], kind: ErrorKind, remedy: Remedy, meaning: string][] = [
  [[20003], 'configuration', 'alarm', 'wrong credentials'],
  [[20404], 'configuration', 'log', 'no such resource'],
  [[20429], 'transient', 'slowDown', 'too many requests at once'],
  [[20500], 'transient', 'findOut', 'internal error: the outcome is unknown'],
  [[21211], 'permanent', 'askAgain', 'invalid To'],
  [
    [21212, 21603, 21606, 21657, 30042, 63007],
    'configuration',
    'alarm',
    'sender missing, not ours, or not allowed there',
  ],
  [[21408], 'configuration', 'alarm', 'country not enabled'],
  [[21608], 'configuration', 'log', 'trial account: To must be verified in the console first'],
  [[21610], 'policy', 'suppress', 'recipient opted out'],
  [[21612], 'permanent', 'otherChannel', 'no route for this From and To'],
  [[21614, 30006], 'permanent', 'askAgain', 'landline'],
  [[21611, 30001], 'transient', 'slowDown', 'queue full'],
  [[21617], 'configuration', 'alarm', 'over 1,600 characters'],
  [[21654, 21655, 21656, 92007, 63027, 63028], 'configuration', 'alarm', 'template: sid, variables, language or count'],
  [[21703, 21704], 'configuration', 'alarm', 'no suitable sender in the service'],
  [[21910], 'configuration', 'alarm', 'From and To are of different channels'],
  [[30002], 'configuration', 'alarm', 'account suspended'],
  [[30003], 'transient', 'later', 'handset off or unreachable'],
  [[30004], 'permanent', 'otherChannel', 'blocked by carrier or recipient'],
  [[30005], 'permanent', 'askAgain', 'number unknown or inactive'],
  [
    [30007, 30022, 30023, 30024, 30025, 30026, 30027, 30028, 30031, 30032, 30033, 30034],
    'policy',
    'watchShare',
    'filtered, unregistered or capped',
  ],
  [[30008], 'transient', 'onceMore', 'unknown'],
  [[30036], 'permanent', 'newCode', 'validity expired'],
  [[30029, 30030], 'configuration', 'alarm', 'redaction asked for, but not enabled'],
  [[30450], 'policy', 'stopPrefix', 'suspected SMS pumping'],
  [[30500], 'transient', 'later', 'Twilio internal'],
  [[63003, 63024], 'permanent', 'otherChannel', 'To is not on WhatsApp, or cannot receive'],
  [[63005, 63013, 63021], 'configuration', 'alarm', 'content refused'],
  [[63015], 'configuration', 'log', 'sandbox not joined'],
  [[63016], 'policy', 'template', 'free text outside the 24 h window'],
  [[63018], 'transient', 'slowDown', "channel rate, or Meta's tier"],
  [[63032, 63049], 'policy', 'otherChannel', 'Meta declines delivery to this person'],
  [[63038], 'policy', 'untilTomorrow', "account's daily limit"],
  [[63051], 'configuration', 'alarm', 'sender unused for about 30 days: register it again'],
  [[11200, 11205, 12300, 14107], 'configuration', 'alarm', 'our endpoint: failure, connect, content type, loop'],
];

const byCode = new Map<number, TwilioError>(
  rows.flatMap(([codes, kind, remedy, meaning]) => codes.map((code) => [code, { kind, remedy, meaning }] as const)),
);

/** The codes that have a row. */
export const knownCodes: readonly number[] = [...byCode.keys()];

/** @returns undefined for a code that Twilio has and the table has not */
export const twilioError = (code: number): TwilioError | undefined => byCode.get(code);
