// The figures of the policy, as /work/shared/security.md and the issues have them: a change of one is meant, never a slip.
import { expect, test } from 'vitest';
import { Policy, readPolicy, settingOf } from '#src/policy.ts';

/** group, key, lowest, highest, default */
const figures: [group: string, key: string, low: number, high: number, fallback: number][] = [
  ['otp', 'digits', 6, 8, 6],
  ['otp', 'lifeSeconds', 120, 600, 600],
  ['otp', 'triesPerChallenge', 3, 5, 5],
  ['otp', 'failuresPerDay', 1, 20, 10],
  ['otp', 'failuresUntilDisabled', 1, 100, 30],
  ['otp', 'resendWait1Seconds', 30, 600, 30],
  ['otp', 'resendWait2Seconds', 30, 600, 60],
  ['otp', 'resendWait3Seconds', 30, 600, 120],
  ['send', 'perTarget15Min', 1, 3, 3],
  ['send', 'perTargetDay', 1, 5, 5],
  ['send', 'perParticipantDay', 1, 5, 5],
  ['send', 'perSenderDay', 1, 5, 5],
  ['send', 'targetsPerSenderDay', 1, 3, 3],
  ['send', 'unverifiedPerPrefix8', 1, 10, 10],
  ['send', 'conversionOf', 10, 50, 50],
  ['send', 'conversionFloorPercent', 30, 90, 30],
  ['send', 'pumpedPrefixHours', 12, 72, 12],
  ['send', 'filteredOf', 10, 500, 50],
  ['send', 'filteredCeilingPercent', 2, 50, 10],
  ['send', 'globalPerHour', 1, 13_500, 13_500],
  ['send', 'globalPerDay', 1, 60_000, 60_000],
  ['send', 'rupiahPerSms', 0, 100_000, 7_500],
  ['warn', 'perParticipantDay', 1, 10, 2],
  ['warn', 'smsPerDay', 0, 10_000, 1_000],
  ['identify', 'perSenderDay', 1, 5, 5],
  ['identify', 'perIdentifierDay', 1, 10, 10],
  ['identify', 'identifiersPerSenderMonth', 1, 20, 20],
  ['identify', 'replyGridMs', 0, 3_000, 100],
  ['pin', 'digits', 4, 8, 6],
  ['pin', 'perFlow', 1, 3, 3],
  ['pin', 'perDay', 1, 5, 5],
  ['pin', 'consecutive', 1, 10, 10],
  ['pin', 'keepDirectoryAttempts', 0, 5, 1],
  ['pin', 'pageLifeSeconds', 60, 600, 300],
  ['spray', 'participants10Min', 1, 20, 20],
  ['spray', 'participantsPerSenderDay', 1, 3, 3],
  ['change', 'valueInUsePerDay', 1, 3, 3],
  ['hold', 'hours', 0, 72, 24],
  ['hold', 'applyBeforeHours', 1, 72, 70],
  ['hold', 'cancelCodesPerDay', 1, 20, 10],
  ['hold', 'exceptionMinutes', 5, 60, 30],
  ['hold', 'exceptionsPerDay', 1, 50, 5],
  ['revert', 'days', 0, 30, 7],
  ['session', 'placeHours', 1, 24, 24],
  ['session', 'identifiedIdleMinutes', 10, 30, 15],
  ['session', 'identifiedMaxMinutes', 10, 60, 60],
  ['ids', 'inSession', 4, 64, 32],
  ['ids', 'repliesInSession', 1, 8, 4],
  ['ids', 'keepDays', 30, 90, 90],
  ['keep', 'challengeHours', 24, 72, 24],
  ['keep', 'valueHours', 1, 72, 24],
  ['keep', 'oldContactDays', 8, 90, 30],
  ['keep', 'transcriptDays', 1, 90, 90],
  ['redact', 'alarmMinutes', 1, 60, 15],
  ['webhook', 'maxKilobytes', 1, 64, 64],
  ['webhook', 'maxKeys', 20, 100, 100],
  ['budget', 'turnMs', 1_000, 10_000, 8_000],
  ['budget', 'redisMs', 50, 2_000, 250],
  ['budget', 'postgresMs', 100, 5_000, 2_000],
  ['budget', 'directoryMs', 100, 3_000, 3_000],
  ['budget', 'twilioMs', 500, 10_000, 5_000],
  ['budget', 'smtpMs', 500, 10_000, 5_000],
  ['budget', 'deskMs', 500, 10_000, 8_000],
  ['jobs', 'poisonOpens', 2, 5, 3],
  ['jobs', 'stuckMinutes', 1, 60, 15],
  ['server', 'turnsAtOnce', 4, 5_000, 320],
  ['server', 'turnsPerSender', 2, 100, 16],
  ['server', 'connections', 10, 20_000, 2_000],
  ['directory', 'failures', 2, 20, 5],
  ['directory', 'openSeconds', 1, 60, 10],
  ['directory', 'atOnce', 1, 200, 40],
  ['twilio', 'failures', 2, 20, 5],
  ['twilio', 'openSeconds', 1, 60, 10],
  ['twilio', 'atOnce', 1, 200, 40],
  ['smtp', 'failures', 2, 20, 5],
  ['smtp', 'openSeconds', 1, 60, 10],
  ['smtp', 'atOnce', 1, 50, 8],
  ['loop', 'noProgress', 2, 5, 5],
  ['loop', 'offerMinutes', 1, 60, 10],
  ['loop', 'paceReplies', 16, 100, 30],
  ['loop', 'paceSeconds', 5, 60, 30],
  ['loop', 'silentSeconds', 5, 300, 30],
  ['console', 'idleMinutes', 2, 15, 15],
  ['console', 'sessionHours', 1, 8, 8],
  ['case', 'requestsPerDay', 1, 10, 3],
  ['case', 'dueHours', 1, 72, 72],
  ['case', 'maxOpen', 1, 20, 4],
  ['case', 'queueSize', 1, 2_000, 200],
  ['case', 'queueNotice1Minutes', 1, 60, 5],
  ['case', 'queueNotice2Minutes', 1, 120, 15],
  ['case', 'queueMaxMinutes', 2, 240, 30],
  ['case', 'offerSeconds', 10, 600, 60],
  ['case', 'firstReplyReminderMinutes', 1, 30, 3],
  ['case', 'firstReplyMaxMinutes', 2, 60, 10],
  ['case', 'beatSeconds', 30, 300, 45],
  ['case', 'graceMinutes', 1, 30, 2],
  ['case', 'graceWithDraftMinutes', 1, 60, 5],
  ['case', 'silentReminderMinutes', 1, 120, 15],
  ['case', 'silentParkMinutes', 5, 600, 60],
  ['case', 'parkMaxHours', 1, 72, 24],
  ['case', 'stepIdleMinutes', 1, 60, 10],
  ['case', 'inviteMinutes', 1, 60, 15],
  ['case', 'wordMinutes', 1, 60, 10],
  ['case', 'wordTriesPerDay', 1, 10, 5],
  ['case', 'wrapMinutes', 1, 60, 2],
  ['case', 'reopenMinutes', 1, 1_440, 30],
  ['case', 'keptNoticeMinutes', 1, 60, 5],
  ['case', 'revealsPerHour', 1, 60, 20],
];

