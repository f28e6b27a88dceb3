import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { edgeAdapter } from '@isolith/isolith/http';
import { ConsoleLogger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

let app: NestFastifyApplication;

beforeAll(async () => {
  process.env['DATA_DIR'] = 'memory://';
  const { ShopHost } = await import('./readme.example.js');
  const module = await Test.createTestingModule({ imports: [ShopHost] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(edgeAdapter(), { bodyParser: false });
  await app.init();
});
afterAll(async () => {
  delete process.env['DATA_DIR'];
  await app?.close();
});

it("the README's host has a console", async () => {
  const { headers } = await app.inject({ url: '/console' });
  expect(headers.location).toBe('/console/');
});
