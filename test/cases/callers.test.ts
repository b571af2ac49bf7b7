// req:G3 A change begun for somebody on the phone: the word and the invitation link call and chat, and prove nothing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Policy } from '#src/policy.ts';
import { eventually } from '../support/world.ts';
import { type AtDesk, createDeskWorld, type DeskWorld, done, siti } from './desk-world.ts';

let world: DeskWorld;
let wati: AtDesk;
beforeAll(async () => {
  world = await createDeskWorld();
  wati = await world.agent('Wati', 'senior');
});
afterAll(() => world.stop());

const draft = async (agent = wati) =>
  done(
    await world.desk().draft({ agentId: agent.agentId, reason: 'oldContactDead', idempotencyKey: crypto.randomUUID() }),
  ).case.caseId;

test('the word of a caller begins the change at identification, watched and unproved, and it is finished there', async () => {
  const desk = world.desk();
  const caseId = await draft();
  const { word } = done(await desk.newWord(await wati.on(caseId)));
  expect(word).toMatch(/^[A-Z]+ [A-Z]+ \d{1,2}$/);
  const phone = world.onWhatsApp(siti.number);
  await phone.say('halo');
  expect(await phone.say(`kasus ${word.toLowerCase()}`)).toMatch(/petugas tetap memantau.*NIK/s);
  expect((await wati.read(caseId)).state).toBe('assisted');
  await phone.say(siti.nik);
  expect(await phone.say(siti.born)).toMatch(/ganti email/i);
  await phone.say('1');
  await phone.say('siti.telepon@example.com');
  expect(await phone.say('YA')).toMatch(/[Kk]ode/);
  await phone.say(await world.codeMailedTo('siti.telepon@example.com'));
  expect(await phone.say('135790')).toMatch(/Selesai.*tidak pernah meminta/s);
  const view = await wati.read(caseId);
  expect(view.state).toBe('connected');
  const shown = JSON.stringify(view);
  for (const secret of ['135790', siti.nik, '05-06-1985']) expect(shown).not.toContain(secret);
  // What the chat itself has earned, masked.
  expect(view.card?.name).toMatch(/^S•/);
  expect(view.facts.changes).toMatchObject([{ field: 'email', state: 'applied' }]);
  expect(view.timeline.filter(({ entry }) => entry === 'bot').length).toBeGreaterThan(4);
  // The agent has the word again.
  expect(await phone.say('terima kasih')).toBe('');
});

test('a word works once, for ten minutes, and five wrong ones a day are all that a sender has', async () => {
  const desk = world.desk();
  const ani = await world.agent('Ani', 'senior');
  const caseId = await draft(ani);
  const { word: old } = done(await desk.newWord(await ani.on(caseId)));
  const { word } = done(await desk.newWord(await ani.on(caseId)));
  const guesser = world.onWhatsApp('+6281399900001');
  await guesser.say('halo');
  expect(await guesser.say(`KASUS ${old}`)).toMatch(/belum kami kenali/);
  for (let wrong = 2; wrong <= 5; wrong += 1)
    expect(await guesser.say('KASUS MELATI UNGU 0')).toMatch(/belum kami kenali/);
  expect(await guesser.say(`KASUS ${word}`)).toMatch(/batas hari ini/);
  const caller = world.onWhatsApp('+6281399900002');
  await caller.say('halo');
  expect(await caller.say(`KASUS ${word}`)).toMatch(/petugas tetap memantau/);
  const other = world.onWhatsApp('+6281399900003');
  await other.say('halo');
  expect(await other.say(`KASUS ${word}`)).toMatch(/belum kami kenali/);

  const late = await draft(await world.agent('Budi', 'senior'));
  const [row] = await world.query<{ assignee: string }>('select assignee from cases where case_id = $1', [late]);
  const budi = { agentId: row?.assignee ?? '' };
  const verdict = await desk.newWord({ ...(await ani.on(late)), agentId: budi.agentId });
  await world.query(`update case_words set expires_at = now() where case_id = $1`, [late]);
  expect(await other.say(`KASUS ${done(verdict).word}`)).toMatch(/belum kami kenali/);
});

test('an ordinary agent may not begin for a caller', async () => {
  const ratna = await world.agent('Ratna');
  const request = { agentId: ratna.agentId, reason: 'call', idempotencyKey: crypto.randomUUID() };
  expect(await world.desk().draft(request)).toEqual({ result: 'forbidden' });
});

test('a registered number is invited by its index, never by what the caller dictates', async () => {
  const desk = world.desk();
  const dewi = await world.agent('Dewi', 'senior');
  const caseId = await draft(dewi);
  const asked = { ...(await dewi.on(caseId)), kind: 'nik' as const, number: siti.nik, birthDate: '1985-06-05' };
  const { contacts } = done(await desk.findToInvite(asked));
  expect(contacts).toEqual([{ index: 0, via: 'sms', masked: expect.stringMatching(/^0812 •••• ••11$/) }]);
  expect(await desk.inviteContact({ ...(await dewi.on(caseId)), index: 3 })).toEqual({
    result: 'invalid',
    why: 'noSuchContact',
  });
  done(await desk.inviteContact({ ...(await dewi.on(caseId)), index: 0 }));
  const phone = world.onSms(siti.number);
  await eventually(async () => phone.received().find((text) => /mengundang Anda/.test(text)), 'the invitation');
  expect(await phone.say('baik')).toMatch(/NIK|tanggal lahir|kartu/);
  await eventually(
    async () => ((await dewi.read(caseId)).state === 'assisted' ? true : undefined),
    'the caller to come',
  );
});

test('a wrong birth date shows nothing', async () => {
  const lina = await world.agent('Lina', 'senior');
  const caseId = await draft(lina);
  const asked = { ...(await lina.on(caseId)), kind: 'nik' as const, number: siti.nik, birthDate: '1999-01-01' };
  expect(await world.desk().findToInvite(asked)).toEqual({ result: 'invalid', why: 'notMatched' });
});

test('look-ups for callers in two cases at once are as many in an hour as one agent may see', async () => {
  const { revealsPerHour } = Policy.shape.case.parse({});
  const maya = await world.agent('Maya', 'senior');
  const cases = [await draft(maya), await draft(maya)];
  const one = async (nth: number) =>
    await world.desk().findToInvite({
      ...(await maya.on(cases[nth % 2] ?? '')),
      ...{ kind: 'nik' as const, number: siti.nik, birthDate: '1999-01-01' },
    });
  const verdicts = await Promise.all(Array.from({ length: revealsPerHour + 10 }, (_, nth) => one(nth)));
  const isLimited = (verdict: (typeof verdicts)[number]) => verdict.result === 'invalid' && verdict.why === 'limited';
  expect(verdicts.filter((verdict) => !isLimited(verdict))).toHaveLength(revealsPerHour);
});
