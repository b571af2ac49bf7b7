// Where the assignee writes: the reply with its draft, its problems and WhatsApp's window, and beside it the private note.
import type { CannedReply, CaseView, LintProblem } from '#src/conversation/desk-port.ts';
import { type Hole, type Html, html } from '#src/html.ts';
import { may } from './access.ts';
import { commandUrl, workUrl } from './paths.ts';
import { hidden, once, type Screen } from './screen.ts';
import { labelOf, spanOf } from './words/words.ts';

/** What somebody typed and could not be taken. */
export interface Rejected {
  command: string;
  text: string;
  problems: LintProblem[];
}

export interface Writing {
  canned: readonly CannedReply[];
  rejected: Rejected | null;
  /** after a claim the cursor is where the next thing is typed */
  isNew: boolean;
}

export function composer(screen: Screen, view: CaseView, writing: Writing): Html {
  const { words, agent } = screen;
  const isMine = view.assignee?.agentId === agent.agentId;
  const canNote = may(agent.role, 'note') && (isMine || agent.role === 'supervisor') && view.closedAt === null;
  return html`<div class="composer" id="composer">
${view.mayWrite ? reply(screen, view, writing) : !isMine && html`<p class="remark" id="read-only">${words.readOnly}</p>`}
${canNote && note(screen, view)}
</div>`;
}

function reply(screen: Screen, view: CaseView, { canned, rejected, isNew }: Writing): Html {
  const { words, now } = screen;
  const left = view.windowEndsAt === null ? null : (view.windowEndsAt.getTime() - now.getTime()) / 1000;
  if (left !== null && left <= 0) return closedWindow(screen, view);
  const problems = rejected?.command === 'reply' ? rejected.problems : [];
  const isOnlyWarned = problems.length > 0 && problems.every(({ rule }) => rule === 'otherCase');
  const text = rejected?.command === 'reply' ? rejected.text : (view.draft?.text ?? '');
  return html`<form id="reply-form" class="reply" method="post" action="${commandUrl(view.caseId, 'reply')}" data-key="${view.caseId}">
${hidden(screen)}${once(view.version)}
<p class="tools"><label for="reply">${words.reply}</label> <small>${words.replyAs} ${screen.agent.alias}</small></p>
${problems.length > 0 && html`<ul id="problems" class="problems" data-once>${problems.map(({ rule, found }) => html`<li>${labelOf(words.lint, rule)}${found !== '' && html`: <q>${found}</q>`}</li>`)}</ul>`}
<textarea id="reply" name="text" rows="3" maxlength="4000" data-draft="${commandUrl(view.caseId, 'draft')}" aria-describedby="reply-hint${problems.length > 0 && ' problems'}"${problems.length > 0 && html` aria-invalid="true"`}${(isNew || problems.length > 0) && html` autofocus`}>
${text}</textarea>
<p class="tools"><small id="reply-hint">${words.replyHint}</small> ${left !== null && html`<small class="${left < 3600 && 'late'}" id="window">${words.windowEnds} <time id="window-left" datetime="${view.windowEndsAt?.toISOString()}" data-until>${spanOf(left, words)}</time></small>`} <small id="draft-state"></small></p>
${isOnlyWarned && html`<p class="field"><label><input type="checkbox" name="sure" value="yes" required> ${words.otherCaseSure}</label></p>`}
<p class="tools"><button class="primary">${words.send}</button></p>
</form>
${cannedReplies(screen, view, canned)}`;
}

/** Outside the 24 hours only an approved template arrives. */
function closedWindow({ words }: Screen, view: CaseView): Html {
  return html`<div class="window" id="window-closed"><p><b>${words.windowClosed}</b></p><p>${view.canSendTemplate ? words.windowOffers : words.windowOffersLess}</p>
${view.canSendTemplate && html`<p class="tools"><a class="button" data-soft href="${workUrl({ view: 'mine', caseId: view.caseId, ask: 'template' })}">${words.sendTemplate}</a></p>`}</div>`;
}

/** Only these two; the desk refuses to keep a text with another one. */
function cannedReplies({ words, agent }: Screen, { ref }: CaseView, canned: readonly CannedReply[]): Hole {
  const filled = (text: string) => text.replaceAll('{ref}', ref).replaceAll('{alias}', agent.alias);
  return html`<details class="canned" id="canned"><summary>${words.canned}</summary>
${canned.length === 0 ? html`<p class="hint">${words.noCanned}</p>` : html`<ul>${canned.map((one) => html`<li><button type="button" class="plain" data-insert="${filled(one.text)}"><b>${one.title}</b><span>${filled(one.text)}</span></button></li>`)}</ul>`}</details>`;
}

function note(screen: Screen, view: CaseView): Html {
  const { words } = screen;
  return html`<details class="note-box" id="note-box"><summary>${words.noteTab}</summary>
<form method="post" action="${commandUrl(view.caseId, 'note')}" data-key="${view.caseId}-note">${hidden(screen)}${once(view.version)}
<p class="field"><label for="note">${words.noteTab}</label> <small id="note-hint">${words.noteHint}</small></p>
<textarea id="note" name="text" rows="2" maxlength="2000" aria-describedby="note-hint" required></textarea>
<p class="tools"><button>${words.saveNote}</button></p></form></details>`;
}
