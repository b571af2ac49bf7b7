// Keeps the console current: signals come by a stream, pages by the tab's own requests, and what differs is patched in.
import { forgetHeld, morph, release, waitingRows } from './patch.js';

const need = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const texts = need('texts').dataset;
const status = need('status');
const show = (/** @type {string} */ id, /** @type {boolean} */ isShown) => {
  need(id).hidden = !isShown;
};

// --- bringing in a newer page ------------------------------------------------------------------------------------------------

let asked = 0;
let shown = 0;
let hasEnded = false;

/**
 * @param {() => Promise<Response>} ask
 * @param {'act' | 'page' | 'list'} what  somebody asked for it; the page by itself; the list of it alone
 * @returns {Promise<Response | null>} null: too late, and asked for again
 */
async function bring(ask, what) {
  const isAct = what === 'act';
  asked += 1;
  const turn = asked;
  const response = await ask();
  const text = await response.text();
  if (response.status === 401) {
    end();
    return response;
  }
  const next = new DOMParser().parseFromString(text, 'text/html');
  if (next.getElementById('texts') === null) {
    if (isAct)
      say(
        `${next.querySelector('h1')?.textContent ?? ''}. ${next.querySelector('main p:not(.logo)')?.textContent ?? ''}`,
        true,
      );
    return response;
  }
  if (isAct) {
    // What was asked for before this answer came is older than it.
    shown = asked;
  } else if (turn <= shown) {
    wanted = 'page';
    return null;
  } else {
    shown = turn;
  }
  if (what === 'list') patchList(next);
  else patch(next, isAct);
  // The case has gone to somebody else while it was looked at.
  if (!isAct && response.status === 403) {
    say(next.getElementById('status')?.textContent ?? '', true);
    history.replaceState(null, '', without(location.href, 'case', 'ask', 'step'));
  }
  return response;
}

/**
 * @param {Document} next
 * @param {boolean} isAct
 */
function patch(next, isAct) {
  const log = document.getElementById('scroll');
  const wasAtEnd = log === null || log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  const focused = document.activeElement?.id;
  const before = waiting(document);
  document.title = next.title;
  const wantsFocus = isAct ? next.querySelector('[autofocus]')?.id : undefined;
  for (const one of next.querySelectorAll('[autofocus]')) one.removeAttribute('autofocus');
  if (isAct) {
    forgetHeld();
    morph(status, /** @type {Element} */ (next.getElementById('status')), true);
  }
  if (isAct || !isPaused()) morph(need('main'), /** @type {Element} */ (next.getElementById('main')), isAct);
  if (isOffline) composerOff(true);
  const scroll = document.getElementById('scroll');
  if (scroll !== null && (wasAtEnd || scroll !== log)) scroll.scrollTop = scroll.scrollHeight;
  if (wantsFocus) {
    document.getElementById(wantsFocus)?.focus();
    document.getElementById('review')?.scrollIntoView({ block: 'nearest' });
  }
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  if (isAct && document.activeElement === document.body)
    (document.getElementById('case-title') ?? need('main')).focus();
  if (!isAct && waiting(document) > before) tellNews();
  ready();
}

/** @param {Document} next */
function patchList(next) {
  const before = waiting(document);
  document.title = next.title;
  for (const id of isPaused() ? [] : ['views', 'cases', 'checked']) {
    const [current, newer] = [document.getElementById(id), next.getElementById(id)];
    if (current !== null && newer !== null) morph(current, newer, false);
  }
  if (waiting(document) > before) tellNews();
  ready();
}

/** How many wait in the queue, as the page says. */
const waiting = (/** @type {Document} */ page) => Number(page.getElementById('cases')?.dataset.waiting ?? 0);

