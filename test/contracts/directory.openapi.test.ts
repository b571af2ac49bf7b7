// The OpenAPI document is what an insurer's engineers build from: the server here has to answer as it says.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createSampleDirectory } from '#src/participants/sample-directory.ts';
import { createSampleMemory } from '#src/participants/sample-file.ts';
import { hide } from '#src/seal.ts';
import { type DirectoryServer, startDirectoryServer } from '#src/simulator/directory-server.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const Json: z.ZodType<Json> = z.json();

const document = Json.parse(
  JSON.parse(await readFile(new URL('../../docs/directory.openapi.json', import.meta.url), 'utf8')),
);

/** The part at a path of keys, with `$ref`s followed. */
function part(...keys: string[]): Json | undefined {
  let at: Json | undefined = document;
  for (const key of keys) at = follow(isObject(at) ? at[key] : undefined);
  return at;
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function follow(value: Json | undefined): Json | undefined {
  if (!isObject(value) || typeof value.$ref !== 'string') return value;
  const found = part(...value.$ref.replace(/^#\//, '').split('/'));
  if (found === undefined) throw new Error(`${value.$ref} leads nowhere`);
  return found;
}

/** The same with every `$ref` inside replaced. */
function resolved(value: Json): Json {
  const followed = follow(value) ?? null;
  if (Array.isArray(followed)) return followed.map(resolved);
  if (!isObject(followed)) return followed;
  return Object.fromEntries(Object.entries(followed).map(([key, inner]) => [key, resolved(inner)]));
}

function validator(schema: Json | undefined): z.ZodType {
  const plain = z.record(z.string(), z.json()).parse(resolved(schema ?? null));
  return z.fromJSONSchema(plain);
}

interface Content {
  where: string;
  schema: Json;
  examples: Json[];
}

/** Every `content` of the document, in requests and in answers. */
function contents(value: Json, where = '#'): Content[] {
  if (Array.isArray(value)) return value.flatMap((inner, index) => contents(inner, `${where}/${index}`));
  if (!isObject(value)) return [];
  const { schema } = value;
  const examples = isObject(value.examples) ? Object.values(value.examples) : [];
  const values = examples.map((example) => (isObject(example) ? (example.value ?? null) : null));
  const own =
    schema === undefined ? [] : [{ where, schema, examples: 'example' in value ? [value.example ?? null] : values }];
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => contents(inner, `${where}/${key}`))];
}

const siti = '/v1/participants/P-0011';
const byId = '/v1/participants/{participantId}';
const oldAddress = 'siti.aminah@example.com';
const wrongPins = Array.from({ length: 4 }, () => pinOf('P-0011', '000000', 200));

function pinOf(id: string, pin: string, status: number) {
  return {
    method: 'post',
    path: `/v1/participants/${id}/pin/verify`,
    template: `${byId}/pin/verify`,
    body: { pin },
    status,
  };
}
function contactOf(key: string, value: string, expected: string | null, status: number) {
  const template = `${byId}/contact/{field}`;
  return { method: 'put', path: `${siti}/contact/email`, template, body: { value, expected }, key, status };
}
function lookUpOf(body: object, status: number) {
  return { method: 'post', path: '/v1/participants/identify', template: '/v1/participants/identify', body, status };
}

interface Exchange {
  method: string;
  path: string;
  template: string;
  body?: object;
  key?: string;
  status: number;
}

const exchanges: Exchange[] = [
  lookUpOf({ nik: '9901014506850001', birthDate: '1985-06-05' }, 200),
  lookUpOf({ cardNumber: '0009900000022', birthDate: '1979-08-17' }, 200),
  lookUpOf({ nik: '9901017112920003', birthDate: '1992-12-31' }, 200),
  lookUpOf({ cardNumber: '0009900000044', birthDate: '1960-01-11' }, 200),
  lookUpOf({ nik: '9901016802990005', birthDate: '1999-02-28' }, 200),
  lookUpOf({ nik: '9901014506850001', birthDate: '1985-06-06' }, 404),
  lookUpOf({ nik: '1' }, 400),
  { method: 'get', path: siti, template: byId, status: 200 },
  { method: 'get', path: '/v1/participants/P-9999', template: byId, status: 404 },
  pinOf('P-0011', '135790', 200),
  ...wrongPins,
  pinOf('P-0055', '000000', 200),
  pinOf('P-0033', '000000', 200),
  pinOf('P-9999', '000000', 404),
  pinOf('P-0011', '', 400),
  contactOf('change-1', 'siti.baru@example.com', oldAddress, 200),
  contactOf('change-1', 'siti.baru@example.com', oldAddress, 200),
  contactOf('change-2', 'siti.lain@example.com', oldAddress, 409),
  contactOf('change-3', 'agus.wijaya@example.com', 'siti.baru@example.com', 409),
  contactOf('change-4', 'siti', 'siti.baru@example.com', 422),
  contactOf('', 'siti.lain@example.com', 'siti.baru@example.com', 400),
];

describe('the document', () => {
  test('is OpenAPI 3.1 with four operations, and every reference leads somewhere', () => {
    expect(part('openapi')).toMatch(/^3\.1\./);
    const paths = z.record(z.string(), z.record(z.string(), z.json())).parse(part('paths'));
    const operations = Object.values(paths).flatMap((path) =>
      Object.values(path).filter((value) => !Array.isArray(value)),
    );
    const ids = operations.map((operation) => (isObject(operation) ? operation.operationId : null));
    expect(ids).toEqual(['identify', 'read', 'verifyPin', 'changeContact']);
    expect(() => resolved(document)).not.toThrow();
  });

  test('names every variable of a path as a parameter of it', () => {
    const paths = z.record(z.string(), z.record(z.string(), z.json())).parse(resolved(part('paths') ?? null));
    for (const [path, item] of Object.entries(paths)) {
      const parameters = z.array(z.looseObject({ name: z.string() })).parse(item.parameters ?? []);
      const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(parameters.map(({ name }) => name)).toEqual(variables);
    }
  });

  test('has examples that fit their own schemas', () => {
    const withExamples = contents(document).filter(({ examples }) => examples.length > 0);
    expect(withExamples.length).toBeGreaterThan(8);
    for (const { where, schema, examples } of withExamples) {
      for (const example of examples) {
        expect(validator(schema).safeParse(example), `${where}: ${JSON.stringify(example)}`).toMatchObject({
          success: true,
        });
      }
    }
  });

  test('would not take a participant without a name', () => {
    const schema = part('components', 'schemas', 'Participant');
    const nameless = { participantId: 'P-0011', segment: 'PBPU', membershipStatus: 'active' };
    expect(validator(schema).safeParse(nameless).success).toBe(false);
    expect(validator(schema).safeParse({ ...nameless, name: 'Siti Aminah' }).success).toBe(true);
  });
});

describe('the server beside the document', () => {
  let server: DirectoryServer;
  beforeAll(async () => {
    const directory = await createSampleDirectory({ store: createSampleMemory(), clock: { now: () => Date.now() } });
    server = await startDirectoryServer({ directory, token: hide('server-token') });
  });
  afterAll(() => server.stop());

  const ask = ({ method, path, body, key }: Exchange, token = 'server-token') =>
    fetch(`${server.url}${path}`, {
      method: method.toUpperCase(),
      headers: { authorization: `Bearer ${token}`, ...(key && { 'idempotency-key': key }) },
      ...(body && { body: JSON.stringify(body) }),
    });

  test('answers every call with a status of the document and in its shape', async () => {
    for (const exchange of exchanges) {
      const { method, template, status } = exchange;
      const response = await ask(exchange);
      const where = `${method} ${exchange.path} ${JSON.stringify(exchange.body)}`;
      expect(response.status, where).toBe(status);
      expect(response.headers.get('content-type'), where).toBe('application/json; charset=utf-8');
      const schema = part(
        'paths',
        template,
        method,
        'responses',
        String(status),
        'content',
        'application/json',
        'schema',
      );
      expect(schema, `${where}: ${status} is not in the document`).toBeDefined();
      expect(validator(schema).safeParse(await response.json()), where).toMatchObject({ success: true });
    }
  });

  test('refuses every operation without the right token, as the document says', async () => {
    for (const exchange of exchanges) {
      expect((await ask(exchange, 'other')).status).toBe(401);
      const { template, method } = exchange;
      expect(part('paths', template, method, 'responses', '401')).toBeDefined();
    }
  });
});
