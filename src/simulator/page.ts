// The one page of the simulator. Its text is Indonesian with short English hints: participants' words, engineers' eyes.
import type { Channel } from '#machines/vocabulary.ts';
import { type Hole, type Html, html } from '#src/html.ts';
import { plainText, whatsappText, withCodes } from './message-text.ts';
import type { Attachment, Entry, Gap, Mail } from './phone-log.ts';
import type { Person, View } from './world.ts';

export interface Look {
  brand: string;
  timeZone: string;
}

/** Regions with `data-live` are kept current by the client: by their id as a whole, or child by child with `data-list`. */
export function page(view: View, look: Look): Html {
  const time = timeIn(look.timeZone);
  const picked = view.people.find((person) => person.participantId === view.pickedId) ?? null;
  return html`<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Ubah Data · Simulator</title>
<link rel="icon" href="/simulator/icon.svg">
<link rel="stylesheet" href="/simulator/simulator.css">
<script type="module" src="/simulator/simulator.js"></script>
</head>
<body>
<a class="skip" href="#composer">Langsung ke ketikan ${hint('skip to the composer')}</a>
${header(view)}
${jumps(view)}
<main>
${peoplePanel(view, picked)}
${phone(view, look, time)}
<div class="beside">
${secondPhone(view, picked, time)}
${mailbox(view, time)}
</div>
</main>
</body>
</html>
`;
}

type Time = (at: number) => Html;

const hint = (english: string) => html`<small lang="en">${english}</small>`;

function header(view: View): Html {
  return html`<header class="top">
<h1><span class="logo" aria-hidden="true">${icons.swap}</span> Ubah Data <span class="sub">Simulator</span></h1>
<p class="status" role="status"><span id="status" data-live>${view.status}</span></p>
<div class="acts">
<a class="act" href="/console" target="_blank" rel="noopener">${icons.shield}<span>Konsol 165 ${hint('the agents’ side')}</span></a>
<form method="post" action="/simulator/day"><button id="pass-day" class="act">${icons.clock}<span>Lewati 24 jam ${hint('Let 24 hours pass')}</span></button></form>
<form method="post" action="/simulator/fresh"><button id="start-over" class="act">${icons.reset}<span>Mulai dari awal ${hint('Start over')}</span></button></form>
</div>
<p class="offline" id="offline" role="alert" hidden>Terputus: apakah npm start masih berjalan? ${hint('Disconnected')}</p>
</header>`;
}

function jumps(view: View): Html {
  const count = (list: readonly { kind: string }[] | null) => {
    const number = list?.filter(({ kind }) => kind !== 'gap').length ?? 0;
    return number > 0 && html`<b class="badge">${number}</b>`;
  };
  return html`<nav class="jumps" id="jumps" data-live aria-label="Bagian halaman">
<a href="#people">Peserta</a>
<a href="#phone">HP</a>
<a href="#second">HP kedua${count(view.elsewhere)}</a>
<a href="#mailbox">Surat${count(view.mails)}</a>
</nav>`;
}

// --- the participants -----------------------------------------------------------------------------------------------------

function peoplePanel(view: View, picked: Person | null): Html {
  return html`<section class="panel people" id="people" aria-labelledby="people-title">
<h2 id="people-title">Peserta contoh ${hint('sample participants, all fictitious')}</h2>
<div id="people-live" data-live>
${
  view.people.length === 0
    ? html`<p class="empty">Direktori Anda sendiri dipakai (<code>DIRECTORY_URL</code>): ketik data peserta dari sana.</p>`
    : html`<form method="post" action="/simulator/person"><ul class="picker">${view.people.map((person) => pickButton(person, person === picked))}</ul></form>`
}
${picked !== null && card(picked)}
${numberSwitch(view)}
${picked !== null && walks(picked)}
</div>
</section>`;
}

