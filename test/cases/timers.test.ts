// req:G5 What happens to cases by itself: each timer is a row and a job, survives restarts, and fires once.
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/world.ts';
import { createDeskWorld, type DeskWorld, done, minutes, nextReceived } from './desk-world.ts';

let world: DeskWorld | null = null;
afterEach(async () => {
  await world?.stop();
  world = null;
});

async function begin(env: Record<string, string> = {}) {
  world = await createDeskWorld(env);
  return world;
}

let people = 0;
async function waiting(at: DeskWorld) {
  people += 1;
  const phone = at.onWhatsApp(`+62813555${String(people).padStart(5, '0')}`);
  await phone.say('halo');
  const reply = await phone.say('PETUGAS');
  const ref = /KC-\w{6}/.exec(reply)?.[0];
  const [row] = await at.query<{ case_id: string }>('select case_id from cases where ref = $1', [ref]);
  return { phone, reply, caseId: row?.case_id ?? '' };
}

/** Time goes by for rows and for the clock of the service alike. */
async function pass(at: DeskWorld, ms: number) {
  at.sleep(ms);
  await at.passTime(ms);
}

const reaches = (at: DeskWorld, caseId: string, state: string) =>
  eventually(async () => {
    const [row] = await at.query<{ state: string; end_reason: string | null }>(
      'select state, end_reason from cases where case_id = $1',
      [caseId],
    );
    return row?.state === state ? row : undefined;
  }, `the case to be ${state}`);

describe('in the queue', () => {
  test('the place is told after 5 and 15 minutes, and after 30 the bot goes on, also across a restart', async () => {
    const at = await begin();
    const { phone, caseId } = await waiting(at);
    await pass(at, minutes(4));
    expect(phone.received()).toEqual([]);
    await pass(at, minutes(1));
    expect(await nextReceived(phone, 0)).toMatch(/Antrean Anda nomor 1/);
    await at.restart();
    await pass(at, minutes(10));
    expect(await nextReceived(phone, 1)).toMatch(/Antrean Anda nomor 1/);
    await pass(at, minutes(15));
    expect(await reaches(at, caseId, 'expired')).toMatchObject({ end_reason: 'expired_no_agent' });
    expect(await nextReceived(phone, 2)).toMatch(/belum ada petugas.*NIK/s);
    expect(await phone.say('halo')).toMatch(/NIK/);
    expect(phone.received()).toHaveLength(3);
  });

  test('a timer whose job is gone is found by the sweep', async () => {
    const at = await begin();
    const { caseId } = await waiting(at);
    await at.query(`delete from pgboss.job where name = 'case.timer'`);
    await pass(at, minutes(31));
    await reaches(at, caseId, 'expired');
  });
});

