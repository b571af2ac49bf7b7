// req:D1 req:D2 req:E1 What is stored opens only where it was put, and a spoiled place is a polite new start.
import { randomBytes, randomInt } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import pg from 'pg';
import { createClient } from 'redis';
import { beforeAll, describe, expect, test } from 'vitest';
import { SealError } from '#src/errors.ts';
import { Policy } from '#src/policy.ts';
import { createCipher, createSeal, hide } from '#src/seal.ts';
import { ownRedisUrl } from '../support/redis.ts';
import { createWorld, type World } from '../support/world.ts';

const flips = Number(process.env.FLIPS ?? 100);

describe('a sealed value', () => {
  const cipher = createCipher([{ id: 'k1', bytes: randomBytes(32) }]);
  const place = fc.string({ minLength: 1, maxLength: 60 });

  test('opens at its place and at no other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), place, place, (text, here, there) => {
        const sealed = cipher.close(text.toWellFormed(), here);
        expect(cipher.open(sealed, here)).toBe(text.toWellFormed());
        if (Buffer.from(here).equals(Buffer.from(there))) return;
        expect(() => cipher.open(sealed, there)).toThrow(SealError);
      }),
    );
  });

  test('with one bit other than it was does not open, whichever bit', () => {
    const sealed = cipher.close('siti.baru@example.com', 'changes.new_value_sealed:1');
    const body = Buffer.from(sealed.slice(3), 'base64url');
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const spoiled = Buffer.from(body);
      spoiled[bit >> 3] = (spoiled[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => cipher.open(`k1.${spoiled.toString('base64url')}`, 'changes.new_value_sealed:1')).toThrow(SealError);
    }
    for (const short of ['', 'k1', 'k1.', 'k1.AAAA', 'k2.AAAA', `k1.${body.subarray(0, 20).toString('base64url')}`]) {
      expect(() => cipher.open(short, 'changes.new_value_sealed:1')).toThrow(SealError);
    }
  });

  test('never looks the same twice', () => {
    const sealed = Array.from({ length: 1_000 }, () => cipher.close('135790', 'a'));
    expect(new Set(sealed).size).toBe(1_000);
  });

  test('says nothing by its hash without the look-up key, nor in another purpose', () => {
    const keys = [{ id: 'k1', bytes: randomBytes(32) }];
    const [one, other] = [createSeal(keys, randomBytes(32)), createSeal(keys, randomBytes(32))];
    expect(one.index('contact', 'a@example.com')).not.toBe(other.index('contact', 'a@example.com'));
    expect(one.index('contact', 'a@example.com')).not.toBe(one.index('participant', 'a@example.com'));
    expect(one.index('ab', 'c')).not.toBe(one.index('a', 'bc'));
    expect(one.matches('contact', 'a@example.com', one.index('contact', 'a@example.com'))).toBe(true);
    expect(one.matches('contact', 'a@example.com', '')).toBe(false);
  });
});

test('a secret prints nothing of itself, whatever prints it', () => {
  const secret = hide('135790');
  const printed = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
    inspect(new Error('x', { cause: secret })),
    JSON.stringify(structuredClone({ ...secret })),
    inspect(structuredClone(secret)),
    Object.values(secret).join(),
  ];
  for (const text of printed) expect(text).not.toContain('135790');
  expect(secret.reveal()).toBe('135790');
});

