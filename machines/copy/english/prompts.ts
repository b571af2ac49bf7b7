// What each waiting state asks, in English. SMS confirms with OK: carriers own YES, CANCEL and HELP there.
// `no` is never offered: Indonesians write it for `nomor`.
import type { Copy } from '../keys.ts';
import { same, say } from '../sentence.ts';
import { fieldName, none, shortName, viaName } from './terms.ts';

const exampleOf = {
  email: 'that you can open now, for example name@example.com',
  mobileNumber: 'that is already active, for example 0812xxxxxxxx',
};

export const prompts = {
  askNumber: () => ({
    full: say(
      'Please type your *NIK* (16 digits on the KTP) or *JKN card number* (13 digits on the card).\nNeed help? Type *HELP* or *AGENT*.',
      'Please type your NIK (16 digits on the KTP) or JKN card number (13 digits on the card). Need help? Type AGENT.',
    ),
    brief: say(
      'Please type your *NIK* (16 digits) or *JKN card number* (13 digits).',
      'Type your NIK (16 digits) or JKN card number (13 digits).',
    ),
    least: 'Type your NIK or card number.',
  }),

  askBirthDate: () => ({
    full: say(
      'Please type the *date of birth* of the participant as on the KTP: day, month, year, for example 17-08-1945 or 17 August 1945.\nTo change the NIK or card number, type *BACK*.',
      'Please type the date of birth as on the KTP: day, month, year, e.g. 17-08-1945. Other NIK or card number: type BACK.',
    ),
    brief: say(
      'Please type the *date of birth*: day, month, year, for example 17-08-1945.',
      'Type the date of birth: day, month, year, e.g. 17-08-1945.',
    ),
    least: 'Type the date of birth.',
  }),

  chooseField: ({ email, mobileNumber }) => ({
    full: say(
      `What would you like to do?\n*1.* Change email (now: ${email ?? none})\n*2.* Change mobile number (now: ${mobileNumber ?? none})\n*3.* See my data\nType *1*, *2* or *3*. To talk to a person, type *AGENT*.`,
      `Type 1 to change email (${email ?? none}), 2 mobile number (${mobileNumber ?? none}), 3 to see my data. Or type AGENT.`,
    ),
    brief: say(
      'Type *1* to change the email, *2* to change the mobile number, or *3* to see your data.',
      'Menu: 1 change email, 2 mobile number, 3 my data.',
    ),
    least: 'Menu: 1 email, 2 mobile, 3 data.',
  }),

  askNewValue: ({ field }) => ({
    full: say(
      `Please type the *new ${fieldName[field]}* ${exampleOf[field]}.\nWe send a code to the new ${shortName[field]}; the old one is not needed.\nChanged your mind? Type *CANCEL*.`,
      `Please type the new ${fieldName[field]} ${exampleOf[field]}. We send a code to it. Changed your mind? Type MENU.`,
    ),
    brief: say(
      `Please type the *new ${fieldName[field]}* ${exampleOf[field]}.`,
      `Type the new ${fieldName[field]} ${exampleOf[field]}.`,
    ),
    least: `Type the new ${fieldName[field]}.`,
  }),

  confirmSuggestion: ({ newValue, suggestion }) => {
    const sentence = say(
      `You typed: ${newValue}\nPerhaps you meant: *${suggestion}*\nType *YES* if that is right. Type *NO* to keep what you typed.`,
      `You typed ${newValue}. Did you mean ${suggestion}? Type OK if so, or NO to keep what you typed.`,
    );
    return { full: sentence, brief: sentence, least: sentence.sms };
  },

  confirmNewValue: ({ field, newValue }) => ({
    full: say(
      `New ${fieldName[field]}: *${newValue}*\nIs it right? Type *YES* and we send the code there, or type the right ${shortName[field]}.\nChanged your mind? Type *CANCEL*.`,
      `New ${fieldName[field]}: ${newValue}. Is it right? Type OK and we send the code, or type the right ${shortName[field]}.`,
    ),
    brief: say(
      `New ${fieldName[field]}: *${newValue}*\nType *YES* and we send the code there, or type the right ${shortName[field]}.`,
      `New ${fieldName[field]}: ${newValue}. Type OK and we send the code, or type the right one.`,
    ),
    least: `${newValue}: type OK if it is right.`,
  }),

  askCode: ({ destination, via, codeMinutes }, { codeDigits }) => ({
    full: say(
      `We have sent a ${codeDigits}-digit code to ${destination}${via === 'mail' ? '' : ` by ${viaName[via]}`}, valid for ${codeMinutes} minutes from then.\nPlease type the code here.${via === 'mail' ? ' Look in the spam folder too.' : ''}\nNot there yet? Type *AGAIN*. Changed your mind? Type *CANCEL*.`,
      `We sent a ${codeDigits}-digit code to ${destination}${via === 'mail' ? ' (see spam too)' : ''}. Please type it. Not there yet? Type AGAIN.`,
    ),
    brief: say(
      'Please type the newest code here. Not there yet? Type *AGAIN*.',
      'Type the newest code. Not there yet? Type AGAIN.',
    ),
    bare: say('Please type the newest code here.', 'Then type the newest code.'),
    least: 'Type the newest code.',
  }),

  askPin: ({ field, oldMasked, newMasked, pinUrl, pinMinutes, pinInChat }, { pinDigits }) => {
    const change = say(
      `Your ${fieldName[field]}: ${oldMasked ?? none}, to be changed to ${newMasked}.`,
      `${oldMasked === null ? `New ${fieldName[field]}` : `${oldMasked} becomes`} ${newMasked}.`,
    );
    const ask =
      pinUrl !== null
        ? say(
            `Last step: enter your *Mobile JKN PIN* (${pinDigits} digits) on this safe page, good once and for ${pinMinutes} minutes:\n${pinUrl}\n${pinInChat ? 'It does not open? Type the PIN here. ' : ''}It is not the password and not the code you just typed.`,
            `Last step: enter your Mobile JKN PIN (not the password, not the code) at ${pinUrl}${pinInChat ? ' or type the PIN here' : ''}`,
          )
        : pinInChat
          ? say(
              `Last step: please type your *Mobile JKN PIN* (${pinDigits} digits). It is not the password and not the code you just typed.`,
              'Last step: type your Mobile JKN PIN (not the password, not the code).',
            )
          : say(
              'Last step: your *Mobile JKN PIN* on a safe page. Type *AGAIN* for its link. It is not the password and not the code you just typed.',
              'Last step: your Mobile JKN PIN on a safe page. Type AGAIN for its link.',
            );
    return {
      full: say(
        `${change.whatsapp}\n${ask.whatsapp}\nForgotten? Type *FORGOT PIN*. Changed your mind? Type *CANCEL*.`,
        `${change.sms} ${ask.sms}`,
      ),
      brief: pinInChat
        ? say(
            `Please enter your *Mobile JKN PIN* (${pinDigits} digits) on that page, or type it here. New link? Type *AGAIN*. Forgotten? Type *FORGOT PIN*.`,
            `Type your Mobile JKN PIN (${pinDigits} digits) here or on that page. Forgotten? Type FORGOT PIN.`,
          )
        : say(
            `Please enter your *Mobile JKN PIN* (${pinDigits} digits) on that page. New link? Type *AGAIN*. Forgotten? Type *FORGOT PIN*.`,
            `Enter your Mobile JKN PIN on that page. New link: AGAIN. Forgotten? Type FORGOT PIN.`,
          ),
      least: pinInChat ? 'Type your Mobile JKN PIN.' : 'Enter the PIN on that page.',
    };
  },

  chooseOldContact: ({ email, mobileNumber }) => ({
    full: say(
      `Which old contact shall get the code?\n*1.* Email ${email ?? none}\n*2.* SMS to ${mobileNumber ?? none}\nType *1* or *2*. Changed your mind? Type *BACK*; the change still takes effect at its time.`,
      `Which old contact shall get the code? 1 email ${email ?? none}, 2 SMS ${mobileNumber ?? none}. Type 1 or 2. Changed your mind? BACK.`,
    ),
    brief: say(
      'Type *1* for a code to the old email, *2* for a code to the old mobile number.',
      'Type 1 for a code to the old email, 2 to the old mobile number.',
    ),
    least: 'Type 1 (email) or 2 (mobile).',
  }),

  askOldCode: ({ destination }, { codeDigits }) => ({
    full: say(
      `We have sent a ${codeDigits}-digit code to the old contact ${destination}.\nType it here, and your change takes effect at once.\nNot there yet? Type *AGAIN*. Changed your mind? Type *BACK*; the change still takes effect at its time.`,
      `A code was sent to ${destination}. Type it and the change takes effect at once. Not there? AGAIN. Or type BACK.`,
    ),
    brief: say(
      'Type the code from the old contact here. Not there yet? Type *AGAIN*. Changed your mind? Type *BACK*.',
      'Type the code from the old contact. Not there yet? AGAIN. Or type BACK.',
    ),
    bare: say('Type the newest code from the old contact here.', 'Then type the newest code from the old contact.'),
    least: 'Type the code from the old contact.',
  }),

  waitForResult: ({ changeRef }) => ({
    full: say(
      `We are working on your change${changeRef === '' ? '' : `, reference ${changeRef}`}. We tell you the result here; you need not do it again.\nTo the menu: type *MENU*. Need help? Type *AGENT*.`,
      `We are working on your change${changeRef === '' ? '' : `, ref ${changeRef}`}. We tell you the result here. To the menu: MENU. A person: AGENT.`,
    ),
    brief: same('We tell you the result here. Need help? Type *AGENT*.'),
    least: 'We tell you the result here.',
  }),

  waitForAgent: ({ caseRef }) => ({
    full: say(
      `This chat is with Care Center 165, reference ${caseRef}. Please write here; the agent will read it. Please write no code and no PIN.\nBack to the automatic service? Type *MENU*.`,
      `This chat is with Care Center 165, ref ${caseRef}. Please write here, but no code and no PIN. Back: type MENU.`,
    ),
    brief: say(
      'Please write here, but no code and no PIN. Back to the automatic service: type *MENU*.',
      'Please write here, but no code and no PIN. Back: type MENU.',
    ),
    least: 'Back: type MENU.',
  }),

  confirmLeave: () => ({
    full: say(
      'Leave the queue and go back to the automatic service?\nType *YES* to leave, *NO* to keep waiting.',
      'Leave the queue and go back to the automatic service? Type OK to leave, NO to keep waiting.',
    ),
    brief: say(
      'Leave the queue? Type *YES* to leave, *NO* to keep waiting.',
      'Leave the queue? Type OK to leave, NO to keep waiting.',
    ),
    least: 'Leave the queue? OK or NO.',
  }),

  talkToAgent: ({ caseRef }) => ({
    full: say(
      `You are talking to an agent of Care Center 165, reference ${caseRef}. Agents never ask for a code or a PIN.\nIs that all? Type *SELESAI*.`,
      `You are talking to an agent of Care Center 165, ref ${caseRef}. Agents never ask for a code or a PIN. Is that all? Type SELESAI.`,
    ),
    brief: same('Agents never ask for a code or a PIN. Is that all? Type *SELESAI*.'),
    least: 'Is that all? Type SELESAI.',
  }),

  confirmFinish: () => ({
    full: say(
      'Is the talk with the agent over? You then go back to the automatic service.\nType *YES* to end it, *NO* to go on.',
      'Is the talk with the agent over? Type OK to finish it, NO to go on.',
    ),
    brief: say(
      'Is the talk with the agent over? Type *YES* or *NO*.',
      'Is the talk with the agent over? Type OK or NO.',
    ),
    least: 'Is the talk over? OK or NO.',
  }),
} satisfies Copy['prompts'];
