// The people of the simulator and what they can do: write, attach, change the number, begin again, let time pass.
// It reaches the product as the world does: by signed webhooks, Twilio's REST API, SMTP, and nothing else.
import { countSegments } from '#machines/copy/segments.ts';
import type { Channel } from '#machines/vocabulary.ts';
import type { SampleDirectory } from '#src/participants/sample-directory.ts';
import { type SamplePerson, samplePeople } from '#src/participants/sample-people.ts';
import type { MailReceiver } from './embedded/mail.ts';
import { type Attachment, createPhoneLog, type Entry, type Gap, type Mail } from './phone-log.ts';
import type { InboundMessage, TwilioEmulator } from './twilio-emulator.ts';

/** A sample participant as the directory has them now. */
export interface Person extends SamplePerson {
  isPinLocked: boolean;
}

/** All that the page shows. */
export interface View {
  /** empty: the directory is somebody else's */
  people: Person[];
  pickedId: string | null;
  ownNumber: string;
  /** null: nobody is picked, or the participant has none */
  registeredNumber: string | null;
  isOtherNumber: boolean;
  channel: Channel;
  chats: Record<Channel, { sender: string; entries: (Entry | Gap)[]; unread: number; isAnswering: boolean }>;
  /** what reached other numbers, newest first */
  elsewhere: (Entry | Gap)[];
  /** newest first; null: mail goes to a server of somebody else */
  mails: (Mail | Gap)[] | null;
  /** what the last button did */
  status: string;
}

