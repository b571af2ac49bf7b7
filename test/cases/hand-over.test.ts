// req:G5 promise:G1
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/world.ts';
import { createDeskWorld, type DeskWorld, done, nextReceived, siti } from './desk-world.ts';

let world: DeskWorld;
beforeAll(async () => {
  world = await createDeskWorld();
});
afterAll(() => world.stop());

let people = 0;
/** Somebody who has asked for a person. */
async function waiting() {
  people += 1;
  const phone = world.onWhatsApp(`+62813777${String(people).padStart(5, '0')}`);
  await phone.say('halo');
  const reply = await phone.say('PETUGAS');
  return { phone, reply };
}

test('whoever asks for a person hears their place, the reference and that code and PIN stay here', async () => {
  const { reply } = await waiting();
  expect(reply).toMatch(/KC-\w{6}/);
  expect(reply).toMatch(/Antrean Anda nomor \d+/);
});

test('an agent claims, both write, the participant ends the talk, and the bot goes on', async () => {
  const { phone } = await waiting();
  const ratna = await world.agent('Ratna Dewi');
  const desk = world.desk();
  const claimed = done(await desk.claim(await newest(ratna)));
  const { caseId } = claimed.case;
  expect(await nextReceived(phone, 0)).toMatch(/^Petugas 165 - Ratna .*tidak pernah meminta kode atau PIN/s);

  expect(await phone.say('nomor lama saya mati, pin saya 135790')).toBe('');
  const sent = done(await desk.send({ ...(await ratna.on(caseId)), text: 'Baik Ibu, saya bantu.' }));
  expect(sent.case.unread).toBe(0);
  expect(await nextReceived(phone, 1)).toBe('Petugas 165 - Ratna:\nBaik Ibu, saya bantu.');

  const view = await ratna.read(caseId);
  expect(view.timeline.flatMap((entry) => ('text' in entry ? [entry.text] : []))).toEqual([
    'nomor lama saya mati, pin saya [kode disembunyikan]',
    'Baik Ibu, saya bantu.',
  ]);
  expect(view.botSteps?.map(({ prompt, answer }) => [prompt, answer])).toEqual([
    ['askNumber', 'said.greeting'],
    ['askNumber', 'word.agent'],
  ]);

  expect(await phone.say('SELESAI')).toMatch(/Akhiri percakapan/);
  expect(await phone.say('YA')).toMatch(/layanan otomatis/);
  expect(await phone.say('halo')).toMatch(/NIK/);
  expect(await world.query('select state, control, end_reason from cases where case_id = $1', [caseId])).toEqual([
    { state: 'wrapUp', control: 'bot', end_reason: 'resolved' },
  ]);
  done(await desk.dispose({ ...(await ratna.on(caseId)), code: 'helped', note: 'nomor mati' }));
  expect((await ratna.read(caseId)).state).toBe('closed');
});

test('a caller is returned to a chosen step and finishes the change there', async () => {
  const phone = world.onWhatsApp(siti.number);
  await phone.say('halo');
  await phone.say(siti.nik);
  await phone.say(siti.born);
  await phone.say('1');
  expect(await phone.say('siti.kembali@example.com')).toMatch(/siti\.kembali@example\.com/);
  await phone.say('PETUGAS');
  const ratna = await world.agent('Ratna');
  const desk = world.desk();
  const { caseId } = done(await desk.claim(await newest(ratna))).case;
  expect((await ratna.read(caseId)).card).toMatchObject({ name: expect.stringContaining('•') });
  const preview = await desk.previewReturn(ratna.agentId, caseId, 'newValue');
  expect(preview).toMatchObject({ step: 'newValue', text: expect.stringContaining('s•••i@example.com') });
  const before = phone.received().length;
  expect(done(await desk.returnToBot({ ...(await ratna.on(caseId)), step: 'newValue' })).step).toBe('newValue');
  expect(await nextReceived(phone, before)).toContain('siti.kembali@example.com');
  expect(await phone.say('YA')).toMatch(/[Kk]ode/);
  await phone.say(await world.codeMailedTo('siti.kembali@example.com'));
  expect(await phone.say('135790')).toMatch(/Selesai|UD-/);
});

test('the first of two claims wins, the other hears who has it and may not read on', async () => {
  await waiting();
  const [a, b] = [await world.agent('Ani'), await world.agent('Budi')];
  const command = await newest(a);
  const desk = world.desk();
  const [first, second] = [await desk.claim(command), await desk.claim({ ...command, agentId: b.agentId })];
  expect(first.result).toBe('done');
  expect(second).toMatchObject({ result: 'conflict', takenBy: 'Ani', state: 'connected' });
  expect(await desk.read(b.agentId, command.caseId)).toBeNull();
  // Sent twice, a command is done once.
  expect(await desk.claim(command)).toEqual(first);
});

async function newest(agent: { agentId: string }) {
  const list = await eventually(async () => {
    const rows = await world.desk().list(agent.agentId, 'queue');
    return rows.length > 0 ? rows : undefined;
  }, 'a case in the queue');
  const last = list.at(-1);
  if (last === undefined) throw new Error('there is one');
  return { agentId: agent.agentId, caseId: last.caseId, version: last.version, idempotencyKey: crypto.randomUUID() };
}
