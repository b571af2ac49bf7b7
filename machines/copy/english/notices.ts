// What a turn says before its question, in English: what happened, what stays as it was, what to type.
import type { MediaKind, Topic } from '../../events.ts';
import type { Field } from '../../vocabulary.ts';
import type { Copy, Notice, Sentence, Wording } from '../keys.ts';
import { same, say } from '../sentence.ts';
import { count, fieldName, none, refusals, shortMask, shortName, shortRefusals, viaName } from './terms.ts';
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
const here = (elsewhere: string, short: string) =>
  say(
    `This service only changes the email and the mobile number. ${elsewhere}`,
    `Here we only change email and mobile number. ${short}`,
  );

const elsewhere: Record<Topic, Sentence> = {
  bill: here(
    'See the bill in the Mobile JKN app, or ask Care Center 165.',
    'The bill: Mobile JKN app or Care Center 165.',
  ),
  status: same(
    'You can see the membership status here once your data matched: type *MY DATA*. To change it, call Care Center 165.',
  ),
  card: here(
    'The digital card is in the Mobile JKN app; a branch office prints it. Active participants are treated with the NIK on the KTP.',
    'The card: Mobile JKN app or a branch office. Care needs the NIK only.',
  ),
  facility: here(
    'To change the home address, the clinic or the class: the Mobile JKN app, PANDAWA (WhatsApp), or a branch office.',
    'Address, clinic, class: Mobile JKN app, PANDAWA (WhatsApp), or a branch office.',
  ),
  registration: here(
    'To register: the Mobile JKN app, PANDAWA (WhatsApp), or a branch office, with KTP and family card.',
    'To register: Mobile JKN app, PANDAWA (WhatsApp), or a branch office.',
  ),
  identityData: here(
    'Name, NIK and date of birth are corrected by PANDAWA (WhatsApp) or a branch office; bring KTP, family card and JKN card.',
    'Name, NIK, date of birth: PANDAWA (WhatsApp) or a branch office.',
  ),
  other: here(
    'For anything else, ask Care Center 165 (24 hours) or a branch office.',
    'Else: Care Center 165 or a branch office.',
  ),
};

/** Before the last try, not after it. */
const lastTry = (left: number) => (left === 1 ? ' To talk to a person, type *AGENT*.' : '');

const again = (field: Field, reason: 'valueInUse' | 'stale' | 'invalid') =>
  reason === 'stale' ? 'begin again' : `try another ${shortName[field]}`;

function stopped(what: string, until: number | null, wording: Wording): Sentence {
  return until === null
    ? same(`To keep your data safe, ${what} has stopped. Your old data is unchanged. To go on, type *AGENT*.`)
    : say(
        `To keep your data safe, ${what} has stopped until ${time(until, wording)}. Your old data is unchanged. Cannot wait? Type *AGENT*.`,
        `To keep your data safe, ${what} has stopped until ${time(until, wording)}. Nothing has changed. Cannot wait? Type AGENT.`,
      );
}

/** Before the first dot of what follows; nothing where nobody knows. */
const placeOf = (place: number | null, minutes: number | null) =>
  place === null ? '' : ` You are number ${place} in the queue${minutes === null ? '' : `, about ${minutes} min`}.`;

