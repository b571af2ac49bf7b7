// Sends one notice about a change to the contact point, or into the chat, that its row names.
import type { Letter, Wording } from '#machines/copy/keys.ts';
import { letterText } from '#machines/copy/render.ts';
import type { Channel, Language } from '#machines/vocabulary.ts';
import type { Mailer, Messenger, OptOuts, SendOutcome } from '#src/conversation/ports.ts';
import { failpoint } from '#src/failpoint.ts';

export interface NoticeToSend {
  noticeId: string;
  via: 'mail' | Channel;
  /** e-mail address, E.164, or the opaque WhatsApp address */
  to: string;
  language: Language;
  letter: Exclude<Letter, { letter: 'code' }>;
}

/** What is kept of notices. */
export interface NoticeBook {
  /** `later`: another sender has it just now; null: it has come to its end */
  take(noticeId: string): Promise<NoticeToSend | 'later' | null>;
  /** @returns whether it has come to its end */
  finish(noticeId: string, outcome: SendOutcome | { outcome: 'suppressed' }): Promise<boolean>;
}

/** Handler of the job; `later`: the provider was busy, or did not say. */
export type NoticeSender = (noticeId: string, signal?: AbortSignal) => Promise<'done' | 'later'>;

export function createNoticeSender({
  notices,
  optOuts,
  messenger,
  mailer,
  wording,
  smsTwoWay,
}: {
  notices: NoticeBook;
  optOuts: OptOuts;
  messenger: Messenger;
  mailer: Mailer;
  wording: Wording;
  /** whether people can answer our SMS */
  smsTwoWay: boolean;
}): NoticeSender {
  async function send({ noticeId, via, to, language, letter }: NoticeToSend, signal?: AbortSignal) {
    const canReply = via === 'whatsapp' || (via === 'sms' && smsTwoWay);
    const text = letterText(letter, { language, wording, canReply });
    if (via === 'mail') return mailer.send({ to, ...text.mail, ref: noticeId }, signal);
    // The carrier would refuse it, and somebody asked us not to try.
    if (await optOuts.isStopped(via, to)) return { outcome: 'suppressed' } as const;
    return messenger.send({ channel: via, to, content: { body: text[via] }, ref: noticeId }, signal);
  }

  return async (noticeId, signal) => {
    const notice = await notices.take(noticeId);
    if (notice === null) return 'done';
    if (notice === 'later') return 'later';
    await failpoint('notice.afterTake');
    const outcome = await send(notice, signal);
    await failpoint('notice.afterSend');
    const isOver = await notices.finish(noticeId, outcome);
    await failpoint('notice.afterFinish');
    return isOver ? 'done' : 'later';
  };
}
