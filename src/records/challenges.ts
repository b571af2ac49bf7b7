// One-time codes: who may have one sent, the one sender that takes it, and what became of it. Guesses are in `guesses.ts`.
import { randomInt } from 'node:crypto';
import { sql } from 'kysely';
import type { Challenges, SendOutcome, StartChallenge, StartVerdict } from '#src/conversation/ports.ts';
import { hide } from '#src/seal.ts';
import { closeCopy, openCopy } from './code-copies.ts';
import { hashesOfCode, isCodeOf } from './code-hashes.ts';
import type { Trx } from './database.ts';
import { guessesLimitedUntil } from './guess-limits.ts';
import { type ChallengeNeeds, createGuesses } from './guesses.ts';
import { lockAll } from './locks.ts';
import { maskContact } from './mask-contact.ts';
import { keepOptOut } from './opt-outs.ts';
import { type LostCode, recoverCode, repeatCode } from './recover-code.ts';
import { redactSent } from './redactions.ts';
import { newValueFrom } from './refused-values.ts';
import { limitedUntil } from './send-limits.ts';
import { latest } from './windows.ts';

export interface StoredChallenges extends Challenges {
  /** What the recovery job may still do: `send` it, find out whether it left, wait (`later`), or nothing. */
  recover(challengeId: string): Promise<'send' | 'later' | 'done' | LostCode>;
  /** It had left after all. */
  found(challengeId: string, providerId: string): Promise<void>;
  /** Nobody knows of it. @returns whether the same code may leave once more, counted like any other text */
  repeat(challengeId: string): Promise<boolean>;
  /** What is known of its sending, for whoever came too late to send it. */
  outcomeOf(challengeId: string): Promise<SendOutcome>;
}

/** The turn sends by itself; this long after it, the job looks. */
const recoverySeconds = 15;

export function newCode(digits: number): string {
  return randomInt(10 ** digits)
    .toString()
    .padStart(digits, '0');
}

export function createChallenges(needs: ChallengeNeeds): StoredChallenges {
  const { database, seal } = needs;
  return {
    start: (request) => database.transaction((trx) => start(trx, needs, request)),

    async takeForSending(challengeId) {
      const taken = await database.run((db) =>
        db
          .updateTable('challenges')
          .set({ send_state: 'sending', sending_at: sql<Date>`now()` })
          .where('challenge_id', '=', challengeId)
          .where('send_state', '=', 'queued')
          .where('killed_at', 'is', null)
          .where('proved_at', 'is', null)
          .where('expires_at', '>', sql<Date>`now()`)
          .returning([
            'via',
            'purpose',
            'field',
            'language',
            'copy_sealed',
            sql<number>`ceil(extract(epoch from expires_at - now()))::int`.as('life_seconds'),
          ])
          .executeTakeFirst(),
      );
      if (taken?.copy_sealed == null) return null;
      const { via, purpose, field, language, life_seconds: lifeSeconds } = taken;
      const copy = openCopy(seal, challengeId, taken.copy_sealed);
      return { via, purpose, target: copy.target, code: hide(copy.code), field, language, lifeSeconds };
    },

    async sent(challengeId, outcome) {
      await database.transaction((trx) => recordSending(trx, needs, challengeId, outcome));
      if (outcome.outcome === 'refused' && outcome.why === 'pumping') needs.onPumping?.(challengeId);
    },

    recover: (challengeId) => database.transaction((trx) => recoverCode(trx, needs, challengeId)),

    found: (challengeId, providerId) =>
      database.transaction(async (trx) => {
        const found = await trx
          .updateTable('challenges')
          .set({ send_state: 'accepted', provider_id: providerId, copy_sealed: null })
          .where('challenge_id', '=', challengeId)
          .where('send_state', '=', 'unknown')
          .returning(['participant', 'via'])
          .executeTakeFirst();
        if (found === undefined) return;
        await noteSent(trx, needs, { challengeId, ...found, outcome: 'found' });
        await redactSent(trx, needs.jobs, { ...found, providerId });
      }),

    repeat: (challengeId) => database.transaction((trx) => repeatCode(trx, needs, challengeId)),

    async outcomeOf(challengeId) {
      const sent = await database.run((db) =>
        db
          .selectFrom('challenges')
          .select(['send_state', 'provider_id', 'provider_code', 'refused_why'])
          .where('challenge_id', '=', challengeId)
          .executeTakeFirst(),
      );
      if (sent?.send_state === 'accepted') return { outcome: 'accepted', providerId: sent.provider_id ?? '' };
      if (sent?.send_state === 'refused') {
        return { outcome: 'refused', why: sent.refused_why ?? 'policy', providerCode: sent.provider_code ?? '' };
      }
      return { outcome: 'unknown' };
    },

    ...createGuesses(needs),

    async wasCode(challengeId, typed) {
      const passed = await database.run((db) =>
        db
          .selectFrom('challenges')
          .select(['binding', 'code_hash'])
          .where('challenge_id', '=', challengeId)
          .where('proved_at', 'is not', null)
          .executeTakeFirst(),
      );
      return passed !== undefined && isCodeOf(seal, passed, typed);
    },
  };
}

