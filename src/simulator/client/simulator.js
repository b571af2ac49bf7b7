// Keeps the page current without reloading it. The server renders everything; this brings in what differs.

const composer = /** @type {HTMLTextAreaElement} */ (document.getElementById('composer'));
const offline = /** @type {HTMLElement} */ (document.getElementById('offline'));

// --- bringing in a newer page ------------------------------------------------------------------------------------------

let asked = 0;
let shown = 0;

/** @param {() => Promise<Response>} ask */
async function bring(ask) {
  asked += 1;
  const turn = asked;
  const response = await ask();
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}`);
  // An answer that a later one has overtaken would turn the page back.
  if (turn < shown) return;
  shown = turn;
  const next = new DOMParser().parseFromString(text, 'text/html');
  for (const region of next.querySelectorAll('[data-live]')) patchRegion(region);
}

/** @param {Element} next */
function patchRegion(next) {
  const current = document.getElementById(next.id);
  if (current === null || current.isEqualNode(next)) return;
  const list = current.matches('[data-list]') ? current : current.querySelector('[data-list]');
  const nextList = next.matches('[data-list]') ? next : next.querySelector('[data-list]');
  if (list && nextList && current.getAttribute('data-key') === next.getAttribute('data-key')) {
    patchList(list, nextList);
    return;
  }
  const focused = current.contains(document.activeElement) ? document.activeElement?.id : undefined;
  current.replaceWith(next);
  if (focused) document.getElementById(focused)?.focus();
  if (next.id === 'chat') next.scrollTop = next.scrollHeight;
}

/**
 * Touches only what differs: the rest keeps focus and selection, and is not read out again.
 * @param {Element} list
 * @param {Element} nextList
 */
function patchList(list, nextList) {
  const box = list.closest('.chat');
  const wasAtEnd = box !== null && box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const wanted = new Set(Array.from(nextList.children, (child) => child.id));
  for (const child of [...list.children]) if (!wanted.has(child.id)) child.remove();
  let place = list.firstElementChild;
  let hasOwnNews = false;
  for (const next of [...nextList.children]) {
    const current = document.getElementById(next.id);
    if (current === null) {
      list.insertBefore(next, place);
      hasOwnNews ||= next.matches('.written');
      continue;
    }
    if (current === place) place = place.nextElementSibling;
    else list.insertBefore(current, place);
    // A list that somebody has opened stays open.
    for (const open of current.querySelectorAll('details[open]')) {
      const { id } = /** @type {Element} */ (open.firstElementChild);
      next.querySelector(`#${id}`)?.parentElement?.setAttribute('open', '');
    }
    if (!current.isEqualNode(next)) current.replaceWith(next);
  }
  if (box !== null && (wasAtEnd || hasOwnNews)) box.scrollTop = box.scrollHeight;
}

// --- news from the server --------------------------------------------------------------------------------------------------

let isBringing = false;
let hasNews = false;

async function refresh() {
  hasNews = true;
  if (isBringing) return;
  isBringing = true;
  try {
    while (hasNews) {
      hasNews = false;
      await bring(() => fetch('/simulator'));
    }
  } catch {
    offline.hidden = false;
  } finally {
    isBringing = false;
  }
}

function listen() {
  const events = new EventSource('/simulator/events');
  events.addEventListener('open', () => {
    offline.hidden = true;
  });
  events.addEventListener('changed', () => void refresh());
  events.addEventListener('error', () => {
    offline.hidden = false;
    // The browser comes back by itself after a broken connection, but not after an answer that was no stream.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 2_000);
  });
}

// --- what a person does ----------------------------------------------------------------------------------------------------

document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const submitter = /** @type {HTMLElement | null} */ (event.submitter);
  void submit(form, submitter);
});

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
async function submit(form, submitter) {
  const url = submitter?.getAttribute('formaction') ?? form.getAttribute('action') ?? '';
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) body.append(name, String(value));
  const draft = composer.value;
  const isMessage = url === '/simulator/messages';
  if (isMessage && draft.trim() === '') return;
  if (isMessage) composer.value = '';
  for (const open of form.querySelectorAll('details[open]')) open.removeAttribute('open');
  if (form.contains(composer) || form.matches('.taps')) composer.focus({ preventScroll: true });
  submitter?.setAttribute('aria-busy', 'true');
  try {
    await bring(() => fetch(url, { method: 'POST', body }));
  } catch {
    offline.hidden = false;
    if (isMessage && composer.value === '') composer.value = draft;
  } finally {
    submitter?.removeAttribute('aria-busy');
  }
}

composer.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  composer.form?.requestSubmit();
});

document.addEventListener('click', (event) => {
  const target = /** @type {Element} */ (event.target);
  const fill = target.closest('[data-fill]');
  if (fill === null) return;
  composer.value = fill.getAttribute('data-fill') ?? '';
  composer.focus();
});

document.addEventListener('keydown', (event) => {
  const target = /** @type {Element} */ (event.target);
  if (event.key === 'Escape') {
    const open = target.closest('details[open]');
    open?.removeAttribute('open');
    open?.querySelector('summary')?.focus();
  }
  if (!target.matches('[role=tab]') || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
  const other = target.parentElement?.querySelector('[role=tab][aria-selected=false]');
  if (other instanceof HTMLElement) {
    other.focus();
    other.click();
  }
});

// A wide screen has no keyboard that would cover the page.
if (matchMedia('(min-width: 700px)').matches) composer.focus();
const showEnd = () => {
  const chat = document.getElementById('chat');
  if (chat !== null) chat.scrollTop = chat.scrollHeight;
};
window.addEventListener('resize', showEnd);
showEnd();
listen();
