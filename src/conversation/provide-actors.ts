// Gives the statechart its world, once at start: each actor of the machine is one function over the ports.
import { fromPromise } from 'xstate';
import { conversationMachine } from '#machines/conversation.machine.ts';
import type { Failure, Outcome } from '#machines/outcomes.ts';
import type { Policy } from '#src/policy.ts';
import {
  createBindWord,
  createLeaveCase,
  createOpenCase,
  createReadPlace,
  createReportNotMe,
} from './actors/care-center.ts';
import { createCheckPin } from './actors/check-pin.ts';
import {
  createCancelByCode,
  createCancelHeld,
  createConfirmChange,
  createReadChange,
} from './actors/confirm-change.ts';
import { createFindParticipant } from './actors/find-participant.ts';
import { createOldChannel } from './actors/old-channel.ts';
import { createOpenPinPage } from './actors/open-pin-page.ts';
import { createCheckCode, createCheckValue, createSendCode } from './actors/prove-value.ts';
import { createFindHeld, createReleaseHeld, createSendOldCode } from './actors/release-held.ts';
import type {
  Attempts,
  Cases,
  Challenges,
  Changes,
  Clock,
  CodeDelivery,
  Deliveries,
  Directory,
  NumberRisk,
  OldContacts,
  PinPages,
} from './ports.ts';

export interface World {
  attempts: Attempts;
  cases: Cases;
  challenges: Challenges;
  changes: Changes;
  delivery: CodeDelivery;
  deliveries: Pick<Deliveries, 'failedWays'>;
  directory: Directory;
  numberRisk: NumberRisk;
  pinPages: PinPages;
  oldContacts: OldContacts;
  clock: Clock;
  policy: Policy;
  /** an authentication template is configured for WhatsApp */
  whatsappCodes: boolean;
  /** E.164: nobody's contact data */
  ownNumbers: readonly string[];
  /** told of what an actor could not do; the participant hears a sentence */
  onFailure: (actor: string, error: unknown) => void;
}

export function provideActors(world: World): typeof conversationMachine {
  const { policy } = world;
  const settleMs = policy.budget.directoryMs;
  const oldChannel = createOldChannel({ ...world, proof: policy.proof });
  const checkPin = createCheckPin({
    ...world,
    keepDirectoryAttempts: policy.pin.keepDirectoryAttempts,
    answerMs: policy.budget.directoryMs,
  });
  const actor = <Out extends Outcome, In>(name: string, act: (input: In, signal: AbortSignal) => Promise<Out>) =>
    fromPromise<Out | Failure, In>(async ({ input, signal }) => {
      try {
        return await act(input, signal);
      } catch (error) {
        world.onFailure(name, error);
        return { type: 'world.failed' };
      }
    });
  return conversationMachine.provide({
    actors: {
      findParticipant: actor(
        'findParticipant',
        createFindParticipant({ ...world, replyGridMs: policy.identify.replyGridMs }),
      ),
      checkValue: actor('checkValue', createCheckValue(world)),
      sendCode: actor('sendCode', createSendCode({ ...world, lifeSeconds: policy.otp.lifeSeconds })),
      checkCode: actor('checkCode', createCheckCode(world)),
      confirmChange: actor('confirmChange', createConfirmChange({ ...world, checkPin, oldChannel, settleMs })),
      openPinPage: actor('openPinPage', createOpenPinPage(world)),
      findHeld: actor('findHeld', createFindHeld({ ...world, oldChannel })),
      sendOldCode: actor(
        'sendOldCode',
        createSendOldCode({ ...world, oldChannel, lifeSeconds: policy.otp.lifeSeconds }),
      ),
      releaseHeld: actor('releaseHeld', createReleaseHeld({ ...world, settleMs })),
      cancelByCode: actor('cancelByCode', createCancelByCode(world)),
      readChange: actor('readChange', createReadChange({ ...world, settleMs })),
      cancelHeld: actor('cancelHeld', createCancelHeld(world)),
      reportNotMe: actor('reportNotMe', createReportNotMe(world)),
      openCase: actor('openCase', createOpenCase(world)),
      leaveCase: actor('leaveCase', createLeaveCase(world)),
      readPlace: actor('readPlace', createReadPlace(world)),
      bindWord: actor('bindWord', createBindWord(world)),
    },
  });
}
