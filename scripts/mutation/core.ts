// The security core: codes, PIN, policy, webhooks, encryption and audit, each file with the tests that have to notice
// every change of it, the quickest first.
export const securityCore: Record<string, string[]> = {
  'src/seal.ts': ['test/platform/seal.test.ts'],
  'src/policy.ts': ['test/platform/policy.test.ts'],
  'src/twilio/verify.ts': ['test/twilio/verify.test.ts'],
  'src/twilio/form.ts': ['test/twilio/form.test.ts', 'test/twilio/parse.test.ts'],
  'src/twilio/parse.ts': ['test/twilio/parse.test.ts'],
  'src/conversation/actors/check-pin.ts': ['test/conversation/check-pin.test.ts'],
  'src/records/windows.ts': ['test/records/windows.test.ts'],
  'src/records/code-hashes.ts': ['test/records/kept-hashes.test.ts'],
  'src/records/guess-limits.ts': ['test/records/challenges.test.ts'],
  'src/records/guesses.ts': ['test/records/challenges.test.ts', 'test/records/warnings.test.ts'],
  'src/records/send-limits.ts': [
    'test/records/send-limits.test.ts',
    'test/security/spend.test.ts',
    'test/deliveries/gateway-alarms.test.ts',
  ],
  'src/records/recover-code.ts': ['test/records/send-limits.test.ts', 'test/records/sending.test.ts'],
  'src/records/refused-values.ts': ['test/records/suspicion.test.ts'],
  'src/records/challenges.ts': [
    'test/records/challenges.test.ts',
    'test/records/send-limits.test.ts',
    'test/records/sending.test.ts',
    'test/security/spend.test.ts',
  ],
  'src/records/attempts.ts': [
    'test/records/attempts.test.ts',
    'test/records/suspicion.test.ts',
    'test/records/warnings.test.ts',
  ],
  'src/records/warnings.ts': ['test/records/warnings.test.ts'],
  'src/records/suspicion.ts': ['test/records/suspicion.test.ts'],
  'src/records/pin-pages.ts': ['test/records/pin-pages.test.ts', 'test/http/pin-page.test.ts'],
  'src/records/confirm-change.ts': [
    'test/records/changes.test.ts',
    'test/records/suspicion.test.ts',
    'test/records/hold-reminder.test.ts',
  ],
  'src/records/audit.ts': [
    'test/security/audit-kinds.test.ts',
    'test/records/kept-hashes.test.ts',
    'test/security/audit-chain.test.ts',
  ],
  'src/records/audit-chain.ts': ['test/security/audit-chain.test.ts'],
};
