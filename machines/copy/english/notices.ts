// What a turn says before its question, in English: what happened, what stays as it was, what to type.
import type { MediaKind, Topic } from '../../events.ts';
import type { Field } from '../../vocabulary.ts';
import type { Copy, Notice, Sentence, Wording } from '../keys.ts';
import { same, say } from '../sentence.ts';
import { count, fieldName, none, refusals, shortName, viaName } from './terms.ts';
import { unclear } from './unclear.ts';

const time = (at: number, wording: Wording) => wording.time(at, 'en');
const tries = (left: number) => `${count(left, 'try', 'tries')} left`;

const media: Record<MediaKind, Sentence> = {
  image: say(
    'Sorry, we do not open or keep pictures. Please do not send photos of the KTP or the card; just type the answer.',
    'Sorry, we do not open or keep pictures. Please send no photo of the KTP; just type the answer.',
  ),
  voice: same('Sorry, we cannot listen to voice messages here. Please type the answer.'),
  video: same('Sorry, we do not open or keep videos. Please type the answer.'),
  document: same('Sorry, we do not open or keep documents. Please type the answer.'),
  contact: same('Sorry, we do not open contact cards and do not keep them. Please type the number in digits.'),
  sticker: same('Thank you. We cannot read stickers; please type the answer.'),
  location: same('Sorry, we need no location here and do not keep it. Please type the answer.'),
  other: same('Sorry, we cannot read that kind of message. Please type the answer.'),
};

/** First what this service is for, then where the other one is. */
const here = (elsewhere: string) =>
  say(
    `This service only changes the email and the mobile number. ${elsewhere}`,
    `Here we only change email and mobile number. ${elsewhere}`,
  );

const elsewhere: Record<Topic, Sentence> = {
  bill: here('See the bill in the Mobile JKN app, or ask Care Center 165.'),
  status: same(
    'You can see the membership status here once your data matched: type *MY DATA*. To change it, call Care Center 165.',
  ),
  card: here(
    'The digital card is in the Mobile JKN app; a branch office prints it. Active participants are treated with the NIK on the KTP.',
  ),
  facility: here('To change the clinic or the class: the Mobile JKN app, PANDAWA (WhatsApp), or a branch office.'),
  registration: here(
    'To register: the Mobile JKN app, PANDAWA (WhatsApp), or a branch office, with KTP and family card.',
  ),
  identityData: here(
    'Name, NIK and date of birth are corrected by PANDAWA (WhatsApp) or a branch office; bring KTP, family card and JKN card.',
  ),
  other: here('For anything else, ask Care Center 165 or a branch office.'),
};

/** Before the last try, not after it. */
const lastTry = (left: number) => (left === 1 ? ' To talk to a person, type *AGENT*.' : '');

const again = (field: Field, reason: 'valueInUse' | 'stale' | 'invalid') =>
  reason === 'stale' ? 'begin again' : `try another ${shortName[field]}`;

function stopped(what: string, until: number | null, wording: Wording): Sentence {
  return until === null
    ? same(`To keep your data safe, ${what} has stopped. Your old data is unchanged. To go on, type *AGENT*.`)
    : same(
        `To keep your data safe, ${what} has stopped until ${time(until, wording)}. Your old data is unchanged. Cannot wait? Type *AGENT*.`,
      );
}

/** Before the first dot of what follows; nothing where nobody knows. */
const placeOf = (place: number | null, minutes: number | null) =>
  place === null ? '' : ` You are number ${place} in the queue${minutes === null ? '' : `, about ${minutes} min`}.`;

const endings = {
  resolved: 'The talk with the agent is over.',
  noAgent: 'We are sorry, no agent was free. You can try again, or call Care Center 165.',
  closed: 'The talk with the agent has been closed.',
  left: 'You have left the queue.',
};

