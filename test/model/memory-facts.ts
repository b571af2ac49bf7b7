// The records in memory, as the ports describe them: a model of what Postgres keeps, on a clock that a test moves.
import type {
  Attempts,
  Challenges,
  Change,
  ChangeState,
  CodeVerdict,
  Deliveries,
  Directory,
  PinCheck,
  PinLimit,
  PinPage,
  PinPages,
  Sender,
  SendOutcome,
  Standing,
  StartChallenge,
} from '#src/conversation/ports.ts';
import type { Policy } from '#src/policy.ts';
import { NotProvedError } from '#src/records/confirm-change.ts';
import { hide } from '#src/seal.ts';
import type { Facts, Told } from './world.ts';

interface Challenge extends StartChallenge {
  code: string;
  at: number;
  expiresAt: number;
  sendings: number;
  tries: number;
  state: 'queued' | 'sending' | SendOutcome['outcome'];
  killed: 'newer' | 'exhausted' | null;
  provedAt: number | null;
}

interface CodeAttempt {
  attemptId: string;
  challengeId: string;
  participantId: string;
  fromRegistered: boolean;
  guess: string;
  at: number;
  verdict: CodeVerdict;
}

interface PinAttempt {
  attemptId: string;
  challengeId: string;
  conversation: string;
  participantId: string;
  fromRegistered: boolean;
  at: number;
  verdict: PinCheck | null;
  checkedAt: number | null;
}

interface Row extends Omit<Change, 'heldUntil' | 'appliedAt'> {
  sender: Sender;
  challengeId: string;
  oldContacts: { email: string | null; mobileNumber: string | null };
  heldUntil: number | null;
  appliedAt: number | null;
  at: number;
  settling: boolean;
  cancelTurn: string | null;
  reportTurn: string | null;
}

const minute = 60_000;
const day = 24 * 60 * minute;
const same = (a: string | null, b: string | null) => a?.toLowerCase() === b?.toLowerCase();

/** What the records refuse; a test takes one away and looks for what comes of it. */
export type Guard =
  | 'codeIsRight'
  | 'oldCodeIsRight'
  | 'codeIsYoung'
  | 'proofIsLookedUp'
  | 'holdIsOver'
  | 'cancelStops'
  | 'pinsAreCounted'
  | 'releaseIsProved'
  | 'oldContactsAreTold';

export interface MemoryNeeds {
  policy: Policy;
  directory: Directory;
  now: () => number;
  /** drawn like a lot, but the same for the same seed */
  random: () => number;
  /** left out on purpose */
  without?: readonly Guard[];
}

const stands = ({ without = [] }: MemoryNeeds, guard: Guard) => !without.includes(guard);

export function createMemoryFacts(needs: MemoryNeeds): Facts {
  const told: Told[] = [];
  const challenges = createChallenges(needs);
  const attempts = createAttempts(needs);
  return {
    challenges: challenges.port,
    attempts: attempts.port,
    ...createChanges(needs, { challenges: challenges.rows, pins: attempts.pins, told }),
    pinPages: createPinPages(needs),
    deliveries: { failedWays: async () => [] } satisfies Pick<Deliveries, 'failedWays'>,
    told: async (changeId) => told.filter((one) => one.changeId === changeId),
    passed: async () => {},
    stop: async () => {},
  };
}

