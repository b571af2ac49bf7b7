// How many codes may leave: per target, participant, sender and in all. Counted from the challenges themselves.
import { sql } from 'kysely';
import type { Policy } from '#src/policy.ts';
import type { Trx } from './database.ts';
import { day, fullUntil, hour, latest } from './windows.ts';

export interface Sending {
  conversation: string;
  participants: string[];
  fromRegistered: boolean;
  /** the target's keyed hashes */
  targets: string[];
}

/** @returns when this sending is possible; null: now */
export async function sendLimitedUntil(trx: Trx, policy: Policy, sending: Sending): Promise<Date | null> {
  const { send } = policy;
  const toTarget = sql<boolean>`target = any(${sending.targets})`;
  const fromSender = sql<boolean>`conversation = ${sending.conversation}`;
  const ofParticipant = sql<boolean>`participant = any(${sending.participants})
    and from_registered = ${sending.fromRegistered}`;
  const anyone = sql<boolean>`true`;
  const full = (where: typeof anyone, limit: number, seconds: number) =>
    fullUntil(trx, { table: 'challenges', where, limit, seconds });
  return latest([
    await full(toTarget, send.perTarget15Min, hour / 4),
    await full(toTarget, send.perTargetDay, day),
    await full(ofParticipant, send.perParticipantDay, day),
    await full(fromSender, send.perSenderDay, day),
    await targetsFullUntil(trx, sending, send.targetsPerSenderDay),
    await full(anyone, send.globalPerHour, hour),
    await full(anyone, send.globalPerDay, day),
  ]);
}

/** A sender reaches few different targets a day; the ones it has reached stay open to it. */
async function targetsFullUntil(trx: Trx, { conversation, targets }: Sending, limit: number): Promise<Date | null> {
  const { rows } = await sql<{ until: Date }>`
    select max(created_at) + make_interval(secs => ${day}) as until from challenges
    where conversation = ${conversation} and not (target = any(${targets}))
      and created_at > now() - make_interval(secs => ${day})
    group by target order by until desc offset ${limit - 1} limit 1`.execute(trx);
  return rows[0]?.until ?? null;
}
