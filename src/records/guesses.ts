// Guesses at a code: counted and committed first, compared after that, and the verdict kept with the guess. So 200
// guesses at once, a crash in between, or a message delivered again never give one more try than the policy says.
import { type Selectable, sql } from 'kysely';
import type { Challenges, CodeVerdict } from '#src/conversation/ports.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Policy } from '#src/policy.ts';
import type { Seal, Secret } from '#src/seal.ts';
import type { Audit } from './audit.ts';
import { type CodeHashes, isBoundTo, isCodeOf } from './code-hashes.ts';
import type { Database, Trx } from './database.ts';
import { guessesLimitedUntil } from './guess-limits.ts';
import type { Hashes } from './hashes.ts';
import type { Jobs } from './jobs.ts';
import { lockAll } from './locks.ts';
import type { ChallengesTable, CodeAttemptsTable } from './tables.ts';
import type { Warnings } from './warnings.ts';

export interface ChallengeNeeds {
  database: Database;
  seal: Seal;
  hashes: Hashes;
  audit: Audit;
  jobs: Jobs;
  warnings: Pick<Warnings, 'note'>;
  policy: Policy;
  /** a challenge was used where it does not belong: no participant does that */
  onMisuse?: (challengeId: string) => void;
  /** so many codes to a block of numbers were never typed that no more are sent there: somebody may be pumping */
  onSendingStopped?: (challengeId: string) => void;
  /** told of a code that was refused because its block of numbers is suspected of fraud */
  onPumping?: (challengeId: string) => void;
}

type Check = Parameters<Challenges['check']>[0];
type Challenge = Selectable<ChallengesTable>;
type Attempt = Selectable<CodeAttemptsTable>;

/** Either the verdict is known before any comparison, or the guess is counted and may be compared. */
type Counted = { verdict: CodeVerdict } | { challenge: Challenge; attempt: Attempt };

const guessPurpose = 'challenge-guess';
const guessText = ({ attemptId, guess }: Check) => `${attemptId}:${guess.reveal()}`;

export function createGuesses(needs: ChallengeNeeds): Pick<Challenges, 'check'> {
  const { database } = needs;
  return {
    async check(request) {
      const counted = await database.transaction((trx) => count(trx, needs, request));
      if ('verdict' in counted) return counted.verdict;
      await failpoint('guess.afterCount');
      const { challenge, attempt } = counted;
      const older = await database.run((db) => olderCodes(db, challenge));
      const finding = compare(needs, challenge, older, request.guess);
      await failpoint('guess.afterCompare');
      const verdict = await database.transaction((trx) =>
        conclude(trx, needs, { request, challenge, attempt, finding }),
      );
      await failpoint('guess.afterConclude');
      return verdict;
    },
  };
}