/** What a fresh part of the page needs: an end for what is shown for a while, and the buttons that only work by script. */
function ready() {
  for (const one of document.querySelectorAll('[data-gone-after]')) {
    const seconds = Number(one.getAttribute('data-gone-after'));
    one.removeAttribute('data-gone-after');
    setTimeout(() => one.remove(), seconds * 1000);
  }
  const pause = document.getElementById('pause');
  if (pause !== null) pause.hidden = false;
  const fresh = document.getElementById('fresh');
  const count = waitingRows();
  if (fresh === null) return;
  fresh.hidden = count === 0;
  fresh.textContent = `${count} ${texts.fresh}`;
}

/** What the window of WhatsApp has left, in the words that the server used. */
function countDown() {
  const left = document.querySelector('time[data-until]');
  if (!(left instanceof HTMLTimeElement)) return;
  const minutes = Math.floor((Date.parse(left.dateTime) - Date.now()) / 60_000);
  if (minutes < 1) return void refresh('page');
  const hours = Math.floor(minutes / 60);
  left.textContent = `${hours > 0 ? `${hours} ${texts.hours} ` : ''}${minutes % 60} ${texts.minutes}`;
}

// --- what is said aloud --------------------------------------------------------------------------------------------------------

/**
 * @param {string} text
 * @param {boolean} isRefusal
 */
function say(text, isRefusal = false) {
  status.textContent = text;
  status.classList.toggle('refusal', isRefusal);
}

let saidAt = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;
/** At most one in five seconds: a busy queue must not talk without end. */
function tellNews() {
  clearTimeout(saying);
  const wait = Math.max(0, saidAt + 5_000 - Date.now());
  saying = setTimeout(() => {
    saidAt = Date.now();
    say(document.getElementById('cases')?.dataset.news ?? '');
  }, wait);
}

// --- news from the server ------------------------------------------------------------------------------------------------------

let isBringing = false;
/** @type {'page' | 'list' | null} */
let wanted = null;

/** @param {'page' | 'list'} what  of the work page; others are brought as a whole */
async function refresh(what) {
  wanted = what === 'page' || document.getElementById('cases') === null ? 'page' : (wanted ?? 'list');
  if (isBringing || hasEnded) return;
  isBringing = true;
  try {
    while (wanted !== null) {
      const now = wanted;
      wanted = null;
      await bring(() => fetch(location.href, { headers: { 'x-refresh': now } }), now);
    }
  } catch {
    offline(true);
  } finally {
    isBringing = false;
  }
}

let isOffline = false;

/** @param {boolean} isIt */
function offline(isIt) {
  if (isIt === isOffline) return;
  isOffline = isIt;
  show('offline', isIt);
  composerOff(isIt);
  if (!isIt) {
    say(texts.online ?? '');
    for (const one of document.querySelectorAll('textarea[data-draft]'))
      void keepDraft(/** @type {HTMLTextAreaElement} */ (one));
  }
}

/** Nothing can be sent, everything can be typed. @param {boolean} isIt */
function composerOff(isIt) {
  for (const button of document.querySelectorAll('#composer button, #actions button')) {
    /** @type {HTMLButtonElement} */ (button).disabled = isIt;
  }
}

/** @type {EventSource | undefined} */
let events;
function listen() {
  events = new EventSource(texts.events ?? '');
  events.addEventListener('open', () => offline(false));
  events.addEventListener('changed', ({ data }) => {
    const chosen = new URL(location.href).searchParams.get('case');
    // Without names everything may have changed. A case is read anew only when it has: each reading is in the audit.
    void refresh(data === '' || (chosen !== null && data.split(' ').includes(chosen)) ? 'page' : 'list');
  });
  events.addEventListener('session', ({ data }) => {
    show('ending', Number(data) < 90);
    // Timers of a hidden tab are slowed down to one in a minute; what the server sends is not.
    void beat();
  });
  events.addEventListener('session-end', end);
  events.addEventListener('error', () => {
    if (hasEnded) return;
    offline(true);
    // The browser comes back by itself after a broken connection, but not after an answer that was no stream.
    if (events?.readyState === EventSource.CLOSED) {
      setTimeout(listen, 2_000);
      void refresh('page');
    }
  });
}

