// Carries out a sequence of commands in a world of the model, and checks the rule after each.
import type { ParticipantEvent } from '#machines/events.ts';
import type { Policy } from '#src/policy.ts';
import { hide } from '#src/seal.ts';
import type { Command } from './commands.ts';
import { type Persona, people, personas } from './people.ts';
import { checkRule } from './rule.ts';
import { type Breakage, createModelWorld, type MakeFacts, type ModelWorld } from './world.ts';

export interface Run {
  smsFrom: Policy['proof']['smsFrom'];
  commands: Command[];
}

/** What a run reached, so that a test can tell that it was not an idle one. */
export interface Reached {
  applied: number;
  held: number;
  cancelled: number;
  /** applied before the end of their hold */
  released: number;
}

/** @throws CounterExampleError as soon as the rule is broken */
export async function runSequence(
  { smsFrom, commands }: Run,
  {
    policy,
    makeFacts,
    breakage,
    isRealTime = false,
  }: { policy: Policy; makeFacts: MakeFacts; breakage?: Breakage; isRealTime?: boolean },
): Promise<Reached> {
  const world = await createModelWorld({
    policy: { ...policy, proof: { ...policy.proof, smsFrom } },
    makeFacts,
    isRealTime,
    ...(breakage && { breakage }),
  });
  try {
    let checked = 0;
    for (const command of commands) {
      await carryOut(world, command);
      const written = world.ledger.written.slice(checked);
      checked = world.ledger.written.length;
      await checkRule(world, written);
    }
    // What is held may still be applied long after its end.
    await world.pass(4 * 24 * 3_600_000);
    await world.runJobs();
    await checkRule(world, world.ledger.written);
    return await reached(world);
  } finally {
    await world.facts.stop();
  }
}

async function reached({ ledger, facts }: ModelWorld): Promise<Reached> {
  let held = 0;
  let released = 0;
  for (const { turnId } of ledger.typed.filter(({ what }) => what === 'pin')) {
    const heldUntil = (await facts.changes.find(turnId))?.heldUntil?.getTime();
    if (heldUntil === undefined) continue;
    held += 1;
    if (ledger.written.some(({ changeId, at }) => changeId === turnId && at < heldUntil)) released += 1;
  }
  return { applied: ledger.written.length, held, cancelled: ledger.cancelled.length, released };
}

async function carryOut(world: ModelWorld, command: Command): Promise<void> {
  switch (command.does) {
    case 'answers': {
      const persona = personaAt(command.who);
      for (let step = 0; step < command.steps; step += 1) {
        const answer = bestAnswer(world, persona, command);
        if (answer.type === 'answer.code' && command.late) await world.pass(world.policy.otp.lifeSeconds * 1000 + 1);
        await world.say(persona, answer);
      }
      return;
    }
    case 'releases': {
      const persona = personaAt(command.who);
      await world.say(persona, { type: 'ask.releaseHeld' });
      const { last } = world.placeOf(persona);
      if (last?.prompt === 'chooseOldContact') await world.say(persona, { type: 'answer.field', field: command.field });
      const code = command.right ? readable(world, persona).at(-1) : undefined;
      await world.say(persona, { type: 'answer.code', code: hide(code ?? '999997') });
      return;
    }
    case 'says':
      await world.say(personaAt(command.who), { type: command.word });
      return;
    case 'volunteers':
      await world.say(personaAt(command.who), volunteered(personaAt(command.who), command));
      return;
    case 'types code':
      await world.say(personaAt(command.who), { type: 'answer.code', code: hide(codeFor(world, command)) });
      return;
    case 'types cancel code': {
      const persona = personaAt(command.who);
      const code = command.right ? await cancelCodeFor(world, persona) : 'AB2CD-EF3GH';
      await world.say(persona, { type: 'word.cancelCode', code: hide(code) });
      return;
    }
    case 'types PIN': {
      const persona = personaAt(command.who);
      const pin = command.right ? pinOf(persona, command.aim) : '000000';
      if (command.onPage) await world.typeOnPage(persona, pin);
      else await world.say(persona, { type: 'answer.pin', pin: hide(pin) });
      return;
    }
    case 'is delivered again':
      await world.deliverAgain(personaAt(command.who), command.back);
      return;
    case 'two at once': {
      const both = [personaAt(command.who), personaAt(command.other)];
      const wishes = { aim: command.aim, field: 'email', wish: 0 } as const;
      await Promise.all(both.map((persona) => world.say(persona, bestAnswer(world, persona, wishes))));
      return;
    }
    case 'trouble':
      world.trouble({ kind: command.kind, at: command.at });
      return;
    case 'place is lost':
      world.placeOf(personaAt(command.who)).stored = null;
      return;
    case 'place is old': {
      const place = world.placeOf(personaAt(command.who));
      place.stored = place.before.at(-1 - command.back) ?? null;
      return;
    }
    case 'time passes':
      await world.pass(command.ms);
      return;
    case 'jobs run':
      await world.runJobs();
      return;
    case 'directory changes':
      world.changeAtDirectory(
        command.aim,
        command.field,
        command.field === 'email' ? 'other@example.com' : '+6281200000077',
      );
      return;
    case 'number risk':
      world.setRisk(command.high);
      return;
  }
}

