// What the phones and the mailbox have shown, as long as this process lives. A phone forgets nothing that it was sent,
// also when the provider has to.
import type { Channel } from '#machines/vocabulary.ts';

export type Attachment = 'image' | 'voice' | 'location' | 'contact';

export interface Tappable {
  id: string;
  title: string;
}

/** One thing in a conversation of the phone with this number on this channel. */
export interface Entry {
  id: string;
  at: number;
  channel: Channel;
  /** E.164, of the phone */
  number: string;
  /** `note`: something that no phone shows, for whoever tries the simulator */
  kind: 'written' | 'received' | 'note';
  text: string;
  attachment: Attachment | null;
  /** what can be tapped under it */
  choices: readonly Tappable[];
  /** of the button that opens them as a list; null: each is a button */
  listLabel: string | null;
  /** the answer to what this phone wrote, rather than something that came by itself */
  isAnswer: boolean;
  /** null except for SMS */
  segments: number | null;
}

/** Somebody has let time pass; stands between what was before and what came after, everywhere. */
export interface Gap {
  id: string;
  at: number;
  kind: 'gap';
  hours: number;
}

export interface Mail {
  id: string;
  at: number;
  kind: 'mail';
  to: string;
  from: string;
  subject: string;
  text: string;
}

export type Item = Entry | Gap | Mail;

type New<Thing extends Item> = Omit<Thing, 'id' | 'at'>;

export interface PhoneLog {
  add(item: New<Entry> | New<Gap> | New<Mail>): void;
  /** null: it is gone */
  find(id: string): Entry | null;
  /** oldest first */
  conversation(channel: Channel, number: string): (Entry | Gap)[];
  /** what came by itself to all phones but this one, newest first */
  elsewhere(number: string): (Entry | Gap)[];
  /** newest first */
  mails(): (Mail | Gap)[];
  clear(): void;
}

export function createPhoneLog(now: () => number): PhoneLog {
  let items: Item[] = [];
  let count = 0;
  const isIn = (channel: Channel, number: string) => (item: Item) =>
    isEntry(item) && item.channel === channel && item.number === number;

  return {
    add(item) {
      count += 1;
      items.push({ ...item, id: `i${count}`, at: now() } as Item);
    },
    find: (id) => items.filter(isEntry).find((entry) => entry.id === id) ?? null,
    conversation: (channel, number) => withGaps(items, isIn(channel, number)).filter((item) => item.kind !== 'mail'),
    elsewhere: (number) =>
      withGaps(items, (item) => item.kind === 'received' && !item.isAnswer && item.number !== number)
        .filter((item) => item.kind !== 'mail')
        .reverse(),
    mails: () =>
      withGaps(items, (item) => item.kind === 'mail')
        .filter((item) => !isEntry(item))
        .reverse(),
    clear() {
      items = [];
    },
  };
}

const isEntry = (item: Item): item is Entry =>
  item.kind === 'written' || item.kind === 'received' || item.kind === 'note';

/** A gap before everything else says nothing. */
function withGaps(items: readonly Item[], isWanted: (item: Item) => boolean): Item[] {
  const first = items.findIndex(isWanted);
  return first < 0 ? [] : items.slice(first).filter((item) => item.kind === 'gap' || isWanted(item));
}
