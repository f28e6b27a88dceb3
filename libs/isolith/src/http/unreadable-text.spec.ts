import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { CommandId, Public } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

const note = z.object({ text: z.string().max(100) });
const search = z.object({ q: z.string().max(100).optional() });

@Public()
@Controller('v1/notes')
class Notes {
  @Post()
  write(@CommandId() _id: string, @Body({ schema: note }) { text }: z.output<typeof note>) {
    return { text };
  }

  @Get()
  find(@Query({ schema: search }) { q }: z.output<typeof search>) {
    return { q };
  }
}

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await edgeApp([Notes]);
  await app.init();
});
afterAll(() => app.close());

const write = (payload: Buffer | string, type = 'application/json', headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: '/v1/notes', headers: { 'content-type': type, ...headers }, payload });
const json = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(JSON.stringify({ text }), encoding);

describe('a body', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/json; version=1; charset=utf8',
  ])('of type %s is read', async (type) => {
    expect((await write(json('Zoë 😀 王'), type)).json()).toEqual({ text: 'Zoë 😀 王' });
  });

  it.each(['iso-8859-1', '"ISO-8859-1"', 'utf-16', 'windows-1252', 'utf-7', ''])(
    'with charset=%s is a 415 that names the header (fault 34)',
    async (charset) => {
      const answer = await write(json('Zoë', 'latin1'), `application/json; charset=${charset}`);
      expect([answer.statusCode, answer.json()]).toMatchObject([415, { type: 'unsupported-media-type' }]);
      if (charset !== '') expect(answer.json().errors[0].pointer).toBe('/headers/Content-Type');
    },
  );

  it('that is packed is a 415 that names the header (fault 34)', async () => {
    const answer = await write(json('Zoë'), 'application/json', { 'content-encoding': 'gzip' });
    expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([415, '/headers/Content-Encoding']);
  });

  it.each([
    ['in another charset than it says', json('Zoë', 'latin1')],
    [
      'cut inside of a character',
      Buffer.concat([Buffer.from('{"text":"'), Buffer.from('😀').subarray(0, 3), Buffer.from('"}')]),
    ],
    [
      'with a surrogate as bytes',
      Buffer.concat([Buffer.from('{"text":"'), Buffer.from('eda080', 'hex'), Buffer.from('"}')]),
    ],
    [
      'with a character spelled too long',
      Buffer.concat([Buffer.from('{"text":"'), Buffer.from('c0af', 'hex'), Buffer.from('"}')]),
    ],
    ['in UTF-16', json('Zoë', 'utf16le')],
  ])('of bytes that are no UTF-8 is a 400 that says so (fault 34): %s', async (_, body) => {
    const answer = await write(body);
    expect([answer.statusCode, answer.json().detail]).toEqual([400, 'the body is not UTF-8']);
  });

  it.each(['['.repeat(32_000) + ']'.repeat(32_000), '{"text":'.repeat(7_000) + '1' + '}'.repeat(7_000)])(
    'that nests deeper than a stack is refused before anything walks it (fault 17)',
    async (body) => {
      const answer = await write(body, 'application/json', { 'idempotency-key': 'a-stranger' });
      expect([answer.statusCode, answer.json().errors]).toEqual([
        400,
        [{ pointer: '', detail: 'must not nest more than 64 levels deep' }],
      ]);
    },
  );

  it.each(['{"text":"a\\ud800b"}', '{"text":"\\ude00"}', '{"text":"a\\u0000b"}'])(
    'whose escapes are no text is refused at the field (fault 34): %s',
    async (body) => {
      const answer = await write(body);
      expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, '/text']);
    },
  );

  it('in which a pair of escapes is one character is read', async () => {
    expect((await write('{"text":"\\ud83d\\ude00"}')).json()).toEqual({ text: '😀' });
  });
});

describe('a query string', () => {
  it.each([
    ['q=Zo%C3%AB+%F0%9F%98%80', 'Zoë 😀'],
    ['q=50%25', '50%'],
    ['q=a%3Db', 'a=b'],
    ['q=a=b', 'a=b'],
    ['q', ''],
  ])('%s is read as %j', async (query, q) => {
    expect((await app.inject({ url: `/v1/notes?${query}` })).json()).toEqual({ q });
  });

  it.each([
    ['q=%ff', '/q'],
    ['q=a=%ff', '/q'],
    ['q=%', '/q'],
    ['q=%ed%a0%80', '/q'],
    ['limit=1&q=%c3', '/q'],
    ['q=%00', '/q'],
    ['%ff=1', undefined],
  ])('%s is a 400 that names the parameter (fault 34)', async (query, pointer) => {
    const answer = await app.inject({ url: `/v1/notes?${query}` });
    expect([answer.statusCode, answer.json().errors?.[0]?.pointer]).toEqual([400, pointer]);
  });
});
