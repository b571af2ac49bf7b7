// req:G5 promise:G6 Who may speak: the bot never over an agent, whatever is slow, lost or late.
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRecords, type Records } from '#src/records/create-records.ts';
import { openSeal } from '#src/records/lookup-key.ts';
import { policy } from '../records/world.ts';
import { ownRedisUrl } from '../support/redis.ts';
import { eventually } from '../support/world.ts';
import { type AtDesk, createDeskWorld, type DeskWorld, done, minutes, nextReceived } from './desk-world.ts';

const url = ownRedisUrl('speaker');
let world: DeskWorld;
let lead: AtDesk;
beforeAll(async () => {
  world = await createDeskWorld({ REDIS_URL: url });
  lead = await world.agent('Sari', 'supervisor');
});
afterAll(() => world.stop());

let people = 0;
const newPhone = () => {
  people += 1;
  return world.onWhatsApp(`+62813666${String(people).padStart(5, '0')}`);
};

/** Somebody who has asked for a person, and their case. */
async function waiting() {
  const phone = newPhone();
  await phone.say('halo');
  const ref = /KC-\w{6}/.exec(await phone.say('PETUGAS'))?.[0];
  const [row] = await world.query<{ case_id: string }>('select case_id from cases where ref = $1', [ref]);
  if (row === undefined) throw new Error('no case');
  return { phone, caseId: row.case_id };
}

async function connected() {
  const { phone, caseId } = await waiting();
  const ratna = await world.agent('Ratna');
  done(await world.desk().claim(await ratna.on(caseId)));
  await nextReceived(phone, 0);
  return { phone, caseId, ratna };
}

const stateOf = async (caseId: string) => {
  const [row] = await world.query<{ state: string; control: string; end_reason: string | null }>(
    'select state, control, end_reason from cases where case_id = $1',
    [caseId],
  );
  return row;
};

describe('in the queue', () => {
  test('POSISI, ULANG and PETUGAS say the place; anything else is kept and said so once in five minutes', async () => {
    const { phone } = await waiting();
    for (const word of ['POSISI', 'ulang', 'petugas']) expect(await phone.say(word)).toMatch(/Antrean Anda nomor \d+/);
    expect(await phone.say('nomor lama saya sudah mati')).toMatch(/teruskan ke petugas/);
    expect(await phone.say('tolong cepat ya')).toBe('');
    world.sleep(minutes(5));
    expect(await phone.say('masih menunggu di sini')).toMatch(/teruskan ke petugas/);
  });

  test('MENU asks first, TIDAK keeps the place, YA leaves', async () => {
    const { phone, caseId } = await waiting();
    expect(await phone.say('MENU')).toMatch(/Keluar dari antrean/);
    expect(await phone.say('TIDAK')).toMatch(/Antrean Anda nomor/);
    expect(await phone.say('MENU')).toMatch(/Keluar dari antrean/);
    expect(await phone.say('YA')).toMatch(/kembali ke layanan otomatis/i);
    expect(await stateOf(caseId)).toEqual({ state: 'closed', control: 'bot', end_reason: 'left_queue' });
    expect(await phone.say('halo')).toMatch(/NIK/);
  });

  test('BATAL leaves at once; "tolong batalkan perubahan nomor saya" is told to the agent', async () => {
    const { phone, caseId } = await waiting();
    expect(await phone.say('tolong batalkan perubahan nomor saya')).toMatch(/teruskan ke petugas/);
    expect(await stateOf(caseId)).toMatchObject({ state: 'queued' });
    await phone.say('BATAL');
    expect(await stateOf(caseId)).toMatchObject({ state: 'closed' });
  });
});

