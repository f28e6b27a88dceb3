import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { ModelUnavailableError } from '../model/model.js';
import { watchedFetch } from './watched-fetch.js';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
});

async function serving(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${z.object({ port: z.int() }).parse(server.address()).port}`;
}

const patient = { idleMs: 60_000, answerBytes: 1_000 };

describe('a watched fetch', () => {
  it('gives the answer as it is', async () => {
    const url = await serving((_request, response) => response.writeHead(201, { 'x-own': 'yes' }).end('whole'));
    const response = await watchedFetch('m', patient)(url);
    expect([response.status, response.headers.get('x-own'), await response.text()]).toEqual([201, 'yes', 'whole']);
  });

  it('follows no redirect: the key would go along', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serving((request, response) => {
      seen.push(request.url);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await expect(watchedFetch('m', patient)(url)).rejects.toThrow();
    expect(seen).toEqual(['/']);
  });

  it('ends an answer that is too long, and the connection with it', async () => {
    let response: ServerResponse | undefined;
    const url = await serving((_request, answering) => {
      response = answering;
      answering.write('x'.repeat(2_000));
    });
    const answer = await watchedFetch('m', patient)(url);
    await expect(answer.text()).rejects.toThrow(/more than 1000 bytes/);
    if (response?.closed === false) await once(response, 'close');
    expect(response?.closed).toBe(true);
  });

  it('does not take a reader that is slow for a provider that is silent', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const pieces = ReadableStream.from([Buffer.from('who'), Buffer.from('le')]);
      const answer = await watchedFetch('m', { ...patient, idleMs: 20 }, async () => new Response(pieces))('http://m');
      await jest.advanceTimersByTimeAsync(1_000);
      expect(await answer.text()).toBe('whole');
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('says of a provider that is silent who it is and for how long', async () => {
    const url = await serving(() => undefined);
    const silent = watchedFetch('m', { ...patient, idleMs: 20 })(url);
    await expect(silent).rejects.toThrow(ModelUnavailableError);
    await expect(silent).rejects.toThrow('the model m was silent for 20 ms');
  });

  it("ends with the caller's signal, also in the middle of a body", async () => {
    const url = await serving((_request, response) => response.write('half'));
    const leaving = new AbortController();
    const answer = await watchedFetch('m', patient)(url, { signal: leaving.signal });
    const text = answer.text();
    leaving.abort(new Error('enough'));
    await expect(text).rejects.toThrow('enough');
  });
});
