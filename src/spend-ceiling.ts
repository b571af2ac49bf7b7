// The most that strangers can make us send, and what it costs, whoever attacks: a number for the operator, computed from the policy alone.
import { Policy } from './policy.ts';

export interface SpendCeiling {
  codesPerHour: number;
  codesPerDay: number;
  /** SMS that warn an old number */
  warningsPerDay: number;
  rupiahPerDay: number;
  /** the figures are ours, not yet measured traffic */
  isUnmeasured: boolean;
}

const defaults = Policy.shape.send.parse({});

/**
 * Codes and warnings are what a stranger can cause; other notices need a right PIN, and so a participant, first. Each is
 * one SMS of one segment (`test/machines/copy`), and a code whose sending got no answer is counted again when it is sent
 * again.
 */
export function spendCeiling({ send, warn }: Policy): SpendCeiling {
  const { globalPerHour, globalPerDay, rupiahPerSms } = send;
  const codesPerDay = Math.min(globalPerDay, 24 * globalPerHour);
  return {
    codesPerHour: Math.min(globalPerHour, globalPerDay),
    codesPerDay,
    warningsPerDay: warn.smsPerDay,
    rupiahPerDay: (codesPerDay + warn.smsPerDay) * rupiahPerSms,
    isUnmeasured: globalPerHour === defaults.globalPerHour && globalPerDay === defaults.globalPerDay,
  };
}
