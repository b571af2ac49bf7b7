// The list of cases: why, who, by which channel, how long, and what happens next, all in words.
import type { AgentRole } from '#src/config.ts';
import type { CaseSummary, QueueView } from '#src/conversation/desk-port.ts';
import { type Html, html } from '#src/html.ts';
import { routes } from './access.ts';
import { icons } from './icons.ts';
import { workUrl } from './paths.ts';
import { hidden, moment, type Screen } from './screen.ts';
import { labelOf, spanOf, type Words } from './words/words.ts';

export const queueViews = ['queue', 'mine', 'waiting', 'all', 'closed'] as const satisfies readonly QueueView[];

/** What a role has anything to see in. */
export function viewsFor(role: AgentRole): readonly QueueView[] {
  if (role === 'supervisor') return queueViews;
  return role === 'auditor' ? ['queue', 'all', 'closed'] : ['queue', 'mine', 'waiting', 'closed'];
}

export interface CaseList {
  view: QueueView;
  cases: readonly CaseSummary[];
  counts: Record<QueueView, number>;
  chosenId: string | null;
}

export function caseList(screen: Screen, { view, cases, counts, chosenId }: CaseList): Html {
  const { words, now } = screen;
  return html`<section class="list" aria-labelledby="list-title">
<h2 id="list-title" class="unseen">${words.cases}: ${words.views[view]}</h2>
<nav class="views" id="views" aria-label="${words.cases}"><ul>${viewsFor(screen.agent.role).map(
    (one) =>
      html`<li><a id="view-${one}" href="${workUrl({ view: one })}" data-soft${one === view && html` aria-current="true"`}>${words.views[one]} <b class="count">${counts[one]}</b></a></li>`,
  )}</ul></nav>
<div class="list-tools"><button type="button" id="pause" class="plain" aria-pressed="false" hidden>${words.pause}</button><button type="button" id="fresh" hidden></button></div>
<form method="post" action="${routes.find.path}" class="find" role="search">${hidden(screen)}<input type="hidden" name="view" value="${view}"><label for="find">${words.findCase}</label> <input id="find" name="text" maxlength="60" autocomplete="off" spellcheck="false" required> <button>${words.findButton}</button></form>
<ul id="cases" class="cases" data-list data-key="${view}" data-waiting="${counts.queue}" data-news="${words.inQueue}: ${counts.queue}">
${cases.map((one) => row(screen, one, view, one.caseId === chosenId))}
${cases.length === 0 && html`<li id="no-cases" class="empty">${words.empty[view]}</li>`}
${cases.length > 0 && cases.length < counts[view] && html`<li id="more-cases" class="empty">${words.firstOf(cases.length, counts[view])}</li>`}
</ul>
<p id="checked" class="checked">${words.checkedAt} ${clock(now, screen)}</p>
</section>`;
}

const clock = (at: Date, { timeZone, words }: Screen): Html =>
  html`<time datetime="${at.toISOString()}">${new Intl.DateTimeFormat(words.code === 'id' ? 'id-ID' : 'en-GB', { timeZone, timeStyle: 'medium' }).format(at)}</time>`;

function row(screen: Screen, one: CaseSummary, view: QueueView, isChosen: boolean): Html {
  const { words } = screen;
  return html`<li id="case-${one.caseId}"><a id="row-${one.caseId}" class="row${one.priority > 0 && ' pressing'}" href="${workUrl({ view, caseId: one.caseId })}" data-soft${isChosen && html` aria-current="true"`}>
<span class="line"><b class="name">${one.name ?? words.unknownPerson}</b> ${one.unread > 0 && html`<span class="unread">${one.unread} ${words.unread}</span>`}</span>
<span class="line"><span class="reason">${labelOf(words.reasons, one.reason)}</span> ${channel(one, words)}</span>
<span class="last">${one.lastLine ?? words.noLine}</span>
<span class="line small"><span>${words.states[one.state]}${one.assignee !== null && ` · ${one.assignee.name}`}</span> <span>${waiting(one, words)}</span></span>
<span class="line small"><span>${due(one, screen)}</span> <span>${one.priority > 0 && html`${words.priority}: ${labelOf(words.priorities, '1')}`}</span></span>
</a></li>`;
}

export const channel = (one: CaseSummary, words: Words): Html =>
  one.channel === null
    ? html`<span class="channel">${icons.phone} ${words.channels.call}</span>`
    : html`<span class="channel">${icons[one.channel]} ${words.channels[one.channel]}</span>`;

const isTakenByNobody: ReadonlySet<CaseSummary['state']> = new Set<CaseSummary['state']>([
  'queued',
  'review',
  'offered',
  'offline',
]);

function waiting({ state, waitedSeconds }: CaseSummary, words: Words): string {
  const isWaiting = isTakenByNobody.has(state);
  return `${isWaiting ? words.waiting : words.waited} ${spanOf(waitedSeconds, words)}`;
}

/** The service level in words: colour alone would say nothing to many. */
function due({ dueAt, closedAt, endReason }: CaseSummary, screen: Screen): Html {
  const { words, now } = screen;
  if (closedAt !== null) {
    return html`${endReason !== null && labelOf(words.endReasons, endReason)} ${moment(closedAt, screen)}`;
  }
  const seconds = (dueAt.getTime() - now.getTime()) / 1000;
  return seconds < 0
    ? html`<b class="late">${words.dueOver} ${spanOf(seconds, words)}</b>`
    : html`${words.dueIn} ${spanOf(seconds, words)}`;
}
