// Why an answer could not be used yet, in English, without blame; the short form of the prompt follows.
import type { Unclear } from '../../events.ts';
import type { Notice, Sentence, Wording } from '../keys.ts';
import { same, say } from '../sentence.ts';

type UnclearNotice = Extract<Notice, { notice: 'unclear' }>;

type Reasons = {
  [R in Unclear['reason']]: (
    unclear: Extract<Unclear, { reason: R }>,
    notice: UnclearNotice,
    wording: Wording,
  ) => Sentence;
};

const reasons: Reasons = {
  empty: () => same('Sorry, your message reached us empty.'),
  notUnderstood: (_, { prompt }) =>
    prompt === 'chooseField'
      ? same('Sorry, we did not understand the choice yet.')
      : say(
          'Sorry, we did not understand the answer yet. For an example, type *HELP*.',
          'Sorry, we did not understand the answer yet. A person: type AGENT.',
        ),
  tooLong: () => same('Sorry, that message is too long for us to read. Please write the answer only.'),
  numberLength: ({ digits }) =>
    say(
      `We received ${digits} digits. A NIK has 16 digits, a card number 13. Please check, a digit may be missing.`,
      `We received ${digits} digits. A NIK has 16 digits, a card number 13.`,
    ),
  numberImpossible: () =>
    same('That number cannot be used. Please check the NIK on the KTP or the number on the JKN card.'),
  numberIsVirtualAccount: () =>
    say(
      'That is a *virtual account* for paying the contribution. We need the card number: 13 digits on the front of the JKN card, or the NIK on the KTP.',
      'That is a number for paying. Use the number on the front of the JKN card, or the NIK.',
    ),
  numberIsPhone: () =>
    say(
      'That seems to be a mobile number. We ask for the new mobile number later; now we need the NIK or card number.',
      'That seems to be a mobile number. We ask for the new mobile number later.',
    ),
  numbersTwo: () => same('There are two numbers in your message. Please send one only.'),
  dateImpossible: () =>
    same('That date is not in the calendar. Please write the day first, then the month, then the year.'),
  dateInFuture: () => same('That date is still to come. Please check the year.'),
  dateTooOld: () => same('That year is too long ago. Please check the year.'),
  dateIncomplete: () => same('The date of birth is not complete yet. Please write day, month and year.'),
  dateYearUnclear: ({ years: [older, newer] }) =>
    same(`Is the year ${older} or ${newer}? Please write the year with 4 digits.`),
  emailMalformed: () => same('That email address is not complete yet. It needs an @ and a dot, and no blanks.'),
  emailNoName: () =>
    same('That is only the mail service. Your name and an @ come before it, for example name@gmail.com.'),
  emailNone: () =>
    say(
      'No email? That is fine. Type *MENU*, then *2* to change the mobile number. Would you still like to use an email? Make one on your phone first, then type it here; your step is kept.',
      'No email? Type MENU, then 2 for the mobile number. Or make an email first; your step is kept.',
    ),
  fieldsTwo: () => same('Both can be changed, one after the other.'),
  thisNumberUnknown: () => same('We cannot see the number that you are using now. Please type its digits.'),
  emailsTwo: () => same('There are two email addresses in your message. Please send one only.'),
  mobileLength: ({ digits }) =>
    say(
      `We received ${digits} digits. A mobile number has 10 to 13 digits and begins with 08. Please check, a digit may be missing.`,
      `We received ${digits} digits. A mobile number has 10 to 13 digits and begins with 08.`,
    ),
  mobileLandline: () => same('That seems to be a home or office phone. Our code reaches mobile numbers only.'),
  mobileForeign: () => same('That is a foreign number. Only Indonesian mobile numbers can be registered here.'),
  mobilePremium: () => same('That is a special service number. A mobile number begins with 08, for example 0812.'),
  mobilesTwo: () => same('There are two mobile numbers in your message. Please send one only.'),
  codeLength: ({ digits }, _, { codeDigits }) =>
    same(`We received ${digits} digits, the code has ${codeDigits}. You have not lost a try.`),
  codesTwo: () => same('There are two codes in your message. Please send one only, the newest.'),
  pinLength: ({ digits }, _, { pinDigits }) =>
    same(`We received ${digits} digits, the Mobile JKN PIN has ${pinDigits}. You have not lost a try.`),
  pinIsPassword: () =>
    say(
      'That seems to be a *password*. We need the Mobile JKN PIN, which has digits only. You have not lost a try.',
      'That seems to be a password. The PIN has digits only. You have not lost a try.',
    ),
  answerOld: () => same('That choice belongs to an older message, so we did not use it. The question now:'),
};

export function unclear(notice: UnclearNotice, wording: Wording): Sentence {
  const pick = <R extends Unclear['reason']>(reason: R, why: Extract<Unclear, { reason: R }>) =>
    reasons[reason](why, notice, wording);
  return pick(notice.unclear.reason, notice.unclear);
}
