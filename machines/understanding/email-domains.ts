// Knows the mail domains people use here, and which one a misspelt domain is close to.
import { editDistance } from './spelling.ts';

const PROVIDERS: Readonly<Record<string, readonly string[]>> = {
  gmail: ['com'],
  googlemail: ['com'],
  yahoo: ['com', 'co.id', 'com.sg', 'com.my', 'com.au', 'co.uk', 'co.jp', 'co.in', 'com.hk', 'com.tw', 'com.ph'],
  ymail: ['com', 'co.id'],
  rocketmail: ['com'],
  hotmail: ['com', 'co.id', 'co.uk', 'com.au'],
  outlook: ['com', 'co.id', 'com.au', 'co.uk', 'my', 'sg'],
  live: ['com', 'co.id', 'co.uk', 'com.my', 'com.sg'],
  msn: ['com'],
  icloud: ['com'],
  aol: ['com', 'co.uk'],
  protonmail: ['com', 'ch'],
  yandex: ['com', 'ru'],
  zoho: ['com'],
  telkomsel: ['co.id', 'com'],
  indosat: ['net.id', 'com'],
};
const KNOWN = new Set([
  ...Object.entries(PROVIDERS).flatMap(([name, ends]) => ends.map((end) => `${name}.${end}`)),
  ...['mail.com', 'email.com', 'me.com', 'mac.com', 'proton.me', 'pm.me', 'gmx.com', 'gmx.net', 'gmx.de', 'mail.ru'],
  ...['tutanota.com', 'tuta.com', 'fastmail.com', 'hey.com', 'inbox.com', 'hushmail.com', 'mailinator.com', 'qq.com'],
  ...['163.com', '126.com', 'naver.com', 'daum.net', 'telkom.net', 'telkom.co.id', 'plasa.com', 'cbn.net.id'],
  ...[
    'centrin.net.id',
    'mymail.com',
    'umail.com',
    'web.de',
    'bpjs-kesehatan.go.id',
    'ut.ac.id',
    'ui.ac.id',
    'ugm.ac.id',
  ],
]);
/** These have real addresses under the ends of many countries. */
const WORLDWIDE = new Set(['yahoo', 'hotmail', 'live', 'outlook']);
const COUNTRY =
  /^(?:de|fr|it|es|nl|be|at|ch|se|no|dk|ie|gr|pl|pt|ro|cz|ca|in|jp|kr|cl|com\.(?:br|ar|mx|tr|vn|cn|co|pe|sa))$/;
const REAL_TOPS = new Set([
  'com',
  'net',
  'org',
  'cam',
  'coop',
  'ong',
  'bet',
  'pet',
  'vet',
  'one',
  'ink',
  'new',
  'comsec',
  'nec',
  'ngo',
  'dot',
  'box',
  'bot',
  'cab',
  'car',
  'day',
  'int',
  'dev',
  'app',
  'xyz',
  'biz',
  'edu',
  'gov',
  'mil',
  'pro',
  'tel',
  'top',
  'men',
  'moe',
  'mom',
  'kim',
  'cfd',
  'win',
  'fit',
  'hot',
  'how',
  'law',
  'llc',
  'ltd',
  'cpa',
  'crs',
  'vip',
  'art',
  'bio',
  'fun',
  'fan',
  'icu',
  'ist',
  'kpn',
  'nyc',
  'bom',
  'soy',
  'gdn',
  'gle',
  'phd',
  'rip',
  'run',
  'ski',
  'spa',
  'tax',
  'thd',
  'trv',
  'tui',
  'uno',
  'uol',
  'wed',
  'wow',
  'wtf',
  'yes',
  'you',
  'zip',
]);
const JOINED_TOPS: Readonly<Record<string, string>> = {
  coid: 'co.id',
  goid: 'go.id',
  acid: 'ac.id',
  orid: 'or.id',
  schid: 'sch.id',
  comid: 'co.id',
};
const TOP_SLIPS: Readonly<Record<string, string>> = {
  cmo: 'com',
  ocm: 'com',
  c0m: 'com',
  co0m: 'com',
  kom: 'com',
  nte: 'net',
  ent: 'net',
  ogr: 'org',
  rog: 'org',
};

