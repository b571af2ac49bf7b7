// Attempts that are counted per person and day: looking somebody up, and the PIN. Each row is there before the directory
// is asked, so that a crash, a timeout or 200 messages at once never give one more.
import { type RawBuilder, sql } from 'kysely';
import type { Attempts, PinLimit } from '#src/conversation/ports.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal } from '#src/seal.ts';
import { noteAltered } from './altered-messages.ts';
import type { Audit } from './audit.ts';
import type { Database, Trx } from './database.ts';
import type { Hashes } from './hashes.ts';
import { lockAll } from './locks.ts';
import { sprayed } from './suspicion.ts';
import type { Warnings } from './warnings.ts';
import { day, fullUntil } from './windows.ts';

interface Needs {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  audit: Audit;
  warnings: Pick<Warnings, 'note'>;
  policy: Policy;
  /** an alarm: a known message asks for another number */
  onAltered?: ((turnId: string) => void) | undefined;
  /** an alarm: PINs are being tried on many participants, lately on so many */
  onSprayed?: (participants: number) => void;
}

/** So long an answer of the directory may still come to a process that was killed; then nobody will hear it. */
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
  onAltered,
}: Needs): Pick<Attempts, 'identify' | 'identified' | 'unanswered'> {
  const failed = sql<boolean>`(outcome = 'notMatched'
    or (outcome is null and created_at > now() - make_interval(secs => ${answerSeconds})))`;

  async function limitOf(
    trx: Trx,
    conversation: string,
    identifier: string,
  ): Promise<'limited' | 'numberLimited' | null> {
    const { perSenderDay, perIdentifierDay, identifiersPerSenderMonth } = policy.identify;
    const bySender = sql<boolean>`conversation = ${conversation}`;
    const byIdentifier = sql<boolean>`identifier = ${identifier}`;
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
        const identifier = seal.index('identifier', number);
        await lockAll(trx, [sender.conversation, identifier]);
        const seen = await trx
          .selectFrom('identify_attempts')
          .select('identifier')
          .where('attempt_id', '=', attemptId)
          .executeTakeFirst();
        if (seen !== undefined && seen.identifier !== identifier) {
          await noteAltered(trx, { audit, onAltered }, { ...sender, turnId: attemptId });
          return 'limited';
        }
        if (seen !== undefined) return 'repeated';
        const actor = `conversation:${sender.conversation}`;
        const limit = await limitOf(trx, sender.conversation, identifier);
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
          .where((row) => row.or([row('outcome', 'is', null), row('outcome', '=', 'noAnswer')]))
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

    async unanswered(attemptId) {
      await database.transaction((trx) =>
        trx
          .updateTable('identify_attempts')
          .set({ outcome: 'noAnswer' })
          .where('attempt_id', '=', attemptId)
          .where('outcome', 'is', null)
          .execute(),
      );
    },
  };
}