function end() {
  hasEnded = true;
  events?.close();
  show('ending', false);
  show('ended', true);
  composerOff(true);
}

let beatAt = 0;
async function beat() {
  if (Date.now() - beatAt < 15_000 || hasEnded) return;
  beatAt = Date.now();
  const body = new URLSearchParams({ csrf: texts.token ?? '' });
  // A beat that is lost is followed by the next.
  await fetch(texts.presence ?? '', { method: 'POST', body }).catch(() => {});
}

// --- drafts ----------------------------------------------------------------------------------------------------------------------

/** @type {WeakMap<HTMLTextAreaElement, ReturnType<typeof setTimeout>>} */
const saving = new WeakMap();
/** @type {WeakMap<HTMLTextAreaElement, string>} */
const saved = new WeakMap();

/** @param {HTMLTextAreaElement} area */
async function keepDraft(area) {
  clearTimeout(saving.get(area));
  const text = area.value;
  if (area.form === null || text === (saved.get(area) ?? area.defaultValue)) return;
  const fields = new FormData(area.form);
  const body = new URLSearchParams({
    csrf: String(fields.get('csrf')),
    version: String(fields.get('version')),
    key: crypto.randomUUID(),
    text,
  });
  const response = await fetch(area.dataset.draft ?? '', { method: 'POST', body, keepalive: true }).catch(() => null);
  if (response?.ok !== true) return;
  saved.set(area, text);
  const state = document.getElementById('draft-state');
  if (state !== null) state.textContent = await response.text();
}

const isDraft = (/** @type {unknown} */ target) =>
  target instanceof HTMLTextAreaElement && target.dataset.draft !== undefined;

document.addEventListener('input', ({ target }) => {
  if (!isDraft(target)) return;
  const area = /** @type {HTMLTextAreaElement} */ (target);
  clearTimeout(saving.get(area));
  saving.set(
    area,
    setTimeout(() => void keepDraft(area), 700),
  );
});
const keepAll = () => {
  for (const area of document.querySelectorAll('textarea[data-draft]'))
    void keepDraft(/** @type {HTMLTextAreaElement} */ (area));
};
addEventListener('pagehide', keepAll);

// --- what a person does ------------------------------------------------------------------------------------------------------------

/**
 * @param {string} url
 * @param {boolean} isNew  whether it becomes a step back for the browser
 */
async function visit(url, isNew) {
  keepAll();
  try {
    const response = await bring(() => fetch(url), 'act');
    if (response !== null && isNew) history.pushState(null, '', clean(url));
  } catch {
    location.assign(url);
  }
}

/** Without what was said once. @param {string} url */
const clean = (url) => without(url, 'done');

/**
 * @param {string} url
 * @param {string[]} names
 */
function without(url, ...names) {
  const place = new URL(url, location.href);
  for (const name of names) place.searchParams.delete(name);
  return place.href;
}

document.addEventListener('click', (event) => {
  const target = /** @type {Element} */ (event.target);
  const link = target.closest('a[data-soft]');
  if (link instanceof HTMLAnchorElement && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    void visit(link.href, true);
    return;
  }
  const insert = target.closest('[data-insert]');
  if (insert !== null) insertCanned(insert.getAttribute('data-insert') ?? '');
  if (target.closest('#fresh') !== null) {
    release(true);
    ready();
    /** @type {HTMLElement | null} */ (document.querySelector('#cases a'))?.focus();
  }
  const pause = target.closest('#pause');
  if (pause !== null) {
    const isOn = !isPaused();
    pause.setAttribute('aria-pressed', String(isOn));
    pause.textContent = (isOn ? texts.resume : texts.pause) ?? '';
    say(isOn ? (texts.paused ?? '') : '');
    document.body.toggleAttribute('data-paused', isOn);
    if (!isOn) void refresh('page');
  }
  const menu = document.querySelector('details.me[open]');
  if (menu !== null && !menu.contains(target)) menu.removeAttribute('open');
});

const isPaused = () => document.body.hasAttribute('data-paused');

