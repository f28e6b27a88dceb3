import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { allowOrigins, Public } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

@Public()
@Controller('v1/things')
class Things {
  @Get()
  list(): readonly string[] {
    return [];
  }
}

const line = z.object({ message: z.literal('request'), request_id: z.string(), trace_id: z.string() });
const logged: z.output<typeof line>[] = [];
const keep = (said: unknown): void => {
  const { success, data } = line.safeParse(said);
  if (success) logged.push(data);
};
const nothing = (): void => undefined;

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await edgeApp([Things], { logger: { log: keep, warn: nothing, error: nothing, debug: nothing } });
  allowOrigins(app, ['https://shop.example']);
  await app.init();
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });
const idOf = async (url: string, headers: Record<string, string> = {}) =>
  String((await get(url, headers)).headers['x-request-id']);

describe('X-Request-ID', () => {
  it.each(['/v1/things', '/v1/nothing', '/actuator/topology', '/health/live'])(
    'of %s is in its answer as it came, whatever became of it',
    async (url) => {
      for (const id of ['0198b0a4-0000-7000-8000-000000000000', 'Root=1-67891233-abcdef', 'a', 'x'.repeat(128)])
        expect(await idOf(url, { 'x-request-id': id })).toBe(id);
    },
  );

  it('is that of the trace where none came, or none that can be repeated', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${trace}-b7ad6b7169203331-01`;
    expect(await idOf('/v1/things', { traceparent })).toBe(trace);
    for (const wrong of ['', ' ', 'a b', '<script>', 'x'.repeat(129), '{"a":1}', 'é'])
      expect(await idOf('/v1/things', { traceparent, 'x-request-id': wrong })).toBe(trace);
    expect(await idOf('/v1/things')).toMatch(/^[0-9a-f]{32}$/);
    expect(await idOf('/v1/things')).not.toBe(await idOf('/v1/things'));
  });

  it('stands in the log beside the trace, also of what is refused before it is handled', async () => {
    for (const url of ['/v1/things', '/v1/nothing']) {
      logged.splice(0);
      await get(url, { 'x-request-id': 'mine-7' });
      expect(logged).toEqual([{ message: 'request', request_id: 'mine-7', trace_id: expect.any(String) }]);
    }
  });

  it('can be sent and read by the pages that may call', async () => {
    const asked = { origin: 'https://shop.example', 'access-control-request-method': 'GET' };
    const { headers } = await app.inject({ method: 'OPTIONS', url: '/v1/things', headers: asked });
    expect(headers['access-control-allow-headers']).toContain('x-request-id');
    const read = await get('/v1/things', { origin: 'https://shop.example' });
    expect(read.headers['access-control-expose-headers']).toContain('x-request-id');
  });
});
