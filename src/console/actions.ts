// What somebody may do with a case as it is now: one form each; what cannot be taken back is looked at once more.
import { canBeAccepted, canBeClaimed } from '#machines/case.machine.ts';
import { Resumable } from '#machines/events.ts';
import type { Agent, CaseSummary, CaseView, QueueView } from '#src/conversation/desk-port.ts';
import { type Hole, type Html, html } from '#src/html.ts';
import { may } from './access.ts';
import { type Ask, commandUrl, workUrl } from './paths.ts';
import { field, hidden, moment, once, type Screen } from './screen.ts';
import { labelOf } from './words/words.ts';

export interface Acting {
  view: QueueView;
  colleagues: readonly Agent[];
  ask: Ask | null;
  /** the step that is being looked at, and what the participant would get */
  preview: { wanted: Resumable; step: Resumable; text: string } | null;
  /** the reported change that is being looked at */
  changeId: string | null;
}

/** Of any case that is shown, also one that is known by its row alone. */
export function actions(screen: Screen, one: CaseSummary, acting: Acting): Html {
  const { words, agent } = screen;
  // What is offered to somebody stands in their queue; a supervisor sees the others' elsewhere.
  const isOffered =
    may(agent.role, 'accept') && canBeAccepted(one.state) && (agent.role !== 'supervisor' || acting.view === 'queue');
  return html`<div class="actions" id="actions" role="group" aria-label="${words.actions}">
${may(agent.role, 'claim') && canBeClaimed(one.state) && button(screen, one, acting, 'claim', words.claim, 'primary')}
${isOffered && [button(screen, one, acting, 'accept', words.accept, 'primary'), button(screen, one, acting, 'decline', words.decline)]}
</div>`;
}

/** Of a case that is open to the reader. */
export function held(screen: Screen, one: CaseView, acting: Acting): Html {
  const { words, agent } = screen;
  const isMine = one.assignee?.agentId === agent.agentId;
  const mine = (...states: CaseView['state'][]) => isMine && states.includes(one.state);
  const canTransfer = one.state === 'connected' || one.state === 'parked';
  return html`${mine('wrapUp') && wrapUp(screen, one, acting)}
<div class="actions" id="held-actions" role="group" aria-label="${words.actions}">
${mine('assisted') && button(screen, one, acting, 'take-back', words.takeBack, 'primary')}
${mine('parked') && button(screen, one, acting, 'take-back', words.resumeCase, 'primary')}
${mine('connected') && panel('return-panel', words.returnToBot, returnSteps(screen, one, acting), acting.ask === 'return')}
${canTransfer && (isMine || agent.role === 'supervisor') && panel('transfer-panel', words.transfer, transfer(screen, one, acting))}
${mine('connected') && panel('park-panel', words.park, park(screen, one, acting))}
${mine('connected') && button(screen, one, acting, 'resolve', words.resolve)}
${may(agent.role, 'takeOver') && one.closedAt === null && panel('supervisor-panel', words.supervisor, supervisor(screen, one, acting, isMine))}
</div>
${exceptions(screen, one, acting)}
${acting.ask === 'restore' && may(agent.role, 'restore') && restoreReview(screen, one, acting)}
${(acting.ask === 'propose' || acting.ask === 'approve') && exceptionReview(screen, one, acting, acting.ask)}
${acting.ask === 'template' && isMine && one.canSendTemplate && review(screen, one, acting, 'template', words.sendTemplate, html`<p>${words.templateReview}</p>`)}`;
}

/** A form of one case: where it goes back to, and on which version it acts. */
const caseForm = (screen: Screen, one: CaseSummary, { view }: Pick<Acting, 'view'>, name: string, body: Hole): Html =>
  html`<form method="post" action="${commandUrl(one.caseId, name)}">${hidden(screen)}${once(one.version)}<input type="hidden" name="view" value="${view}">${body}</form>`;

const button = (screen: Screen, one: CaseSummary, acting: Acting, name: string, label: string, look = ''): Html =>
  caseForm(screen, one, acting, name, html`<button id="do-${name}" class="${look}">${label}</button>`);

const panel = (id: string, label: string, body: Hole, isOpen = false): Html =>
  html`<details class="panel" id="${id}" name="act"${isOpen && html` open`}><summary>${label}</summary><div class="panel-body">${body}</div></details>`;

/** @param fields  of the form that confirms it */
function review(
  screen: Screen,
  one: CaseView,
  acting: Acting,
  name: string,
  label: string,
  body: Hole,
  fields: Hole = null,
): Html {
  const { words } = screen;
  return html`<section class="review" id="review" aria-labelledby="review-title"><h3 id="review-title" tabindex="-1" autofocus>${label}</h3>${body}<p class="hint">${words.reviewText}</p>
<div class="tools">${caseForm(screen, one, acting, name, html`${fields}<button class="primary" id="confirm">${words.confirm}</button>`)}
<a class="button" data-soft href="${workUrl({ view: acting.view, caseId: one.caseId })}">${words.cancel}</a></div></section>`;
}