document.addEventListener('mouseout', ({ target, relatedTarget }) => {
  const list = /** @type {Element} */ (target).closest('[data-list]');
  if (list === null || list.contains(/** @type {Node | null} */ (relatedTarget))) return;
  setTimeout(() => {
    release(false);
    ready();
  });
});

/** @param {string} text */
function insertCanned(text) {
  const area = /** @type {HTMLTextAreaElement | null} */ (document.getElementById('reply'));
  if (area === null) return;
  area.value = area.value.trim() === '' || area.value === '/' ? text : `${area.value.trimEnd()} ${text}`;
  document.getElementById('canned')?.removeAttribute('open');
  area.focus();
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

document.addEventListener('submit', (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.matches('[data-plain]')) return;
  event.preventDefault();
  const submitter = /** @type {HTMLElement | null} */ (event.submitter);
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) fields.append(name, String(value));
  const action = form.getAttribute('action') ?? '';
  if (form.method === 'get') void visit(`${action}?${fields}`, true);
  else if (form.matches('[data-quiet]')) void stay(action, fields);
  else if (!form.matches('[data-busy]')) void submit(form, action, fields);
});

/**
 * @param {string} action
 * @param {URLSearchParams} body
 */
async function stay(action, body) {
  const response = await fetch(action, { method: 'POST', body }).catch(() => null);
  if (response?.ok === true) show('ending', false);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} action
 * @param {URLSearchParams} body
 */
async function submit(form, action, body) {
  const areas = [...form.querySelectorAll('textarea')];
  const sent = areas.map(({ value }) => value);
  for (const area of areas) clearTimeout(saving.get(area));
  form.setAttribute('data-busy', '');
  form.setAttribute('data-pending', '');
  try {
    const response = await bring(async () => {
      const answer = await fetch(action, { method: 'POST', body });
      form.removeAttribute('data-pending');
      // Taken: what is in the box is a text of yesterday, unless more was typed meanwhile.
      if (answer.redirected) for (const [index, area] of areas.entries()) clear(area, sent[index] ?? '');
      return answer;
    }, 'act');
    if (response?.redirected === true) history.replaceState(null, '', clean(response.url));
  } catch {
    offline(true);
  } finally {
    form.removeAttribute('data-busy');
  }
}

/**
 * @param {HTMLTextAreaElement} area
 * @param {string} sent
 */
function clear(area, sent) {
  const rest = area.value === sent ? '' : area.value;
  area.defaultValue = '';
  area.value = rest;
  saved.set(area, '');
}

document.addEventListener('keydown', (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && target instanceof HTMLTextAreaElement) {
    event.preventDefault();
    target.form?.requestSubmit();
  }
  if (event.key === '/' && target.id === 'reply' && /** @type {HTMLTextAreaElement} */ (target).value === '') {
    event.preventDefault();
    const canned = document.getElementById('canned');
    canned?.setAttribute('open', '');
    /** @type {HTMLElement | null} */ (canned?.querySelector('button, summary') ?? null)?.focus();
  }
  if (event.key === 'Escape') {
    const open = target.closest('details[open]');
    open?.removeAttribute('open');
    /** @type {HTMLElement | null} */ (open?.querySelector('summary') ?? null)?.focus();
  }
  if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && target.closest('#cases') !== null) {
    const rows = [...document.querySelectorAll('#cases a')];
    const row = rows[rows.indexOf(target) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (row instanceof HTMLElement) {
      event.preventDefault();
      row.focus();
    }
  }
});

addEventListener('popstate', () => void visit(location.href, false));
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh('list');
});
// Waiting times grow even when nothing happens.
setInterval(() => {
  if (!document.hidden) void refresh('list');
  countDown();
}, 30_000);
setInterval(() => void beat(), 20_000);

history.replaceState(null, '', clean(location.href));
const log = document.getElementById('scroll');
if (log !== null) log.scrollTop = log.scrollHeight;
ready();
void beat();
listen();
