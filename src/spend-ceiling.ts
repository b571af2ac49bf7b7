// The most that sending codes can cost, whoever attacks: a number for the operator, computed from the policy alone.
import { Policy } from './policy.ts';

export interface SpendCeiling {
  codesPerHour: number;
  codesPerDay: number;
  rupiahPerDay: number;
  /** the figures are ours, not yet measured traffic */
  isUnmeasured: boolean;
}

const defaults = Policy.shape.send.parse({});

/**
 * Codes are what a stranger can cause; notices need a right PIN, and so a participant, first. A code is one SMS of one
 * segment (`test/machines/copy`), and one whose sending got no answer is counted again when it is sent again.
 */
export function spendCeiling({ send }: Policy): SpendCeiling {
  const { globalPerHour, globalPerDay, rupiahPerSms } = send;
  const codesPerDay = Math.min(globalPerDay, 24 * globalPerHour);
  return {
    codesPerHour: Math.min(globalPerHour, globalPerDay),
    codesPerDay,
    rupiahPerDay: codesPerDay * rupiahPerSms,
    isUnmeasured: globalPerHour === defaults.globalPerHour && globalPerDay === defaults.globalPerDay,
  };
}
