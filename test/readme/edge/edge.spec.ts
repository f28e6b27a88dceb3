import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createEdge } from './app.js';

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await createEdge({ DATA_DIR: 'memory://', TRUST_PROXY: '1', CORS_ORIGINS: 'https://notes.example' });
  await app.init();
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

it('asks for a token where a route does, and says what is left of the limit', async () => {
  expect((await get('/v1/notes')).statusCode).toBe(401);
  const latest = await get('/v1/notes/latest', { 'x-request-id': 'mine-1', origin: 'https://notes.example' });
  expect(latest.json()).toEqual(['for everybody']);
  expect(latest.headers).toMatchObject({
    'x-request-id': 'mine-1',
    'ratelimit-limit': '50',
    'access-control-allow-origin': 'https://notes.example',
    'x-content-type-options': 'nosniff',
  });
});

it('counts the clients of a trusted proxy apart', async () => {
  const left = async (client: string) =>
    (await get('/v1/notes/latest', { 'x-forwarded-for': client })).headers['ratelimit-remaining'];
  expect([await left('203.0.113.1'), await left('203.0.113.2')]).toEqual(['49', '49']);
});
