// req:C4 While Twilio's token is changed, what either one signed is taken; before and after that, one counts.
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { sign } from '#src/simulator/twilio-wire.ts';
import { accountSid, createWorld, type World, whatsappFrom } from '../support/world.ts';
import { messaging, post } from './signed.ts';

const [old, next] = [randomUUID(), randomUUID()];
let sids = 0;

/** @returns the status of a message that somebody new writes, signed with that token */
async function signedWith(world: World, token: string): Promise<number> {
  sids += 1;
  const params = {
    AccountSid: accountSid,
    MessageSid: `SM${String(sids).padStart(32, '0')}`,
    From: `whatsapp:+62813770${String(sids).padStart(5, '0')}`,
    To: whatsappFrom,
    Body: 'halo',
    NumMedia: '0',
  };
  return (await post(world, { params, signature: sign(token, `${world.publicUrl}${messaging}`, params) })).status;
}

const both = (world: World) =>
  Promise.all(Array.from({ length: 40 }, (_, at) => signedWith(world, at % 2 === 0 ? old : next)));

test('no message is refused between the first restart and the last, under load', async () => {
  const world = await createWorld({ TWILIO_AUTH_TOKEN: old });
  onTestFinished(() => world.stop());
  expect(await signedWith(world, next)).toBe(403);

  await world.restart({ TWILIO_AUTH_TOKEN: next, TWILIO_AUTH_TOKEN_PREVIOUS: old });
  expect(new Set(await both(world))).toEqual(new Set([200]));
  expect(await signedWith(world, randomUUID())).toBe(403);
  expect(await signedWith(world, '')).toBe(403);

  await world.restart({ TWILIO_AUTH_TOKEN_PREVIOUS: '' });
  expect(await signedWith(world, old)).toBe(403);
  expect(await signedWith(world, next)).toBe(200);
});