function createChallenges(needs: MemoryNeeds): { port: Challenges; rows: Map<string, Challenge> } {
  const { policy, now, random } = needs;
  const rows = new Map<string, Challenge>();
  const guesses: CodeAttempt[] = [];
  const list = () => [...rows.values()];
  const isYoung = (row: Challenge) => now() < row.expiresAt || !stands(needs, 'codeIsYoung');
  const isOpen = (row: Challenge) => row.killed === null && row.provedAt === null;

  const failuresOf = ({ participantId, fromRegistered }: Pick<Challenge, 'participantId' | 'fromRegistered'>) => {
    const mine = guesses.filter((one) => one.participantId === participantId && one.fromRegistered === fromRegistered);
    const lastRight = mine.findLastIndex((one) => one.verdict.result === 'right');
    const failed = (one: CodeAttempt) => one.verdict.result !== 'right' && one.verdict.result !== 'expired';
    return {
      inRow: mine.slice(lastRight + 1).filter(failed).length,
      today: mine.filter((one) => failed(one) && now() - one.at < day).length,
    };
  };
  const areLimited = (of: Pick<Challenge, 'participantId' | 'fromRegistered'>) => {
    const { inRow, today } = failuresOf(of);
    return inRow >= policy.otp.failuresUntilDisabled || today >= policy.otp.failuresPerDay;
  };
  const sendingsLimited = (request: StartChallenge) => {
    const { send } = policy;
    const recent = (ms: number, where: (row: Challenge) => boolean) =>
      list().filter((row) => now() - row.at < ms && where(row));
    const toTarget = (row: Challenge) => same(row.target, request.target);
    const fromSender = (row: Challenge) => row.sender.conversation === request.sender.conversation;
    const others = recent(day, (row) => fromSender(row) && !toTarget(row));
    const alike = (row: Challenge) => toTarget(row) && row.fromRegistered === request.fromRegistered;
    return (
      recent(15 * minute, alike).length >= send.perTarget15Min ||
      recent(day, alike).length >= send.perTargetDay ||
      recent(day, (row) => row.participantId === request.participantId && row.fromRegistered === request.fromRegistered)
        .length >= send.perParticipantDay ||
      recent(day, fromSender).length >= send.perSenderDay ||
      new Set(others.map((row) => row.target.toLowerCase())).size >= send.targetsPerSenderDay
    );
  };

  const port: Challenges = {
    async start(request) {
      if (rows.has(request.challengeId)) return { result: 'repeated' };
      if (areLimited(request) || sendingsLimited(request)) return { result: 'limited', until: null };
      const ofPurpose = (row: Challenge) =>
        row.participantId === request.participantId && row.purpose === request.purpose && row.killed === null;
      const last = list().findLast(
        (row) =>
          ofPurpose(row) &&
          isOpen(row) &&
          isYoung(row) &&
          row.sender.conversation === request.sender.conversation &&
          same(row.target, request.target),
      );
      const waitMs = last === undefined ? 0 : last.at + policy.otp.resendWait1Seconds * 1000 - now();
      if (waitMs > 0) return { result: 'wait', seconds: Math.ceil(waitMs / 1000) };
      for (const row of list()) {
        const mine = row.provedAt === null || row.sender.conversation === request.sender.conversation;
        if (ofPurpose(row) && row.fromRegistered === request.fromRegistered && mine) row.killed = 'newer';
      }
      rows.set(request.challengeId, {
        ...request,
        code: String(Math.floor(random() * 1_000_000)).padStart(6, '0'),
        at: now(),
        expiresAt: now() + policy.otp.lifeSeconds * 1000,
        sendings: (last?.sendings ?? 0) + 1,
        tries: 0,
        state: 'queued',
        killed: null,
        provedAt: null,
      });
      return { result: 'started' };
    },

    async takeForSending(challengeId) {
      const row = rows.get(challengeId);
      if (row === undefined || row.state !== 'queued' || !isOpen(row) || !isYoung(row)) return null;
      row.state = 'sending';
      const { via, purpose, target, field, sender } = row;
      const { language } = sender;
      return { via, purpose, target, code: hide(row.code), field, language, lifeSeconds: policy.otp.lifeSeconds };
    },

    async sent(challengeId, { outcome }) {
      const row = rows.get(challengeId);
      if (row !== undefined) row.state = outcome;
    },

    async check({ challengeId, attemptId, sender, participantId, target, guess }) {
      const row = rows.get(challengeId);
      const typed = guess.reveal();
      const seen = guesses.find((one) => one.attemptId === attemptId);
      if (row === undefined) return { result: 'expired' };
      const isBound =
        row.sender.conversation === sender.conversation && row.participantId === participantId && row.target === target;
      const isSame = seen?.challengeId === challengeId && seen.guess === typed;
      if (!isBound || (seen !== undefined && !isSame)) return { result: 'expired' };
      if (seen !== undefined) return seen.verdict;
      if (row.killed === 'exhausted') return { result: 'exhausted' };
      if (!isOpen(row) || !isYoung(row)) return { result: 'expired' };
      if (areLimited(row)) return { result: 'limited', until: null };
      row.tries += 1;
      const triesLeft = policy.otp.triesPerChallenge - row.tries;
      const verdict = ((): CodeVerdict => {
        const guard = row.purpose === 'oldContact' ? 'oldCodeIsRight' : 'codeIsRight';
        if (typed === row.code || !stands(needs, guard)) {
          row.provedAt = now();
          return { result: 'right' };
        }
        if (triesLeft > 0) return { result: 'wrong', triesLeft };
        row.killed = 'exhausted';
        return { result: 'exhausted' };
      })();
      const { fromRegistered } = row;
      guesses.push({ attemptId, challengeId, participantId, fromRegistered, guess: typed, at: now(), verdict });
      return verdict;
    },

    async wasCode(challengeId, typed) {
      const row = rows.get(challengeId);
      return row !== undefined && row.provedAt !== null && row.code === typed.reveal();
    },
  };
  return { port, rows };
}

