// req:C3 promise:G2 promise:G8 A message that is delivered again: the same answer while it is among the last four, silence
// while among the last 32, and whenever it comes, no fact more.
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Policy } from '#src/policy.ts';
import { ownRedisUrl } from '../support/redis.ts';
import { rowsOf } from '../support/rows.ts';
import { createWorld, type Person, type World } from '../support/world.ts';

const { inSession, repliesInSession } = Policy.shape.ids.parse({});
const url = ownRedisUrl('replays');
const redis = createClient({ url });

let world: World;
let sids = 0;
const newSid = () => {
  sids += 1;
  return `SM${String(sids).padStart(32, '0')}`;
};

beforeAll(async () => {
  await redis.connect();
  world = await createWorld({ REDIS_URL: url, POLICY_LOOP_PACE_REPLIES: '100', POLICY_SERVER_TURNS_PER_SENDER: '40' });
  return () => world.stop();
});
afterAll(() => redis.destroy());

interface Said {
  text: string;
  sid: string;
  reply: string;
}

async function sayAll(person: Person, texts: readonly string[]): Promise<Said[]> {
  const said: Said[] = [];
  for (const text of texts) {
    const sid = newSid();
    said.push({ text, sid, reply: await person.say(text, sid) });
  }
  return said;
}

/** Everything that messages of theirs have caused. */
async function facts(): Promise<unknown> {
  const [row] = await rowsOf(
    world.database.ownerUrl,
    `select (select json_agg(to_jsonb(i) order by attempt_id) from identify_attempts i) as looked,
      (select json_agg(json_build_array(challenge_id, tries, proved_at, killed_at, killed_why) order by challenge_id) from challenges) as codes,
      (select json_agg(to_jsonb(g) order by attempt_id) from code_attempts g) as guesses,
      (select json_agg(to_jsonb(p) order by attempt_id) from pin_attempts p) as pins,
      (select json_agg(json_build_array(ref, state, applied_at, cancelled_at) order by ref) from changes) as changes,
      (select json_agg(json_build_array(case_id, state, priority) order by case_id) from cases) as cases,
      (select count(*)::int from case_messages) as lines,
      (select count(*)::int from notices where change_id is not null) as letters`,
  );
  const writes = world.directoryServer.ledger().filter(({ call }) => call === 'changeContact' || call === 'verifyPin');
  const codes = world.mail.mails().filter((mail) => /Kode Anda/.test(mail.text)).length;
  return { row, writes: writes.length, codes };
}

describe('in the conversation', () => {
  test('the last four get their answers again, in any order; the others silence, up to the 32nd; then it is new', async () => {
    const person = world.onWhatsApp('+6281277770001');
    const said = await sayAll(
      person,
      Array.from({ length: inSession }, (_, at) => `pesan yang ke ${'x'.repeat(at + 2)}`),
    );
    expect(said.filter(({ reply }) => reply === '')).toEqual([]);
    const kept = said.slice(-repliesInSession);
    for (const { text, sid, reply } of [...kept].reverse()) expect(await person.say(text, sid)).toBe(reply);
    for (const { text, sid } of said.slice(0, -repliesInSession)) expect(await person.say(text, sid)).toBe('');
    // One message more, and the oldest is forgotten: a message like any other.
    await person.say('satu lagi', newSid());
    const [oldest, next] = said;
    expect(await person.say(next?.text ?? '', next?.sid)).toBe('');
    expect(await person.say(oldest?.text ?? '', oldest?.sid)).not.toBe('');
  });

  test('another process answers it alike after a restart', async () => {
    const person = world.onWhatsApp('+6281277770002');
    const said = await sayAll(person, ['halo', 'apa ya', 'bantuan', 'menu', 'english', 'help']);
    await world.restart();
    for (const { text, sid, reply } of said.slice(-repliesInSession)) expect(await person.say(text, sid)).toBe(reply);
    expect(await person.say('halo', said[0]?.sid)).toBe('');
  });
});

describe('a whole change, and then every message of it again', () => {
  let person: Person;
  let said: Said[];
  let before: unknown;

  beforeAll(async () => {
    person = world.onWhatsApp('+6281200000011');
    said = await sayAll(person, ['halo', '9901014506850001', '5 Juni 1985', '1', 'siti.baru@example.com', 'YA']);
    const code = await world.codeMailedTo('siti.baru@example.com');
    said.push(...(await sayAll(person, [String((Number(code) + 1) % 1_000_000).padStart(6, '0'), code])));
    said.push(...(await sayAll(person, ['111111', '135790', 'petugas', 'tolong dibantu'])));
    expect(said.map(({ reply }) => reply).join('\n')).toMatch(
      /sisa 4 kali[\s\S]*sisa 2 kali[\s\S]*Selesai\.[\s\S]*KC-/,
    );
    before = await facts();
  });

  test.each([
    ['in its order', (all: Said[]) => all],
    ['backwards', (all: Said[]) => [...all].reverse()],
    ['each three times', (all: Said[]) => all.flatMap((one) => [one, one, one])],
  ])('%s, causes nothing', async (_how, order) => {
    for (const { text, sid } of order(said)) await person.say(text, sid);
    expect(await facts()).toEqual(before);
  });

  test('after a restart causes nothing', async () => {
    await world.restart();
    for (const { text, sid } of said) await person.say(text, sid);
    expect(await facts()).toEqual(before);
  });

  test('all at once causes nothing', async () => {
    await Promise.all(said.flatMap(({ text, sid }) => [person.say(text, sid), person.say(text, sid)]));
    expect(await facts()).toEqual(before);
  });

  test('after Redis has lost everything changes no fact that there was', async () => {
    await redis.flushDb();
    for (const { text, sid } of said) await person.say(text, sid);
    const after = await facts();
    const of = (one: unknown, key: string) => (one as { row: Record<string, unknown> }).row[key];
    for (const key of ['looked', 'guesses', 'pins', 'changes'])
      expect([key, of(after, key)]).toEqual([key, of(before, key)]);
    expect(after).toMatchObject({ writes: (before as { writes: number }).writes });
  });
});
