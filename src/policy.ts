// Every figure of the product that is a matter of policy, with its source. Each is also a setting:
// `otp.lifeSeconds` is `POLICY_OTP_LIFE_SECONDS`. A value outside the allowed range stops the start.
// 63B = NIST SP 800-63B-4, ASVS = OWASP ASVS 5.0, PDP = UU 27/2022; own = our judgement.
import { z } from 'zod';

const between = (low: number, high: number, fallback: number) =>
  z.coerce.number().int().min(low).max(high).default(fallback);

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
    /** three times the busiest hour and twice the day of 30,000 codes a day; own */
    globalPerHour: between(1, 13_500, 13_500),
    globalPerDay: between(1, 60_000, 60_000),
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
  }),
  hold: z.object({
    /** own; PDP 30 wants a correction within 3x24 h of the request */
    hours: between(0, 72, 24),
    applyBeforeHours: between(1, 72, 70),
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
    keepDays: between(1, 90, 90),
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
  }),
  loop: z.object({
    /** After so many replies without progress the bot offers Care Center 165; own */
    noProgress: between(2, 5, 5),
  }),
  case: z.object({
    requestsPerDay: between(1, 10, 3),
    /** PDP 30: 3x24 h, said to the participant as the time by which the case is settled */
    dueHours: between(1, 72, 72),
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
