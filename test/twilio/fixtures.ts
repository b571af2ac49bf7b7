// The captured and documented requests of test/fixtures/twilio/, typed, and the account they belong to.
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { TwilioConfig } from '#src/config.ts';
import { hide } from '#src/seal.ts';
import { sign } from '#src/simulator/twilio-wire.ts';
import { decodeForm, type FormLimits, type Pair } from '#src/twilio/form.ts';

const folder = new URL('../fixtures/twilio/', import.meta.url);

export const readFixture = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));

export const fixtureNames = (prefix: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.replace(/\.json$/, ''))
    .sort();

const Webhook = z.object({
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    params: z.record(z.string(), z.string()),
    rawBody: z.string(),
  }),
  expect: z.record(z.string(), z.unknown()),
});
export const webhook = (name: string): z.infer<typeof Webhook> => Webhook.parse(readFixture(name));

const Rest = z.object({
  request: z.object({ url: z.string(), params: z.record(z.string(), z.unknown()).default({}) }),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.string()),
    body: z.record(z.string(), z.unknown()).optional(),
    rawBody: z.string().optional(),
  }),
});
export const rest = (name: string): z.infer<typeof Rest> => Rest.parse(readFixture(name));

export const publicUrl = 'https://bot.example.com';
export const authToken = 'fixture-auth-token-not-a-secret';
export const limits: FormLimits = { maxKilobytes: 64, maxKeys: 100 };

export const twilio: TwilioConfig = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: hide(authToken),
  previousAuthToken: null,
  smsFrom: '+12025550100',
  whatsappFrom: 'whatsapp:+12025550101',
  messagingServiceSid: 'MG00000000000000000000000000000001',
  smsTwoWay: true,
  apiUrl: 'https://api.twilio.com',
  whatsappButtons: false,
  codeTemplates: { id: null, en: null },
  agentTemplates: { id: null, en: null },
};

/** Path and query, as a server receives them. */
export const pathOf = (url: string): string => url.slice(publicUrl.length);

export const pairsOf = (name: string): Pair[] => {
  const pairs = decodeForm(Buffer.from(webhook(name).request.rawBody));
  if (pairs === null) throw new Error(`${name} is not a form`);
  return pairs;
};

/** The params of a fixture, changed and signed again. */
export function resign(name: string, change: Record<string, string | null>) {
  const { url, params } = webhook(name).request;
  const kept = Object.entries({ ...params, ...change }).filter((entry): entry is [string, string] => entry[1] !== null);
  const changed = Object.fromEntries(kept);
  return {
    pairs: kept as Pair[],
    body: Buffer.from(encode(kept)),
    originalUrl: pathOf(url),
    signature: sign(authToken, url, changed),
  };
}

export const encode = (pairs: readonly Pair[]): string =>
  pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
