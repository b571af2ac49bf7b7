// What leaves outside a turn, in English: codes, and news of a change to everybody whom it concerns.
import type { Copy, Letter, LetterText, Wording } from '../keys.ts';
import { fieldName, refusals, shortName } from './terms.ts';

const callUs = 'call Care Center 165';

function letter(subject: string, whatsapp: string, sms: string, mail: string, { brand }: Wording): LetterText {
  return {
    whatsapp,
    sms,
    mail: {
      subject: `${brand}: ${subject}`,
      text: `Dear participant,\n\n${mail}\n\nThank you.\n${brand}, Care Center 165\n`,
    },
  };
}

/** Whoever reads the old mailbox may have no old number. */
const cancelByCode = (cancelCode: string | undefined, { chat }: Wording) =>
  cancelCode === undefined || chat === null
    ? ''
    : `Cancel it from any number: send this message to ${chat}\n\nBATAL ${cancelCode}\n\nYou cannot send it? `;

/** Said when a change is held, and again at half of that time. */
function askedOfOld(
  {
    letter: which,
    field,
    value,
    until,
    ref,
    cancelCode,
  }: Extract<Letter, { letter: 'holdReminder' }> | Extract<Letter, { letter: 'changeHeld' }>,
  wording: Wording,
  canReply: boolean,
): LetterText {
  const when = wording.time(until, 'en');
  const isReminder = which === 'holdReminder';
  const [somebody, your] = isReminder ? ['Reminder: somebody', 'Reminder: your'] : ['Somebody', 'Your'];
  const said = `${somebody} asked to change the ${fieldName[field]} of your JKN data to ${value}, from ${when}. Until then the old data is used.`;
  return letter(
    `${isReminder ? 'reminder of a ' : ''}request to change your ${fieldName[field]}`,
    `${said} Not you? ${canReply ? `Reply *BATAL* or ${callUs}` : `Please ${callUs}`}. Reference ${ref}.`,
    `${your} JKN ${fieldName[field]} is to change on ${when}. Not you? ${canReply ? `Reply BATAL or ${callUs}` : `Please ${callUs}`}. Ref ${ref}.`,
    `${said}\n\nWas it not you? ${cancelByCode(cancelCode, wording)}Please ${callUs} before then.\nReference ${ref}.`,
    wording,
  );
}