function pickButton(person: Person, isPicked: boolean): Html {
  const remarks = [
    person.email === null && 'tanpa email',
    person.mobileNumber === null && 'tanpa nomor HP',
    person.pin === null && 'PIN belum dibuat',
    person.isPinLocked && 'PIN terkunci',
  ].filter((remark) => remark !== false);
  return html`<li><button name="person" value="${person.participantId}" id="pick-${person.participantId}" aria-pressed="${isPicked ? 'true' : 'false'}">
<span class="face" aria-hidden="true">${person.name.charAt(0)}</span><span>${person.name}${remarks.length > 0 && html`<small>${remarks.join(', ')}</small>`}</span></button></li>`;
}

function card(person: Person): Html {
  const row = (name: string, value: Hole) => html`<dt>${name}</dt><dd>${value}</dd>`;
  const pin = person.pin === null ? 'belum dibuat' : html`${fill(person.pin)}${person.isPinLocked && ' terkunci'}`;
  return html`<div class="card"><p class="name">${person.name}</p>
<dl>
${row('NIK', fill(person.nik))}
${row('Kartu JKN', fill(person.cardNumber))}
${row('Lahir', fill(dayFirst(person.birthDate)))}
${row('PIN', pin)}
${row('Email', person.email ?? 'tidak ada')}
${row('Nomor HP', person.mobileNumber === null ? 'tidak ada' : spaced(person.mobileNumber))}
</dl></div>`;
}

/** Typed by a tap; Enter sends it. */
const fill = (text: string) => html`<button type="button" class="fill" data-fill="${text}">${text}</button>`;

function numberSwitch(view: View): Html {
  const canChoose = view.registeredNumber !== null;
  return html`<form method="post" action="/simulator/number" class="switch">
<button id="other-number" role="switch" name="other" value="${view.isOtherNumber ? 'off' : 'on'}" aria-checked="${view.isOtherNumber ? 'true' : 'false'}"${!canChoose && html` disabled`}><span class="knob" aria-hidden="true"></span><span>Tulis dari nomor lain ${hint('write from another number: the change is held')}</span></button>
</form>`;
}

function walks(person: Person): Html {
  const known = [fill('halo'), fill(person.nik), fill(dayFirst(person.birthDate))];
  const pin = person.pin === null ? 'PIN' : fill(person.pin);
  const steps = (list: Hole[]) => html`<ol>${list.map((step) => html`<li>${step}</li>`)}</ol>`;
  const email = `${person.name.split(' ')[0]?.toLowerCase()}.baru@example.com`;
  return html`<div class="walks"><h3>Coba: ganti email ${hint('change the e-mail')}</h3>
${steps([...known, fill('1'), fill(email), fill('YA'), html`<a href="#mailbox">kode dari surat</a>`, pin])}
<h3>Coba: ganti nomor HP ${hint('change the mobile number')}</h3>
${steps([...known, fill('2'), fill(newNumberOf(person)), fill('YA'), html`<a href="#second">kode dari HP kedua</a>`, pin])}</div>`;
}

/** The number of the second phone: `0812 9900 00` and the last two digits of the card. */
const newNumberOf = (person: Person) => `0812990000${person.cardNumber.slice(-2)}`;

const dayFirst = (date: string) => date.split('-').reverse().join('-');

// --- the phone --------------------------------------------------------------------------------------------------------------

function phone(view: View, look: Look, time: Time): Html {
  return html`<section class="phone" id="phone" aria-label="HP peserta">
<div class="bezel"><div class="screen">
<div id="phone-head" data-live class="phone-head ${view.channel}">
<p class="own"><span>HP peserta ${hint('the phone')}</span><span class="number">${spaced(view.ownNumber)}${view.isOtherNumber && ' · nomor lain'}</span></p>
<form method="post" action="/simulator/channel" role="tablist" aria-label="Kanal">${tab('whatsapp', 'WhatsApp', view)}${tab('sms', 'SMS', view)}</form>
<p class="peer"><span class="face" aria-hidden="true">${icons.shield}</span><span><b>${look.brand}</b><small>${view.chats[view.channel].isAnswering ? 'mengetik…' : spaced(view.chats[view.channel].sender)}</small></span></p>
</div>
${chat(view, time)}
<form method="post" action="/simulator/messages" class="composer" id="write">
<details class="attach"><summary aria-label="Lampirkan" title="Lampirkan · Attach">${icons.clip}</summary>
<div id="attachments" data-live>${attachButtons(view.channel)}</div></details>
<textarea id="composer" name="text" rows="1" aria-label="Ketik pesan" placeholder="Ketik pesan" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="send"></textarea>
<button class="send" aria-label="Kirim">${icons.send}</button>
</form>
</div></div>
</section>`;
}

