// Sends one notice to the contact point, or into the chat, that its row names.
import type { Letter, Wording } from '#machines/copy/keys.ts';
import { letterText } from '#machines/copy/render.ts';
import type { Channel, Language } from '#machines/vocabulary.ts';
import type {
  Mailer,
  Messenger,
  OptOuts,
  OutgoingMessage,
  SendOutcome,
  Spoken,
  SpokenTemplate,
} from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { failpoint } from '#src/failpoint.ts';
import type { FindOut } from './find-out.ts';

export interface NoticeToSend {
  noticeId: string;
  via: 'mail' | Channel;
  /** e-mail address, E.164, or the opaque WhatsApp address */
  to: string;
  /** the chat it goes to; null: another contact point */
  conversation: string | null;
  language: Language;
  letter: Exclude<Letter, { letter: 'code' | 'oldCode' }> | Spoken | SpokenTemplate;
  /** sent at that time without an answer */
  unknownSince: Date | null;
}

type Outcome = SendOutcome | { outcome: 'suppressed' };

/** What is kept of notices. */
export interface NoticeBook {
  /** `later`: another sender has it just now; null: it has come to its end */
  take(noticeId: string): Promise<NoticeToSend | 'later' | null>;
  /** @returns whether it has come to its end */
  finish(noticeId: string, outcome: Outcome, via: 'mail' | Channel): Promise<boolean>;
}

const isPhone = /^\+\d+$/;

function giveUp(error: unknown): 'unknown' {
  if (error instanceof UnavailableError) return 'unknown';
  throw error;
}

function contentOf(
  letter: NoticeToSend['letter'],
  via: Channel,
  how: Parameters<typeof letterText>[1],
): OutgoingMessage['content'] {
  if (letter.letter === 'template') return { template: letter.template, variables: {} };
  return { body: letter.letter === 'spoken' ? letter.texts[via] : letterText(letter, how)[via] };
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
  findOut,
  isInWindow,
}: {
  notices: NoticeBook;
  optOuts: OptOuts;
  messenger: Messenger;
  mailer: Mailer;
  wording: Wording;
  /** whether people can answer our SMS */
  smsTwoWay: boolean;
  findOut: FindOut;
  /** whether free text may still go into that chat on WhatsApp */
  isInWindow: (conversation: string) => Promise<boolean>;
}): NoticeSender {
  async function send(notice: NoticeToSend, via: 'mail' | Channel, signal?: AbortSignal): Promise<Outcome> {
    const { noticeId, to, language, letter, unknownSince } = notice;
    const canReply = via === 'whatsapp' || (via === 'sms' && smsTwoWay);
    if (via === 'mail') {
      if (letter.letter === 'spoken' || letter.letter === 'template') throw new Error('a chat has no mailbox');
      const { mail } = letterText(letter, { language, wording, canReply });
      // Sent twice it has one Message-ID, so it needs no finding out.
      return mailer.send({ to, ...mail, ref: noticeId }, signal);
    }
    if (via === 'sms' && !isPhone.test(to)) return { outcome: 'refused', why: 'policy', providerCode: 'no_window' };
    // The carrier would refuse it, and somebody asked us not to try.
    if (await optOuts.isStopped(via, to)) return { outcome: 'suppressed' };
    if (unknownSince !== null) {
      const found = await findOut({ ref: noticeId, channel: via, to, since: unknownSince }, signal).catch(giveUp);
      if (found === 'unknown') return { outcome: 'unknown' };
      if (found !== null) return { outcome: 'accepted', providerId: found };
    }
    const content = contentOf(letter, via, { language, wording, canReply });
    return messenger.send({ channel: via, to, content, ref: noticeId }, signal);
  }

  /** Outside the 24 h after somebody's last message WhatsApp takes no free text (Twilio 63016). */
  async function wayOf({ via, conversation }: NoticeToSend): Promise<'mail' | Channel> {
    return via !== 'whatsapp' || conversation === null || (await isInWindow(conversation)) ? via : 'sms';
  }

  return async (noticeId, signal) => {
    const notice = await notices.take(noticeId);
    if (notice === null) return 'done';
    if (notice === 'later') return 'later';
    await failpoint('notice.afterTake');
    const via = await wayOf(notice);
    const outcome = await send(notice, via, signal);
    await failpoint('notice.afterSend');
    const isOver = await notices.finish(noticeId, outcome, via);
    await failpoint('notice.afterFinish');
    return isOver ? 'done' : 'later';
  };
}