describe('while an agent has the word', () => {
  test.each([
    'BATAL',
    'KEMBALI',
    'ULANG',
    'BANTUAN',
    'PETUGAS',
    'POSISI',
    'BAHASA',
    '1',
    'ya',
    'data saya',
    'lupa pin',
    '9901014506850001',
    '05-06-1985',
    'siti@example.com',
    'terima kasih',
    'anjing',
    'halo',
  ])('%s gets no answer from the bot, and the agent sees it', async (text) => {
    const { phone, caseId, ratna } = await connected();
    expect(await phone.say(text)).toBe('');
    const said = (await ratna.read(caseId)).timeline.filter(({ entry }) => entry === 'participant');
    expect(said).toHaveLength(1);
    expect(await stateOf(caseId)).toMatchObject({ state: 'connected', control: 'agent' });
  });

  test('every kind of message appears', async () => {
    const { phone, caseId, ratna } = await connected();
    const image = { contentType: 'image/jpeg', url: 'https://api.twilio.com/media/ME1' };
    await phone.say({ body: 'ini fotonya', media: [image] });
    await phone.say({ media: [{ contentType: 'audio/ogg', url: 'https://api.twilio.com/media/ME2' }] });
    await phone.say({ location: { latitude: -6.2, longitude: 106.8 } });
    const kinds = (await ratna.read(caseId)).timeline.flatMap((entry) =>
      entry.entry === 'participant' ? [[entry.kind, entry.text, entry.media.length]] : [],
    );
    expect(kinds).toEqual([
      ['image', 'ini fotonya', 1],
      ['voice', '', 1],
      ['location', '-6.2, 106.8', 0],
    ]);
  });

  test('MENU asks whether the talk is over, and what is written instead of an answer goes on to the agent', async () => {
    const { phone, caseId } = await connected();
    expect(await phone.say('MENU')).toMatch(/Akhiri percakapan/);
    expect(await phone.say('sebentar, satu lagi')).toBe('');
    expect(await stateOf(caseId)).toMatchObject({ state: 'connected' });
  });

  test('a message delivered twice is kept once, and the same message opens one case', async () => {
    const phone = newPhone();
    await phone.say('halo');
    const ratna = await world.agent('Ratna');
    const sid = 'SM00000000000000000000000000000071';
    expect(await phone.say('PETUGAS', sid)).toBe(await phone.say('PETUGAS', sid));
    const [row] = await world.query<{ case_id: string; count: number }>(
      `select case_id, count(*) over ()::int as count from cases where closed_at is null order by created_at desc limit 1`,
    );
    const caseId = row?.case_id ?? '';
    done(await world.desk().claim(await ratna.on(caseId)));
    const twice = 'SM00000000000000000000000000000072';
    await phone.say('satu', twice);
    await phone.say('satu', twice);
    expect((await ratna.read(caseId)).timeline.filter(({ entry }) => entry === 'participant')).toHaveLength(1);
  });

  test('a place lost with Redis does not wake the bot', async () => {
    const { phone, caseId, ratna } = await connected();
    const redis = createClient({ url });
    await redis.connect();
    await redis.flushDb();
    redis.destroy();
    expect(await phone.say('halo, masih di sana?')).toBe('');
    expect((await ratna.read(caseId)).timeline.filter(({ entry }) => entry === 'participant')).toHaveLength(1);
    expect(phone.received()).toHaveLength(1);
  });

  test('an agent who asks for a code is stopped, and that is audited', async () => {
    const { phone, caseId, ratna } = await connected();
    const verdict = await world.desk().send({ ...(await ratna.on(caseId)), text: 'Mohon kirim kode OTP-nya' });
    expect(verdict).toMatchObject({
      result: 'linted',
      problems: [{ rule: 'asksForSecret' }, { rule: 'asksForSecret' }],
    });
    expect(phone.received()).toHaveLength(1);
    expect(
      await world.query(`select count(*)::int from audit where event = 'case.textBlocked' and refs->>'caseId' = $1`, [
        caseId,
      ]),
    ).toEqual([{ count: 1 }]);
  });

  test('outside the window of WhatsApp nothing is sent, and the agent is told', async () => {
    const { phone, caseId, ratna } = await connected();
    await world.query(`update cases set window_ends_at = now() - interval '1 second' where case_id = $1`, [caseId]);
    const verdict = await world.desk().send({ ...(await ratna.on(caseId)), text: 'Halo Ibu' });
    expect(verdict.result).toBe('windowClosed');
    await phone.say('saya di sini');
    expect((await world.desk().send({ ...(await ratna.on(caseId)), text: 'Halo Ibu' })).result).toBe('done');
  });
});

/** What a process does that is killed as soon as Postgres has it: the conversation is not told. */
async function inAnotherProcess(work: (desk: Records['desk']) => Promise<unknown>) {
  const { ENCRYPTION_KEYS: keys = '' } = world.settings;
  const encryptionKeys = keys.split(',').map((one) => {
    const [keyId = '', bytes = ''] = one.split(':');
    return { id: keyId, bytes: Buffer.from(bytes, 'base64') };
  });
  const databaseUrl = world.database.appUrl;
  const records = createRecords({
    config: { databaseUrl, policy },
    seal: await openSeal({ databaseUrl, keys: encryptionKeys, budgetMs: 2_000 }),
    directory: world.directory as never,
  });
  await records.start();
  await work(records.desk);
  await records.stop();
}

