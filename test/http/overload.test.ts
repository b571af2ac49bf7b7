// req:J1 promise:G17 More at once than the service takes: some are told to come again, nothing is lost, nothing done twice.
import { expect, onTestFinished, test } from 'vitest';
import { createCrowdStore, type Member, memberOf, pin } from '../faults/support/crowd.ts';
import { rowsOf } from '../support/rows.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

const people = 30;

/** What differs in any two conversations. */
const alike = (reply: string, { newEmail }: Member) =>
  reply
    .replaceAll(newEmail, '…')
    .replace(/UD-\w{6}|\/pin\/\w+|b•••\S*|l•••\S*|\d\d-\d\d-\d{4} pukul [\d.]+|0812 •••• ••\d\d/g, '…');

let sids = 0;
let refused = 0;

/** As Twilio with `#rc=5&rp=all`, and a participant who does not give up: the same message until it is taken. */
async function send(person: Person, text: string): Promise<string> {
  sids += 1;
  const sid = `SM${String(sids).padStart(32, '0')}`;
  for (;;) {
    try {
      return await person.say(text, sid);
    } catch (error) {
      if (!String(error).includes('answered 503')) throw error;
      refused += 1;
    }
  }
}

async function walk(world: World, member: Member): Promise<string[]> {
  const person = world.onWhatsApp(member.mobileNumber);
  const replies = [];
  for (const text of ['halo', member.nik, member.birthDate, '1', member.newEmail, 'YA'])
    replies.push(await send(person, text));
  replies.push(await send(person, await world.codeMailedTo(member.newEmail)), await send(person, pin));
  return replies.map((reply) => alike(reply, member));
}

test('thirty changes at once where four turns fit: each gets the answers of a quiet day, and is saved once', async () => {
  const world = await createWorld({ POLICY_SERVER_TURNS_AT_ONCE: '4' }, createCrowdStore(people + 1));
  onTestFinished(() => world.stop());
  const quiet = await walk(world, memberOf(people));
  expect(quiet.at(-1)).toMatch(/^Selesai\./);
  expect(refused).toBe(0);

  const crowd = Array.from({ length: people }, (_, number) => memberOf(number));
  const answers = await Promise.all(crowd.map((member) => walk(world, member)));
  expect(refused).toBeGreaterThan(0);
  for (const one of answers) expect(one).toEqual(quiet);
  const facts = await rowsOf(
    world.database.ownerUrl,
    `select (select count(*)::int from changes where state = 'applied') as applied,
      (select count(distinct participant)::int from changes) as participants,
      (select count(*)::int from identify_attempts where outcome = 'matched') as found,
      (select count(*)::int from code_attempts where verdict = 'right') as codes,
      (select count(*)::int from pin_attempts where verdict = 'ok') as pins`,
  );
  const all = people + 1;
  expect(facts).toEqual([{ applied: all, participants: all, found: all, codes: all, pins: all }]);
  expect(world.directoryServer.ledger().filter(({ call }) => call === 'changeContact')).toHaveLength(all);
});
