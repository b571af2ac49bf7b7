// The participant card: masked, with the facts that help, and one field open for half a minute when there is a reason.
import type { CaseView } from '#src/conversation/desk-port.ts';
import { type Hole, type Html, html } from '#src/html.ts';
import { may } from './access.ts';
import { channel } from './case-list.ts';
import { commandUrl, workUrl } from './paths.ts';
import { field, hidden, moment, once, type Screen } from './screen.ts';
import { labelOf } from './words/words.ts';

export const revealFields = ['name', 'email', 'mobileNumber'] as const;
export interface Revealed {
  field: (typeof revealFields)[number];
  value: string | null;
}

export const revealSeconds = 30;

export function card(screen: Screen, one: CaseView, revealed: Revealed | null): Html {
  const { words, agent } = screen;
  const known = one.card;
  const row = (label: string, value: Hole) => html`<dt>${label}</dt><dd>${value}</dd>`;
  const isMine = one.assignee?.agentId === agent.agentId;
  const canReveal = known !== null && may(agent.role, 'reveal') && (isMine || agent.role === 'supervisor');
  return html`<aside class="card" id="card" data-key="${one.caseId}" aria-labelledby="card-title">
<h2 id="card-title">${words.card}</h2>
${
  known === null
    ? html`<p class="hint">${words.notIdentified}</p>`
    : html`<dl>${row(words.name, known.name)}${row(words.email, known.email ?? words.none)}${row(words.mobileNumber, known.mobileNumber ?? words.none)}${row(words.segment, known.segment)}${row(words.membership, known.status)}</dl>`
}
${one.senderEndsWith !== null && html`<p>${channel(one, words)} ${words.senderEndsWith} <b>${one.senderEndsWith}</b></p>`}
${revealed !== null && html`<p class="revealed" id="revealed" role="status" data-once data-gone-after="${revealSeconds}"><b>${words.revealed}</b> ${words[revealed.field]}: <output>${revealed.value ?? words.none}</output></p>`}
${canReveal && reveal(screen, one)}
<h3>${words.facts}</h3>
<dl class="facts">${row(words.codesSent, one.facts.codesSent)}${row(words.codeFailures, one.facts.codeFailures)}${row(words.pinFailures, one.facts.pinFailures)}${row(words.locked, one.facts.locked ? html`<b class="late">${words.yes}</b>` : words.no)}${row(words.assignee, one.assignee?.name ?? words.nobody)}</dl>
${one.nextTimer !== null && html`<p class="hint">${words.next}: ${labelOf(words.timers, one.nextTimer.kind)}, ${moment(one.nextTimer.at, screen)}</p>`}
<h3>${words.changes}</h3>
${
  one.facts.changes.length === 0
    ? html`<p class="hint">${words.noChanges}</p>`
    : html`<ul class="changes">${one.facts.changes.map((change) => html`<li><b>${change.ref}</b> ${words.fields[change.field]}: ${change.value} <small>${labelOf(words.changeStates, change.state)}, ${moment(change.at, screen)}</small></li>`)}</ul>`
}
${one.reopens !== null && html`<p><a data-soft href="${workUrl({ view: 'closed', caseId: one.reopens })}">${words.continues}</a></p>`}
<p class="hint">${words.noContactWrite}</p>
</aside>`;
}

function reveal(screen: Screen, one: CaseView): Html {
  const { words } = screen;
  return html`<details class="reveal" id="reveal"><summary>${words.reveal}</summary>
<form method="post" action="${commandUrl(one.caseId, 'reveal')}">${hidden(screen)}${once(one.version)}
${field(words.revealField, html`<select name="field">${revealFields.map((name) => html`<option value="${name}">${words[name]}</option>`)}</select>`)}
${field(words.revealReason, html`<input name="reason" required minlength="3" maxlength="200" autocomplete="off">`)}
<p class="tools"><button>${words.revealButton}</button></p></form></details>`;
}
