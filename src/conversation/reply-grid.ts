// When a failed look-up is answered, so that its time says nothing about why it failed (security.md B5).

export interface ReplyGrid {
  /**
   * @param elapsedMs  since the look-up began
   * @returns how long to wait with the answer, in milliseconds
   */
  untilAnswer(elapsedMs: number): number;
}

/** So many look-ups are remembered. */
const remembered = 100;
/** Wider than that nobody is kept waiting. */
const mostSteps = 10;

/**
 * A fixed grid tells where what differs falls on either side of a line. So its line is where even the slowest of the
 * last look-ups was done: in a quiet hour the first step, and further out while the directory or we are slow.
 * @param stepMs  0: no grid
 */
export function createReplyGrid(stepMs: number): ReplyGrid {
  const recent: number[] = [];
  return {
    untilAnswer(elapsedMs) {
      if (stepMs === 0) return 0;
      recent.push(elapsedMs);
      if (recent.length > remembered) recent.shift();
      const steps = Math.floor(Math.max(...recent) / stepMs) + 1;
      const lineMs = Math.min(steps, mostSteps) * stepMs;
      return lineMs - (elapsedMs % lineMs);
    },
  };
}