const shortPlaceOf = (place: number | null, minutes: number | null) =>
  place === null ? '' : ` Number ${place} in the queue${minutes === null ? '' : `, ${minutes} min`}.`;

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
  nothingBefore: () => same('There is no step before this one.'),
  unclear,
  mediaNotRead: (notice) => media[notice.media],
  greetedBack: () => same('Hello. Let us go on.'),
  thanked: () => same('You are welcome.'),
  sorryForTrouble: () => same('We are sorry for the trouble. Your place is kept. To talk to a person, type *AGENT*.'),
  elsewhere: ({ topic }) => elsewhere[topic],
  aboutUs: (_, { brand }) =>
    say(
      `This is the official service of ${brand}. We use the NIK or card number and the date of birth to find the data. The code and the PIN make sure that you yourself make the change. An agent never asks for the code or the PIN. Still in doubt? Call Care Center 165.`,
      'This is the official service. Agents never ask for a code or PIN. In doubt? Call Care Center 165.',
    ),
  dataOfOther: () =>
    say(
      'We found this data with the number and date of birth you typed. Looking for someone else? Type their NIK or card number. The number is right but the data belongs to someone else? Type *AGENT*.',
      'Looking for someone else? Type their NIK or card number. Number right, but the data is not yours? Type AGENT.',
    ),
  helperWelcome: () =>
    say(
      'A relative or somebody you trust may type for the participant. The PIN stays with the participant; give the code and the PIN to nobody else.',
      'A relative may type. The PIN stays with the participant.',
    ),
  oldContactNotNeeded: () =>
    say(
      'It does not matter if the old number or email no longer works. We send the code to the *new* one, then ask for your Mobile JKN PIN.',
      'The old number or email is not needed. We send the code to the new one, then ask for your PIN.',
    ),
  notMatched: () =>
    say(
      'The data did not match yet. Please check the NIK on the KTP (16 digits, not the family card) or the card number (13 digits), and the date of birth. Still no match? Type *AGENT*.',
      'The data did not match yet. Check the NIK on the KTP and the date of birth, then type the NIK again. Help: type AGENT.',
    ),
  directoryAway: () =>
    say(
      'Sorry, we cannot open the participant data right now. Your place is kept and nothing has changed. Please try again in a few minutes, or type *AGENT*.',
      'Sorry, we cannot open the participant data now. Your place is kept. Try again in a few minutes, or type AGENT.',
    ),
  tryAgain: () =>
    say(
      'Sorry, our system is slow and your request is not finished. Your place is kept. Please try again in a moment, or type *AGENT*.',
      'Sorry, our system is slow. Your place is kept. Please try again in a moment.',
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
      `Your data: ${shortMask(name)}, email ${email ?? none}, mobile ${mobileNumber ?? none}, ${membershipStatus}.`,
    ),
  changeIsHeld: ({ field, ref, until }, wording) =>
    say(
      `Your new ${fieldName[field]} takes effect on ${time(until, wording)}, reference ${ref}. Until then the old data is used. To cancel it, type *CANCEL*.`,
      `Your new ${fieldName[field]} takes effect on ${time(until, wording)}, ref ${ref}. To cancel: type BATAL.`,
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
      `${email === null ? '' : `Registered email: ${email}. `}You need not remember it here. Other ways: Care Center 165, a branch office.`,
    ),
  forgottenPin: () =>
    say(
      'A PIN cannot be reset in this chat. It is not the password and not the code you just typed. If your old contact still works, open the Mobile JKN app and choose *Lupa PIN*. If it does not, type *AGENT*. Your place here is kept.',
      'A PIN is reset in the Mobile JKN app: choose Lupa PIN. Old contact no longer works? Type AGENT. Your place here is kept.',
    ),
  valueIsRegistered: ({ field }) =>
    same(`That ${shortName[field]} is already registered for you, so nothing changes and no code is sent.`),
  valueIsOurs: () => same('That belongs to our own service and cannot be registered. Your old data is unchanged.'),
  otherField: ({ field }) =>
    field === 'email'
      ? same('That is a mobile number. To change the mobile number instead, type *NO HP*.')
      : same('That is an email address. To change the email instead, type *EMAIL*.'),
  codeSent: ({ via, destination, minutes, again }, { codeDigits }) =>
    say(
      `${again ? 'A new code' : `A ${codeDigits}-digit code`} is on its way to ${destination}${via === 'mail' ? '' : ` by ${viaName[via]}`}, valid for ${minutes} minutes.${again ? ' The code before it no longer works.' : ''}${via === 'mail' ? ' Look in the spam folder too.' : ''} You may leave this chat, your place is kept.`,
      `${again ? 'New code' : `${codeDigits}-digit code`} sent to ${destination}, valid for ${minutes} minutes.${again ? ' Use only this one.' : ''}${via === 'mail' ? ' See spam too.' : ''}`,
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
          `We cannot send a code to that ${shortName[field]}; it may not be active. Your old data is unchanged. Use another ${shortName[field]}, or type *AGENT*.`,
        )
      : same(
          `Sorry, we cannot send the code right now. Your old data is unchanged. Please try again in a few minutes, or type *AGENT*.`,
        ),
  numberStopped: ({ next }) =>
    say(
      `That number has asked us to stop sending SMS, so no code can go there by SMS. Your old data is unchanged. ${next === null ? '' : `We can send the next code by ${viaName[next]}. `}To receive our SMS again, answer one of them with START from that number. Or type another number.`,
      next === null
        ? 'That number has stopped our SMS. From that number, send us MULAI by SMS, or type another number.'
        : `That number has stopped our SMS; the next code goes by ${viaName[next]}. Or type another number.`,
    ),
  codeLost: ({ via, destination, next, seconds }) =>
    say(
      `The code to ${destination} by ${viaName[via]} did not arrive. ${via === 'mail' ? 'The address may not be right, or the mailbox is full.' : 'The number may not be active, or out of reach.'} Your old data is unchanged. ${seconds === null ? 'Type' : `In ${count(seconds, 'second', 'seconds')}, type`} *AGAIN* for a new code${next === null ? '' : ` by ${viaName[next]}`}, or type the right ${via === 'mail' ? shortName.email : shortName.mobileNumber}.`,
      `The code to ${destination} did not arrive. ${seconds === null ? '' : `In ${count(seconds, 'second', 'seconds')}, `}AGAIN: a new code${next === null ? '' : ` by ${viaName[next]}`}, or type the right ${via === 'mail' ? shortName.email : shortName.mobileNumber}.`,
    ),
  codeSentOtherWay: ({ via, destination, minutes }) =>
    say(
      `That code did not arrive, so we have sent a new one to ${destination} by *${viaName[via]}*, valid for ${minutes} minutes. The code before it no longer works.`,
      `That code did not arrive. New one to ${destination} by ${viaName[via]}, valid ${minutes} minutes.`,
    ),
  codeWrong: ({ triesLeft }) =>
    same(`The code did not match yet, ${tries(triesLeft)}. Please use our newest code.${lastTry(triesLeft)}`),
  codeOlder: ({ triesLeft }) =>
    same(`That is an older code. Please use our newest code, ${tries(triesLeft)}.${lastTry(triesLeft)}`),
  codeExpired: () => same('That code is too old now. Your place is kept. Type *AGAIN* for a new code.'),
  codeExhausted: () =>
    say(
      'The code did not match and cannot be tried any more. Your old data is unchanged. You can ask for a new code, or type *AGENT*.',
      'The code did not match and cannot be tried any more. Nothing has changed. Help: AGENT.',
    ),
  codeLimited: ({ until }, wording) => stopped('trying codes', until, wording),
  codeIsNotPin: () =>
    say(
      'We have accepted that code already, thank you. Now we need your *Mobile JKN PIN*. You have not lost a try.',
      'We have accepted that code already. Now we need your PIN. You have not lost a try.',
    ),
  pinWrong: ({ attemptsLeft }) =>
    say(
      `The PIN did not match yet, ${tries(attemptsLeft)}. Your old data is unchanged. The PIN is not the password and not the code.${lastTry(attemptsLeft)}`,
      `The PIN did not match yet, ${tries(attemptsLeft)}. Nothing has changed. It is not the password.${attemptsLeft === 1 ? ' Help: AGENT.' : ''}`,
    ),
  pinLocked: ({ until }, wording) =>
    say(
      `The Mobile JKN PIN is locked${until === null ? '' : ` until ${time(until, wording)}`}. Your old data is unchanged. ${until === null ? 'To unlock it, call' : 'Cannot wait? Call'} Care Center 165 or type *AGENT*.`,
      `The Mobile JKN PIN is locked${until === null ? '' : ` until ${time(until, wording)}`}. Nothing has changed. Help: Care Center 165 or AGENT.`,
    ),
  pinNotSet: () =>
    say(
      'There is no Mobile JKN PIN for this record yet. It is made in the Mobile JKN app. Your old data is unchanged. Cannot open the app? Type *AGENT*.',
      'There is no PIN for this record yet; make it in the Mobile JKN app. Nothing has changed. Cannot open it? Type AGENT.',
    ),
  pinLimited: ({ until }, wording) => stopped('trying PINs here', until, wording),
  pinSpent: () =>
    say(
      'The PIN did not match and cannot be tried any more with that code. Your old data is unchanged. You can go on with a new code, or type *AGENT*.',
      'The PIN did not match; that code is used up. Nothing has changed. Help: AGENT.',
    ),
  pinOnPageOnly: () =>
    say(
      'To keep it safe, the PIN is entered on the page only, not in this chat. We did not use your message, and you have not lost a try.',
      'The PIN is entered on the safe page only, not here. You have not lost a try.',
    ),
  pinNoAnswer: () =>
    say(
      'Sorry, we could not check the PIN. Your old data is unchanged. To keep it safe, that try still counts. Please try again, or type *AGENT*.',
      'Sorry, we could not check the PIN. That try still counts. Please try again, or type AGENT.',
    ),
  changeApplied: ({ field, value, at, ref }, wording) =>
    say(
      `Done. Your ${fieldName[field]} is now ${value}, since ${time(at, wording)}. We also tell your old contact. Reference ${ref}.`,
      `Done. Your ${fieldName[field]} is now ${value}, since ${time(at, wording)}. Ref ${ref}.`,
    ),
  changeHeld: ({ field, until, ref, canRelease, hasOldContact }, wording) =>
    hasOldContact
      ? say(
          `The PIN matched. To keep your data safe, the new ${fieldName[field]} takes effect on ${time(until, wording)}, because your old contact has not confirmed it. We tell your old contact. Until then the old data is used.${canRelease ? ' You can still open the old email or number? Type *OLD CODE* and it takes effect at once.' : ''} To cancel it, type *CANCEL*. Reference ${ref}.`,
          `PIN matched. The new ${fieldName[field]} is used from ${time(until, wording)}. ${canRelease ? 'At once: type OLD CODE' : 'We tell your old contact'}. Cancel: BATAL. Ref ${ref}.`,
        )
      : say(
          `The PIN matched. Your data has no old contact yet; an agent looks into it, reference ${ref}. The new ${fieldName[field]} takes effect on ${time(until, wording)}. To cancel it, type *CANCEL*.`,
          `PIN matched. No old contact; an agent looks into it, ref ${ref}. It is used from ${time(until, wording)}. Cancel: BATAL.`,
        ),
  changeProcessing: ({ field, ref }) =>
    say(
      `The PIN matched. Your new ${fieldName[field]} is on record and being worked on, reference ${ref}. You need not do it again.`,
      `The PIN matched. We are working on your new ${fieldName[field]}, ref ${ref}. You need not do it again.`,
    ),
  changeRefused: ({ field, reason, ref }) =>
    say(
      `${refusals[reason](field)} You can ${again(field, reason)}, or type *AGENT* and we look into it. Reference ${ref}.`,
      `${shortRefusals[reason](field)} You can ${again(field, reason)}, or type AGENT. Ref ${ref}.`,
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
    say(
      'The code did not reach that old contact. Your change still takes effect at its time; nothing has to be repeated.',
      'The code did not reach that old contact. Your change still takes effect at its time.',
    ),
  cancelled: () => same('All right, nothing is changed. Your old data stays.'),
  nothingToCancel: () => same('There is no change to cancel. Your old data is unchanged.'),
  reportTaken: ({ ref, caseRef, frozen }) =>
    say(
      `We have your report, case ${caseRef}${frozen ? '' : `, about the change ${ref}`}. ${frozen ? `The change ${ref} is cancelled. The old data stays. ` : ''}An agent of Care Center 165 will look into it. Give your code or PIN to nobody.`,
      frozen
        ? `The change ${ref} is cancelled. The old data stays. An agent looks into it, case ${caseRef}. Give your code or PIN to nobody.`
        : `We have your report, case ${caseRef}, change ${ref}. An agent will look into it. Give your code or PIN to nobody.`,
    ),
  nothingToReport: () =>
    say(
      'No recent change is on record for this contact. Give your code or PIN to nobody. Still worried? Type *AGENT* or call Care Center 165.',
      'No recent change is on record for this contact. Give your code or PIN to nobody. Worried? Type AGENT or call 165.',
    ),
  caseOpened: ({ ref, dueAt, place, minutes }, wording) =>
    say(
      `We pass you to an agent of Care Center 165, reference ${ref}.${placeOf(place, minutes)} The agent sees a summary without code and PIN. We answer by ${time(dueAt, wording)} at the latest.`,
      `You are waiting for an agent of 165, ref ${ref}.${shortPlaceOf(place, minutes)} We answer by ${time(dueAt, wording)}.`,
    ),
  casePlace: ({ ref, place, minutes }) =>
    place === null
      ? same(`Your request is with Care Center 165, ref ${ref}.`)
      : say(
          `You are waiting for an agent of Care Center 165, ref ${ref}.${placeOf(place, minutes)} To check again, type *POSITION*.`,
          `You are waiting for an agent of 165, ref ${ref}.${shortPlaceOf(place, minutes)} To check again, type POSITION.`,
        ),
  caseQueuedAgain: ({ place }) =>
    same(`We are finding another agent for you.${placeOf(place, null)} There is no need to tell it again.`),
  caseDeferred: ({ ref, opensAt }, wording) =>
    say(
      `No agent is available now. We keep your request, ref ${ref}${opensAt === null ? '' : `, and queue it on ${time(opensAt, wording)}`}. No longer needed? Type *CANCEL*.`,
      `No agent is available now. We keep your request, ref ${ref}${opensAt === null ? '' : `, and queue it on ${time(opensAt, wording)}`}. Not needed? Type BATAL.`,
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
  caseReviewed: ({ ref }) =>
    say(
      `Care Center 165 will still look at your report, reference ${ref}. There is no need to wait here.`,
      `Care Center 165 will still look at your report, ref ${ref}. No need to wait.`,
    ),
  messageKept: () => same('We have passed your message to the agent.'),
  agentOffered: () =>
    same('This step does not seem to work. If you would like an agent of Care Center 165 to assist you, type *AGENT*.'),
  optedOut: () =>
    say(
      'All right, we send no more messages to this number. If you need us again, write anything here. You can still call Care Center 165.',
      'All right, we send no more messages to this number. If you need us again, write anything here.',
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
    mail: 'internet, spam, full mailbox',
    whatsapp: 'internet, WhatsApp active, blocking',
    sms: 'signal, credit, blocking, spam',
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
    `The code went to ${destination}. Check ${short}. Then AGAIN, type the right ${value}, or AGENT.`,
  );
}