export const notices = {
  greeting: (_, { brand, privacyUrl }) =>
    say(
      `Welcome to the JKN contact service of ${brand}. Here you can change your *email* or *mobile number*.\nWe will ask for the date of birth, a code, and the Mobile JKN PIN. Agents never ask for the code or the PIN.${privacyUrl === null ? '' : `\nHow we use your data: ${privacyUrl}`}\nNeed help? Type *HELP*. Bahasa Indonesia? Ketik *BAHASA*.`,
      'Change your JKN email or mobile number. Agents never ask for the code or PIN.',
    ),
  languageChosen: () => same('All right, we go on in English. Bahasa Indonesia: ketik *BAHASA*.'),
  englishOffered: () => same('For English, type *ENGLISH*.'),
  placeKept: () => same('Take your time, we wait. Your step is kept.'),
  nothingBefore: () => same('This is the first step, so there is no step before it.'),
  unclear,
  mediaNotRead: (notice) => media[notice.media],
  greetedBack: () => same('Hello. Let us go on.'),
  thanked: () => same('You are welcome.'),
  sorryForTrouble: () => same('We are sorry for the trouble. Your place is kept. To talk to a person, type *AGENT*.'),
  elsewhere: ({ topic }) => elsewhere[topic],
  oldContactNotNeeded: () =>
    say(
      'It does not matter if the old number or email no longer works. We send the code to the *new* one, then ask for your Mobile JKN PIN.',
      'The old number or email is not needed. We send the code to the new one, then ask for your Mobile JKN PIN.',
    ),
  notMatched: () =>
    say(
      'The data did not match yet. Please check the NIK on the KTP (16 digits, not the family card) or the card number (13 digits), and the date of birth. Still no match? Type *AGENT*.',
      'The data did not match yet. Please check the NIK on the KTP or the card number, and the date of birth. Still no match? Type AGENT.',
    ),
  directoryAway: () =>
    say(
      'Sorry, we cannot open the participant data right now. Your place is kept and nothing has changed. Please try again in a few minutes, or type *AGENT*.',
      'Sorry, we cannot open the participant data now. Your place is kept, nothing has changed. Try again in a few minutes, or type AGENT.',
    ),
  tryAgain: () =>
    say(
      'Sorry, our system is slow and your request is not finished. Your place is kept. Please try again in a moment, or type *AGENT*.',
      'Sorry, our system is slow and your request is not finished. Your place is kept. Please try again in a moment.',
    ),
  identifyAgain: () =>
    say(
      'It has been a while since your last message. To keep your data safe, please identify yourself once more; then we go on from the same step.',
      'It has been a while. Please identify yourself once more; then we go on from the same step.',
    ),
  codeAgedIdentifyAgain: () =>
    say(
      'That code is too old. To keep your data safe, please identify yourself once more; then we go on from the same step with a new code.',
      'That code is too old. Please identify yourself once more; then we go on with a new code.',
    ),
  identifyFirst: () => same('For that we first need to find the participant.'),
  myData: ({ name, email, mobileNumber, segment, membershipStatus }) =>
    say(
      `Your data (partly covered to keep it safe):\nName: ${name}\nEmail: ${email ?? none}\nMobile number: ${mobileNumber ?? none}\nKind of participant: ${segment}\nStatus: ${membershipStatus}`,
      `Your data: ${name}, email ${email ?? none}, mobile ${mobileNumber ?? none}, kind ${segment}, status ${membershipStatus}.`,
    ),
  changeIsHeld: ({ field, ref, until }, wording) =>
    say(
      `Your new ${fieldName[field]} takes effect on ${time(until, wording)}, reference ${ref}. Until then the old data is used. To cancel it, type *CANCEL*.`,
      `Your new ${fieldName[field]} takes effect on ${time(until, wording)}, ref ${ref}. Until then the old data is used. To cancel: type BATAL.`,
    ),
  changeIsProcessing: ({ field, ref }) =>
    say(
      `We are still working on your new ${fieldName[field]}, reference ${ref}. You need not do it again.`,
      `We are still working on your new ${fieldName[field]}, ref ${ref}. You need not do it again.`,
    ),
  noOpenChange: () => same('No change is going on for your data.'),
  forgottenEmail: ({ email }, { brand }) =>
    say(
      `${email === null ? '' : `The registered email: ${email}\n`}You need not remember the old email to change it here. Other official ways:\n1. Visit a branch office of ${brand}.\n2. Call Care Center 165 (24 hours).\n3. If the account cannot be opened any more, ask for a *reset akun* at a branch office.`,
      `${email === null ? '' : `Registered email: ${email}. `}You need not remember it here. Other ways: a branch office, Care Center 165 (24 hours), "reset akun" at a branch office.`,
    ),
  forgottenPin: () =>
    say(
      'A PIN cannot be reset in this chat. It is not the password and not the code you just typed. If your old contact still works, open the Mobile JKN app and choose *Lupa PIN*. If it does not, type *AGENT*. Your place here is kept.',
      'A PIN is reset in the Mobile JKN app: choose Lupa PIN. Old contact no longer works? Type AGENT. Your place here is kept.',
    ),
  valueIsRegistered: ({ field }) =>
    same(`That ${shortName[field]} is already registered for you, so nothing changes and no code is sent.`),
  valueIsOurs: () => same('That belongs to our own service and cannot be registered. Your old data is unchanged.'),
  otherField: ({ field }) => same(`We are now changing the ${fieldName[field]}. To change the other one, type *MENU*.`),
  codeSent: ({ via, destination, minutes, again }, { codeDigits }) =>
    say(
      `${again ? 'A new code' : `A ${codeDigits}-digit code`} is on its way to ${destination}${via === 'mail' ? '' : ` by ${viaName[via]}`}, valid for ${minutes} minutes.${again ? ' The code before it no longer works.' : ''}${via === 'mail' ? ' Look in the spam folder too.' : ''} You may leave this chat, your place is kept.`,
      `${again ? 'New code' : `${codeDigits}-digit code`} sent to ${destination}, valid for ${minutes} minutes.${again ? ' The code before it no longer works.' : ''}${via === 'mail' ? ' See the spam folder too.' : ''}`,
    ),
  codeMissing,
  resendWait: ({ seconds }) =>
    say(
      `The last code may still be on its way. You can ask for a new one in ${count(seconds, 'second', 'seconds')}.`,
      `The last code may still be on its way. You can ask for a new one in ${count(seconds, 'second', 'seconds')}.`,
    ),
  sendLimited: ({ until }, wording) => stopped('sending codes', until, wording),
  codeNotSent: ({ field, why }) =>
    why === 'destination'
      ? same(
          `We cannot send a code to that ${shortName[field]}; it may not be active. Your old data is unchanged. Please use another ${shortName[field]}, or type *AGENT*.`,
        )
      : same(
          `Sorry, we cannot send the code right now. Your old data is unchanged. Please try again in a few minutes, or type *AGENT*.`,
        ),
  codeLost: ({ via, destination, next }) =>
    say(
      `The code to ${destination} by ${viaName[via]} did not arrive. It may not be active, or out of reach. Your old data is unchanged. Type *AGAIN* for a new code${next === null ? '' : ` by ${viaName[next]}`}, or type the right ${via === 'mail' ? shortName.email : shortName.mobileNumber}.`,
      `The code to ${destination} did not arrive. AGAIN: a new code${next === null ? '' : ` by ${viaName[next]}`}, or type the right ${via === 'mail' ? shortName.email : shortName.mobileNumber}.`,
    ),
  codeSentOtherWay: ({ via, destination, minutes }) =>
    say(
      `That code did not arrive, so we have sent a new one to ${destination} by *${viaName[via]}*, valid for ${minutes} minutes. The code before it no longer works.`,
      `That code did not arrive. A new one was sent to ${destination} by ${viaName[via]}, valid for ${minutes} minutes.`,
    ),
  codeWrong: ({ triesLeft }) =>
    same(`The code did not match yet, ${tries(triesLeft)}. Please use our newest code.${lastTry(triesLeft)}`),
  codeOlder: ({ triesLeft }) =>
    same(`That is an older code. Please use our newest code, ${tries(triesLeft)}.${lastTry(triesLeft)}`),
  codeExpired: () => same('That code is too old now. Your place is kept. Type *AGAIN* for a new code.'),
  codeExhausted: () =>
    same(
      'The code did not match and cannot be tried any more. Your old data is unchanged. You can ask for a new code, or type *AGENT*.',
    ),
  codeLimited: ({ until }, wording) => stopped('trying codes', until, wording),
  codeIsNotPin: () =>
    say(
      'We have accepted that code already, thank you. Now we need your *Mobile JKN PIN*. You have not lost a try.',
      'We have accepted that code already. Now we need your PIN. You have not lost a try.',
    ),
  pinWrong: ({ attemptsLeft }) =>
    same(
      `The PIN did not match yet, ${tries(attemptsLeft)}. Your old data is unchanged. The PIN is not the password and not the code.${lastTry(attemptsLeft)}`,
    ),
  pinLocked: ({ until }, wording) =>
    same(
      `The Mobile JKN PIN is locked${until === null ? '' : ` until ${time(until, wording)}`}. Your old data is unchanged. ${until === null ? 'To unlock it, call' : 'Cannot wait? Call'} Care Center 165 or type *AGENT*.`,
    ),
  pinNotSet: () =>
    same(
      'There is no Mobile JKN PIN for this record yet. It is made in the Mobile JKN app. Your old data is unchanged. Cannot open the app? Type *AGENT*.',
    ),
  pinLimited: ({ until }, wording) => stopped('trying PINs here', until, wording),
  pinSpent: () =>
    same(
      'The PIN did not match and cannot be tried any more with that code. Your old data is unchanged. You can go on with a new code, or type *AGENT*.',
    ),
  pinOnPageOnly: () =>
    same(
      'To keep it safe, the PIN is entered on the page only, not in this chat. We did not use your message, and you have not lost a try.',
    ),
  pinNoAnswer: () =>
    same(
      'Sorry, we could not check the PIN. Your old data is unchanged. To keep it safe, that try still counts. Please try again, or type *AGENT*.',
    ),
  changeApplied: ({ field, value, at, ref }, wording) =>
    say(
      `Done. Your ${fieldName[field]} is now ${value}, since ${time(at, wording)}. We also tell your old contact. Reference ${ref}.`,
      `Done. Your ${fieldName[field]} is now ${value}, since ${time(at, wording)}. Ref ${ref}.`,
    ),
  changeHeld: ({ field, until, ref, canRelease }, wording) =>
    say(
      `The PIN matched. To keep your data safe, the new ${fieldName[field]} takes effect on ${time(until, wording)}, because your old contact has not confirmed it. We tell your old contact. Until then the old data is used.${canRelease ? ' You can still open the old email or number? Type *OLD CODE* and it takes effect at once.' : ''} To cancel it, type *CANCEL*. Reference ${ref}.`,
      `The PIN matched. The new ${fieldName[field]} takes effect on ${time(until, wording)}. We tell your old contact.${canRelease ? ' You can still open it? Type OLD CODE.' : ''} To cancel: type BATAL. Ref ${ref}.`,
    ),
  changeProcessing: ({ field, ref }) =>
    say(
      `The PIN matched. Your new ${fieldName[field]} is on record and being worked on, reference ${ref}. You need not do it again.`,
      `The PIN matched. We are working on your new ${fieldName[field]}, ref ${ref}. You need not do it again.`,
    ),
  changeRefused: ({ field, reason, ref }) =>
    say(
      `${refusals[reason](field)} You can ${again(field, reason)}, or type *AGENT* and we look into it. Reference ${ref}.`,
      `${refusals[reason](field)} You can ${again(field, reason)}, or type AGENT. Ref ${ref}.`,
    ),
  heldCancelled: ({ field, ref }) =>
    say(
      `The change of the ${fieldName[field]} is cancelled. The old data stays. Reference ${ref}.`,
      `The change of the ${fieldName[field]} is cancelled. The old data stays. Ref ${ref}.`,
    ),
  cancelCodeUnknown: () =>
    same(
      'That code to cancel did not match, or the change is over already. Please check our letter, or call Care Center 165.',
    ),
  nothingHeld: () => same('No change waits for a code from an old contact.'),
  noOldContact: () => same('There is no old contact that we can send a code to. Your change takes effect at its time.'),
  oldContactNotReached: () =>
    same(
      'The code did not reach that old contact. Your change still takes effect at its time; nothing has to be repeated.',
    ),
  cancelled: () => same('All right, nothing is changed. Your old data stays.'),
  nothingToCancel: () => same('There is no change to cancel. Your old data is unchanged.'),
  reportTaken: ({ ref, caseRef, frozen }) =>
    say(
      `We have your report, case ${caseRef}, about the change ${ref}. ${frozen ? 'We have stopped other changes of this data for now. ' : ''}An agent of Care Center 165 will look into it. Give your code or PIN to nobody.`,
      `We have your report, case ${caseRef}, change ${ref}. ${frozen ? 'Other changes are stopped for now. ' : ''}An agent will look into it. Give your code or PIN to nobody.`,
    ),
  nothingToReport: () =>
    same('No recent change is on record for this contact. Still worried? Type *AGENT* or call Care Center 165.'),
  caseOpened: ({ ref, dueAt, place, minutes }, wording) =>
    say(
      `We pass you to an agent of Care Center 165, reference ${ref}.${placeOf(place, minutes)} The agent sees a summary without code and PIN. We answer by ${time(dueAt, wording)} at the latest.`,
      `We pass you to an agent of Care Center 165, ref ${ref}.${placeOf(place, minutes)} We answer by ${time(dueAt, wording)}.`,
    ),
  casePlace: ({ ref, place, minutes }) =>
    same(
      place === null
        ? `Your request is with Care Center 165, ref ${ref}.`
        : `You are waiting for an agent of Care Center 165, ref ${ref}.${placeOf(place, minutes)} To check again, type *POSISI*.`,
    ),
  caseQueuedAgain: ({ place }) =>
    same(`We are finding another agent for you.${placeOf(place, null)} There is no need to tell it again.`),
  caseDeferred: ({ ref, opensAt }, wording) =>
    say(
      `No agent is available now. We keep your request, ref ${ref}${opensAt === null ? '' : `, and queue it on ${time(opensAt, wording)}`}. No longer needed? Type *CANCEL*.`,
      `No agent is available now. We keep your request, ref ${ref}${opensAt === null ? '' : `, and queue it on ${time(opensAt, wording)}`}. No longer needed? Type BATAL.`,
    ),
  agentConnected: ({ alias }) => same(`Agent 165 - ${alias} is here now and reads this chat.`),
  agentAssists: ({ ref }) =>
    same(`The automatic service goes on while the agent looks on (ref ${ref}). The agent sees no code and no PIN.`),
  callerInvited: ({ ref }) =>
    same(`Care Center 165 invites you to go on here, ref ${ref}. Not on the phone with 165? Ignore this message.`),
  agentReturned: () => same('The talk with the agent is over. We go on here.'),
  agentWaits: ({ what }) =>
    what === 'parked' ? same('We wait for your answer.') : same('The agent is still waiting for your answer here.'),
  caseEnded: ({ ref, why }) => same(`${endings[why]} Reference ${ref}.`),
  wordUnknown: () => same('We do not know that case word. Please ask the agent on the phone again.'),
  wordLimited: () => same('No more case words can be tried from here today. Please tell the agent on the phone.'),
  caseIsOpen: ({ ref, dueAt }, wording) =>
    say(
      `Your request is already with Care Center 165, reference ${ref}. We answer by ${time(dueAt, wording)} at the latest.`,
      `Your request is already with Care Center 165, ref ${ref}. We answer by ${time(dueAt, wording)}.`,
    ),
  caseLimited: () =>
    same(
      'Sorry, no more requests to an agent can be made from here today. Please call Care Center 165. Your old data is unchanged.',
    ),
  caseLeft: () => same('All right, the talk with the agent is over. You are back at the automatic service.'),
  messageKept: () => same('We have passed your message to the agent.'),
  agentOffered: () =>
    same('This step does not seem to work. If you would like an agent of Care Center 165 to assist you, type *AGENT*.'),
  optedOut: () =>
    same(
      'All right, we send no more messages to this number. If you need us again, write anything here. You can still call Care Center 165.',
    ),
} satisfies Copy['notices'];

