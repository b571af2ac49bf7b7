// Outgoing mail.
import { createTransport } from 'nodemailer';
import type { Mailer, SendOutcome } from '#src/conversation/ports.ts';
import type { Secret } from '#src/seal.ts';

export interface PooledMailer extends Mailer {
  close(): void;
}

/**
 * @param smtpUrl  with credentials, hence secret
 * @param mailFrom  `data@example.id` or `Ubah Data <data@example.id>`
 * @param budgetMs  for one mail, from a free connection to the server's answer
 */
export function createMailer({
  smtpUrl,
  mailFrom,
  budgetMs,
}: {
  smtpUrl: Secret;
  mailFrom: string;
  budgetMs: number;
}): PooledMailer {
  const transport = createTransport({
    url: smtpUrl.reveal(),
    pool: true,
    maxConnections: 4,
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

  return {
    async send({ to, subject, text, ref }, signal) {
      const deadline = AbortSignal.timeout(budgetMs);
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
        const sent = transport.sendMail(mail).then(({ messageId }) => accepted(messageId));
        return await Promise.race([
          sent,
          gaveUp(signal === undefined ? deadline : AbortSignal.any([deadline, signal])),
        ]);
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close: () => transport.close(),
  };
}

const accepted = (providerId: string): SendOutcome => ({ outcome: 'accepted', providerId });

/** The mail may still leave by the connection that we no longer wait for. */
function gaveUp(signal: AbortSignal): Promise<SendOutcome> {
  if (signal.aborted) return Promise.resolve({ outcome: 'unknown' });
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ outcome: 'unknown' }), { once: true });
  });
}

/** Commands before the text was handed over: the mail has certainly not left. */
const beforeTheText = /^(CONN|EHLO|HELO|LHLO|STARTTLS|AUTH|MAIL FROM|RCPT TO|API)/;
const noSuchMailbox = new Set([550, 551, 553]);

function outcomeOf(error: unknown): SendOutcome {
  const { responseCode, code, command } = detailsOf(error);
  if (responseCode >= 500) {
    if (code === 'EAUTH') return { outcome: 'refused', why: 'configuration', providerCode: String(responseCode) };
    const isRecipient = code === 'EENVELOPE' && noSuchMailbox.has(responseCode);
    return { outcome: 'refused', why: isRecipient ? 'destination' : 'policy', providerCode: String(responseCode) };
  }
  if (responseCode >= 400) return { outcome: 'busy', retryAfterMs: null };
  // Refused by nodemailer itself: there is no recipient in what was given.
  if (code === 'EENVELOPE') return { outcome: 'refused', why: 'destination', providerCode: code };
  return beforeTheText.test(command) || isConnecting.has(code) ? { outcome: 'busy', retryAfterMs: null } : unknown;
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

function detailsOf(error: unknown): { responseCode: number; code: string; command: string } {
  const details = new Map<string, unknown>(Object.entries(typeof error === 'object' && error !== null ? error : {}));
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    responseCode: Number(details.get('responseCode') ?? 0),
    code: text(details.get('code')),
    command: text(details.get('command')),
  };
}
