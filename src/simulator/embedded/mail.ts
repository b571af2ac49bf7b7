// A real SMTP receiver on the loopback address: the simulator's inbox, and the mail server of the tests.
import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';

export interface ReceivedMail {
  id: string;
  /** where it was really sent, one mail each recipient */
  to: string;
  from: string;
  subject: string;
  text: string;
  /** the header, with its angle brackets: the same mail sent twice has the same one */
  messageId: string;
  /** milliseconds since 1970 */
  at: number;
}

/** `reject`: 550 to every recipient; `defer`: 451 to the message; `hang`: the message gets no answer at all. */
export type MailFault = 'reject' | 'defer' | 'hang';

export interface MailReceiver {
  /** `smtp://127.0.0.1:port` */
  url: string;
  /** oldest first */
  mails(): readonly ReceivedMail[];
  /** @returns ends the listening */
  onMail(listener: (mail: ReceivedMail) => void): () => void;
  /**
   * From now on.
   * @param to  only mail to this address; left out: all
   */
  fail(fault: MailFault | null, to?: string): void;
  close(): Promise<void>;
}

const kept = 500;

/** @param port  a free one when left out */
export async function startMailReceiver(options: { port?: number } = {}): Promise<MailReceiver> {
  const mails: ReceivedMail[] = [];
  const listeners = new Set<(mail: ReceivedMail) => void>();
  let fault: { kind: MailFault; to: string | undefined } | null = null;
  const fails = (kind: MailFault, recipients: string[]) =>
    fault?.kind === kind && (fault.to === undefined || recipients.includes(fault.to));

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onRcptTo({ address }, _session, done) {
      done(fails('reject', [address]) ? refusal(550, 'No such mailbox') : null);
    },
    onData(stream, session, done) {
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      receive(stream, recipients).then(
        (received) => {
          if (fails('hang', recipients)) return;
          if (fails('defer', recipients)) return done(refusal(451, 'Try again later'));
          mails.push(...received);
          mails.splice(0, mails.length - kept);
          for (const mail of received) for (const listener of listeners) listener(mail);
          done();
        },
        (error: unknown) => done(error instanceof Error ? error : new Error('unreadable')),
      );
    },
  });
  // A client that went away in the middle is no matter of ours.
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;

  return {
    url: `smtp://127.0.0.1:${port}`,
    mails: () => mails,
    onMail(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail(kind, to) {
      fault = kind === null ? null : { kind, to };
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function receive(stream: SMTPServerDataStream, recipients: string[]): Promise<ReceivedMail[]> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  const mail = await PostalMime.parse(Buffer.concat(parts));
  return recipients.map((to) => ({
    id: randomUUID(),
    to,
    from: mail.from?.address ?? '',
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    messageId: mail.messageId ?? '',
    at: Date.now(),
  }));
}

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });
