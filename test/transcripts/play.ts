// Plays a written conversation against the whole product, and writes down what was said.
//
//   Title, one line
//   whatsapp +6281200000011          who writes next, and how
//   > halo                           what they write
//   < Selamat datang …               what they read; on SMS with its number of segments: `<1 …`
//   (code mailed to a@example.com)   they type the code that arrived there, or: (code sent to +62…)
//   (a photo) (a voice note) (a location) (a contact card) (a sticker)           they send that
//   (a contact card with +62…)
//   (24 hours pass) (16 minutes pass)
//   * mail to a@example.com: …       what else arrived meanwhile, in the order of its kind
import { countSegments } from '#machines/copy/segments.ts';
import { passTime } from '#src/simulator/pass-time.ts';
import { eventually, type Person, type World } from '../support/world.ts';

const codeMailed = /^\(code mailed to (\S+)\)$/;
const codeSent = /^\(code sent to (\S+)\)$/;
const cardShared = /^\(a contact card with (\S+)\)$/;
const timePasses = /^\((\d+) (hours|minutes) pass\)$/;
const arrived = /^\* (mail|sms|whatsapp) to (\S+):( .*)?$/;

/** @returns the same file with what was really said */
export async function play(text: string, world: World): Promise<string> {
  const written: string[] = [];
  let person: Person | null = null;
  let channel = 'whatsapp';
  const seen = new Set<string>();

  for (const line of text.split('\n')) {
    if (/^<\d* ?/.test(line)) continue;
    const who = /^(whatsapp|sms) (\S+)$/.exec(line);
    if (who?.[1] !== undefined && who[2] !== undefined) {
      channel = who[1];
      person = channel === 'sms' ? world.onSms(who[2]) : world.onWhatsApp(who[2]);
    }
    const arrival = arrived.exec(line);
    if (arrival !== null) {
      const [, kind = '', to = ''] = arrival;
      written.push(`* ${kind} to ${to}: ${await arrivalOf(kind, to, world, seen)}`);
      continue;
    }
    written.push(line);
    const passed = timePasses.exec(line);
    if (passed !== null) {
      const ms = Number(passed[1]) * (passed[2] === 'hours' ? 3_600_000 : 60_000);
      world.sleep(ms);
      await passTime(world.database.ownerUrl, ms);
    }
    const said = await saidBy(line, world);
    if (said === null || person === null) continue;
    const reply = await person.say(said);
    const mark = channel === 'sms' && reply !== '' ? `<${countSegments(reply).segments}` : '<';
    written.push(
      ...masked(reply)
        .split('\n')
        .map((one) => `${mark} ${one}`.trimEnd()),
    );
  }
  return written.join('\n');
}

async function saidBy(line: string, world: World) {
  if (line.startsWith('> ')) return line.slice(2);
  const mailed = codeMailed.exec(line)?.[1];
  if (mailed !== undefined) return world.codeMailedTo(mailed);
  const sent = codeSent.exec(line)?.[1];
  if (sent !== undefined) return world.codeSentTo(sent);
  if (line === '(nothing)') return '';
  if (line === '(a photo)') return { media: [{ contentType: 'image/jpeg' }] };
  if (line === '(a voice note)') return { media: [{ contentType: 'audio/ogg' }] };
  const shared = cardShared.exec(line)?.[1];
  if (shared !== undefined) {
    const card = `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Siti\r\nTEL;type=CELL:${shared}\r\nEND:VCARD\r\n`;
    return { media: [{ contentType: 'text/vcard', bytes: Buffer.from(card) }] };
  }
  if (line === '(a contact card)') return { media: [{ contentType: 'text/vcard' }] };
  if (line === '(a sticker)') return { media: [{ contentType: 'image/webp' }], extra: { MessageType: 'sticker' } };
  if (line === '(a location)') return { location: { latitude: -6.2, longitude: 106.8 } };
  return null;
}

/** The next unseen thing that arrived there; the code itself is not news. */
async function arrivalOf(kind: string, to: string, world: World, seen: Set<string>): Promise<string> {
  const found = await eventually(() => {
    const all =
      kind === 'mail'
        ? world.mail.mails().map((mail) => ({ id: mail.id, to: mail.to, text: `${mail.subject} | ${mail.text}` }))
        : world
            .onPhones()
            .filter((one) => one.direction === 'outbound-api' && one.channel === kind)
            .map((one) => ({ id: one.sid, to: one.to.replace('whatsapp:', ''), text: one.body }));
    return all.find((one) => one.to === to && !seen.has(one.id));
  }, `${kind} to ${to}`);
  seen.add(found.id);
  return masked(found.text).replace(/\s*\n\s*/g, ' / ');
}

/** What differs from one playing to the next. */
const masked = (text: string): string =>
  text
    .replace(/https?:\/\/\S+\/pin\/\w+/g, 'https://…/pin/…')
    .replace(/\bBATAL [A-Z0-9]{5}-[A-Z0-9]{5}\b/g, 'BATAL _____-_____')
    .replace(/\b(UD|KC)-[A-Z0-9]{5,8}\b/g, '$1-______')
    .replace(/\d\d-\d\d-\d{4} (pukul )?\d\d[.:]\d\d/g, '__-__-____ $1__.__')
    .replace(/\b\d+ (detik|seconds?)\b/g, '__ $1')
    .replace(/\b\d{6}\b/g, '______');
