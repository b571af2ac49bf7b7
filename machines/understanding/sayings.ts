// Short sayings that have an answer of their own: "this number", "I have no email", "both", "someone else changed it".
import type { Field } from '../vocabulary.ts';
import type { Concept } from './lexicon.ts';
import { consistsOf, follows, has, type Word } from './words.ts';

const LIGHT: readonly Concept[] = ['light', 'address', 'me', 'ok', 'yes', 'want', 'done'];
const CONTACT: readonly Concept[] = ['phone', 'email', 'number', 'data'];

/** "pakai nomor ini saja", where the new number is asked. */
export function namesThisNumber(text: string, words: readonly Word[]): boolean {
  if (text.includes('?') || words.length > 10) return false;
  const isPointedAt = /\b(?:ini|nih|iki|ieu|this|sekarang|skrg)\b/i.test(text);
  const allowed: readonly Concept[] = [
    ...LIGHT,
    'this',
    'use',
    'number',
    'phone',
    'and',
    'to',
    'new',
    'active',
    'talk',
  ];
  const known = words.filter(
    (word) => !/^(?:kaya|kayak|kyk|seperti|dipake|chat|chatting|current|same)$/i.test(word.text),
  );
  return isPointedAt && has(words, 'number', 'phone', 'use', 'this') && consistsOf(known, allowed);
}

/** "saya tidak punya email" */
export function lacksEmail(text: string, words: readonly Word[]): boolean {
  if (!has(words, 'email') || has(words, 'old', 'change', 'phone', 'code')) return false;
  const exists = /\b(?:ada|have|got)\b/i.test(text) && follows(words, ['not', 'notYet'], ['arrive', 'own'], 0);
  const owns = follows(words, ['not', 'notYet', 'isNot'], ['own', 'set'], 1);
  return (exists || owns || has(words, 'none')) && words.length <= 8;
}

/** "dua-duanya", "nomor HP sama email": one after the other. */
export function namesBothFields(words: readonly Word[]): boolean {
  const rest: readonly Concept[] = [...LIGHT, 'both', 'change', 'number', 'and', 'this', 'option', 'data', 'can'];
  if (has(words, 'both')) return consistsOf(words, [...rest, 'phone', 'email']);
  return (
    has(words, 'email') && has(words, 'phone', 'number') && consistsOf(words, [...rest, 'phone', 'email', 'greeting'])
  );
}

/** "salah email", "ganti nomor saja", after a code was sent there. */
export function correctsField(words: readonly Word[], asked: Field | null): Field | null {
  if (words.length > 8 || has(words, 'code', 'pin', 'nik', 'card', 'password', 'not', 'name', 'born')) return null;
  if (!has(words, 'wrong', 'change')) return null;
  const isEmail = has(words, 'email');
  const isPhone = has(words, 'phone', 'number');
  if (isEmail !== isPhone) return isEmail ? 'email' : 'mobileNumber';
  return isEmail && has(words, 'number') && !has(words, 'phone') ? asked : null;
}

const PRETENDS = /\b(?:ngaku|mengaku|ngaku2|mengatasnamakan|pura[ -]?pura|claiming|pretend)/i;
const STRANGER =
  /\b(?:orang|org|oknum|seseorang|someone|somebody|stranger|hacker|penipu|sendiri|tiba[ -]?tiba|tiba2|mendadak|dumadakan|ujug[ -]?ujug|suddenly|by itself)\b/i;
const WITHOUT_LEAVE = /\b(?:tanpa|tnpa|without)\s(?:\S+\s)?(?:izin|ijin|sepengetahuan|persetujuan|my|sy|saya)/i;
const SUFFERED =
  /\b(?:di(?:ganti|rubah|ubah|tukar|update)\p{L}{0,4}|(?:ke|ter)(?:ganti|ubah|rubah)|berubah|changed)\b/iu;
const THERE_IS =
  /\bada (?:(?:orang|org|oknum|seseorang)(?: lain| yg| yang){0,2}|(?:yg|yang)) (?:sudah |udah |telah |sdh |coba )?(?:meng|me|nge|ng)?(?:g?anti|ubah|rubah)/i;

/** "ada orang nelpon minta kode, ngaku dari BPJS" */
function fishes(text: string, words: readonly Word[]): boolean {
  const isStranger = PRETENDS.test(text) || /\b(?:ada|di)? ?(?:orang|org|oknum|someone|somebody)\b/i.test(text);
  const isAsked =
    has(words, 'request') ||
    /\b(?:di)?(?:nelp\p{L}*|telp\p{L}*|telepon|telfon|hubungi|wa|chat|sms|call\p{L}*|ask\p{L}*)\b/iu.test(text);
  return (
    isStranger &&
    isAsked &&
    has(words, 'code', 'pin', 'password') &&
    !has(words, 'want', 'change') &&
    words.length <= 16
  );
}

