import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failure, OutcomeUnknownError, type Principal } from '@isolith/contracts';
import { currentScope } from '@isolith/message-bus';
import { Body, ConsoleLogger, Controller, Get, HttpCode, Module, Post, Query } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { parseConfig } from '../config/parse-config.js';
import { IsolithModule } from '../host/isolith.module.js';
import {
  AccessTokens,
  CommandId,
  CurrentSession,
  CurrentUser,
  deriveKeys,
  edgeAdapter,
  listQuery,
  Public,
  SignedIn,
} from './index.js';
import { WHOLE_EDGE } from './edge-part.js';

const SECRET = 'the secret of the edge, long enough';
const METRICS = 'scrape-me';
const order = z.object({ lines: z.array(z.object({ sku: z.string(), quantity: z.int().min(1) })).min(1) });

class SoldOut extends failure('tiny.sold-out', { status: 409, detail: 'nothing is left' }) {}

@SignedIn()
@Controller('v1/things')
class ThingRoutes {
  @Public()
  @Get()
  list(@Query({ schema: listQuery }) query: z.output<typeof listQuery>) {
    return query;
  }

  @Post()
  @HttpCode(202)
  async order(@Body({ schema: order }) body: z.output<typeof order>, @CommandId({ required: true }) id: string) {
    await Promise.resolve();
    const scope = currentScope();
    return {
      id,
      lines: body.lines.length,
      context: scope?.context,
      principal: scope?.principal,
      correlationId: scope?.correlationId,
    };
  }

  @Get('me')
  me(@CurrentUser() user: Principal, @CurrentSession() session: string) {
    return { user, session };
  }

  @Public()
  @Get('fails')
  fails(@Query('how') how: string): never {
    if (how === 'failure') throw new SoldOut({});
    if (how === 'unknown') throw new OutcomeUnknownError('no answer in time');
    throw new Error('hunter2 is inside');
  }
}

@Module({
  imports: [
    IsolithModule.forRoot({
      edge: WHOLE_EDGE,
      config: parseConfig(application('app', [context('tiny')]), { AUTH_SECRET: SECRET, METRICS_TOKEN: METRICS })
        .config,
    }),
  ],
  controllers: [ThingRoutes],
})
class TinyModule {}

let app: NestFastifyApplication;
const tokens = new AccessTokens(deriveKeys(SECRET));
const as = (user: string, roles: string[] = ['customer']) => ({
  authorization: `Bearer ${tokens.issue({ user, roles, session: 's-1' })}`,
});
const BODY = { lines: [{ sku: 'A', quantity: 1 }] };

beforeAll(async () => {
  const module = await Test.createTestingModule({ imports: [TinyModule] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(edgeAdapter({ bodyLimit: 2_000 }), { bodyParser: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());

const post = (payload: unknown, headers: Record<string, string> = { ...as('u-1'), 'idempotency-key': 'k-1' }) =>
  app.inject({
    method: 'POST',
    url: '/v1/things',
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

/** Sends the body in two pieces, in event-loop turns of their own, over a real socket. */
function slowly(address: unknown, headers: Record<string, string>): Promise<{ principal?: { user?: string } }> {
  const { port } = z.object({ port: z.int() }).parse(address);
  const body = JSON.stringify(BODY);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/v1/things',
        headers: {
          ...headers,
          'idempotency-key': 'k',
          'content-type': 'application/json',
          'content-length': body.length,
        },
      },
      (answer) => {
        let text = '';
        answer
          .setEncoding('utf8')
          .on('data', (piece: string) => (text += piece))
          .on('end', () => resolve(JSON.parse(text)));
      },
    );
    sent.on('error', reject);
    sent.write(body.slice(0, 10), () => setTimeout(() => sent.end(body.slice(10)), 20));
  });
}

describe('a request', () => {
  it("runs as its user in the scope of the gateway, body and all, within the caller's trace", async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const answer = await post(BODY, {
      ...as('u-1', ['admin']),
      'idempotency-key': 'k-1',
      traceparent: `00-${trace}-b7ad6b7169203331-01`,
    });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({
      id: expect.any(String),
      lines: 1,
      context: 'gateway',
      principal: { service: 'gateway', user: 'u-1', roles: ['admin'] },
      correlationId: trace,
    });
  });

  it('never sees the scope of another one that runs at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => post(BODY, { ...as(`u-${n}`), 'idempotency-key': 'k' })),
    );
    expect(answers.map((answer) => answer.json().principal.user)).toEqual(
      Array.from({ length: 50 }, (_, n) => `u-${n}`),
    );
    expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(50);
  });

  it('keeps its scope when its body comes late and in pieces, over a connection that others used before', async () => {
    await app.listen(0, '127.0.0.1');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => slowly(app.getHttpServer().address(), as(`u-${n}`))),
    );
    expect(answers.map((answer) => answer?.principal?.user)).toEqual(Array.from({ length: 8 }, (_, n) => `u-${n}`));
  });

  it('with the same key by the same user is the same command', async () => {
    const [one, again, other] = [
      await post(BODY),
      await post(BODY),
      await post(BODY, { ...as('u-1'), 'idempotency-key': 'k-2' }),
    ];
    expect(again?.json().id).toBe(one?.json().id);
    expect(other?.json().id).not.toBe(one?.json().id);
  });

  it('knows user and session from the token', async () => {
    const answer = await get('/v1/things/me', as('u-9'));
    expect(answer.json()).toEqual({ user: { service: 'gateway', user: 'u-9', roles: ['customer'] }, session: 's-1' });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('reads lists with limits', async () => {
    expect((await get('/v1/things?limit=7')).json()).toEqual({ limit: 7 });
  });
});

