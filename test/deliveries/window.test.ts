// WhatsApp takes free text for 24 h after somebody's last message: later, what is said into the chat goes by SMS (Twilio 63016).
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { passTime } from '#src/simulator/pass-time.ts';
import { createWorld, eventually, type Person, type World } from '../support/world.ts';
import { ask, siti } from './people.ts';

const hour = 3_600_000;

let world: World;
let values = 0;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => passTime(world.database.ownerUrl, 72 * hour));
afterAll(() => world.stop());

/** A change that waits, because it was asked for from a number that nobody has registered. */
async function hold(person: Person): Promise<void> {
  values += 1;
  const address = `held.${values}@example.com`;
  await person.say(`${siti.number} ${siti.birthDate}`);
  await person.say('1');
  await person.say(address);
  await person.say('ya');
  await person.say(await world.codeMailedTo(address));
  expect(await person.say('135790')).toContain('mulai berlaku');
}

async function pass(ms: number): Promise<void> {
  world.sleep(ms);
  await passTime(world.database.ownerUrl, ms);
}

const arrival = (to: string) =>
  eventually(
    () => world.twilio.messages().find((message) => message.to === to && message.body.includes('Selesai')),
    `the news at ${to}`,
  );

test('a change that takes effect a day later is told by SMS', async () => {
  const number = '+6281370009001';
  await hold(world.onWhatsApp(number));
  await pass(24 * hour + 60_000);
  expect(await arrival(number)).toMatchObject({ channel: 'sms', status: 'delivered' });
  const tried = world.twilio.messages().filter(({ to, body }) => to.includes(number) && body.includes('Selesai'));
  expect(tried.map(({ channel }) => channel)).toEqual(['sms']);
  await eventually(
    async () =>
      (await ask(world, "select 1 from notices where recipient = 'chat' and via = 'sms' and state = 'accepted'"))[0],
    'the notice as sent',
  );
});

test('and in the chat, where something was written there meanwhile', async () => {
  const number = '+6281370009002';
  const person = world.onWhatsApp(number);
  await hold(person);
  await pass(12 * hour);
  await person.say('halo');
  await pass(12 * hour + 60_000);
  expect(await arrival(`whatsapp:${number}`)).toMatchObject({ channel: 'whatsapp', status: 'delivered' });
});