export const letters = {
  code: ({ field, code, minutes }, wording) =>
    letter(
      `code to change your ${fieldName[field]}`,
      `Code *${code}* from ${wording.brand} to change the ${fieldName[field]}, valid for ${minutes} minutes. Type it only in the chat that you began, give it to nobody else. Not you? Ignore this message.`,
      `Code ${code} to change the ${fieldName[field]}, valid ${minutes} minutes. Type it only in the chat you began, give it to nobody else. Not you? Ignore it.`,
      `Your code: ${code}\n\nIt changes the ${fieldName[field]} of your JKN data and is valid for ${minutes} minutes. Type it only in the chat that you began, give it to nobody else, not even to an agent.\n\nWas it not you? Ignore this message. Nothing changes.`,
      wording,
    ),

  oldCode: ({ code, minutes }, wording) =>
    letter(
      'code for the change of your data',
      `Code *${code}* from ${wording.brand}, valid for ${minutes} minutes. With this code the change of your JKN contact data takes effect at once. Not you? Give the code to nobody, and ${callUs}.`,
      `Code ${code} (${minutes} minutes) makes the change of your JKN contact take effect at once. Not you? Give it to nobody, call Care Center 165.`,
      `Your code: ${code}\n\nWith this code the change of the contact in your JKN data takes effect at once. It is valid for ${minutes} minutes. Type it only in the chat that you began.\n\nWas it not you? Give the code to nobody, not even to an agent, and ${callUs}.`,
      wording,
    ),

  restoreApproved: ({ field, value, ref }, wording, canReply) => {
    const said = `Care Center 165 agrees that the ${fieldName[field]} ${value} is used again.`;
    return letter(
      `the old ${fieldName[field]} can be used again`,
      `${said} ${canReply ? 'Type *OLD CODE* here; we send a code there, and then it takes effect' : `Please ${callUs}`}. Reference ${ref}.`,
      `${said} ${canReply ? 'Reply OLD CODE to confirm it' : `Please ${callUs}`}. Ref ${ref}.`,
      `${said}\n\nPlease ${callUs} to go on.\nReference ${ref}.`,
      wording,
    );
  },

  changeHeld: ({ to, field, value, until, ref, cancelCode }, wording, canReply) => {
    if (to === 'new') {
      const when = wording.time(until, 'en');
      const said = `This ${shortName[field]} is to be registered for a JKN participant from ${when}.`;
      return letter(
        `your ${fieldName[field]} is to be registered`,
        `${said} Not you? Please ${callUs}. Reference ${ref}.`,
        `${said} Not you? Please ${callUs}. Ref ${ref}.`,
        `${said}\n\nWas it not you? Please ${callUs}.\nReference ${ref}.`,
        wording,
      );
    }
    return askedOfOld({ letter: 'changeHeld', to, field, value, until, ref, cancelCode }, wording, canReply);
  },

  holdReminder: askedOfOld,

  triesUsedUp: ({ guessed, field, value, at, ref }, wording) => {
    const when = wording.time(at, 'en');
    const [what, short] =
      guessed === 'code'
        ? [
            `The code that we sent to ${value} to change the contacts of your JKN data`,
            'The code to change your JKN data',
          ]
        : [`Your Mobile JKN PIN, for the new ${fieldName[field]} ${value},`, 'Your Mobile JKN PIN'];
    const said = `${what} was typed wrong too often, last on ${when}. Your data has not changed.`;
    return letter(
      guessed === 'code' ? 'a code was typed wrong too often' : 'your PIN was typed wrong too often',
      `${said} Not you? Please ${callUs}. Reference ${ref}.`,
      `${short} was typed wrong too often, ${when}. Not you? Please ${callUs}. Ref ${ref}.`,
      `${said}\n\nWas it not you? Please ${callUs}. Give codes and the PIN to nobody, not even to an agent.\nReference ${ref}.`,
      wording,
    );
  },

  changeApplied: ({ to, field, value, at, ref }, wording, canReply) => {
    const when = wording.time(at, 'en');
    if (to === 'chat') {
      const said = `Done. Your ${fieldName[field]} is now ${value}, since ${when}.`;
      return letter(
        `your ${fieldName[field]} has changed`,
        `${said} We also tell your old contact. Reference ${ref}.`,
        `${said} Ref ${ref}.`,
        `${said} We also tell your old contact.\nReference ${ref}.`,
        wording,
      );
    }
    if (to === 'new') {
      const said = `This ${shortName[field]} is registered for a JKN participant since ${when}.`;
      return letter(
        `your ${fieldName[field]} is registered`,
        `${said} Not you? Please ${callUs}. Reference ${ref}.`,
        `${said} Not you? Please ${callUs}. Ref ${ref}.`,
        `${said}\n\nWas it not you? Please ${callUs}.\nReference ${ref}.`,
        wording,
      );
    }
    const said = `The ${fieldName[field]} of your JKN data was changed to ${value} on ${when}.`;
    return letter(
      `your ${fieldName[field]} has changed`,
      `${said} Not you? ${canReply ? `Reply *NOT ME* or ${callUs}` : `Please ${callUs}`}. Reference ${ref}.`,
      `Your JKN ${fieldName[field]} was changed on ${when}. Not you? ${canReply ? `Reply NOT ME or ${callUs}` : `Please ${callUs}`}. Ref ${ref}.`,
      `${said}\n\nWas it not you? Please ${callUs}.\nReference ${ref}.`,
      wording,
    );
  },

  changeCancelled: ({ to, field, value, ref }, wording) => {
    const said =
      to === 'new'
        ? `This ${shortName[field]} is not registered for a JKN participant after all; the request was cancelled.`
        : `The request to change the ${fieldName[field]} of your JKN data to ${value} was cancelled. The old data stays.`;
    const ask = to === 'new' ? '' : ` Was it not you who cancelled? Please ${callUs}.`;
    return letter(
      `request to change the ${fieldName[field]} cancelled`,
      `${said}${ask} Reference ${ref}.`,
      to === 'new'
        ? `${said} Ref ${ref}.`
        : `The change of your JKN ${fieldName[field]} was cancelled. The old data stays. Questions: Care Center 165. Ref ${ref}.`,
      `${said}${ask}\nReference ${ref}.`,
      wording,
    );
  },

  changeRefused: ({ field, reason, ref }, wording, canReply) => {
    const said = `Sorry. ${refusals[reason](field)}`;
    const next = canReply ? `Type *MENU* to try again, or *AGENT* and we look into it.` : `Please ${callUs}.`;
    return letter(
      `${fieldName[field]} not changed`,
      `${said} ${next} Reference ${ref}.`,
      `${said} ${canReply ? 'Type MENU or AGENT' : `Please ${callUs}`}. Ref ${ref}.`,
      `${said}\n\nPlease ${callUs} if you need assistance.\nReference ${ref}.`,
      wording,
    );
  },
} satisfies Copy['letters'];
