// Start for a caller: a case word that the caller types, or an invitation to a contact that is registered already.
import type { CaseView } from '#src/conversation/desk-port.ts';
import { type Html, html } from '#src/html.ts';
import { routes } from './access.ts';
import { commandUrl, workUrl } from './paths.ts';
import { field, hidden, moment, type Outcome, once, page, type Screen } from './screen.ts';
import { labelOf } from './words/words.ts';

export const callReasons = ['lostAccess', 'cannotUseBot', 'other'] as const;

export interface Starting {
  /** null: nothing has been begun yet */
  prepared: CaseView | null;
  word: { word: string; expiresAt: Date } | null;
  /** null: nobody has been looked up */
  contacts: CaseView['contacts'] | null;
  outcome: Outcome | null;
}

export function startPage(screen: Screen, { prepared, word, contacts, outcome }: Starting): Html {
  const { words } = screen;
  return page(screen, {
    current: 'startPage',
    outcome,
    main: html`<div class="sheet" id="sheet"><h1>${words.pages.start}</h1><p>${words.startText}</p>
${prepared === null ? begin(screen) : html`${status(screen, prepared)}<div class="ways" id="ways" data-on-act>${byWord(screen, prepared, word)}${byInvitation(screen, prepared, contacts)}</div>`}</div>`,
  });
}

const begin = (
  screen: Screen,
): Html => html`<form method="post" action="${routes.start.path}">${hidden(screen)}${once(0)}
<fieldset><legend>${screen.words.startReason}</legend>${callReasons.map((reason, index) => html`<label><input type="radio" name="reason" value="${reason}" required${index === 0 && html` checked`}> ${labelOf(screen.words.reasons, reason)}</label>`)}</fieldset>
<p class="tools"><button class="primary">${screen.words.startButton}</button></p></form>`;

const status = ({ words }: Screen, one: CaseView): Html =>
  html`<p id="caller-case">${words.startCase} <b>${one.ref}</b>: ${words.states[one.state]}. <a href="${workUrl({ view: 'mine', caseId: one.caseId })}">${words.pages.work}</a></p>`;

function byWord(screen: Screen, one: CaseView, word: Starting['word']): Html {
  const { words } = screen;
  return html`<section class="way"><h2>${words.wordTitle}</h2><p>${words.wordText}</p>
${word !== null && html`<p class="case-word">${words.wordIs} <strong id="case-word">KASUS ${word.word}</strong> <small>${words.wordUntil} ${moment(word.expiresAt, screen)}</small></p>`}
<form method="post" action="${commandUrl(one.caseId, 'word')}">${hidden(screen)}${once(one.version)}<button>${words.newWord}</button></form></section>`;
}

function byInvitation(screen: Screen, one: CaseView, contacts: Starting['contacts']): Html {
  const { words } = screen;
  return html`<section class="way"><h2>${words.inviteTitle}</h2><p>${words.inviteText}</p>
<form method="post" action="${commandUrl(one.caseId, 'find')}">${hidden(screen)}${once(one.version)}
${field(words.number, html`<input name="number" inputmode="numeric" pattern="[0-9]{13}|[0-9]{16}" required autocomplete="off" aria-describedby="number-hint">`, html`<small id="number-hint">${words.numberHint}</small>`)}
${field(words.birthDate, html`<input type="date" name="birthDate" required>`)}
<p class="tools"><button>${words.find}</button></p></form>
${contacts !== null && found(screen, one, contacts)}</section>`;
}

function found(screen: Screen, one: CaseView, contacts: CaseView['contacts']): Html {
  const { words } = screen;
  if (contacts.length === 0) return html`<p id="no-contacts">${words.noContacts}</p>`;
  return html`<form method="post" action="${commandUrl(one.caseId, 'invite')}">${hidden(screen)}${once(one.version)}
<fieldset><legend>${words.contacts}</legend>${contacts.map(({ index, via, masked }, position) => html`<label><input type="radio" name="index" value="${index}" required${position === 0 && html` checked`}> ${words.channels[via]} ${masked}</label>`)}</fieldset>
<p class="hint">${words.reviewText}</p><p class="tools"><button class="primary">${words.invite}</button></p></form>`;
}
