// A decision without an actor is xstate's own, and leaves nothing behind for the next one.

import { expect, test } from 'vitest';
import { transition } from 'xstate';
import { conversationMachine } from '#machines/conversation.machine.ts';
import type { ConversationSnapshot } from '#machines/stored.ts';
import { createDecide } from '#src/conversation/decide.ts';
import { participantEvents, start } from './support.ts';

const decide = createDecide(conversationMachine);
const seen = ({ value, context, status, tags }: ConversationSnapshot) => ({ value, context, status, tags: [...tags] });

test('two events one after the other are decided as by transition(), whatever was decided before', () => {
  for (const first of participantEvents) {
    const once = decide(start(), first);
    expect(seen(once)).toEqual(seen(transition(conversationMachine, start(), first)[0]));
    for (const second of participantEvents) {
      expect(seen(decide(once, second))).toEqual(seen(transition(conversationMachine, once, second)[0]));
    }
  }
});