function createPinAttempts({
  database,
  hashes,
  audit,
  warnings,
  policy,
  onSprayed,
}: Needs): Pick<Attempts, 'pin' | 'pinChecked'> {
  // `locked`, `notSet` and `withheld` were not compared with any PIN; no verdict yet, and none at all, may have been.
  const failed = sql<boolean>`(verdict is null or verdict in ('wrong', 'noAnswer'))`;

  /** The PINs that may still be tried with this code, or why there is none. */
  async function room(
    trx: Trx,
    { challengeId, ofParticipant }: { challengeId: string; ofParticipant: RawBuilder<boolean> },
  ): Promise<number | PinLimit> {
    const { consecutive, perDay, perFlow } = policy.pin;
    const { rows } = await sql<{ since_right: number; today: number; in_flow: number }>`
      select
        count(*) filter (where ${ofParticipant} and created_at > greatest(
          coalesce((select max(created_at) from pin_attempts where ${ofParticipant} and verdict = 'ok'), '-infinity'),
          -- lifted by a supervisor
          coalesce((select max(created_at) from lock_lifts where participant = pin_attempts.participant),
            '-infinity')))::int as since_right,
        count(*) filter (where ${ofParticipant} and created_at > now() - make_interval(secs => ${day}))::int as today,
        count(*) filter (where challenge_id = ${challengeId})::int as in_flow
      from pin_attempts where (${ofParticipant} or challenge_id = ${challengeId}) and ${failed}
    `.execute(trx);
    const { since_right = 0, today = 0, in_flow = 0 } = rows[0] ?? {};
    if (since_right >= consecutive) return { result: 'limited', until: null };
    if (today >= perDay) {
      const where = sql<boolean>`${ofParticipant} and ${failed}`;
      return {
        result: 'limited',
        until: await fullUntil(trx, { table: 'pin_attempts', where, limit: perDay, seconds: day }),
      };
    }
    if (in_flow >= perFlow) return { result: 'spent' };
    return Math.min(consecutive - since_right, perDay - today, perFlow - in_flow);
  }

  const ofParticipant = (participant: string, fromRegistered: boolean) =>
    sql<boolean>`(participant = ${participant} and from_registered = ${fromRegistered})`;

  async function inFlight(trx: Trx, participant: string): Promise<number> {
    const { rows } = await sql<{ others: number }>`
      select count(*)::int as others from pin_attempts where participant = ${participant}
        -- one that got no answer in time may still be compared
        and (verdict is null or verdict = 'noAnswer') and created_at > now() - make_interval(secs => ${answerSeconds})`.execute(
      trx,
    );
    return rows[0]?.others ?? 0;
  }

  return {
    pin: ({ attemptId, challengeId, sender, participantId, fromRegistered }) =>
      database.transaction(async (trx) => {
        const participant = hashes.participant(participantId);
        await lockAll(trx, [participant]);
        const seen = await trx
          .selectFrom('pin_attempts')
          .select('verdict')
          .where('attempt_id', '=', attemptId)
          .executeTakeFirst();
        if (seen !== undefined) return { result: 'repeated', verdict: seen.verdict };
        const entry = { actor: `conversation:${sender.conversation}`, subject: participant };
        const details = { fromRegistered };
        const left = await room(trx, { challengeId, ofParticipant: ofParticipant(participant, fromRegistered) });
        if (typeof left === 'object') {
          await audit(trx, { ...entry, event: 'pin.limited', refs: { attemptId, challengeId }, details });
          return left;
        }
        const others = await inFlight(trx, participant);
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
        return { result: 'counted', inFlight: others };
      }),

    pinChecked: ({ attemptId, sender, participantId, verdict, isLast, field, value }) =>
      database.transaction(async (trx) => {
        const recorded = await trx
          .updateTable('pin_attempts')
          .set({ verdict, checked_at: sql<Date>`now()` })
          .where('attempt_id', '=', attemptId)
          .where('verdict', 'is', null)
          .executeTakeFirst();
        if (recorded.numUpdatedRows === 1n) {
          await audit(trx, {
            actor: `conversation:${sender.conversation}`,
            event: 'pin.checked',
            subject: hashes.participant(participantId),
            refs: { attemptId },
            details: { verdict },
          });
          const spray = verdict === 'wrong' ? await sprayed(trx, policy, sender) : null;
          if (spray !== null) {
            onSprayed?.(spray.participants);
            await audit(trx, {
              actor: `conversation:${sender.conversation}`,
              event: 'pin.sprayed',
              subject: null,
              refs: { attemptId },
              details: spray,
            });
          }
        }
        const attempt = await trx
          .selectFrom('pin_attempts')
          .select(['challenge_id', 'from_registered'])
          .where('attempt_id', '=', attemptId)
          .executeTakeFirstOrThrow();
        const left = await room(trx, {
          challengeId: attempt.challenge_id,
          ofParticipant: ofParticipant(hashes.participant(participantId), attempt.from_registered),
        });
        const isLocked = isLast || (typeof left === 'object' && left.result === 'limited');
        if (recorded.numUpdatedRows === 1n && verdict === 'wrong' && isLocked) {
          await warnings.note(trx, { guessId: attemptId, guessed: 'pin', sender, participantId, field, value });
        }
        return typeof left === 'object' ? left : { result: 'open', triesLeft: left };
      }),
  };
}