/** "nomor saya diganti orang": a change, or the fear of one, that the participant did not make. */
export function reportsStranger(text: string, words: readonly Word[]): boolean {
  if (fishes(text, words)) return true;
  if (!has(words, ...CONTACT) || words.length > 16) return false;
  if (has(words, 'who') && has(words, 'change') && !has(words, 'can', 'want')) return true;
  if (has(words, 'want', 'can') && !WITHOUT_LEAVE.test(text)) return false;
  if (THERE_IS.test(text)) return true;
  if (!SUFFERED.test(text)) return false;
  if (
    /\bkok\b/i.test(text) &&
    has(words, 'me') &&
    /\bdi(?:ganti|rubah|ubah)/i.test(text) &&
    !has(words, 'not', 'notYet', 'can', 'when')
  )
    return true;
  return WITHOUT_LEAVE.test(text) || (STRANGER.test(text) && !/\b(?:orang|org) ?tua/i.test(text));
}

const TAKEN_OVER = /\b(?:di|ke)(?:bajak|hack|retas|bobol)|\bhacked|\b(?:di)?(?:ambil ?alih|salahgunakan)/i;

/** "akun saya dibajak": somebody else has what belongs to the participant, not only an old mailbox of theirs. */
export function reportsTakeover(text: string, words: readonly Word[]): boolean {
  return TAKEN_OVER.test(text) && /\b(?:akun|account|bpjs|jkn|data)/i.test(text) && !has(words, 'email', 'phone');
}

const PERSON =
  /\b(?:orang lain|orang laen|wong liyo|org lain|someone else|somebody else|istri|suami|anak|bapak saya|ibu saya|tetangga)/i;

/** "ini bukan data saya", "kok datanya orang lain": what is shown belongs to somebody else. */
export function seesOtherPerson(text: string, words: readonly Word[]): boolean {
  if (words.length > 12 || has(words, 'change', 'want', 'send') || /\d{5}|@/.test(text)) return false;
  const isAbout = has(words, 'data', 'name', 'email', 'phone', 'number', 'nik');
  if (!isAbout) return false;
  const isNotMine = follows(words, ['isNot', 'not'], ['data', 'name', 'email', 'phone', 'number', 'own'], 1);
  return (
    (isNotMine && (has(words, 'me') || /\bmy\b/i.test(text)) && !has(words, 'arrive', 'know', 'access', 'active')) ||
    (has(words, 'data', 'name') && PERSON.test(text))
  );
}

/** "ini penipuan bukan?", "kenapa harus pakai NIK": whoever doubts wants to know who asks, and what for. */
export function doubtsUs(text: string, words: readonly Word[]): boolean {
  if (words.length > 14 || /\d{5}|@/.test(text)) return false;
  const isSuspicion = /\b(?:penipu\p{L}*|nipu|tipu\p{L}*|scam|fraud|hoa[xk]s?|phishing|modus)\b/iu.test(text);
  const isAsked =
    /\?|\b(?:bukan|bkn|apa|apakah|takut|wedi|khawatir|curiga|jangan2?|jgn2?|kah|kayak|kaya|is|isnt)\b/i.test(text);
  if (isSuspicion && isAsked) return true;
  if (
    /\b(?:takut|wedi|khawatir|kuatir|curiga|ragu|was was|worried|afraid)/i.test(text) &&
    has(words, 'data', 'nik', 'pin', 'code', 'card')
  )
    return true;
  if (
    /\b(?:aman|amankah|secure|safe|resmi|asli|beneran|official|legit)(?: \p{L}+){0,2}\s?\?|\b(?:aman|resmi|asli) (?:g|ga|gak|nggak|ngga|kah|tidak|ndak|bukan|ora)\b|\b(?:apa|apakah|is it|is this) (?:ini )?(?:aman|resmi|asli|safe|secure|official|beneran)/iu.test(
      text,
    )
  )
    return true;
  const asksWhy =
    /\b(?:kenapa|knp|knapa|mengapa|ngapain|napa|buat apa|untuk apa|utk apa|why|what for|kok (?:harus|disuruh|minta|nanya|tanya|butuh|perlu|pake|pakai))/i.test(
      text,
    );
  return (
    asksWhy &&
    (has(words, 'nik', 'card', 'born', 'pin', 'code', 'data', 'number') || /\b(?:tanggal|tgl) ?lahir/i.test(text)) &&
    !has(words, 'dead', 'wrong', 'arrive', 'change', 'cannot', 'not', 'notYet')
  );
}