describe('the place in Redis', () => {
  let world: World;
  let redis: ReturnType<typeof createClient>;

  beforeAll(async () => {
    const url = ownRedisUrl('atRest');
    world = await createWorld({ REDIS_URL: url });
    redis = createClient({ url });
    redis.on('error', () => {});
    await redis.connect();
    return async () => {
      await redis.close();
      await world.stop();
    };
  });

  const places = async () => (await redis.keys('session:*')).filter((key) => /^session:[\w-]{43}$/.test(key));

  /** Whoever has given an identity, and the key under which their place lies. */
  async function somewhere(number: string): Promise<{ say: (text: string) => Promise<string>; key: string }> {
    const before = new Set(await places());
    const phone = world.onWhatsApp(number);
    await phone.say('9901014506850001');
    const key = (await places()).find((one) => !before.has(one)) ?? '';
    return { say: phone.say, key };
  }
  const number = () => `+62857${String(randomInt(10 ** 8)).padStart(8, '0')}`;

  test('has a key that names nobody and ends in a day; what counts a message’s opens ends in a minute', async () => {
    const { say, key } = await somewhere(number());
    expect(key).not.toBe('');
    // A code, a PIN page, a wrong PIN, a case, and what is said into the chat by itself.
    const mailbox = `ttl.${randomInt(10 ** 6)}@example.com`;
    for (const text of ['5 Juni 1985', '1', mailbox, 'ya']) await say(text);
    expect(await say(await world.codeMailedTo(mailbox))).toContain('/pin/');
    for (const text of ['111111', 'batal', 'petugas', 'halo']) await say(text);
    const day = Policy.shape.session.parse({}).placeHours * 3600;
    for (const one of await redis.keys('*')) {
      const [, opens] = /^session:[\w-]{43}(:opens:[\w-]{12})?$/.exec(one) ?? [one, 'nameless'];
      expect(opens, one).not.toBe('nameless');
      const left = await redis.ttl(one);
      expect([one, left > 0 && left <= (opens === undefined ? day : 60)]).toEqual([one, true]);
    }
    expect(await redis.ttl(key)).toBeGreaterThan(day - 60);
  });

  test(`with a bit other than it was, ${flips} times, is a polite new start and never an error`, async () => {
    const { say, key } = await somewhere(number());
    expect(await say('bukan tanggal')).toContain('tanggal lahir');
    for (let flip = 0; flip < flips; flip += 1) {
      const value = Buffer.from((await redis.get(key)) ?? '');
      // The version in front gets its share: there a value could become one that nobody can replace.
      const bit = randomInt(flip % 2 === 0 ? 18 * 8 : value.length * 8);
      value[bit >> 3] = (value[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await redis.set(key, value, { EX: 60 });
      expect(await say('halo')).toMatch(/^Selamat datang/);
      await say('9901014506850001');
    }
  });

  test.each([
    ['nothing', ''],
    ['no version', 'k1.AAAA'],
    ['rubbish', '\u0000\u0001 x'],
    ['the key of somebody else', `1.AAAAAAAAAAA other.${'A'.repeat(80)}`],
  ])('that holds %s is a polite new start', async (_, value) => {
    const { say, key } = await somewhere(number());
    await redis.set(key, value, { EX: 60 });
    expect(await say('halo')).toMatch(/^Selamat datang/);
  });

  test('moved to another conversation opens nothing there', async () => {
    const [mine, theirs] = [await somewhere(number()), await somewhere(number())];
    await theirs.say('5 Juni 1985');
    await redis.set(mine.key, (await redis.get(theirs.key)) ?? '', { EX: 60 });
    expect(await mine.say('1')).toMatch(/^Selamat datang/);
  });

  test('put back as it was before the PIN brings no second change', async () => {
    const siti = world.onWhatsApp('+6281200000011');
    const before = new Set(await places());
    for (const text of ['9901014506850001', '5 Juni 1985', '1', 'siti.baru@example.com', 'YA']) await siti.say(text);
    const key = (await places()).find((one) => !before.has(one)) ?? '';
    await siti.say(await world.codeMailedTo('siti.baru@example.com'));
    const asked = (await redis.get(key)) ?? '';
    const [ref = ''] = /UD-\w+/.exec(await siti.say('135790')) ?? [];
    await redis.set(key, asked, { EX: 60 });
    expect(await siti.say('135790')).toContain(ref);
    const client = new pg.Client({ connectionString: world.database.ownerUrl });
    client.on('error', () => {});
    await client.connect();
    expect((await client.query('select ref from changes')).rows).toEqual([{ ref }]);
    await client.end();
  });
});
