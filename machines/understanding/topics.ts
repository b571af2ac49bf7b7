// What people ask or say instead of answering: troubles we can help with, wishes for elsewhere, small talk.
import type { ParticipantEvent, Topic } from '../events.ts';
import type { Asked } from './asked.ts';
import { deniesDeed } from './commands.ts';
import type { Concept } from './lexicon.ts';
import { doubtsUs, helpsSomebody, offersPhoto, reportsTakeover, seesOtherPerson } from './sayings.ts';
import { consistsOf, follows, has, type Word } from './words.ts';

const REFUSED: readonly Concept[] = ['not', 'notYet', 'isNot', 'cannot'];
const CONTACT: readonly Concept[] = ['phone', 'email', 'number'];
const LIGHT: readonly Concept[] = ['light', 'address', 'this', 'me', 'ok', 'yes', 'done'];

// folded hands, hearts, a smile
const thanking = /^(?:\u{1F64F}|\u2764|\u{1F970}|\u{1F60A}|\u263A|[\u{1F3FB}-\u{1F3FF}]|\s)+$/u;

/** A question, or null. The order decides where two could be meant: the more pressing one first. */
export function readQuestion(text: string, words: readonly Word[], asked: Asked): ParticipantEvent | null {
  if (helpsSomebody(text, words)) return { type: 'ask.helper' };
  if (offersPhoto(text, words)) return { type: 'sent.media', media: 'image' };
  if (doubtsUs(text, words)) return { type: 'ask.isGenuine' };
  if (reportsTakeover(text, words)) return { type: 'word.notMe' };
  if (asked.expects === 'field' && seesOtherPerson(text, words)) return { type: 'ask.otherPerson' };
  if (asksForgottenPin(words, asked)) return { type: 'ask.forgottenPin' };
  if (asksForgottenEmail(words)) return { type: 'ask.forgottenEmail' };
  if (asksCodeMissing(text, words, asked)) return { type: 'ask.codeMissing' };
  if (asksOldContactDead(words)) return { type: 'ask.oldContactDead' };
  const isCross = has(words, 'exasperated');
  const isMyData = !isCross && asksMyData(words);
  if (isMyData && has(words, 'data') && !has(words, 'done', 'notYet')) return { type: 'ask.myData' };
  if (asksChangeState(text, words)) return { type: 'ask.changeState' };
  const topic = isCross ? null : readTopic(text, words, asked);
  if (topic !== null) return { type: 'ask.elsewhere', topic };
  if (isMyData) return { type: 'ask.myData' };
  return deniesDeed(words) ? { type: 'word.notMe' } : null;
}

/** Greeting, thanks, anger, or null. */
export function readSmallTalk(text: string, words: readonly Word[]): ParticipantEvent | null {
  if (words.length === 0) return thanking.test(text) ? { type: 'said.thanks' } : null;
  if (has(words, 'rude', 'exasperated') || follows(words, ['not'], ['use'], 1) || blames(text, words))
    return { type: 'said.anger' };
  if (has(words, 'thanks') && consistsOf(words, ['thanks', 'greeting', 'help', 'data', 'agent', ...LIGHT]))
    return { type: 'said.thanks' };
  if (words[0]?.concept === 'greeting') return { type: 'said.greeting' };
  return has(words, 'greeting') && consistsOf(words, ['greeting', ...LIGHT]) ? { type: 'said.greeting' } : null;
}

// "kalian kerja ga sih", "ga ada yang beres"
function blames(text: string, words: readonly Word[]): boolean {
  if (follows(words, ['not', 'none'], ['success'], 3)) return true;
  return (
    /\b(?:kalian|klian|bpjs|admin|min|petugas)\b.*\b(?:kerja|niat|serius|tidur|ngapain)/i.test(text) &&
    /\?|\b(?:g|ga|gak|nggak|ngga|tidak|apa|sih)\b/i.test(text)
  );
}

function doesNotKnow(words: readonly Word[]): boolean {
  return has(words, 'forget') || follows(words, REFUSED, ['know']);
}