function tab(channel: Channel, name: string, view: View): Html {
  const isShown = view.channel === channel;
  const { unread } = view.chats[channel];
  return html`<button role="tab" name="channel" value="${channel}" id="tab-${channel}" aria-controls="chat" aria-selected="${isShown ? 'true' : 'false'}" tabindex="${isShown ? '0' : '-1'}">${name}${unread > 0 && html` <b class="badge">${unread}<span class="unseen"> belum dibaca</span></b>`}</button>`;
}

function chat(view: View, time: Time): Html {
  const { entries, isAnswering } = view.chats[view.channel];
  const key = `${view.channel} ${view.ownNumber}`;
  return html`<div id="chat" class="chat ${view.channel}" role="tabpanel" aria-labelledby="tab-${view.channel}" data-live data-key="${key}" tabindex="0">
<ol id="log" role="log" aria-label="Percakapan" data-list>
${entries.length === 0 && html`<li id="log-empty" class="remark">Ketik <b>halo</b> lalu Enter. ${hint('Type anything and press Enter; or tap the values on the card.')}</li>`}
${entries.map((entry) => (entry.kind === 'gap' ? gap(entry) : bubble(entry, time)))}
${isAnswering && html`<li id="log-typing" class="typing" aria-hidden="true"><i></i><i></i><i></i></li>`}
</ol></div>`;
}

const speakers = { written: 'Anda: ', received: 'Layanan: ', note: 'Catatan simulator: ' };

function bubble(entry: Entry, time: Time): Html {
  const show = entry.channel === 'whatsapp' ? whatsappText : plainText;
  const isEmpty = entry.text.trim() === '' && entry.attachment === null;
  return html`<li id="log-${entry.id}" class="${entry.kind}"><div class="bubble"><span class="unseen">${speakers[entry.kind]}</span>
${entry.attachment !== null && html`<span class="attached">${icons[entry.attachment]}${attachmentNames[entry.attachment]}</span>`}
${entry.attachment === null && html`<span class="said">${isEmpty ? html`<i>(kosong)</i>` : show(entry.text)}</span>`}
${entry.kind !== 'note' && html`<span class="when">${entry.segments !== null && html`${entry.segments} segmen · `}${time(entry.at)}</span>`}</div>${entry.choices.length > 0 && taps(entry)}</li>`;
}

/** As WhatsApp draws them: a row of buttons below the bubble, or one that opens a list. */
function taps({ id, choices, listLabel }: Entry): Html {
  const buttons = choices.map(
    (choice, index) =>
      html`<button id="tap-${id}-${index}" name="choice" value="${choice.id}">${choice.title}</button>`,
  );
  return html`<form method="post" action="/simulator/taps" class="taps"><input type="hidden" name="entry" value="${id}">
${listLabel === null ? buttons : html`<details><summary id="list-${id}">${icons.list}${listLabel}</summary>${buttons}</details>`}</form>`;
}

const gap = ({ id, hours }: Gap) =>
  html`<li id="gap-${id}" class="remark">${hours} jam kemudian ${hint(`${hours} hours later`)}</li>`;

const attachmentNames: Record<Attachment, string> = {
  image: 'Gambar',
  voice: 'Pesan suara',
  location: 'Lokasi',
  contact: 'Kontak',
};
const attachmentsOn: Record<Channel, Attachment[]> = {
  whatsapp: ['image', 'voice', 'location', 'contact'],
  sms: ['image', 'contact'],
};

function attachButtons(channel: Channel): Html {
  return html`${attachmentsOn[channel].map(
    (attachment) =>
      html`<button name="attachment" value="${attachment}" formaction="/simulator/attachments">${icons[attachment]}${attachmentNames[attachment]}</button>`,
  )}`;
}

// --- what arrives elsewhere ---------------------------------------------------------------------------------------------------

