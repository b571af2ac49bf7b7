// The words that link a call to a chat: "KASUS MELATI BIRU 42". Two lists of words that nobody mishears on the phone, so
// that 2,048 pairs and a number up to 99 are easy to say, to type and to check.

const things =
  'melati mawar anggrek teratai kenanga cempaka kamboja flamboyan ' +
  'mangga rambutan durian pepaya semangka nanas alpukat belimbing ' +
  'kelinci gajah harimau merpati rajawali kancil rusa lumba ' +
  'gunung pantai sungai danau hutan lembah telaga samudra ' +
  'perahu sepeda kereta jembatan menara gerbang taman pasar ' +
  'gitar kendang angklung suling layang payung lentera bintang ' +
  'kopi cokelat vanili kayumanis cengkih jagung singkong kelapa ' +
  'rembulan mentari pelangi embun awan ombak pasir mutiara';

const kinds =
  'merah kuning hijau biru putih jingga ungu emas ' +
  'perak besar kecil tinggi panjang bundar ringan kuat ' +
  'cepat tenang ramah cerah harum manis segar sejuk ' +
  'hangat lembut indah baru muda jernih rimbun teguh';

export const caseWords: readonly string[] = things
  .split(' ')
  .flatMap((thing) => kinds.split(' ').map((kind) => `${thing} ${kind}`.toUpperCase()));

/** @returns the word as it was made, e.g. `MELATI BIRU 42`; null where the message is none */
export function readCaseWord(text: string): string | null {
  const [, thing, kind, number] =
    /^\W*(?:kasus|case)[\s:]+(\p{L}+)[\s,-]+(\p{L}+)[\s,-]+0?(\d{1,2})\W*$/iu.exec(text.normalize('NFKC')) ?? [];
  return thing === undefined ? null : `${thing} ${kind} ${Number(number)}`.toUpperCase();
}
