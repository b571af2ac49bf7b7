// So many turns at once and no more, of all and of one sender: what does not fit is refused at once and may come again,
// instead of waiting in line. One sender's heap leaves room for everybody else.
import { BusyError } from '#src/errors.ts';
import type { HandleTurn } from './handle-turn.ts';

/** @throws BusyError `busy`  nothing was done and the message may come again */
export function boundTurns(
  handleTurn: HandleTurn,
  { atOnce, perSender }: { atOnce: number; perSender: number },
): HandleTurn {
  let running = 0;
  const bySender = new Map<string, number>();
  return async (inbound) => {
    const sender = `${inbound.channel} ${inbound.address}`;
    const own = bySender.get(sender) ?? 0;
    if (running >= atOnce) throw new BusyError(`more than ${atOnce} turns at once`);
    if (own >= perSender) throw new BusyError(`more than ${perSender} turns of one sender at once`);
    running += 1;
    bySender.set(sender, own + 1);
    try {
      return await handleTurn(inbound);
    } finally {
      running -= 1;
      const left = (bySender.get(sender) ?? 1) - 1;
      if (left === 0) bySender.delete(sender);
      else bySender.set(sender, left);
    }
  };
}
