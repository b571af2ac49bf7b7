// Looks for marked values in whatever was written down, in twelve encodings and by one pass over the bytes.
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

export interface Canary {
  /** what it is, for the finding */
  kind: string;
  text: string;
}

export interface Finding {
  kind: string;
  encoding: string;
  where: string;
}

type Encode = (text: string) => (string | Buffer)[];

const base64Of = (text: string, format: 'base64' | 'base64url') =>
  // A value in the middle of something encoded begins at one of three places; the ends depend on its neighbours.
  [0, 1, 2].map((shift) => {
    const encoded = Buffer.from(`${'\0'.repeat(shift)}${text}`)
      .toString(format)
      .replaceAll('=', '');
    const first = shift === 0 ? 0 : shift + 1;
    return encoded.slice(first, Math.floor(((text.length + shift) * 8) / 6));
  });

export const encodings: Record<string, Encode> = {
  raw: (text) => [text],
  spaced: (text) =>
    /^\d+$/.test(text) ? [grouped(text, 4), grouped(text, 3), grouped(text, 1), grouped(text, 4, '-')] : [],
  base64: (text) => base64Of(text, 'base64'),
  base64url: (text) => base64Of(text, 'base64url'),
  hex: (text) => [Buffer.from(text).toString('hex'), Buffer.from(text).toString('hex').toUpperCase()],
  url: (text) => [encodeURIComponent(text)],
  json: (text) => [[...text].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
  utf16: (text) => [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()],
  reversed: (text) => [[...text].reverse().join('')],
  last8: (text) => (text.length > 11 ? [text.slice(-8)] : []),
  sha256: (text) => {
    const digest = createHash('sha256').update(text).digest();
    return [
      digest.toString('hex'),
      digest.toString('base64').slice(0, 42),
      digest.toString('base64url').slice(0, 42),
      digest,
    ];
  },
  /** found by unpacking what was packed, see `scan` */
  gzip: () => [],
};

const grouped = (text: string, size: number, mark = ' ') =>
  (text.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(mark);

interface Pattern extends Omit<Finding, 'where'> {
  bytes: Buffer;
  /** Short digits are found anywhere: they count only where they stand alone. */
  alone: boolean;
}

const isWordByte = (byte: number | undefined) =>
  byte !== undefined &&
  ((byte > 47 && byte < 58) || (byte > 64 && byte < 91) || (byte > 96 && byte < 123) || byte === 46);

export function createScanner(canaries: readonly Canary[]): (where: string, data: string | Buffer) => Finding[] {
  const byStart = new Map<number, Pattern[]>();
  const maybe = new Uint8Array(1 << 20);
  const slot = (start: number) => Math.imul(start, 0x9e3779b1) >>> 12;
  for (const { kind, text } of canaries) {
    const seen = new Set<string>();
    for (const [encoding, encode] of Object.entries(encodings)) {
      for (const one of new Set(encode(text))) {
        const bytes = Buffer.from(one as string);
        if (bytes.length < 6) throw new Error(`too short to be looked for: ${kind}, ${encoding}`);
        // Digits look the same in a URL.
        if (seen.has(bytes.toString('hex'))) continue;
        seen.add(bytes.toString('hex'));
        const start = bytes.readUInt32LE(0);
        const pattern = { kind, encoding, bytes, alone: bytes.length < 12 && /^[\d -]+$/.test(bytes.toString()) };
        byStart.set(start, [...(byStart.get(start) ?? []), pattern]);
        maybe[slot(start)] = 1;
      }
    }
  }

  function scanBytes(where: string, data: Buffer): Finding[] {
    const findings: Finding[] = [];
    for (let at = 0; at + 6 <= data.length; at += 1) {
      const start = data.readUInt32LE(at);
      if (maybe[slot(start)] === 0) continue;
      for (const { kind, encoding, bytes, alone } of byStart.get(start) ?? []) {
        const end = at + bytes.length;
        if (alone && (isWordByte(data[at - 1]) || isWordByte(data[end]))) continue;
        if (data.subarray(at, end).equals(bytes)) findings.push({ kind, encoding, where });
      }
    }
    return findings;
  }

  function packedIn(data: Buffer): Buffer[] {
    const packed: Buffer[] = [];
    for (let at = data.indexOf(gzipMagic); at >= 0; at = data.indexOf(gzipMagic, at + 1))
      packed.push(data.subarray(at));
    for (const [text] of data.toString('latin1').matchAll(/H4sI[A-Za-z0-9+/_-]{16,}/g))
      packed.push(Buffer.from(text, 'base64'));
    for (const [text] of data.toString('latin1').matchAll(/1f8b08[0-9a-f]{30,}/g))
      packed.push(Buffer.from(text, 'hex'));
    return packed.flatMap((bytes) => {
      try {
        return [gunzipSync(bytes, { finishFlush: 2 })];
      } catch {
        return [];
      }
    });
  }

  return (where, data) => {
    const bytes = Buffer.from(data as string);
    const unpacked = packedIn(bytes).flatMap((inner) => scanBytes(where, inner));
    return [...scanBytes(where, bytes), ...unpacked.map((finding) => ({ ...finding, encoding: 'gzip' }))];
  };
}

const gzipMagic = Buffer.from([0x1f, 0x8b, 0x08]);

/** How a value looks in each encoding, in the middle of something else. */
export function planted(text: string, encoding: string): Buffer {
  if (encoding === 'gzip') return gzipSync(`{"a":"${text}"}`);
  if (encoding.startsWith('base64'))
    return Buffer.from(Buffer.from(`{"a":"${text}"}`).toString(encoding as BufferEncoding));
  const [first = ''] = encodings[encoding]?.(text) ?? [];
  return Buffer.from(first as string);
}
