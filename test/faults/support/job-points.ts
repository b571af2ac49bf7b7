// The failpoints that only jobs pass: a process that is alone does the job, dies of it, and its successor goes on.
import type { Failpoint } from '#src/failpoint.ts';
import { memberOf } from './crowd.ts';
import { createFaultWorld } from './fault-world.ts';
import { findBreaches } from './invariants.ts';
import { createParticipant, walkThrough } from './participant.ts';
import { addFindings, emptyTally, type Tally } from './tally.ts';

export interface JobPoint {
  armed: `${Failpoint}:${number}`;
  /** the turn leaves the change to the job */
  changeIsSlow: boolean;
}

export const jobPoints: JobPoint[] = [
  { armed: 'notice.afterTake:1', changeIsSlow: false },
  { armed: 'notice.afterSend:1', changeIsSlow: false },
  { armed: 'notice.afterFinish:1', changeIsSlow: false },
  { armed: 'settle.afterClaim:2', changeIsSlow: true },
  { armed: 'settle.afterDirectory:1', changeIsSlow: true },
  { armed: 'settle.afterConclude:1', changeIsSlow: true },
];

export interface JobKill {
  tally: Tally;
  died: boolean;
  /** from the start of the successor until everything was done */
  finishedAfterMs: number;
}

export async function killJob({ armed, changeIsSlow }: JobPoint): Promise<JobKill> {
  const tally = emptyTally();
  const world = await createFaultWorld({ people: 1 });
  try {
    const before = await world.start();
    world.pool.push(before);
    const one = createParticipant(world, memberOf(0));
    const { member } = one;
    for (const text of ['halo', member.nik, member.birthDate, '1', member.newEmail, 'YA']) await one.say(text);
    await one.say((await one.answerTo('Mohon ketik kode')) ?? '');
    before.signal('SIGKILL');
    await before.gone;
    if (changeIsSlow) {
      const fault = { call: 'changeContact', when: 'before', how: { kind: 'status', status: 503 } } as const;
      world.directoryServer.arm(fault, fault);
    }
    const doomed = await world.start(`${armed}:kill`);
    world.pool.push(doomed);
    await one.say((await one.answerTo('PIN Mobile JKN (')) ?? '');
    await Promise.race([doomed.gone, new Promise((resolve) => setTimeout(resolve, 20_000))]);
    const died = doomed.ended() !== null;
    doomed.signal('SIGKILL');
    await doomed.gone;
    world.pool.push(await world.start());
    const startedAt = performance.now();
    const findings = await findBreaches(world);
    const finishedAfterMs = performance.now() - startedAt;
    addFindings(tally, findings);
    const course = await walkThrough(one, { first: 'halo' });
    if (!course.done) tally.stuck.push(course.last);
    if (world.ledgers.writes.length !== 1) tally.lost.push(`written ${world.ledgers.writes.length} times`);
    return { tally: { ...tally, conversations: 1, kills: 1 }, died, finishedAfterMs };
  } finally {
    await world.stop();
  }
}
