import { afterEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Controller, Get, Header, HttpCode, Module, Post, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyRequest } from 'fastify';
import { application } from '../context/application.js';
import { parseConfig } from '../config/parse-config.js';
import { IsolithModule } from '../host/isolith.module.js';
import { allowOrigins, edgeAdapter, pathPrefixOf, Public } from './index.js';
import { WHOLE_EDGE } from './edge-part.js';

@Public()
@Controller('v1/things')
class Things {
  @Get()
  seen(@Req() request: FastifyRequest) {
    return { ip: request.ip, prefix: pathPrefixOf(request) };
  }

  @Post()
  @HttpCode(202)
  @Header('Location', '/v1/things/7')
  make(): void {}

  @Post('elsewhere')
  @HttpCode(202)
  @Header('Location', '//other.example/v1')
  elsewhere(): void {}
}

let app: NestFastifyApplication;
afterEach(() => app.close());

async function host(env: Record<string, string>): Promise<void> {
  const { config, violations } = parseConfig(application('app', []), { DATA_DIR: 'memory://', ...env });
  expect(violations).toEqual([]);

  @Module({ imports: [IsolithModule.forRoot({ config, edge: WHOLE_EDGE })], controllers: [Things] })
  class TinyModule {}

  const module = await Test.createTestingModule({ imports: [TinyModule] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(edgeAdapter({ trustProxy: config.values.TRUST_PROXY }), {
    bodyParser: false,
  });
  if (config.values.CORS_ORIGINS !== undefined) allowOrigins(app, config.values.CORS_ORIGINS);
  await app.init();
}

const ask = (method: 'GET' | 'POST' | 'OPTIONS', url: string, headers: Record<string, string>, from = '10.0.0.1') =>
  app.inject({ method, url, headers, remoteAddress: from });
const forwarded = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-prefix': '/shop' };

describe('what a proxy says of the client and of the path (fault 37)', () => {
  it('is believed when the proxy is trusted', async () => {
    await host({ TRUST_PROXY: '10.0.0.0/8' });
    expect((await ask('GET', '/v1/things', forwarded)).json()).toEqual({ ip: '203.0.113.7', prefix: '/shop' });
    expect((await ask('POST', '/v1/things', forwarded)).headers.location).toBe('/shop/v1/things/7');
    expect((await ask('POST', '/v1/things/elsewhere', forwarded)).headers.location).toBe('//other.example/v1');
  });

  it('is not believed of anybody else, nor of anybody as it comes', async () => {
    await host({ TRUST_PROXY: '10.0.0.0/8' });
    const stranger = await ask('GET', '/v1/things', forwarded, '192.0.2.1');
    expect(stranger.json()).toEqual({ ip: '192.0.2.1', prefix: '' });
    await app.close();
    await host({});
    expect((await ask('GET', '/v1/things', forwarded)).json()).toEqual({ ip: '10.0.0.1', prefix: '' });
    expect((await ask('POST', '/v1/things', forwarded)).headers.location).toBe('/v1/things/7');
  });

  it('is a path, or nothing', async () => {
    await host({ TRUST_PROXY: '1' });
    const prefixOf = async (said: string) =>
      (await ask('GET', '/v1/things', { 'x-forwarded-prefix': said })).json().prefix;
    expect(await prefixOf('/a/b-1_~.x/')).toBe('/a/b-1_~.x');
    for (const wrong of [
      'shop',
      '//other.example',
      '/a//b',
      '/..',
      '/a/./b',
      '/a?b',
      '/a, /b',
      'https://x',
      '/',
      `/${'a'.repeat(300)}`,
    ])
      expect([wrong, await prefixOf(wrong)]).toEqual([wrong, '']);
  });
});

describe('CORS_ORIGINS (fault 36)', () => {
  const preflight = (origin: string) => ({ origin, 'access-control-request-method': 'POST' });

  it('allows the pages of these origins, with what the path takes', async () => {
    await host({ CORS_ORIGINS: 'https://shop.example, http://localhost:5173' });
    const answer = await ask('OPTIONS', '/v1/things', preflight('https://shop.example'));
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect(answer.headers).toMatchObject({
      allow: 'GET, HEAD, OPTIONS, POST',
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': expect.stringContaining('idempotency-key'),
    });
    const read = await ask('GET', '/v1/things', { origin: 'http://localhost:5173' });
    expect(read.headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:5173',
      'access-control-expose-headers': expect.stringContaining('location'),
      vary: expect.stringContaining('Origin'),
    });
    expect((await ask('OPTIONS', '/v1/nothing', preflight('https://shop.example'))).statusCode).toBe(404);
  });

  it('allows no other page, and none as it comes', async () => {
    await host({ CORS_ORIGINS: 'https://shop.example' });
    const other = await ask('OPTIONS', '/v1/things', preflight('https://evil.example'));
    expect([other.statusCode, other.headers['access-control-allow-origin']]).toEqual([204, undefined]);
    await app.close();
    await host({});
    const none = await ask('OPTIONS', '/v1/things', preflight('https://shop.example'));
    expect([none.statusCode, none.headers['access-control-allow-origin']]).toEqual([204, undefined]);
  });
});
