// How many codes may leave: per target, block of numbers, participant, sender and in all. Counted from the codes
// themselves; all but the sums twice, so that strangers never use up what registered numbers may ask for.
import { sql } from 'kysely';
import type { Policy } from '#src/policy.ts';
import type { AuditEntry } from './audit.ts';
import type { Trx } from './database.ts';
import type { ChallengeNeeds } from './guesses.ts';
import { day, fullUntil, hour, latest } from './windows.ts';

export interface Sending {
  conversation: string;
  participant: string;
  fromRegistered: boolean;
  /** the target's keyed hash */
  target: string;
  /** of the block that a number belongs to; null: a mailbox */
  prefix: string | null;
}

/**
 * Every text meets these, a repeated one too. A block of numbers that is stopped is an alarm.
 * @param entry  what the audit says of it
 * @returns when one more text may leave; null: now
 */
export async function limitedUntil(
  trx: Trx,
  { policy, audit, onSendingStopped }: Pick<ChallengeNeeds, 'policy' | 'audit' | 'onSendingStopped'>,
  { sending, entry }: { sending: Sending; entry: Omit<AuditEntry, 'event'> & { refs: { challengeId: string } } },
): Promise<Date | null> {
  const stopped =
    sending.prefix === null ? null : await prefixStoppedUntil(trx, policy, { ...sending, prefix: sending.prefix });
  if (stopped !== null) {
    onSendingStopped?.(entry.refs.challengeId);
    await audit(trx, { ...entry, event: 'sending.stopped' });
  }
  return latest([stopped, await fullSendingUntil(trx, policy, sending)]);
}

async function fullSendingUntil(trx: Trx, policy: Policy, sending: Sending): Promise<Date | null> {
  const { send } = policy;
  const toTarget = sql<boolean>`target = ${sending.target} and from_registered = ${sending.fromRegistered}`;
  const fromSender = sql<boolean>`conversation = ${sending.conversation}`;
  const ofParticipant = sql<boolean>`participant = ${sending.participant}
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
async function prefixStoppedUntil(
  trx: Trx,
  { send }: Policy,
  { prefix, fromRegistered }: Pick<Sending, 'fromRegistered'> & { prefix: string },
): Promise<Date | null> {
  const { unverifiedPerPrefix8: limit, conversionOf, conversionFloorPercent } = send;
  const toBlock = sql<boolean>`prefix = ${prefix} and from_registered = ${fromRegistered}`;
  const where = sql<boolean>`${toBlock} and not proved`;
  const unverified = await fullUntil(trx, { table: 'code_sendings', where, limit, seconds: unverifiedSeconds });
  const { rows } = await sql<{ sendings: number; proved: number; until: Date }>`
    select count(*)::int as sendings, count(*) filter (where proved)::int as proved,
      min(created_at) + make_interval(secs => ${day}) as until
    from (select proved, created_at from code_sendings
      where ${toBlock} and created_at > now() - make_interval(secs => ${day})
      order by created_at desc limit ${conversionOf}) as last`.execute(trx);
  const [last] = rows;
  const isPoor =
    last !== undefined && last.sendings >= conversionOf && last.proved * 100 < conversionFloorPercent * last.sendings;
  return latest([unverified, isPoor ? last.until : null, await pumpedUntil(trx, send, prefix)]);
}

/** The gateway suspects fraud with that block (Twilio 30450): while it blocks it, a code would only be one text more. */
async function pumpedUntil(trx: Trx, send: Policy['send'], prefix: string): Promise<Date | null> {
  const { rows } = await sql<{ until: Date }>`
    select until from (
      select max(coalesce(undelivered_at, created_at)) + make_interval(hours => ${send.pumpedPrefixHours}) as until
      from challenges where prefix = ${prefix} and 'pumping' in (refused_why, undelivered_why)) as last
    where until > now()`.execute(trx);
  return rows[0]?.until ?? null;
}

/** A sender reaches few different targets a day; the ones it has reached stay open to it. */
async function targetsFullUntil(trx: Trx, { conversation, target }: Sending, limit: number): Promise<Date | null> {
  const { rows } = await sql<{ until: Date }>`
    select max(created_at) + make_interval(secs => ${day}) as until from code_sendings
    where conversation = ${conversation} and target <> ${target}
      and created_at > now() - make_interval(secs => ${day})
    group by target order by until desc offset ${limit - 1} limit 1`.execute(trx);
  return rows[0]?.until ?? null;
}
