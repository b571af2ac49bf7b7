// Logs by allow-list: what is not named here never leaves the process, whoever passes it.
import { type DestinationStream, pino } from 'pino';
import { UbahDataError } from './errors.ts';

/** `word`: one of our own terms; `id`: opaque, never a person's; `number`: an amount, never an identity. */
const allowed = {
  component: 'word',
  channel: 'word',
  code: 'word',
  dependency: 'word',
  errorName: 'word',
  field: 'word',
  language: 'word',
  method: 'word',
  outcome: 'word',
  purpose: 'word',
  queue: 'word',
  reason: 'word',
  route: 'word',
  signal: 'word',
  state: 'word',
  caseId: 'id',
  challengeId: 'id',
  changeId: 'id',
  errorCode: 'id',
  jobId: 'id',
  messageId: 'id',
  noticeId: 'id',
  providerCode: 'id',
  ref: 'id',
  version: 'id',
  attempt: 'number',
  costPerDay: 'number',
  count: 'number',
  durationMs: 'number',
  port: 'number',
  status: 'number',
} as const;

type Allowed = typeof allowed;
type Kind = { word: string; id: string; number: number };

/** What a line may say; anything else does not compile, and is dropped where it comes all the same. */
export type LogFields = { [Name in keyof Allowed]?: Kind[Allowed[Name]] | null | undefined } & {
  /** reduced to name, code, the frames of its stack, and the message where it is an error of ours */
  error?: unknown;
};

/** @param event  what happened, in dot.case: `turn.answered` */
type Write = (event: string, fields?: LogFields) => void;

export interface Logger {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  fatal: Write;
  /** The same fields on every line: the component, the message of a turn. */
  child(fields: LogFields): Logger;
}

/**
 * One JSON line for each event, with its UTC time.
 * @param level  of pino: fatal, error, warn, info, debug, trace or silent
 * @param destination  standard output when left out
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const lines = destination === undefined ? pino(options) : pino(options, destination);
  const withFields = (bound: LogFields): Logger => {
    const at =
      (severity: 'debug' | 'info' | 'warn' | 'error' | 'fatal'): Write =>
      (event, fields) => {
        if (lines.isLevelEnabled(severity)) lines[severity](kept({ ...bound, ...fields }), word(event));
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      fatal: at('fatal'),
      child: (fields) => withFields({ ...bound, ...fields }),
    };
  };
  return withFields({});
}

const dropped = '[dropped]';

const isAllowed = (name: string): name is keyof Allowed => Object.hasOwn(allowed, name);

function kept(fields: LogFields): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    if (isAllowed(name)) line[name] = readers[allowed[name]](value);
    else if (name === 'error') line.error = reducedError(value);
  }
  return line;
}

// No run of five digits: no number of a person passes as a word.
function word(value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z/][\w.:/-]{0,79}$/.test(value) && !/\d{5}/.test(value) ? value : dropped;
}

// Nothing made of digits alone: references never are, a NIK, a card and a number always.
function id(value: unknown): string {
  return typeof value === 'string' && /^[\w.:-]{1,80}$/.test(value) && !/^\d{7,}$/.test(value) ? value : dropped;
}

function amount(value: unknown): number | string {
  return typeof value === 'number' && Math.abs(value) < 1e9 ? value : dropped;
}

const readers = { word, id, number: amount };

/** Foreign errors carry SQL, addresses, credentials: their texts stay here, and so do those of their causes. */
function reducedError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && error.code !== undefined ? { code: id(String(error.code)) } : {};
  return {
    name: word(error.name === 'Error' ? error.constructor.name : error.name),
    ...code,
    ...(error instanceof UbahDataError ? { message: oneLine(error.message) } : {}),
    frames: framesOf(error),
    ...(error.cause instanceof Error ? { cause: reducedCause(error.cause) } : {}),
  };
}

function reducedCause(cause: Error): Record<string, unknown> {
  const { frames: _, message: __, cause: ___, ...named } = reducedError(cause);
  return named;
}

/** `file:line` of ours and of packages; read behind the message, which may itself look like a frame. */
function framesOf(error: Error): string[] {
  const stack = error.stack ?? '';
  const start = stack.indexOf(error.message);
  if (start < 0) return [];
  const frames = stack
    .slice(start + error.message.length)
    .matchAll(/^ {4}at (?:.* \()?(?:async )?(?:file:\/\/)?((?:\/|node:)\S+?):(\d+):\d+\)?$/gm);
  return [...frames].slice(0, 8).map(([, file = '', line]) => `${shortened(file)}:${line}`);
}

const root = new URL('..', import.meta.url).pathname;
const shortened = (file: string) =>
  file.startsWith(root) ? file.slice(root.length) : file.replace(/^.*(?=node_modules\/)/, '');

const longest = 300;

/** ANSI sequences, control characters, line separators and bidi marks are gone. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Cc}\[[\d;?]*[ -/]*[@-~]/gu, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ')
    .trim()
    .slice(0, longest);
}