async function start(trx: Trx, needs: ChallengeNeeds, request: StartChallenge): Promise<StartVerdict> {
  const { hashes, audit, policy, jobs } = needs;
  const { challengeId, sender, fromRegistered, field, target, via } = request;
  const participant = hashes.participant(request.participantId);
  const targetHash = hashes.contact(target);
  // The last one is for the sums over everybody.
  await lockAll(trx, [sender.conversation, participant, targetHash, 'challenges']);

  const known = await trx
    .selectFrom('challenges')
    .select('challenge_id')
    .where('challenge_id', '=', challengeId)
    .executeTakeFirst();
  if (known !== undefined) return { result: 'repeated' };

  const entry = {
    actor: `conversation:${sender.conversation}`,
    subject: participant,
    refs: { challengeId },
    details: { via, field, target: maskContact(field, target), fromRegistered },
  };
  const prefix = via === 'mail' ? null : hashes.numberPrefix(target);
  const sending = { conversation: sender.conversation, participant, fromRegistered, target: targetHash, prefix };
  const guesses = await guessesLimitedUntil(trx, policy, sending);
  const refused = request.purpose === 'newValue' ? await newValueFrom(trx, policy, participant) : null;
  const full = await limitedUntil(trx, needs, { sending, entry });
  const until = guesses.limited ? guesses.until : latest([refused, full]);
  if (guesses.limited || until !== null) {
    await audit(trx, { ...entry, event: 'challenge.limited' });
    return { result: 'limited', until };
  }

  const previous = await lastSending(trx, needs, request);
  if (previous !== null && previous.waitSeconds > 0) return { result: 'wait', seconds: previous.waitSeconds };

  await trx
    .updateTable('challenges')
    .set({ killed_at: sql<Date>`now()`, killed_why: 'newer', copy_sealed: null })
    .where('participant', '=', participant)
    .where('purpose', '=', request.purpose)
    // A stranger who knows NIK and birth date kills strangers' codes, never the owner's.
    .where('from_registered', '=', fromRegistered)
    .where('killed_at', 'is', null)
    // What this conversation has proved before goes too: a changed target kills it. Another conversation keeps its proof.
    .where((row) => row.or([row('proved_at', 'is', null), row('conversation', '=', sender.conversation)]))
    .execute();
  await insert(trx, needs, request, { sendings: (previous?.sendings ?? 0) + 1, prefix });
  await audit(trx, { ...entry, event: 'challenge.started' });
  await jobs.send(trx, 'code.send', { challengeId }, { startAfter: recoverySeconds });
  return { result: 'started' };
}