function asksForgottenPin(words: readonly Word[], asked: Asked): boolean {
  const isAboutPin = has(words, 'pin') || (asked.expects === 'pin' && !has(words, 'email', 'phone', 'code'));
  if (!isAboutPin) return false;
  if (doesNotKnow(words) || follows(words, REFUSED, ['own', 'set', 'arrive', 'registration'])) return true;
  return has(words, 'pin') && (has(words, 'dead', 'change') || (has(words, 'what', 'where') && words.length <= 6));
}

function asksForgottenEmail(words: readonly Word[]): boolean {
  return has(words, 'email') && (has(words, 'change') ? has(words, 'forget') : doesNotKnow(words));
}

function asksCodeMissing(text: string, words: readonly Word[], asked: Asked): boolean {
  const isAsked = asked.expects === 'code';
  if (
    has(words, 'credit') &&
    /\b(?:pulsa|kuota|paketan)\b.*\b(?:habis|abis|kosong|tidak ada|ga ada|gak ada)\b/i.test(text)
  )
    return true;
  const isAboutCode = has(words, 'code', 'sms');
  if (!isAboutCode && !isAsked) return false;
  if (follows(words, REFUSED, ['arrive', 'send'], 3)) return true;
  if (has(words, 'none') || (isAsked && (has(words, 'credit') || wantsOtherRoute(words) || isWaiting(words))))
    return true;
  if (!isAboutCode) return consistsOf(words, ['notYet', ...LIGHT]) && has(words, 'notYet');
  if (/^no$/i.test(words[0]?.text ?? '') && has(words.slice(1, 2), 'code', 'sms')) return true;
  if (has(words, 'slow', 'wait', 'where', 'dead') || follows(words, ['arrive'], REFUSED, 1)) return true;
  return (
    (has(words, 'old') && !has(words, ...CONTACT)) ||
    (consistsOf(words, ['code', 'sms', 'number', 'notYet', ...LIGHT]) && has(words, 'notYet'))
  );
}

// "sudah nunggu lama" complains, "tunggu" does not
function isWaiting(words: readonly Word[]): boolean {
  return has(words, 'wait') && has(words, 'done', 'from');
}

// "kirim ke wa aja"
function wantsOtherRoute(words: readonly Word[]): boolean {
  return (
    follows(words, ['send', 'to'], ['phone', 'sms', 'email'], 2) && !has(words, 'change', 'wrong') && words.length <= 8
  );
}

function asksOldContactDead(words: readonly Word[]): boolean {
  if (!has(words, ...CONTACT) || (has(words, 'nik', 'card', 'code') && !has(words, 'phone', 'email'))) return false;
  if (follows(words, ['phone'], ['dead'], 1)) return true;
  if (has(words, 'new') && !has(words, 'old')) return false;
  if (has(words, 'dead') || follows(words, REFUSED, ['active', 'use', 'access', 'arrive'], 3)) return true;
  if (has(words, 'old') && follows(words, REFUSED, ['own'], 3)) return true;
  return has(words, 'forget') && has(words, 'phone', 'number') && has(words, 'old');
}

function asksChangeState(text: string, words: readonly Word[]): boolean {
  const isAboutMembership = has(words, 'member', 'card', 'bill', 'facility');
  const isAboutChange = has(words, 'change') || /\b(?:pengajuan|permintaan|permohonan)/i.test(text);
  if (isAboutMembership || /\b(?:bantu|tolong|mohon|minta)/i.test(text)) return false;
  if (has(words, 'state') && (isAboutChange || !has(words, 'active', 'dead'))) return true;
  const wonders = text.includes('?') || has(words, 'notYet', 'what', 'when');
  if (/\b(?:belum|blm|belom|blom)\b.{0,20}\b(?:ke|ter|ber|di)(?:ganti|ubah|rubah|update|perbarui)/i.test(text))
    return true;
  if (has(words, 'when') && has(words, 'change', 'success', 'active', 'become')) return true;
  if (follows(words, ['done'], ['change', 'success', 'become'], 3) && wonders) return true;
  if (/\bperubahan/i.test(text) && has(words, 'done') && wonders) return true;
  if (has(words, 'success') && wonders && !has(words, 'code')) return true;
  return (
    /\b(?:perubahan|pengajuan|permintaan|permohonan)/i.test(text) &&
    has(words, 'help', 'when') &&
    !has(words, 'want') &&
    words.length <= 7
  );
}

