import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { CardDeclined, charge, provider } from './readme.example.js';
import { priceOf } from './readme.stale.example.js';

describe('the README example', () => {
  let server: Server;
  let url: string;
  let statuses: number[];
  let keys: unknown[];

  beforeEach(async () => {
    keys = [];
    server = createServer((request, response) => {
      keys.push(request.headers['idempotency-key']);
      response.writeHead(statuses.shift() ?? 500).end('ch_1');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
    url = `http://127.0.0.1:${address.port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  it('is what the README shows', async () => {
    const [readme, example] = await Promise.all(
      ['../README.md', './readme.example.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
    );
    expect(example).toContain('resilience(');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  });

  it('gives the last price while there is none, as the README shows', async () => {
    const [readme, example] = await Promise.all(
      ['../README.md', './readme.stale.example.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
    );
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    let answer: string | undefined = '1250';
    server.removeAllListeners('request').on('request', (_, response) => response.end(answer ?? 'down'));
    expect(await priceOf(url, 'MUG')).toBe(1250);
    answer = undefined;
    expect(await priceOf(url, 'MUG')).toBe(1250);
    await expect(priceOf(url, 'PEN')).rejects.toBeInstanceOf(SyntaxError);
  });

  it('repeats a broken charge with the same key', async () => {
    statuses = [503, 200];
    expect(await charge(url, 'order-1', Date.now() + 10_000)).toBe('ch_1');
    expect(keys).toEqual(['order-1', 'order-1']);
  });

  it('takes a declined card as the answer', async () => {
    statuses = [402, 200];
    await expect(charge(url, 'order-2', Date.now() + 10_000)).rejects.toBeInstanceOf(CardDeclined);
    expect(keys).toEqual(['order-2']);
    expect(provider.state()).toMatchObject({ breaker: 'closed', failures: 0 });
    expect(provider.violations()).toEqual([]);
  });
});
