// What was said and done in a case, oldest first, every line with its author and its time.
import type { BotStep, CaseView, TimelineEntry } from '#src/conversation/desk-port.ts';
import { type Hole, type Html, html } from '#src/html.ts';
import { may } from './access.ts';
import { commandUrl } from './paths.ts';
import { dayOf, hidden, moment, once, type Screen } from './screen.ts';
import { labelOf, type Words } from './words/words.ts';

export function timeline(screen: Screen, view: CaseView): Html {
  const { words } = screen;
  let lastDay = '';
  const lines = view.timeline.map((entry) => {
    const day = dayOf(entry.at, screen);
    const divider =
      day !== lastDay && html`<li id="day-${entry.at.toISOString().slice(0, 13)}" class="divider">${day}</li>`;
    lastDay = day;
    return html`${divider}${line(screen, view, entry)}`;
  });
  return html`<div class="scroll" id="scroll" role="log" aria-label="${words.transcript}" tabindex="0">
${botPart(screen, view)}
<ol id="log" class="log" data-key="${view.caseId}">${lines}</ol></div>`;
}

function botPart(screen: Screen, { botSteps }: CaseView): Html {
  const { words } = screen;
  if (botSteps === null) return html`<p class="remark">${words.botPartLost}</p>`;
  if (botSteps.length === 0) return html``;
  return html`<details class="before" id="before" open><summary>${words.botPart}</summary><ol>${botSteps.map((step) => botStep(screen, step))}</ol></details>`;
}

const botStep = (screen: Screen, { at, prompt, answer, text }: BotStep): Html =>
  html`<li>${moment(at, screen)} ${screen.words.botAsked} ${labelOf(screen.words.steps, prompt)}; ${screen.words.participant.toLowerCase()} ${labelOf(screen.words.answers, answer)}${text !== null && html`: <q>${text}</q>`}</li>`;

function line(screen: Screen, view: CaseView, entry: TimelineEntry): Html {
  const { words } = screen;
  switch (entry.entry) {
    case 'participant':
      return bubble(`m-${entry.messageId}`, 'participant', words.participant, moment(entry.at, screen), [
        said(entry.text),
        media(screen, view, entry),
      ]);
    case 'agent':
      return bubble(`m-${entry.messageId}`, 'agent', `${words.agent} ${entry.alias}`, moment(entry.at, screen), [
        said(entry.isTemplate ? words.templateText : entry.text),
        html`<span class="delivery ${entry.delivery}">${words.deliveries[entry.delivery]}</span>`,
      ]);
    case 'note':
      return bubble(`m-${entry.messageId}`, 'note', `${words.note} · ${entry.author}`, moment(entry.at, screen), [
        said(entry.text),
      ]);
    case 'bot':
      return html`<li id="b-${entry.at.getTime()}-${entry.prompt}" class="divider">${words.bot} ${labelOf(words.steps, entry.prompt)}${entry.triesLeft !== null && `, ${words.triesLeft} ${entry.triesLeft}`} · ${moment(entry.at, screen)}</li>`;
    case 'event':
      return html`<li id="e-${entry.position}" class="divider"><b>${labelOf(words.events, entry.event)}</b> · ${labelOf(words.actors, entry.by)}${detail(entry.details, words)} · ${moment(entry.at, screen)}</li>`;
  }
}

const bubble = (id: string, kind: string, author: string, at: Html, body: Hole): Html =>
  html`<li id="${id}" class="bubble ${kind}"><p class="by"><b>${author}</b> ${at}</p>${body}</li>`;

const said = (text: string): Html | null => (text === '' ? null : html`<p class="said">${text}</p>`);

/** Of what an event carries, what a reader can use. */
function detail(details: Record<string, unknown>, words: Words): string {
  const tables: Record<string, Record<string, string>> = {
    reason: words.reasons,
    step: { ...words.steps, ...words.returnSteps },
    code: words.dispositions,
    field: words.fields,
  };
  const shown = Object.entries(tables).flatMap(([name, labels]) => {
    const value = details[name];
    return typeof value === 'string' && value !== '' ? [labelOf(labels, value)] : [];
  });
  return shown.length === 0 ? '' : ` · ${shown.join(', ')}`;
}

type Said = Extract<TimelineEntry, { entry: 'participant' }>;

/** Media are named and never loaded by the page: they come for a reason, and as a file to save. */
function media(screen: Screen, view: CaseView, entry: Said): Hole {
  const { words, agent } = screen;
  if (entry.kind === 'location') return html`<p class="media">${words.kinds.location}</p>`;
  const canOpen = may(agent.role, 'media') && (!entry.hidden || agent.role === 'supervisor');
  return entry.media.map(
    (
      { kind, contentType },
      index,
    ) => html`<div class="media"><p>${labelOf(words.kinds, kind)} <small>${contentType}</small></p>
${entry.hidden && html`<p>${words.mediaHidden}</p>`}
${
  canOpen &&
  html`<details id="media-${entry.messageId}-${index}"><summary>${words.openMedia}</summary><form method="post" action="${commandUrl(view.caseId, 'media')}" data-plain>${hidden(screen)}${once(view.version)}
<input type="hidden" name="messageId" value="${entry.messageId}"><input type="hidden" name="index" value="${index}">
<p class="field"><label>${words.mediaReason} <input name="reason" required maxlength="200" autocomplete="off"></label></p><button>${words.openMedia}</button></form></details>`
}</div>`,
  );
}
