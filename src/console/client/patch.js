// Makes the page what a newer one is, touching only what differs: focus, selection, drafts and open parts stay.

/**
 * @param {Element} current
 * @param {Element} next
 * @param {boolean} isAct  whether somebody asked for it; what comes by itself leaves more alone
 */
export function morph(current, next, isAct) {
  if (current.isEqualNode(next)) return;
  if (current.nodeName !== next.nodeName || current.getAttribute('data-key') !== next.getAttribute('data-key')) {
    current.replaceWith(next);
    return;
  }
  if (current.hasAttribute('data-on-act') && !isAct) return;
  // A form whose answer never came keeps its key: sent again, it does nothing twice.
  if (current.matches('form[data-pending]')) return;
  if (current instanceof HTMLTextAreaElement && next instanceof HTMLTextAreaElement) {
    syncAttributes(current, next);
    const isTouched = current.value !== current.defaultValue;
    if (!isTouched && current !== document.activeElement) current.defaultValue = next.defaultValue;
    return;
  }
  syncAttributes(current, next);
  if (current.matches('select, option, fieldset') && current.contains(document.activeElement) && !isAct) return;
  if (current.matches('[data-list]') && !isAct && isHeld(current)) {
    hold(current, next);
    return;
  }
  morphChildren(current, next, isAct);
}

/**
 * @param {Element} current
 * @param {Element} next
 */
function syncAttributes(current, next) {
  // What a reader opened stays open; what the server opens is opened.
  const keeps = current instanceof HTMLDetailsElement ? ['open'] : ['data-busy'];
  for (const { name } of [...current.attributes]) {
    if (!next.hasAttribute(name) && !keeps.includes(name)) current.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (current.getAttribute(name) !== value) current.setAttribute(name, value);
  }
}

/**
 * @param {Element} current
 * @param {Element} next
 * @param {boolean} isAct
 */
function morphChildren(current, next, isAct) {
  const wanted = new Set(Array.from(next.children, ({ id }) => id).filter((id) => id !== ''));
  const known = new Map(Array.from(current.children, (child) => [child.id, child]));
  for (const child of [...current.children]) {
    if (child.id !== '' && !wanted.has(child.id) && !stays(child, isAct)) child.remove();
  }
  let place = current.firstChild;
  const skip = () => {
    while (place instanceof Element && place.id !== '' && !wanted.has(place.id)) place = place.nextSibling;
  };
  for (const newer of [...next.childNodes]) {
    skip();
    const id = newer instanceof Element ? newer.id : '';
    const same = id === '' ? place : (known.get(id) ?? null);
    if (same !== null && same.parentNode === current && isSameKind(same, newer)) {
      if (same === place) place = place.nextSibling;
      else move(current, same, place);
      if (same instanceof Element && newer instanceof Element) morph(same, newer, isAct);
      else if (same.nodeValue !== newer.nodeValue) same.nodeValue = newer.nodeValue;
    } else {
      current.insertBefore(newer, place);
    }
  }
  while (place !== null) {
    const after = place.nextSibling;
    if (!(place instanceof Element && stays(place, isAct))) place.remove();
    place = after;
  }
}

/** What was shown for once, a revealed field or a list of problems, does not go because something else changed. */
const stays = (/** @type {Element} */ child, /** @type {boolean} */ isAct) => !isAct && child.matches('[data-once]');

/**
 * @param {Node} a
 * @param {Node} b
 */
function isSameKind(a, b) {
  const idOf = (/** @type {Node} */ node) => (node instanceof Element ? node.id : '');
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && idOf(a) === idOf(b);
}

/**
 * @param {Element} parent
 * @param {Node} child
 * @param {Node | null} place
 */
function move(parent, child, place) {
  const focused = document.activeElement;
  parent.insertBefore(child, place);
  if (focused instanceof HTMLElement && child.contains(focused)) focused.focus({ preventScroll: true });
}

// --- lists that are being read ---------------------------------------------------------------------------------------------

/** @type {Map<Element, Element>} */
const held = new Map();

/** Nothing moves under a pointer, under the focus, or while somebody has scrolled down. */
const isHeld = (/** @type {Element} */ list) =>
  list.childElementCount > 0 &&
  !list.querySelector('.empty') &&
  (list.scrollTop > 0 || list.matches(':hover') || list.contains(document.activeElement));

/**
 * Rows change in their place; those that are new wait, and those that are gone are marked.
 * @param {Element} list
 * @param {Element} next
 */
function hold(list, next) {
  held.set(list, next);
  const newer = new Map(Array.from(next.children, (row) => [row.id, row]));
  for (const row of [...list.children]) {
    const other = newer.get(row.id);
    row.toggleAttribute('data-gone', other === undefined);
    if (other !== undefined) morph(row, /** @type {Element} */ (other.cloneNode(true)), false);
  }
}

/** How many rows wait. */
export function waitingRows() {
  let count = 0;
  for (const [list, next] of held) {
    const ids = new Set(Array.from(list.children, ({ id }) => id));
    for (const row of next.children) if (!ids.has(row.id) && !row.matches('.empty')) count += 1;
  }
  return count;
}

/** Lets the held lists be what they are by now. @param {boolean} isAsked  also while they are being read */
export function release(isAsked) {
  for (const [list, next] of [...held]) {
    if (!isAsked && isHeld(list)) continue;
    held.delete(list);
    if (isAsked) list.scrollTop = 0;
    morphChildren(list, next, true);
  }
}

/** A newer page has come: what waited before is old. */
export const forgetHeld = () => held.clear();