async function count(trx: Trx, needs: ChallengeNeeds, request: Check): Promise<Counted> {
  const { seal, hashes, policy, audit, onMisuse } = needs;
  const { challengeId, attemptId, sender, participantId, target } = request;
  const expired: Counted = { verdict: { result: 'expired' } };
  // A participant may have two live codes, at a new and at an old contact point: their guesses are counted together.
  const participant = hashes.participant(participantId);
  await lockAll(trx, [participant]);
  // Whoever has this row is alone with the challenge until the guess is counted.
  const challenge = await trx
    .selectFrom('challenges')
    .selectAll()
    .select(sql<boolean>`expires_at > now()`.as('is_young'))
    .where('challenge_id', '=', challengeId)
    .forUpdate()
    .executeTakeFirst();
  if (challenge === undefined) return expired;

  const changeId = challenge.change_id;
  const bound = { challengeId, conversation: sender.conversation, participantId, target, changeId };
  const isBound = isBoundTo(seal, challenge, { ...challenge, ...bound });
  const entry = {
    actor: `conversation:${sender.conversation}`,
    subject: challenge.participant,
    refs: { challengeId, attemptId },
    details: {},
  };
  const seen = await trx.selectFrom('code_attempts').selectAll().where('attempt_id', '=', attemptId).executeTakeFirst();
  const isSame = seen?.challenge_id === challengeId && seal.matches(guessPurpose, guessText(request), seen.guess_hash);
  if (!isBound || (seen !== undefined && !isSame)) {
    onMisuse?.(challengeId);
    await audit(trx, { ...entry, event: 'challenge.misused' });
    return seen === undefined ? expired : { verdict: wrong(seen.tries_left) };
  }
  if (seen !== undefined) return seen.verdict === null ? { challenge, attempt: seen } : { verdict: recorded(seen) };

  if (challenge.killed_why === 'exhausted') return { verdict: { result: 'exhausted' } };
  if (challenge.killed_at !== null || challenge.proved_at !== null || !challenge.is_young) return expired;
  const limit = await guessesLimitedUntil(trx, policy, { participant, fromRegistered: challenge.from_registered });
  if (limit.limited) {
    await audit(trx, { ...entry, event: 'challenge.limited' });
    return { verdict: { result: 'limited', until: limit.until } };
  }
  if (challenge.tries >= policy.otp.triesPerChallenge) return { verdict: { result: 'exhausted' } };

  const { tries } = await trx
    .updateTable('challenges')
    .set({ tries: sql`tries + 1` })
    .where('challenge_id', '=', challengeId)
    .returning('tries')
    .executeTakeFirstOrThrow();
  const attempt = await trx
    .insertInto('code_attempts')
    .values({
      attempt_id: attemptId,
      challenge_id: challengeId,
      participant: challenge.participant,
      from_registered: challenge.from_registered,
      guess_hash: seal.index(guessPurpose, guessText(request)),
      tries_left: policy.otp.triesPerChallenge - tries,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { challenge, attempt };
}

/** The codes that a newer one replaced for the same person in the same conversation: typed late they are no riddle. */
function olderCodes(db: Pick<Trx, 'selectFrom'>, challenge: Challenge): Promise<CodeHashes[]> {
  return db
    .selectFrom('challenges')
    .select(['binding', 'code_hash'])
    .where('conversation', '=', challenge.conversation)
    .where('participant', '=', challenge.participant)
    .where('purpose', '=', challenge.purpose)
    .where('killed_why', '=', 'newer')
    .where('created_at', '>', sql<Date>`now() - interval '1 day'`)
    .execute();
}

function compare(
  { seal }: ChallengeNeeds,
  challenge: Challenge,
  older: CodeHashes[],
  guess: Secret,
): 'right' | 'older' | 'wrong' {
  if (isCodeOf(seal, challenge, guess)) return 'right';
  return older.some((code) => isCodeOf(seal, code, guess)) ? 'older' : 'wrong';
}

async function conclude(
  trx: Trx,
  { audit, warnings }: ChallengeNeeds,
  {
    request,
    challenge,
    attempt,
    finding,
  }: { request: Check; challenge: Challenge; attempt: Attempt; finding: 'right' | 'older' | 'wrong' },
): Promise<CodeVerdict> {
  const { challenge_id: challengeId } = challenge;
  // The row of the attempt goes first: the same message twice at once gets one verdict.
  const open = await trx
    .selectFrom('code_attempts')
    .selectAll()
    .where('attempt_id', '=', attempt.attempt_id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (open.verdict !== null) return recorded(open);

  const verdict = finding === 'right' ? await useOnce(trx, challengeId) : await fail(trx, challengeId, open, finding);
  const stored = await trx
    .updateTable('code_attempts')
    .set({ verdict })
    .where('attempt_id', '=', attempt.attempt_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await audit(trx, {
    actor: `conversation:${challenge.conversation}`,
    event: 'challenge.guessed',
    subject: challenge.participant,
    refs: { challengeId, attemptId: attempt.attempt_id },
    details: { verdict, triesLeft: open.tries_left, fromRegistered: challenge.from_registered },
  });
  if (verdict === 'exhausted') {
    const { sender, participantId, target: value } = request;
    const { field } = challenge;
    await warnings.note(trx, { guessId: challengeId, guessed: 'code', sender, participantId, field, value });
  }
  return recorded(stored);
}

async function useOnce(trx: Trx, challengeId: string): Promise<'right' | 'expired'> {
  const used = await trx
    .updateTable('challenges')
    .set({ proved_at: sql<Date>`now()` })
    .where('challenge_id', '=', challengeId)
    .where('proved_at', 'is', null)
    .where('killed_at', 'is', null)
    .executeTakeFirst();
  return used.numUpdatedRows === 1n ? 'right' : 'expired';
}

async function fail(
  trx: Trx,
  challengeId: string,
  { tries_left }: Attempt,
  finding: 'older' | 'wrong',
): Promise<'older' | 'wrong' | 'exhausted'> {
  if (tries_left > 0) return finding;
  await trx
    .updateTable('challenges')
    .set({ killed_at: sql<Date>`now()`, killed_why: 'exhausted', copy_sealed: null })
    .where('challenge_id', '=', challengeId)
    .where('killed_at', 'is', null)
    .where('proved_at', 'is', null)
    .execute();
  return 'exhausted';
}

const wrong = (triesLeft: number): CodeVerdict => ({ result: 'wrong', triesLeft });

function recorded({ verdict, tries_left: triesLeft }: Attempt): CodeVerdict {
  switch (verdict) {
    case 'right':
    case 'expired':
    case 'exhausted':
      return { result: verdict };
    case 'older':
      return { result: 'older', triesLeft };
    case 'wrong':
    case null:
      return wrong(triesLeft);
  }
}