function personaAt(index: number): Persona {
  const persona = personas[index];
  if (persona === undefined) throw new Error(`there is no persona ${index}`);
  return persona;
}

const registeredAt = (index: number) => people[index] ?? people[0];

const pinOf = (persona: Persona, aim: number): string =>
  persona.pins.includes(aim) ? registeredAt(aim).pin : '111111';

interface Wishes {
  aim: number;
  field: 'email' | 'mobileNumber';
  wish: number;
}

/** The answer to what was asked last, as good as this person can give it. */
function bestAnswer(world: ModelWorld, persona: Persona, { aim, field, wish }: Wishes): ParticipantEvent {
  const { kind, number, birthDate } = registeredAt(aim);
  const last = world.placeOf(persona).last;
  switch (last?.prompt) {
    case undefined:
    case 'askNumber':
      return { type: 'answer.number', kind, number };
    case 'askBirthDate':
      return { type: 'answer.birthDate', birthDate };
    case 'chooseField':
    case 'chooseOldContact':
      return { type: 'answer.field', field };
    case 'askNewValue': {
      const asked = last?.facts.field ?? field;
      return {
        type: 'answer.value',
        field: asked,
        value: persona.wants[asked][wish] ?? persona.wants[asked][0] ?? '',
        suggestion: null,
      };
    }
    case 'confirmSuggestion':
    case 'confirmNewValue':
      return { type: 'answer.yes' };
    case 'askPin':
      return { type: 'answer.pin', pin: hide(pinOf(persona, aim)) };
    case 'waitForResult':
    case 'waitForAgent':
      return { type: 'word.again' };
    default:
      return { type: 'answer.code', code: hide(readable(world, persona).at(-1) ?? '999999') };
  }
}

/** The codes that reached somebody's mailboxes and phones, oldest first. */
const readable = ({ ledger }: ModelWorld, persona: Persona): string[] =>
  ledger.sent.filter(({ target }) => persona.reads.includes(target)).map(({ code }) => code);

/** The newest one in a letter to a mailbox that they read. */
async function cancelCodeFor({ ledger, facts }: ModelWorld, persona: Persona): Promise<string> {
  for (const { turnId } of ledger.typed.filter(({ what }) => what === 'pin').reverse()) {
    const told = await facts.told(turnId);
    const letter = told.find(({ to, cancelCode }) => cancelCode !== null && persona.reads.includes(to));
    if (letter?.cancelCode != null) return letter.cancelCode;
  }
  return 'AB2CD-EF3GJ';
}

function codeFor(world: ModelWorld, { who, which }: Extract<Command, { does: 'types code' }>): string {
  const codes = readable(world, personaAt(who));
  switch (which) {
    case 'newest':
      return codes.at(-1) ?? '999999';
    case 'old':
      return codes.at(-2) ?? '999998';
    case 'wrong':
      return '123123';
    case 'zeros':
      return '000000';
  }
}

function volunteered(
  persona: Persona,
  { what, aim, field }: Extract<Command, { does: 'volunteers' }>,
): ParticipantEvent {
  const { kind, number, birthDate } = registeredAt(aim);
  switch (what) {
    case 'number':
      return { type: 'answer.number', kind, number };
    case 'birthDate':
      return { type: 'answer.birthDate', birthDate };
    case 'field':
      return { type: 'answer.field', field };
    case 'value':
      return { type: 'answer.value', field, value: persona.wants[field][0] ?? '', suggestion: null };
  }
}
