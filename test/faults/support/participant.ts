// Somebody with a phone who wants one thing changed, reads what comes back and answers it, as patiently as people are.
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually, smsFrom, whatsappFrom } from '../../support/world.ts';
import { type Member, pin } from './crowd.ts';
import type { FaultWorld } from './fault-world.ts';

export interface Answered {
  sid: string;
  said: string;
  reply: string;
}

export interface Participant {
  member: Member;
  /** key of the conversation */
  conversation: string;
  field: 'email' | 'mobileNumber';
  /** every message that was answered 200, oldest first */
  answered: Answered[];
  /** messages that never were */
  unanswered: number;
  /** its messages go to the calm processes from now on */
  calm: boolean;
  /**
   * Says it and hears the answer.
   * @param sid  the same one again is the same message delivered again
   * @returns null where nobody answered 200 within Twilio's time
   */
  say(said: string, sid?: string): Promise<string | null>;
  /**
   * Types it on the page whose link came last, and reads what it says.
   * @param attempt  the same one again is the same form sent again
   */
  typeOnPage(pin: string, attempt?: string): Promise<string | null>;
  /** What was said into the chat out of turn. */
  hear(what: RegExp): Promise<string>;
  /** The newest code that arrived there. */
  codeAt(contact: string): Promise<string>;
  /** What to say to that; null: the change is done, or being done. */
  answerTo(reply: string): Promise<string | null>;
}

export const newSid = () => `SM${randomBytes(16).toString('hex')}`;

/** How long a code may take before the participant asks for another. */
const patienceMs = 32_000;

export function createParticipant(
  world: FaultWorld,
  member: Member,
  {
    field = 'email',
    from = member.mobileNumber,
    channel = 'whatsapp',
    codePatienceMs = patienceMs,
    withoutCode = async (seconds) => pause(seconds * 1_000),
    cannotWait = false,
  }: {
    field?: Participant['field'];
    from?: string;
    channel?: 'whatsapp' | 'sms';
    codePatienceMs?: number;
    /** waits before another code is asked for, or lets time pass */
    withoutCode?: (seconds: number) => Promise<void>;
    /** has a change that is held released by a code to the old address */
    cannotWait?: boolean;
  } = {},
): Participant {
  const address = channel === 'whatsapp' ? `whatsapp:${from}` : from;
  const to = channel === 'whatsapp' ? whatsappFrom : smsFrom;
  const target = field === 'email' ? member.newEmail : member.newNumber;
  let codesUsed = 0;

  let oldCodesUsed = 0;

  /** @returns the newest one that `isNew`, by how many have arrived there */
  const waitForCode = async (contacts: string[], isNew: (arrived: number) => boolean) => {
    const until = Date.now() + codePatienceMs;
    while (Date.now() < until) {
      const codes = contacts.flatMap((contact) => world.ledgers.codes.get(contact) ?? []);
      const code = codes.at(-1);
      if (code !== undefined && isNew(codes.length)) return { code, arrived: codes.length };
      await pause(20);
    }
    await withoutCode(0);
    return null;
  };
  const nextCode = async () => {
    const found = await waitForCode([target, member.oddEmail, member.meantEmail], (arrived) => arrived > codesUsed);
    codesUsed = found?.arrived ?? codesUsed;
    return found?.code ?? 'ULANG';
  };
  const nextOldCode = async () => {
    const found = await waitForCode([member.email], (arrived) => arrived > oldCodesUsed);
    oldCodesUsed = found?.arrived ?? oldCodesUsed;
    return found?.code ?? 'ULANG';
  };

  const one: Participant = {
    member,
    conversation: world.seal.index('conversation', `${channel} ${address}`),
    field,
    answered: [],
    unanswered: 0,
    calm: false,
    async say(said, sid = newSid()) {
      world.ledgers.spoken.set(sid, said);
      const webhookUrl = one.calm ? world.calmUrl : world.webhookUrl;
      const result = await world.twilio.sendInbound({ body: said, webhookUrl, from: address, to, messageSid: sid });
      if (result.status !== 200) {
        one.unanswered += 1;
        return null;
      }
      if (result.replies.length > 1) throw new Error('more than one message in a reply');
      const reply = result.replies[0] ?? '';
      one.answered.push({ sid, said, reply });
      return reply;
    },
    async typeOnPage(typed, attempt = randomBytes(8).toString('hex')) {
      const path = one.answered.map(({ reply }) => /\/pin\/[0-9a-f]{32}/.exec(reply)?.[0]).findLast(Boolean) ?? '/pin';
      const webhookUrl = new URL(one.calm ? world.calmUrl : world.webhookUrl);
      const link = new URL(`${path}${webhookUrl.search}`, webhookUrl);
      const form = new URLSearchParams({ pin: typed, attempt }).toString();
      // A person whose browser says that nobody answered sends the form again.
      let page: string | null = null;
      for (let tries = 0; page === null && tries < 10; tries += 1) {
        if (tries > 0) await pause(300);
        page = await sendForm(link, form);
      }
      return page === null ? null : (/Selesai\..*/s.exec(page)?.[0] ?? page);
    },
    hear: (what) =>
      eventually(() => world.ledgers.texts.get(address)?.find((text) => what.test(text)), `${what} in the chat`),
    codeAt: async (contact) => (await waitForCode([contact], () => true))?.code ?? 'ULANG',
    async answerTo(reply) {
      if (cannotWait && isHeld(reply)) return 'KODE LAMA';
      if (isDone(reply)) return null;
      const waitSeconds = Number(/dapat diminta (\d+) detik lagi/.exec(reply)?.[1] ?? 0);
      if (waitSeconds > 0) await withoutCode(waitSeconds);
      // Something went wrong: people look again after a while, they do not hammer.
      if (/^Maaf/.test(reply)) await pause(500);
      // The question is at the end; whatever went wrong stands before it.
      const asked = questionIn(reply);
      switch (asked) {
        case 'number':
          return member.nik;
        case 'birthDate':
          return member.birthDate;
        case 'field':
          return field === 'email' ? '1' : '2';
        case 'value':
          return target;
        case 'yes':
          return 'YA';
        case 'code':
          return await nextCode();
        case 'pin':
          return pin;
        case 'oldContact':
          return '1';
        case 'oldCode':
          return await nextOldCode();
        case 'agent':
          return 'MENU';
        case 'talk':
          return 'SELESAI';
        case 'wait':
          await pause(300);
          return 'ULANG';
        case undefined:
          return 'halo';
      }
    },
  };
  return one;
}

