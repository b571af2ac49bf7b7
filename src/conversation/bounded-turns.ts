// So many turns at once and no more: what does not fit is refused at once and may come again, instead of waiting in line.
import { BusyError } from '#src/errors.ts';
import type { HandleTurn } from './handle-turn.ts';

/** @throws BusyError `busy`  nothing was done and the message may come again */
export function boundTurns(handleTurn: HandleTurn, { atOnce }: { atOnce: number }): HandleTurn {
  let running = 0;
  return async (inbound) => {
    if (running >= atOnce) throw new BusyError(`more than ${atOnce} turns at once`);
    running += 1;
    try {
      return await handleTurn(inbound);
    } finally {
      running -= 1;
    }
  };
}
