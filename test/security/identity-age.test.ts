// req:A15 An identity counts for a while; after that it is asked again, and the step goes on.
import { beforeAll, expect, test } from 'vitest';
import { Policy } from '#src/policy.ts';
import { createWorld, type World } from '../support/world.ts';

const { identifiedIdleMinutes, identifiedMaxMinutes } = Policy.shape.session.parse({});
const minute = 60_000;
let world: World;
beforeAll(async () => {
  world = await createWorld();
  return () => world.stop();
});

async function identified(number: string) {
  const phone = world.onWhatsApp(number);
  await phone.say('9901014506850001');
  expect(await phone.say('5 Juni 1985')).toContain('Ganti email');
  return phone;
}

test('within the idle time the next answer counts', async () => {
  const phone = await identified('+6285700000001');
  world.sleep(identifiedIdleMinutes * minute - 5_000);
  expect(await phone.say('1')).toContain('email baru');
});

test('after it NIK and birth date are asked again, and then the step goes on', async () => {
  const phone = await identified('+6285700000002');
  await phone.say('1');
  world.sleep(identifiedIdleMinutes * minute + 1_000);
  expect(await phone.say('siti.baru@example.com')).toContain('NIK');
  await phone.say('9901014506850001');
  expect(await phone.say('5 Juni 1985')).toContain('email baru');
});

test('after the longest time it is asked again, however busy the conversation was', async () => {
  const phone = await identified('+6285700000003');
  for (let passed = 0; passed + 10 <= identifiedMaxMinutes - 10; passed += 10) {
    world.sleep(10 * minute);
    expect(await phone.say('MENU')).toContain('Ganti email');
  }
  world.sleep(11 * minute);
  expect(await phone.say('1')).toContain('NIK');
});
