import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessTokens, edgeAdapter } from '@isolith/isolith/http';
import { parseConfig } from '@isolith/isolith';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../app.module.js';
import { shop } from '../shop.js';
import { openApi, serveOpenApi } from './open-api.js';

const adapter = edgeAdapter({ trustProxy: '1' });
let app: NestFastifyApplication;

beforeAll(async () => {
  const { config } = parseConfig(shop, { DATA_DIR: 'memory://', RATE_LIMIT: 'off', OPERATIONS_RATE_LIMIT: 'off' });
  const module = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] }).compile();
  app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
  serveOpenApi(app);
  await app.init();
});
afterAll(() => app.close());

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'TRACE';
const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** Every path of the shop, of the documentation and of the host itself, with a value for each parameter. */
const paths = () => {
  const all = [...adapter.routes.paths].map(([pattern, methods]) => ({
    url: pattern.replaceAll(/:\w+/g, '0198b0a4-0000-7000-8000-000000000000'),
    methods,
  }));
  expect(all.length).toBeGreaterThan(30);
  return all;
};
const ask = (method: Method, url: string, headers: Record<string, string> = {}, payload: string | Readable = '') =>
  app.inject({ method, url, headers, ...(payload === '' ? {} : { payload }) });

describe('every path', () => {
  it('says what it takes, to OPTIONS with 204 and to every other method with 405 (fault 36)', async () => {
    for (const { url, methods } of paths()) {
      const options = await ask('OPTIONS', url);
      const allow = String(options.headers.allow).split(', ');
      expect({ url, status: options.statusCode, allow }).toEqual({
        url,
        status: 204,
        allow: expect.arrayContaining([...methods, 'OPTIONS']),
      });
      for (const method of METHODS.filter((one) => !methods.has(one) && one !== 'OPTIONS')) {
        const { statusCode: status, headers } = await ask(method, url);
        const refused = { method, url, status: 405, allow: allow.join(', ') };
        // What only a parameter beside takes (`/parked/:id/replay`, `/parked/:context/:id`) is answered there.
        if (allow.includes(method)) expect(status).not.toBe(405);
        else expect({ method, url, status, allow: headers.allow }).toEqual(refused);
      }
    }
  });

  it('answers HEAD as it answers GET, without a body (fault 36)', async () => {
    for (const { url } of paths().filter(({ methods }) => methods.has('GET'))) {
      const [get, head] = [await ask('GET', url), await ask('HEAD', url)];
      const seen = { url, status: head.statusCode, body: head.body, type: head.headers['content-type'] };
      expect(seen).toEqual({ url, status: get.statusCode, body: '', type: get.headers['content-type'] });
    }
  });
});

describe('a route without a body (fault 33)', () => {
  const bodyless = () => {
    const described = openApi(app).paths;
    const without = Object.entries(described).flatMap(([path, { post, patch, delete: remove }]) =>
      Object.entries({ POST: post, PATCH: patch, DELETE: remove } as const).flatMap(([method, operation]) =>
        operation === undefined || operation.requestBody !== undefined
          ? []
          : [{ method: METHODS.find((one) => one === method) ?? 'GET', url: path.replaceAll(/\{\w+\}/g, 'x') }],
      ),
    );
    expect(without.length).toBeGreaterThan(3);
    return without;
  };

  it.each(['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded'])(
    'takes an empty one of type %s, with and without a length',
    async (type) => {
      for (const { method, url } of bodyless()) {
        const plain = await ask(method, url);
        for (const payload of ['', Readable.from([])]) {
          const answer = await ask(method, url, { 'content-type': type }, payload);
          expect({ method, url, status: answer.statusCode }).toEqual({ method, url, status: plain.statusCode });
        }
      }
    },
  );

  it('signs out', async () => {
    const token = app.get(AccessTokens, { strict: false }).issue({
      user: '0198b0a4-0000-7000-8000-000000000001',
      roles: ['customer'],
      session: '0198b0a4-0000-7000-8000-000000000002',
    });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    expect((await ask('DELETE', '/v1/sessions', headers)).statusCode).toBe(204);
  });
});

it('the document says where the outside finds the shop, and no page names another place (fault 37)', async () => {
  const servers = async (headers: Record<string, string>) => (await ask('GET', '/docs-json', headers)).json().servers;
  expect(await servers({})).toEqual([{ url: '/' }]);
  expect(await servers({ 'x-forwarded-prefix': '/shop' })).toEqual([{ url: '/shop' }]);
});