/** "linknya ga bisa dibuka": the page for the PIN */
export function isPageTrouble(text: string, words: readonly Word[]): boolean {
  if (!/\b(?:link|tautan|halaman|laman|web|situs|page|url)/i.test(text)) return false;
  return has(words, 'trouble', 'cannot', 'not', 'notYet', 'dead', 'slow', 'help');
}

/** "bisa telpon saya aja": by voice, with a person */
export function asksForCall(text: string, words: readonly Word[]): boolean {
  if (words.length > 8 || has(words, 'change', 'new', 'old', 'number')) return false;
  return /\b(?:tel(?:e)?p(?:on|un|hone)?|telfon|tlp|tlpn|telp|call)(?:in|lah)? (?:saya|sy|aku|me|gw|gua|kami|balik)\b/i.test(
    text,
  );
}

/** "boleh kirim foto KTP?", which is answered as the photo itself */
export function offersPhoto(text: string, words: readonly Word[]): boolean {
  const isPhoto = /\b(?:foto|poto|photo|gambar|picture|selfie|scan|ss|screenshot)/i.test(text);
  return (
    isPhoto &&
    words.length <= 10 &&
    (has(words, 'send', 'can', 'nik', 'card', 'use', 'request') || /\bboleh/i.test(text))
  );
}

/** "tunggu dulu", "sebentar" */
export function asksToWait(words: readonly Word[]): boolean {
  return (
    has(words, 'wait') && consistsOf(words, [...LIGHT, 'wait', 'old', 'notYet', 'this', 'check']) && !has(words, 'done')
  );
}

/** Words that no Indonesian sentence has. */
const SURE = new Set(
  (
    'the i im ive my want would please change changed changing how what could should will you your youre need have are were been ' +
    'there here morning afternoon evening forgot someone does did didnt doesnt dont cannot cant wont isnt wasnt havent ' +
    'this that these those why when where who which still with from about because never always anything nothing ' +
    'something really just'
  ).split(' '),
);
/** English too, but said in both languages, or short enough to be a slip of something else. */
const ALSO = new Set(
  (
    'me update can has is help number phone hello hi good to a an do not for new old address mobile lost access and of ' +
    'on in it be by at or so but if all any get got am was we they no yes app account card bill code scam ridiculous ' +
    'useless terrible work works working use using update open find found know tell time today now'
  ).split(' '),
);
const IN_BOTH = /^(?:email|hp|no|pin|ok|nik|jkn|bpjs|wa|whatsapp|sms|kis|ktp|admin|\d+)$/i;

/** Whether a whole message can only be English: "hello" alone is said by everybody. */
export function isEnglish(words: readonly Word[]): boolean {
  const said = words.flatMap((word) => word.text.split(' ')).filter((word) => !IN_BOTH.test(word));
  const plain = said.map((word) => word.toLowerCase().replaceAll("'", ''));
  const english = plain.filter((word) => SURE.has(word) || ALSO.has(word));
  return english.length >= 2 && english.length * 4 >= said.length * 3 && english.some((word) => SURE.has(word));
}

const RELATIVE =
  /\b(?:(?:ibu|bapak|ayah|mama|mamah|papa|emak|kakak|adik|om|tante|mother|father|mom|dad|parents?)(?: ?(?:saya|sy|aku|ku|nya|gw|gue|kami|kandung))|(?:anak|istri|suami|nenek|kakek|mertua|keluarga|saudara|tetangga|orang ?tua|ortu)(?:nya|ku)?|my (?:mother|father|mom|dad|parents?|wife|husband|grand\p{L}+)|famil\p{L}+|relative)\b/iu;
const ASSISTS =
  /\b(?:mem|di)?(?:bantu|wakil|urus|ketik|isi)(?:i|in|kan|nya)?\b|\bngetik(?:in)?\b|\b(?:help|assist|typ)(?:ing|e)?\b/i;

/** "saya bantu ibu saya", "bisa diwakilkan?": somebody else types for the participant. */
export function helpsSomebody(text: string, words: readonly Word[]): boolean {
  if (words.length > 14 || /\d{5}|@/.test(text) || has(words, 'change', 'forget', 'wrong', 'code', 'pin')) return false;
  return /\b(?:di|me)wakil(?:kan|i|in)\b/i.test(text) || (RELATIVE.test(text) && ASSISTS.test(text));
}
