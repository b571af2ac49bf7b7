// What a participant typed or tapped becomes one event; what it did not use stays for the steps that follow.
import type { ParticipantEvent, Unclear } from '../events.ts';
import type { Field, Hidden, Language } from '../vocabulary.ts';
import type { Asked } from './asked.ts';
import { readBirthDate } from './birth-date.ts';
import { readCancelCode } from './cancel-code.ts';
import { eventOfPayload, type Shown } from './choice.ts';
import { type Command, readCommand } from './commands.ts';
import { readEmail } from './email.ts';
import { isKnownDomain } from './email-domains.ts';
import { type FieldChoice, readField, readOption } from './field-choice.ts';
import { isCalledOld } from './meant.ts';
import { readMobileNumber } from './mobile-number.ts';
import { normalise } from './normalise.ts';
import { readExplicitIdentity, readIdentity } from './numbers.ts';
import {
  asksForCall,
  asksToWait,
  correctsField,
  helpsSomebody,
  isEnglish,
  isPageTrouble,
  lacksEmail,
  namesBothFields,
  namesThisNumber,
} from './sayings.ts';
import { looksLikePassword, readCode, readPin } from './secret-digits.ts';
import { readQuestion, readSmallTalk } from './topics.ts';
import { consistsOf, follows, has, readWords, type Word } from './words.ts';
import { readYesNo } from './yes-no.ts';

export interface Understood {
  event: ParticipantEvent;
  /** the text without the part that made the event */
  rest: string;
}

export interface Understanding {
  /** Always gives an event, at worst `answer.unclear`. */
  understand(text: string, asked: Asked): Understood;
  /** The rest of the same message, for the next step: only what is certain, never a code, a PIN, a yes or a no. */
  understandMore(rest: string, asked: Asked): Understood | null;
  /** A tap on a button or list entry; `payload` is `<promptKey>:<answer>:<mark>`. */
  understandChoice(payload: string, title: string, shown: Shown, asked: Asked): ParticipantEvent;
  /** Which language a message can only be written in; null: either, or too little to tell. */
  languageOf(text: string): Language | null;
}

const LONGEST = 2000;

interface Message {
  text: string;
  words: readonly Word[];
}

/** What was read for the step at hand: an event, why not, or nothing that was meant for it. */
type Reading = Understood | Unclear | null;

