// What HELP (on SMS: BANTUAN) explains at each prompt, in English; the short form of the prompt follows it.
import type { Copy, Sentence } from '../keys.ts';
import { say } from '../sentence.ts';
import { fieldName, shortName, viaName } from './terms.ts';

/** The words that work everywhere come after every explanation. */
function help(whatsapp: string, sms: string): Sentence {
  return say(
    `${whatsapp}\nWords you can always type: *MENU* (to the beginning), *BACK* (one step back), *AGAIN* (say it again), *CANCEL* (do not change), *AGENT* (talk to Care Center 165).`,
    `${sms} Also: MENU, BACK, BATAL, AGENT.`,
  );
}

export const helps = {
  askNumber: (_, { privacyUrl }) =>
    help(
      `We look for the participant by *NIK* or *JKN card number*.\nNIK: 16 digits on the KTP (not the family card), for example 99xxxxxxxxxxxxxx.\nCard number: 13 digits on the JKN-KIS card, for example 000xxxxxxxxxx.${privacyUrl === null ? '' : `\nHow we use your data: ${privacyUrl}`}`,
      `Type the NIK (16 digits, KTP) or card number (13).${privacyUrl === null ? '' : ` Privacy: ${privacyUrl}`}`,
    ),
  askBirthDate: () =>
    help(
      'We compare the date of birth with our record. Write the day, the month, then the year as on the KTP, for example 17-08-1945 or 17 August 1945.',
      'Type the day, the month, then the year of birth as on the KTP, e.g. 17 August 1945.',
    ),
  chooseField: () =>
    help(
      'Choose with one digit, for example *2* to change the mobile number. This service changes the email and the mobile number only.',
      'Choose with one digit, e.g. 2 to change the mobile number.',
    ),
  askNewValue: ({ field }) =>
    help(
      `Type the ${fieldName[field]} that you want to use. ${
        field === 'email'
          ? 'An email address has an @ and a dot, for example name@example.com.'
          : 'It begins with 08 and can already receive messages, for example 0812xxxxxxxx.'
      } We show it to you before we send a code. The old ${shortName[field]} is not needed.`,
      `${
        field === 'email' ? 'An email address has an @ and a dot.' : 'The number begins with 08 and is active.'
      } We show it to you before we send a code.`,
    ),
  confirmSuggestion: () =>
    help(
      'A letter may be missing in the address you typed. Please compare the two slowly. *YES* uses our suggestion, *NO* uses what you typed. You can also type the right address.',
      'A letter may be missing in that address. No code has been sent yet.',
    ),
  confirmNewValue: ({ field }) =>
    help(
      `Please read the ${fieldName[field]} below slowly. We send a code there after you type *YES*. Not right? Just type the right ${shortName[field]}.`,
      `A code goes to this ${fieldName[field]} after OK.`,
    ),
  askCode: ({ destination, via }, { codeDigits }) =>
    help(
      `We sent a ${codeDigits}-digit code (OTP) to ${destination} by ${viaName[via]}. Open that message and type the digits here. ${
        via === 'mail' ? 'Look in the spam folder too.' : 'Check the signal and your credit.'
      } Do not give the code to anybody. Is the ${via === 'mail' ? 'address' : 'number'} not right? Type the right one here.`,
      `Type the ${codeDigits} digits sent to ${destination}${via === 'mail' ? ', see spam too' : ''}.`,
    ),
  askPin: (_, { pinDigits }) =>
    help(
      `The Mobile JKN PIN is the ${pinDigits} digits that you chose in the Mobile JKN app. It is not the PIN of your bank, not the password, and not the code you just typed. It makes sure that you yourself are asking. Agents never ask for it.`,
      `The PIN: ${pinDigits} digits from the Mobile JKN app, not your bank PIN or password.`,
    ),
  chooseOldContact: () =>
    help(
      'Your change is on record and takes effect at its time. With a code from the old email or mobile number it takes effect at once. You cannot open either of them? That is fine, there is nothing to do.',
      'Type 1 or 2: with a code from an old contact it takes effect at once.',
    ),
  askOldCode: ({ destination }) =>
    help(
      `We sent a code to the old contact ${destination}. Open that message and type the digits here. Look in the spam folder too. Without the code, the change still takes effect at its time.`,
      `Type the code from the old contact ${destination}.`,
    ),
  waitForResult: () =>
    help(
      'Your PIN matched and your change is on record. There is nothing to type now; you may leave this chat.',
      'Your PIN matched and your change is on record. There is nothing to type now.',
    ),
  waitForAgent: () =>
    help(
      'The agent reads what you write here, for example "my old number is dead". Agents never ask for the code or the PIN.',
      'The agent reads what you write here. Agents never ask for the code or the PIN.',
    ),
  confirmLeave: () =>
    help(
      'If you leave the queue, your request to an agent is closed. You can make another one later.',
      'If you leave, your request to an agent is closed.',
    ),
  talkToAgent: () =>
    help(
      'The agent reads what you write here. Type *SELESAI* when that is all.',
      'The agent reads what you write here. Type SELESAI when that is all.',
    ),
  confirmFinish: () =>
    help(
      'If the talk is over, the automatic service goes on. You can ask for an agent again later.',
      'If the talk is over, the automatic service goes on.',
    ),
} satisfies Copy['helps'];