export function isKnownDomain(domain: string): boolean {
  return KNOWN.has(domain);
}

/** A last label that is no country or kind of domain, only a slip of one. */
export function isDomainSlip(top: string): boolean {
  return meantTop(top) !== null;
}

/** A likelier spelling of a domain in lower case, or null. Reserved example domains get none. */
export function suggestDomain(domain: string): string | null {
  if (KNOWN.has(domain) || /(?:^|\.)example\.(?:com|net|org|id|co\.id)$|\.(?:example|test|invalid)$/.test(domain))
    return null;
  return suggestProvider(domain) ?? suggestSquashed(domain) ?? suggestTop(domain);
}

function suggestProvider(domain: string): string | null {
  const [name = '', ...rest] = domain.split('.');
  const end = rest.join('.');
  const own = PROVIDERS[name];
  if (own !== undefined) {
    if (WORLDWIDE.has(name) && COUNTRY.test(end)) return null;
    return name.length > 4 || isEndSlip(end) ? `${name}.${nearestEnd(own, end)}` : null;
  }
  if (end === '') return null;
  let best: { domain: string; slips: number } | null = null;
  for (const [provider, ends] of Object.entries(PROVIDERS)) {
    if (provider.length < 5 || Math.abs(provider.length - name.length) > 2) continue;
    const slips = editDistance(name, provider);
    if (slips > (provider.length >= 7 ? 2 : 1) && !isScrambled(name, provider)) continue;
    const likely = nearestEnd(ends, end);
    if (likely !== end && editDistance(likely, end) > 1 && !isEndSlip(end)) continue;
    const candidate = `${provider}.${likely}`;
    if (best === null || slips < best.slips) best = { domain: candidate, slips };
  }
  return best?.domain ?? null;
}

// Same letters in another order, same beginning: "gmali", "gamli".
function isScrambled(name: string, provider: string): boolean {
  return (
    name.length === provider.length &&
    name[0] === provider[0] &&
    [...name].sort().join('') === [...provider].sort().join('')
  );
}

function nearestEnd(ends: readonly string[], end: string): string {
  const wantsCountry = /id$/.test(end) && ends.includes('co.id') && end !== 'id.com';
  if (wantsCountry) return 'co.id';
  const [main = 'com'] = ends;
  const near =
    ends.find((other) => other === end) ?? ends.find((other) => other.length > 3 && editDistance(other, end) <= 1);
  return near ?? main;
}

function isEndSlip(end: string): boolean {
  return /^(?:co|cm|om|con|c|m|comm?\..*|com\.com|co\.com|co\.cm)$/.test(end) || isDomainSlip(end);
}

// "gmailcom", "gmail", "g.mail.com": the dot is missing or somewhere else.
function suggestSquashed(domain: string): string | null {
  const squashed = domain.replaceAll('.', '');
  const isDotless = !domain.includes('.');
  for (const known of KNOWN) {
    const [name = ''] = known.split('.');
    if (name.length < 5) continue;
    const whole = known.replaceAll('.', '');
    if (squashed === whole || (isDotless && editDistance(squashed, whole) <= 1)) return known;
  }
  if (!isDotless) return null;
  for (const [name, [end = 'com']] of Object.entries(PROVIDERS)) {
    if (name === domain || (name.length >= 5 && editDistance(name, domain) <= 1)) return `${name}.${end}`;
  }
  return null;
}

function suggestTop(domain: string): string | null {
  const country = /^(.+\.(?:co|go|ac|or|sch|desa))\.(?:di|ld|idd|iid|i|d)$/.exec(domain)?.[1];
  if (country !== undefined) return `${country}.id`;
  const dot = domain.lastIndexOf('.');
  const meant = dot < 0 ? null : meantTop(domain.slice(dot + 1));
  return meant === null ? null : `${domain.slice(0, dot)}.${meant}`;
}

function meantTop(top: string): string | null {
  const known = JOINED_TOPS[top] ?? TOP_SLIPS[top];
  if (known !== undefined) return known;
  if (top.length < 3 || top.length > 5 || REAL_TOPS.has(top)) return null;
  const near = ['com', 'net', 'org'].filter((real) => editDistance(real, top) <= 1);
  return near.length === 1 ? (near[0] ?? null) : null;
}
