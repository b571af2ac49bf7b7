// Any contact centre that speaks signed webhooks: events go to one address, its calls come to /desk/v1/cases (docs/desk.md).
import { z } from 'zod';
import { Resumable } from '#machines/events.ts';
import type { DeskConfig } from '#src/config.ts';
import type { DeskCall, ExternalDesk } from '#src/conversation/external-desk.ts';
import type { Clock } from '#src/conversation/ports.ts';
import { MalformedRequestError } from '#src/errors.ts';
import { ask, outcomeOf } from './ask.ts';
import { headersOf, verifiedId } from './standard-webhooks.ts';
import type { Reading } from './way-in.ts';

type Webhook = Extract<DeskConfig, { kind: 'webhook' }>;

export const webhookPaths = ['/desk/v1/cases/:caseId/:call'];

export function createWebhookDesk(
  { url, secrets }: Webhook,
  { budgetMs, clock }: { budgetMs: number; clock: Clock },
): ExternalDesk {
  return {
    async deliver({ eventId, at, type, data }, { signal }) {
      const body = JSON.stringify({ type, timestamp: at, data });
      // The time of the try, not of the event: a repeated one is as fresh as the first.
      const timestamp = Math.floor(clock.now() / 1000);
      const deadline = AbortSignal.timeout(budgetMs);
      const answer = await ask(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headersOf(secrets, { id: eventId, timestamp, body }) },
        body,
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      });
      return outcomeOf(answer);
    },
  };
}

const ref = z.string().regex(/^[\w.@:-]{1,80}$/);
/** No digit, dot or slash: no number and no address is shown to participants as a name. */
const alias = z.string().regex(/^[\p{L}\p{M}][\p{L}\p{M} '-]{0,29}$/u);
const name = z.string().trim().min(1).max(80);
const caseId = z.string().min(1).max(80);

const who = z.strictObject({ ref, name, alias });
const known = z.strictObject({ ref });

/** The signature covers no path, so the body names the call and the case as well. */
const schemaOf = <Type extends string, Data extends z.ZodRawShape>(type: Type, data: Data) =>
  z.strictObject({
    type: z.literal(type),
    timestamp: z.iso.datetime({ offset: true }),
    data: z.strictObject({ caseId, ...data }),
  });

const calls = {
  claim: schemaOf('case.claim', { agent: who, reassign: z.boolean().default(false) }),
  messages: schemaOf('case.message', { agent: who, text: z.string().max(4_000) }),
  return: schemaOf('case.return', { agent: known, step: Resumable }),
  close: schemaOf('case.close', { agent: known, disposition: z.string().regex(/^[\w-]{1,40}$/) }),
};

export function readWebhooks({ secrets }: Webhook, { clock }: { clock: Clock }): Reading {
  return {
    verify: ({ header, body }) => verifiedId(secrets, { header, body, now: clock.now() }),
    async read({ id, json, path }) {
      const call = callOf(id, path.call ?? '', json);
      if (call.caseId !== path.caseId) throw new MalformedRequestError('path and body name different cases');
      return call;
    },
  };
}

function callOf(callId: string, name: string, json: unknown): DeskCall {
  switch (name) {
    case 'claim': {
      const { caseId, agent, reassign } = parsed(calls.claim, json);
      return { callId, caseId, call: 'claim', agent, reassigns: reassign };
    }
    case 'messages': {
      const { caseId, agent, text } = parsed(calls.messages, json);
      return { callId, caseId, call: 'message', agent, claims: false, text };
    }
    case 'return': {
      const { caseId, agent, step } = parsed(calls.return, json);
      return { callId, caseId, call: 'return', agent, step };
    }
    case 'close': {
      const { caseId, agent, disposition } = parsed(calls.close, json);
      return { callId, caseId, call: 'close', agent, disposition };
    }
    default:
      throw new MalformedRequestError('no such call');
  }
}

function parsed<Data>(schema: z.ZodType<{ data: Data }>, json: unknown): Data {
  const read = schema.safeParse(json);
  if (!read.success) throw new MalformedRequestError('not a call of ours');
  return read.data.data;
}