function returnSteps(screen: Screen, one: CaseView, acting: Acting): Html {
  const { words } = screen;
  const { preview, view } = acting;
  if (preview !== null) return previewed(screen, one, acting, preview);
  return html`<form method="get" action="/console/work" data-soft>
<input type="hidden" name="view" value="${view}"><input type="hidden" name="case" value="${one.caseId}"><input type="hidden" name="ask" value="return">
<fieldset><legend>${words.returnStep}</legend>${Resumable.options.map((step, index) => html`<label><input type="radio" name="step" value="${step}"${index === 0 && html` checked`}> ${words.returnSteps[step]}</label>`)}</fieldset>
<p class="tools"><button id="preview">${words.preview}</button></p></form>`;
}

function previewed(screen: Screen, one: CaseView, acting: Acting, preview: NonNullable<Acting['preview']>): Html {
  const { words } = screen;
  const step = html`<input type="hidden" name="step" value="${preview.wanted}">`;
  return html`<section class="review" id="review" aria-labelledby="review-title">
<h3 id="review-title" tabindex="-1" autofocus>${words.previewText}</h3>
<blockquote id="preview-text">${preview.text}</blockquote>
${preview.step !== preview.wanted && html`<p class="late" id="degraded">${words.previewDegraded}</p>`}
<p class="hint">${words.reviewText}</p>
<div class="tools">${caseForm(screen, one, acting, 'return', html`${step}<button class="primary" id="confirm-return">${words.returnConfirm}</button>`)}
${caseForm(screen, one, acting, 'run-step', html`${step}<button id="confirm-run">${words.runStep}</button>`)}
<a class="button" data-soft href="${workUrl({ view: acting.view, caseId: one.caseId, ask: 'return' })}">${words.otherStep}</a></div></section>`;
}

function transfer(screen: Screen, one: CaseView, acting: Acting): Html {
  const { words } = screen;
  return caseForm(
    screen,
    one,
    acting,
    'transfer',
    html`${colleagues(screen, acting, words.transferTo, html`<option value="">${words.toTeam}</option>${otherTeams(screen, acting).map((team) => html`<option value="${`team:${team}`}">${words.toOtherTeam} ${team}</option>`)}`)}
${reason(words.reason)}<p class="tools"><button>${words.transfer}</button></p>`,
  );
}

const otherTeams = ({ agent }: Screen, { colleagues: all }: Acting): string[] =>
  [...new Set(all.filter(({ disabled }) => !disabled).map(({ team }) => team))]
    .filter((team) => team !== agent.team)
    .sort();

function colleagues({ words, agent }: Screen, acting: Acting, label: string, first: Hole): Html {
  const others = acting.colleagues.filter((one) => one.agentId !== agent.agentId && !one.disabled);
  return field(
    label,
    html`<select name="to">${first}${others.map((one) => html`<option value="${one.agentId}">${one.name} (${words.availabilities[one.availability]}, ${one.open})</option>`)}</select>`,
  );
}

const reason = (label: string): Html =>
  field(label, html`<input name="reason" required minlength="3" maxlength="200" autocomplete="off">`);

const parkMinutes = [30, 120, 480, 1440];

function park(screen: Screen, one: CaseView, acting: Acting): Html {
  const { words } = screen;
  const lengths = parkMinutes.map((minutes) => {
    const length = minutes < 60 ? `${minutes} ${words.minutes}` : `${minutes / 60} ${words.hours}`;
    return html`<option value="${minutes}">${length}</option>`;
  });
  return caseForm(
    screen,
    one,
    acting,
    'park',
    html`${field(words.parkFor, html`<select name="minutes"><option value="">${words.parkUntilReply}</option>${lengths}</select>`)}
<p class="field"><label><input type="checkbox" name="tell" value="yes" checked> ${words.parkTell}</label></p><p class="tools"><button>${words.park}</button></p>`,
  );
}

function wrapUp(screen: Screen, one: CaseView, acting: Acting): Html {
  const { words } = screen;
  return html`<section class="review" id="wrap-up" aria-labelledby="wrap-title"><h3 id="wrap-title">${words.wrapUp}</h3><p>${words.wrapUpText}</p>
${caseForm(
  screen,
  one,
  acting,
  'dispose',
  html`<fieldset><legend>${words.disposition}</legend>${Object.entries(words.dispositions).map(([code, label], index) => html`<label><input type="radio" name="code" value="${code}" required${index === 0 && html` autofocus`}> ${label}</label>`)}</fieldset>
${field(words.dispositionNote, html`<input name="text" maxlength="500" autocomplete="off">`)}<p class="tools"><button class="primary">${words.dispose}</button></p>`,
)}</section>`;
}

/** Nothing is typed but the reason: what comes back is what was there. */
function restoreReview(screen: Screen, one: CaseView, acting: Acting): Hole {
  const { words } = screen;
  const change = one.reported.find(({ changeId, restoring }) => changeId === acting.changeId && restoring === null);
  if (change === undefined) return null;
  return review(
    screen,
    one,
    acting,
    'restore',
    words.restore,
    html`<p><b>${change.ref}</b> ${words.fields[change.field]}: ${change.now} → <b>${change.before}</b></p><p>${words.restoreText}</p>`,
    html`<input type="hidden" name="changeId" value="${change.changeId}">${reason(words.reason)}`,
  );
}