test('a process killed between the claim and the conversation leaves a job that brings both together', async () => {
  const { phone, caseId } = await waiting();
  const ratna = await world.agent('Ratna');
  const command = await ratna.on(caseId);
  await inAnotherProcess(async (desk) => done(await desk.claim(command)));
  expect(await nextReceived(phone, 0)).toMatch(/Petugas 165 - Ratna/);
  expect(await phone.say('ULANG')).toBe('');
  expect(phone.received()).toHaveLength(1);
});

describe('before the conversation has heard of it', () => {
  /** Whoever is to tell it is late. */
  beforeEach(async () => {
    await world.query(`create or replace function hold_projections() returns trigger language plpgsql as
      $$ begin if new.name = 'case.project' then new.start_after := now() + interval '1 hour'; end if; return new; end $$`);
    await world.query(
      `create trigger hold before insert on pgboss.job for each row execute function hold_projections()`,
    );
  });
  afterEach(async () => {
    await world.query('drop trigger hold on pgboss.job');
  });

  test("a message after the claim is the agent's, and the bot is silent", async () => {
    const { phone, caseId } = await waiting();
    const ratna = await world.agent('Ratna');
    const command = await ratna.on(caseId);
    await inAnotherProcess(async (desk) => done(await desk.claim(command)));
    expect(await phone.say('ULANG')).toBe('');
    expect((await ratna.read(caseId)).timeline.filter(({ entry }) => entry === 'participant')).toHaveLength(1);
    expect(await nextReceived(phone, 0)).toMatch(/Petugas 165 - Ratna/);
  });

  test('a message after the end is not answered as if it were meant for the bot, which asks anew', async () => {
    const { phone, caseId, ratna } = await connected();
    const command = await ratna.on(caseId);
    await inAnotherProcess(async (desk) => done(await desk.resolve(command)));
    expect(await phone.say('BATAL')).toBe('');
    expect(await nextReceived(phone, 1)).toMatch(/berakhir.*NIK/s);
    expect(await phone.say('halo')).toMatch(/NIK/);
  });
});

describe('BATAL from an old contact point stops a held change before anything else', () => {
  const siti = { nik: '9901014506850001', born: '05-06-1985', number: '+6281200000011', pin: '135790' };

  /** Somebody else asks for Siti's number to be changed. */
  async function hold() {
    const stranger = newPhone();
    const number = `+62813777${String(people).padStart(5, '0')}`;
    for (const text of [`${siti.nik} ${siti.born}`, 'menu', '2', number, 'ya']) await stranger.say(text);
    await stranger.say(await world.codeSentTo(number));
    expect(await stranger.say(siti.pin)).toMatch(/mulai berlaku/);
    return stranger;
  }
  const newest = async () =>
    (await world.query<{ state: string }>('select state from changes order by created_at desc limit 1'))[0]?.state;
  const caseOf = async (said: string) =>
    (
      await world.query<{ case_id: string }>('select case_id from cases where ref = $1', [/KC-\w{6}/.exec(said)?.[0]])
    )[0]?.case_id ?? '';

  test('in the queue, which it leaves only when said again', async () => {
    await hold();
    const owner = world.onWhatsApp(siti.number);
    await owner.say('PETUGAS');
    expect(await owner.say('BATAL')).toMatch(/^Perubahan nomor HP sudah dibatalkan/);
    expect(await newest()).toBe('cancelled');
    expect(await owner.say('BATAL')).toMatch(/kembali ke layanan otomatis/i);
  });

  test('beside an agent, who has the word before and after', async () => {
    await hold();
    const owner = world.onWhatsApp(siti.number);
    const caseId = await caseOf(await owner.say('PETUGAS'));
    const ratna = await world.agent('Ratna');
    const heard = owner.received().length;
    done(await world.desk().claim(await ratna.on(caseId)));
    await nextReceived(owner, heard);
    expect(await owner.say('BATAL')).toMatch(/^Perubahan nomor HP sudah dibatalkan/);
    expect(await newest()).toBe('cancelled');
    expect(await owner.say('BATAL')).toBe('');
    expect((await stateOf(caseId))?.control).toBe('agent');
  });

  test('and whoever asked for the change leaves the queue with it, and keeps the change', async () => {
    const asker = await hold();
    await asker.say('PETUGAS');
    expect(await asker.say('BATAL')).toMatch(/kembali ke layanan otomatis/i);
    expect(await newest()).toBe('held');
  });
});

