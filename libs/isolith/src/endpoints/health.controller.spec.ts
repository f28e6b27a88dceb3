import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Databases, type ContextHealth } from '@isolith/postgres';
import type { HorizonAge } from '@isolith/journal';
import { JournalHost, type RoleBeyond } from '@isolith/journal/nest';
import { Impairments, type Impairment } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { ConsoleLogger } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { RemoteLink } from '../remote/remote-link.js';
import { HealthController } from './health.controller.js';
import { HostHealth } from './host-health.js';

interface Found {
  readonly phase?: HostLifecycle['phase'];
  readonly databases?: readonly ContextHealth[];
  /** States of consumers by address; without it the host has no link to others. */
  readonly consumers?: Readonly<Record<string, string>>;
  readonly horizon?: HorizonAge[] | Error;
  readonly roles?: readonly RoleBeyond[];
  readonly impaired?: readonly Impairment[];
}

let app: NestFastifyApplication | undefined;
afterEach(() => app?.close());

async function ready({ phase = 'started', databases = [], consumers, horizon = [], roles = [], impaired = [] }: Found) {
  const impairments = new Impairments(() => undefined);
  impairments.report('spec', impaired);
  const lifecycle: Pick<HostLifecycle, 'phase'> = { phase };
  const opened: Pick<Databases, 'health'> = { health: async () => databases };
  const states = Object.entries(consumers ?? {}).map(([address, state]) => ({ address, state }));
  const link: Pick<RemoteLink, 'health'> = {
    health: () => (consumers === undefined ? undefined : { connected: true, consumers: states }),
  };
  const look = jest.fn<JournalHost['horizon']>(() =>
    horizon instanceof Error ? Promise.reject(horizon) : Promise.resolve(horizon),
  );
  const journals: Pick<JournalHost, 'horizon' | 'rolesBeyond'> = { horizon: look, rolesBeyond: () => roles };
  const host = await Test.createTestingModule({
    imports: [TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
    providers: [
      HostHealth,
      { provide: HostLifecycle, useValue: lifecycle },
      { provide: Databases, useValue: opened },
      { provide: RemoteLink, useValue: link },
      { provide: JournalHost, useValue: journals },
      { provide: Impairments, useValue: impairments },
    ],
  })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  app = host.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
  const answer = await app.inject({ method: 'GET', url: '/health/ready' });
  return {
    code: answer.statusCode,
    retryAfter: answer.headers['retry-after'],
    text: answer.body,
    body: answer.json<unknown>(),
    look,
  };
}

describe('/health/ready', () => {
  it('is ok when nothing is held back', async () => {
    const { code, body } = await ready({
      databases: [{ context: 'stock', ok: true }],
      consumers: { 'stock.commands': 'consuming' },
    });
    expect([code, body]).toMatchObject([
      200,
      { status: 'ok', details: { host: { status: 'up' }, databases: { status: 'up' }, consumers: { status: 'up' } } },
    ]);
    expect(body).toHaveProperty('details.horizon', { status: 'up' });
  });

  const sentence = {
    'of a session': [
      { pid: 41, state: 'idle in transaction' },
      'session 41 has been open for 10 s and holds back the events of orders, stock',
    ],
    'of a session with a name': [
      { pid: 41, applicationName: 'psql' },
      'session 41 (psql) has been open for 10 s and holds back the events of orders, stock',
    ],
    'of no session': [
      { state: 'prepared' },
      'a prepared transaction has been open for 10 s and holds back the events of orders, stock',
    ],
    'of a session that may not be seen': [
      {},
      'a session that this role may not see has been open for 10 s and holds back the events of orders, stock',
    ],
  } as const;
  it.each(Object.entries(sentence))(
    'is still answered with 200 when a transaction %s is open for long, and says so',
    async (_, [holder, message]) => {
      const { code, body } = await ready({ horizon: [{ contexts: ['orders', 'stock'], seconds: 10.9, holder }] });
      expect([code, body]).toMatchObject([200, { status: 'degraded', error: {} }]);
      expect(body).toHaveProperty('details.horizon', { status: 'degraded', message });
    },
  );

  it('names each database that is held back, and no other', async () => {
    const { body } = await ready({
      horizon: [
        { contexts: ['a'], seconds: 11, holder: { pid: 1 } },
        { contexts: ['b'], seconds: 0 },
        { contexts: ['c'], seconds: 3_600, holder: { pid: 3 } },
      ],
    });
    const message =
      'session 1 has been open for 11 s and holds back the events of a; session 3 has been open for 3600 s and holds back the events of c';
    expect(body).toHaveProperty('details.horizon', { status: 'degraded', message });
  });

  it('makes nothing of a transaction that is open for ten seconds or less', async () => {
    const { body } = await ready({ horizon: [{ contexts: ['stock'], seconds: 10, holder: { pid: 41 } }] });
    expect(body).toMatchObject({ status: 'ok', details: { horizon: { status: 'up' } } });
  });

  it('is still answered with 200 when the oldest transaction is not to be found out, and does not tell why', async () => {
    const { code, text, body } = await ready({ horizon: new Error('password of isolith@10.1.2.3 refused') });
    expect([code, body]).toMatchObject([200, { status: 'degraded', error: {} }]);
    expect(body).toHaveProperty('details.horizon', {
      status: 'degraded',
      message: 'the oldest open transaction could not be looked up',
    });
    expect(text).not.toMatch(/password|10\.1\.2\.3/);
  });

  it.each(['starting', 'open', 'draining', 'closed'] as const)(
    'is 503 on a host that is %s, and asks for no transaction',
    async (phase) => {
      const { code, retryAfter, body, look } = await ready({ phase, horizon: new Error('the database is not open') });
      expect([code, retryAfter, body]).toMatchObject([
        503,
        '1',
        { status: 'error', error: { host: { status: 'down', phase } }, details: { horizon: { status: 'up' } } },
      ]);
      expect(look).not.toHaveBeenCalled();
    },
  );

  it('is 503 when the database of a context is down, by the name of the context alone', async () => {
    const { code, text, body } = await ready({
      databases: [
        { context: 'orders', ok: false, detail: 'connect ECONNREFUSED 10.1.2.3' },
        { context: 'stock', ok: true },
      ],
    });
    expect([code, body]).toMatchObject([
      503,
      { error: { databases: { status: 'down', message: 'no answer for orders' } } },
    ]);
    expect(text).not.toMatch(/ECONNREFUSED|10\.1\.2\.3/);
  });

  it('is ok with a role that may do more than its context needs, and says whose, not which (fault 28)', async () => {
    const { code, text, body } = await ready({
      databases: [{ context: 'orders', ok: true }],
      roles: [{ contexts: ['orders', 'stock'], warning: 'DATABASE_URL: the role "shop" is a superuser' }],
    });
    expect([code, body]).toMatchObject([200, { status: 'ok' }]);
    expect(body).toMatchObject({
      details: {
        databases: { status: 'up', roles: ['the role of orders, stock may do more than its context needs'] },
      },
    });
    expect(text).not.toMatch(/superuser|"shop"/);
  });

  it('is as it was while the host hears nothing of others: no work waits for that', async () => {
    const { code } = await ready({ consumers: { broadcast: 'reconciling', 'stock.queries': 'consuming' } });
    expect(code).toBe(200);
  });

  it('is 503 when something is not being consumed, and says what', async () => {
    const { code, body } = await ready({ consumers: { 'stock.commands': 'repairing', 'stock.queries': 'consuming' } });
    expect([code, body]).toMatchObject([
      503,
      { error: { consumers: { status: 'down', message: 'not consuming stock.commands' } } },
    ]);
  });

  const late: Impairment = {
    kind: 'relay',
    name: 'orders.order-mails',
    reason: 'the database refuses writes',
    lookAt: '/actuator/projections',
    effect: 'degraded',
    seconds: 12.7,
  };

  it('is still answered with 200 when something is impaired that no other replica could do better', async () => {
    const { code, body } = await ready({ impaired: [{ ...late, detail: 'ECONNREFUSED 10.1.2.3' }] });
    expect([code, body]).toMatchObject([200, { status: 'degraded' }]);
    expect(body).toHaveProperty('details.impairments', { status: 'degraded', items: [{ ...late, seconds: 12 }] });
  });

  it('is 503 when one of the impairments is better off elsewhere, and shows all of them', async () => {
    const unable: Impairment = { ...late, kind: 'lane', name: 'orders.requests', effect: 'not-ready', seconds: 3 };
    const { code, body } = await ready({ impaired: [unable, late] });
    expect([code, body]).toMatchObject([503, { status: 'error' }]);
    expect(body).toHaveProperty('error.impairments.items', [{ ...late, seconds: 12 }, unable]);
  });
});