/** @param hide  seals a code or a PIN, so that it cannot be printed by accident */
export function createUnderstanding({ hide }: { hide: (text: string) => Hidden }): Understanding {
  function understand(text: string, asked: Asked): Understood {
    const message = read(text);
    if (message.text === '') return alone(unclear({ reason: 'empty' }));
    const cancelCode = readCancelCode(message.text);
    if (cancelCode !== null) return alone({ type: 'word.cancelCode', code: hide(cancelCode) });
    const isLong = message.text.length > LONGEST;
    const isAnswer = isLong || wantsOtherField(message, asked) || helpsSomebody(message.text, message.words);
    const command = isAnswer ? null : readCommand(message.text, message.words);
    if (command !== null && winsAlways(command, message)) return alone(command.event);
    const answer = readAnswer(message, asked);
    if (answer !== null && 'event' in answer) return answer;
    if (isLong) return alone(unclear({ reason: 'tooLong' }));
    const asksHelp = command?.event.type === 'word.help';
    if (command !== null && !(asksHelp && !command.whole)) return alone(command.event);
    const other = readOther(message, asked, answer);
    if (command !== null && (other === null || other.event.type === 'answer.unclear')) return alone(command.event);
    return other ?? alone(unclear(answer ?? { reason: 'notUnderstood' }));
  }

  function readAnswer(message: Message, asked: Asked): Reading {
    switch (asked.expects) {
      case 'number': {
        const identity = cutFound(message, readIdentity(message.text, message.words));
        if (asked.retriesDate !== true || (identity !== null && 'event' in identity)) return identity;
        return readDate(message, asked, true) ?? identity;
      }
      case 'birthDate':
        return readDate(message, asked, false);
      case 'field':
        return readFieldAnswer(message, asked);
      case 'value':
        return readValueAnswer(message, asked);
      case 'confirmation':
        return readConfirmation(message, asked);
      case 'code':
        return readCodeAnswer(message, asked);
      case 'pin':
        return readPinAnswer(message, asked);
      case 'words':
        return null;
    }
  }

  function readValueAnswer(message: Message, asked: Asked): Reading {
    // a bare "2" still answers the menu
    const option = /^[123]$/.test(message.text) ? readOption(message.words) : null;
    if (option !== null) return chosen(message, option);
    if (asked.field === 'email' && isOnlyProvider(message)) return { reason: 'emailNoName' };
    const value = readValue(message, asked.field);
    if (value !== null && 'event' in value) return value;
    const other = valueOfOther(message, asked);
    if (other !== null) return other;
    if (asked.field === 'email') {
      return lacksEmail(message.text, message.words) ? alone(unclear({ reason: 'emailNone' })) : value;
    }
    return namesThisNumber(message.text, message.words) ? alone({ type: 'answer.thisNumber' }) : value;
  }

  function readCodeAnswer(message: Message, asked: Asked): Reading {
    const code = readCode(message.text, message.words, asked.codeDigits);
    if (code !== null && 'code' in code) return alone({ type: 'answer.code', code: hide(code.code) });
    const corrected = readValue(message, asked.field);
    if (corrected !== null && ('event' in corrected || message.text.includes('@'))) return corrected;
    return code;
  }

  function readPinAnswer(message: Message, asked: Asked): Reading {
    const pin = readPin(message.text, message.words, asked.pinDigits);
    return pin !== null && 'pin' in pin ? alone({ type: 'answer.pin', pin: hide(pin.pin) }) : pin;
  }

  function understandMore(rest: string, asked: Asked): Understood | null {
    const message = read(rest);
    const reading = message.text === '' ? null : readMore(message, asked);
    return reading !== null && 'event' in reading ? reading : null;
  }

  function understandChoice(payload: string, title: string, shown: Shown, asked: Asked): ParticipantEvent {
    return eventOfPayload(payload, shown) ?? understand(title, asked).event;
  }

  function languageOf(text: string): Language | null {
    return isEnglish(read(text.slice(0, LONGEST)).words) ? 'en' : null;
  }

  return { understand, understandMore, understandChoice, languageOf };
}

function read(text: string): Message {
  const normal = normalise(text);
  return { text: normal, words: readWords(normal) };
}

// A command with an answer beside it gives way to the answer; calling off a change does so only to a number or address.
function winsAlways({ event, whole }: Command, message: Message): boolean {
  if (/@|\d{5}/.test(message.text)) return false;

  return whole || event.type === 'word.cancel' || event.type === 'word.notMe';
}

// "ga jadi email, nomor hp aja": another wish, not none
function wantsOtherField({ words }: Message, asked: Asked): boolean {
  if (!namesField(asked) || asked.field === null || !has(words, asked.field === 'email' ? 'email' : 'phone'))
    return false;
  const field = readField(words);
  return field !== null && field.choice !== asked.field && has(words, 'become', 'cancel', 'isNot', 'change');
}

function readMore(message: Message, asked: Asked): Reading {
  switch (asked.expects) {
    case 'number':
      return cutFound(message, readExplicitIdentity(message.text, message.words)) ?? wishOf(message, asked);
    case 'birthDate':
      return readDate(message, asked, true) ?? wishOf(message, asked);
    case 'field': {
      const field = readField(message.words);
      return field?.certain ? chosen(message, field) : fieldOfValue(message);
    }
    case 'value': {
      const found = asked.field && readFieldValue(message, asked.field);
      return found && 'value' in found && isCalledOld(found, message.words) ? null : readValue(message, asked.field);
    }
    default:
      return null;
  }
}

// "mau ganti email", said before it was asked, is kept for when it is
function wishOf(message: Message, asked: Asked): Understood | null {
  const field = asked.field === null && has(message.words, 'change') ? readField(message.words) : null;
  return field?.certain ? chosen(message, field) : null;
}

