// The pages beside the work: board, audit, admin.
import type { Agent, AuditLine, CannedReply, Figures } from '#src/conversation/desk-port.ts';
import { type Hole, type Html, html } from '#src/html.ts';
import { may, routes } from './access.ts';
import { field, hidden, moment, type Outcome, page, type Screen } from './screen.ts';
import { labelOf, spanOf, type Words } from './words/words.ts';

// --- board ----------------------------------------------------------------------------------------------------------------

export function boardPage(
  screen: Screen,
  {
    figures,
    agents,
    outcome,
  }: {
    figures: Figures;
    /** null: these are somebody's own figures */
    agents: readonly Agent[] | null;
    outcome: Outcome | null;
  },
): Html {
  const { words } = screen;
  const { day } = figures;
  const { byReason, byStep, revealsByAgent, ...amounts } = day;
  return page(screen, {
    current: 'board',
    outcome,
    news: figures.now.queued,
    main: html`<div class="sheet wide" id="sheet"><h1>${words.boardTitle}</h1>
<h2>${words.nowTitle}</h2><dl class="tiles">${tiles({ ...figures.now, olderThan48h: figures.olderThan48h, olderThan72h: figures.olderThan72h }, screen)}</dl>
<h2>${words.dayTitle}</h2><dl class="tiles">${tiles(amounts, screen)}</dl>
<div class="ways">
${counted(
  words.byReason,
  byReason.map(({ reason, count }) => [labelOf(words.reasons, reason), count]),
  words,
)}
${counted(
  words.byStep,
  byStep.map(({ step, count }) => [labelOf(words.steps, step), count]),
  words,
)}
${counted(
  words.reveals,
  revealsByAgent.map(({ name, count }) => [name, count]),
  words,
)}</div>
${agents !== null && html`<h2>${words.agents}</h2>${agentTable(screen, agents)}`}</div>`,
  });
}

function tiles(amounts: Record<string, number | null>, screen: Screen): Hole {
  return Object.entries(amounts).map(
    ([name, amount]) =>
      html`<div><dt>${labelOf(screen.words.figures, name)}</dt><dd>${amount === null ? '–' : shownAs(name, amount, screen)}</dd></div>`,
  );
}

