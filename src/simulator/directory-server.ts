// The insurer's directory as a neighbour on loopback, so that development and tests use the same HTTP adapter as
// production. It can misbehave on request. Development only.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { ContactVerdict, Directory, Participant, PinVerdict } from '#src/conversation/ports.ts';
import { hide, type Secret } from '#src/seal.ts';

/** A directory that can also say whether it knows an id. */
export interface ServedDirectory extends Directory {
  knows(participantId: string): Promise<boolean>;
}

export type DirectoryCall = keyof Directory;

/** Strikes the next request of that call, once, before or after its work was done. */
export interface Fault {
  call: DirectoryCall;
  when: 'before' | 'after';
  how: /** then goes on as if nothing had happened */
    | { kind: 'delay'; ms: number }
    | { kind: 'status'; status: number }
    | { kind: 'reset' }
    /** 200 with this body, HTML when none is given */
    | { kind: 'garbage'; body?: string };
}

/** One genuine request. Never holds a PIN, a NIK or a contact value. */
export interface LedgerEntry {
  call: DirectoryCall;
  participantId: string | null;
  changeId: string | null;
  /** what the directory decided, e.g. `wrong`, `changed`; null while or when the work was not done */
  result: string | null;
  /** null while there is no answer, or when the connection was cut instead */
  status: number | null;
}

export interface DirectoryServer {
  /** for `DIRECTORY_URL` */
  url: string;
  /** Faults of one call strike in the order in which they were armed. */
  arm(...faults: Fault[]): void;
  /** the newest ones, oldest first */
  ledger(): readonly LedgerEntry[];
  /** Forgets the ledger and what is still armed. */
  clear(): void;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  body: object;
  result: string;
}

type Work = (body: unknown) => Promise<Answer>;

interface Request {
  call: DirectoryCall;
  participantId: string | null;
  changeId: string | null;
  work: Work;
}

const maxBodyBytes = 16 * 1024;
const ledgerLength = 20_000;

const birthDate = z.iso.date();
const IdentifyBody = z.union([
  z
    .strictObject({ nik: z.string().regex(/^\d{16}$/), birthDate })
    .transform((body) => ({ kind: 'nik' as const, number: body.nik, birthDate: body.birthDate })),
  z
    .strictObject({ cardNumber: z.string().regex(/^\d{13}$/), birthDate })
    .transform((body) => ({ kind: 'cardNumber' as const, number: body.cardNumber, birthDate: body.birthDate })),
]);
const PinBody = z.strictObject({ pin: z.string().min(1).max(64) });
const ContactBody = z.strictObject({ value: z.string().max(500), expected: z.string().max(500).nullable() });

/**
 * Serves a directory on 127.0.0.1 as docs/directory.openapi.json describes it.
 * @param options.port  a free one by default
 * @throws the listener's error, e.g. EADDRINUSE
 */
