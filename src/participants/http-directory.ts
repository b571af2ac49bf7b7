// The insurer's participant directory over HTTP. No answer, a late one and a strange one are the same thing: no answer.
import type { z } from 'zod';
import type { Clock, ContactVerdict, Directory, Participant, PinVerdict } from '#src/conversation/ports.ts';
import { UnavailableError } from '#src/errors.ts';
import { type Guard, unguarded } from '#src/guard.ts';
import type { Secret } from '#src/seal.ts';
import {
  ChangedAnswer,
  ConflictAnswer,
  InvalidAnswer,
  NotFoundAnswer,
  ParticipantAnswer,
  ParticipantId,
  PinAnswer,
} from './directory-answers.ts';

export interface HttpDirectoryOptions {
  /** `DIRECTORY_URL`: what `/v1/participants` is appended to */
  url: string;
  token: Secret;
  /** for each request, body included: `policy.budget.directoryMs` */
  budgetMs: number;
  clock?: Clock;
  /** every request passes through it once; by default nothing is refused */
  guard?: Guard;
}

interface Call<Answer> {
  /** for the operator: what was asked, without any value */
  name: keyof Directory;
  method: 'GET' | 'POST' | 'PUT';
  /** below `/v1/participants` */
  path: string;
  body?: object;
  idempotencyKey?: string;
  /** by status; any other status is no answer */
  answers: Record<number, z.ZodType<Answer>>;
}

// A participant is a few hundred bytes; whatever is larger is not an answer of the contract.
const maxAnswerBytes = 64 * 1024;

/**
 * The directory behind `DIRECTORY_URL`.
 * @returns a Directory that throws UnavailableError `unavailable` for a timeout, a reset, a 5xx and any answer outside
 * the contract; its `cause` names the call and what went wrong, never a value. `changeContact` makes up to four
 * requests with a budget each, so the caller's signal has to hold the turn's deadline.
 */
export function createHttpDirectory(options: HttpDirectoryOptions): Directory {
  const { token, budgetMs, clock = { now: Date.now }, guard = unguarded } = options;
  const base = `${options.url.replace(/\/+$/, '')}/v1/participants`;

  const call = <Answer>(request: Call<Answer>, signal: AbortSignal | undefined): Promise<Answer> =>
    guard(() => ask(request, signal), signal);

  async function ask<Answer>(request: Call<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
    const { status, text } = await exchange(request, signal);
    const answer = request.answers[status];
    if (answer === undefined) throw unavailable(request.name, `answered ${status}`);
    const parsed = answer.safeParse(parseJson(text));
    if (!parsed.success) throw unavailable(request.name, `answered ${status} in another shape`);
    return parsed.data;
  }

  async function exchange(request: Call<unknown>, signal: AbortSignal | undefined) {
    const deadline = AbortSignal.timeout(budgetMs);
    try {
      const response = await fetch(`${base}/${request.path}`, {
        method: request.method,
        headers: {
          authorization: `Bearer ${token.reveal()}`,
          accept: 'application/json',
          ...(request.body && { 'content-type': 'application/json' }),
          ...(request.idempotencyKey && { 'idempotency-key': request.idempotencyKey }),
        },
        ...(request.body && { body: JSON.stringify(request.body) }),
        // A redirect would carry the PIN to another host.
        redirect: 'manual',
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      return { status: response.status, text: await readBounded(response) };
    } catch (error) {
      if (signal?.aborted) throw unavailable(request.name, 'given up by the caller');
      if (deadline.aborted) throw unavailable(request.name, `no answer within ${budgetMs} ms`);
      throw unavailable(request.name, reasonOf(error));
    }
  }

  const read: Directory['read'] = async (participantId, signal) => {
    const name = 'read';
    const answers = { 200: ParticipantAnswer };
    const participant = await call<Participant>(
      { name, method: 'GET', path: segmentOf(name, participantId), answers },
      signal,
    );
    if (participant.participantId !== participantId) throw unavailable(name, 'answered with another participant');
    return participant;
  };

  return {
    async identify({ kind, number, birthDate }, signal) {
      return await call<Participant | null>(
        {
          name: 'identify',
          method: 'POST',
          path: 'identify',
          body: { [kind]: number, birthDate },
          answers: { 200: ParticipantAnswer, 404: NotFoundAnswer },
        },
        signal,
      );
    },

    read,

    async verifyPin(participantId, pin, signal) {
      const name = 'verifyPin';
      return await call<PinVerdict>(
        {
          name,
          method: 'POST',
          path: `${segmentOf(name, participantId)}/pin/verify`,
          body: { pin: pin.reveal() },
          answers: { 200: PinAnswer },
        },
        signal,
      );
    },

    async changeContact({ changeId, participantId, field, value, expected }, signal) {
      const name = 'changeContact';
      const path = `${segmentOf(name, participantId)}/contact/${field}`;
      const answers = { 200: ChangedAnswer, 409: ConflictAnswer, 422: InvalidAnswer };
      const put = () =>
        call<ContactVerdict>(
          { name, method: 'PUT', path, body: { value, expected }, idempotencyKey: changeId, answers },
          signal,
        );
      const isInPlace = async () => (await read(participantId, signal))[field] === value;
      const changed = (): ContactVerdict => ({ result: 'changed', changedAt: new Date(clock.now()) });

      try {
        return await put();
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
      }
      if (await isInPlace()) return changed();
      const verdict = await put();
      // The first request may have landed only after it was read back; then `stale` speaks of our own change.
      return verdict.result === 'stale' && (await isInPlace()) ? changed() : verdict;
    },
  };
}

const unavailable = (name: Call<unknown>['name'], what: string) =>
  new UnavailableError('directory', { cause: new Error(`${name}: ${what}`) });

function segmentOf(name: Call<unknown>['name'], participantId: string): string {
  if (!ParticipantId.safeParse(participantId).success) throw unavailable(name, 'the id cannot stand in a path');
  return encodeURIComponent(participantId);
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) throw new OversizedAnswer();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

class OversizedAnswer extends Error {}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The message of a SyntaxError quotes the text, and the text may be somebody's data.
    return undefined;
  }
}

/** One word such as ECONNRESET: messages may quote an address, and a parser's error carries the bytes it choked on. */
function reasonOf(error: unknown): string {
  if (error instanceof OversizedAnswer) return `answered with more than ${maxAnswerBytes} bytes`;
  const innermost = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(innermost instanceof Error)) return 'no connection';
  const code = 'code' in innermost ? innermost.code : undefined;
  return `no connection (${typeof code === 'string' && /^\w{3,60}$/.test(code) ? code : innermost.name})`;
}
