// The few pictures of the console; each stands beside its words, so none of them is read out.
import { type Html, html } from '#src/html.ts';

const icon = (path: string): Html =>
  html`<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="${path}"/></svg>`;

export const icons = {
  shield: icon('M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6l-7-3ZM9 12l2 2 4-4'),
  whatsapp: icon(
    'M4 20l1.3-4A8 8 0 1 1 8 18.7L4 20ZM9 9c0 3.5 2.5 6 6 6l1-1.5-2-1-1 1c-1-.4-2.1-1.5-2.5-2.5l1-1-1-2L9 9Z',
  ),
  sms: icon('M4 5h16v11H9l-5 4V5ZM8 9h8M8 12h5'),
  phone: icon(
    'M6 3h4l1.5 5L9 9.5a12 12 0 0 0 5.5 5.5L16 12.5l5 1.5v4c0 1.5-1 2.5-2.5 2.5C10.5 20.5 3.5 13.5 3.5 5.5 3.5 4 4.5 3 6 3Z',
  ),
  back: icon('M15 5l-7 7 7 7'),
  chat: icon('M4 5h16v11H9l-5 4V5Z'),
};
