// Every figure of the product that is a matter of policy, with its source. Each is also a setting:
// `otp.lifeSeconds` is `POLICY_OTP_LIFE_SECONDS`. A value outside the allowed range stops the start.
// 63B = NIST SP 800-63B-4, ASVS = OWASP ASVS 5.0, PDP = UU 27/2022; own = our judgement.
import { z } from 'zod';

const between = (low: number, high: number, fallback: number) => {
  const asked = `is not valid: put a whole number from ${low} to ${high}`;
  return z.coerce.number(asked).int(asked).min(low, asked).max(high, asked).default(fallback);
};

const oneOf = <const Words extends readonly string[]>(words: Words, fallback: Words[number]) =>
  z.enum(words, `is not valid: put ${words.join(' or ')}`).default(fallback as NoInfer<Words[number]>);

export const Policy = z.object({
  otp: z.object({
    /** ASVS 6.5.4 */
    digits: between(6, 8, 6),
    /** 63B 3.1.3.2, ASVS 6.5.5: at most ten minutes */
    lifeSeconds: between(120, 600, 600),
    /** 63B 3.2.2, Twilio 60202 */
    triesPerChallenge: between(3, 5, 5),
    /** own, below 63B 3.2.2 */
    failuresPerDay: between(1, 20, 10),
    /** 63B 3.2.2 allows 100 */
    failuresUntilDisabled: between(1, 100, 30),
    /** Waits before the 2nd, 3rd and each later sending; Twilio's retry advice starts at 30 s and grows. */
    resendWait1Seconds: between(30, 600, 30),
    resendWait2Seconds: between(30, 600, 60),
    resendWait3Seconds: between(30, 600, 120),
  }),
  send: z.object({
    /** Twilio 60203; OWASP API4 */
    perTarget15Min: between(1, 3, 3),
    perTargetDay: between(1, 5, 5),
    perParticipantDay: between(1, 5, 5),
    perSenderDay: between(1, 5, 5),
    targetsPerSenderDay: between(1, 3, 3),
    /** Codes of the last 10 minutes to numbers with the same eight first digits that nobody has typed; own */
    unverifiedPerPrefix8: between(1, 10, 10),
    /** Of the last so many codes to such a block of numbers at least that share is typed, else it stops; own */
    conversionOf: between(10, 50, 50),
    conversionFloorPercent: between(30, 90, 30),
    /** After Twilio suspected fraud with a block of numbers (its 30450); as long as its own block, its page on 60410 */
    pumpedPrefixHours: between(12, 72, 12),
    /** Of the last so many SMS of a day at most that share was filtered by carriers (Twilio 30007), else an alarm; own */
    filteredOf: between(10, 500, 50),
    filteredCeilingPercent: between(2, 50, 10),
    /** three times the busiest hour and twice the day of 30,000 codes a day; own */
    globalPerHour: between(1, 13_500, 13_500),
    globalPerDay: between(1, 60_000, 60_000),
    /** For the ceiling of a day's cost alone; an assumption, put your contract's price here */
    rupiahPerSms: between(0, 100_000, 7_500),
  }),
  /** Letters that a stranger can cause: the tries at a code or the PIN were used up (security.md A13); own */
  warn: z.object({
    perParticipantDay: between(1, 10, 2),
    /** beyond it mailboxes alone are told; in the ceiling of a day's cost */
    smsPerDay: between(0, 10_000, 1_000),
  }),
  identify: z.object({
    /** own */
    perSenderDay: between(1, 5, 5),
    perIdentifierDay: between(1, 10, 10),
    identifiersPerSenderMonth: between(1, 20, 20),
    /** A failed look-up is answered on this grid, so that its time tells nothing. */
    replyGridMs: between(0, 3_000, 100),
  }),
  pin: z.object({
    /** No source states the length of the Mobile JKN PIN. */
    digits: between(4, 8, 6),
    perFlow: between(1, 3, 3),
    perDay: between(1, 5, 5),
    consecutive: between(1, 10, 10),
    /** From a stranger's sender the directory's last attempts are never used, so nobody locks another's PIN here. */
    keepDirectoryAttempts: between(0, 5, 1),
    /** the one-time page; own */
    pageLifeSeconds: between(60, 600, 300),
    /** whether the PIN may be typed in the chat as well, for whoever has no browser */
    chatEntry: z.stringbool({ error: 'is not valid: put true or false' }).default(true),
  }),
  /** security.md A12: from so many on, the registered number alone proves nothing; own */
  spray: z.object({
    /** participants with a wrong PIN within ten minutes */
    participants10Min: between(1, 20, 20),
    /** the same from one sender within a day */
    participantsPerSenderDay: between(1, 3, 3),
  }),
  proof: z.object({
    /** The From of an SMS can be forged. `page`: it counts only with a PIN typed on the page whose link went there. */
    smsFrom: oneOf(['trust', 'page'], 'trust'),
  }),
  change: z.object({
    /** So often a participant hears that a value cannot be registered; own */
    valueInUsePerDay: between(1, 3, 3),
  }),
  hold: z.object({
    /** own; PDP 30 wants a correction within 3x24 h of the request */
    hours: between(0, 72, 24),
    applyBeforeHours: between(1, 72, 70),
    /** cancel codes that one sender may get wrong; own */
    cancelCodesPerDay: between(1, 20, 10),
    /** A hold that ends without a word of an old contact. `fourEyes`: two people of Care Center 165 have to approve; own */
    withoutOldContact: oneOf(['apply', 'fourEyes'], 'apply'),
    /** between proposal and approval; ASVS 2.3.5, own */
    exceptionMinutes: between(5, 60, 30),
    exceptionsPerDay: between(1, 50, 5),
  }),
  revert: z.object({
    /** So long an old contact point can say that it was not them; 63B 4.6, own */
    days: between(0, 30, 7),
  }),
  session: z.object({
    placeHours: between(1, 24, 24),
    /** 63B 2.2.3; longer than OWASP's 2 to 5 min because a code lives 10 */
    identifiedIdleMinutes: between(10, 30, 15),
    identifiedMaxMinutes: between(10, 60, 60),
  }),
  ids: z.object({
    inSession: between(4, 64, 32),
    repliesInSession: between(1, 8, 4),
    /** no less than the longest window that is counted: `identify.identifiersPerSenderMonth` */
    keepDays: between(30, 90, 90),
  }),
  keep: z.object({
    /** What a code was bound to; PDP 42-45, own */
    challengeHours: between(24, 72, 24),
    /** A new value that was not applied, and where a notice went; PDP 42-45, own */
    valueHours: between(1, 72, 24),
    /** Old contact points after a change: longer than anybody may report it; PDP 42-45, own */
    oldContactDays: between(8, 90, 30),
    /** What was written to Care Center 165, after its case was closed; PDP 42-45, own */
    transcriptDays: between(1, 90, 90),
  }),
  redact: z.object({
    /** A text that still stands at Twilio after that raises an alarm; own */
    alarmMinutes: between(1, 60, 15),
  }),
  webhook: z.object({
    maxKilobytes: between(1, 64, 64),
    maxKeys: between(20, 100, 100),
  }),
  budget: z.object({
    /** Twilio gives up at 15 s (its 11205); ours ends well before. */
    turnMs: between(1_000, 10_000, 8_000),
    redisMs: between(50, 2_000, 250),
    postgresMs: between(100, 5_000, 2_000),
    directoryMs: between(100, 3_000, 3_000),
    twilioMs: between(500, 10_000, 5_000),
    smtpMs: between(500, 10_000, 5_000),
    /** For telling an external desk one event; its job is given up after 15 s. */
    deskMs: between(500, 10_000, 8_000),
  }),
  jobs: z.object({
    /** A message that was opened so often without an end is set aside (security.md I5). */
    poisonOpens: between(2, 5, 3),
    /** What is not done after that raises an alarm; own */
    stuckMinutes: between(1, 60, 15),
  }),
  server: z.object({
    /** own: at 20 messages a second and the full budget of a turn, with as much again to spare */
    turnsAtOnce: between(4, 5_000, 320),
    /** security.md J4, B8: a heap of fifteen from one person is answered, and a flood takes no place of others; own */
    turnsPerSender: between(2, 100, 16),
    connections: between(10, 20_000, 2_000),
  }),
  directory: z.object({
    /** security.md H5: so many calls without an answer, one after the other, and none is made for a while */
    failures: between(2, 20, 5),
    openSeconds: between(1, 60, 10),
    /** own: at 20 messages a second and a tenth of a second for an answer, ten times the need */
    atOnce: between(1, 200, 40),
  }),
  /** The same for the two providers; a place is held for as long as a text takes, a second at most on a good day; own */
  twilio: z.object({
    failures: between(2, 20, 5),
    openSeconds: between(1, 60, 10),
    atOnce: between(1, 200, 40),
  }),
  smtp: z.object({
    failures: between(2, 20, 5),
    openSeconds: between(1, 60, 10),
    /** connections to the mail server */
    atOnce: between(1, 50, 8),
  }),
  loop: z.object({
    /** After so many replies without progress the bot offers Care Center 165, once in so many minutes; own */
    noProgress: between(2, 5, 5),
    offerMinutes: between(1, 60, 10),
    /** So many replies without progress within so many seconds are no person's: the bot falls silent. Twilio 14107 */
    paceReplies: between(16, 100, 30),
    paceSeconds: between(5, 60, 30),
    silentSeconds: between(5, 300, 30),
  }),
  console: z.object({
    /** CS Session, ASVS 7.3.1: idle and absolute ends of an agent's session */
    idleMinutes: between(2, 15, 15),
    sessionHours: between(1, 8, 8),
  }),
  case: z.object({
    requestsPerDay: between(1, 10, 3),
    /** PDP 30: 3x24 h, said to the participant as the time by which the case is settled */
    dueHours: between(1, 72, 72),
    /** open cases that one agent may have at once; own, as every figure below */
    maxOpen: between(1, 20, 4),
    queueSize: between(1, 2_000, 200),
    queueNotice1Minutes: between(1, 60, 5),
    queueNotice2Minutes: between(1, 120, 15),
    queueMaxMinutes: between(2, 240, 30),
    offerSeconds: between(10, 600, 60),
    firstReplyReminderMinutes: between(1, 30, 3),
    firstReplyMaxMinutes: between(2, 60, 10),
    /** without a sign of life for so long an agent's connection is lost */
    beatSeconds: between(30, 300, 45),
    graceMinutes: between(1, 30, 2),
    graceWithDraftMinutes: between(1, 60, 5),
    silentReminderMinutes: between(1, 120, 15),
    silentParkMinutes: between(5, 600, 60),
    parkMaxHours: between(1, 72, 24),
    stepIdleMinutes: between(1, 60, 10),
    inviteMinutes: between(1, 60, 15),
    wordMinutes: between(1, 60, 10),
    wordTriesPerDay: between(1, 10, 5),
    wrapMinutes: between(1, 60, 2),
    reopenMinutes: between(1, 1_440, 30),
    keptNoticeMinutes: between(1, 60, 5),
    revealsPerHour: between(1, 60, 20),
  }),
});
export type Policy = z.infer<typeof Policy>;

/** `otp.lifeSeconds` -> `POLICY_OTP_LIFE_SECONDS`; digits stand apart: `perTarget15Min` -> `PER_TARGET_15_MIN`. */
export const settingOf = (group: string, key: string): string =>
  `POLICY_${`${group}_${key}`
    .replace(/([a-z])([A-Z0-9])/g, '$1_$2')
    .replace(/([0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()}`;

/**
 * Reads the policy from the environment.
 * @returns the policy, or one complaint a line for each figure out of range
 */
export function readPolicy(env: Record<string, string | undefined>): Policy | { complaints: string[] } {
  const groups = Object.entries(Policy.shape).map(([group, shape]) => {
    const keys = Object.keys(shape.shape).map((key) => [key, env[settingOf(group, key)]] as const);
    return [group, Object.fromEntries(keys.filter(([, value]) => value !== undefined && value !== ''))];
  });
  const parsed = Policy.safeParse(Object.fromEntries(groups));
  if (parsed.success) return parsed.data;
  return {
    complaints: parsed.error.issues.map((issue) => {
      const [group = '', key = ''] = issue.path.map(String);
      return `${settingOf(group, key)}: ${issue.message}`;
    }),
  };
}
