// What Twilio and Meta remember about a sender and a person: when they last wrote, and whether they said stop.
import { isWhatsApp } from './twilio-wire.ts';

const stopWords = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const startWords = new Set(['START', 'YES', 'UNSTOP']);
const helpWords = new Set(['HELP', 'INFO']);
const configuredStopWords = new Set([...stopWords, 'BERHENTI', 'UNREG', 'OFF']);

const windowMs = 24 * 3_600_000;

/** The senders of one side: a number, the service it belongs to, or both. */
export interface Side {
  from: string | null;
  messagingServiceSid: string | null;
}

export interface OptOutWord {
  type: 'STOP' | 'START' | 'HELP';
  /** what Twilio says of its own accord; null: nothing */
  answer: string | null;
}

const answers = {
  STOP: 'You have successfully been unsubscribed. Reply START to resubscribe.',
  START: 'You have successfully been re-subscribed.',
  HELP: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
};

/** @param isAdvanced  with own words, on both channels; else Twilio's defaults, on SMS alone */
export function readOptOut(body: string, to: string, isAdvanced: boolean): OptOutWord | null {
  if (!isAdvanced && isWhatsApp(to)) return null;
  const word = body.trim().toUpperCase();
  if ((isAdvanced ? configuredStopWords : stopWords).has(word)) return { type: 'STOP', answer: answers.STOP };
  if (startWords.has(word)) return { type: 'START', answer: isAdvanced ? answers.START : null };
  return helpWords.has(word) ? { type: 'HELP', answer: answers.HELP } : null;
}

export function createPairs(now: () => number) {
  const lastWrote = new Map<string, number>();
  const stopped = new Set<string>();
  const keysOf = ({ from, messagingServiceSid }: Side, person: string) =>
    [from, messagingServiceSid].filter((sender) => sender !== null).map((sender) => `${sender}|${person}`);
  return {
    wrote(side: Side, person: string): void {
      for (const key of keysOf(side, person)) lastWrote.set(key, now());
    },
    said(word: OptOutWord['type'], side: Side, person: string): void {
      for (const key of keysOf(side, person)) {
        if (word === 'STOP') stopped.add(key);
        if (word === 'START') stopped.delete(key);
      }
    },
    isStopped: (side: Side, person: string): boolean => keysOf(side, person).some((key) => stopped.has(key)),
    /** Meta's 24 hours since the person last wrote */
    isInWindow: (side: Side, person: string): boolean =>
      keysOf(side, person).some((key) => now() - (lastWrote.get(key) ?? -Infinity) <= windowMs),
  };
}
