// The product beside a contact centre that msw plays; whatever else it calls out of this machine is an error.
import { randomUUID } from 'node:crypto';
import { http, passthrough, type RequestHandler } from 'msw';
import { setupServer } from 'msw/node';
import { headersOf } from '#src/desk/standard-webhooks.ts';
import { hide } from '#src/seal.ts';
import { createDeskWorld, type DeskWorld } from '../cases/desk-world.ts';
import { eventually } from '../support/world.ts';

/** The world's own servers: directory, Twilio emulator, the product itself. */
const ourselves = [
  http.all('http://localhost:*/*', () => passthrough()),
  http.all('http://127.0.0.1:*/*', () => passthrough()),
];

export function playDesk(...handlers: RequestHandler[]) {
  const server = setupServer(...handlers, ...ourselves);
  server.listen({ onUnhandledFrame: 'error' });
  return server;
}

export const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const deskUrl = 'https://desk.example.id/hooks/ubah-data';

export const createWebhookWorld = (env: Record<string, string> = {}): Promise<DeskWorld> =>
  createDeskWorld({ DESK_URL: deskUrl, DESK_SECRET: whsec, ...env });

let people = 0;
/** Somebody who has asked for a person. */
export async function waitingAt(world: DeskWorld, said: string[] = ['halo', 'PETUGAS']) {
  people += 1;
  const phone = world.onWhatsApp(`+62813555${String(people).padStart(5, '0')}`);
  let reply = '';
  for (const line of said) reply = await phone.say(line);
  const ref = /KC-\w{6}/.exec(reply)?.[0] ?? '';
  const caseId = await eventually(async () => {
    const rows = await world.query<{ case_id: string }>('select case_id from cases where ref = $1', [ref]);
    return rows[0]?.case_id;
  }, 'the case');
  return { phone, caseId, ref };
}

export interface Called {
  status: number;
  body: Record<string, unknown>;
}

export interface CallOptions {
  id?: string;
  secret?: string;
  /** seconds since it was signed */
  late?: number;
  type?: string;
  method?: string;
  contentType?: string;
}

const types = { claim: 'case.claim', messages: 'case.message', return: 'case.return', close: 'case.close' } as const;

/** A call as the desk makes it. */
export async function callUs(
  origin: string,
  name: keyof typeof types,
  data: Record<string, unknown> & { caseId: string },
  { id = randomUUID(), secret = whsec, late = 0, ...options }: CallOptions = {},
): Promise<Called> {
  const timestamp = Math.floor(Date.now() / 1000) - late;
  const body = JSON.stringify({ type: options.type ?? types[name], timestamp: new Date().toISOString(), data });
  const response = await fetch(`${origin}/desk/v1/cases/${data.caseId}/${name}`, {
    method: options.method ?? 'POST',
    headers: {
      'content-type': options.contentType ?? 'application/json',
      ...headersOf([hide(secret)], { id, timestamp, body }),
    },
    body,
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
}

export const dewi = { ref: 'u-17', name: 'Dewi Anggraini', alias: 'Dewi' };
export const budi = { ref: 'u-18', name: 'Budi Hartono', alias: 'Budi' };

export const stateOf = async (world: DeskWorld, caseId: string) => {
  const [row] = await world.query<{
    state: string;
    control: string;
    assignee: string | null;
    end_reason: string | null;
  }>('select state, control, assignee, end_reason from cases where case_id = $1', [caseId]);
  return row;
};

/** What waits to be told again is due now; the cases' own time stands still. */
export async function hurryDesk(world: Pick<DeskWorld, 'query'>): Promise<void> {
  await world.query('update desk_events set next_try_at = now() where finished_at is null');
  await world.query(
    `update pgboss.job set start_after = now() where name = 'desk.tell' and state in ('created', 'retry')`,
  );
}
