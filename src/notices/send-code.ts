// Sends the code of a challenge: from the turn that started it, or from the job that looks after it.

import type { Wording } from '#machines/copy/keys.ts';
import { letterText } from '#machines/copy/render.ts';
import type { Channel, Language } from '#machines/vocabulary.ts';
import type {
  Challenges,
  CodeDelivery,
  CodeToSend,
  Mailer,
  Messenger,
  OutgoingMessage,
  SendOutcome,
} from '#src/conversation/ports.ts';
import { failpoint } from '#src/failpoint.ts';
import type { FindOut } from './find-out.ts';

/** What is kept of the sending of a code. */
export interface CodeBook extends Pick<Challenges, 'takeForSending' | 'sent'> {
  /** what is known, for whoever came too late to send it */
  outcomeOf(challengeId: string): Promise<SendOutcome>;
  recover(
    challengeId: string,
  ): Promise<'send' | 'later' | 'done' | { via: 'mail' | Channel; target: string; since: Date }>;
  found(challengeId: string, providerId: string): Promise<void>;
  /** whether the limits let the same code leave once more */
  repeat(challengeId: string): Promise<boolean>;
}

export interface CodeSender extends CodeDelivery {
  /** What the job does: sends a code that nobody has sent, as long as it lives, and once more where nobody knows. */
  recover(challengeId: string, signal?: AbortSignal): Promise<'done' | 'later'>;
}

export function createCodeSender({
  codes,
  messenger,
  mailer,
  wording,
  templates,
  findOut,
}: {
  codes: CodeBook;
  messenger: Messenger;
  mailer: Mailer;
  wording: Wording;
  /** approved WhatsApp authentication templates; the code is their variable 1 */
  templates: Record<Language, string | null>;
  findOut: FindOut;
}): CodeSender {
  async function send(challengeId: string, code: CodeToSend, signal?: AbortSignal): Promise<SendOutcome> {
    const { language, via, target, lifeSeconds } = code;
    const minutes = Math.ceil(lifeSeconds / 60);
    const letter = letterOf(code, minutes);
    const text = letterText(letter, { language, wording, canReply: false });
    if (via === 'mail') return mailer.send({ to: target, ...text.mail, ref: challengeId }, signal);
    const message = { channel: via, to: target, ref: challengeId, validitySeconds: lifeSeconds };
    const content = via === 'sms' ? { body: text.sms } : templateFor(language, letter.code);
    if (content === null) return { outcome: 'refused', why: 'configuration', providerCode: 'no_template' };
    return messenger.send({ ...message, content }, signal);
  }

  function templateFor(language: Language, code: string): OutgoingMessage['content'] | null {
    const template = templates[language] ?? templates.id ?? templates.en;
    return template === null ? null : { template, variables: { 1: code } };
  }

  async function deliver(challengeId: string, signal?: AbortSignal): Promise<SendOutcome> {
    const code = await codes.takeForSending(challengeId);
    if (code === null) return codes.outcomeOf(challengeId);
    await failpoint('code.afterTake');
    const outcome = await send(challengeId, code, signal);
    await failpoint('code.afterSend');
    await codes.sent(challengeId, outcome);
    await failpoint('code.afterSent');
    return outcome;
  }

  return {
    deliver,
    async recover(challengeId, signal) {
      const todo = await codes.recover(challengeId);
      if (todo === 'done' || todo === 'later') return todo;
      if (todo !== 'send') {
        const { via: channel, target: to, since } = todo;
        // A mail sent twice has one Message-ID, so it needs no finding out.
        const found = channel === 'mail' ? null : await findOut({ ref: challengeId, channel, to, since }, signal);
        if (found !== null) {
          await codes.found(challengeId, found);
          return 'done';
        }
        if (!(await codes.repeat(challengeId))) return 'done';
      }
      const { outcome } = await deliver(challengeId, signal);
      return outcome === 'busy' ? 'later' : 'done';
    },
  };
}

const letterOf = ({ purpose, field, code }: CodeToSend, minutes: number) =>
  purpose === 'newValue'
    ? ({ letter: 'code', field, code: code.reveal(), minutes } as const)
    : ({ letter: 'oldCode', code: code.reveal(), minutes } as const);
