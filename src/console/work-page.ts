// Work: the list, the conversation, the card. Three panes on a wide screen, one at a time on a phone.
import type { CaseSummary, CaseView } from '#src/conversation/desk-port.ts';
import { type Html, html } from '#src/html.ts';
import { type Acting, actions, held } from './actions.ts';
import { card, type Revealed } from './card.ts';
import { type CaseList, caseList, channel } from './case-list.ts';
import { composer, type Writing } from './composer.ts';
import { icons } from './icons.ts';
import { workUrl } from './paths.ts';
import { type Outcome, page, type Screen } from './screen.ts';
import { timeline } from './timeline.ts';
import { labelOf, spanOf } from './words/words.ts';

export interface Work {
  list: CaseList;
  /** null: none is chosen, or it is not theirs to read */
  chosen: CaseView | null;
  /** chosen, and known by its row alone: what was said is read by whoever holds it */
  offered: CaseSummary | null;
  acting: Acting;
  writing: Writing;
  revealed: Revealed | null;
  outcome: Outcome | null;
}

export function workPage(screen: Screen, work: Work): Html {
  const { list, chosen, offered } = work;
  const shown = chosen ?? offered;
  return page(screen, {
    current: 'work',
    outcome: work.outcome,
    news: list.counts.queue,
    main: html`<h1 class="unseen">${screen.words.pages.work}</h1>
<div class="work ${shown === null ? 'no-case' : 'has-case'} ${chosen !== null && 'has-card'}" id="work">
${caseList(screen, list)}
${chosen !== null ? html`${talk(screen, chosen, work)}${card(screen, chosen, work.revealed)}` : offered !== null ? offer(screen, offered, work.acting) : nothing(screen)}
</div>`,
  });
}

const nothing = ({ words }: Screen): Html =>
  html`<section class="talk none" id="talk" data-key="none" aria-labelledby="case-title"><div class="empty-talk"><span aria-hidden="true">${icons.chat}</span><h2 id="case-title" tabindex="-1">${words.nothingChosen}</h2><p>${words.nothingChosenMore}</p></div></section>`;

function head({ words }: Screen, one: CaseSummary, { view }: Acting): Html {
  return html`<header class="talk-head" id="talk-head"><a class="to-list" data-soft href="${workUrl({ view })}">${icons.back} <span>${words.back}</span></a>
<div><h2 id="case-title" tabindex="-1">${one.name ?? words.unknownPerson} <small>${one.ref}</small></h2>
<p class="line"><span class="state ${one.state}">${words.states[one.state]}</span> ${channel(one, words)} <span>${labelOf(words.reasons, one.reason)}; ${words.bot} ${labelOf(words.steps, one.step)}</span></p></div></header>`;
}

const offer = (screen: Screen, one: CaseSummary, acting: Acting): Html =>
  html`<section class="talk" id="talk" data-key="${one.caseId}" aria-labelledby="case-title">
${head(screen, one, acting)}
<div class="empty-talk">${one.lastLine !== null && html`<blockquote>${one.lastLine}</blockquote>`}<p>${screen.words.waitingFor} ${spanOf(one.waitedSeconds, screen.words)}.</p><p>${screen.words.claimToRead}</p></div>
<div class="foot" id="foot">${actions(screen, one, acting)}</div></section>`;

function talk(screen: Screen, one: CaseView, { acting, writing }: Work): Html {
  return html`<section class="talk" id="talk" data-key="${one.caseId}-held" aria-labelledby="case-title">
${head(screen, one, acting)}
${timeline(screen, one)}
<div class="foot" id="foot">${composer(screen, one, writing)}${actions(screen, one, acting)}${held(screen, one, acting)}</div>
</section>`;
}