function secondPhone(view: View, picked: Person | null, time: Time): Html {
  const tip =
    picked === null
      ? 'Semua yang dikirim ke nomor selain HP peserta tampil di sini.'
      : html`Belum ada pesan. Coba nomor baru ${fill(newNumberOf(picked))}: kodenya tiba di sini.`;
  const notice = (entry: Entry) => html`<li id="other-${entry.id}" class="arrived">
<p class="meta"><b>${entry.channel === 'whatsapp' ? 'WhatsApp' : 'SMS'}</b> ke ${spaced(entry.number)} <span class="when">${entry.segments !== null && html`${entry.segments} segmen · `}${time(entry.at)}</span></p>
<p class="said">${withCodes(entry.text, entry.channel === 'whatsapp' ? whatsappText : plainText)}</p></li>`;
  return html`<section class="panel second" id="second" aria-labelledby="second-title">
<h2 id="second-title">HP kedua ${hint('every other number, the new one too')}</h2>
<ol id="elsewhere" data-live data-list tabindex="0" aria-label="Pesan di HP kedua" aria-live="polite">
${view.elsewhere.length === 0 && html`<li id="other-empty" class="empty">${tip}</li>`}
${view.elsewhere.map((entry) => (entry.kind === 'gap' ? gap(entry) : notice(entry)))}
</ol></section>`;
}

function mailbox(view: View, time: Time): Html {
  const letter = (mail: Mail) => html`<li id="mail-${mail.id}" class="letter"><h3>${mail.subject}</h3>
<p class="meta">untuk ${mail.to} <span class="when">${time(mail.at)}</span></p>
<p class="said">${withCodes(mail.text.trim(), plainText)}</p></li>`;
  const empty =
    view.mails === null
      ? html`Surat dikirim lewat <code>SMTP_URL</code> Anda, jadi tidak tampil di sini.`
      : 'Belum ada surat. Semua alamat email tiba di sini.';
  return html`<section class="panel mailbox" id="mailbox" aria-labelledby="mailbox-title">
<h2 id="mailbox-title">Kotak surat ${hint('mailbox of every address')}</h2>
<ol id="mails" data-live data-list tabindex="0" aria-label="Surat" aria-live="polite">
${(view.mails ?? []).length === 0 && html`<li id="mail-empty" class="empty">${empty}</li>`}
${view.mails?.map((item) => (item.kind === 'gap' ? gap(item) : letter(item)))}
</ol></section>`;
}

// --- small things -----------------------------------------------------------------------------------------------------------

/** `+62 812-0000-0011` */
export function spaced(number: string): string {
  const [, national] = /^\+62(\d+)$/.exec(number) ?? [];
  return national === undefined ? number : `+62 ${national.replace(/^(\d{3})(\d{4})/, '$1-$2-')}`;
}

function timeIn(timeZone: string): Time {
  const format = new Intl.DateTimeFormat('id-ID', { timeZone, hour: '2-digit', minute: '2-digit' });
  return (at) => html`<time datetime="${new Date(at).toISOString()}">${format.format(at)}</time>`;
}

const icon = (path: string) =>
  html`<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="${path}"/></svg>`;

const icons = {
  swap: icon('M7 4 3 8l4 4M3 8h13M17 12l4 4-4 4M21 16H8'),
  clock: icon('M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z'),
  reset: icon('M3 12a9 9 0 1 0 3-6.7M3 4v5h5'),
  shield: icon('M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6l-7-3ZM9 12l2 2 4-4'),
  clip: icon('M20 11.5 12 19.5a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.8 17a1.7 1.7 0 0 1-2.4-2.4L15 7'),
  send: icon('M4 12 20 4l-5 16-4-6.5L4 12Z'),
  list: icon('M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01'),
  image: icon('M4 5h16v14H4V5ZM4 16l5-5 4 4 3-2 4 4M15.5 9h.01'),
  voice: icon('M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11a6 6 0 0 0 12 0M12 17v4'),
  location: icon('M12 21c4-4.5 7-7.5 7-11a7 7 0 1 0-14 0c0 3.5 3 6.5 7 11ZM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z'),
  contact: icon('M12 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM5 20c.5-3.5 3.5-5 7-5s6.5 1.5 7 5'),
};
