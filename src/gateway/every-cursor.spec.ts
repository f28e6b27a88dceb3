import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessTokens, edgeAdapter } from '@isolith/isolith/http';
import { parseConfig } from '@isolith/isolith';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AppModule } from '../app.module.js';
import { shop } from '../shop.js';

const adapter = edgeAdapter();
let place: TestDatabase;
let app: NestFastifyApplication;
let authorization: string;

beforeAll(async () => {
  place = await openTestDatabase();
  const { target } = place;
  const database = target.kind === 'postgres' ? { DATABASE_URL: target.url } : { DATA_DIR: target.dataDir };
  const { config } = parseConfig(shop, { ...database, RATE_LIMIT: 'off', OPERATIONS_RATE_LIMIT: 'off' });
  const module = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] }).compile();
  app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
  await app.init();
  const claims = { user: randomUUID(), roles: ['admin'], session: randomUUID() };
  authorization = `Bearer ${app.get(AccessTokens, { strict: false }).issue(claims)}`;
});
afterAll(async () => {
  await app.close();
  await place.drop();
});

const get = (url: string) => app.inject({ method: 'GET', url, headers: { authorization } });
const packed = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Moments, numbers and texts that a pattern takes and a database refuses, or the other way round. */
const MOMENTS = [
  '0000-01-01T00:00:00Z',
  '0000-12-31T23:59:59.999Z',
  'infinity',
  '-infinity',
  'now',
  '2026-02-30T00:00:00.000Z',
];
const MORE_MOMENTS = ['9999-12-31T23:59:60.000Z', '294277-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000+99:99', ''];
const NUMBERS = [
  '0',
  '-1',
  '9'.repeat(18),
  '9'.repeat(19),
  '9223372036854775808',
  '1e18',
  '0x10',
  '１２',
  '1\0',
  'NaN',
];
const TEXTS = ['\0', 'A\0', '\ud800', "'; --", 'MUG\u0000', 'a'.repeat(300), '../../x', '[]', '{}', 'null', '"x"'];

function* hostileCursors(): Generator<string> {
  for (const moment of [...MOMENTS, ...MORE_MOMENTS])
    for (const id of [randomUUID(), 'x', null, 1]) yield packed([moment, id]);
  for (const number of NUMBERS) yield* [packed(number), packed(JSON.stringify(number)), number];
  for (const text of TEXTS) yield* [packed(text), packed([text, text]), text];
  yield* [packed([1, 2]), packed({ length: 2 }), Buffer.from([0xff, 0xfe]).toString('base64url'), '%', ' ', ''];
}

describe('every list', () => {
  /**
   * Those that take a cursor, the operators' own included; what names a parameter in its path is no list of the shop.
   */
  const lists = async () => {
    const found: string[] = [];
    for (const [pattern, methods] of adapter.routes.paths) {
      if (!methods.has('GET') || pattern.includes(':') || pattern.startsWith('/docs')) continue;
      const { statusCode, body } = await get(`${pattern}?cursor=`);
      if (statusCode === 400 && body.includes('"/cursor"') && !body.includes('not a known field')) found.push(pattern);
    }
    expect(found).toEqual(
      expect.arrayContaining(['/v1/orders', '/v1/products', '/v1/notifications', '/actuator/parked']),
    );
    return found;
  };

  it('refuses a cursor that it did not give, whatever the database would make of it (fault 40)', async () => {
    for (const list of await lists()) {
      for (const cursor of hostileCursors()) {
        const { statusCode: status, body } = await get(`${list}?cursor=${encodeURIComponent(cursor.toWellFormed())}`);
        // A number is a place that a list by number may have given.
        expect({ list, cursor, status, body }).toMatchObject(
          status === 200 ? {} : { status: 400, body: expect.stringContaining('/cursor') },
        );
      }
    }
  });
});
