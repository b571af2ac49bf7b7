// req:E4 Whatever goes wrong, the answer is one of a short list and says nothing about the inside.
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createWorld } from '../support/world.ts';

test('an answer to something wrong has no stack, SQL, path or id', async () => {
  const world = await createWorld();
  onTestFinished(() => world.stop());
  const webhook = `${world.origin}/webhooks/twilio/messaging`;
  const form = (body: string) => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
  const wrong: [string, RequestInit][] = [
    [`${world.origin}/nothing`, {}],
    [`${world.origin}/nothing/%E0%A4%A`, {}],
    [`${world.origin}/pin/${'A'.repeat(22)}`, {}],
    [`${world.origin}/pin/../../etc/passwd`, {}],
    [webhook, {}],
    [webhook, form('Body=x')],
    [webhook, form('x'.repeat(70_000))],
    [webhook, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }],
    [webhook, { method: 'PUT' }],
    [`${world.origin}/webhooks/twilio/status`, form('MessageSid=1')],
  ];
  for (const [url, init] of wrong) {
    const answer = await fetch(url, init);
    const text = await answer.text();
    expect([url, answer.status >= 400 && answer.status < 500]).toEqual([url, true]);
    if (!(answer.headers.get('content-type') ?? '').startsWith('text/html')) {
      expect(['', 'Not Found', 'Bad Request']).toContain(text);
    }
    expect(text).not.toMatch(/node_modules|\/src\/|at \w+ \(|select |insert |Error:|SM[0-9a-f]{32}|express/i);
  }
});

test('a database that is away is a bare 503, and the log names neither address nor query', async () => {
  const world = await createWorld();
  onTestFinished(() => world.stop());
  const owner = new pg.Client({ connectionString: world.database.ownerUrl });
  owner.on('error', () => {});
  await owner.connect();
  await owner.query('alter table opt_outs rename to away');
  await expect(world.onWhatsApp('+6281200000011').say('halo')).rejects.toThrow('503');
  await owner.query('alter table away rename to opt_outs');
  await owner.end();
  expect(world.logged()).not.toMatch(/relation|insert into|postgres:\/\//);
  expect(await world.onWhatsApp('+6281200000011').say('halo')).toContain('Selamat datang');
});