/** What an old contact point has reported, and how far it has been undone. */
function reported(screen: Screen, one: CaseView, { view }: Acting): Hole {
  const { words } = screen;
  if (one.reported.length === 0) return null;
  return html`<h3>${words.reported}</h3><ul class="changes" id="reported">${one.reported.map(
    ({ changeId, ref, field: name, now, before, restoring }) =>
      html`<li><b>${ref}</b> ${words.fields[name]}: ${now} → ${before} ${restoring === null ? html`<a class="button" data-soft href="${workUrl({ view, caseId: one.caseId, ask: 'restore', changeId })}">${words.restore}</a>` : html`<small>${labelOf(words.restoring, restoring)}</small>`}</li>`,
  )}</ul>`;
}

type Unseen = CaseView['unseen'][number];

/** A senior proposes in their own case; a supervisor who is somebody else approves. */
function exceptionAct({ agent }: Screen, one: CaseView, { exception }: Unseen): 'propose' | 'approve' | null {
  const isMine = one.assignee?.agentId === agent.agentId;
  if (exception === null) return may(agent.role, 'propose') && isMine ? 'propose' : null;
  const isOther = exception.proposedBy.agentId !== agent.agentId;
  return exception.approvedBy === null && may(agent.role, 'approve') && isOther ? 'approve' : null;
}

function exceptions(screen: Screen, one: CaseView, { view }: Acting): Hole {
  const { words } = screen;
  if (one.unseen.length === 0) return null;
  const stands = ({ exception, cancelsAt }: Unseen) => {
    if (exception === null) return html`${words.exceptionNone} ${moment(cancelsAt, screen)}`;
    if (exception.approvedBy !== null) return html`${words.exceptionApprovedBy} ${exception.approvedBy}`;
    return html`${words.exceptionProposedBy} ${exception.proposedBy.name}, ${words.wordUntil} ${moment(exception.expiresAt, screen)}`;
  };
  return html`<section class="review" id="exceptions" aria-labelledby="exceptions-title"><h3 id="exceptions-title">${words.exceptionTitle}</h3><p class="hint">${words.exceptionText}</p>
<ul class="changes">${one.unseen.map((change) => {
    const act = exceptionAct(screen, one, change);
    const { changeId, ref, field: name, value, heldUntil } = change;
    return html`<li><b>${ref}</b> ${words.fields[name]}: ${value}, ${words.notBefore} ${moment(heldUntil, screen)} <small>${stands(change)}</small> ${act !== null && html`<a class="button" data-soft href="${workUrl({ view, caseId: one.caseId, ask: act, changeId })}">${words[act]}</a>`}</li>`;
  })}</ul></section>`;
}

function exceptionReview(screen: Screen, one: CaseView, acting: Acting, ask: 'propose' | 'approve'): Hole {
  const { words } = screen;
  const change = one.unseen.find(({ changeId }) => changeId === acting.changeId);
  if (change === undefined || exceptionAct(screen, one, change) !== ask) return null;
  const fields =
    ask === 'propose'
      ? html`<input type="hidden" name="changeId" value="${change.changeId}">`
      : html`<input type="hidden" name="exceptionId" value="${change.exception?.exceptionId}">`;
  return review(
    screen,
    one,
    acting,
    ask,
    words[ask],
    html`<p><b>${change.ref}</b> ${words.fields[change.field]}: <b>${change.value}</b></p><p>${words.exceptionStays}</p>`,
    html`${fields}${reason(words.reason)}`,
  );
}

function supervisor(screen: Screen, one: CaseView, acting: Acting, isMine: boolean): Html {
  const { words } = screen;
  const form = (name: string, body: Hole) => caseForm(screen, one, acting, name, body);
  const priorities = Object.keys(words.priorities).map(
    (value) =>
      html`<option value="${value}"${Number(value) === one.priority && html` selected`}>${labelOf(words.priorities, value)}</option>`,
  );
  return html`${!isMine && form('take-over', html`<p class="hint">${words.reviewText}</p><p class="tools"><button id="do-take-over">${words.takeOver}</button></p>`)}
${form('assign', html`${colleagues(screen, acting, words.assign, null)}<p class="tools"><button>${words.assign}</button></p>`)}
${form('prioritise', html`${field(words.prioritise, html`<select name="priority">${priorities}</select>`)}<p class="tools"><button>${words.prioritise}</button></p>`)}
${reported(screen, one, acting)}
${one.facts.locked && form('lift-lock', html`${reason(words.reason)}<p class="tools"><button>${words.liftLock}</button></p>`)}
${form('close', html`${reason(words.reason)}<p class="field"><label><input type="checkbox" name="sure" value="yes" required> ${words.closeSure}</label></p><p class="tools"><button>${words.closeCase}</button></p>`)}`;
}
