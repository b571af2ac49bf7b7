// Watches for what only an operator can mend: a wrong configuration is an alarm, and wrong credentials stop everything.
import type { Messenger } from '#src/conversation/ports.ts';
import type { MessageRecords } from './send.ts';

export interface WatchedMessenger extends Messenger {
  /** Asks Twilio only where it refused our credentials before. @throws UnavailableError `unavailable` */
  health(): Promise<void>;
}

const wrongCredentials = '20003';
/** A message that nobody has: asked for with the right credentials, it is not found. */
const nobodys = `SM${'0'.repeat(32)}`;

/** @param onMistake  told of each refusal that is our own mistake, by its code */
export function watchMessenger(
  messenger: Messenger,
  { records, onMistake }: { records: Pick<MessageRecords, 'fetch'>; onMistake: (providerCode: string) => void },
): WatchedMessenger {
  let isShutOut = false;
  return {
    async send(message, signal) {
      const outcome = await messenger.send(message, signal);
      if (outcome.outcome === 'accepted') isShutOut = false;
      if (outcome.outcome === 'refused' && outcome.why === 'configuration') {
        isShutOut ||= outcome.providerCode === wrongCredentials;
        onMistake(outcome.providerCode);
      }
      return outcome;
    },
    async health() {
      if (!isShutOut) return;
      await records.fetch(nobodys);
      isShutOut = false;
    },
  };
}
