// One example of everything that can be said; a new sentence without an example does not compile.
import type { Letter, LetterKey, Notice, NoticeKey, PromptFacts } from '#machines/copy/keys.ts';
import { promptKeys } from '#machines/copy/keys.ts';
import { maskEmail, maskMobile, maskName, showMobile } from '#machines/copy/masking.ts';
import { createWording } from '#machines/copy/render.ts';
import { MediaKind, Topic, type Unclear } from '#machines/events.ts';
import { Channel, Field, Language } from '#machines/vocabulary.ts';

export const wording = createWording({
  brand: 'BPJS Kesehatan',
  privacyUrl: 'https://bpjs.example.id/privasi',
  timeZone: 'Asia/Jakarta',
  chat: 'WhatsApp 0811 9000 0165',
});

export const forms = Language.options.flatMap((language) =>
  Channel.options.map((channel) => ({ language, channel, wording })),
);

const at = Date.parse('2026-11-22T02:30:00Z');
const ref = 'UD-7K3M9Q';
const caseRef = 'KC-4T8WPX';

export interface People {
  oldEmail: string;
  newEmail: string;
  suggestion: string;
}

export const ordinary: People = {
  oldEmail: 'siti.aminah@example.com',
  newEmail: 'siti.baru@gmail.com',
  suggestion: 'siti.baru@gmail.com',
};

/** Forty characters, the longest that an SMS of one segment must bear. */
export const fortyCharacters: People = {
  oldEmail: 'dewi.lestari.2@puskesmas-kebayoran.co.id',
  newEmail: 'siti.aminah.binti@klinik-sejahtera.co.id',
  suggestion: 'siti.aminah.binti@klinik-sejahtera.co.id',
};

/** As long as an address may be. */
export const endless: People = {
  oldEmail: `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.id`,
  newEmail: `${'e'.repeat(64)}@${'f'.repeat(63)}.${'g'.repeat(63)}.${'h'.repeat(58)}.id`,
  suggestion: `${'e'.repeat(64)}@${'f'.repeat(63)}.${'g'.repeat(63)}.${'h'.repeat(57)}i.id`,
};

const oldMobile = '+6281200000011';
const newMobile = '+6281234567890';

/** Facts as the conversation gives them, for both fields and both ways of a code. */
export function factsOf(people: People): PromptFacts[] {
  const shared = {
    email: maskEmail(people.oldEmail),
    mobileNumber: maskMobile(oldMobile),
    suggestion: people.suggestion,
    codeMinutes: 10,
    pinUrl: 'https://ubah.bpjs.example.id/pin/0123456789abcdef0123456789abcdef',
    pinMinutes: 5,
    pinInChat: true,
    caseRef,
    changeRef: ref,
  };
  const email: PromptFacts = {
    ...shared,
    field: 'email',
    newValue: people.newEmail,
    oldMasked: maskEmail(people.oldEmail),
    newMasked: maskEmail(people.newEmail),
    destination: maskEmail(people.newEmail),
    via: 'mail',
  };
  const mobile: PromptFacts = {
    ...shared,
    field: 'mobileNumber',
    newValue: showMobile(newMobile),
    oldMasked: maskMobile(oldMobile),
    newMasked: maskMobile(newMobile),
    destination: maskMobile(newMobile),
    via: 'sms',
  };
  return [
    email,
    mobile,
    { ...mobile, via: 'whatsapp', pinUrl: null },
    { ...mobile, pinInChat: false },
    { ...email, pinUrl: null, pinInChat: false },
    { ...email, email: null, mobileNumber: null, oldMasked: null, changeRef: '' },
  ];
}

