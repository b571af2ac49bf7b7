// Attempts that are counted per person and day: looking somebody up, and the PIN. Each row is there before the directory
// is asked, so that a crash, a timeout or 200 messages at once never give one more.
import { type RawBuilder, sql } from 'kysely';
import type { Attempts } from '#src/conversation/ports.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import type { Database, Trx } from './database.ts';
import type { Hashes } from './hashes.ts';
import { lockAll } from './locks.ts';
import { day, fullUntil } from './windows.ts';

interface Needs {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  audit: Audit;
  policy: Policy;
}

/** A look-up that got no answer told nobody anything: it counts only as long as its answer may still come. */
const answerSeconds = 60;
const monthSeconds = 30 * day;

export function createAttempts(needs: Needs): Attempts {
  return { ...createIdentifyAttempts(needs), ...createPinAttempts(needs) };
}

function createIdentifyAttempts({
  database,
  seal,
  hashes,
  audit,
  policy,
}: Needs): Pick<Attempts, 'identify' | 'identified'> {
  const failed = sql<boolean>`(outcome = 'notMatched'
    or (outcome is null and created_at > now() - make_interval(secs => ${answerSeconds})))`;

  async function limitOf(
    trx: Trx,
    conversation: string,
    identifiers: string[],
  ): Promise<'limited' | 'numberLimited' | null> {
    const { perSenderDay, perIdentifierDay, identifiersPerSenderMonth } = policy.identify;
    const bySender = sql<boolean>`conversation = ${conversation}`;
    const byIdentifier = sql<boolean>`identifier = any(${identifiers})`;
    const table = 'identify_attempts';
    const failures = async (where: RawBuilder<boolean>, limit: number) =>
      (await fullUntil(trx, { table, where: sql`${where} and ${failed}`, limit, seconds: day })) !== null;
    if (await failures(bySender, perSenderDay)) return 'limited';
    const { rows } = await sql<{ others: number }>`
      select count(distinct identifier)::int as others from identify_attempts
      where ${bySender} and not (${byIdentifier}) and created_at > now() - make_interval(secs => ${monthSeconds})
    `.execute(trx);
    if ((rows[0]?.others ?? 0) >= identifiersPerSenderMonth) return 'limited';
    return (await failures(byIdentifier, perIdentifierDay)) ? 'numberLimited' : null;
  }

  return {
    identify: ({ attemptId, sender, number }) =>
      database.transaction(async (trx) => {
        const identifiers = seal.indexes('identifier', number);
        const [identifier = ''] = identifiers;
        await lockAll(trx, [sender.conversation, ...identifiers]);
        const seen = await trx
          .selectFrom('identify_attempts')
          .select('attempt_id')
          .where('attempt_id', '=', attemptId)
          .executeTakeFirst();
        if (seen !== undefined) return 'repeated';
        const actor = `conversation:${sender.conversation}`;
        const limit = await limitOf(trx, sender.conversation, identifiers);
        if (limit !== null) {
          await audit(trx, { actor, event: 'identification.limited', subject: null, refs: { attemptId }, details: {} });
        }
        if (limit === 'limited') return limit;
        await trx
          .insertInto('identify_attempts')
          .values({ attempt_id: attemptId, conversation: sender.conversation, identifier })
          .execute();
        return limit ?? 'counted';
      }),

    async identified({ attemptId, sender, participantId }) {
      await database.transaction(async (trx) => {
        const participant = participantId === null ? null : hashes.participant(participantId);
        const recorded = await trx
          .updateTable('identify_attempts')
          .set({ outcome: participant === null ? 'notMatched' : 'matched', participant })
          .where('attempt_id', '=', attemptId)
          .where('outcome', 'is', null)
          .executeTakeFirst();
        if (recorded.numUpdatedRows === 0n) return;
        await audit(trx, {
          actor: `conversation:${sender.conversation}`,
          event: participant === null ? 'identification.failed' : 'identification.matched',
          subject: participant,
          refs: { attemptId },
          details: { channel: sender.channel },
        });
      });
    },
  };
}

function createPinAttempts({ database, hashes, audit, policy }: Needs): Pick<Attempts, 'pin' | 'pinChecked'> {
  // `locked` and `notSet` were not compared with any PIN; no verdict yet, and none at all, may have been.
  const failed = sql<boolean>`(verdict is null or verdict in ('wrong', 'noAnswer'))`;

  /** When the next PIN is possible; null: not by itself. Undefined: now. */
  async function limit(
    trx: Trx,
    { challengeId, ofParticipant }: { challengeId: string; ofParticipant: RawBuilder<boolean> },
  ): Promise<Date | null | undefined> {
    const table = 'pin_attempts';
    const sinceRight = await sql<{ failures: number; now: Date }>`
      select count(*)::int as failures, now() as now from pin_attempts
      where ${ofParticipant} and ${failed} and created_at > coalesce(
        (select max(created_at) from pin_attempts where ${ofParticipant} and verdict = 'ok'), '-infinity')
    `.execute(trx);
    if ((sinceRight.rows[0]?.failures ?? 0) >= policy.pin.consecutive) return null;
    const dayIsFull = await fullUntil(trx, {
      table,
      where: sql`${ofParticipant} and ${failed}`,
      limit: policy.pin.perDay,
      seconds: day,
    });
    if (dayIsFull !== null) return dayIsFull;
    const flow = await sql<{ failures: number }>`
      select count(*)::int as failures from pin_attempts where challenge_id = ${challengeId} and ${failed}
    `.execute(trx);
    // This code is spent: the next PIN is possible as soon as there is a new one.
    if ((flow.rows[0]?.failures ?? 0) >= policy.pin.perFlow) return sinceRight.rows[0]?.now;
    return undefined;
  }

  return {
    pin: ({ attemptId, challengeId, sender, participantId, fromRegistered }) =>
      database.transaction(async (trx) => {
        const participants = hashes.participants(participantId);
        await lockAll(trx, participants);
        const seen = await trx
          .selectFrom('pin_attempts')
          .select('attempt_id')
          .where('attempt_id', '=', attemptId)
          .executeTakeFirst();
        if (seen !== undefined) return { result: 'repeated' };
        const participant = hashes.participant(participantId);
        const entry = { actor: `conversation:${sender.conversation}`, subject: participant };
        const details = { fromRegistered };
        const ofParticipant = sql<boolean>`participant = any(${participants}) and from_registered = ${fromRegistered}`;
        const until = await limit(trx, { challengeId, ofParticipant });
        if (until !== undefined) {
          await audit(trx, { ...entry, event: 'pin.limited', refs: { attemptId, challengeId }, details });
          return { result: 'limited', until };
        }
        await trx
          .insertInto('pin_attempts')
          .values({
            attempt_id: attemptId,
            challenge_id: challengeId,
            conversation: sender.conversation,
            participant,
            from_registered: fromRegistered,
          })
          .execute();
        await audit(trx, { ...entry, event: 'pin.counted', refs: { attemptId, challengeId }, details });
        return { result: 'counted' };
      }),

    async pinChecked({ attemptId, sender, participantId, verdict }) {
      await database.transaction(async (trx) => {
        const recorded = await trx
          .updateTable('pin_attempts')
          .set({ verdict, checked_at: sql<Date>`now()` })
          .where('attempt_id', '=', attemptId)
          .where('verdict', 'is', null)
          .executeTakeFirst();
        if (recorded.numUpdatedRows === 0n) return;
        await audit(trx, {
          actor: `conversation:${sender.conversation}`,
          event: 'pin.checked',
          subject: hashes.participant(participantId),
          refs: { attemptId },
          details: { verdict },
        });
      });
    },
  };
}
