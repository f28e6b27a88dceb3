import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { AccessTokens, deriveKeys, Public, RateLimitModule, secureHeaders } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

const SECRET = 'the secret of the edge, long enough';

@Public()
@Controller('v1/things')
class Things {
  @Get()
  list(): readonly string[] {
    return [];
  }
}

const warnings: unknown[] = [];
const nothing = (): void => undefined;
let app: NestFastifyApplication;
const tokens = new AccessTokens(deriveKeys(SECRET));
const ask = (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
  app.inject({ method: 'GET', url, headers, remoteAddress });
const as = (user: string) => ({ authorization: `Bearer ${tokens.issue({ user, roles: [], session: 's' })}` });

beforeAll(async () => {
  app = await edgeApp([Things], {
    variables: { AUTH_SECRET: SECRET },
    // A second is long enough for a few requests, and too short for this many of one identity.
    imports: [RateLimitModule.forRoot({ perSecond: 30, perNetwork: 60 })],
    logger: { log: nothing, error: nothing, debug: nothing, warn: (said: unknown) => void warnings.push(said) },
  });
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

it('every answer says what is left of whose limit (fault 21)', async () => {
  const { headers } = await ask('/v1/guess', as('curious'), '192.0.2.9');
  expect(headers).toMatchObject({ 'ratelimit-limit': '30', 'ratelimit-remaining': '29', 'ratelimit-reset': '1' });
  expect((await ask('/health/live')).headers).not.toHaveProperty('ratelimit-limit');
});

it('an address in a network of its own is no way around a limit (fault 21)', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => ask('/v1/things', {}, `2001:db8::${n.toString(16)}`)),
  );
  expect(answers.filter(({ statusCode }) => statusCode === 429).length).toBeGreaterThan(0);
});

it('many accounts at one network are held back together, and strangers there take no room from them (fault 21)', async () => {
  const strangers = await Promise.all(Array.from({ length: 200 }, () => ask('/v1/things', {}, '192.0.2.1')));
  expect(strangers.filter(({ statusCode }) => statusCode === 429).length).toBeGreaterThan(0);
  expect((await ask('/v1/things', as('neighbour'), '192.0.2.1')).statusCode).toBe(200);
  const many = await Promise.all(
    Array.from({ length: 300 }, (_, n) => ask('/v1/things', as(`account ${n}`), '192.0.2.2')),
  );
  const refused = many.filter(({ statusCode }) => statusCode === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.headers).toMatchObject({
    'ratelimit-limit': '60',
    'ratelimit-remaining': '0',
    'retry-after': '1',
  });
});

it('a proxy that TRUST_PROXY does not name is told of once (fault 21)', async () => {
  for (const n of [1, 2, 3]) await ask('/v1/things', { 'x-forwarded-for': `203.0.113.${n}` }, '192.0.2.3');
  expect(warnings).toEqual([
    expect.objectContaining({ message: expect.stringContaining('TRUST_PROXY'), from: '192.0.2.3' }),
  ]);
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