/** The checklist goes from what costs nothing to what needs others. */
function codeMissing({ via, destination }: Extract<Notice, { notice: 'codeMissing' }>): Sentence {
  const value = via === 'mail' ? 'address' : 'number';
  const checks = {
    mail: ['There is an internet connection.', 'Look in the spam or promotions folder.', 'The mailbox is not full.'],
    whatsapp: [
      'There is an internet connection.',
      'WhatsApp is active on that number.',
      'Our messages are not blocked.',
    ],
    sms: [
      'There is a signal.',
      'There is credit; some cards need it to receive codes.',
      'SMS are not blocked and not in the spam folder.',
    ],
  }[via];
  const short = {
    mail: '1 internet, 2 spam folder, 3 full mailbox',
    whatsapp: '1 internet, 2 WhatsApp active, 3 blocking',
    sms: '1 signal, 2 credit, 3 SMS blocked or spam',
  }[via];
  const steps = [
    ...checks,
    'Use the newest code.',
    `Type *AGAIN* for a new code.`,
    `If that ${value} is not right, type the right one.`,
    'Still nothing? Type *AGENT*.',
  ];
  return say(
    `The code went to ${destination}${via === 'mail' ? '' : ` by ${viaName[via]}`}. Please check in this order:\n${steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}`,
    `The code went to ${destination}. Check: ${short}, 4 newest code, 5 type AGAIN, 6 ${value} not right? Type the right one, 7 AGENT.`,
  );
}
