import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ConsoleLogger, Controller, Get, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { application } from '../context/application.js';
import { parseConfig } from '../config/parse-config.js';
import { IsolithModule } from '../host/isolith.module.js';
import { AccessTokens, deriveKeys, edgeAdapter, Public, RateLimitModule, secureHeaders } from './index.js';
import { WHOLE_EDGE } from './edge-part.js';

const SECRET = 'the secret of the edge, long enough';

@Public()
@Controller('v1/things')
class Things {
  @Get()
  list(): readonly string[] {
    return [];
  }
}

@Module({
  imports: [
    IsolithModule.forRoot({
      config: parseConfig(application('app', []), { AUTH_SECRET: SECRET }).config,
      edge: WHOLE_EDGE,
    }),
    // A second is long enough for a few requests, and too short for this many of one identity.
    RateLimitModule.forRoot({ perSecond: 30 }),
  ],
  controllers: [Things],
})
class LimitedModule {}

let app: NestFastifyApplication;
const tokens = new AccessTokens(deriveKeys(SECRET));
const ask = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });
const as = (user: string) => ({ authorization: `Bearer ${tokens.issue({ user, roles: [], session: 's' })}` });

beforeAll(async () => {
  const module = await Test.createTestingModule({ imports: [LimitedModule] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(edgeAdapter(), { bodyParser: false });
  secureHeaders(app);
  await app.init();
});
afterAll(() => app.close());

it('an identity that asks too often gets 429 and when to come again; others, and health, go on', async () => {
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask('/v1/things', as('greedy'))));
  const refused = answers.filter(({ statusCode }) => statusCode === 429);
  expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBeGreaterThanOrEqual(30);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.json()).toMatchObject({ type: 'too-many-requests', status: 429 });
  expect(refused[0]?.headers).toMatchObject({
    'retry-after': '1',
    'content-type': expect.stringContaining('application/problem+json'),
  });
  expect((await ask('/v1/things', as('modest'))).statusCode).toBe(200);
  const health = await Promise.all(Array.from({ length: 60 }, () => ask('/health/live')));
  expect(health.every(({ statusCode }) => statusCode === 200)).toBe(true);
});

it('paths that no route has count too', async () => {
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask('/v1/guess', as('scanner'))));
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([404, 429]));
});

it('every answer keeps browsers from making something else of it', async () => {
  const wanted = {
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'cache-control': 'no-store',
  };
  for (const url of ['/v1/things', '/v1/guess', '/health/live']) expect((await ask(url)).headers).toMatchObject(wanted);
});

it('a host that stops answers 503 on a connection that it closes, and still says that it lives', async () => {
  app.get(HostLifecycle).beforeApplicationShutdown();
  const refused = await ask('/v1/things');
  expect(refused.json()).toMatchObject({ type: 'unavailable', status: 503 });
  expect(refused.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
  expect((await ask('/health/live')).statusCode).toBe(200);
  const ready = await ask('/health/ready');
  expect([ready.statusCode, ready.json().details.host]).toEqual([503, { status: 'down', phase: 'draining' }]);
});