async function insert(
  trx: Trx,
  needs: ChallengeNeeds,
  request: StartChallenge,
  { sendings, prefix }: { sendings: number; prefix: string | null },
): Promise<void> {
  const { seal, hashes, policy } = needs;
  const { challengeId, sender, participantId, purpose, changeId = null, field, target, via } = request;
  const code = newCode(policy.otp.digits);
  await trx
    .insertInto('challenges')
    .values({
      challenge_id: challengeId,
      conversation: sender.conversation,
      participant: hashes.participant(participantId),
      from_registered: request.fromRegistered,
      purpose,
      field,
      via,
      language: sender.language,
      target: hashes.contact(target),
      prefix,
      change_id: changeId,
      ...hashesOfCode(seal, { ...request, conversation: sender.conversation, changeId }, code),
      copy_sealed: closeCopy(seal, challengeId, { target, code }),
      sendings,
      expires_at: sql<Date>`now() + make_interval(secs => ${policy.otp.lifeSeconds})`,
    })
    .execute();
}

/**
 * The code that this one would replace, where it lives and went to the same target: sending again has growing waits.
 * One that the provider refused, or could not deliver, is nothing to wait for.
 */
async function lastSending(
  trx: Trx,
  { hashes, policy }: ChallengeNeeds,
  { sender, participantId, purpose, target }: StartChallenge,
): Promise<{ sendings: number; waitSeconds: number } | null> {
  const last = await trx
    .selectFrom('challenges')
    .select(['sendings', sql<number>`extract(epoch from now() - created_at)::float8`.as('age_seconds')])
    .where('conversation', '=', sender.conversation)
    .where('participant', '=', hashes.participant(participantId))
    .where('purpose', '=', purpose)
    .where('target', '=', hashes.contact(target))
    .where('send_state', '<>', 'refused')
    .where('undelivered_at', 'is', null)
    .where('killed_at', 'is', null)
    .where('proved_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  if (last === undefined) return null;
  const { resendWait1Seconds, resendWait2Seconds, resendWait3Seconds } = policy.otp;
  const waits = [resendWait1Seconds, resendWait2Seconds];
  const wait = waits[last.sendings - 1] ?? resendWait3Seconds;
  return { sendings: last.sendings, waitSeconds: Math.max(0, Math.ceil(wait - last.age_seconds)) };
}

async function recordSending(
  trx: Trx,
  needs: ChallengeNeeds,
  challengeId: string,
  outcome: SendOutcome,
): Promise<void> {
  const isBusy = outcome.outcome === 'busy';
  const sent = await trx
    .updateTable('challenges')
    .set({
      send_state: outcome.outcome === 'busy' ? 'queued' : outcome.outcome,
      provider_id: outcome.outcome === 'accepted' ? outcome.providerId : null,
      provider_code: outcome.outcome === 'refused' ? outcome.providerCode : null,
      refused_why: outcome.outcome === 'refused' ? outcome.why : null,
      // Sent again it is the same code, so that the one that may be on its way is right as well.
      ...(isBusy || outcome.outcome === 'unknown' ? {} : { copy_sealed: null }),
    })
    .where('challenge_id', '=', challengeId)
    .where('send_state', '=', 'sending')
    .returning(['participant', 'via', 'target'])
    .executeTakeFirst();
  if (sent === undefined || isBusy) return;
  if (outcome.outcome === 'refused' && outcome.why === 'optedOut' && sent.via !== 'mail') {
    await keepOptOut(trx, { channel: sent.via, contact: sent.target, action: 'stop' });
  }
  await noteSent(trx, needs, { challengeId, ...sent, outcome: outcome.outcome });
  if (outcome.outcome === 'accepted') await redactSent(trx, needs.jobs, { ...sent, providerId: outcome.providerId });
}

async function noteSent(
  trx: Trx,
  { audit }: ChallengeNeeds,
  {
    challengeId,
    participant,
    via,
    outcome,
  }: { challengeId: string; participant: string; via: string; outcome: string },
): Promise<void> {
  await audit(trx, {
    actor: 'system',
    event: 'challenge.sent',
    subject: participant,
    refs: { challengeId },
    details: { via, outcome },
  });
}
