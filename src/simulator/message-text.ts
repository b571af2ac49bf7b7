// How a phone shows what it was sent: WhatsApp's *bold*, addresses of pages as links, codes that can be typed by a tap.
import { type Hole, type Html, html } from '#src/html.ts';

const bold = /(?<![\p{L}\p{N}*])\*([^\s*]|[^\s*][^*\n]*[^\s*])\*(?![\p{L}\p{N}*])/u;
const link = /(https?:\/\/[^\s<>"*]+[^\s<>"*.,;:!?)])/;
const code = /(?<![\d+])(\d{6})(?!\d)/;

/** Bold and links, as WhatsApp shows them. */
export function whatsappText(text: string): Html {
  const holes = split(text, bold, (inner) => html`<strong>${withLinks(inner)}</strong>`, withLinks);
  return html`${holes}`;
}

/** Links, as SMS shows them. */
export const plainText = (text: string): Html => withLinks(text);

/** @param show  for what stands around the codes */
export function withCodes(text: string, show: (text: string) => Html): Html {
  const button = (digits: string) =>
    html`<button type="button" class="code" data-fill="${digits}" title="Ketikkan ke percakapan · Type it into the chat">${digits}</button>`;
  return html`${split(text, code, button, show)}`;
}

function withLinks(text: string): Html {
  const anchor = (url: string) => html`<a href="${url}" target="_blank" rel="noreferrer">${url}</a>`;
  return html`${split(text, link, anchor, (plain) => html`${plain}`)}`;
}

/** @param pattern  with one group: what `found` shows; `between` shows the rest */
function split(text: string, pattern: RegExp, found: (inner: string) => Html, between: (rest: string) => Html): Hole[] {
  return text.split(pattern).map((part, index) => (index % 2 === 1 ? found(part) : part === '' ? '' : between(part)));
}
