// The PIN page as markup: one form, no script, and nothing that is loaded from elsewhere.
import { pinPageWords } from '#machines/copy/pin-page.ts';
import type { Channel, Language } from '#machines/vocabulary.ts';
import type { NoPage, OpenPage } from '#src/conversation/answer-on-page.ts';
import { type Hole, type Html, html } from '#src/html.ts';

export const stylePath = '/pin/pin-page.css';

export interface Look {
  brand: string;
  pinDigits: number;
}

/** What was said about a PIN. */
export interface Said {
  text: string;
  /** on WhatsApp `*word*` is bold */
  channel: Channel;
}

/**
 * @param attempt  names this very form
 * @param said  about the PIN before; null: this is the first form
 */
export function formPage(page: OpenPage, { attempt, said }: { attempt: string; said: Said | null }, look: Look): Html {
  const words = pinPageWords[page.language];
  const problem =
    said === null
      ? null
      : html`<p class="problem" id="problem" role="alert">${said.text === '' ? words.saidInChat : written(said)}</p>`;
  return layout({
    language: page.language,
    title: said === null ? words.title : `${plain(said)} · ${words.title}`,
    look,
    body: html`${problem}
<p>${words.change(page.field)}</p>
${values(page)}
<form method="post" action="">
<label for="pin">${words.label}</label>
<p class="hint" id="hint">${words.hint(look.pinDigits)}</p>
<input id="pin" name="pin" type="password" inputmode="numeric" autocomplete="off" maxlength="24" required autofocus aria-describedby="${said === null ? 'hint' : 'problem hint'}"${said !== null && html` aria-invalid="true"`}>
<input type="hidden" name="attempt" value="${attempt}">
<button>${words.send}</button>
</form>
<p class="warning">${words.warning}</p>`,
  });
}

/** The step is over, one way or another. */
export function endPage({ language, said }: { language: Language; said: Said }, look: Look): Html {
  const words = pinPageWords[language];
  return layout({
    language,
    title: words.title,
    look,
    body: html`<p class="result" role="status">${said.text === '' ? words.saidInChat : written(said)}</p>
<p>${words.backToChat}</p>`,
  });
}

/** In both languages: whose page it was is not known, or not told. */
export function noPage(why: NoPage | 'unavailable', look: Look): Html {
  const say = (language: Language): Html => {
    const words = pinPageWords[language];
    return html`<div lang="${language}"><p class="result">${words[why]}</p>${why === 'gone' && html`<p>${words.again}</p>`}</div>`;
  };
  return layout({ language: 'id', title: pinPageWords.id.title, look, body: html`${say('id')}${say('en')}` });
}

function values({ language, oldMasked, newMasked }: OpenPage): Html {
  const words = pinPageWords[language];
  return html`<dl><dt>${words.old}</dt><dd>${oldMasked ?? words.none}</dd><dt>${words.new}</dt><dd><strong>${newMasked}</strong></dd></dl>`;
}

function layout({ language, title, look, body }: { language: Language; title: string; look: Look; body: Html }): Html {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="${stylePath}">
</head>
<body>
<main>
<p class="brand">${look.brand}</p>
<h1>${pinPageWords[language].title}</h1>
${body}
</main>
</body>
</html>
`;
}

const bold = /\*([^*\n]+)\*/;

/** The text of a chat as markup: lines, and the bold of WhatsApp. */
function written({ text, channel }: Said): Html {
  const lines = text.split('\n').map((line) => (channel === 'sms' ? line : withBold(line)));
  return html`${lines.map((line, index) => html`${index > 0 && html`<br>`}${line}`)}`;
}

const withBold = (line: string): Hole =>
  line.split(bold).map((part, index) => (index % 2 === 1 ? html`<strong>${part}</strong>` : part));

/** For the title, which screen readers say first: the first sentence. */
const plain = ({ text, channel }: Said): string => {
  const [first = ''] = text.split(/(?<=[.?])\s/);
  return channel === 'sms' ? first : first.replaceAll('*', '');
};
