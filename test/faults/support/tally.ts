// What a campaign did and what it found: every zero stands beside its n.
import type { Findings } from './invariants.ts';

export interface Tally {
  conversations: number;
  messages: number;
  kills: number;
  faults: number;
  lost: string[];
  double: string[];
  stuck: string[];
  wrong: string[];
  doubledTexts: number;
  /** conversations that ended at a limit of the policy, and were told so */
  limited: number;
  /** the longest wait for jobs after a run */
  settledAfterMs: number;
}

export const emptyTally = (): Tally => ({
  conversations: 0,
  messages: 0,
  kills: 0,
  faults: 0,
  lost: [],
  double: [],
  stuck: [],
  wrong: [],
  doubledTexts: 0,
  limited: 0,
  settledAfterMs: 0,
});

export function addFindings(tally: Tally, findings: Findings): void {
  tally.lost.push(...findings.lost);
  tally.double.push(...findings.double);
  tally.stuck.push(...findings.stuck);
  tally.wrong.push(...findings.wrong);
  tally.doubledTexts += findings.doubledTexts;
  tally.settledAfterMs = Math.max(tally.settledAfterMs, findings.settledAfterMs);
}

export function addTally(sum: Tally, one: Tally): void {
  for (const key of ['conversations', 'messages', 'kills', 'faults', 'doubledTexts', 'limited'] as const) {
    sum[key] += one[key];
  }
  for (const key of ['lost', 'double', 'stuck', 'wrong'] as const) sum[key].push(...one[key]);
  sum.settledAfterMs = Math.max(sum.settledAfterMs, one.settledAfterMs);
}

/** What may not be, whatever the campaign. */
export const breachesOf = ({ lost, double, stuck, wrong }: Tally) => ({ lost, double, stuck, wrong });
export const noBreach = { lost: [], double: [], stuck: [], wrong: [] };

/** Printed, so that each run can be replayed and each zero judged. */
export function report(name: string, seed: number, tally: Tally): void {
  const { lost, double, stuck, wrong, ...counts } = tally;
  const breaches = { lost: lost.length, double: double.length, stuck: stuck.length, wrong: wrong.length };
  process.stdout.write(`${name}: FAULT_SEED=${seed} ${JSON.stringify({ ...counts, ...breaches })}\n`);
  for (const breach of [...lost, ...double, ...stuck, ...wrong]) process.stdout.write(`  ${breach}\n`);
}