const read = (env: Record<string, string>) => {
  const policy = readPolicy(env);
  if ('complaints' in policy) throw new Error(policy.complaints.join());
  return new Map(
    Object.entries(policy).flatMap(([group, keys]) =>
      Object.entries(keys).map(([key, value]) => [`${group}.${key}`, value]),
    ),
  );
};

test.each(figures)(
  '%s.%s is between %i and %i, and %i where nobody says otherwise',
  (group, key, low, high, fallback) => {
    const setting = settingOf(group, key);
    expect(read({}).get(`${group}.${key}`)).toBe(fallback);
    expect(read({ [setting]: '' }).get(`${group}.${key}`)).toBe(fallback);
    for (const allowed of [low, high])
      expect(read({ [setting]: String(allowed) }).get(`${group}.${key}`)).toBe(allowed);
    for (const refused of [low - 1, high + 1, low + 0.5, 'much']) {
      expect(readPolicy({ [setting]: String(refused) })).toEqual({
        complaints: [`${setting}: is not valid: put a whole number from ${low} to ${high}`],
      });
    }
  },
);

test('no figure is missing here', () => {
  const known = figures.map(([group, key]) => `${group}.${key}`);
  expect([...read({}).keys()].filter((key) => !known.includes(key))).toEqual([
    'pin.chatEntry',
    'proof.smsFrom',
    'hold.withoutOldContact',
  ]);
});

test('what is no figure has its words', () => {
  expect(read({}).get('pin.chatEntry')).toBe(true);
  expect(read({ POLICY_PIN_CHAT_ENTRY: 'false' }).get('pin.chatEntry')).toBe(false);
  expect(read({}).get('proof.smsFrom')).toBe('trust');
  expect(read({ POLICY_PROOF_SMS_FROM: 'page' }).get('proof.smsFrom')).toBe('page');
  expect(read({}).get('hold.withoutOldContact')).toBe('apply');
  expect(read({ POLICY_HOLD_WITHOUT_OLD_CONTACT: 'fourEyes' }).get('hold.withoutOldContact')).toBe('fourEyes');
  expect(readPolicy({ POLICY_PROOF_SMS_FROM: 'never', POLICY_PIN_CHAT_ENTRY: 'perhaps' })).toEqual({
    complaints: expect.arrayContaining([
      expect.stringMatching('^POLICY_PIN_CHAT_ENTRY: '),
      expect.stringMatching('^POLICY_PROOF_SMS_FROM: '),
    ]),
  });
  expect(Policy.shape.otp.parse({}).digits).toBe(6);
});

test('a setting is named after its figure, and digits stand apart', () => {
  expect(settingOf('otp', 'lifeSeconds')).toBe('POLICY_OTP_LIFE_SECONDS');
  expect(settingOf('send', 'perTarget15Min')).toBe('POLICY_SEND_PER_TARGET_15_MIN');
  expect(settingOf('otp', 'resendWait1Seconds')).toBe('POLICY_OTP_RESEND_WAIT_1_SECONDS');
});