export const unclears: { [R in Unclear['reason']]: Extract<Unclear, { reason: R }> } = {
  empty: { reason: 'empty' },
  notUnderstood: { reason: 'notUnderstood' },
  tooLong: { reason: 'tooLong' },
  numberLength: { reason: 'numberLength', digits: 15 },
  numberImpossible: { reason: 'numberImpossible' },
  numberIsVirtualAccount: { reason: 'numberIsVirtualAccount' },
  numberIsPhone: { reason: 'numberIsPhone' },
  numbersTwo: { reason: 'numbersTwo' },
  dateImpossible: { reason: 'dateImpossible' },
  dateInFuture: { reason: 'dateInFuture' },
  dateTooOld: { reason: 'dateTooOld' },
  dateIncomplete: { reason: 'dateIncomplete' },
  dateYearUnclear: { reason: 'dateYearUnclear', years: [1923, 2023] },
  emailMalformed: { reason: 'emailMalformed' },
  emailsTwo: { reason: 'emailsTwo' },
  emailNoName: { reason: 'emailNoName' },
  emailNone: { reason: 'emailNone' },
  fieldsTwo: { reason: 'fieldsTwo' },
  thisNumberUnknown: { reason: 'thisNumberUnknown' },
  mobileLength: { reason: 'mobileLength', digits: 9 },
  mobileLandline: { reason: 'mobileLandline' },
  mobileForeign: { reason: 'mobileForeign' },
  mobilePremium: { reason: 'mobilePremium' },
  mobilesTwo: { reason: 'mobilesTwo' },
  codeLength: { reason: 'codeLength', digits: 5 },
  codesTwo: { reason: 'codesTwo' },
  pinLength: { reason: 'pinLength', digits: 4 },
  pinIsPassword: { reason: 'pinIsPassword' },
  answerOld: { reason: 'answerOld' },
};

const refusalReasons = ['valueInUse', 'stale', 'invalid'] as const;

