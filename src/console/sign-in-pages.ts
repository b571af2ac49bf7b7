// The pages of whoever is not signed in (yet, or any more), and every refusal.
import { type Hole, type Html, html } from '#src/html.ts';
import { paths } from './paths.ts';
import type { SampleAgent } from './sample-agents.ts';
import { frame, languageSwitch } from './screen.ts';
import type { Words } from './words/words.ts';

export function signInPage(words: Words, samples: readonly SampleAgent[] | null): Html {
  return small(words, {
    title: words.signInTitle,
    isDev: samples !== null,
    body:
      samples === null
        ? html`<p>${words.signInText}</p><p><a class="button primary" href="${paths.begin}">${words.signInButton}</a></p>`
        : html`<p>${words.signInAsText}</p><form method="post" action="${paths.signInAs}"><ul class="samples">${samples.map(({ key, name, role }) => html`<li><button name="who" value="${key}"><b>${name}</b> <small>${words.roles[role]}</small></button></li>`)}</ul></form>`,
  });
}

/** Answers the sign-in with a page of our own: the browser then asks for the console from here, and sends the Strict cookie. */
export const signedInPage = (words: Words, isDev: boolean): Html =>
  small(words, {
    title: words.signedInTitle,
    isDev,
    head: html`<meta http-equiv="refresh" content="${`0; url=${paths.home}`}">`,
    body: html`<p>${words.signedInText}</p><p><a class="button primary" href="${paths.home}">${words.signedInLink}</a></p>`,
  });

export const signedOutPage = (words: Words, providerUrl: string | null, isDev: boolean): Html =>
  small(words, {
    title: words.signedOutTitle,
    isDev,
    body: html`<p>${words.signedOutText}</p>${providerUrl !== null && html`<p><a class="button" href="${providerUrl}">${words.signedOutProvider}</a></p>`}<p><a class="button" href="${paths.signIn}">${words.signIn}</a></p>`,
  });

export const closedPage = (words: Words, missing: readonly string[]): Html =>
  small(words, {
    title: words.closedTitle,
    body: html`<p>${words.closedText}</p>${missing.length > 0 && html`<p>${words.closedMissing}</p><ul>${missing.map((name) => html`<li><code>${name}</code></li>`)}</ul>`}`,
  });

export const refusalPage = (words: Words, { title, text, link }: { title: string; text: string; link?: Hole }): Html =>
  small(words, {
    title,
    body: html`<p>${text}</p><p>${link ?? html`<a class="button" href="${paths.home}">${words.title}</a>`}</p>`,
  });

export const toSignIn = (words: Words): Html => html`<a class="button" href="${paths.signIn}">${words.signIn}</a>`;

function small(
  words: Words,
  { title, body, isDev = false, head }: { title: string; body: Html; isDev?: boolean; head?: Html },
): Html {
  return frame({
    words,
    title: `${title} · ${words.title}`,
    isDev,
    ...(head === undefined ? {} : { head }),
    body: html`<main id="main" class="small-page" tabindex="-1"><p class="logo">${words.product}</p><h1>${title}</h1>${body}${languageSwitch(words)}</main>`,
  });
}
