import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ConsoleLogger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccessTokens, edgeAdapter } from './http/index.js';

let app: NestFastifyApplication;
let user: { authorization: string };

beforeAll(async () => {
  process.env['DATA_DIR'] = 'memory://';
  const { NotesApp } = await import('./readme.example.js');
  const module = await Test.createTestingModule({ imports: [NotesApp] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(edgeAdapter(), { bodyParser: false });
  await app.init();
  user = { authorization: `Bearer ${app.get(AccessTokens).issue({ user: 'u-1', roles: [], session: 's-1' })}` };
  // A new embedded database takes its time on a busy machine.
});
afterAll(async () => {
  delete process.env['DATA_DIR'];
  await app?.close();
});

const write = (text: string, key: string, headers: object = user) =>
  app.inject({ method: 'POST', url: '/v1/notes', headers: { ...headers, 'idempotency-key': key }, payload: { text } });

it("the README's context writes once per key, reads it back, and is ready", async () => {
  const written = await write('buy mugs', 'k-1');
  expect(written.statusCode).toBe(201);
  const again = await write('buy mugs', 'k-1');
  expect(again.json()).toEqual(written.json());
  const { id } = written.json();
  expect((await app.inject({ url: `/v1/notes/${id}` })).json()).toEqual({ author: 'u-1', text: 'buy mugs' });
  expect((await app.inject({ url: '/health/ready' })).json().details).toMatchObject({
    host: { status: 'up' },
    databases: { status: 'up' },
  });
});

it("the README's context refuses what the README says", async () => {
  const answers = [await write('', 'k-2'), await write('x', 'k-3', {}), await write('another text', 'k-1')];
  expect(answers.map((answer) => [answer.statusCode, answer.json().type])).toEqual([
    [400, 'contract-violation'],
    [401, 'unauthenticated'],
    [422, 'idempotency-conflict'],
  ]);
});

it('the README shows this very code', async () => {
  const [readme, code] = await Promise.all([
    readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8'),
    readFile(join(import.meta.dirname, 'readme.example.ts'), 'utf8'),
  ]);
  expect(readme).toContain(`\`\`\`ts\n${code}\`\`\``);
});
