// A process is killed at one failpoint while it answers one message; another one takes over and the conversation goes on.
import { passTime } from '#src/simulator/pass-time.ts';
import { memberOf } from './crowd.ts';
import { patientAgents } from './desk.ts';
import { createFaultWorld, type FaultWorld } from './fault-world.ts';
import { findBreaches } from './invariants.ts';
import { type KillPoint, stateOf } from './kill-points.ts';
import { createParticipant, newSid, type Participant, questionIn, walkThrough } from './participant.ts';
import type { Product } from './product.ts';
import { addFindings, emptyTally, type Tally } from './tally.ts';

export interface KillRun {
  tally: Tally;
  /** the points at which a process really died */
  struck: KillPoint[];
  /** where the message was answered without passing the point, in words */
  missed: string[];
}

/** One lane: a world of its own, one point after the other. Conversations finish in the background. */
export async function runKillLane(points: readonly KillPoint[], isOver: () => boolean): Promise<KillRun> {
  const tally = emptyTally();
  const struck: KillPoint[] = [];
  const missed: string[] = [];
  const world = await createFaultWorld({ people: 2 * points.length + 2, env: patientAgents });
  world.inOrder = true;
  const survivor = await world.start();
  world.calm.push(survivor);
  const tails: Promise<void>[] = [];
  let number = 0;
  // The next one starts while this one dies.
  const startAt = (point: KillPoint | undefined) =>
    point === undefined ? undefined : world.start(`${point.armed}:kill`);
  let next = startAt(points[0]);
  for (const [index, point] of points.entries()) {
    if (isOver()) break;
    const doomed = await next;
    next = startAt(points[index + 1]);
    if (doomed === undefined) continue;
    number += 1;
    const stranger = { from: `+62899000${String(number).padStart(5, '0')}` };
    const one = createParticipant(world, memberOf(number), {
      ...(point.scene.isStranger ? stranger : {}),
      cannotWait: point.scene.writes === 1,
      codePatienceMs: 2_000,
      withoutCode: () => passTime(world.ownerUrl, 35_000),
    });
    tally.conversations += 1;
    const where = `${point.armed} in ${stateOf(point)}`;
    const problem = await killOnce(world, { point, one, doomed, survivor });
    if (doomed.ended()?.signal === 'SIGKILL') {
      tally.kills += 1;
      struck.push(point);
    } else missed.push(where);
    doomed.signal('SIGKILL');
    if (problem !== null) tally.lost.push(`${where}: ${problem}`);
    else tails.push(finish(world, { point, one, tally, where }));
  }
  await (await next?.catch(() => undefined))?.signal('SIGKILL');
  await Promise.all(tails);
  // Recoveries that look only after a while may look now.
  await passTime(world.ownerUrl, 20_000);
  addFindings(tally, await findBreaches(world));
  await world.stop();
  return { tally, struck, missed };
}

/** Nothing was done, or nobody knows yet; the participant is told so, and says it again. */
const isSlow = (reply: string) => /^Maaf, sistem kami sedang lambat/.test(reply);

/** On a crowded machine Twilio may give up; then the same message comes once more, by the fallback. */
async function insist(one: Participant, said: string, sid = newSid()): Promise<string | null> {
  for (let tries = 0; tries < 4; tries += 1) {
    const reply = await one.say(said, sid);
    if (reply !== null) return reply;
  }
  return null;
}

/** @returns what went wrong */
async function killOnce(
  world: FaultWorld,
  { point, one, doomed, survivor }: { point: KillPoint; one: Participant; doomed: Product; survivor: Product },
): Promise<string | null> {
  one.calm = true;
  for (const line of point.scene.lines.slice(0, point.at)) {
    await line.arrange?.(world, one);
    const said = (await line.say(one, world)) ?? '';
    let reply = await insist(one, said);
    // A crowded machine takes longer than a turn may.
    const isOver = (answer: string) => !isSlow(answer) && (line.isLeftToJob || questionIn(answer) !== 'wait');
    for (let tries = 0; tries < 20 && reply !== null && !isOver(reply); tries += 1) {
      reply = await insist(one, isSlow(reply) ? said : ((await one.answerTo(reply)) ?? ''));
    }
    if (reply === null || !line.hears.test(reply)) return `on the way there, in ${line.state}: ${reply}`;
  }
  const line = point.scene.lines[point.at];
  if (line === undefined) return 'no such line';
  await line.arrange?.(world, one);
  const said = (await line.say(one, world)) ?? '';
  one.calm = false;
  world.pool.splice(0, Number.POSITIVE_INFINITY, doomed, survivor);
  const sid = newSid();
  const reply = line.onPage ? await one.typeOnPage(said) : await insist(one, said, sid);
  one.calm = true;
  if (reply === null) return 'no answer at all';
  if (!line.hears.test(reply) && !isSlow(reply)) return `answered ${reply}`;
  // The page has served, and says so.
  if (line.onPage) return null;
  const again = await insist(one, said, sid);
  return again === reply ? null : `answered once ${reply} and once ${again}`;
}

async function finish(
  world: FaultWorld,
  { point, one, tally, where }: { point: KillPoint; one: Participant; tally: Tally; where: string },
): Promise<void> {
  const last = one.answered.at(-1)?.reply ?? '';
  const said = point.scene.goesOn ? await one.answerTo(last) : null;
  if (said !== null) {
    const course = await walkThrough(one, { first: said });
    if (!course.done) tally.stuck.push(`${where}: ${course.last}`);
  }
  tally.messages += one.answered.length;
  const writes = world.ledgers.writes.filter(({ participantId }) => participantId === one.member.participantId);
  if (writes.length !== point.scene.writes) {
    (writes.length === 0 ? tally.lost : tally.double).push(`${where}: written ${writes.length} times`);
  }
}
