// What the machine makes of an event, with nothing carried out: most turns are decided so and wake no actor.
import { type ActorScope, createActor } from 'xstate';
import type { ConversationMachine } from '#machines/conversation.machine.ts';
import type { ConversationEvent } from '#machines/events.ts';
import type { ConversationSnapshot } from '#machines/stored.ts';

/** @returns the next snapshot; its status is `error` where the machine threw, and it may be busy */
export type Decide = (snapshot: ConversationSnapshot, event: ConversationEvent) => ConversationSnapshot;

/**
 * xstate's `transition()` with one scope for all events: it makes a scope for each, and in it an actor with the machine's
 * initial state, which takes two thirds of its time. Nothing stays in the scope, as nothing in it is started.
 */
export function createDecide(machine: ConversationMachine): Decide {
  const self = createActor(machine, { input: undefined as never });
  const nothing = () => undefined;
  const scope: ActorScope<ConversationSnapshot, ConversationEvent> = {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  };
  return (snapshot, event) => machine.transition(snapshot, event, scope);
}
