// How many codes may leave: per target, participant, sender and in all. Counted from the codes themselves.
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
    fullUntil(trx, { table: 'code_sendings', where, limit, seconds });
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

const unverifiedSeconds = 600;

/**
 * Fraud pays by numbers of one block, and nobody types those codes (security.md B4).
 * @param prefix  keyed hash of the block
 * @returns when a code may go there again; null: now
 */
export async function prefixStoppedUntil(trx: Trx, { send }: Policy, prefix: string): Promise<Date | null> {
  const { unverifiedPerPrefix8: limit, conversionOf, conversionFloorPercent } = send;
  const where = sql<boolean>`prefix = ${prefix} and not proved`;
  const unverified = await fullUntil(trx, { table: 'code_sendings', where, limit, seconds: unverifiedSeconds });
  const { rows } = await sql<{ sendings: number; proved: number; until: Date }>`
    select count(*)::int as sendings, count(*) filter (where proved)::int as proved,
      min(created_at) + make_interval(secs => ${day}) as until
    from (select proved, created_at from code_sendings
      where prefix = ${prefix} and created_at > now() - make_interval(secs => ${day})
      order by created_at desc limit ${conversionOf}) as last`.execute(trx);
  const [last] = rows;
  const isPoor =
    last !== undefined && last.sendings >= conversionOf && last.proved * 100 < conversionFloorPercent * last.sendings;
  return latest([unverified, isPoor ? last.until : null]);
}

/**
 * Whoever knows a PIN could ask, value by value, what others have registered (security.md B6).
 * @returns when another new value is possible; null: now
 */
export function valueInUseUntil(trx: Trx, { change }: Policy, participants: string[]): Promise<Date | null> {
  const where = sql<boolean>`participant = any(${participants}) and state = 'refused' and reason = 'valueInUse'`;
  return fullUntil(trx, { table: 'changes', where, limit: change.valueInUsePerDay, seconds: day });
}

/** A sender reaches few different targets a day; the ones it has reached stay open to it. */
async function targetsFullUntil(trx: Trx, { conversation, targets }: Sending, limit: number): Promise<Date | null> {
  const { rows } = await sql<{ until: Date }>`
    select max(created_at) + make_interval(secs => ${day}) as until from code_sendings
    where conversation = ${conversation} and not (target = any(${targets}))
      and created_at > now() - make_interval(secs => ${day})
    group by target order by until desc offset ${limit - 1} limit 1`.execute(trx);
  return rows[0]?.until ?? null;
}