describe('an agent', () => {
  test('who does not answer within ten minutes loses the case to the queue, at its old place', async () => {
    const at = await begin({ POLICY_CASE_BEAT_SECONDS: '300' });
    const { phone, caseId } = await waiting(at);
    const [before] = await at.query<{ enqueued_at: Date }>('select enqueued_at from cases');
    const ratna = await at.agent('Ratna');
    done(await at.desk().claim(await ratna.on(caseId)));
    await nextReceived(phone, 0);
    await pass(at, minutes(4));
    await at.desk().heartbeat(ratna.agentId);
    await pass(at, minutes(4));
    await at.desk().heartbeat(ratna.agentId);
    await pass(at, minutes(2));
    await reaches(at, caseId, 'queued');
    expect(await nextReceived(phone, 1)).toMatch(/petugas lain/);
    const [after] = await at.query<{ waited: number }>(
      `select extract(epoch from now() - enqueued_at)::int as waited from cases`,
    );
    expect(before).toBeDefined();
    expect(after?.waited).toBeGreaterThanOrEqual(600);
  });

  test('whose connection is gone keeps the case for the grace, and has it back by a sign of life', async () => {
    const at = await begin();
    const { phone, caseId } = await waiting(at);
    const ratna = await at.agent('Ratna');
    done(await at.desk().claim(await ratna.on(caseId)));
    await nextReceived(phone, 0);
    done(await at.desk().send({ ...(await ratna.on(caseId)), text: 'Halo Ibu' }));
    await pass(at, 46_000);
    await reaches(at, caseId, 'lost');
    await at.desk().heartbeat(ratna.agentId);
    await reaches(at, caseId, 'connected');
    await pass(at, 46_000);
    await reaches(at, caseId, 'lost');
    await pass(at, minutes(2));
    await reaches(at, caseId, 'queued');
    expect(await nextReceived(phone, 2)).toMatch(/petugas lain/);
  });

  test('whom the participant keeps waiting: a reminder, then the case is parked, and an answer brings it back', async () => {
    const at = await begin({ POLICY_CASE_BEAT_SECONDS: '300' });
    const { phone, caseId } = await waiting(at);
    const ratna = await at.agent('Ratna');
    done(await at.desk().claim(await ratna.on(caseId)));
    await nextReceived(phone, 0);
    done(await at.desk().send({ ...(await ratna.on(caseId)), text: 'Boleh dicek, Ibu?' }));
    await nextReceived(phone, 1);
    for (let step = 0; step < 4; step += 1) {
      await pass(at, minutes(4));
      await at.desk().heartbeat(ratna.agentId);
    }
    expect(await nextReceived(phone, 2)).toMatch(/menunggu balasan/);
    for (let step = 0; step < 11; step += 1) {
      await pass(at, minutes(4));
      await at.desk().heartbeat(ratna.agentId);
    }
    await reaches(at, caseId, 'parked');
    await at.desk().heartbeat(ratna.agentId);
    expect(await phone.say('sudah saya cek')).toBe('');
    await reaches(at, caseId, 'connected');
  });
});

test('outside the hours the request waits for them, and is queued by itself', async () => {
  const day = new Intl.DateTimeFormat('en-US', { timeZone: 'Asia/Jakarta', weekday: 'short' });
  const tomorrow = day.format(Date.now() + 24 * 3_600_000);
  const at = await begin({ CARE_CENTER_HOURS: `${tomorrow} 08:00-16:00` });
  const { phone, reply, caseId } = await waiting(at);
  expect(reply).toMatch(/belum dapat melayani.*masuk antrean \d\d-\d\d-\d{4} pukul 08\.00 WIB/s);
  expect(await phone.say('halo')).toMatch(/NIK/);
  await at.query(`update case_timers set due_at = now() where case_id = $1`, [caseId]);
  await at.query(`update pgboss.job set start_after = now() where name = 'case.timer' and state = 'created'`);
  await reaches(at, caseId, 'queued');
  expect(await nextReceived(phone, 0)).toMatch(/menunggu petugas/);
});

test('outside the hours BATAL gives the request up', async () => {
  const day = new Intl.DateTimeFormat('en-US', { timeZone: 'Asia/Jakarta', weekday: 'short' });
  const at = await begin({ CARE_CENTER_HOURS: `${day.format(Date.now() + 48 * 3_600_000)} 08:00-16:00` });
  const { phone, caseId } = await waiting(at);
  expect(await phone.say('BATAL')).toMatch(/layanan otomatis/);
  await reaches(at, caseId, 'closed');
});

test('every open case has a live timer or an agent', async () => {
  const at = await begin();
  const desk = at.desk();
  const lead = await at.agent('Sari', 'supervisor');
  const cases = await Promise.all(Array.from({ length: 6 }, () => waiting(at)));
  const [a, b, c, d, e] = cases.map(({ caseId }) => caseId) as [string, string, string, string, string];
  const ratna = await at.agent('Ratna');
  for (const caseId of [a, b, c, d]) done(await desk.claim(await ratna.on(caseId)));
  done(await desk.park({ ...(await ratna.on(a)), untilMinutes: 5, tell: true }));
  done(await desk.runStep({ ...(await ratna.on(b)), step: 'identify' }));
  done(await desk.resolve(await ratna.on(c)));
  done(await desk.assign({ ...(await lead.on(e)), to: ratna.agentId }));
  done(await desk.prioritise({ ...(await lead.on(cases[5]?.caseId ?? '')), priority: 2 }));
  const orphans = await at.query(`select case_id, state from cases c where closed_at is null and assignee is null
    and not exists (select from case_timers t where t.case_id = c.case_id and t.version = c.version and t.fired_at is null)`);
  expect(orphans).toEqual([]);
});
