import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Public } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

@Public()
@Controller('v1/time')
class TimeRoute {
  @Get()
  now(): string {
    return 'noon';
  }
}

let app: NestFastifyApplication;
beforeEach(async () => {
  app = await edgeApp([TimeRoute]);
  await app.listen(0, '127.0.0.1');
});
afterEach(() => app.close());

/** A connection that the server has taken. */
async function connected(): Promise<Socket> {
  const taken = once(app.getHttpServer(), 'connection');
  const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1');
  await Promise.all([taken, once(socket, 'connect')]);
  return socket;
}

describe('a server that closes', () => {
  it('waits for no connection on which nothing is asked', async () => {
    const unused = await connected();
    const ended = once(unused.resume(), 'close');
    await app.close();
    await ended;
    expect(unused.bytesRead).toBe(0);
  }, 20_000);

  it('tells whoever asks on a connection that was just opened to ask again', async () => {
    const used = await connected();
    const closed = app.close();
    used.write('GET /v1/time HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    const parts: string[] = [];
    for await (const part of used) parts.push(String(part));
    expect(parts.join('')).toMatch(/^HTTP\/1\.1 503 [^]*the host is stopping; ask again/);
    await closed;
  });
});
