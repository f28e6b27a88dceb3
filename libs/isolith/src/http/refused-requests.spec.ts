import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type LoggerService, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Metrics } from '@isolith/observability';
import { z } from 'zod';
import { problemSchema, Public } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

@Public()
@Controller('v1/things')
class Things {
  @Post()
  make(): void {}

  @Post(':id')
  change(): void {}
}

const lines: { readonly level: string; readonly text: string }[] = [];
const keep =
  (level: string): LoggerService['log'] =>
  (...said: unknown[]) =>
    void lines.push({
      level,
      text: said.map((one) => (one instanceof Error ? one.stack : JSON.stringify(one))).join(),
    });
const logger = { log: keep('log'), warn: keep('warn'), error: keep('error'), debug: keep('debug') };

let app: NestFastifyApplication;
let port: number;
beforeAll(async () => {
  const options = { bodyLimit: 2_000, requestTimeoutMs: 250 };
  app = await edgeApp([Things], { logger: logger, adapter: options });
  await app.listen(0, '127.0.0.1');
  ({ port } = z.object({ port: z.int() }).parse(app.getHttpServer().address()));
});
afterAll(() => app.close());
beforeEach(() => void lines.splice(0));

/** Sends the bytes and reads until the host closes the connection. */
function send(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket
      .setEncoding('utf8')
      .on('data', (piece: string) => (answer += piece))
      .once('error', reject)
      .once('close', () => resolve(answer));
  });
}

const post = (...headers: string[]) =>
  ['POST /v1/things HTTP/1.1', 'host: x', 'connection: close', ...headers].join('\r\n');
const json = 'content-type: application/json';
const counted = async (status: number) =>
  new RegExp(`service_request_total\\{[^}]*status="${status}"[^}]*\\} \\d`).test(
    (await app.get(Metrics).render()).body,
  );

describe('what the parser, the router and the body refuse is a problem document, and at most a debug line (fault 43)', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a method that does not exist', 'FOO /v1/things HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['another version', 'GET /v1/things HTTP/3.0\r\nhost: x\r\n\r\n', 400],
    ['no host', 'GET /v1/things HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['large headers', `${post(`x: ${'a'.repeat(20_000)}`)}\r\n\r\n`, 431],
    ['a large path', `GET /v1/things?q=${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    ['a long parameter', `POST /v1/things/${'a'.repeat(2_000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, 414],
    ['a malformed path', 'POST /v1/things/%ff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
    ['an expectation', `${post('expect: miracles', json, 'content-length: 2')}\r\n\r\n{}`, 417],
    ['two lengths', `${post(json, 'content-length: 2', 'transfer-encoding: chunked')}\r\n\r\n0\r\n\r\n`, 400],
    ['no length', `${post(json, 'content-length: x')}\r\n\r\n{}`, 400],
    ['no chunk', `${post(json, 'transfer-encoding: chunked')}\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`, 400],
    ['a broken chunk', `${post(json, 'transfer-encoding: chunked')}\r\n\r\n2\r\n{}!!\r\n0\r\n\r\n`, 400],
    ['a long chunk extension', `${post(json, 'transfer-encoding: chunked')}\r\n\r\n2;${'a'.repeat(20_000)}\r\n{}`, 413],
    [
      'a chunked body that is too large',
      `${post(json, 'transfer-encoding: chunked')}\r\n\r\nfff\r\n${'1'.repeat(4_095)}\r\n0\r\n\r\n`,
      413,
    ],
    ['a body that is too large', `${post(json, 'content-length: 3000')}\r\n\r\n`, 413],
    ['broken JSON', `${post(json, 'content-length: 5')}\r\n\r\n{"a":`, 400],
    ['no media type', `${post('content-type: nonsense', 'content-length: 2')}\r\n\r\n{}`, 415],
    [
      'another media type',
      `${post('content-type: text/xml', 'transfer-encoding: chunked')}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      415,
    ],
    ['a slow header', 'POST /v1/things HTTP/1.1\r\nhost: x\r\n', 408],
    ['a slow body', `${post(json, 'content-length: 9')}\r\n\r\n{`, 408],
    ['a tunnel', 'CONNECT elsewhere:80 HTTP/1.1\r\nhost: x\r\n\r\n', 405],
    ['a method of others', 'PROPFIND /v1/things HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 501],
  ])('%s', async (_, text, status) => {
    const [head = '', body = ''] = (await send(text)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/\r\ncontent-type: application\/problem\+json/i);
    expect(head).toMatch(/\r\ncache-control: no-store/i);
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ status });
    expect(await counted(status)).toBe(true);
    expect(
      lines.filter(({ level, text: said }) => level === 'error' || level === 'warn' || /\n\s+at /.test(said)),
    ).toEqual([]);
    expect(lines.length).toBeGreaterThan(0);
  });

  it('an upload that is aborted', async () => {
    const arrived = once(app.getHttpServer(), 'request');
    const socket = connect(port, '127.0.0.1', () => socket.write(`${post(json, 'content-length: 9')}\r\n\r\n{"a"`));
    await arrived;
    socket.destroy();
    const answered = () => lines.some(({ text }) => text.includes('"status":400'));
    while (!answered()) await tick();
    expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
    expect(lines).toContainEqual({ level: 'debug', text: expect.stringContaining('a client left while it sent') });
  });

  it('is never taken for the answer to another request', async () => {
    const first = `${post('content-length: 0').replace('connection: close\r\n', '')}\r\n\r\n`;
    expect(await send(`${first}hello\r\n\r\n`)).not.toContain(' 400 ');
  });
});

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
