// What every page of the console has in common: who looks, in which language, and the frame around what they came for.
import { randomUUID } from 'node:crypto';
import type { Agent } from '#src/conversation/desk-port.ts';
import { type Hole, type Html, html } from '#src/html.ts';
import { may, type RouteName, routes } from './access.ts';
import { icons } from './icons.ts';
import { paths } from './paths.ts';
import type { Words } from './words/words.ts';

/** One request of somebody who is signed in. */
export interface Screen {
  words: Words;
  agent: Agent;
  formToken: string;
  now: Date;
  timeZone: string;
  isDev: boolean;
}

/** What the last act came to. */
export interface Outcome {
  text: string;
  isRefusal: boolean;
}

const pages = ['work', 'startPage', 'board', 'audit', 'admin'] as const satisfies readonly RouteName[];
const nameOf = { work: 'work', startPage: 'start', board: 'board', audit: 'audit', admin: 'admin' } as const;
export type PageName = (typeof pages)[number];

export const firstPageFor = (agent: Agent): string => {
  const page = pages.find((name) => may(agent.role, name));
  return page === undefined ? paths.signIn : routes[page].path;
};

/** @param news  what waits: goes before the title, so that a tab in the background shows it */
export function page(
  screen: Screen,
  { current, main, outcome, news = 0 }: { current: PageName; main: Html; outcome: Outcome | null; news?: number },
): Html {
  const { words } = screen;
  const title = `${words.pages[nameOf[current]]} · ${words.title}`;
  return frame({
    words,
    title: news > 0 ? `(${news}) ${title}` : title,
    isDev: screen.isDev,
    body: html`${bar(screen, current)}
<p id="offline" class="alarm" role="alert" hidden>${words.offline}</p>
<div id="ending" class="alarm" role="alert" hidden><span>${words.sessionEnding}</span> <form method="post" action="${routes.stay.path}" data-quiet>${hidden(screen)}<button id="stay">${words.stay}</button></form></div>
<p id="ended" class="alarm" role="alert" hidden>${words.sessionEnded} <a href="${paths.signIn}">${words.signIn}</a></p>
<p id="status" class="status${outcome?.isRefusal && ' refusal'}" role="status" data-on-act>${outcome?.text}</p>
<main id="main" tabindex="-1">${main}</main>
<template id="texts" data-online="${words.online}" data-fresh="${words.fresh}" data-paused="${words.paused}" data-pause="${words.pause}" data-resume="${words.resume}" data-hours="${words.units.hours}" data-minutes="${words.units.minutes}" data-presence="${routes.presence.path}" data-events="${routes.events.path}" data-token="${screen.formToken}"></template>
<script type="module" src="/console/console.js"></script>`,
  });
}

/** The document around everything, signed in or not. */
export function frame({
  words,
  title,
  body,
  isDev,
  head,
}: {
  words: Words;
  title: string;
  body: Html;
  isDev: boolean;
  head?: Html;
}): Html {
  return html`<!doctype html>
<html lang="${words.code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/console/icon.svg">
<link rel="stylesheet" href="/console/console.css">
${head}
</head>
<body>
<a class="skip" href="#main">${words.skip}</a>
${isDev && html`<aside class="dev" aria-label="${words.devLabel}">${words.devBanner}</aside>`}
${body}
</body>
</html>
`;
}

function bar(screen: Screen, current: PageName): Html {
  const { words, agent } = screen;
  const open = pages.filter((name) => may(agent.role, name));
  return html`<header class="bar">
<p class="logo"><span aria-hidden="true">${icons.shield}</span> ${words.title}</p>
<nav aria-label="${words.mainMenu}"><ul>${open.map((name) => html`<li><a href="${routes[name].path}"${name === current && html` aria-current="page"`}>${words.pages[nameOf[name]]}</a></li>`)}</ul></nav>
<details class="me"><summary><span class="who">${agent.name}</span> <small>${words.roles[agent.role]}${may(agent.role, 'availability') && ` · ${words.availabilities[agent.availability]}`}</small></summary>
<div class="menu">
${may(agent.role, 'availability') && availability(screen)}
<details class="help"><summary>${words.help}</summary><p>${words.helpText}</p></details>
${languageSwitch(words)}
<form method="post" action="${routes.signOut.path}" data-plain>${hidden(screen)}<button class="plain">${words.signOut}</button></form>
</div></details>
</header>`;
}

function availability(screen: Screen): Html {
  const { words, agent } = screen;
  const choices = ['available', 'break', 'call'] as const;
  return html`<form method="post" action="${routes.availability.path}">${hidden(screen)}
<fieldset><legend>${words.availability}</legend>
${choices.map((choice) => html`<label><input type="radio" name="availability" value="${choice}"${choice === agent.availability && html` checked`}> ${words.availabilities[choice]}</label>`)}</fieldset>
${agent.open > 0 && html`<p class="hint">${words.breakHasCases}</p>`}
<button>${words.save}</button></form>`;
}

export const languageSwitch = (words: Words): Html =>
  html`<form method="post" action="${paths.language}" data-plain><button class="plain" name="language" value="${words.code === 'id' ? 'en' : 'id'}" lang="${words.code === 'id' ? 'en' : 'id'}">${words.otherLanguage}</button></form>`;

/** The token that makes a form ours. */
export const hidden = (screen: Screen): Html => html`<input type="hidden" name="csrf" value="${screen.formToken}">`;

/** What every command bears besides: once, and on which version. */
export const once = (version: number): Html =>
  html`<input type="hidden" name="version" value="${version}"><input type="hidden" name="key" value="${randomUUID()}">`;

/** A moment where the agents live: the time, with its date where that is another day. */
export function moment(at: Date, { timeZone, words, now }: Screen): Html {
  const locale = words.code === 'id' ? 'id-ID' : 'en-GB';
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const isToday = day.format(at) === day.format(now);
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    ...(isToday ? {} : { day: 'numeric', month: 'short' }),
  });
  return html`<time datetime="${at.toISOString()}">${format.format(at)}</time>`;
}

export function dayOf(at: Date, { timeZone, words }: Screen): string {
  return new Intl.DateTimeFormat(words.code === 'id' ? 'id-ID' : 'en-GB', {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  }).format(at);
}

export const field = (label: string, control: Hole, more: Hole = null): Html =>
  html`<p class="field"><label>${label} ${control}</label>${more}</p>`;
