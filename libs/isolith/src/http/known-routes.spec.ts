import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Public } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

@Public()
@Controller('v1/things')
class Things {
  @Get()
  list() {
    return { items: [] };
  }

  @Post()
  make() {
    return {};
  }

  @Patch('me')
  mine() {
    return { whose: 'mine' };
  }

  @Delete(':id')
  remove() {
    return { whose: 'any' };
  }
}

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await edgeApp([Things]);
  await app.init();
});
afterAll(() => app.close());

const ask = (method: 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'POST' | 'TRACE', url: string) =>
  app.inject({ method, url, headers: { 'content-type': 'text/csv' }, payload: method === 'PUT' ? 'a,b' : '' });

describe('a path that is known (fault 36)', () => {
  it.each([
    ['PUT', '/v1/things', 'GET, HEAD, OPTIONS, POST'],
    ['TRACE', '/v1/things', 'GET, HEAD, OPTIONS, POST'],
    ['DELETE', '/v1/things', 'GET, HEAD, OPTIONS, POST'],
    ['POST', '/v1/things/7', 'DELETE, OPTIONS'],
    ['HEAD', '/v1/things/7', 'DELETE, OPTIONS'],
    ['GET', '/v1/things/me', 'DELETE, OPTIONS, PATCH'],
    ['POST', '/health/live', 'GET, HEAD, OPTIONS'],
  ] as const)('answers %s %s with what it takes', async (method, url, allow) => {
    const answer = await ask(method, url);
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(answer.json()).toMatchObject({ type: 'method-not-allowed', status: 405 });
    const options = await ask('OPTIONS', url);
    expect([options.statusCode, options.headers.allow, options.body]).toEqual([204, allow, '']);
  });

  it('still takes what only a parameter beside it takes', async () => {
    expect((await ask('DELETE', '/v1/things/me')).json()).toEqual({ whose: 'any' });
    expect((await ask('PATCH', '/v1/things/me')).json()).toEqual({ whose: 'mine' });
  });

  it('answers HEAD as GET, without a body', async () => {
    const [get, head] = [await ask('GET', '/v1/things'), await ask('HEAD', '/v1/things')];
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });
});

it.each(['GET', 'PUT', 'OPTIONS'] as const)('a path that nobody has is a 404 for %s (fault 36)', async (method) => {
  for (const url of ['/v1/nothing', '/v1/things/', '/v1/things/7/more', '/'])
    expect((await ask(method, url)).statusCode).toBe(404);
});
