// One request to a contact centre, and what its answer means for what was told.
import type { DeskOutcome } from '#src/conversation/external-desk.ts';

export interface Answer {
  /** null: none came */
  status: number | null;
  retryAfterMs: number | null;
  /** undefined where it is no JSON */
  json: unknown;
}

const maxAnswerBytes = 256 * 1024;

/** Never throws: no answer is an answer without a status. */
export async function ask(url: string, request: RequestInit & { signal: AbortSignal }): Promise<Answer> {
  try {
    // A redirect would carry the text to another host.
    const response = await fetch(url, { ...request, redirect: 'manual' });
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return {
      status: response.status,
      retryAfterMs: Number.isFinite(seconds) ? Math.min(seconds, 3_600) * 1000 : null,
      json: parseJson(await readBounded(response)),
    };
  } catch {
    return { status: null, retryAfterMs: null, json: undefined };
  }
}

/** What is wrong with the request itself stays wrong; a wrong key or address is mended by somebody. */
const final: ReadonlySet<number> = new Set([400, 404, 409, 410, 413, 422]);

export function outcomeOf({ status, retryAfterMs }: Answer): DeskOutcome {
  if (status !== null && status >= 200 && status < 300) return { outcome: 'delivered' };
  if (status !== null && final.has(status)) return { outcome: 'refused', status };
  return { outcome: 'later', status, retryAfterMs };
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) return '';
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