export async function startDirectoryServer(options: {
  directory: ServedDirectory;
  token: Secret;
  port?: number;
}): Promise<DirectoryServer> {
  const { directory, token } = options;
  const stopping = new AbortController();
  const armed: Fault[] = [];
  const entries: LedgerEntry[] = [];

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isGenuine(incoming.headers.authorization, token)) return answer(response, 401, { code: 'unauthorized' });
    const request = recognise(directory, incoming);
    if (request === null) return answer(response, 404, { code: 'not_found' });
    const { work, ...asked } = request;
    const entry: LedgerEntry = { ...asked, result: null, status: null };
    remember(entry);
    response.once('finish', () => {
      entry.status = response.statusCode;
    });
    const body = await readJson(incoming);
    const fault = takeFault(entry.call);
    if (fault?.when === 'before' && (await strike(fault, response))) return;
    const done = await perform(entry.participantId, () => work(body));
    entry.result = done.result;
    if (fault?.when === 'after' && (await strike(fault, response))) return;
    answer(response, done.status, done.body);
  }

  async function perform(participantId: string | null, work: () => Promise<Answer>): Promise<Answer> {
    try {
      if (participantId !== null && !(await directory.knows(participantId))) return notFound;
      return await work();
    } catch {
      return { status: 503, body: { code: 'unavailable' }, result: 'unavailable' };
    }
  }

  /** @returns whether the request is answered, or cut off */
  async function strike({ how }: Fault, response: ServerResponse): Promise<boolean> {
    switch (how.kind) {
      case 'delay':
        await delay(how.ms, undefined, { signal: stopping.signal });
        return false;
      case 'status':
        answer(response, how.status, { code: 'unavailable' });
        return true;
      case 'reset':
        response.socket?.resetAndDestroy();
        return true;
      case 'garbage':
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(how.body ?? '<html><body>Maintenance</body></html>');
        return true;
    }
  }

  function takeFault(call: DirectoryCall): Fault | undefined {
    const index = armed.findIndex((fault) => fault.call === call);
    return index < 0 ? undefined : armed.splice(index, 1)[0];
  }

  function remember(entry: LedgerEntry): void {
    entries.push(entry);
    if (entries.length > ledgerLength) entries.shift();
  }

  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

  return {
    url: `http://127.0.0.1:${port}`,
    arm: (...faults) => {
      armed.push(...faults);
    },
    ledger: () => entries,
    clear: () => {
      armed.length = 0;
      entries.length = 0;
    },
    async stop() {
      stopping.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const notFound: Answer = { status: 404, body: { code: 'not_found' }, result: 'notFound' };
const malformed: Answer = { status: 400, body: { code: 'malformed' }, result: 'malformed' };

function recognise(directory: Directory, incoming: IncomingMessage): Request | null {
  const path = /^\/v1\/participants\/([^/?]+)(\/[^?]*)?$/.exec(incoming.url ?? '');
  const id = decoded(path?.[1]);
  if (id === null) return null;
  const changeId = singleHeader(incoming, 'idempotency-key');
  const asked = { participantId: id, changeId };
  switch (`${incoming.method} ${path?.[2] ?? ''}`) {
    case 'POST ':
      if (id !== 'identify') return null;
      return { call: 'identify', participantId: null, changeId, work: identify(directory) };
    case 'GET ':
      return { call: 'read', ...asked, work: read(directory, id) };
    case 'POST /pin/verify':
      return { call: 'verifyPin', ...asked, work: verifyPin(directory, id) };
    case 'PUT /contact/email':
      return { call: 'changeContact', ...asked, work: changeContact(directory, { ...asked, field: 'email' }) };
    case 'PUT /contact/mobileNumber':
      return { call: 'changeContact', ...asked, work: changeContact(directory, { ...asked, field: 'mobileNumber' }) };
    default:
      return null;
  }
}

const identify =
  (directory: Directory): Work =>
  async (body) => {
    const query = IdentifyBody.safeParse(body);
    if (!query.success) return malformed;
    const participant = await directory.identify(query.data);
    return participant === null ? notFound : participantAnswer(participant);
  };

const read =
  (directory: Directory, participantId: string): Work =>
  async () =>
    participantAnswer(await directory.read(participantId));

const verifyPin =
  (directory: Directory, participantId: string): Work =>
  async (body) => {
    const query = PinBody.safeParse(body);
    if (!query.success) return malformed;
    return pinAnswer(await directory.verifyPin(participantId, hide(query.data.pin)));
  };

const changeContact =
  (
    directory: Directory,
    change: { participantId: string; field: 'email' | 'mobileNumber'; changeId: string | null },
  ): Work =>
  async (body) => {
    const { changeId, participantId, field } = change;
    const query = ContactBody.safeParse(body);
    if (!query.success || changeId === null) return malformed;
    return contactAnswer(await directory.changeContact({ changeId, participantId, field, ...query.data }));
  };

const participantAnswer = (participant: Participant): Answer => ({
  status: 200,
  body: participant,
  result: 'participant',
});

function pinAnswer(verdict: PinVerdict): Answer {
  const { result } = verdict;
  return { status: 200, body: result === 'notSet' ? { result: 'not_set' } : verdict, result };
}

function contactAnswer(verdict: ContactVerdict): Answer {
  const { result } = verdict;
  switch (verdict.result) {
    case 'changed':
      return { status: 200, body: { changedAt: verdict.changedAt }, result };
    case 'valueInUse':
      return { status: 409, body: { code: 'value_in_use' }, result };
    case 'stale':
      return { status: 409, body: { code: 'stale' }, result };
    case 'invalid':
      return { status: 422, body: { code: 'invalid' }, result };
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}

const digest = (text: string) => createHash('sha256').update(text).digest();

const isGenuine = (header: string | undefined, token: Secret): boolean =>
  timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token.reveal()}`));

function singleHeader(incoming: IncomingMessage, name: string): string | null {
  const values = incoming.headersDistinct[name] ?? [];
  return values.length === 1 ? (values[0] ?? null) : null;
}

function decoded(segment: string | undefined): string | null {
  try {
    return segment === undefined ? null : decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** @returns undefined for what is too large or not JSON; each call has its own word for that */
async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  if (bytes > maxBodyBytes) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