/** The address where somebody lives, which the app changes like a clinic. */
const LIVES = /\b(?:alamat|almt|domisili|tempat tinggal|rumah)/i;

function asksOpeningHours(text: string): boolean {
  return /\bjam (?:buka|tutup|kerja|operasional|pelayanan|layanan)|\b(?:buka|tutup) jam\b|\b(?:opening|office) hours/i.test(
    text,
  );
}

function isAccountLocked(text: string, words: readonly Word[]): boolean {
  return /\b(?:akun|account)(?:ku|nya)?\b/i.test(text) && has(words, 'dead') && !has(words, 'email', 'phone');
}

function readTopic(text: string, words: readonly Word[], asked: Asked): Topic | null {
  const isAboutContact = has(words, 'phone', 'email');
  if (has(words, 'bill') && !has(words, 'code', 'sms')) return 'bill';
  if (asksOpeningHours(text) || isAccountLocked(text, words)) return 'other';
  if (/\b(?:bayi|newborn|baby)\b/i.test(text) && !isAboutContact) return 'registration';
  if (has(words, 'facility')) return 'facility';
  if (has(words, 'service')) return /\bkelas\b/i.test(text) ? 'facility' : 'other';
  if (has(words, 'password') && (doesNotKnow(words) || has(words, 'wrong', 'change'))) return 'other';
  if (LIVES.test(text) && has(words, 'address2') && has(words, 'wrong', 'change', 'move', 'new') && !isAboutContact)
    return 'facility';
  if (has(words, 'name', 'nik', 'born', 'address2') && has(words, 'wrong', 'change', 'move') && !isAboutContact)
    return 'identityData';
  if (has(words, 'address2') && has(words, 'new', 'move') && !isAboutContact) return 'identityData';
  // where a number is asked, a card is a SIM card
  const isSim = asked.field === 'mobileNumber' && !/\b(?:bpjs|jkn|kis)\b/i.test(text);
  const isLostCard = !isSim && has(words, 'card') && has(words, 'dead', 'change', 'new') && !isInactive(text);
  if (has(words, 'print') || (isLostCard && !isAboutContact && !has(words, 'registration'))) return 'card';
  if (isAboutStatus(text, words) && !isAboutContact) return 'status';
  if (isAboutContact) return null;
  if (has(words, 'app') && (has(words, 'trouble', 'cannot') || follows(words, REFUSED, ['can', 'access', 'arrive'], 1)))
    return 'other';
  if (has(words, 'registration') && !follows(words, ['done'], ['registration'], 1)) return 'registration';
  const isNoMember = has(words, 'member') && has(words, 'isNot', 'notYet', 'become', 'new');
  const hasNoCard =
    has(words, 'card', 'member') && follows(words, ['not', 'notYet'], ['own', 'set', 'registration'], 1);
  return isNoMember || hasNoCard ? 'registration' : null;
}

function isAboutStatus(text: string, words: readonly Word[]): boolean {
  const isAboutActivity = has(words, 'active') || isInactive(text);
  return (
    (isAboutActivity && has(words, 'card', 'member', 'state', 'what', 'me', 'check')) ||
    (has(words, 'state') && has(words, 'card', 'member')) ||
    (has(words, 'card', 'member') && follows(words, ['can'], ['use'], 1))
  );
}

function isInactive(text: string): boolean {
  return /\b(?:di)?non ?-?aktif|\b(?:mati|diblokir)\b/i.test(text);
}

function asksMyData(words: readonly Word[]): boolean {
  if (has(words, 'change', 'wrong', 'request', 'forget')) return false;
  if (has(words, 'data') && words.length <= 6 && has(words, 'me', 'check', 'what')) return true;
  if (has(words, 'who') && has(words, 'me') && words.length <= 5) return true;
  if (has(words, 'data') && consistsOf(words, ['data', ...LIGHT])) return true;
  const isNumber = has(words, 'number') && !has(words, 'nik', 'card');
  return (
    (has(words, 'email', 'phone') || isNumber) && has(words, 'check', 'what') && has(words, 'me') && words.length <= 8
  );
}