/** Every notice with every variant of its words. */
export function noticesOf(people: People): Notice[] {
  const masked: Record<Field, string> = { email: maskEmail(people.newEmail), mobileNumber: maskMobile(newMobile) };
  const eachField = <N>(notice: (field: Field) => N) => Field.options.map(notice);
  const untilOrNever = <N>(notice: (until: number | null) => N) => [at, null].map(notice);
  const destinations = [
    { via: 'mail', destination: masked.email },
    { via: 'whatsapp', destination: masked.mobileNumber },
    { via: 'sms', destination: masked.mobileNumber },
  ] as const;
  const known = {
    name: maskName('Siti Nurhaliza Aminah Binti Abdullah'),
    email: maskEmail(people.oldEmail),
    mobileNumber: maskMobile(oldMobile),
    segment: 'PBPU',
    membershipStatus: 'TIDAK AKTIF KARENA PREMI',
  };
  const samples: { [K in NoticeKey]: Extract<Notice, { notice: K }>[] } = {
    greeting: [{ notice: 'greeting' }],
    languageChosen: [{ notice: 'languageChosen' }],
    nothingBefore: [{ notice: 'nothingBefore' }],
    help: promptKeys.map((prompt) => ({ notice: 'help', prompt })),
    unclear: Object.values(unclears).flatMap((unclear) => [
      { notice: 'unclear', prompt: 'askNumber', unclear, field: null },
      { notice: 'unclear', prompt: 'chooseField', unclear, field: null },
    ]),
    mediaNotRead: MediaKind.options.map((media) => ({ notice: 'mediaNotRead', media })),
    greetedBack: [{ notice: 'greetedBack' }],
    thanked: [{ notice: 'thanked' }],
    englishOffered: [{ notice: 'englishOffered' }],
    placeKept: [{ notice: 'placeKept' }],
    sorryForTrouble: [{ notice: 'sorryForTrouble' }],
    elsewhere: Topic.options.map((topic) => ({ notice: 'elsewhere', topic })),
    helperWelcome: [{ notice: 'helperWelcome' }],
    oldContactNotNeeded: [{ notice: 'oldContactNotNeeded' }],
    aboutUs: [{ notice: 'aboutUs' }],
    dataOfOther: [{ notice: 'dataOfOther' }],
    notMatched: [{ notice: 'notMatched' }],
    directoryAway: [{ notice: 'directoryAway' }],
    tryAgain: [{ notice: 'tryAgain' }],
    identifyAgain: [{ notice: 'identifyAgain' }],
    codeAgedIdentifyAgain: [{ notice: 'codeAgedIdentifyAgain' }],
    identifyFirst: [{ notice: 'identifyFirst' }],
    myData: [
      { notice: 'myData', ...known },
      { notice: 'myData', ...known, email: null, mobileNumber: null },
    ],
    changeIsHeld: eachField((field) => ({ notice: 'changeIsHeld', field, ref, until: at })),
    changeIsProcessing: eachField((field) => ({ notice: 'changeIsProcessing', field, ref })),
    noOpenChange: [{ notice: 'noOpenChange' }],
    forgottenEmail: [
      { notice: 'forgottenEmail', email: known.email },
      { notice: 'forgottenEmail', email: null },
    ],
    forgottenPin: [{ notice: 'forgottenPin' }],
    valueIsRegistered: eachField((field) => ({ notice: 'valueIsRegistered', field })),
    valueIsOurs: [{ notice: 'valueIsOurs' }],
    otherField: eachField((field) => ({ notice: 'otherField', field })),
    codeSent: destinations.flatMap((destination) =>
      [false, true].map((again) => ({ notice: 'codeSent', ...destination, minutes: 10, again })),
    ),
    codeMissing: destinations.map((destination) => ({ notice: 'codeMissing', ...destination })),
    resendWait: [1, 120].map((seconds) => ({ notice: 'resendWait', seconds })),
    sendLimited: untilOrNever((until) => ({ notice: 'sendLimited', until })),
    codeNotSent: eachField((field) =>
      (['destination', 'unavailable'] as const).map((why) => ({ notice: 'codeNotSent' as const, field, why })),
    ).flat(),
    numberStopped: [null, 'whatsapp' as const].map((next) => ({ notice: 'numberStopped', next })),
    codeLost: destinations.flatMap((destination) =>
      [null, 'sms' as const, 'whatsapp' as const].map((next) => ({
        notice: 'codeLost' as const,
        ...destination,
        next,
        seconds: next === null ? 120 : null,
      })),
    ),
    codeSentOtherWay: destinations.map((destination) => ({ notice: 'codeSentOtherWay', ...destination, minutes: 10 })),
    codeWrong: [1, 4].map((triesLeft) => ({ notice: 'codeWrong', triesLeft })),
    codeOlder: [1, 4].map((triesLeft) => ({ notice: 'codeOlder', triesLeft })),
    codeExpired: [{ notice: 'codeExpired' }],
    codeExhausted: [{ notice: 'codeExhausted' }],
    codeLimited: untilOrNever((until) => ({ notice: 'codeLimited', until })),
    codeIsNotPin: [{ notice: 'codeIsNotPin' }],
    pinWrong: [1, 2].map((attemptsLeft) => ({ notice: 'pinWrong', attemptsLeft })),
    pinLocked: untilOrNever((until) => ({ notice: 'pinLocked', until })),
    pinNotSet: [{ notice: 'pinNotSet' }],
    pinLimited: untilOrNever((until) => ({ notice: 'pinLimited', until })),
    pinSpent: [{ notice: 'pinSpent' }],
    pinOnPageOnly: [{ notice: 'pinOnPageOnly' }],
    pinNoAnswer: [{ notice: 'pinNoAnswer' }],
    changeApplied: eachField((field) => ({ notice: 'changeApplied', field, value: masked[field], at, ref })),
    changeHeld: eachField((field) =>
      [true, false].flatMap((canRelease) =>
        [true, false].map((hasOldContact) => ({
          notice: 'changeHeld' as const,
          field,
          until: at,
          ref,
          canRelease,
          hasOldContact,
        })),
      ),
    ).flat(),
    changeProcessing: eachField((field) => ({ notice: 'changeProcessing', field, ref })),
    changeRefused: eachField((field) =>
      refusalReasons.map((reason) => ({ notice: 'changeRefused' as const, field, reason, ref })),
    ).flat(),
    heldCancelled: eachField((field) => ({ notice: 'heldCancelled', field, ref })),
    cancelCodeUnknown: [{ notice: 'cancelCodeUnknown' }],
    nothingHeld: [{ notice: 'nothingHeld' }],
    noOldContact: [{ notice: 'noOldContact' }],
    oldContactNotReached: [{ notice: 'oldContactNotReached' }],
    cancelled: [{ notice: 'cancelled' }],
    nothingToCancel: [{ notice: 'nothingToCancel' }],
    reportTaken: [true, false].map((frozen) => ({ notice: 'reportTaken', ref, caseRef, frozen })),
    nothingToReport: [{ notice: 'nothingToReport' }],
    caseOpened: [
      { notice: 'caseOpened', ref: caseRef, dueAt: at, place: 12, minutes: 34 },
      { notice: 'caseOpened', ref: caseRef, dueAt: at, place: null, minutes: null },
    ],
    casePlace: [
      { notice: 'casePlace', ref: caseRef, place: 12, minutes: 34 },
      { notice: 'casePlace', ref: caseRef, place: null, minutes: null },
    ],
    caseQueuedAgain: [12, null].map((place) => ({ notice: 'caseQueuedAgain', place })),
    caseDeferred: [at, null].map((opensAt) => ({ notice: 'caseDeferred', ref: caseRef, opensAt })),
    agentConnected: [{ notice: 'agentConnected', alias: 'Ratna' }],
    agentAssists: [{ notice: 'agentAssists', ref: caseRef }],
    callerInvited: [{ notice: 'callerInvited', ref: caseRef }],
    agentReturned: [{ notice: 'agentReturned' }],
    agentWaits: [
      { notice: 'agentWaits', what: 'parked' },
      { notice: 'agentWaits', what: 'reminder' },
    ],
    caseEnded: (['resolved', 'noAgent', 'closed', 'left'] as const).map((why) => ({
      notice: 'caseEnded',
      ref: caseRef,
      why,
    })),
    wordUnknown: [{ notice: 'wordUnknown' }],
    wordLimited: [{ notice: 'wordLimited' }],
    caseIsOpen: [{ notice: 'caseIsOpen', ref: caseRef, dueAt: at }],
    caseLimited: [{ notice: 'caseLimited' }],
    caseLeft: [{ notice: 'caseLeft' }],
    caseReviewed: [{ notice: 'caseReviewed', ref: caseRef }],
    messageKept: [{ notice: 'messageKept' }],
    agentOffered: [{ notice: 'agentOffered' }],
    optedOut: [{ notice: 'optedOut' }],
  };
  return Object.values(samples).flat();
}

