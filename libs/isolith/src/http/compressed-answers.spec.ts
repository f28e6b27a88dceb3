import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Header, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { compressAnswers, Public, secureHeaders } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

const LARGE = Array.from({ length: 2_000 }, (_, n) => `thing ${n}`);
const body = z.object({});

@Public()
@Controller('v1/things')
class Things {
  @Get()
  large(): readonly string[] {
    return LARGE;
  }

  @Get('small')
  small(): readonly string[] {
    return LARGE.slice(0, 10);
  }

  @Get('events')
  @Header('content-type', 'text/event-stream')
  events(): string {
    return LARGE.map((one) => `data: ${one}\n\n`).join('');
  }

  @Post()
  take(@Body({ schema: body }) taken: z.output<typeof body>) {
    return taken;
  }
}

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await edgeApp([Things]);
  secureHeaders(app);
  await compressAnswers(app);
  await app.init();
});
afterAll(() => app.close());

const get = (url: string, accepted?: string) =>
  app.inject({ method: 'GET', url, headers: accepted === undefined ? {} : { 'accept-encoding': accepted } });

describe('a large answer', () => {
  it.each([
    ['br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['gzip, br', 'br', brotliDecompressSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ] as const)('is compressed for who takes %s', async (accepted, encoding, unpack) => {
    const { headers, rawPayload, statusCode } = await get('/v1/things', accepted);
    expect([statusCode, headers['content-encoding'], headers.vary]).toEqual([200, encoding, 'accept-encoding']);
    expect(rawPayload.length).toBeLessThan(JSON.stringify(LARGE).length / 2);
    expect(JSON.parse(unpack(rawPayload).toString())).toEqual(LARGE);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': expect.any(String) });
  });

  it.each([undefined, 'identity', 'deflate', 'nonsense'])('is sent as it is to who takes %s', async (accepted) => {
    const { headers, body: sent } = await get('/v1/things', accepted);
    expect(headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(sent)).toEqual(LARGE);
  });
});

it.each(['/v1/things/small', '/v1/things/events', '/v1/nothing'])('%s is not compressed', async (url) => {
  expect((await get(url, 'br, gzip')).headers['content-encoding']).toBeUndefined();
});

it('a compressed body stays a 415 that names the header', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const answer = await app.inject({ method: 'POST', url: '/v1/things', headers, payload: '{}' });
  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([415, '/headers/Content-Encoding']);
});