function readDate(message: Message, asked: Asked, onlyCertain: boolean): Reading {
  const date = readBirthDate(message.text, asked.today);
  if (date !== null && 'birthDate' in date) {
    return cutFound(message, {
      event: { type: 'answer.birthDate', birthDate: date.birthDate },
      start: date.start,
      end: date.end,
    });
  }
  if (onlyCertain) return null;
  // the number typed once more, where the date was asked
  return cutFound(message, readExplicitIdentity(message.text, message.words)) ?? date;
}

function readFieldAnswer(message: Message, asked: Asked): Reading {
  const other = readExplicitIdentity(message.text, message.words);
  if (other !== null) return cutFound(message, other);
  const option = readOption(message.words);
  if (option !== null) return chosen(message, option);
  if (namesBothFields(message.words)) return alone(unclear({ reason: 'fieldsTwo' }));
  if (lacksEmail(message.text, message.words)) return alone(unclear({ reason: 'emailNone' }));
  const field = readField(message.words);
  const question = readQuestion(message.text, message.words, asked);
  if (field?.certain && !(question !== null && saysMore.has(question.type))) return chosen(message, field);
  if (question !== null) return null;
  return field === null ? fieldOfValue(message) : chosen(message, field);
}

/** Beside these a field is named, not chosen. */
const saysMore: ReadonlySet<ParticipantEvent['type']> = new Set([
  'ask.changeState',
  'ask.myData',
  'ask.otherPerson',
  'ask.isGenuine',
  'word.notMe',
]);

function chosen(message: Message, { choice, start, end }: FieldChoice): Understood {
  if (choice === 'myData') return alone({ type: 'ask.myData' });
  return { event: { type: 'answer.field', field: choice }, rest: without(message.text, start, end) };
}

// A new value says which field it is for; it stays in the rest for its own step.
function fieldOfValue(message: Message): Understood | null {
  for (const field of ['email', 'mobileNumber'] as const) {
    const found = readFieldValue(message, field);
    if (found !== null && 'value' in found) return { event: { type: 'answer.field', field }, rest: message.text };
  }
  return null;
}

// "gmail", "yahoo.com": the half that everybody shares
function isOnlyProvider({ text }: Message): boolean {
  const name = text.toLowerCase().replace(/^@/, '');
  return isKnownDomain(name) || isKnownDomain(`${name}.com`);
}

function readFieldValue({ text, words }: Message, field: Field) {
  return field === 'email' ? readEmail(text, words) : readMobileNumber(text, words);
}

function readValue(message: Message, field: Field | null): Reading {
  const found = field && readFieldValue(message, field);
  if (!field || !found) return null;
  if (!('value' in found)) return found;
  const { value, suggestion, start, end } = found;
  return cutFound(message, { event: { type: 'answer.value', field, value, suggestion }, start, end });
}

// A number where an address is asked, or the other way round: it is said which of them is being changed.
function valueOfOther(message: Message, { field }: Asked): Understood | null {
  if (field === null) return null;
  const reading = readValue(message, field === 'email' ? 'mobileNumber' : 'email');
  return reading !== null && 'event' in reading ? alone(reading.event) : null;
}

function readConfirmation(message: Message, asked: Asked): Reading {
  const corrected = readValue(message, asked.field);
  if (corrected !== null && 'event' in corrected) return corrected;
  const other = valueOfOther(message, asked);
  if (other !== null) return other;
  const field = has(message.words, 'change') ? readField(message.words) : null;
  if (field?.certain && field.choice !== asked.field) return chosen(message, field);
  if (asked.language === 'en' && /^no\W*$/i.test(message.text)) return alone({ type: 'answer.no' });
  if (asked.language === 'en' && message.text === '1') return alone({ type: 'answer.yes' });
  const answer = readYesNo(message.text, message.words, true);
  if (answer === null && /^\d{1,2}$/.test(message.text)) return null;
  return answer === null ? corrected : alone({ type: `answer.${answer}` });
}