function createAttempts(needs: MemoryNeeds): { port: Attempts; pins: PinAttempt[] } {
  const { policy, now } = needs;
  const lookUps: { attemptId: string; conversation: string; number: string; at: number; failed: boolean }[] = [];
  const pins: PinAttempt[] = [];

  function room({
    challengeId,
    participantId,
    fromRegistered,
  }: Pick<PinAttempt, 'challengeId' | 'participantId' | 'fromRegistered'>): number | PinLimit {
    if (!stands(needs, 'pinsAreCounted')) return 1;
    const failed = (one: PinAttempt) => one.verdict === null || one.verdict === 'wrong' || one.verdict === 'noAnswer';
    const mine = pins.filter((one) => one.participantId === participantId && one.fromRegistered === fromRegistered);
    const lastRight = mine.findLastIndex((one) => one.verdict === 'ok');
    const inRow = policy.pin.consecutive - mine.slice(lastRight + 1).filter(failed).length;
    const today = policy.pin.perDay - mine.filter((one) => failed(one) && now() - one.at < day).length;
    const inFlow = policy.pin.perFlow - pins.filter((one) => one.challengeId === challengeId && failed(one)).length;
    if (inRow <= 0 || today <= 0) return { result: 'limited', until: null };
    return inFlow <= 0 ? { result: 'spent' } : Math.min(inRow, today, inFlow);
  }

  const port: Attempts = {
    async identify({ attemptId, sender, number }) {
      if (lookUps.some((one) => one.attemptId === attemptId)) return 'repeated';
      const today = lookUps.filter((one) => one.failed && now() - one.at < day);
      const { perSenderDay, perIdentifierDay } = policy.identify;
      if (today.filter((one) => one.conversation === sender.conversation).length >= perSenderDay) return 'limited';
      lookUps.push({ attemptId, conversation: sender.conversation, number, at: now(), failed: false });
      return today.filter((one) => one.number === number).length >= perIdentifierDay ? 'numberLimited' : 'counted';
    },
    async identified({ attemptId, participantId }) {
      const row = lookUps.find((one) => one.attemptId === attemptId);
      if (row !== undefined) row.failed = participantId === null;
    },
    // There a look-up counts from its answer on.
    async unanswered() {},
    async pin({ attemptId, challengeId, sender: { conversation }, participantId, fromRegistered }) {
      const seen = pins.find((one) => one.attemptId === attemptId);
      if (seen !== undefined) return { result: 'repeated', verdict: seen.verdict };
      const left = room({ challengeId, participantId, fromRegistered });
      if (typeof left === 'object') return left;
      const inFlight = pins.filter((one) => one.participantId === participantId && one.verdict === null).length;
      const attempt = { attemptId, challengeId, conversation, participantId, fromRegistered, at: now() };
      pins.push({ ...attempt, verdict: null, checkedAt: null });
      return { result: 'counted', inFlight };
    },
    async pinChecked({ attemptId, verdict }) {
      const row = pins.find((one) => one.attemptId === attemptId);
      if (row === undefined) throw new Error('a PIN that was not counted');
      if (row.verdict === null) Object.assign(row, { verdict, checkedAt: now() });
      const left = room(row);
      return typeof left === 'object' ? left : { result: 'open', triesLeft: left };
    },
  };
  return { port, pins };
}

