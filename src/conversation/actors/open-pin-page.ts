// A page on which the PIN is typed instead of in the chat, for as long as its link is fresh.
import type { TurnInput } from '#machines/conversation.setup.ts';
import type { PageOutcome } from '#machines/outcomes.ts';
import { failpoint } from '#src/failpoint.ts';
import type { Clock, PinPages } from '../ports.ts';

export const createOpenPinPage =
  ({ pinPages, clock }: { pinPages: PinPages; clock: Clock }) =>
  async ({ sender, challengeId }: TurnInput & { challengeId: string }, _signal: AbortSignal): Promise<PageOutcome> => {
    const { token, lifeSeconds } = await pinPages.open({ sender, challengeId });
    await failpoint('page.afterOpen');
    return { type: 'page.opened', token: token.reveal(), until: clock.now() + lifeSeconds * 1000 };
  };
