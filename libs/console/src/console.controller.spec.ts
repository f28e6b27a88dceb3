import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { consoleApp, PAGES } from './spec-support/console-app.js';

const ASSET = 'assets/index-B7x2kQ9a.js';

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await consoleApp();
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

describe('the pages of the console', () => {
  it('are in a folder of their own: what they name is relative to it', async () => {
    const { statusCode, headers } = await get('/console');
    expect([statusCode, headers.location]).toEqual([302, '/console/']);
  });

  it('are there for everybody, asked for anew each time, under a policy that lets nothing stand in a page', async () => {
    const { statusCode, headers, body } = await get('/console/');
    expect([statusCode, body]).toEqual([200, readFileSync(join(PAGES, 'index.html'), 'utf8')]);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    });
    expect((await get('/console/index.html')).body).toBe(body);
  });

  it('keep a file for good whose name says what is in it', async () => {
    const { statusCode, headers } = await get(`/console/${ASSET}`);
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
    expect((await get('/console/favicon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it('are not sent again to who has them', async () => {
    const { headers } = await get('/console/');
    const { etag = '' } = headers;
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get('/console/', { 'if-none-match': known });
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag]);
    }
    expect((await get('/console/', { 'if-none-match': '"other"' })).statusCode).toBe(200);
  });

  it('are sent smaller to who reads that, under another tag: the bytes are others', async () => {
    const whole = await get(`/console/${ASSET}`);
    const small = await get(`/console/${ASSET}`, { 'accept-encoding': 'gzip, br' });
    expect([whole.headers['content-encoding'], small.headers['content-encoding']]).toEqual([undefined, 'br']);
    expect(brotliDecompressSync(small.rawPayload)).toEqual(whole.rawPayload);
    expect(small.headers.vary).toBe('accept-encoding');
    expect(small.headers.etag).not.toBe(whole.headers.etag);
  });

  it.each([
    'nothing.js',
    'assets',
    'assets/',
    '../console.module.ts',
    '..%2f..%2fconsole.module.ts',
    '%2e%2e/%2e%2e/package.json',
    'assets/..%2findex.html',
    '/etc/passwd',
    'index.html%00.js',
    '__proto__',
  ])('lead to no other file: %s', async (path) => {
    expect((await get(`/console/${path}`)).statusCode).toBe(404);
  });
});

describe('what the pages are told before anybody has signed in', () => {
  const toldBy = async (surroundings: Parameters<typeof consoleApp>[0]): Promise<unknown> => {
    const told = await consoleApp(surroundings);
    const { body } = await told.inject({ url: '/console/config.json' });
    await told.close();
    return JSON.parse(body);
  };

  it('is what the application is called, where to sign in, and whether messages are sent', async () => {
    expect(await toldBy({})).toEqual({ application: 'tiny', send: false });
    const options = { application: 'Shop', signIn: { url: '/v1/sessions' } };
    expect(await toldBy({ options, variables: { CONSOLE_SEND: 'on' } })).toEqual({ ...options, send: true });
  });
});

describe('a host', () => {
  it('has no console where it is off', async () => {
    const without = await consoleApp({ variables: { NODE_ENV: 'production' } });
    const statuses = await Promise.all(
      ['/console', '/console/', '/console/config.json', '/console/session'].map(
        async (url) => (await without.inject({ url })).statusCode,
      ),
    );
    await without.close();
    expect(statuses).toEqual([404, 404, 404, 404]);
  });

  it('does not start that would send messages in production', async () => {
    const started = consoleApp({ variables: { NODE_ENV: 'production', CONSOLE_SEND: 'on' } });
    await expect(started).rejects.toThrow('CONSOLE_SEND: on is refused where NODE_ENV is production');
  });
});

it('a host whose pages were not built says so once, and to who asks for them', async () => {
  const said: string[] = [];
  const log = (line: unknown): void => void said.push(String(line));
  const quiet = (): void => undefined;
  const logger = { log, error: quiet, warn: quiet, debug: quiet, verbose: quiet, fatal: quiet };
  const bare = await consoleApp({ options: { pages: join(PAGES, 'assets') }, logger });
  const { statusCode, body } = await bare.inject({ url: '/console/' });
  await bare.close();
  const line = `the pages of the console were not built, ${join(PAGES, 'assets')} has no index.html: npm run build makes them`;
  expect(said.filter((one) => one.includes('were not built'))).toEqual([line]);
  expect([statusCode, body]).toEqual([404, expect.stringContaining('npm run build makes them')]);
});