describe('late words', () => {
  test('a reply that has not left when the case is passed on comes back to the agent', async () => {
    const { phone, caseId, ratna } = await connected();
    const desk = world.desk();
    // Nobody sends for a while: the row waits as it does when the provider is slow.
    await world.query(`create or replace function hold_notices() returns trigger language plpgsql as
      $$ begin new.next_try_at := now() + interval '3 seconds'; return new; end $$`);
    await world.query(
      `create or replace trigger hold before insert on notices for each row execute function hold_notices()`,
    );
    done(await desk.send({ ...(await ratna.on(caseId)), text: 'Sebentar ya, Ibu.' }));
    await world.query('drop trigger hold on notices');
    done(await desk.takeOver(await lead.on(caseId)));
    await eventually(async () => {
      const [row] = await world.query<{ state: string }>(
        `select state from notices where case_id = $1 and speaker = 'agent'`,
        [caseId],
      );
      return row?.state === 'returned' ? row : undefined;
    }, 'the reply to come back');
    expect(phone.received().join()).not.toContain('Sebentar');
    const mine = (await lead.read(caseId)).timeline.flatMap((one) => (one.entry === 'agent' ? [one.delivery] : []));
    expect(mine).toEqual(['returned']);
  });

  test('claims between the turns of a busy participant: after each the bot is silent', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { phone, caseId } = await waiting();
      const ratna = await world.agent('Ratna');
      const command = await ratna.on(caseId);
      const [, ...replies] = await Promise.all([
        world.desk().claim(command),
        ...['POSISI', 'halo', 'ULANG', 'MENU'].map((text) => phone.say(text)),
      ]);
      // Whatever was answered in the middle of the claim, from here on nobody but the agent speaks.
      expect(replies).toHaveLength(4);
      expect(await phone.say('ULANG')).toBe('');
      done(await world.desk().close({ ...(await lead.on(caseId)), reason: 'test' }));
    }
  });
});

describe('every way to the end gives a prompt, and the bot has the word', () => {
  const ways: [string, (caseId: string, ratna: AtDesk) => Promise<unknown>][] = [
    ['resolved', async (caseId, ratna) => done(await world.desk().resolve(await ratna.on(caseId)))],
    [
      'returned',
      async (caseId, ratna) => done(await world.desk().returnToBot({ ...(await ratna.on(caseId)), step: 'menu' })),
    ],
    [
      'closed by a supervisor',
      async (caseId) => done(await world.desk().close({ ...(await lead.on(caseId)), reason: 'x' })),
    ],
    [
      'parked too long',
      async (caseId, ratna) => {
        done(await world.desk().park({ ...(await ratna.on(caseId)), untilMinutes: 1, tell: false }));
        await world.query(`update case_timers set due_at = now() where case_id = $1 and fired_at is null`, [caseId]);
        await world.query(`update pgboss.job set start_after = now() where name = 'case.timer' and state = 'created'`);
      },
    ],
  ];
  test.each(ways)('%s', async (_, end) => {
    const { phone, caseId, ratna } = await connected();
    const before = phone.received().length;
    await end(caseId, ratna);
    expect(await nextReceived(phone, before)).toMatch(/NIK/);
    expect(await stateOf(caseId)).toMatchObject({ control: 'bot' });
    expect(await phone.say('halo')).toMatch(/NIK/);
  });

  test('whoever opts out hears nothing more, and the case ends', async () => {
    const { phone, caseId, ratna } = await connected();
    await phone.say({ body: 'STOP', extra: { OptOutType: 'STOP' } });
    expect(await stateOf(caseId)).toEqual({ state: 'closed', control: 'bot', end_reason: 'opted_out' });
    expect((await world.desk().send({ ...(await ratna.on(caseId)), text: 'Halo?' })).result).not.toBe('done');
    expect(phone.received()).toHaveLength(1);
  });
});