describe('a refusal', () => {
  it.each([
    ['no token', () => post(BODY, { 'idempotency-key': 'k' }), 401, 'unauthenticated', undefined],
    [
      'a bad token',
      () => post(BODY, { authorization: 'Bearer x.y.z', 'idempotency-key': 'k' }),
      401,
      'unauthenticated',
      undefined,
    ],
    [
      'another scheme',
      () => post(BODY, { authorization: 'Basic dTpw', 'idempotency-key': 'k' }),
      401,
      'unauthenticated',
      undefined,
    ],
    ['no key', () => post(BODY, as('u-1')), 400, 'contract-violation', '/headers/Idempotency-Key'],
    [
      'a bad key',
      () => post(BODY, { ...as('u-1'), 'idempotency-key': 'a b' }),
      400,
      'contract-violation',
      '/headers/Idempotency-Key',
    ],
    [
      'a wrong field',
      () => post({ lines: [{ sku: 'A', quantity: 0 }] }),
      400,
      'contract-violation',
      '/lines/0/quantity',
    ],
    ['an unknown field', () => post({ ...BODY, note: 'x' }), 400, 'contract-violation', '/note'],
    [
      'no body',
      () => app.inject({ method: 'POST', url: '/v1/things', headers: { ...as('u-1'), 'idempotency-key': 'k' } }),
      400,
      'contract-violation',
      '',
    ],
    ['broken JSON', () => post('{"lines": hunter2'), 400, 'bad-request', undefined],
    ['an empty body', () => post(''), 400, 'contract-violation', ''],
    ['a poisoned body', () => post('{"lines":[],"__proto__":{"admin":true}}'), 400, 'bad-request', undefined],
    [
      'text',
      () => post('hello', { ...as('u-1'), 'content-type': 'text/plain' }),
      415,
      'unsupported-media-type',
      undefined,
    ],
    [
      'a form',
      () => post('a=b', { ...as('u-1'), 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported-media-type',
      undefined,
    ],
    [
      'a large body',
      () => post({ lines: [{ sku: 'A'.repeat(3_000), quantity: 1 }] }),
      413,
      'content-too-large',
      undefined,
    ],
    ['an unknown route', () => get('/v1/nothing?secret=hunter2'), 404, 'not-found', undefined],
    ['a malformed path', () => get('/v1/%zz'), 400, 'bad-request', undefined],
    ['a bad limit', () => get('/v1/things?limit=1000'), 400, 'contract-violation', '/limit'],
    ['an unknown filter', () => get('/v1/things?limt=1'), 400, 'contract-violation', '/limt'],
    ['a failure', () => get('/v1/things/fails?how=failure'), 409, 'sold-out', undefined],
    ['an unknown outcome', () => get('/v1/things/fails?how=unknown'), 504, 'outcome-unknown', undefined],
    ['an error', () => get('/v1/things/fails'), 500, 'internal', undefined],
  ])('for %s is a problem document that shows no inside', async (_, request, status, type, pointer) => {
    const answer = await request();
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ type, status, title: expect.any(String), detail: expect.any(String) });
    expect(answer.statusCode).toBe(status);
    expect(answer.json().errors?.[0]?.pointer).toBe(pointer);
    expect(answer.body).not.toContain('hunter2');
  });

  it('of a token says that it has expired only on routes that need one', async () => {
    expect((await get('/v1/things', { authorization: 'Bearer broken' })).statusCode).toBe(200);
    const refused = await get('/v1/things/me', { authorization: 'Bearer broken' });
    expect(refused.json().detail).toBe('the access token is not valid');
    expect(refused.headers['www-authenticate']).toBe('Bearer');
  });
});

describe('operations', () => {
  it('health is for anyone', async () => {
    expect((await get('/health/live')).json()).toEqual({ status: 'ok' });
    const ready = await get('/health/ready');
    expect([ready.statusCode, ready.json().details.host]).toEqual([200, { status: 'up', phase: 'started' }]);
  });

  it.each(['topology', 'circuitbreakers', 'projections'])('/actuator/%s is for operators', async (what) => {
    const answers = [
      await get(`/actuator/${what}`),
      await get(`/actuator/${what}`, as('u-1')),
      await get(`/actuator/${what}`, as('root', ['admin'])),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 403, 200]);
  });

  it('metrics are for the scraper and operators, and count by route', async () => {
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const answers = [
      await get('/metrics'),
      await get('/metrics', bearer('wrong')),
      await get('/metrics', as('u-1')),
      await get('/metrics', as('root', ['admin'])),
      await get('/metrics', bearer(METRICS)),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 403, 200, 200]);
    const text = answers.at(-1)?.body ?? '';
    expect(answers.at(-1)?.headers['content-type']).toMatch(/^text\/plain; version=/);
    expect(text).toMatch(/service_request_total\{method="POST",route="\/v1\/things",status="202",service="app"\} \d+/);
    expect(text).toMatch(/service_request_total\{method="GET",route="unmatched",status="404",service="app"\} \d+/);
    expect(text).toContain('service_latency_seconds_bucket');
    expect(text).not.toContain('secret=hunter2');
  });
});
