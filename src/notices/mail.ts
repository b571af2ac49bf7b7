// Outgoing mail.
import { createTransport } from 'nodemailer';
import type { Mailer, SendOutcome } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { type Guard, unguarded } from '#src/guard.ts';
import type { Secret } from '#src/seal.ts';

export interface PooledMailer extends Mailer {
  close(): void;
}

/**
 * @param smtpUrl  with credentials, hence secret
 * @param mailFrom  `data@example.id` or `Ubah Data <data@example.id>`
 * @param budgetMs  for one mail, the wait for a connection and the server's answer included
 * @param connections  to the server, at most
 * @param guard  every mail passes through it once; by default nothing is refused
 */
export function createMailer({
  smtpUrl,
  mailFrom,
  budgetMs,
  connections = 4,
  guard = unguarded,
}: {
  smtpUrl: Secret;
  mailFrom: string;
  budgetMs: number;
  connections?: number;
  guard?: Guard;
}): PooledMailer {
  const transport = createTransport({
    url: smtpUrl.reveal(),
    pool: true,
    maxConnections: connections,
    connectionTimeout: budgetMs,
    greetingTimeout: budgetMs,
    socketTimeout: budgetMs,
    dnsTimeout: budgetMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Idle connections of the pool end with an error now and then; each mail hears of its own.
  transport.on('error', () => {});
  const domain = /@([^\s>]+)/.exec(mailFrom)?.[1] ?? 'localhost';

  async function handOver(mail: Parameters<typeof transport.sendMail>[0], signal: AbortSignal): Promise<SendOutcome> {
    const sent = transport.sendMail(mail).then(({ messageId }) => accepted(messageId), outcomeOf);
    const outcome = await Promise.race([sent, gaveUp(signal)]);
    if ('noAnswer' in outcome) throw new NoAnswerError(outcome.noAnswer);
    return outcome;
  }

  return {
    async send({ to, subject, text, ref }, given) {
      const deadline = AbortSignal.timeout(budgetMs);
      const signal = given === undefined ? deadline : AbortSignal.any([deadline, given]);
      const mail = {
        from: mailFrom,
        // Never a text to be parsed: an address with a comma or a name would be several.
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${ref}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      };
      try {
        // Whoever gets a place too late was not told by the server that it is ill.
        return await guard(async () => (signal.aborted ? busy : handOver(mail, signal)), signal);
      } catch (error) {
        if (error instanceof NoAnswerError) return error.outcome;
        // Refused by the guard, so nothing left.
        if (error instanceof UnavailableError) return busy;
        throw error;
      }
    },
    close: () => transport.close(),
  };
}

/** What the guard counts. */
class NoAnswerError extends UnavailableError {
  readonly outcome: SendOutcome;
  constructor(outcome: SendOutcome) {
    super('smtp');
    this.outcome = outcome;
  }
}

const accepted = (providerId: string): SendOutcome => ({ outcome: 'accepted', providerId });

/** The mail may still leave by the connection that we no longer wait for. */
function gaveUp(signal: AbortSignal): Promise<NoAnswer> {
  if (signal.aborted) return Promise.resolve({ noAnswer: unknown });
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ noAnswer: unknown }), { once: true });
  });
}

/** Commands before the text was handed over: the mail has certainly not left. */
const beforeTheText = /^(CONN|EHLO|HELO|LHLO|STARTTLS|AUTH|MAIL FROM|RCPT TO|API)/;
const noSuchMailbox = new Set([550, 551, 553]);

/** The server said nothing that would count; what is known of the mail all the same. */
interface NoAnswer {
  noAnswer: SendOutcome;
}

function outcomeOf(error: unknown): SendOutcome | NoAnswer {
  const { responseCode, code, command } = detailsOf(error);
  if (responseCode >= 500) {
    if (code === 'EAUTH') return { outcome: 'refused', why: 'configuration', providerCode: String(responseCode) };
    const isRecipient = code === 'EENVELOPE' && noSuchMailbox.has(responseCode);
    return { outcome: 'refused', why: isRecipient ? 'destination' : 'policy', providerCode: String(responseCode) };
  }
  if (responseCode >= 400) return busy;
  // Refused by nodemailer itself: there is no recipient in what was given.
  if (code === 'EENVELOPE') return { outcome: 'refused', why: 'destination', providerCode: code };
  return { noAnswer: beforeTheText.test(command) || isConnecting.has(code) ? busy : unknown };
}

const isConnecting = new Set([
  'ECONNECTION',
  'ECONNREFUSED',
  'EDNS',
  'ENOTFOUND',
  'EAUTH',
  'ENOAUTH',
  'ETLS',
  'EPROXY',
]);
const unknown: SendOutcome = { outcome: 'unknown' };
const busy: SendOutcome = { outcome: 'busy', retryAfterMs: null };

function detailsOf(error: unknown): { responseCode: number; code: string; command: string } {
  const details = new Map<string, unknown>(Object.entries(typeof error === 'object' && error !== null ? error : {}));
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    responseCode: Number(details.get('responseCode') ?? 0),
    code: text(details.get('code')),
    command: text(details.get('command')),
  };
}
