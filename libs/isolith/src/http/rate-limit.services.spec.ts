import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ConsoleLogger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { until } from '@isolith/message-bus/testing';
import { createServerDatabase } from '@isolith/postgres/testing';
import { Client } from 'pg';
import { application } from '../context/application.js';
import { HostHealth } from '../endpoints/host-health.js';
import { parseConfig } from '../config/parse-config.js';
import { IsolithModule } from '../host/isolith.module.js';
import { AccessTokens, deriveKeys, edgeAdapter, RateLimitModule } from './index.js';
import { WHOLE_EDGE } from './edge-part.js';

const AUTH_SECRET = 'the secret of the edge, long enough';
const authorization = `Bearer ${new AccessTokens(deriveKeys(AUTH_SECRET)).issue({ user: 'u', roles: [], session: 's' })}`;

let server: Awaited<ReturnType<typeof createServerDatabase>>;
let gateways: NestFastifyApplication[];

beforeAll(async () => {
  server = await createServerDatabase();
  gateways = await Promise.all([gateway(), gateway()]);
});
afterAll(async () => {
  await Promise.all(gateways.map((app) => app.close()));
  await server.drop();
});

async function gateway(): Promise<NestFastifyApplication> {
  const { config } = parseConfig(application('app', []), { AUTH_SECRET, DATA_DIR: 'memory://' });

  @Module({
    imports: [
      IsolithModule.forRoot({ config, edge: WHOLE_EDGE }),
      RateLimitModule.forRoot({ perSecond: 50, sharedIn: server.url }),
    ],
  })
  class Gateway {}

  const module = await Test.createTestingModule({ imports: [Gateway] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(edgeAdapter(), { bodyParser: false });
  return app.init();
}

const flood = (app: NestFastifyApplication, many = 100) =>
  Promise.all(
    Array.from({ length: many }, () => app.inject({ method: 'GET', url: '/v1/x', headers: { authorization } })),
  );

async function counted(): Promise<readonly { readonly name: string; readonly points: number }[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    const text = 'SELECT name, points FROM isolith_edge.request_count WHERE points > 0';
    return (await client.query<{ name: string; points: number }>(text)).rows;
  } finally {
    await client.end();
  }
}

it('two gateways hold one user to one limit, and name nobody where they count (fault 21)', async () => {
  // However the windows fall, one of many rounds is whole in one.
  await until(async () => {
    const answers = (await Promise.all(gateways.map((app) => flood(app)))).flat();
    const admitted = answers.filter(({ statusCode }) => statusCode === 404).length;
    return admitted > 0 && admitted <= 60;
  });
  for (const { name } of await counted()) expect(name).toMatch(/^(?:identity|network):[\w-]{43}$/);
});

it('a gateway whose database is gone counts for itself, says so, and shares again when it is back', async () => {
  const [app] = gateways;
  if (app === undefined) throw new Error('no gateway');
  const limits = () => app.get(HostHealth, { strict: false }).impaired.filter(({ kind }) => kind === 'limit');
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query('BEGIN; LOCK TABLE isolith_edge.request_count');
    await until(async () => {
      const statuses = new Set((await flood(app)).map(({ statusCode }) => statusCode));
      expect([...statuses].filter((status) => status !== 404 && status !== 429)).toEqual([]);
      return limits().some(({ name }) => name === 'identity');
    });
    expect(limits()).toContainEqual(expect.objectContaining({ name: 'identity', effect: 'degraded' }));
    await client.query('ROLLBACK');
  } finally {
    await client.end();
  }
  await until(() => limits().length === 0);
});