function shownAs(name: string, amount: number, { words, timeZone, now }: Screen): string {
  if (name.endsWith('Seconds')) return spanOf(amount, words);
  if (name !== 'busiestHour') return `${amount}`;
  const at = new Date(now);
  at.setUTCHours(amount, 0, 0, 0);
  const clock = new Intl.DateTimeFormat('id-ID', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return clock.format(at);
}

const counted = (title: string, rows: (readonly [string, number])[], words: Words): Html =>
  html`<section class="way"><h3>${title}</h3>${rows.length === 0 ? html`<p class="hint">${words.noData}</p>` : html`<ol class="counts">${rows.map(([name, count]) => html`<li><span>${name}</span> <b>${count}</b></li>`)}</ol>`}</section>`;

function agentTable(screen: Screen, agents: readonly Agent[]): Html {
  const { words } = screen;
  if (agents.length === 0) return html`<p class="hint">${words.noData}</p>`;
  return html`<div class="table" role="region" aria-label="${words.agents}" tabindex="0"><table><thead><tr><th scope="col">${words.agentName}</th><th scope="col">${words.role}</th><th scope="col">${words.team}</th><th scope="col">${words.availability}</th><th scope="col">${words.openCases}</th><th scope="col">${words.actions}</th></tr></thead>
<tbody>${agents.map((one) => html`<tr id="agent-${one.agentId}"><th scope="row">${one.name}</th><td>${words.roles[one.role]}</td><td>${teamOf(screen, one)}</td><td>${one.disabled ? words.disabled : words.availabilities[one.availability]}</td><td>${one.open}</td><td class="acts">${agentActs(screen, one)}</td></tr>`)}</tbody></table></div>`;
}

function teamOf(screen: Screen, one: Agent): Hole {
  const { words, agent } = screen;
  if (!may(agent.role, 'setTeam')) return one.team;
  return html`<form method="post" action="${routes.setTeam.path.replace(':agentId', encodeURIComponent(one.agentId))}">${hidden(screen)}<label><span class="unseen">${words.team} ${one.name}</span><input name="team" value="${one.team}" required maxlength="30" pattern="[a-z0-9\\-]{1,30}" autocomplete="off"></label> <button class="plain">${words.save}<span class="unseen"> ${one.name}</span></button></form>`;
}

function agentActs(screen: Screen, one: Agent): Hole {
  const { words, agent } = screen;
  if (one.agentId === agent.agentId) return null;
  const act = (name: 'endSessions' | 'disable', label: string) =>
    may(agent.role, name) &&
    html`<form method="post" action="${routes[name].path.replace(':agentId', encodeURIComponent(one.agentId))}">${hidden(screen)}<button class="plain">${label}<span class="unseen"> ${one.name}</span></button></form>`;
  return [act('endSessions', words.endSessions), !one.disabled && act('disable', words.disable)];
}

// --- audit ----------------------------------------------------------------------------------------------------------------

export function auditPage(
  screen: Screen,
  { lines, before }: { lines: readonly AuditLine[]; before: Date | null },
): Html {
  const { words } = screen;
  const last = lines.at(-1);
  const pairs = (record: Record<string, unknown>) =>
    Object.entries(record)
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => html`<span class="pair">${name}: ${String(value)}</span> `);
  return page(screen, {
    current: 'audit',
    outcome: null,
    main: html`<div class="sheet wide" id="sheet"><h1>${words.auditTitle}</h1>
${
  lines.length === 0
    ? html`<p class="empty">${words.auditEmpty}</p>`
    : html`<div class="table" role="region" aria-label="${words.auditTitle}" tabindex="0"><table><thead><tr><th scope="col">${words.when}</th><th scope="col">${words.what}</th><th scope="col">${words.who}</th><th scope="col">${words.refs}</th><th scope="col">${words.details}</th></tr></thead>
<tbody>${lines.map((line) => html`<tr><td>${moment(line.at, screen)}</td><th scope="row"><code>${line.event}</code></th><td>${line.by}</td><td>${pairs(line.refs)}</td><td>${pairs(line.details)}</td></tr>`)}</tbody></table></div>`
}
<p class="tools">${before !== null && html`<a class="button" href="${routes.audit.path}">${words.newest}</a>`} ${last !== undefined && html`<a class="button" href="${`${routes.audit.path}?before=${last.at.toISOString()}`}">${words.older}</a>`}</p></div>`,
  });
}

// --- admin ----------------------------------------------------------------------------------------------------------------

export function adminPage(
  screen: Screen,
  {
    agents,
    canned,
    typed,
    outcome,
  }: {
    agents: readonly Agent[];
    canned: readonly CannedReply[];
    typed: { key: string; title: string; text: string } | null;
    outcome: Outcome | null;
  },
): Html {
  const { words } = screen;
  return page(screen, {
    current: 'admin',
    outcome,
    main: html`<div class="sheet wide" id="sheet" data-on-act><h1>${words.adminTitle}</h1>
<h2>${words.agents}</h2>${agentTable(screen, agents)}
<h2>${words.canned}</h2>
${canned.length === 0 ? html`<p class="hint">${words.noCanned}</p>` : html`<ul class="changes">${canned.map((one) => html`<li><b>${one.title}</b> <small>${one.key}, ${one.language}, ${words.version} ${one.version}</small><br>${one.text}</li>`)}</ul>`}
<form method="post" action="${routes.canned.path}">${hidden(screen)}
${field(words.cannedKey, html`<input name="key" required pattern="[a-zA-Z0-9\\-]{1,40}" autocomplete="off" value="${typed?.key}">`)}
${field(words.languageLabel, html`<select name="language"><option value="id">Indonesia</option><option value="en" lang="en">English</option></select>`)}
${field(words.cannedTitle, html`<input name="title" required maxlength="80" autocomplete="off" value="${typed?.title}">`)}
${field(words.cannedText, html`<textarea name="text" rows="3" required maxlength="1000" aria-describedby="canned-hint">${typed?.text}</textarea>`, html`<small id="canned-hint">${words.cannedTextHint}</small>`)}
<p class="tools"><button class="primary">${words.save}</button></p></form>
<h2>${words.settingsTitle}</h2><p class="hint">${words.settingsText}</p></div>`,
  });
}
