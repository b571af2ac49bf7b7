// The rule of change, judged from what truly happened: who typed what, what was sent where, what the directory wrote.
import { people } from './people.ts';
import type { ModelWorld, Sent, Typed, Written } from './world.ts';

const hour = 3_600_000;
const day = 24 * hour;

export class CounterExampleError extends Error {}

/**
 * security.md A1, A2, A13 and the bounds of A10 over the whole run so far.
 * @throws CounterExampleError with what was broken
 */
export async function checkRule(world: ModelWorld, written: readonly Written[]): Promise<void> {
  if (world.failures.length > 0) throw world.failures[0];
  for (const write of written) await checkChange(world, write);
  checkPinBounds(world);
}

async function checkChange(world: ModelWorld, write: Written): Promise<void> {
  const { ledger, policy, facts } = world;
  const { changeId, participantId, field, value } = write;
  const fail = (what: string): never => {
    throw new CounterExampleError(`${field} of ${participantId} became ${value}: ${what}`);
  };

  if (ledger.written.filter((one) => one.changeId === changeId).length > 1) fail('written twice');
  const asked: Typed = ledger.typed.find((one) => one.turnId === changeId) ?? fail('nobody asked for it');
  const { conversation, persona } = asked;

  const rightPin = people.find(({ participant }) => participant.participantId === participantId)?.pin;
  if (asked.what !== 'pin' || asked.text !== rightPin) fail('without the PIN');

  /** in this conversation, while the code lived */
  const wasTyped = ({ code, at }: Sent) =>
    ledger.typed.some(
      (one) =>
        one.what === 'code' &&
        one.text === code &&
        one.conversation === conversation &&
        one.at >= at &&
        one.at < at + policy.otp.lifeSeconds * 1000,
    );
  const conversationThatAsked = (challengeId: string) =>
    ledger.typed.find((one) => one.turnId === challengeId)?.conversation;
  const ownSent = ledger.sent.filter((one) => conversationThatAsked(one.challengeId) === conversation);
  if (!ownSent.some((one) => one.target === value && wasTyped(one))) {
    fail('without the code sent to the new value');
  }

  // Contact data as they stood when the PIN was typed: this very change was written after that.
  const old = ledger.registered.findLast(
    (one) => one.participant.participantId === participantId && one.order < asked.order,
  )?.participant;
  if (old === undefined) return fail('nobody has that record');

  const isRegistered = persona.phone !== null && persona.phone === old.mobileNumber;
  const riskThen = ledger.risk.findLast((one) => one.order < asked.order)?.high ?? false;
  const isTrusted = persona.channel !== 'sms' || policy.proof.smsFrom === 'trust' || asked.onPage;
  const byMessage = isRegistered && isTrusted && !riskThen;
  const oldContacts = [old.email, old.mobileNumber].filter((contact) => contact !== null);
  const byOldCode = ownSent.some((one) => oldContacts.includes(one.target) && wasTyped(one));
  const holdMs = Math.min(policy.hold.hours, policy.hold.applyBeforeHours) * hour;
  const byHold = write.at >= asked.at + holdMs;
  if (!byMessage && !byOldCode && !byHold) fail('without a leg on the old side');

  const change = await facts.changes.find(changeId);
  if (change !== null && ledger.cancelled.some(({ ref }) => ref === change.ref)) fail('although it was cancelled');

  if (change?.state === 'applied') {
    const told = await facts.told(changeId);
    const letters = byMessage || byOldCode ? ['changeApplied'] : ['changeHeld', 'changeApplied'];
    for (const letter of letters)
      if (told.filter((one) => one.letter === letter).length < oldContacts.length)
        fail(`and nobody was told: ${letter}`);
  }
}

/** Messages from the registered number have their tries, all others together have theirs. */
function checkPinBounds({ ledger, policy, now }: ModelWorld): void {
  for (const { participant } of people) {
    const today = ledger.wrongPins.filter(
      (one) => one.participantId === participant.participantId && now() - one.at < day,
    );
    if (today.length > 2 * policy.pin.perDay)
      throw new CounterExampleError(`${today.length} wrong PINs in a day for ${participant.participantId}`);
  }
}