/** Every letter with every variant of its words. */
export function lettersOf(people: People): Letter[] {
  const masked: Record<Field, string> = { email: maskEmail(people.newEmail), mobileNumber: maskMobile(newMobile) };
  const samples: { [K in LetterKey]: (field: Field, value: string) => Extract<Letter, { letter: K }>[] } = {
    code: (field) => [{ letter: 'code', field, code: '048213', minutes: 10 }],
    changeHeld: (field, value) =>
      [{ to: 'old' as const, cancelCode: 'K7MPQ-3XRTW' }, { to: 'old' as const }, { to: 'new' as const }].map(
        (which) => ({
          letter: 'changeHeld',
          ...which,
          field,
          value,
          until: at,
          ref,
        }),
      ),
    holdReminder: (field, value) => [
      { letter: 'holdReminder', to: 'old', field, value, until: at, ref, cancelCode: 'K7MPQ-3XRTW' },
    ],
    triesUsedUp: (field, value) =>
      (['code', 'pin'] as const).map((guessed) => ({
        letter: 'triesUsedUp',
        to: 'old',
        guessed,
        field,
        value,
        at,
        ref,
      })),
    oldCode: () => [{ letter: 'oldCode', code: '048213', minutes: 10 }],
    restoreApproved: (field, value) => [{ letter: 'restoreApproved', to: 'chat', field, value, ref }],
    changeApplied: (field, value) =>
      (['old', 'new', 'chat'] as const).map((to) => ({ letter: 'changeApplied', to, field, value, at, ref })),
    changeCancelled: (field, value) =>
      (['old', 'new', 'chat'] as const).map((to) => ({ letter: 'changeCancelled', to, field, value, ref })),
    changeRefused: (field) =>
      refusalReasons.map((reason) => ({ letter: 'changeRefused', to: 'chat', field, reason, ref })),
  };
  return Field.options.flatMap((field) =>
    Object.values(samples).flatMap((letters): Letter[] => letters(field, masked[field])),
  );
}
