// req:B8 How many replies without progress make a program of whoever writes, and how long the bot is silent then.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepPace } from '#src/conversation/pace.ts';
import type { SessionRecord } from '#src/conversation/session-record.ts';
import { Policy } from '#src/policy.ts';

const loop = Policy.shape.loop.parse({});
const window = loop.paceSeconds * 1000;

/** @returns for each message at its moment, whether it was answered */
function write(moments: readonly number[], isFruitless = (_at: number) => true): boolean[] {
  let pace: SessionRecord['pace'];
  return moments.map((at) => {
    const kept = keepPace(pace, { at, isFruitless: isFruitless(at) }, loop);
    pace = kept.pace;
    return !kept.isSilent;
  });
}

const answered = (replies: boolean[]) => replies.filter(Boolean).length;
const evenly = (count: number, apartMs: number) => Array.from({ length: count }, (_, at) => at * apartMs);

test('thirty messages within thirty seconds are answered, the next one is not', () => {
  expect(answered(write(evenly(loop.paceReplies, 500)))).toBe(loop.paceReplies);
  expect(write(evenly(loop.paceReplies + 1, 500)).at(-1)).toBe(false);
});

test('the silence lasts thirty seconds from there, to the millisecond, and what is written in it does not lengthen it', () => {
  const burst = evenly(loop.paceReplies + 1, 100);
  const last = burst.at(-1) ?? 0;
  const end = last + loop.silentSeconds * 1000;
  expect(write([...burst, last + 5_000, end - 1, end]).slice(-3)).toEqual([false, false, true]);
});

test('what brings somebody on is answered in the silence, and ends it', () => {
  const burst = evenly(loop.paceReplies + 1, 100);
  const last = burst.at(-1) ?? 0;
  expect(write([...burst, last + 1, last + 2], (at) => at !== last + 1).slice(-2)).toEqual([true, true]);
});

test('whoever writes more slowly than one message a second is always answered', () => {
  const gaps = fc.array(fc.integer({ min: 1_001, max: 60_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(gaps, (apart) => {
      let at = 0;
      const moments = apart.map((gap) => (at += gap));
      expect(answered(write(moments))).toBe(moments.length);
    }),
  );
});

test('however a program spreads its messages, in no window does it get more than twice the policy', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(gaps, (apart) => {
      let at = 0;
      const moments = apart.map((gap) => (at += gap));
      const replies = write(moments);
      for (const from of moments) {
        const inWindow = replies.filter((isReply, one) => {
          const moment = moments[one] ?? 0;
          return isReply && moment >= from && moment < from + window;
        });
        expect(inWindow.length).toBeLessThanOrEqual(2 * loop.paceReplies);
      }
    }),
  );
});