/** @returns the text of the page; null: nobody answered */
function sendForm(link: URL, form: string): Promise<string | null> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length };
    const sent = request(link, { method: 'POST', headers, agent: false }, async (response) => {
      let html = '';
      try {
        for await (const chunk of response.setEncoding('utf8')) html += chunk;
        resolve(response.statusCode === 503 ? null : html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '));
      } catch {
        resolve(null);
      }
    });
    sent.once('error', () => resolve(null)).end(form);
  });
}

/** Saved, held, or found to be saved already. */
export const isDone = (reply: string): boolean => /^Selesai\b|mulai berlaku|sudah terdaftar pada data Anda/.test(reply);

const isLimit = (reply: string): boolean => /^Demi keamanan, .* dihentikan/.test(reply);

const isHeld = (reply: string): boolean => /mulai berlaku/.test(reply);

/** The most telling words of each question; the first that is found counts. */
const questions = [
  // A person has the word: nobody but the participant ends that.
  [/^$|[Cc]ukup\? Ketik \*?SELESAI/, 'talk'],
  [/kontak lama mana|kode ke email lama/, 'oldContact'],
  [/ke kontak lama .*Ketik kode itu|Ketik kode dari kontak lama/s, 'oldCode'],
  [/Kembali( ke layanan otomatis)?: ketik|Ingin kembali ke layanan/, 'agent'],
  [/PIN Mobile JKN\*? \(|PIN Mobile JKN \(bukan/, 'pin'],
  [/ketik kode (itu|terbaru)|Mohon ketik kode/i, 'code'],
  [/Hasilnya kami beri tahu|sedang kami proses/, 'wait'],
  [/Ketik \*?YA\*?/, 'yes'],
  [/(email|nomor HP) baru\*? (yang|$)/, 'value'],
  [/ganti email/i, 'field'],
  [/tanggal lahir\*? peserta/, 'birthDate'],
  [/NIK\*? \(16 angka/, 'number'],
] as const satisfies [RegExp, string][];

export type Question = (typeof questions)[number][1];

/** What a reply asks at its end. */
export const questionIn = (reply: string): Question | undefined =>
  questions.find(([question]) => question.test(reply))?.[1];

export interface Course {
  /** by the participant's own eyes */
  done: boolean;
  /** told to come back another day, after too many tries */
  limited: boolean;
  /** messages sent, repetitions included */
  messages: number;
  /** duplicates that were answered otherwise */
  differing: number;
  last: string;
}

/**
 * From the first word to the last, through whatever happens.
 * @param disturb  before each message, and again after each answer
 * @param mostMessages  after that the participant is stuck
 */
export async function walkThrough(
  one: Participant,
  {
    first = 'halo',
    mostMessages = 60,
    duplicate = () => 0,
    before = async () => undefined,
  }: {
    first?: string;
    mostMessages?: number;
    /** how often an answered message is delivered again, at once */
    duplicate?: () => number;
    before?: (said: string, reply: string) => Promise<void>;
  } = {},
): Promise<Course> {
  const course: Course = { done: false, limited: false, messages: 0, differing: 0, last: '' };
  let said: string | null = first;
  let sid = newSid();
  while (said !== null && course.messages < mostMessages) {
    await before(said, course.last);
    const extra = duplicate();
    course.messages += 1 + extra;
    const copies: (string | null)[] = await Promise.all(
      Array.from({ length: 1 + extra }, () => one.say(said ?? '', sid)),
    );
    const heard = copies.filter((copy) => copy !== null);
    course.differing += heard.filter((copy) => copy !== heard[0]).length;
    const reply = heard[0];
    if (reply === undefined) {
      // Nobody answered: the same message comes once more, or the participant types it again.
      await pause(150);
      if (course.messages % 2 === 0) sid = newSid();
      continue;
    }
    course.last = reply;
    if (isLimit(reply)) {
      course.limited = true;
      break;
    }
    said = await one.answerTo(reply);
    sid = newSid();
  }
  course.done = said === null;
  return course;
}