export interface World {
  view(): Promise<View>;
  write(text: string): void;
  attach(attachment: Attachment): void;
  /** A button or list entry under a message. @returns false: it is not there */
  tap(entryId: string, choiceId: string): boolean;
  /** @returns false: there is no such participant */
  pick(participantId: string): Promise<boolean>;
  useOtherNumber(isOther: boolean): void;
  show(channel: Channel): void;
  startOver(): Promise<void>;
  passDay(): Promise<void>;
  /** @returns ends the listening */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

interface Sent {
  text: string;
  attachment: Attachment | null;
  /** as Twilio hands it on; null: typed or attached */
  tapped: { button: { payload: string; text: string } } | { list: { id: string; title: string } } | null;
}

const untappable = { choices: [], listLabel: null };

/** A stranger's phone: nobody has registered this number. */
export const otherNumber = '+6281299009999';
const dayHours = 24;
const dayMs = dayHours * 3_600_000;

export interface Surroundings {
  /** the emulator, and how to have a fresh one at the same address */
  startTwilio(): Promise<TwilioEmulator>;
  /** null: `SMTP_URL` is somebody else's */
  mailbox: MailReceiver | null;
  /** null: `DIRECTORY_URL` is somebody else's */
  directory: SampleDirectory | null;
  webhookUrl: string;
  senders: Record<Channel, string | null>;
  /** null: the stores are on another machine, and not ours to empty */
  memory: { erase(): Promise<void>; forgetPlaces(): Promise<void>; passTime(ms: number): Promise<void> } | null;
  now(): number;
}

export async function createWorld(around: Surroundings): Promise<World> {
  const log = createPhoneLog(around.now);
  const listeners = new Set<() => void>();
  const unread = new Map<string, number>();
  const queues = new Map<string, Promise<void>>();
  const answering = new Set<string>();
  let pickedId = around.directory === null ? null : (samplePeople[0]?.participantId ?? null);
  let registeredNumber = samplePeople[0]?.mobileNumber ?? null;
  let isOtherNumber = around.directory === null;
  let shown: Channel = 'whatsapp';
  let status = '';

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const ownNumber = () => (isOtherNumber ? otherNumber : (registeredNumber ?? otherNumber));
  const keyOf = (channel: Channel, number: string) => `${channel} ${number}`;
  const seen = () => {
    unread.delete(keyOf(shown, ownNumber()));
    changed();
  };

  // --- what comes in ----------------------------------------------------------------------------------------------------

  const connect = async () => {
    const emulator = await around.startTwilio();
    emulator.onMessage(({ direction, channel, to, body, segments, choices, listLabel }) => {
      const number = to.replace('whatsapp:', '');
      const key = keyOf(channel, number);
      log.add({
        kind: 'received',
        channel,
        number,
        text: body,
        attachment: null,
        choices,
        listLabel,
        // A question with buttons leaves by REST, and answers all the same.
        isAnswer: direction === 'outbound-reply' || choices.length > 0,
        segments: channel === 'sms' ? segments : null,
      });
      unread.set(key, (unread.get(key) ?? 0) + 1);
      if (channel === shown && number === ownNumber()) unread.delete(key);
      changed();
    });
    return emulator;
  };
  let twilio = await connect();
  around.mailbox?.onMail(({ to, from, subject, text }) => {
    log.add({ kind: 'mail', to, from, subject, text });
    changed();
  });

  // --- what goes out ----------------------------------------------------------------------------------------------------

  const note = (channel: Channel, number: string, text: string) =>
    log.add({ kind: 'note', channel, number, text, attachment: null, ...untappable, isAnswer: false, segments: null });

  /** One after the other, as a phone sends them: a person who types fast is still answered in order. */
  const send = (entry: Sent) => {
    const channel = shown;
    const number = ownNumber();
    const key = keyOf(channel, number);
    const segments = channel === 'sms' ? countSegments(entry.text).segments : null;
    const { text, attachment } = entry;
    log.add({ kind: 'written', channel, number, text, attachment, ...untappable, isAnswer: false, segments });
    const deliver = async () => {
      answering.add(key);
      changed();
      const problem = await handOver(channel, number, entry);
      answering.delete(key);
      if (problem !== null) note(channel, number, problem);
      changed();
    };
    const turn = (queues.get(key) ?? Promise.resolve()).then(deliver);
    queues.set(key, turn);
  };

  /** @returns what went wrong, in a sentence */
  const handOver = async (
    channel: Channel,
    number: string,
    { text, attachment, tapped }: Sent,
  ): Promise<string | null> => {
    const to = around.senders[channel];
    if (to === null) return 'Layanan ini tidak punya pengirim untuk kanal ini.';
    const from = channel === 'whatsapp' ? `whatsapp:${number}` : number;
    const message: InboundMessage = {
      webhookUrl: around.webhookUrl,
      from,
      to,
      ...(tapped ?? (attachment === null ? { body: text } : attachments[attachment])),
    };
    const result = await twilio.sendInbound(message).catch(() => null);
    if (result === null) return 'Pesan tidak terkirim: emulator Twilio sedang dimulai ulang.';
    if (!result.carried) return 'Tidak sampai: pengirim SMS ini satu arah, tidak dapat menerima balasan.';
    if (result.debuggerCode === null) return null;
    const answer = result.status === null ? 'tidak menjawab' : `menjawab ${result.status}`;
    return `Webhook ${answer} (Twilio ${result.debuggerCode}), ${result.attempts} kali dicoba. Lihat log di terminal.`;
  };

  // --- what the buttons do ----------------------------------------------------------------------------------------------

  const registeredNow = async (participantId: string) =>
    (await around.directory?.read(participantId))?.mobileNumber ?? null;

  const onLocalStores = async (work: (memory: NonNullable<Surroundings['memory']>) => Promise<string>) => {
    status = 'Tidak dilakukan: Postgres atau Redis Anda berada di mesin lain, dan tidak diubah dari sini.';
    try {
      if (around.memory !== null) status = await work(around.memory);
    } catch {
      status = 'Gagal: Postgres, Redis, atau direktori tidak menjawab. Silakan coba lagi.';
    }
    changed();
  };

  return {
    async view() {
      const own = ownNumber();
      const chat = (channel: Channel) => ({
        sender: (around.senders[channel] ?? '').replace('whatsapp:', ''),
        entries: log.conversation(channel, own),
        unread: unread.get(keyOf(channel, own)) ?? 0,
        isAnswering: answering.has(keyOf(channel, own)),
      });
      return {
        people: await peopleIn(around.directory),
        pickedId,
        ownNumber: own,
        registeredNumber,
        isOtherNumber: own === otherNumber,
        channel: shown,
        chats: { whatsapp: chat('whatsapp'), sms: chat('sms') },
        elsewhere: log.elsewhere(own),
        mails: around.mailbox === null ? null : log.mails(),
        status,
      };
    },
    write: (text) => send({ text, attachment: null, tapped: null }),
    attach: (attachment) => send({ text: '', attachment, tapped: null }),
    tap(entryId, choiceId) {
      const entry = log.find(entryId);
      const choice = entry?.choices.find(({ id }) => id === choiceId);
      const isOwn = entry?.channel === shown && entry.number === ownNumber();
      if (entry === null || choice === undefined || !isOwn) return false;
      const { id, title } = choice;
      const tapped = entry.listLabel === null ? { button: { payload: id, text: title } } : { list: { id, title } };
      send({ text: title, attachment: null, tapped });
      return true;
    },
    async pick(participantId) {
      if (around.directory === null || !(await around.directory.knows(participantId))) return false;
      pickedId = participantId;
      registeredNumber = await registeredNow(participantId);
      isOtherNumber = registeredNumber === null;
      status = '';
      seen();
      return true;
    },
    useOtherNumber(isOther) {
      isOtherNumber = isOther || registeredNumber === null;
      seen();
    },
    show(channel) {
      shown = channel;
      seen();
    },
    startOver: () =>
      onLocalStores(async (memory) => {
        // The emulator first: what the product still sends finds nobody, and nothing old arrives on an empty page.
        await twilio.close();
        try {
          await memory.erase();
          await memory.forgetPlaces();
          await around.directory?.reset();
        } finally {
          twilio = await connect();
        }
        log.clear();
        unread.clear();
        if (pickedId !== null) registeredNumber = await registeredNow(pickedId);
        isOtherNumber = registeredNumber === null;
        shown = 'whatsapp';
        return 'Semua dimulai dari awal: data contoh, batas, perubahan, percakapan, dan surat.';
      }),
    passDay: () =>
      onLocalStores(async (memory) => {
        // Before the jobs that fall due write anything.
        log.add({ kind: 'gap', hours: dayHours });
        twilio.advance(dayMs);
        await around.directory?.passTime(dayMs);
        await memory.forgetPlaces();
        await memory.passTime(dayMs);
        return '24 jam sudah lewat. Perubahan yang ditahan kini diterapkan; percakapan dimulai lagi dari awal.';
      }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => twilio.close(),
  };
}

/** Only the contact is ever opened, and only where a number is asked. */
const card = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nomor baru\r\nTEL;type=CELL:+62 812-9900-0011\r\nEND:VCARD\r\n';
const attachments = {
  image: { media: [{ contentType: 'image/jpeg' }] },
  voice: { media: [{ contentType: 'audio/ogg' }] },
  contact: { media: [{ contentType: 'text/vcard', bytes: Buffer.from(card) }] },
  location: { location: { latitude: -6.1754, longitude: 106.8272, label: 'Monas', address: 'Jakarta' } },
} satisfies Record<Attachment, object>;

async function peopleIn(directory: SampleDirectory | null): Promise<Person[]> {
  if (directory === null) return [];
  return Promise.all(
    samplePeople.map(async (person) => {
      const { email, mobileNumber, pinAttemptsLeft } = await directory.read(person.participantId);
      return { ...person, email, mobileNumber, isPinLocked: pinAttemptsLeft === 0 };
    }),
  );
}
