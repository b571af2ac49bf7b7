// req:D4 What Twilio has kept of texts that held an identity, a code or a PIN is emptied there.
import { expect, onTestFinished, test } from 'vitest';
import { Policy } from '#src/policy.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { rowsOf } from '../support/rows.ts';
import { createWorld, eventually, type World } from '../support/world.ts';

async function started(): Promise<World> {
  const world = await createWorld();
  onTestFinished(() => world.stop());
  return world;
}

const inbound = (world: World) => world.twilio.messages().filter((message) => message.direction === 'inbound');
const secretsAt = (world: World, secrets: string[]) =>
  world.twilio.messages().filter((message) => secrets.some((secret) => message.body.includes(secret)));

test('after a change of number Twilio has neither identity nor code nor PIN, and still has everything else', async () => {
  const world = await started();
  const siti = world.onWhatsApp('+6281200000011');
  const texts = ['halo', '9901014506850001', '5 Juni 1985', '2', '081234567890', 'YA'];
  for (const text of texts) await siti.say(text);
  const code = await world.codeSentTo('+6281234567890');
  await siti.say(code);
  expect(await siti.say('135790')).toContain('Selesai');
  await siti.say('terima kasih');

  const secrets = ['9901014506850001', '5 Juni 1985', code, '135790'];
  await eventually(() => (secretsAt(world, secrets).length === 0 ? true : undefined), 'no secret at Twilio');
  expect(inbound(world).flatMap(({ body }) => (body === '' ? [] : [body]))).toEqual([
    'halo',
    '2',
    '081234567890',
    'YA',
    'terima kasih',
  ]);
  expect(inbound(world).filter((message) => message.redacted)).toHaveLength(4);
});

test('words that we know to hold none cost no job where one was asked; whatever else is written there does', async () => {
  const world = await started();
  const siti = world.onWhatsApp('+6281200000011');
  for (const text of ['apa ya', 'bantuan', '??']) await siti.say(text);
  const asked = () => rowsOf(world.database.ownerUrl, "select 1 from pgboss.job where name = 'message.redact'");
  expect(await asked()).toEqual([]);
  const texts = ['sembilan sembilan nol satu', 'rahasia', 'siti.aminah@example.com', '٩٩٠١'];
  for (const text of texts) await siti.say(text);
  expect(await asked()).toHaveLength(texts.length);
  await eventually(() => (secretsAt(world, texts).length === 0 ? true : undefined), 'all four emptied');
});

test('an identity that comes where another answer was asked is emptied too', async () => {
  const world = await started();
  const siti = world.onWhatsApp('+6281200000011');
  await siti.say('9901014506850001 5 Juni 1985');
  const { identifiedIdleMinutes } = Policy.shape.session.parse({});
  world.sleep((identifiedIdleMinutes + 1) * 60_000);
  await siti.say('ganti email, NIK 9901014506850001');
  await eventually(() => (inbound(world).every((one) => one.redacted) ? true : undefined), 'both emptied');
});

test('what Twilio refuses is tried again until it is done', async () => {
  const world = await started();
  world.twilio.arm({ kind: 'refuse', code: 20500 }, { on: 'redact', times: 2 });
  world.twilio.arm({ kind: 'reset', accepts: false }, { on: 'redact' });
  await world.onWhatsApp('+6281200000011').say('9901014506850001');
  await eventually(() => (inbound(world).every((one) => one.redacted) ? true : undefined), 'emptied in the end');
  expect(world.twilio.requests().filter(({ params }) => params.Body === '').length).toBeGreaterThan(3);
});

test('a text that still stands there after a quarter of an hour raises an alarm', async () => {
  const world = await started();
  const { alarmMinutes } = Policy.shape.redact.parse({});
  world.twilio.arm({ kind: 'refuse', code: 20003 }, { on: 'redact', times: 1_000 });
  await world.onWhatsApp('+6281200000011').say('9901014506850001');
  const alarms = () =>
    world
      .logged()
      .split('\n')
      .filter((line) => line.includes('redaction.late'));
  expect(alarms()).toEqual([]);
  await passTime(world.database.ownerUrl, alarmMinutes * 60_000);
  const [alarm = ''] = await eventually(async () => {
    // A job that is at work while the time passes waits for its next try from now on.
    await passTime(world.database.ownerUrl, 60_000);
    return alarms().length > 0 ? alarms() : undefined;
  }, 'an alarm');
  expect(JSON.parse(alarm)).toMatchObject({ level: 'error', count: 1 });
});
