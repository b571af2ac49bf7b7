// The failpoints that only jobs pass, and what enters a conversation from outside: a process that is alone dies of it, and
// its successor goes on.
import { setTimeout as pause } from 'node:timers/promises';
import type { Failpoint } from '#src/failpoint.ts';
import { memberOf, pin } from './crowd.ts';
import { patientAgents } from './desk.ts';
import { createFaultWorld, type FaultWorld } from './fault-world.ts';
import { findBreaches } from './invariants.ts';
import { createParticipant, type Participant, walkThrough } from './participant.ts';
import { addFindings, emptyTally, type Tally } from './tally.ts';

export interface Cause {
  name: string;
  channel?: 'sms';
  field?: 'mobileNumber';
  /** before the process that is to die is there */
  prepare(world: FaultWorld, one: Participant): Promise<void>;
  trigger(world: FaultWorld, one: Participant): Promise<void>;
  /** said into the chat by the job */
  hears?: RegExp;
  /** with which the participant then goes on to the end of the change */
  goesOn: string;
}

export interface JobPoint {
  armed: `${Failpoint}:${number}`;
  cause: Cause;
}

const tell = async (one: Participant, ...texts: string[]) => {
  for (const text of texts) await one.say(text);
};
const toMenu = ({ member }: Participant) => ['halo', member.nik, member.birthDate];
async function toPin(_: FaultWorld, one: Participant): Promise<void> {
  await tell(one, ...toMenu(one), '1', one.member.newEmail, 'YA');
  await tell(one, (await one.answerTo('Mohon ketik kode')) ?? '');
}
const toAgent = (_: FaultWorld, one: Participant) => tell(one, ...toMenu(one), 'PETUGAS');

const aChange: Cause = {
  name: 'a change',
  prepare: toPin,
  trigger: (_, one) => tell(one, pin),
  goesOn: 'halo',
};
const aSlowChange: Cause = {
  ...aChange,
  name: 'a change that the turn leaves to the job',
  trigger({ directoryServer }, one) {
    const fault = { call: 'changeContact', when: 'before', how: { kind: 'status', status: 503 } } as const;
    directoryServer.arm(fault, fault);
    return tell(one, pin);
  },
};
const aLostCode: Cause = {
  name: 'a code that did not arrive',
  field: 'mobileNumber',
  prepare: (_, one) => tell(one, ...toMenu(one), '2', one.member.newNumber),
  async trigger({ twilio }, one) {
    twilio.arm({ kind: 'fail', code: 30005 }, { to: one.member.newNumber });
    await tell(one, 'YA');
  },
  hears: /^Kode tidak dapat dikirim ke nomor itu/,
  goesOn: 'MENU',
};
const anAgent: Cause = {
  name: 'an agent who takes the case',
  prepare: toAgent,
  trigger: async (world, one) => void (await (await world.desk()).claim(one)),
  hears: /^Petugas 165 - /,
  goesOn: 'SELESAI',
};
const aReturn: Cause = {
  name: 'an agent who gives the word back',
  async prepare(world, one) {
    await toAgent(world, one);
    await (await world.desk()).claim(one);
    await one.hear(/^Petugas 165 - /);
  },
  trigger: async (world, one) => (await world.desk()).returnToMenu(one),
  hears: /Percakapan dengan petugas selesai/,
  goesOn: '1',
};
const anInvitation: Cause = {
  name: 'an agent who invites a caller',
  channel: 'sms',
  prepare: async () => {},
  trigger: async (world, one) => (await world.desk()).invite(one),
  hears: /mengundang Anda/,
  goesOn: 'halo',
};

export const jobPoints: JobPoint[] = [
  { armed: 'notice.afterTake:1', cause: aChange },
  { armed: 'notice.afterSend:1', cause: aChange },
  { armed: 'notice.afterFinish:1', cause: aChange },
  { armed: 'settle.afterClaim:2', cause: aSlowChange },
  { armed: 'settle.afterDirectory:1', cause: aSlowChange },
  { armed: 'settle.afterConclude:1', cause: aSlowChange },
  ...[aLostCode, anAgent, aReturn, anInvitation].flatMap((cause) =>
    (['enter.afterAdvance:1', 'enter.afterCommit:1', 'enter.afterSay:1'] as const).map((armed) => ({ armed, cause })),
  ),
];

/** Where it hurts most: what entered is committed, and not said. The long run does all. */
export const fewJobPoints = jobPoints.filter(({ armed }) => !/^enter\.after(Advance|Say)/.test(armed));

export interface JobKill {
  tally: Tally;
  died: boolean;
  /** from the start of the successor until everything was done */
  finishedAfterMs: number;
}

export async function killJob({ armed, cause }: JobPoint): Promise<JobKill> {
  const tally = emptyTally();
  const world = await createFaultWorld({ people: 1, env: patientAgents });
  try {
    const before = await world.start();
    world.pool.push(before);
    const { channel = 'whatsapp', field = 'email' } = cause;
    const one = createParticipant(world, memberOf(0), { channel, field });
    await cause.prepare(world, one);
    before.signal('SIGKILL');
    await before.gone;
    const doomed = await world.start(`${armed}:kill`);
    world.pool.push(doomed);
    await cause.trigger(world, one);
    await Promise.race([doomed.gone, pause(20_000, null, { ref: false })]);
    const died = doomed.ended() !== null;
    doomed.signal('SIGKILL');
    await doomed.gone;
    world.pool.push(await world.start());
    const startedAt = performance.now();
    const findings = await findBreaches(world);
    const finishedAfterMs = performance.now() - startedAt;
    addFindings(tally, findings);
    if (cause.hears !== undefined) await one.hear(cause.hears);
    const course = await walkThrough(one, { first: cause.goesOn });
    if (!course.done) tally.stuck.push(course.last);
    if (world.ledgers.writes.length !== 1) tally.lost.push(`written ${world.ledgers.writes.length} times`);
    return { tally: { ...tally, conversations: 1, kills: 1 }, died, finishedAfterMs };
  } finally {
    await world.stop();
  }
}
