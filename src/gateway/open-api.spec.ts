import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { edgeAdapter, describeRoute } from '@isolith/isolith/http';
import { parseConfig } from '@isolith/isolith';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { AppModule } from '../app.module.js';
import { PlaceOrderRoute } from '../orders/features/place-order.route.js';
import { shop } from '../shop.js';
import { openApi } from './open-api.js';

let app: NestFastifyApplication;
let document: OpenAPIObject;
beforeAll(async () => {
  const { config } = parseConfig(shop, { DATA_DIR: 'memory://', RATE_LIMIT: 'off' });
  const module = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] }).compile();
  app = module.createNestApplication<NestFastifyApplication>(edgeAdapter(), { bodyParser: false, logger: false });
  await app.init();
  document = openApi(app);
});
afterAll(() => app.close());

const operation = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()),
  parameters: z.array(
    z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema: z.looseObject({}) }),
  ),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: z.looseObject({}) }) }) })
    .optional(),
  responses: z.record(z.string(), z.looseObject({})),
});
type Operation = z.output<typeof operation> & { readonly call: string };

const operations = (): readonly Operation[] => {
  const all = Object.entries(document.paths).flatMap(([path, { get, post, patch, delete: remove }]) =>
    Object.entries({ GET: get, POST: post, PATCH: patch, DELETE: remove }).flatMap(([method, found]) =>
      found === undefined ? [] : [{ ...operation.parse(found), call: `${method} ${path}` }],
    ),
  );
  expect(all.length).toBeGreaterThan(20);
  return all;
};
const calls = (wanted: (one: Operation) => boolean) =>
  operations()
    .filter(wanted)
    .map(({ call }) => call);

/** Every schema of the document, at whatever depth. */
function* schemasIn(node: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(node)) for (const item of node) yield* schemasIn(item);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  yield { ...node };
  for (const part of Object.values(node)) yield* schemasIn(part);
}

describe('the document of the API', () => {
  it('is valid for a strict validator (fault 30)', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('has only patterns that every engine reads (fault 30)', () => {
    const patterns = [...schemasIn(document)].flatMap(({ pattern }) => (typeof pattern === 'string' ? [pattern] : []));
    expect(patterns.length).toBeGreaterThan(20);
    // No code points in braces, properties, look-around, back references or named groups.
    const special = patterns.filter((pattern) => /\\u|\\p|\\k|\\[1-9]|\(\?[^:]/.test(pattern));
    expect(special).toEqual([]);
    for (const pattern of patterns)
      for (const flags of ['', 'u']) expect(() => new RegExp(pattern, flags)).not.toThrow();
  });

  it('has no part without a type that generators would make `unknown` of, nor a format beyond what is enforced (fault 30)', () => {
    const unions = [...schemasIn(document)].filter((schema) => 'anyOf' in schema || 'oneOf' in schema);
    expect(unions).toEqual([]);
    const formats = new Set([...schemasIn(document)].flatMap(({ format }) => (format === undefined ? [] : [format])));
    // Patterns that are narrower stand beside both.
    expect(formats).toEqual(new Set(['date-time', 'uuid']));
  });

  it('says of every body that unknown fields are refused (fault 31)', () => {
    const open = operations().flatMap(({ call, requestBody }) =>
      [...schemasIn(requestBody)]
        .filter(({ type, additionalProperties: more }) => type === 'object' && more !== false)
        .map(() => call),
    );
    expect(open).toEqual([]);
  });

  it('says of every PATCH of fields that it needs one (fault 31)', () => {
    const least = operations()
      .filter(({ call }) => call.startsWith('PATCH'))
      .map(({ call, requestBody }) => {
        const { minProperties, required } = { ...requestBody?.content['application/json'].schema };
        return [call, minProperties ?? required];
      });
    expect(Object.fromEntries(least)).toEqual({
      'PATCH /v1/users/me': 1,
      'PATCH /v1/products/{sku}': 1,
      'PATCH /v1/users/{id}': ['roles'],
    });
  });

  it('says which routes anyone may call (fault 31)', () => {
    expect(calls(({ security }) => security.length === 0)).toEqual([
      'POST /v1/users',
      'POST /v1/sessions',
      'POST /v1/sessions/refresh',
      'POST /v1/password-resets',
      'POST /v1/password-resets/{token}',
      'GET /v1/products',
      'GET /v1/products/{sku}',
    ]);
  });

  it('says how the routes that look at it take an Idempotency-Key (fault 31)', () => {
    const keys = operations().flatMap(({ call, parameters }) =>
      parameters.filter(({ name }) => name === 'Idempotency-Key').map((key) => ({ call, ...key })),
    );
    expect(keys.filter(({ schema }) => schema['pattern'] !== '^[\\x21-\\x7e]{1,200}$')).toEqual([]);
    expect(keys.filter(({ required }) => required).map(({ call }) => call)).toEqual(['POST /v1/orders']);
    expect(describeRoute(PlaceOrderRoute, 'place').idempotencyKey?.required).toBe(true);
    expect(calls(({ call }) => call.startsWith('POST') && !keys.some((key) => key.call === call))).toEqual([
      'POST /v1/sessions',
      'POST /v1/sessions/refresh',
    ]);
  });

  it('bounds every text that a request brings, the mail address among them (fault 31)', () => {
    const free = operations().flatMap(({ call, parameters, requestBody }) =>
      [...schemasIn([parameters.filter(({ name }) => name !== 'Prefer'), requestBody])]
        .filter(
          ({ type, maxLength, pattern, enum: values }) =>
            type === 'string' &&
            maxLength === undefined &&
            values === undefined &&
            (typeof pattern !== 'string' || /[*+]/.test(pattern)),
        )
        .map((schema) => [call, schema]),
    );
    expect(free).toEqual([]);
  });

  it('tells every status that a problem document can have (fault 31)', () => {
    for (const { call, responses, security, requestBody, parameters } of operations()) {
      const needs = [
        '400',
        '429',
        '503',
        '504',
        'default',
        ...(security.length > 0 ? ['401', '403'] : []),
        ...(requestBody === undefined ? [] : ['413', '415']),
        ...(call.startsWith('GET') ? [] : ['409', '422']),
        ...(parameters.some((parameter) => parameter.in === 'path') ? ['404'] : []),
      ];
      expect({ call, told: Object.keys(responses) }).toEqual({ call, told: expect.arrayContaining(needs) });
    }
  });
});