function createChanges(
  needs: MemoryNeeds,
  { challenges, pins, told }: { challenges: Map<string, Challenge>; pins: PinAttempt[]; told: Told[] },
): Pick<Facts, 'changes' | 'oldContacts'> {
  const { policy, directory, now } = needs;
  const rows: Row[] = [];
  const byId = (changeId: string) => rows.find((row) => row.changeId === changeId);
  const shown = (row: Row): Change => ({
    ...row,
    heldUntil: row.heldUntil === null ? null : new Date(row.heldUntil),
    appliedAt: row.appliedAt === null ? null : new Date(row.appliedAt),
  });
  const end = (row: Row, state: ChangeState, more: Partial<Row> = {}) => {
    Object.assign(row, { state, ...more });
    const letters = { held: 'changeHeld', applied: 'changeApplied', cancelled: 'changeCancelled' } as const;
    if (state !== 'held' && state !== 'applied' && state !== 'cancelled') return;
    if (!stands(needs, 'oldContactsAreTold')) return;
    for (const to of Object.values(row.oldContacts).filter((contact) => contact !== null)) {
      const cancelCode = state === 'held' && to === row.oldContacts.email ? `HELD-${row.ref}` : null;
      told.push({ changeId: row.changeId, letter: letters[state], to, cancelCode });
    }
  };
  const canBeCancelled = (row: Row) => row.state === 'held' && !row.settling;
  const isOldContact = (row: Row, { phone }: Sender) => phone !== null && row.oldContacts.mobileNumber === phone;
  const newestFirst = () => [...rows].reverse();

  async function settle(changeId: string): Promise<Row> {
    const row = byId(changeId);
    if (row === undefined) throw new Error('there is no such change');
    const isHeldNoMore = now() >= (row.heldUntil ?? 0) || !stands(needs, 'holdIsOver');
    const isStopped = row.state === 'cancelled' && stands(needs, 'cancelStops');
    const isOpen = row.state === 'held' || (row.state === 'cancelled' && !isStopped);
    const isDue = row.state === 'confirmed' || (isHeldNoMore && isOpen);
    if (!isDue) return row;
    row.settling = true;
    const before = row.state;
    const { participantId, field, newValue: value, oldValue: expected } = row;
    const verdict = await directory.changeContact({ changeId, participantId, field, value, expected });
    if (row.state !== before) return row;
    if (verdict.result === 'changed') end(row, 'applied', { appliedAt: now() });
    else end(row, 'refused', { reason: verdict.result });
    return row;
  }

  const changes: Facts['changes'] = {
    find: async (changeId) => {
      const row = byId(changeId);
      return row === undefined ? null : shown(row);
    },
    ofChallenge: async (challengeId) => {
      const row = rows.find((one) => one.challengeId === challengeId);
      return row === undefined ? null : shown(row);
    },
    async confirm({ changeId, challengeId, sender, participant, field, value, oldChannelProved }) {
      const known = byId(changeId);
      if (known !== undefined) return shown(known);
      const { participantId } = participant;
      const isYoung = (at: number | null) => at !== null && now() - at < policy.session.identifiedMaxMinutes * minute;
      const challenge = challenges.get(challengeId);
      const isProved =
        challenge?.killed === null &&
        isYoung(challenge.provedAt) &&
        challenge.sender.conversation === sender.conversation &&
        challenge.participantId === participantId &&
        challenge.purpose === 'newValue' &&
        challenge.target === value &&
        challenge.field === field &&
        !rows.some((row) => row.challengeId === challengeId);
      const pinIsRight = pins.some(
        (one) =>
          one.challengeId === challengeId &&
          one.conversation === sender.conversation &&
          one.participantId === participantId &&
          one.verdict === 'ok' &&
          isYoung(one.checkedAt),
      );
      if (!(isProved && pinIsRight) && stands(needs, 'proofIsLookedUp')) throw new NotProvedError('not proved');
      const hours = Math.min(policy.hold.hours, policy.hold.applyBeforeHours);
      const row: Row = {
        changeId,
        challengeId,
        ref: `UD-${rows.length}`,
        field,
        state: 'confirmed',
        oldValue: participant[field],
        newValue: value,
        participantId,
        sender,
        oldContacts: { email: participant.email, mobileNumber: participant.mobileNumber },
        heldUntil: oldChannelProved ? null : now() + hours * 60 * minute,
        appliedAt: null,
        reason: null,
        at: now(),
        settling: false,
        cancelTurn: null,
        reportTurn: null,
      };
      rows.push(row);
      if (!oldChannelProved) end(row, 'held');
      return shown(row);
    },
    settle: async (changeId) => shown(await settle(changeId)),
    settleByJob: async (changeId) => !['confirmed', 'held'].includes((await settle(changeId)).state),
    async cancelHeld({ sender, turnId }) {
      const before = rows.find((row) => row.cancelTurn === turnId);
      if (before !== undefined) return shown(before);
      const row = newestFirst().find(
        (one) => canBeCancelled(one) && (one.sender.conversation === sender.conversation || isOldContact(one, sender)),
      );
      if (row === undefined) return null;
      end(row, 'cancelled', { cancelTurn: turnId, reason: 'oldContact' });
      return shown(row);
    },
    async reportNotMe({ sender, turnId }) {
      const before = rows.find((row) => row.reportTurn === turnId);
      const row = before ?? newestFirst().find((one) => isOldContact(one, sender) && one.state !== 'refused');
      if (row === undefined) return null;
      row.reportTurn = turnId;
      for (const one of rows) {
        if (one.participantId === row.participantId && canBeCancelled(one))
          end(one, 'cancelled', { reason: 'oldContact' });
      }
      return { change: shown(row), standing };
    },
    async openChange(participantId) {
      const row = newestFirst().find(
        (one) => one.participantId === participantId && (one.state === 'held' || one.state === 'confirmed'),
      );
      return row === undefined ? null : shown(row);
    },
  };

  const awaited = (sender: Sender, participantId: string) =>
    newestFirst().find(
      (one) =>
        one.sender.conversation === sender.conversation && one.participantId === participantId && canBeCancelled(one),
    );
  const contactsOf = ({ oldContacts: { email, mobileNumber } }: Row, { phone }: Sender) => [
    ...(email === null ? [] : [{ field: 'email' as const, target: email }]),
    ...(mobileNumber === null || mobileNumber === phone
      ? []
      : [{ field: 'mobileNumber' as const, target: mobileNumber }]),
  ];
  const oldContacts: Facts['oldContacts'] = {
    async awaiting({ sender, participantId }) {
      const row = awaited(sender, participantId);
      if (row === undefined) return null;
      const fromRegistered = sender.phone !== null && sender.phone === row.oldContacts.mobileNumber;
      return { change: shown(row), contacts: contactsOf(row, sender), fromRegistered };
    },
    async release({ changeId, challengeId, sender }) {
      const row = byId(changeId);
      if (row === undefined || row.sender.conversation !== sender.conversation) throw new NotProvedError('not proved');
      if (!canBeCancelled(row)) return shown(row);
      const challenge = challenges.get(challengeId);
      const isProved =
        challenge?.killed === null &&
        challenge.provedAt !== null &&
        now() - challenge.provedAt < policy.session.identifiedMaxMinutes * minute &&
        challenge.purpose === 'oldContact' &&
        challenge.changeId === changeId &&
        contactsOf(row, sender).some(({ target }) => target === challenge.target);
      if (!isProved && stands(needs, 'releaseIsProved')) throw new NotProvedError('not proved');
      row.state = 'confirmed';
      return shown(row);
    },
    async cancelByCode({ turnId, code }) {
      const before = rows.find((row) => row.cancelTurn === turnId);
      if (before !== undefined) return shown(before);
      const changeId = told.find((one) => one.cancelCode === code.reveal())?.changeId;
      const row = rows.find((one) => one.changeId === changeId && canBeCancelled(one));
      if (row === undefined) return null;
      end(row, 'cancelled', { cancelTurn: turnId, reason: 'oldContact' });
      return shown(row);
    },
  };
  return { changes, oldContacts };
}

/** The bot keeps the word. */
const standing: Standing = {
  caseId: 'case-1',
  ref: 'KC-1',
  state: 'drafted',
  control: 'bot',
  epoch: '1',
  version: 1,
  dueAt: new Date(0),
  step: null,
  endReason: null,
  alias: null,
};

function createPinPages({ policy, now }: MemoryNeeds): PinPages {
  const pages: (PinPage & { token: string; until: number; ended: boolean })[] = [];
  return {
    async open({ sender, challengeId }) {
      for (const page of pages) if (page.sender.conversation === sender.conversation) page.ended = true;
      const token = `${pages.length}`.padStart(32, '0');
      const until = now() + policy.pin.pageLifeSeconds * 1000;
      pages.push({ pageId: token, token, challengeId, sender, until, ended: false });
      return { token: hide(token), lifeSeconds: policy.pin.pageLifeSeconds };
    },
    async find(token) {
      const page = pages.find((one) => one.token === token.reveal());
      if (page === undefined) return 'unknown';
      return page.ended || now() >= page.until ? 'gone' : page;
    },
    async end(pageId) {
      for (const page of pages) if (page.pageId === pageId) page.ended = true;
    },
  };
}
