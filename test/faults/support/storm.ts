// Many people talk at once while something is done to the world, until everybody has what they came for.
import { setTimeout as pause } from 'node:timers/promises';
import { passTime } from '#src/simulator/pass-time.ts';
import { memberOf } from './crowd.ts';
import type { FaultWorld } from './fault-world.ts';
import { findBreaches } from './invariants.ts';
import { createParticipant, isDone, type Participant, walkThrough } from './participant.ts';
import type { Random } from './random.ts';
import { addFindings, emptyTally, type Tally } from './tally.ts';

export interface Storm {
  world: FaultWorld;
  random: Random;
  /** how many people, and how many of them at a time */
  people: number;
  atOnce: number;
  /** members from this number on */
  from?: number;
  /** done again and again while people talk; one call is one fault */
  disturb?: (random: Random) => Promise<void>;
  /** then they are left in peace, to finish */
  mostFaults?: number;
  /** between two faults */
  calmMs?: number;
  /** so long people think, at most, before they write */
  thinkMs?: number;
  /** no further conversations after that */
  isOver?: () => boolean;
  /** how often each message is delivered besides once, at the same time */
  copies?: (random: Random) => number;
  /** now and then an old message comes once more: the same bytes, or silence. Not where Redis may forget. */
  replays?: boolean;
}

export async function runStorm(storm: Storm): Promise<Tally> {
  const { world, random, people, atOnce, from = 0, isOver = () => false } = storm;
  const hurry = () => letTimePass(world);
  const tally = emptyTally();
  let next = from;
  let isCalm = false;
  const disturbing = (async () => {
    const { disturb, calmMs = 200, mostFaults = Number.POSITIVE_INFINITY } = storm;
    while (disturb !== undefined && !isCalm && tally.faults < mostFaults) {
      await pause(calmMs);
      if (isCalm) break;
      await disturb(random);
      tally.faults += 1;
    }
  })();
  const oneAfterTheOther = async () => {
    while (next < from + people && !isOver()) {
      const number = next++;
      const one = createParticipant(world, memberOf(number), {
        field: number % 2 === 0 ? 'email' : 'mobileNumber',
        codePatienceMs: 3_000,
        withoutCode: hurry,
      });
      await converse(storm, one, tally);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther));
  isCalm = true;
  await disturbing;
  await hurry();
  addFindings(tally, await findBreaches(world));
  return tally;
}

async function converse(
  { world, random, copies, replays, thinkMs = 1 }: Storm,
  one: Participant,
  tally: Tally,
): Promise<void> {
  const { participantId } = one.member;
  const course = await walkThrough(one, {
    ...(copies === undefined ? {} : { duplicate: () => copies(random) }),
    async before() {
      await pause(random.below(thinkMs));
      if (replays) await replay(one, random, tally);
    },
    mostMessages: 600,
  });
  tally.conversations += 1;
  tally.messages += course.messages;
  if (course.limited) tally.limited += 1;
  else if (!course.done) tally.stuck.push(`${participantId}: ${course.last}`);
  if (course.differing > 0)
    tally.double.push(`${participantId}: ${course.differing} duplicates were answered otherwise`);
  const writes = world.ledgers.writes.filter((write) => write.participantId === participantId);
  if (course.done && writes.length === 0) tally.lost.push(`${participantId} was told of a change that nobody made`);
  if (writes.length > 1) tally.double.push(`${participantId} was changed ${writes.length} times`);
  const claims = one.answered.filter(({ reply }) => isDone(reply) && !reply.includes('terdaftar pada data Anda'));
  if (new Set(claims.map(({ reply }) => reply)).size > 1) tally.double.push(`${participantId} heard of two changes`);
}

/** Half a minute; where Postgres is away just now, it does not matter. */
async function letTimePass(world: FaultWorld): Promise<void> {
  await passTime(world.ownerUrl, 35_000).catch(() => pause(500));
}

/** Something that was answered long ago, or just now, is delivered once more. */
async function replay(one: Participant, random: Random, tally: Tally): Promise<void> {
  if (one.answered.length === 0 || !random.chance(0.3)) return;
  const old = random.pick(one.answered.slice(-20));
  const again = await one.say(old.said, old.sid);
  one.answered.pop();
  tally.messages += 1;
  tally.faults += 1;
  if (again !== null && again !== old.reply && again !== '') {
    tally.double.push(`${one.member.participantId}: ${old.said} was answered anew: ${again}`);
  }
}