// What makes sense at every step, after the answer that was asked for.
function readOther(message: Message, asked: Asked, refused: Unclear | null): Understood | null {
  const { text, words } = message;
  // a virtual account is one, whatever stands beside it
  if (refused?.reason === 'numberIsVirtualAccount') return null;
  // "salah nik", where its birth date is asked
  if (asked.expects === 'birthDate' && has(words, 'wrong') && has(words, 'nik', 'card') && words.length <= 4) {
    return alone({ type: 'word.back' });
  }
  const corrected = isAfterCode(asked) ? correctsField(words, asked.field) : null;
  if (corrected !== null) return alone({ type: 'answer.field', field: corrected });
  if (asked.expects === 'pin' && isPageTrouble(text, words)) return alone({ type: 'word.help' });
  if (asked.expects === 'pin' && has(words, 'pin') && /\b(?:atm|bank|kartu)\b/i.test(text))
    return alone({ type: 'word.help' });
  const question = readQuestion(text, words, asked);
  if (question !== null && !isBesideWish(question, message, asked)) {
    return { event: question, rest: question.type.startsWith('ask.') ? text : '' };
  }
  if (asksForCall(text, words)) return alone({ type: 'word.agent' });
  if (asksToWait(words)) return alone({ type: 'said.wait' });
  if (namesField(asked) && asked.field === null && namesBothFields(words))
    return alone(unclear({ reason: 'fieldsTwo' }));
  const answer = readYesNo(text, words, false);
  if (answer !== null) return alone({ type: `answer.${answer}` });
  const field = namesField(asked) ? readField(words) : null;
  const isOther = field !== null && wantsOtherField(message, asked);
  const isNews = field?.certain && field.choice !== asked.field;
  const isAlone =
    field !== null &&
    isNews &&
    refused === null &&
    consistsOf(words, ['phone', 'email', 'number', 'light', 'address', 'ok', 'new']);
  if (isOther || isAlone || (isNews && ((asked.field === null && refused === null) || has(words, 'change'))))
    return chosen(message, field);
  if (readDoubt(words) || (asked.expects === 'number' && asksWhichNumber(text, words)))
    return alone({ type: 'word.help' });
  // what was wrong with an answer says more than the greeting before it
  if (refused !== null) return null;
  const said = readSmallTalk(text, words);
  if (said !== null) return alone(said);
  if (asked.expects === 'pin' && looksLikePassword(text, words)) return alone(unclear({ reason: 'pinIsPassword' }));
  return null;
}

// Before its own step a field may be named already, and while its value is asked another one may be.
function namesField({ expects }: Asked): boolean {
  return expects === 'number' || expects === 'birthDate' || expects === 'value' || expects === 'confirmation';
}

// "otp ga masuk, mau ganti nomor": where we have sent no code, the wish says more than the trouble elsewhere
function isBesideWish(question: ParticipantEvent, { words }: Message, asked: Asked): boolean {
  if (question.type !== 'ask.codeMissing' || asked.field !== null || !namesField(asked)) return false;
  return has(words, 'change') && readField(words)?.certain === true;
}

function isAfterCode({ expects }: Asked): boolean {
  return expects === 'code' || expects === 'pin';
}

// "tidak tahu", "lupa NIK"
function readDoubt(words: readonly Word[]): boolean {
  return has(words, 'forget') || follows(words, ['not', 'notYet'], ['know']);
}

// "nomor kartu itu yang mana"
function asksWhichNumber(text: string, words: readonly Word[]): boolean {
  const isAsked = has(words, 'what', 'where') || (text.includes('?') && words.every(({ concept }) => concept !== null));
  return isAsked && has(words, 'number', 'nik', 'card') && words.length <= 10;
}

function cutFound(
  message: Message,
  found: { event: ParticipantEvent; start: number; end: number } | Unclear | null,
): Reading {
  if (found === null || 'reason' in found) return found;
  return { event: found.event, rest: without(message.text, found.start, found.end) };
}

// A line break keeps what stood on both sides apart.
function without(text: string, start: number, end: number): string {
  return `${text.slice(0, start).trim()}\n${text.slice(end).trim()}`.trim();
}

function alone(event: ParticipantEvent): Understood {
  return { event, rest: '' };
}

function unclear(reason: Unclear): ParticipantEvent {
  return { type: 'answer.unclear', unclear: reason };
}
